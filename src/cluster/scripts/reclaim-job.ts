import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";
import { TAGS } from "./tags.ts";

/**
 * Takes a job from a worker that is dead. Arguments: id, now, the greatest tag, what is told of one that was interrupted to
 * whoever comes for it and to whoever waits for it. Answers `{"none"}` where it is not that worker's or it lives, `{"ended"}` where the job had begun and
 * may not run again, else `{"waits", class, client, tag, epoch}`: it needs a turn.
 */
export const RECLAIM_JOB = redisScript(
  COMMON,
  TAGS,
  `
local id, now, most_tag, kept_error, waited_error = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local key = job_key(id)
local job = call('HMGET', key, 'state', 'taker', 'begun', 'starts', 'retry', 'class', 'client', 'priority', 'seq', 'ticket',
  'node', 'cancel')
if job[1] ~= 'queued' or not job[2] then
  call('ZREM', P .. 'running', id)
  return {'none'}
end
if not is_dead(job[2], now) then return {'none'} end
call('ZREM', P .. 'running', id)
local starts = tonumber(job[4])
if job[3] then starts = starts + 1 end
if job[12] then
  finish(id, 'cancelled', starts, job[3] or '', now, '', '')
  return {'ended'}
end
if job[3] and starts > tonumber(job[5]) then
  local error = kept_error
  if job[11] and job[11] ~= '' then error = waited_error end
  finish(id, 'interrupted', starts, job[3], now, '', error)
  return {'ended'}
end
call('HDEL', key, 'taker', 'begun', 'slot', 'ticket', 'fence')
call('HSET', key, 'starts', starts)
if job[10] then call('HDEL', P .. 'taken', job[10]) end
line_up(id, job[6], job[7], job[8], job[9])
tell_job(id)
return {'waits', job[6], job[7], tostring(next_tag(job[6], job[7], most_tag)),
  call('HGET', P .. 'turns:' .. job[6], 'epoch') or '0'}
`,
);
