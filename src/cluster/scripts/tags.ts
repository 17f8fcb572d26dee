/**
 * A tag says when a client has its turn: one more than its last one, or than that of the turn that was taken last (start-time
 * fair queueing; Goyal, Vin and Cheng, 1996). Clients with equal tags have their turns in the same round. Tags are BullMQ's priorities, which
 * end at 2^21.
 */
export const TAGS = `
-- Tags begin anew, those of whoever waits with them: all lose as much.
local function next_epoch(class, base)
  local turns, tags, waiting = P .. 'turns:' .. class, P .. 'tags:' .. class, P .. 'turns-' .. class .. ':prioritized'
  call('HINCRBY', turns, 'epoch', 1)
  call('HSET', turns, 'v', 0)
  local known = call('HGETALL', tags)
  call('DEL', tags)
  if base == nil then return end
  for i = 1, #known, 2 do
    local left = tonumber(known[i + 1]) - base
    if left > 0 then call('HSET', tags, known[i], left) end
  end
  local scores = call('ZRANGE', waiting, 0, -1, 'WITHSCORES')
  for i = 1, #scores, 2 do
    call('ZADD', waiting, math.max(1, tonumber(scores[i + 1]) - base * 4294967296), scores[i])
  end
end

-- Nobody waits: whoever comes now is the first.
local function first_epoch(class) next_epoch(class, nil) end

local function next_tag(class, client, most_tag)
  local turns, tags = P .. 'turns:' .. class, P .. 'tags:' .. class
  local function following(v) return math.max(v, tonumber(call('HGET', tags, client) or 0)) + 1 end
  local v = tonumber(call('HGET', turns, 'v') or 0)
  local tag = following(v)
  if tag >= most_tag then
    next_epoch(class, v)
    tag = math.min(following(0), most_tag - 1)
  end
  call('HSET', tags, client, tag)
  -- Who has had all of his turns is remembered for no good.
  if call('HLEN', tags) > 2 * call('HLEN', P .. 'waiting-by-client') + 1000 then
    local known = call('HGETALL', tags)
    for i = 1, #known, 2 do
      if tonumber(known[i + 1]) <= v then call('HDEL', tags, known[i]) end
    end
  end
  return tag
end
`;
