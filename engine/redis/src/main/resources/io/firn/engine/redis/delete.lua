-- Deletes rows and leaves tombstones, each unless Redis has something as new or newer.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the version's place, milliseconds a tombstone lives, a count n and n fields to remove, or 0 for the whole row; then
--       the version of each row.
-- Answers how many were deleted.
local call = redis.call
local place, fields, deleted = ARGV[1], tonumber(ARGV[3]), 0
local at = 4 + fields
for i = 1, #KEYS, 2 do
  local mine = ARGV[at]
  local before = version(KEYS[i], place) or call('GET', KEYS[i + 1])
  if not before or newer(mine, before) then
    if string.byte(place) == 95 then leave(KEYS[i], {}) end
    if fields == 0 then call('UNLINK', KEYS[i]) else call('HDEL', KEYS[i], place, unpack(ARGV, 4, 3 + fields)) end
    call('SET', KEYS[i + 1], mine, 'PX', ARGV[2])
    deleted = deleted + 1
  end
  at = at + 1
end
return deleted
