-- Copies fields of a row that has changed into rows that refer to it. What no longer refers to it is left alone.
-- KEYS: the row that has changed, the set of rows that refer to it, then some of these.
-- ARGV: fields of the row that has changed and of the others in turn.
-- Answers how many were changed.
local changed = 0
for i = 3, #KEYS do
  if redis.call('SISMEMBER', KEYS[2], KEYS[i]) == 1 then
    copy(KEYS[1], KEYS[i], ARGV, 1, #ARGV)
    changed = changed + 1
  end
end
return changed
