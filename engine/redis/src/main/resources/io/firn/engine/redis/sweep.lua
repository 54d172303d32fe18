-- Deletes rows that are older than a version, and leaves tombstones of that version.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the version's place, milliseconds a tombstone lives, a count n and n fields to remove, or 0 for the whole row; then
--       the version of each row.
-- Answers how many were deleted; others are as new, or no rows of a projector.
local call = redis.call
local place, fields, deleted = ARGV[1], tonumber(ARGV[3]), 0
local at = 4 + fields
for i = 1, #KEYS, 2 do
  local mine = ARGV[at]
  local present = version(KEYS[i], place)
  if present and newer(mine, present) then
    if string.byte(place) == 95 then leave(KEYS[i], {}) end
    if fields == 0 then call('UNLINK', KEYS[i]) else call('HDEL', KEYS[i], place, unpack(ARGV, 4, 3 + fields)) end
    call('SET', KEYS[i + 1], mine, 'PX', ARGV[2])
    deleted = deleted + 1
  end
  at = at + 1
end
return deleted
