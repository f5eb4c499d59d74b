-- Adds a reply to a stream that nobody has made before. What is made here is bounded, and expires
-- some time after the last reply; a stream that somebody else has made stays what it is.
-- KEYS: the stream. ARGV: milliseconds, the most replies to keep, names and values in turn.
-- Returns the id.
local fields = {}
for i = 3, #ARGV do
  fields[#fields + 1] = ARGV[i]
end
local left = redis.call('PTTL', KEYS[1]) -- -2 when there is none, -1 when it lasts for ever
if left == -1 then
  return {redis.call('XADD', KEYS[1], '*', unpack(fields))}
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(fields))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {id}
