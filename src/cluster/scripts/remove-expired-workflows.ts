import { redisScript } from "../redis-script.ts";
import { WORKFLOWS } from "./workflows.ts";

/** Removes workflows that have expired. Arguments: now, how many at most. Answers how many those were. */
export const REMOVE_EXPIRED_WORKFLOWS = redisScript(
  WORKFLOWS,
  `
local expired = call('ZRANGEBYSCORE', P .. 'workflows:expiring', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(expired) do
  local known = call('HMGET', workflow_key(id), 'owner', 'client', 'same')
  call('ZREM', P .. 'workflows:expiring', id)
  call('ZREM', P .. 'workflow-callbacks', id)
  call('ZREM', P .. 'workflows:all', id)
  if known[2] then call('ZREM', owners_list(known[1], known[2]), id) end
  local same = known[3] and P .. 'same-workflow:' .. known[3]
  if same and call('GET', same) == id then call('DEL', same) end
  call('DEL', workflow_key(id))
end
return #expired
`,
);
