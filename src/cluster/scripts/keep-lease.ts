import { redisScript } from "../redis-script.ts";

/** Keeps a lease for as long again, or gives it back (0 milliseconds). Arguments: name, holder, milliseconds. Answers 1, or 0 where another one has it. */
export const KEEP_LEASE = redisScript(`
local name = KEYS[1] .. ARGV[1]
if redis.call('GET', name) ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then redis.call('DEL', name) else redis.call('PEXPIRE', name, ARGV[3]) end
return 1
`);
