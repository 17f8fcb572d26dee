/** What scripts about workflows need. A workflow is a hash with the fields of WorkflowRecord (workflow-fields.ts), and its texts. */
export const WORKFLOWS = `
local P = KEYS[1]
local call = redis.call

local function workflow_key(id) return P .. 'workflow:' .. id end

-- An owner's own, or those of a client that has no key.
local function owners_list(owner, client)
  if owner then return P .. 'workflows:key:' .. owner end
  return P .. 'workflows:client:' .. client
end
`;
