-- Writes a row unless Redis has something newer. The same version is written again: its content is the same, and a
-- rebuild is to mend what others changed.
-- KEYS: the row, its tombstone.
-- ARGV: version, count n, then n arguments (field and value in turn), then the fields to remove.
-- Answers 1 for a row that was not there, 2 for one that was, 0 for nothing done.
local present = redis.call('HGET', KEYS[1], '_v')
local before = present or redis.call('GET', KEYS[2])
if before and present ~= ARGV[1] and not newer(ARGV[1], before) then return 0 end
local last = 2 + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], '_v', ARGV[1], unpack(ARGV, 3, last))
if last < #ARGV then redis.call('HDEL', KEYS[1], unpack(ARGV, last + 1)) end
if present then return 2 end
if before then redis.call('DEL', KEYS[2]) end
return 1
