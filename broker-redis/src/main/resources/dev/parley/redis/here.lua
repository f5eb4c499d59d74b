-- Says that consumers are there for so long from now; without one it only looks.
-- KEYS: the sorted set of those who are there. ARGV: milliseconds, consumers.
-- Returns the names of all who are there.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 2, #ARGV do
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[i])
end
if #ARGV > 1 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('PEXPIRE', KEYS[1], 2 * tonumber(ARGV[1]))
end
return redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')
