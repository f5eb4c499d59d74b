-- Removes entries that every group has read and acknowledged, and never another.
-- KEYS: the stream. ARGV: milliseconds to keep entries all the same, acknowledged ids that go even
-- when an older one is pending, provided that there is no other group.
-- Returns how many were removed.
local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
if #groups == 0 then
  return 0 -- the first group will start at the earliest
end
local function parts(id)
  local dash = string.find(id, '-', 1, true)
  return tonumber(string.sub(id, 1, dash - 1)), tonumber(string.sub(id, dash + 1))
end
local lowMillis, lowNumber
for _, group in ipairs(groups) do
  local facts = {}
  for i = 1, #group, 2 do
    facts[group[i]] = group[i + 1]
  end
  local millis, number
  if facts.pending > 0 then
    millis, number = parts(redis.call('XPENDING', KEYS[1], facts.name)[2])
  else
    millis, number = parts(facts['last-delivered-id'])
    number = number + 1
  end
  if not lowMillis or millis < lowMillis or (millis == lowMillis and number < lowNumber) then
    lowMillis, lowNumber = millis, number
  end
end
local keep = tonumber(ARGV[1])
if keep > 0 then
  local limit = tonumber(redis.call('TIME')[1]) * 1000 - keep
  if limit < lowMillis then
    lowMillis, lowNumber = limit, 0
  end
end
local count = redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-%.0f', lowMillis, lowNumber))
if #groups == 1 and keep == 0 then
  for i = 2, #ARGV do
    count = count + redis.call('XDEL', KEYS[1], ARGV[i])
  end
end
return count
