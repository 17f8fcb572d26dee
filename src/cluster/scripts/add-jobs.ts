import { redisScript } from "../redis-script.ts";
import { COMMON } from "./common.ts";
import { TAGS } from "./tags.ts";

/**
 * Adds all jobs of one client, or none. Arguments: api node that waits (empty: nobody does), most that wait, most of one
 * client, bytes that may be kept, the greatest tag; then for each job the fields of its hash as JSON, and its request.
 * Answers `{"busy"}`, `{"full"}`, or for each `{id, isNew, seq, position, tag, epoch}`.
 */
export const ADD_JOBS = redisScript(
  COMMON,
  TAGS,
  `
local node, most, most_own, most_bytes, most_tag =
  ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local FIRST = 6
local number = (#ARGV - FIRST + 1) / 2
local client = cjson.decode(ARGV[FIRST]).client

local all = tonumber(call('HGET', P .. 'counts', 'waiting') or 0)
local own = tonumber(call('HGET', P .. 'waiting-by-client', client) or 0)
-- The same rule as src/slots/queue-room.ts.
local function has_room(all, own)
  return own < most_own and (all < most or (all < 2 * most and own < most / 8))
end
if not has_room(all + number - 1, own + number - 1) then return {'busy'} end
local added = 0
for i = FIRST + 1, #ARGV, 2 do added = added + #ARGV[i] end
if node == '' and tonumber(call('HGET', P .. 'counts', 'bytes') or 0) + added > most_bytes then return {'full'} end

local answers = {}
for i = FIRST, #ARGV, 2 do
  local job = cjson.decode(ARGV[i])
  local same = job.idempotency and call('GET', P .. 'same:' .. job.idempotency)
  if same and call('EXISTS', job_key(same)) == 1 then
    table.insert(answers, {same, '0'})
  elseif call('EXISTS', job_key(job.id)) == 1 then
    table.insert(answers, {job.id, '0'})
  else
    local seq = call('INCR', P .. 'seq')
    local fields = {}
    for name, value in pairs(job) do
      table.insert(fields, name)
      table.insert(fields, value)
    end
    call('HSET', job_key(job.id), 'seq', seq, 'state', 'queued', 'starts', 0, 'node', node, 'bytes', #ARGV[i + 1],
      'request', ARGV[i + 1], unpack(fields))
    if job.idempotency then call('SET', P .. 'same:' .. job.idempotency, job.id) end
    if node == '' then
      call('ZADD', P .. 'list:all', seq, job.id)
      if job.owner then call('ZADD', P .. 'list:key:' .. job.owner, seq, job.id)
      else call('ZADD', P .. 'list:client:' .. client, seq, job.id) end
      count('bytes', #ARGV[i + 1])
    end
    if not call('HGET', P .. 'waiting-by-class', job.class) then first_epoch(job.class) end
    line_up(job.id, job.class, client, job.priority, seq)
    all, own = all + 1, own + 1
    local position = math.min(all, own * call('HLEN', P .. 'waiting-by-client'))
    local tag = next_tag(job.class, client, most_tag)
    table.insert(answers, {job.id, '1', tostring(seq), tostring(position), tostring(tag),
      call('HGET', P .. 'turns:' .. job.class, 'epoch') or '0'})
  end
end
return answers
`,
);
