-- Writes rows that are strings, each unless Redis has something newer. The same version is written again: its content is
-- the same, and a rebuild is to mend what others changed.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the text before the version; then of each row: the version, and the text after it.
-- Answers how many were written.
local call = redis.call
local place, written = ARGV[1], 0
for i = 1, #KEYS, 2 do
  local mine = ARGV[i + 1]
  local present = version(KEYS[i], place)
  local before = present or call('GET', KEYS[i + 1])
  if not before or present == mine or newer(mine, before) then
    call('SET', KEYS[i], place .. mine .. ARGV[i + 2])
    if before and not present then call('DEL', KEYS[i + 1]) end
    written = written + 1
  end
end
return written
