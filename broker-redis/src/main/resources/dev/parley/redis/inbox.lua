-- Makes or keeps a reply stream, which ends by itself when nobody does this any more.
-- KEYS: the stream. ARGV: milliseconds, 1 to make it.
-- Returns 1 when it is there.
if ARGV[2] == '1' then
  redis.call('XGROUP', 'CREATE', KEYS[1], 'parley', '0', 'MKSTREAM')
  redis.call('XGROUP', 'DESTROY', KEYS[1], 'parley')
end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
