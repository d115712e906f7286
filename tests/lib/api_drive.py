"""api_drive.py [--seed N] [--rounds N]

A client that knows nothing but the description of the system under test: it makes
queries and bodies from the schemas and the examples, right ones and slightly
wrong ones.  No answer may be a 5xx or one that is not described, and nothing may
be done that a schema refuses.  The same seed asks the same of the same system."""
import argparse
import copy
import json
import os
import random
import sys

import api

NIL = "00000000-0000-0000-0000-000000000000"
TIMES = ["2026-10-05T00:00:00Z", "2026-10-05T12:00:00.123456+02:00",
         "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
NO_TIMES = ["", "yesterday", "2026-13-01T00:00:00Z", "2026-10-05", "1e9"]
LETTERS = list("abcXYZ019 -_.:/%?#&=+\"'\\<>{}[]~") + ["ü", "€", "😀"]
ODD = [None, True, 0, -1, 1.5, 10 ** 19, -10 ** 19, 1e300, "", " ", "\0", "\x7f",
       "\ud800", "'; --", "=1+1", "x" * 300, [], [[]], {}, {"a": {"b": []}},
       "9" * 400, "\u202e", "NaN", "null", "2026-02-30T00:00:00Z"]
TEXTS = [b"", b" ", b"{", b"[", b"nul", b"\"", b"{\"a\":1}{}", b"\xff\xfe",
         b"{\"a\":1,\"a\":2}", b"[" * 3000, b"{\"a\":" * 300, b"1e999999",
         b"\xef\xbb\xbf{}", b"{\"\\u0000\":1}", b"{\"\\ud800\":1}", b"-"]

options = argparse.ArgumentParser()
options.add_argument("--seed", type=int, default=1)
options.add_argument("--rounds", type=int, default=12)
args = options.parse_args()
client = api.Client(os.environ["CPMS_TEST_BASE_URL"])
known = client.api
chance = random.Random(args.seed)
bad = []
seen = {}


# --- values made from schemas

def text_of(s):
    low = s.get("minLength", 0)
    high = min(s.get("maxLength", 40), 300)
    n = chance.choice([low, high, chance.randint(low, min(high, low + 12))])
    if "pattern" in s:
        return "".join(chance.choice("aZ09!~-_/\\\"'") for _ in range(n or 1))
    return "".join(chance.choice(LETTERS) for _ in range(n))


def string_of(s):
    form = s.get("format")
    if form == "uuid":
        return chance.choice([NIL] + [v for list_ in things.values()
                                      for v in list_ if api_uuid(v)])
    if form == "date-time":
        return chance.choice(TIMES)
    return text_of(s)


def api_uuid(v):
    return len(v) == 36 and v.count("-") == 4


def integer_of(s):
    low, high = s.get("minimum", -5), s.get("maximum", 100)
    return chance.choice([low, high, chance.randint(low, high)])


def number_of(s):
    return chance.choice([s.get("minimum", 0), 0.1, 0.4937, 12, 99999999.9999])


def object_of(s):
    properties = s.get("properties", {})
    needed = s.get("required", [])
    return {name: value_of(p) if chance.random() < 0.5 else there(name, p)
            for name, p in properties.items()
            if name in needed or chance.random() < 0.4}


def there(name, s):
    """The id of something that is there, where the name is of one."""
    return chance.choice(things[name]) if name in things else value_of(s)


def array_of(s):
    return [value_of(s["items"])
            for _ in range(chance.randint(s.get("minItems", 0), 3))]


def value_of(s):
    s = dict(known.followed(s), **{k: v for k, v in s.items() if k != "$ref"})
    if "oneOf" in s:
        return value_of(chance.choice(s["oneOf"]))
    if "enum" in s:
        return chance.choice(s["enum"])
    kind = s.get("type", chance.choice(["string", "integer", "object"]))
    kind = chance.choice(kind) if isinstance(kind, list) else kind
    return {"string": string_of, "integer": integer_of, "number": number_of,
            "boolean": lambda _: chance.random() < 0.5, "object": object_of,
            "array": array_of, "null": lambda _: None}[kind](s)


# --- slightly wrong

def places(value, at=()):
    """The paths of all that is in a value."""
    yield at
    if isinstance(value, dict):
        for k, v in value.items():
            yield from places(v, at + (k,))
    elif isinstance(value, list):
        for n, v in enumerate(value[:5]):
            yield from places(v, at + (n,))


def spoiled(value):
    value = copy.deepcopy(value)
    at = chance.choice(list(places(value)))
    if not at:
        if isinstance(value, dict):
            value[chance.choice(["nonsense", "", "\0", "a/b~c"])] = 1
            return value
        return chance.choice(ODD)
    inner = value
    for step in at[:-1]:
        inner = inner[step]
    if chance.random() < 0.25:
        del inner[at[-1]]
    else:
        inner[at[-1]] = chance.choice(ODD)
    return value


def body_of(o):
    if o.body is None:
        return chance.choice([None] * 5 + TEXTS)
    how = chance.random()
    if how < 0.1:
        return chance.choice(TEXTS)
    value = copy.deepcopy(o.body["example"]) if chance.random() < 0.4 \
        else value_of(o.body["schema"])
    for _ in range(0 if how < 0.4 else chance.randint(1, 2)):
        value = spoiled(value)
    return value


def wrong_value(s):
    if s.get("format") == "date-time":
        return chance.choice(NO_TIMES)
    if "maximum" in s:
        return chance.choice([s["maximum"] + 1, s["minimum"] - 1, "1x", "",
                              "0x1", " 1", "1.0", "9" * 30])
    return chance.choice(["", "\0", "x" * 256, "%", "\udcff", "nonsense"])


def query_of(o):
    """The pairs, and whether the schemas take all of them."""
    pairs, right = [], True
    for name, p in o.query.items():
        how = chance.random()
        if how < 0.25:
            value = value_of(p["schema"])
        elif how < 0.35:
            value = wrong_value(p["schema"])
        else:
            continue
        number = p["schema"]["type"] in ("integer", "boolean")
        right = right and not (number and isinstance(value, str)) \
            and known.fits(p["schema"], value) == []
        if isinstance(value, bool):
            value = json.dumps(value)
        pairs.append((name, str(value)))
    if chance.random() < 0.05:
        right = False
        pairs += [chance.choice([("nonsense", "1"), ("", "")])]
    return [(n, v.encode("utf-8", "surrogateescape")) for n, v in pairs], right


def ids_of(o):
    own = {}
    for name in o.ids:
        own[name] = chance.choice(things.get(name) or [NIL])
        if chance.random() < 0.1:
            own[name] = chance.choice(
                [NIL, "x", "a/b", "%", "x" * 256, "ü", " ", "\n", "..", "CP 9"])
    return own


# --- calls

def learn():
    """Ids of what is there, by the lists of the description."""
    found = {}
    for o in known.operations.values():
        if o.method != "GET" or o.ids or "limit" not in o.query:
            continue
        for row in client.call(o, query={"limit": 20}).value:
            for name, v in row.items():
                if isinstance(v, str) and name in (
                        "chargePointId", "siteId", "sessionId", "settlementId",
                        "commandId"):
                    found.setdefault(name, set()).add(v)
    return {name: sorted(v) for name, v in found.items()}


def own_types(schema, value):
    """Without the members that a body may have and that are passed over."""
    if not isinstance(value, dict):
        return value
    rows = known.followed(schema).get("properties", {})
    return {n: v for n, v in value.items()
            if not rows.get(n, {}).get("readOnly")}


def encoded(body):
    if body is None or isinstance(body, bytes):
        return body
    return json.dumps(body).encode()


def drive(o):
    of, (query, right) = ids_of(o), query_of(o)
    body = body_of(o)
    key = "" if chance.random() < 0.03 else None
    a = client.call(o, of, query, encoded(body), key)
    seen[o.name, a.status] = seen.get((o.name, a.status), 0) + 1
    why = known.wrong(o, a)
    if a.status >= 500:
        why.append("a 5xx")
    if a.status < 300 and not right:
        why.append("took a query that its schemas refuse")
    if a.status < 300 and o.key == "operatorKey" and o.body is not None:
        why += ["took a body that its schema refuses: " + w
                for w in refused(o, body)]
    if why:
        bad.append("%s %s: %d\n  body %.400s\n  answer %.400s\n  %s" % (
            o.method, client.target(o, of, query), a.status, encoded(body),
            a.text, "\n  ".join(why)))


def refused(o, body):
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except ValueError as e:
            return [str(e)]
    schema = o.body["schema"]
    return known.fits(schema, own_types(schema, body))


things = learn()
for _ in range(args.rounds):
    for one in known.operations.values():
        if one.name != "openapi":
            drive(one)
print("%d calls, %d kinds of answers" % (sum(seen.values()), len(seen)))
if bad:
    print("\n".join(bad[:40]))
    sys.exit("%d answers were wrong; again with: make drive SEED=%d ROUNDS=%d"
             % (len(bad), args.seed, args.rounds))
