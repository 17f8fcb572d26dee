import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Gives a worker the job whose turn it is. Arguments: ticket, client, class, tag, epoch, worker, fence, now. Answers
 * `{"void"}` where the turn has no job any more; `{"held"}` where a worker that lives has it; `{"dropped"}` where nobody waits for it
 * any more; else `{"taken", id, request, starts, retry, node, follow, input, cancel, setbacks, callback, client, lost}`; `lost` is when a worker that
 * died had begun it, which start counts by now.
 */
export const TAKE_JOB = redisScript(
  COMMON,
  `
local ticket, client, class, tag, epoch, worker, fence, now =
  ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local turns = P .. 'turns:' .. class
if (call('HGET', turns, 'epoch') or '0') == epoch and tag > tonumber(call('HGET', turns, 'v') or 0) then
  call('HSET', turns, 'v', tag)
end

local id, lost = call('HGET', P .. 'taken', ticket), ''
if id then
  local held = call('HMGET', job_key(id), 'state', 'taker', 'begun', 'ticket')
  if held[1] ~= 'queued' or held[4] ~= ticket then
    call('HDEL', P .. 'taken', ticket)
    return {'void'}
  end
  if held[2] and not is_dead(held[2], now) then return {'held'} end
  if held[3] then
    lost = held[3]
    call('HINCRBY', job_key(id), 'starts', 1)
  end
else
  local next = call('ZPOPMIN', line_key(class, client))
  if #next == 0 then return {'void'} end
  id = next[1]
  left_line(id, class, client)
end

local key = job_key(id)
local job = call('HMGET', key, 'request', 'starts', 'retry', 'node', 'follow', 'input', 'cancel', 'setbacks', 'callback',
  'client')
if job[4] and job[4] ~= '' and is_dead(job[4], now) then
  call('DEL', key)
  call('HDEL', P .. 'taken', ticket)
  call('ZREM', P .. 'running', id)
  return {'dropped'}
end
call('HSET', P .. 'taken', ticket, id)
call('HSET', key, 'taker', worker, 'fence', fence, 'ticket', ticket, 'slot', now)
call('HDEL', key, 'begun')
call('ZADD', P .. 'running', now, id)
if not job[4] or job[4] == '' then tell_job(id) end
local answer = {'taken', id}
for i = 1, 10 do table.insert(answer, job[i] or '') end
table.insert(answer, lost)
return answer
`,
);
