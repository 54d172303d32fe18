-- Takes a lease from whoever held it when it was looked at.
-- KEYS: the lease.
-- ARGV: what was found there, '' for nothing, the new holder, milliseconds.
-- Answers 1 when taken, 0 when it is another's by now.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
