-- Whether version a comes after version b, byte by byte. Lua's own < on texts asks the server's locale, and its numbers
-- are exact up to 2^53: six bytes at a time. What is no version is older than any.
local function newer(a, b)
  if #a ~= 26 or #b ~= 26 then return #a > #b end
  local a1, a2, a3, a4, a5 = struct.unpack('>I6I6I6I6I2', a)
  local b1, b2, b3, b4, b5 = struct.unpack('>I6I6I6I6I2', b)
  if a1 ~= b1 then return a1 > b1 end
  if a2 ~= b2 then return a2 > b2 end
  if a3 ~= b3 then return a3 > b3 end
  if a4 ~= b4 then return a4 > b4 end
  return a5 > b5
end

-- Whether cut a comes after cut b, both in decimal digits without leading zeros.
local function later(a, b)
  if #a ~= #b then return #a > #b end
  for i = 1, #a do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x > y end
  end
  return false
end

-- The version of a row, or false when there is none. It stands at a place: in a hash, the field that begins with an
-- underscore; in a string, behind the text that the string begins with.
local function version(row, place)
  if string.byte(place) == 95 then return redis.call('HGET', row, place) end
  local found = redis.call('GETRANGE', row, #place, #place + 25)
  return #found == 26 and found
end

-- Takes a row out of the sets that it is a member of, unless it stays in them.
local function leave(row, staying)
  local before = redis.call('HGET', row, '_s')
  if not before then return end
  local links = cjson.decode(before)
  for i = 1, #links, 3 do
    local kind, set, member = links[i], links[i + 1], links[i + 2]
    if not staying[kind .. #set .. ':' .. set .. member] then
      redis.call(kind == 'z' and 'ZREM' or 'SREM', set, member)
    end
  end
end

-- Copies fields of another row into a row, or removes them where the other has none.
-- pairs: the other's fields and this row's in turn, from one place in a list to another.
local function copy(other, row, list, first, last)
  for i = first, last, 2 do
    local value = other ~= '' and redis.call('HGET', other, list[i])
    if value then redis.call('HSET', row, list[i + 1], value) else redis.call('HDEL', row, list[i + 1]) end
  end
end

