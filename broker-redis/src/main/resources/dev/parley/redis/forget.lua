-- Removes consumers that have left without a word, unless they have entries pending or are active.
-- KEYS: the stream. ARGV: the group, idle milliseconds, consumers.
-- Returns how many were removed.
local count = 0
local wanted = {}
for i = 3, #ARGV do
  wanted[ARGV[i]] = true
end
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for i = 1, #consumer, 2 do
    facts[consumer[i]] = consumer[i + 1]
  end
  if wanted[facts.name] and facts.pending == 0 and facts.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
    count = count + 1
  end
end
return count
