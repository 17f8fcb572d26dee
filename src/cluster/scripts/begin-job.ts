import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Notes that a job is about to start. Arguments: id, fence, now. Answers `ok`, `cancelled`, or `lost` where the job is not this
 * worker's any more: then it must not start.
 */
export const BEGIN_JOB = redisScript(
  COMMON,
  `
local job = call('HMGET', job_key(ARGV[1]), 'fence', 'state', 'cancel')
if job[1] ~= ARGV[2] or job[2] ~= 'queued' then return 'lost' end
if job[3] then return 'cancelled' end
call('HSET', job_key(ARGV[1]), 'begun', ARGV[3])
return 'ok'
`,
);
