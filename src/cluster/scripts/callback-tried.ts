import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/** Remembers a try of a callback. Arguments: id, state, tries, message, when it is due again (empty: never). */
export const CALLBACK_TRIED = redisScript(
  COMMON,
  `
local id = ARGV[1]
if call('EXISTS', job_key(id)) == 0 or ARGV[5] == '' then call('ZREM', P .. 'callbacks', id)
else call('ZADD', P .. 'callbacks', ARGV[5], id) end
if call('EXISTS', job_key(id)) == 1 then
  call('HSET', job_key(id), 'callback_state', ARGV[2], 'callback_tries', ARGV[3], 'callback_message', ARGV[4])
end
return 1
`,
);
