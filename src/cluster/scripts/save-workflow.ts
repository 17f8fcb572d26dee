import { redisScript } from "../redis-script.ts";
import { WORKFLOWS } from "./workflows.ts";

/**
 * Saves how far a workflow has come. Arguments: id, version that was known, progress, and at its end its state and when that was. Answers 1, or 0 where
 * another one has saved meanwhile, or it is over. The request goes with the end: nobody will read it again.
 */
export const SAVE_WORKFLOW = redisScript(
  WORKFLOWS,
  `
local id, version, progress, state, finished = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key = workflow_key(id)
local known = call('HMGET', key, 'state', 'version', 'ttl', 'callback')
if known[1] ~= 'running' or known[2] ~= version then return 0 end
call('HSET', key, 'version', tonumber(version) + 1, 'progress', progress)
if state == '' then return 1 end
local expires = tonumber(finished) + tonumber(known[3]) * 1000
call('HSET', key, 'state', state, 'finished', finished, 'expires', expires)
call('HDEL', key, 'request', 'job_key', 'cancel')
call('ZREM', P .. 'workflows:running', id)
call('ZADD', P .. 'workflows:expiring', expires, id)
if known[4] then call('ZADD', P .. 'workflow-callbacks', finished, id) end
return 1
`,
);
