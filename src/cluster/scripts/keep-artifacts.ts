import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Keeps the files of a job. Arguments: id, now, for how many milliseconds, bytes that all may have, then names and contents in turn. Those whose time is over go, and
 * the oldest of others where room is needed; one job's alone may have more.
 */
export const KEEP_ARTIFACTS = redisScript(
  COMMON,
  `
local id, now, ttl, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept, sizes = P .. 'artifacts', P .. 'artifact-sizes'
local function drop(old)
  count('artifact-bytes', -tonumber(call('HGET', sizes, old) or 0))
  call('HDEL', sizes, old)
  call('ZREM', kept, old)
  call('DEL', P .. 'artifact:' .. old)
end
for _, old in ipairs(call('ZRANGEBYSCORE', kept, '-inf', now)) do drop(old) end
local bytes = 0
for i = 5, #ARGV, 2 do
  bytes = bytes + #ARGV[i] + #ARGV[i + 1]
  call('HSET', P .. 'artifact:' .. id, ARGV[i], ARGV[i + 1])
end
while tonumber(call('HGET', P .. 'counts', 'artifact-bytes') or 0) + bytes > most do
  local oldest = call('ZRANGE', kept, 0, 0)[1]
  if not oldest then break end
  drop(oldest)
end
call('PEXPIRE', P .. 'artifact:' .. id, ttl)
call('ZADD', kept, now + ttl, id)
call('HSET', sizes, id, bytes)
count('artifact-bytes', bytes)
return 1
`,
);
