-- Keeps a lease that is still held.
-- KEYS: the lease.
-- ARGV: its holder, milliseconds.
-- Answers 1 when kept, 0 when it was lost.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
