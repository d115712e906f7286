"""api_check.py OPENAPI-FILE ROUTES-FILE

Is the description one of OpenAPI 3.1, as far as a program can see, does it say
what the rows say, and has each part an example that is as described?  Prints what
is wrong; for examples that are missing or went stale, `make examples`."""
import json
import re
import sys

import jsonschema

import api

with open(sys.argv[1], encoding="utf-8") as f:
    doc = json.load(f)
with open(sys.argv[2], encoding="utf-8") as f:
    rows = json.load(f)
described = api.Api(json.dumps(doc))
components = doc["components"]["responses"]
bad = []


def check(holds, *words):
    if not holds:
        bad.append(" ".join(map(str, words)))


def members(row, where, required, optional=()):
    for name in required:
        check(name in row, where, "lacks", name)
    for name in row:
        check(name in required or name in optional or name.startswith("x-"),
              where, "has", name)


def schema(s, where):
    try:
        jsonschema.Draft202012Validator.check_schema(s)
    except jsonschema.SchemaError as e:
        bad.append("%s: %s" % (where, e.message))


def examples(kind, media, where):
    s = media["schema"]
    found = [media["example"]] if "example" in media else []
    found += [e["value"] for e in media.get("examples", {}).values()]
    if where in components or s == {"type": "object"}:
        wanted = len(found)
    else:
        wanted = len(s.get("oneOf", [s])) if kind == api.PROBLEM else 1
    check(len(found) == wanted, where, kind, "has", len(found), "examples")
    for e in found:
        for why in described.fits(media["schema"], e):
            bad.append("%s: its example: %s" % (where, why))


def content(media, where):
    for kind, m in media.items():
        check(re.fullmatch(r"[a-z]+/[a-z+]+(; [a-z]+=[a-z0-9.-]+)*", kind),
              where, "type", kind)
        members(m, where, ["schema"], ["example", "examples"])
        check(not ("example" in m and "examples" in m), where, "both examples")
        schema(m["schema"], where)
        examples(kind, m, where)


def response(r, where):
    members(r, where, ["description"], ["headers", "content"])
    check(r["description"], where, "says nothing")
    check(where[-3:] < "400" or "content" in r, where, "has no .fault")
    content(r.get("content", {}), where)


def parameter(p, where):
    p = described.followed(p)
    members(p, where, ["name", "in", "schema"],
            ["required", "description", "example"])
    check(p["in"] in ("path", "query"), where, "is in", p["in"])
    check(p["in"] != "path" or p.get("required") is True, where, "optional")
    schema(p["schema"], where)
    check("example" in p, where, p["name"], "has no example")
    if "example" in p:
        for why in described.fits(p["schema"], p["example"]):
            bad.append("%s: its example: %s" % (where, why))
    return p


def operation(o, where, path):
    members(o, where, ["operationId", "summary", "tags", "security",
                       "responses"], ["parameters", "requestBody"])
    found = [parameter(p, where) for p in o.get("parameters", [])]
    names = [(p["in"], p["name"]) for p in found]
    check(len(names) == len(set(names)), where, "repeats a parameter")
    check(sorted(n for i, n in names if i == "path") ==
          sorted(re.findall(r"{(\w+)}", path)), where, "path parameters")
    if "requestBody" in o:
        members(o["requestBody"], where, ["required", "content"])
        content(o["requestBody"]["content"], where + " body")
    for status, r in o["responses"].items():
        check(re.fullmatch("[1-5][0-9][0-9]", status), where, status)
        response(r, where + " " + status)
    check(any(s < "300" for s in o["responses"]), where, "has no success")
    for need in o["security"]:
        for name in need:
            check(name in doc["components"]["securitySchemes"], where, name)


def references(at, where):
    if isinstance(at, list):
        for n, v in enumerate(at):
            references(v, "%s/%d" % (where, n))
    elif isinstance(at, dict):
        for name, v in at.items():
            if name == "$ref" and isinstance(v, str):
                used.add(v)
                try:
                    described.followed(at)
                except KeyError:
                    bad.append("%s leads nowhere: %s" % (where, v))
            elif name not in ("example", "examples"):
                references(v, where + "/" + name)


def same_as_rows():
    by_name = {r["name"]: r for r in rows}
    ours = {n: o for n, o in described.operations.items()
            if not (o.open and n == "openapi")}
    check(sorted(by_name) == sorted(ours), "operations differ from the rows")
    for name, o in ours.items():
        row = by_name[name]
        check((o.method, o.path) == (row["method"], row["path"]), name)
        check(sorted(o.query) == sorted(q["name"] for q in row["query"]),
              name, "query")
        check(sorted(set(o.described())) == sorted(set(
            (a["status"], a["problem"] or "") for a in row["answers"])),
            name, "answers")
        check((o.body is None) == (row["body"] is None), name, "body")


members(doc, "the document", ["openapi", "info", "servers", "tags", "paths",
                              "components"])
check(re.fullmatch(r"3\.1\.\d+", doc["openapi"]), doc["openapi"])
members(doc["info"], "info", ["title", "version"], ["summary", "description"])
ids = []
for path_, methods_ in doc["paths"].items():
    check(path_.startswith("/"), path_)
    for method_, o_ in methods_.items():
        check(method_ in ("get", "put", "post", "delete"), path_, method_)
        operation(o_, method_ + " " + path_, path_)
        ids.append(o_["operationId"])
check(len(ids) == len(set(ids)), "an operationId is used twice")
kinds = {t["name"] for t in doc["tags"]}
check(kinds == {t for m in doc["paths"].values() for o in m.values()
                for t in o["tags"]}, "tags")
for kind_, all_ in doc["components"].items():
    for name_ in all_:
        check(re.fullmatch("[A-Za-z0-9._-]+", name_), kind_, name_)
for name_, s_ in doc["components"]["schemas"].items():
    schema(s_, name_)
for name_, r_ in doc["components"]["responses"].items():
    response(r_, name_)
used = set()
references(doc, "#")
for kind_ in ("schemas", "parameters", "headers"):
    for name_ in doc["components"][kind_]:
        check("#/components/%s/%s" % (kind_, name_) in used, name_, "is unused")
same_as_rows()
print("\n".join(bad) or "%d operations" % len(ids))
sys.exit(bool(bad))
