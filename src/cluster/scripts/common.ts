/**
 * What several scripts need. A job is a hash with the fields of JobRecord under their own names (jobs-rows.ts), and besides:
 * `class` (whose workers may run it), `line` (it stands in its client's line, and waits), `node` (the api node that waits for it; of
 * a job that nobody waits for it is empty), `taker` and `fence` (the worker that has it, and which time it was taken), `ticket`
 * (the turn by which it was taken), `begun` (its start is noted), `cancel` (somebody wants it to end).
 */
export const COMMON = `
local P = KEYS[1]
local call = redis.call

local function job_key(id) return P .. 'job:' .. id end
local function line_key(class, client) return P .. 'line:' .. class .. ':' .. client end

-- The highest priority first, of equal ones the first that came: both fit into a double.
local function rank_of(priority, seq) return (100 - tonumber(priority)) * 17592186044416 + tonumber(seq) end

local function count(field, by) call('HINCRBY', P .. 'counts', field, by) end

local function counted_down(hash, field)
  if call('HINCRBY', hash, field, -1) <= 0 then call('HDEL', hash, field) end
end

local function tell_job(id) call('PUBLISH', P .. 'news:' .. id, 'state') end
local function tell_member(member, word, id) return call('PUBLISH', P .. 'to:' .. member, word .. ' ' .. id) end

local function line_up(id, class, client, priority, seq)
  call('ZADD', line_key(class, client), rank_of(priority, seq), id)
  call('HSET', job_key(id), 'line', '1')
  count('waiting', 1)
  call('HINCRBY', P .. 'waiting-by-client', client, 1)
  call('HINCRBY', P .. 'waiting-by-class', class, 1)
end

local function left_line(id, class, client)
  call('HDEL', job_key(id), 'line')
  count('waiting', -1)
  counted_down(P .. 'waiting-by-client', client)
  counted_down(P .. 'waiting-by-class', class)
end

-- It may only be late, as all are where this store was away: it is given up when it is missed for some time.
local GRACE_MS = 4000
local function is_dead(member, now)
  if call('EXISTS', P .. 'member:' .. member) == 1 then return false end
  local missed = P .. 'missed:' .. member
  call('SET', missed, now, 'NX', 'PX', 60000)
  return tonumber(now) - tonumber(call('GET', missed)) >= GRACE_MS
end

-- Whoever sent it with an idempotency key, or waits for it, has so long to ask.
local WAITED_MS = 60000

-- A job that is not over has this end, and no other one later. What it has to expire is counted from now.
local function finish(id, state, starts, started, finished, result, error)
  local key = job_key(id)
  local job = call('HMGET', key, 'node', 'ttl', 'bytes', 'callback', 'idempotency', 'seq', 'ticket')
  local bytes = #result + #error
  call('HSET', key, 'state', state, 'starts', starts, 'started', started, 'finished', finished, 'bytes', bytes,
    'result', result, 'error', error)
  call('HDEL', key, 'request', 'taker', 'begun', 'cancel', 'line')
  if job[7] then call('HDEL', P .. 'taken', job[7]) end
  if job[1] and job[1] ~= '' then
    call('PEXPIRE', key, WAITED_MS)
    tell_member(job[1], 'end', id)
    return
  end
  local expires = tonumber(finished) + tonumber(job[2]) * 1000
  call('HSET', key, 'expires', expires)
  call('ZADD', P .. 'expiring', expires, id)
  count('bytes', bytes - tonumber(job[3]))
  if job[4] then call('ZADD', P .. 'callbacks', finished, id) end
  tell_job(id)
end
`;
