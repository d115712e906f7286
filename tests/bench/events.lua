-- wrk -t THREADS -s events.lua URL -- CHARGERS SIZE RUN THREADS READY
--
-- Events of CHARGERS chargers as a gateway posts them: 70 % samples of
-- running sessions, 20 % heartbeats, 8 % status, 2 % ends with the start of
-- the next session, about 200 bytes each; SIZE of them a request.  No two are
-- the same.  prepare.sql has made the sessions that run at the beginning, and
-- says when that is.
-- Each thread has READY requests ready before it begins.
-- Ends with a line: wrk REQUESTS/S P50 P99 P99.9 FAILED (in microseconds).
local threads = 0

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
end

local chargers, size, serial, of, base, transactions = 2000, 1, 0, 2, 0, 0
local id, running, meter, pending = {}, {}, {}, nil
local ready, next_ready = {}, 1
local head = { ["Content-Type"] = "application/json" }

function init(args)
	of = tonumber(args[4]) or of
	chargers = math.floor((tonumber(args[1]) or chargers) / of)
	size = tonumber(args[2]) or size
	transactions = (tonumber(args[3]) or 0) * 1000000
	base = 1769904000 + (tonumber(args[3]) or 0) * 7200 + 3600
	math.randomseed(os.time() * 8 + number)
	for i = 1, chargers do
		local n = (i - 1) * of + number + 1

		id[i] = string.format("CP-%05d", n)
		running[i] = transactions + n
		meter[i] = 1000000
	end
	for k = 1, tonumber(args[5]) or 0 do
		ready[k] = compose()
	end
end

local second, text

local function stamp()
	local s = base + math.floor(serial / 1000)

	serial = serial + 1
	if s ~= second then
		second, text = s, os.date("!%Y-%m-%dT%H:%M:%S", s)
	end
	return string.format("%s.%03d%02d%dZ", text, serial % 1000,
		math.random(0, 99), number)
end

local function sample(i)
	meter[i] = meter[i] + 7
	return string.format('{"type":"MeterSample","chargePointId":"%s",' ..
		'"ts":"%s","transactionId":%d,"samples":[{"measurand":' ..
		'"Energy.Active.Import.Register","unit":"Wh",' ..
		'"value":"%d"}]}', id[i], stamp(), running[i], meter[i])
end

local function heartbeat(i)
	return string.format('{"type":"ChargerHeartbeat",' ..
		'"chargePointId":"%s","ts":"%s"}', id[i], stamp())
end

local function status(i)
	return string.format('{"type":"ConnectorStatusChanged",' ..
		'"chargePointId":"%s","ts":"%s","connectorId":1,' ..
		'"status":"%s","errorCode":"NoError"}', id[i], stamp(),
		serial % 2 == 0 and "Charging" or "SuspendedEV")
end

local function finish(i)
	local tx = running[i]

	pending = i
	running[i] = transactions + 10000 + serial * of + number
	return string.format('{"type":"TransactionEnded",' ..
		'"chargePointId":"%s","ts":"%s","transactionId":%d,' ..
		'"meterStopWh":%d,"reason":"Local"}', id[i], stamp(), tx,
		meter[i])
end

local function start(i)
	pending = nil
	return string.format('{"type":"TransactionStarted",' ..
		'"chargePointId":"%s","ts":"%s","connectorId":1,' ..
		'"transactionId":%d,"idTag":"TAG-%d","meterStartWh":%d}',
		id[i], stamp(), running[i], i, meter[i])
end

local function event()
	local i, dice = math.random(chargers), math.random(99)

	if pending then
		return start(pending)
	elseif dice <= 70 then
		return sample(i)
	elseif dice <= 90 then
		return heartbeat(i)
	elseif dice <= 98 then
		return status(i)
	end
	return finish(i)
end

function compose()
	local list

	if size == 1 then
		return wrk.format("POST", nil, head, event())
	end
	list = {}
	for k = 1, size do
		list[k] = event()
	end
	return wrk.format("POST", nil, head,
		"[" .. table.concat(list, ",") .. "]")
end

function request()
	local r = ready[next_ready]

	if r then
		ready[next_ready] = nil
		next_ready = next_ready + 1
		return r
	end
	return compose()
end

function done(summary, latency, _)
	local e = summary.errors

	io.write(string.format("wrk %.1f %.0f %.0f %.0f %d\n",
		summary.requests / (summary.duration / 1e6),
		latency:percentile(50), latency:percentile(99),
		latency:percentile(99.9),
		e.connect + e.read + e.write + e.status + e.timeout))
end
