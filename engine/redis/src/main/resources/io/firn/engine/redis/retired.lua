-- Notes that all generations before the given one are gone.
-- KEYS: the position.
-- ARGV: generation.
if redis.call('HGET', KEYS[1], 'gen') ~= ARGV[1] then return 0 end
return redis.call('HDEL', KEYS[1], 'retire')
