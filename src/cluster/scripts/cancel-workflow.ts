import { redisScript } from "../redis-script.ts";
import { WORKFLOWS } from "./workflows.ts";

/** Notes that a workflow is to be ended. Arguments: id. Answers 1, or 0 where it is over. */
export const CANCEL_WORKFLOW = redisScript(
  WORKFLOWS,
  `
if call('HGET', workflow_key(ARGV[1]), 'state') ~= 'running' then return 0 end
call('HSET', workflow_key(ARGV[1]), 'cancel', '1')
return 1
`,
);
