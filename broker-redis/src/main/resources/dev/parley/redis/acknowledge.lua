-- Acknowledges entries.
-- KEYS: the stream. ARGV: the group, ids.
-- Returns for each id 1 if it was still pending, else 0.
local acknowledged = {}
for i = 2, #ARGV do
  acknowledged[#acknowledged + 1] = redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
end
return acknowledged
