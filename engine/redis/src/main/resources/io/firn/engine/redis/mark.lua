-- Notes on one server of a cluster that a table is being rebuilt. A mark of other data is forgotten.
-- KEYS: the mark.
-- ARGV: the origin, the rebuild's name.
if redis.call('HGET', KEYS[1], 'origin') ~= ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'origin', ARGV[1], 'rebuild', ARGV[2])
return 1
