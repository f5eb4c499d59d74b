-- Removes a consumer; what it has pending is handed back first, for whoever claims next.
-- KEYS: the stream. ARGV: the group, the consumer, the name that holds what is handed back, idle
-- milliseconds after which entries are claimed.
-- Returns how many were handed back.
local count = 0
if redis.call('EXISTS', KEYS[1]) == 0 then
  return count
end
repeat
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 100, ARGV[2])
  for _, entry in ipairs(pending) do
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, entry[1],
      'IDLE', ARGV[4], 'RETRYCOUNT', math.max(0, entry[4] - 1), 'JUSTID')
    count = count + 1
  end
until #pending == 0
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return count
