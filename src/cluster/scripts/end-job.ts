import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Ends a job that the worker has. Arguments: id, fence, state, starts, started, finished, result, error. Answers 1, or 0 where it was
 * not this worker's any more: what it made of it then counts for nothing.
 */
export const END_JOB = redisScript(
  COMMON,
  `
local id = ARGV[1]
local job = call('HMGET', job_key(id), 'fence', 'state')
if job[1] ~= ARGV[2] or job[2] ~= 'queued' then return 0 end
call('ZREM', P .. 'running', id)
finish(id, ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8])
return 1
`,
);
