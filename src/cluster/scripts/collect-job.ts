import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/**
 * What came of a job that somebody waited for, which soon is forgotten then: an answer may be lost on the way. Arguments: id. Answers `{state, result, error}`; an empty
 * state where there is none, `queued` while it is not over.
 */
export const COLLECT_JOB = redisScript(
  COMMON,
  `
local key = job_key(ARGV[1])
local job = call('HMGET', key, 'state', 'result', 'error')
if job[1] and job[1] ~= 'queued' then call('PEXPIRE', key, 5000) end
return {job[1] or '', job[2] or '', job[3] or ''}
`,
);
