-- Keeps an entry pending, idle for so long and attempted so often, with the same consumer or another.
-- KEYS: the stream. ARGV: the group, whose the entry must be, whose it becomes, idle milliseconds,
-- attempts (or nothing, to leave their number), id.
-- Returns 1, or 0 when the entry is not that consumer's any more.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[6], ARGV[6], 1)
if #pending == 0 or pending[1][2] ~= ARGV[2] then
  return 0
end
if ARGV[5] == '' then
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[6], 'IDLE', ARGV[4], 'JUSTID')
else
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[6],
    'IDLE', ARGV[4], 'RETRYCOUNT', ARGV[5], 'JUSTID')
end
return 1
