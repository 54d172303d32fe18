-- Writes rows that are hashes, each unless Redis has something newer. The same version is written again: its content is
-- the same, and a rebuild is to mend what others changed.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the version's place, a count n and n fields; then of each row: the version, which fields have no value ('' for
--       none of them, else n characters with a dash for each), and the n values, each after its length in four bytes.
-- Answers how many were written.
local call, split = redis.call, struct.unpack
local place, n = ARGV[1], tonumber(ARGV[2])
local format = '<' .. string.rep('I4c0', n)
local at, written = 3 + n, 0
local whole = {place}
for f = 1, n do whole[2 * f + 1] = ARGV[2 + f] end

local function partly(row, mine, nulls, values, present)
  local some, removed = {place, mine}, {}
  for f = 1, n do
    if string.byte(nulls, f) == 45 then
      removed[#removed + 1] = ARGV[2 + f]
    else
      some[#some + 1] = ARGV[2 + f]
      some[#some + 1] = values[f]
    end
  end
  call('HSET', row, unpack(some))
  if present then call('HDEL', row, unpack(removed)) end
end

for i = 1, #KEYS, 2 do
  local row, mine, nulls = KEYS[i], ARGV[at], ARGV[at + 1]
  local present = call('HGET', row, place)
  local before = present or call('GET', KEYS[i + 1])
  if not before or present == mine or newer(mine, before) then
    local values = {split(format, ARGV[at + 2])}
    if nulls == '' then
      whole[2] = mine
      for f = 1, n do whole[2 * f + 2] = values[f] end
      call('HSET', row, unpack(whole, 1, 2 * n + 2))
    else
      partly(row, mine, nulls, values, present)
    end
    if before and not present then call('DEL', KEYS[i + 1]) end
    written = written + 1
  end
  at = at + 3
end
return written
