-- Gives up a lease if it is still held.
-- KEYS: the lease.
-- ARGV: its holder.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
