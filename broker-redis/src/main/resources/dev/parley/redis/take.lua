-- Begins the next attempt of entries that a consumer holds: counts it, and returns what they are.
-- KEYS: the stream. ARGV: the group, the consumer, ids.
-- Returns id, count and fields of those that are still the consumer's and still there.
local taken = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1)
  if #pending == 1 and pending[1][2] == ARGV[2] then
    local entry = redis.call('XRANGE', KEYS[1], id, id)
    if #entry == 0 then
      redis.call('XACK', KEYS[1], ARGV[1], id) -- deleted by somebody
    else
      local count = pending[1][4] + 1
      redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'RETRYCOUNT', count, 'JUSTID')
      taken[#taken + 1] = {id, count, entry[1][2]}
    end
  end
end
return taken
