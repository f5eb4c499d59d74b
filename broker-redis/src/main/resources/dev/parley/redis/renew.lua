-- Says that entries are still being worked on. A plain XCLAIM would steal those of another.
-- KEYS: the stream. ARGV: the group, the consumer, ids.
-- Returns the ids that are not the consumer's any more.
local lost = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1)
  if #pending == 1 and pending[1][2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')
  else
    lost[#lost + 1] = id
  end
end
return lost
