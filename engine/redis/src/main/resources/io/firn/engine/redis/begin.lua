-- Notes that a table is being rebuilt, so that a rebuild that never finishes is begun again.
-- KEYS: the position.
-- ARGV: the rebuild's name, the table's identity, an origin for data that has none.
-- Answers the origin.
local origin = redis.call('HGET', KEYS[1], 'origin')
if not origin then
  origin = ARGV[3]
  redis.call('HSET', KEYS[1], 'origin', origin)
end
redis.call('HSET', KEYS[1], 'rebuild', ARGV[1], 'table', ARGV[2])
return origin
