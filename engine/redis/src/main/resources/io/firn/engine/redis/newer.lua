-- Whether a comes after b, byte by byte. Lua's own < on texts asks the server's locale.
local function newer(a, b)
  if a == b then return false end
  for i = 1, #a do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return y == nil or x > y end
  end
  return false
end

-- Whether cut a comes after cut b, both in decimal digits without leading zeros.
local function later(a, b)
  if #a ~= #b then return #a > #b end
  return newer(a, b)
end

