import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";
import { TAGS } from "./tags.ts";

/**
 * Has a job wait for workers of another class. Arguments: id, class so far, new class, the greatest tag. Answers `{"none"}` where it
 * does not wait for those any more, else `{"waits", client, tag, epoch}`: it needs a turn.
 */
export const MOVE_JOB = redisScript(
  COMMON,
  TAGS,
  `
local id, from, to, most_tag = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local key = job_key(id)
local job = call('HMGET', key, 'line', 'class', 'client', 'priority', 'seq')
if not job[1] or job[2] ~= from then return {'none'} end
call('ZREM', line_key(from, job[3]), id)
left_line(id, from, job[3])
call('HSET', key, 'class', to)
line_up(id, to, job[3], job[4], job[5])
return {'waits', job[3], tostring(next_tag(to, job[3], most_tag)), call('HGET', P .. 'turns:' .. to, 'epoch') or '0'}
`,
);
