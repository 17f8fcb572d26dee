import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * Ends a job that waits, and asks the worker that has one to end it. Arguments: id, now. Answers `over`, also where it was or is not
 * there, or `asked`.
 */
export const CANCEL_JOB = redisScript(
  COMMON,
  `
local id = ARGV[1]
local key = job_key(id)
local job = call('HMGET', key, 'state', 'line', 'class', 'client', 'starts', 'taker')
if job[1] ~= 'queued' then return 'over' end
if job[2] then
  call('ZREM', line_key(job[3], job[4]), id)
  left_line(id, job[3], job[4])
  finish(id, 'cancelled', job[5], '', ARGV[2], '', '')
  return 'over'
end
call('HSET', key, 'cancel', '1')
if job[6] then tell_member(job[6], 'cancel', id) end
return 'asked'
`,
);
