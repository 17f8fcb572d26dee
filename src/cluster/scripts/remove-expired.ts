import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/** Removes jobs that have expired. Arguments: now, how many at most. Answers how many those were. */
export const REMOVE_EXPIRED = redisScript(
  COMMON,
  `
local expired = call('ZRANGEBYSCORE', P .. 'expiring', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(expired) do
  local job = call('HMGET', job_key(id), 'owner', 'client', 'bytes', 'idempotency')
  call('ZREM', P .. 'expiring', id)
  call('ZREM', P .. 'callbacks', id)
  call('ZREM', P .. 'list:all', id)
  if job[1] then call('ZREM', P .. 'list:key:' .. job[1], id) end
  if job[2] then call('ZREM', P .. 'list:client:' .. job[2], id) end
  if job[4] and call('GET', P .. 'same:' .. job[4]) == id then call('DEL', P .. 'same:' .. job[4]) end
  count('bytes', -tonumber(job[3] or 0))
  call('DEL', job_key(id))
end
return #expired
`,
);
