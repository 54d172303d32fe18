-- Writes rows that are hashes, each unless Redis has something newer, and with each the sets that it is a member of and
-- its copies of other rows' fields. All in one script, so that no reader sees one without the other.
-- KEYS: of each row, the row and its tombstone.
-- ARGV: the version's place, a count e of embedded tables, of each a count and as many arguments (its field and ours in
--       turn); then of each row: the version, a count n and n arguments (field and value in turn), a count and as many
--       fields to remove, the keys of the e other rows, a count s of sets, of each its key, the member, and the score or ''.
-- Answers how many were written.
local call = redis.call
local place, embedded, at = ARGV[1], {}, 3
for e = 1, tonumber(ARGV[2]) do
  local last = at + tonumber(ARGV[at])
  embedded[e] = {at + 1, last}
  at = last + 1
end
local written = 0
for i = 1, #KEYS, 2 do
  local row, mine = KEYS[i], ARGV[at]
  local last = at + 1 + tonumber(ARGV[at + 1])
  local removals = tonumber(ARGV[last + 1])
  local others = last + 1 + removals
  local sets = others + #embedded + 1
  local count = tonumber(ARGV[sets])
  local present = version(row, place)
  local before = present or call('GET', KEYS[i + 1])
  if not before or present == mine or newer(mine, before) then
    local links, staying = {}, {}
    for s = sets + 1, sets + 3 * count, 3 do
      local set, member, score = ARGV[s], ARGV[s + 1], ARGV[s + 2]
      local kind = score == '' and 's' or 'z'
      if kind == 's' then call('SADD', set, member) else call('ZADD', set, score, member) end
      staying[kind .. #set .. ':' .. set .. member] = true
      links[#links + 1], links[#links + 2], links[#links + 3] = kind, set, member
    end
    leave(row, staying)
    call('HSET', row, place, mine, '_s', cjson.encode(links), unpack(ARGV, at + 2, last))
    if present and removals > 0 then call('HDEL', row, unpack(ARGV, last + 2, others)) end
    for e = 1, #embedded do copy(ARGV[others + e], row, ARGV, embedded[e][1], embedded[e][2]) end
    if before and not present then call('DEL', KEYS[i + 1]) end
    written = written + 1
  end
  at = sets + 3 * count + 1
end
return written
