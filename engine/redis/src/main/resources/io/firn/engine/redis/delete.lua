-- Deletes a row and leaves a tombstone, unless Redis has something as new or newer.
-- KEYS: the row, its tombstone.
-- ARGV: version, milliseconds the tombstone lives.
-- Answers 1 when done, 0 for nothing done.
local before = redis.call('HGET', KEYS[1], '_v') or redis.call('GET', KEYS[2])
if before and not newer(ARGV[1], before) then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
