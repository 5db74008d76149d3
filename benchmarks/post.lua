-- Sends the bodies of a file in turn, one per line, each time for another of many visitors behind the proxy that this
-- is, and prints the results as one line of JSON.
-- usage: wrk -s post.lua URL -- FILE

local VISITORS = 4096
local requests = {}
local turn = 0

function init(arguments)
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   wrk.headers["Accept"] = "application/json"
   local bodies = {}
   for body in io.lines(arguments[1]) do
      bodies[#bodies + 1] = body
   end
   for visitor = 0, math.max(VISITORS, #bodies) - 1 do
      wrk.headers["X-Forwarded-For"] = string.format("10.0.%d.%d", math.floor(visitor / 256) % 256, visitor % 256)
      requests[#requests + 1] = wrk.format(nil, nil, nil, bodies[visitor % #bodies + 1])
   end
end

function request()
   turn = turn % #requests + 1
   return requests[turn]
end

function done(summary, latency)
   local errors = summary.errors
   local lost = errors.connect + errors.read + errors.write + errors.timeout
   io.write(string.format(
      '\n{"requests":%d,"microseconds":%d,"bytes":%d,"refused":%d,"lost":%d,"p50":%d,"p99":%d,"longest":%d}\n',
      summary.requests, summary.duration, summary.bytes, errors.status, lost,
      latency:percentile(50), latency:percentile(99), latency.max
   ))
end
