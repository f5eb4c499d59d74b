-- Makes a stream exist, and on it a group that starts at the earliest entry.
-- KEYS: the stream. ARGV: the group, or nothing for none.
-- Returns the time in seconds and microseconds, and the id of the last entry ever added.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'none' and kind ~= 'stream' then
  return redis.error_reply('WRONGTYPE the key "' .. KEYS[1] .. '" holds a ' .. kind .. ', not a stream')
end
if ARGV[1] == '' then
  if kind == 'none' then
    redis.call('XGROUP', 'CREATE', KEYS[1], 'parley', '0', 'MKSTREAM')
    redis.call('XGROUP', 'DESTROY', KEYS[1], 'parley')
  end
else
  local found = false
  if kind == 'stream' then
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
      found = found or group[2] == ARGV[1]
    end
  end
  if not found then
    redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  end
end
local now = redis.call('TIME')
local last = '0-0'
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then
    last = info[i + 1]
  end
end
return {now[1], now[2], last}
