-- Writes rows that are hashes, each unless Redis has something newer. The same version is written again: its content is
-- the same, and a rebuild is to mend what others changed.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the version's place; then of each row: the version, a count n and n arguments (field and value in turn), a count
--       and as many fields to remove.
-- Answers how many were written.
local call = redis.call
local place, at, written = ARGV[1], 2, 0
for i = 1, #KEYS, 2 do
  local mine = ARGV[at]
  local last = at + 1 + tonumber(ARGV[at + 1])
  local removals = tonumber(ARGV[last + 1])
  local present = version(KEYS[i], place)
  local before = present or call('GET', KEYS[i + 1])
  if not before or present == mine or newer(mine, before) then
    call('HSET', KEYS[i], place, mine, unpack(ARGV, at + 2, last))
    if present and removals > 0 then call('HDEL', KEYS[i], unpack(ARGV, last + 2, last + 1 + removals)) end
    if before and not present then call('DEL', KEYS[i + 1]) end
    written = written + 1
  end
  at = last + 2 + removals
end
return written
