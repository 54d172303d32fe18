-- Moves a table's position on, never back.
-- KEYS: the position.
-- ARGV: origin, generation ('' for none), the cut everything was applied after, the cut everything is applied up to,
--       the change log's snapshot, the time.
-- Answers 1 when moved, 0 when it is as far already, -1 when it is not even where the work began, -2 when the data has
-- another origin, -3 when another generation is being served.
local origin, generation, cut = unpack(redis.call('HMGET', KEYS[1], 'origin', 'gen', 'cut'))
if origin ~= ARGV[1] then return -2 end
if (generation or '') ~= ARGV[2] then return -3 end
if not cut or later(ARGV[3], cut) then return -1 end
if not later(ARGV[4], cut) then return 0 end
redis.call('HSET', KEYS[1], 'cut', ARGV[4], 'snapshot', ARGV[5], 'at', ARGV[6])
return 1
