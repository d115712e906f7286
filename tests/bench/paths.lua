-- wrk -s paths.lua URL -- FILE [BODY]
--
-- Asks for the paths of FILE, in another order in each thread; with BODY they
-- are posted.  Ends with the line of events.lua.
local threads = 0

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
end

local requests, n = {}, 0

function init(args)
	for path in io.lines(args[1]) do
		table.insert(requests, wrk.format(args[2] and "POST" or "GET",
			path, { ["Content-Type"] = "application/json" },
			args[2]))
	end
	n = math.floor(#requests / 2) * number
end

function request()
	n = n % #requests + 1
	return requests[n]
end

function done(summary, latency, _)
	local e = summary.errors

	io.write(string.format("wrk %.1f %.0f %.0f %.0f %d\n",
		summary.requests / (summary.duration / 1e6),
		latency:percentile(50), latency:percentile(99),
		latency:percentile(99.9),
		e.connect + e.read + e.write + e.status + e.timeout))
end
