"""api_scenario.py [--record FILE]

Lives a recorded day of chargers against the system under test and meets every
answer and every problem that each call is described with.  Prints what was not
met, and each answer that is not as described.  --record writes the examples of
handlers/examples.json."""
import json
import os
import signal
import subprocess
import sys
import threading
import time

import api

NIL = "00000000-0000-0000-0000-000000000000"
DAY = "tests/data/depot-day.ndjson"
TIMES = {"from": "2026-10-05T00:00:00Z", "to": "2026-10-06T00:00:00Z"}
LATER = "2026-10-20T00:00:00Z"
LARGE = 2 * 1024 * 1024

client = api.Client(os.environ["CPMS_TEST_BASE_URL"])
operations = client.api.operations
run_dir = os.environ["CPMS_TEST_RUN_DIR"]
ids = {"chargePointId": "DEPOT-001"}
bad = []
met = {}		# (operation, status, problem): the answer
good = {}		# operation: ids, query, body of a call that is done
used = {}		# (operation, parameter): a value
carried = set()		# (operation, status, header)


def psql(*more):
    return ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d",
            os.environ["CPMS_TEST_DATABASE_URL"], *more]


def sql(statement):
    return subprocess.run(psql("-c", statement), check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def note(o, a, query, body, of):
    bad.extend("%s %s%s: %s: %s" % (o.name, a.status, query or "", why,
                                    a.text[:300])
               for why in client.api.wrong(o, a))
    key = (o.name, a.status, a.problem())
    carried.update((o.name, a.status, h) for h in a.headers)
    if key not in met or met[key].value == []:
        met[key] = a
    if a.status < 300:
        used.update({(o.name, n): v for n, v in query.items()})
        good.setdefault(o.name, (of, query, body))


def call(name, status=None, query=None, body=None, of=None, **how):
    """The answer; of: ids of the path other than those of this day."""
    o = operations[name]
    query = query or {}
    of = dict(ids, **(of or {}))
    a = client.call(o, of, query, body, **how)
    note(o, a, query, body, of)
    if status is not None and a.status != status:
        sys.exit("%s: %d, not %d: %s" % (name, a.status, status, a.text))
    return a


# --- the day

def event(kind, tx, ts, **more):
    return dict(type=kind, chargePointId="DEPOT-001", transactionId=tx, ts=ts,
                **more)


def register(value):
    return [{"measurand": "Energy.Active.Import.Register", "unit": "Wh",
             "value": str(value)}]


def places():
    call("site_create", 201, body={"name": "Depot North",
                                   "timeZone": "Europe/Berlin"})
    a = call("site_create", 200, body={"name": "Depot North"})
    ids["siteId"] = a.value["siteId"]
    call("site_create", 201, body={"name": "Depot South"})
    price = {"pricePerKwh": "0.4937", "currency": "EUR"}
    call("tariff_create", 201, body=price)
    call("tariff_create", 200, body=price)
    price = {"pricePerKwh": "0.5", "currency": "EUR", "validFrom": LATER}
    call("tariff_create", 201, body=price)
    price = {"pricePerKwh": "0.6", "currency": "EUR",
             "validFrom": TIMES["to"]}
    call("tariff_create", 409, body=price)
    call("site_wallet", 204, body={"payoutWallet": "0xA11CE"})
    for charger in ("DEPOT-001", "DEPOT-002", "DEPOT-003"):
        of = {"chargePointId": charger}
        call("charger_put", 201, of=of, body={"secret": "s3cret",
                                              "vendor": "Acme"})
        call("charger_put", 200, of=of, body={"maxPowerKw": 150})
        call("charger_site_put", 200, of=of, body={
            "siteId": ids["siteId"], "since": "2026-10-01T00:00:00Z"})
    call("charger_site_put", 409, body={
        "siteId": None, "since": "2026-09-01T00:00:00Z"})


def chargers():
    with open(DAY, encoding="utf-8") as f:
        day = [json.loads(line) for line in f if line.strip()]
    tx = next(e["transactionId"] for e in day if "transactionId" in e)
    one = [e for e in day if e.get("transactionId") == tx]
    call("event_ingest", 202, body=[one[0], one[1], one[-1]])
    for at in range(0, len(day), 200):
        call("event_ingest", 202, body=day[at:at + 200])
    call("event_ingest", 202, body=day[0])
    a = call("charger_session_list", 200, {"limit": 200})
    ids["sessionId"] = next(s["sessionId"] for s in a.value
                            if s["transactionId"] == tx)
    call("session_energy", 200)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    call("event_ingest", 202, body=[
        event("TransactionStarted", 900001, now, connectorId=1, idTag="TAG1",
              meterStartWh=7000000)] + [
        event("MeterSample", n, LATER, samples=register(5))
        for n in (900002, 900003)])
    ts = "2026-10-07T%02d:%02d:%02dZ"
    many = [event("TransactionStarted", 900004, ts % (1, 0, 0), connectorId=2,
                  idTag="TAG2", meterStartWh=0)]
    many += [event("MeterSample", 900004, ts % (
        2 + n // 3600, n // 60 % 60, n % 60), samples=register(n))
        for n in range(1, 1200)]
    many += [event("TransactionEnded", 900004, ts % (3, 0, 0),
                   meterStopWh=1200)]
    call("event_ingest", 202, body=many[:601])
    call("event_ingest", 202, body=many[601:])


def session_of(tx):
    a = call("session_list", 200, {"transactionId": tx})
    return {"sessionId": a.value[0]["sessionId"]}


def sessions():
    running = session_of(900001)
    call("session_finalize", 409, of=running)
    correction = {"energyWh": 650, "by": "Eve", "why": "read on site",
                  "idempotencyKey": "c-1"}
    call("session_correct", 409, of=running, body=correction)
    call("session_accept", 409, of=running, body={"by": "Eve", "why": "seen"})
    a = call("session_list", 200, {"needsReview": True, "status": "ended"})
    doubtful = {"sessionId": a.value[0]["sessionId"]}
    call("session_accept", 200, of=doubtful,
         body={"by": "Eve", "why": "the display showed it"})
    call("session_correct", 201, of=doubtful, body=correction)
    call("session_correct", 200, of=doubtful, body=correction)
    call("session_correct", 422, of=doubtful,
         body=dict(correction, energyWh=651))
    sql("""insert into large_sessions (session_id, charge_point_id, version,
        not_before, cause) select session_id, charge_point_id, 1, 'infinity',
        'Ended' from sessions where session_id = '%s'"""
        % doubtful["sessionId"])
    call("session_correction_delete", 409, of=doubtful)
    sql("delete from large_sessions where not_before = 'infinity'")
    call("session_correction_list", 200, of=doubtful)
    call("session_correction_delete", 200, {"by": "Eve", "why": "misread"},
         of=doubtful)
    call("session_finalize", 200, {"force": True}, of=doubtful)
    good["session_correction_list"] = (dict(ids, **doubtful), {}, None)
    good["session_energy"] = (dict(ids, **doubtful), {}, None)
    large = session_of(900004)
    a = call("session_energy", 200, {"revision": 1}, of=large)
    following = a.value["revisions"][0]["readings"]["next"]
    call("session_energy", 200, {"revision": 1, "readings": following},
         of=large)


def settlements():
    a = call("settlement_claim", 200, body={
        "worker": "payout-1", "limit": 2, "leaseSeconds": 600})
    claimed = a.value["settlements"]
    waiting = next(s for s in call("settlement_list", 200, {
        "status": "Pending", "limit": 200}).value
        if s["settlementId"] not in [c["settlementId"] for c in claimed])
    of = {"settlementId": waiting["settlementId"]}
    call("settlement_statement", 409, of=of)
    call("settlement_confirmed", 409, of=of, body={"txHash": "0x1"})
    call("settlement_failed", 409, of=of, body={"error": "never sent"})
    for n, word in enumerate(("failed", "confirmed")):
        of = {"settlementId": claimed[n]["settlementId"]}
        call("settlement_submitted", 204, of=of, body={
            "chain": "testnet", "txHash": "0xfeed%d" % n,
            "leaseToken": claimed[n]["leaseToken"]})
        call("settlement_" + word, 204, of=of, body={
            "failed": {"error": "out of gas"},
            "confirmed": {"txHash": "0xfeed1"}}[word])
    call("settlement_submitted", 409, of=of, body={
        "chain": "testnet", "txHash": "0xbeef"})
    ids.update(of)


def command(key, status, charger="DEPOT-001", **how):
    call("command_create", status, body={
        "type": "RemoteStartTransaction", "chargePointId": charger,
        "idempotencyKey": key,
        "payload": {"idTag": "TAG1", "connectorId": 1, **how}})


def commands():
    command("k-1", 200)
    ids["commandId"] = met["command_create", 200, ""].value["commandId"]
    command("k-1", 200)
    command("k-1", 404, "NOBODY")
    for _ in range(2):
        command("k-2", 502, test="disconnected")
    command("k-1", 422, test="another")
    sql("""insert into commands (command_id, charge_point_id, type,
        idempotency_key, payload, status, created_at)
        values (gen_random_uuid(), 'DEPOT-001', 'RemoteStartTransaction',
        'k-3', '{"idTag": "TAG1", "connectorId": 1}',
        'Queued', now() - interval '1 minute')""")
    command("k-3", 504)
    command("k-3", 504)


def doors():
    of = {"chargePointId": "DEPOT-003"}
    call("charger_auth", 200, body={"presentedSecret": "s3cret",
                                    "remoteAddr": "192.0.2.7:50412"}, of=of)
    call("charger_auth", 401, body={"presentedSecret": "another"}, of=of)
    of = {"chargePointId": "DEPOT-002"}
    for _ in range(40):
        a = call("charger_auth", body={"presentedSecret": "another"}, of=of)
        if a.status == 429:
            break
    for _ in range(2):
        call("event_ingest", 422, body={"type": "ChargerBooted"})


# --- of every call the same

def following_cursor(o, of):
    """Of the page after one with a single item."""
    a = call(o.name, 200, {"limit": 1}, of=of)
    if "Link" not in a.headers:
        bad.append("%s: no second page" % o.name)
        return None
    return api.cursor_of(a.headers["Link"])


def value_of(o, p, of):
    known = dict(TIMES, limit=2, idTag="TAG1", transactionId=900001,
                 revision=1, **ids)
    schema = p["schema"]
    if p["name"] == "cursor":
        return following_cursor(o, of)
    if p["name"] in known:
        return known[p["name"]]
    if "enum" in schema:
        return schema["enum"][0]
    return {"boolean": True}.get(schema["type"], LATER)


def queries():
    for o in operations.values():
        if o.method != "GET":
            continue
        of = good[o.name][0] if o.name in good else ids
        call(o.name, 200, {"limit": 2} if "limit" in o.query else {}, of=of)
        for name, p in o.query.items():
            if (o.name, name) in used:
                continue
            value = value_of(o, p, of)
            if value is not None:
                call(o.name, 200, {name: value}, of=of)


def strangers(o):
    """Ids that nobody has; a name that no charger can have where any may."""
    known = o.name != "charger_put"
    of = {"chargePointId": "NOBODY" if known else "x" * 256, "sessionId": NIL,
          "siteId": NIL, "settlementId": NIL, "commandId": NIL}
    query, body = good[o.name][1:]
    if call(o.name, of=of, query=query, body=body).status != 404:
        call(o.name, 404, of=dict(of, chargePointId="x" * 256), query=query,
             body=body)


def refusals():
    for o in operations.values():
        if o.name == "openapi":
            continue
        if o.key:
            call(o.name, 401, key="wrong")
        call(o.name, 400, {"nonsense": 1})
        if o.ids:
            strangers(o)
        if o.body is None:
            continue
        call(o.name, 400, body=b"{")
        call(o.name, 422, body={"nonsense": 1})
        call(o.name, 413, body=b"",
             headers={"Content-Length": str(LARGE + 1)})


def at_once(jobs):
    threads = [threading.Thread(target=j) for j in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def again(name):
    of, query, body = good[name]
    return lambda: call(name, of=of, query=query, body=body)


def large_bodies():
    """More than there is room for, until one is told so."""
    many = json.dumps([event("X", n, LATER, zeros=[0] * 8000)
                       for n in range(80)]).encode()
    assert LARGE * 0.9 < len(many) < LARGE
    for _ in range(5):
        at_once([lambda: call("event_ingest", body=many)] * 16)
        if ("event_ingest", 429, "too-fast") in met:
            break


def locked():
    """No table answers."""
    lock = subprocess.Popen(psql(), stdin=subprocess.PIPE, text=True,
                            stdout=subprocess.PIPE)
    lock.stdin.write("""begin; do $$ begin execute (select 'lock table '
        || string_agg(format('%I', relname), ', ') from pg_class
        where relnamespace = 'public'::regnamespace
        and relkind in ('r', 'p') and not relispartition); end $$;
        select 'locked';\n""")
    lock.stdin.flush()
    assert lock.stdout.readline() == "locked\n"
    return lock


def blocked():
    lock = locked()
    try:
        at_once([again(name) for name in good if name != "openapi"])
        large_bodies()
    finally:
        lock.communicate("rollback;\n")


def without(name):
    """The endpoint is not there: neither its socket nor what was kept."""
    socket = os.path.join(run_dir, "s", name + ".sock")
    os.rename(socket, socket + ".away")
    try:
        with open(os.path.join(run_dir, "pid", name + ".pid"),
                  encoding="ascii") as f:
            for line in f:
                if line.startswith("child "):
                    os.kill(int(line.split()[1]), signal.SIGTERM)
        end = time.monotonic() + 60
        while again(name)().status != 503 and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        os.rename(socket + ".away", socket)


def failures():
    blocked()
    for name, o in operations.items():
        if "503" in o.responses and (name, 503, "unavailable") not in met:
            without(name)


def outside():
    """What belongs to no call: {problem: answer}."""
    asked = [("GET", "/v1/nothing"), ("PATCH", "/v1/sites"),
             ("GET", "/v1/sites?" + "x" * 40000)]
    found = {}
    for method, target in asked:
        a = client.send(method, target)
        bad.extend("%s: %s" % (target[:20], why) for why in client.api.fits(
            {"$ref": "#/components/schemas/Problem-" + a.problem()}, a.value))
        found[a.problem()] = a.value
    return found


def missed():
    for o in operations.values():
        for status, problem in sorted(set(o.described())):
            if (o.name, status, problem) not in met:
                yield "%s %d %s was not met" % (o.name, status, problem)
        for status, r in o.responses.items():
            for header in r.get("headers", {}):
                if (o.name, int(status), header) not in carried:
                    yield "%s %s never carried %s" % (o.name, status, header)
        for name in o.query:
            if (o.name, name) not in used:
                yield "%s ?%s was not used" % (o.name, name)


# --- examples

def without_instance(problem):
    return {k: v for k, v in problem.items() if k != "instance"}


def example_of(o, common):
    row = {"query": {}, "answers": {}, "problems": {}}
    row["query"] = {n: v for (name, n), v in used.items() if name == o.name}
    if good[o.name][2] is not None:
        row["request"] = good[o.name][2]
    for (name, status, problem), a in met.items():
        if name != o.name:
            continue
        if not problem:
            value = a.value if a.value is not None else a.text
            if isinstance(value, str):
                value = "\n".join(value.split("\n")[:12]) + "\n"
            if a.media:
                row["answers"][str(status)] = value
        elif without_instance(a.value) != without_instance(
                common.setdefault(problem, a.value)):
            row["problems"][problem] = a.value
    return {k: v for k, v in row.items() if v != {}}


def record(path, common):
    rows = {o.name: example_of(o, common)
            for o in sorted(operations.values(), key=lambda o: o.name)
            if o.name != "openapi"}
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"ids": dict(ids, limit=2, cursor=used[
            "session_list", "cursor"]), "problems": common,
            "operations": rows}, f, indent=1, ensure_ascii=False)
        f.write("\n")


for part in (places, chargers, sessions, settlements, commands, doors, queries,
             refusals, failures):
    part()
outer = outside()
bad += missed()
print("\n".join(sorted(set(bad))) or "%d kinds of answers" % len(met))
if sys.argv[1:2] == ["--record"]:
    record(sys.argv[2], outer)
sys.exit(bool(bad))
