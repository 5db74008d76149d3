-- Sends the bodies of a file in turn, one per line, and prints the results as one line of JSON.
-- usage: wrk -s post.lua URL -- FILE

local requests = {}
local turn = 0

function init(arguments)
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   wrk.headers["Accept"] = "application/json"
   for body in io.lines(arguments[1]) do
      requests[#requests + 1] = wrk.format(nil, nil, nil, body)
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
