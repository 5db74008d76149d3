"""The scripts that change a taste in Redis. Each changes one hash; likings fade by the clock of Redis."""

# Sets how long KEYS[1] is kept: `life` seconds, or `longer` when it holds what is hidden or bought; 0 means for good.
_KEEP = """
local bought = { ['a:\\31b:'] = true, ['a:\\31o:'] = true }
local function keep(key, life, longer, now)
  for _, name in ipairs(redis.call('HKEYS', key)) do
    if string.sub(name, 1, 2) ~= 'a:' or bought[string.sub(name, 1, 5)] then
      redis.call('HSET', key, 'a:\\31t:', '0 ' .. now)
      if tonumber(longer) == 0 then return redis.call('PERSIST', key) end
      return redis.call('EXPIRE', key, longer)
    end
  end
  return redis.call('EXPIRE', key, life)
end
local clock = redis.call('TIME')
local now = tonumber(clock[1])
"""
# Life, longer, half-life, most fields of each kind; then pairs of field and weight.
# The weakest fields are dropped when there are too many of a kind.
TRACK = (
    _KEEP
    + """
local function faded(kept)
  local score, at = string.match(kept, '^(%S+) (%d+)$')
  return score and tonumber(score) * 0.5 ^ (math.max(0, now - tonumber(at)) / tonumber(ARGV[3])) or 0
end
for n = 5, #ARGV, 2 do
  local kept = redis.call('HGET', KEYS[1], ARGV[n])
  local score = (kept and faded(kept) or 0) + tonumber(ARGV[n + 1])
  redis.call('HSET', KEYS[1], ARGV[n], string.format('%.4f %d', score, now))
end
local kinds = { ['a:'] = {}, ['a:\\31l:'] = {}, ['a:\\31s:'] = {} }
local all = redis.call('HGETALL', KEYS[1])
for n = 1, #all, 2 do
  local kind = string.sub(all[n], 1, string.sub(all[n], 3, 3) == '\\31' and 5 or 2)
  if kinds[kind] then table.insert(kinds[kind], { all[n], math.abs(faded(all[n + 1])) }) end
end
for _, fields in pairs(kinds) do
  table.sort(fields, function(a, b) return a[2] < b[2] end)
  for n = 1, #fields - tonumber(ARGV[4]) do redis.call('HDEL', KEYS[1], fields[n][1]) end
end
keep(KEYS[1], ARGV[1], ARGV[2], now)
return 1
"""
)
# Life, longer, most hidden things, then fields. The value is the time in milliseconds. Returns 0, and hides nothing,
# when there would be too many.
HIDE = (
    _KEEP
    + """
local hidden = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 2) ~= 'a:' then hidden = hidden + 1 end
end
local at = string.format('%d%03d', now, math.floor(clock[2] / 1000))
for n = 4, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[n]) == 0 then hidden = hidden + 1 end
end
if hidden > tonumber(ARGV[3]) then return 0 end
for n = 4, #ARGV do redis.call('HSETNX', KEYS[1], ARGV[n], at) end
keep(KEYS[1], ARGV[1], ARGV[2], now)
return 1
"""
)
# Life, longer, the number of prefixes, the prefixes; then pairs of field and value, which replace all fields with one
# of the prefixes.
REPLACE = (
    _KEEP
    + """
local first = 4 + tonumber(ARGV[3])
local new = {}
for n = first, #ARGV, 2 do new[ARGV[n]] = ARGV[n + 1] end
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  for n = 4, first - 1 do
    if string.sub(name, 1, #ARGV[n]) == ARGV[n] and not new[name] then redis.call('HDEL', KEYS[1], name) end
  end
end
for name, value in pairs(new) do redis.call('HSET', KEYS[1], name, value) end
if redis.call('EXISTS', KEYS[1]) == 1 then keep(KEYS[1], ARGV[1], ARGV[2], now) end
return 1
"""
)
# Life, longer.
TOUCH = _KEEP + "return keep(KEYS[1], ARGV[1], ARGV[2], now)"
# Marks the copies as complete, unless Redis lost its memory since the pass with this token began.
FINISH = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], '1')
redis.call('DEL', KEYS[2])
return 1
"""
