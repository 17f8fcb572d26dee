import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Gives out callbacks that are due: nobody else gets them before the lease is over. Arguments: now, lease in milliseconds, how many at most,
 * ids and hosts to leave out as JSON, where they stand by when they are due, and what the names of what they are of begin with. Answers when the next one is due (empty: none is), then for each its id, URL, secret and tries.
 */
export const DUE_CALLBACKS = redisScript(
  COMMON,
  `
local now, lease, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function set_of(json)
  local set = {}
  for _, value in ipairs(cjson.decode(json)) do set[value] = true end
  return set
end
local without_ids, without_hosts = set_of(ARGV[4]), set_of(ARGV[5])
local due_at, kind = P .. ARGV[6], P .. ARGV[7]
local answer = {''}
for _, id in ipairs(call('ZRANGEBYSCORE', due_at, '-inf', now, 'LIMIT', 0, 200)) do
  if (#answer - 1) / 4 >= most then break end
  local job = call('HMGET', kind .. id, 'callback', 'callback_secret', 'callback_tries', 'callback_host')
  if not job[1] then
    call('ZREM', due_at, id)
  elseif not without_ids[id] and not without_hosts[job[4]] then
    call('ZADD', due_at, now + lease, id)
    for _, value in ipairs({id, job[1], job[2], job[3] or '0'}) do table.insert(answer, value) end
  end
end
local next = call('ZRANGEBYSCORE', due_at, '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
answer[1] = next[2] or ''
return answer
`,
);
