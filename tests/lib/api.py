"""The API as build/openapi.json describes it, and calls of a running system that
are held against it.  Debian's python3-jsonschema; to 127.0.0.1 only."""
import copy
import http.client
import json
import os
import re
import urllib.parse
import uuid

import jsonschema

JSON = "application/json"
PROBLEM = "application/problem+json"

formats = jsonschema.FormatChecker(formats=())


@formats.checks("uuid", raises=ValueError)
def is_uuid(v):
    return not isinstance(v, str) or str(uuid.UUID(v)) == v.lower()


@formats.checks("date-time")
def is_time(v):
    return not isinstance(v, str) or re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", v)


class Operation:
    def __init__(self, api, path, method, row):
        self.name = row["operationId"]
        self.method = method.upper()
        self.path = path
        self.responses = row["responses"]
        self.open = row["security"] == []
        self.key = "" if self.open else list(row["security"][0])[0]
        parameters = [api.followed(p) for p in row.get("parameters", [])]
        self.query = {p["name"]: p for p in parameters if p["in"] == "query"}
        self.ids = {p["name"]: p for p in parameters if p["in"] == "path"}
        self.body = None
        if "requestBody" in row:
            self.body = row["requestBody"]["content"][JSON]

    def described(self):
        """Each (status, problem) that it may answer; problem "" for none."""
        for status, r in self.responses.items():
            if "content" not in r:
                yield int(status), ""
            for media, content in r.get("content", {}).items():
                if media != PROBLEM:
                    yield int(status), ""
                    continue
                schema = content["schema"]
                for one in schema.get("oneOf", [schema]):
                    yield int(status), one["$ref"].split("/Problem-")[1]


class Answer:
    def __init__(self, status, headers, text):
        self.status = status
        self.headers = headers
        self.text = text
        self.media = headers.get("Content-Type")
        self.value = None
        if self.media in (JSON, PROBLEM):
            self.value = json.loads(text)

    def problem(self):
        if self.media != PROBLEM:
            return ""
        return self.value["type"].rsplit(":", 1)[1]


def closed(schema):
    """Lets an answer have no members that are not described."""
    if isinstance(schema, dict):
        for v in schema.values():
            closed(v)
        if isinstance(schema.get("title"), str) and "properties" in schema \
                and "allOf" not in schema:
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        for v in schema:
            closed(v)


class Api:
    def __init__(self, text):
        self.doc = json.loads(text)
        self.operations = {}
        for path, methods in self.doc["paths"].items():
            for method, row in methods.items():
                o = Operation(self, path, method, row)
                self.operations[o.name] = o
        self.closed = copy.deepcopy(self.doc["components"])
        for name, schema in self.closed["schemas"].items():
            if not name.endswith("Body"):
                closed(schema)

    def followed(self, row):
        while "$ref" in row:
            at = self.doc
            for word in row["$ref"][2:].split("/"):
                at = at[word]
            row = at
        return row

    def fits(self, schema, value):
        """What of the value the schema refuses; [] when nothing."""
        whole = {"allOf": [schema], "components": self.closed}
        found = jsonschema.Draft202012Validator(
            whole, format_checker=formats).iter_errors(value)
        return ["/".join(map(str, e.absolute_path)) + ": " + e.message[:300]
                for e in found]

    def wrong(self, o, a):
        """What the description of the operation doesn't say of the answer."""
        row = o.responses.get(str(a.status))
        if row is None:
            return ["status %d is not described" % a.status]
        bad = []
        for name in self.doc["components"]["headers"]:
            if name not in a.headers:
                continue
            if name not in row.get("headers", {}):
                bad.append("header %s is not described" % name)
            schema = self.doc["components"]["headers"][name]["schema"]
            value = a.headers[name]
            bad += self.fits(schema, int(value) if schema.get("type") ==
                             "integer" else value)
        if "content" not in row:
            return bad + (["a body is not described"] if a.text else [])
        if a.media not in row["content"]:
            return bad + ["type %s is not described" % a.media]
        if a.value is not None:
            bad += self.fits(row["content"][a.media]["schema"], a.value)
        return bad


class Client:
    """The operations of the system at base, with its keys."""

    def __init__(self, base, api=None):
        self.host = urllib.parse.urlsplit(base).netloc
        assert self.host.startswith("127.0.0.1:"), base
        self.keys = {"operatorKey": os.environ.get("CPMS_OPERATOR_KEY", ""),
                     "gatewayKey": os.environ.get("GATEWAY_API_KEY", "")}
        if api is None:
            api = Api(self.send("GET", "/openapi.json").text)
        self.api = api

    def send(self, method, target, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.putrequest(method, target)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Type", JSON)
                if "Content-Length" not in (headers or {}):
                    connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            r = connection.getresponse()
            return Answer(r.status, r.headers, r.read().decode())
        finally:
            connection.close()

    def target(self, o, ids, query):
        path = o.path
        for name in o.ids:
            path = path.replace("{%s}" % name,
                                urllib.parse.quote(ids[name], safe=""))
        query = [(k, json.dumps(v) if isinstance(v, bool) else v)
                 for k, v in (query.items() if isinstance(query, dict)
                              else query)]
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

    def call(self, o, ids=(), query=(), body=None, key=None, headers=None):
        """body: what is sent as JSON, or bytes as they stand."""
        headers = dict(headers or {})
        key = self.keys.get(o.key, "") if key is None else key
        if key:
            headers["Authorization"] = "Bearer " + key
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.send(o.method, self.target(o, dict(ids), query),
                         body, headers)


def cursor_of(link):
    """Of the header Link, the next page's cursor."""
    query = urllib.parse.urlsplit(link.split(">")[0].lstrip("<")).query
    return urllib.parse.parse_qs(query)["cursor"][0]
