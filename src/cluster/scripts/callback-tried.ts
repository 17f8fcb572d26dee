import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";

/** Remembers a try of a callback. Arguments: id, state, tries, message, when it is due again (empty: never), and the two names of due-callbacks.ts. */
export const CALLBACK_TRIED = redisScript(
  COMMON,
  `
local id, due_at, key = ARGV[1], P .. ARGV[6], P .. ARGV[7] .. ARGV[1]
local is_there = call('EXISTS', key) == 1
if not is_there or ARGV[5] == '' then call('ZREM', due_at, id)
else call('ZADD', due_at, ARGV[5], id) end
if is_there then
  call('HSET', key, 'callback_state', ARGV[2], 'callback_tries', ARGV[3], 'callback_message', ARGV[4])
end
return 1
`,
);
