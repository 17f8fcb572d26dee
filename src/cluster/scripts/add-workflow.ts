import { redisScript } from "../redis-script.ts";
import { WORKFLOWS } from "./workflows.ts";

/**
 * Adds a workflow. Arguments: its fields as JSON, digest of its idempotency key (empty: none). Answers the hash of that one, or of the one that
 * was sent with the key before, as names and values; and in front of them whether it is new.
 */
export const ADD_WORKFLOW = redisScript(
  WORKFLOWS,
  `
local fields, same = cjson.decode(ARGV[1]), P .. 'same-workflow:' .. ARGV[2]
local function answer(is_new, id)
  local values = call('HGETALL', workflow_key(id))
  table.insert(values, 1, is_new)
  return values
end
if ARGV[2] ~= '' then
  local known = call('GET', same)
  if known and call('EXISTS', workflow_key(known)) == 1 then return answer('0', known) end
  call('SET', same, fields.id)
  fields.same = ARGV[2]
end
local seq = call('INCR', P .. 'workflow-seq')
for name, value in pairs(fields) do call('HSET', workflow_key(fields.id), name, value) end
call('HSET', workflow_key(fields.id), 'seq', seq, 'state', 'running', 'version', 0)
call('ZADD', P .. 'workflows:running', seq, fields.id)
call('ZADD', P .. 'workflows:all', seq, fields.id)
call('ZADD', owners_list(fields.owner, fields.client), seq, fields.id)
return answer('1', fields.id)
`,
);
