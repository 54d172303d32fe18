-- Ends a rebuild: sets the position, and the generation that readers use from now on.
-- KEYS: the position.
-- ARGV: the rebuild's name, origin, generation ('' for none), cut, the change log's snapshot, the time, the key template,
--       the time from which older generations may be removed.
-- Answers 1 when done, -1 when the position is beyond the cut: what came since must be applied first,
-- -2 when the data has another origin, -4 when another rebuild began since.
local origin, rebuild, cut = unpack(redis.call('HMGET', KEYS[1], 'origin', 'rebuild', 'cut'))
if origin ~= ARGV[2] then return -2 end
if rebuild ~= ARGV[1] then return -4 end
if cut and later(cut, ARGV[4]) then return -1 end
redis.call('HSET', KEYS[1], 'cut', ARGV[4], 'snapshot', ARGV[5], 'at', ARGV[6], 'key', ARGV[7])
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], 'gen', ARGV[3], 'retire', ARGV[8])
else
  redis.call('HDEL', KEYS[1], 'gen', 'retire')
end
redis.call('HDEL', KEYS[1], 'rebuild')
return 1
