import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Puts a job that the worker has back to its place. Its ticket is void then: whoever calls this lets it have another turn. Arguments: id, fence,
 * starts, setbacks. Answers 1, or 0 where it was not this worker's any more.
 */
export const GIVE_BACK = redisScript(
  COMMON,
  `
local id = ARGV[1]
local key = job_key(id)
local job = call('HMGET', key, 'fence', 'state', 'class', 'client', 'priority', 'seq', 'ticket')
if job[1] ~= ARGV[2] or job[2] ~= 'queued' then return 0 end
call('HDEL', key, 'taker', 'begun', 'slot', 'ticket', 'fence')
call('HSET', key, 'starts', ARGV[3], 'setbacks', ARGV[4])
call('HDEL', P .. 'taken', job[7])
call('ZREM', P .. 'running', id)
line_up(id, job[3], job[4], job[5], job[6])
tell_job(id)
return 1
`,
);
