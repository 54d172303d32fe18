-- Writes rows that are hashes of their own, each as a whole, unless Redis has something newer. The same version is written
-- again: its content is the same, and a rebuild is to mend what others changed.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the version's place; then of each row: the version, and the hash as RESTORE takes it, the version in it.
-- Answers how many were written.
local call = redis.call
local place, written = ARGV[1], 0
for i = 1, #KEYS, 2 do
  local row, mine = KEYS[i], ARGV[i + 1]
  local present = call('HGET', row, place)
  local before = present or call('GET', KEYS[i + 1])
  if not before or present == mine or newer(mine, before) then
    call('RESTORE', row, 0, ARGV[i + 2], 'REPLACE')
    if before and not present then call('DEL', KEYS[i + 1]) end
    written = written + 1
  end
end
return written
