-- Deletes a row that is older than the given version, and leaves a tombstone of that version.
-- KEYS: the row, its tombstone.
-- ARGV: version, milliseconds the tombstone lives.
-- Answers 1 when done, 0 for nothing done: the row is as new, or is no row of a projector.
local present = redis.call('HGET', KEYS[1], '_v')
if not present or not newer(ARGV[1], present) then return 0 end
redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
