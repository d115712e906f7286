# build/openapi.json: the description of the API (OpenAPI 3.1), from the rows of
# the endpoints (build/routes.json), what nginx answers by itself, and examples
# that were recorded ($examples).
include "statuses";
include "files";

# --- schemas: a document is a component, and elsewhere a reference to it

def is_document: type == "object" and (.title | type) == "string"
	and (.properties | type) == "object";

def ref($kind; $name): {"$ref": "#/components/\($kind)/\($name)"};

def with_description: with_entries(select(.key == "description"));

def document_ref($suffix):
	ref("schemas"; .title + $suffix) as $ref
	| (if .type | type == "array" then {anyOf: [$ref, {type: "null"}]}
	    else $ref end) + with_description;

def refs($suffix):
	walk(if is_document then document_ref($suffix) else . end);

# The words of a document stand where it is an answer, a body or an item; as
# the value of a member it has the words of the member.
def words_of_documents:
	., (.. | objects | .items?, .oneOf[]?) | select(is_document)
	| {key: .title, value: .description} | select(.value != null);

def components($suffix):
	([.[] | words_of_documents] | from_entries) as $says
	| [.[] | .. | select(is_document)
	    | (.properties |= map_values(refs($suffix)))
	    | .type = "object" | del(.description)]
	| group_by(.title) | map(unique
	    | if length > 1 then
		error("several documents have the name " + .[0].title)
	    else .[0] end
	    | {key: (.title + $suffix), value: (.
	    + ({description: $says[.title]} | select(.description) // {}))})
	| from_entries;

# --- problems

def problem_schema: "Problem-" + .slug;

# Those of the rows and those that nginx makes, by their slugs.
def problems:
	[.[].answers[] | select(.problem)
	    | {slug: .problem, status, title, retryAfter}]
	+ [statuses[] | {slug, status, title,
	    retryAfter: (if .status == 429 or .status == 503 then 1 else 0 end)}]
	| group_by(.slug)
	| map(.[0] + {statuses: (map(.status) | unique),
	    retryAfter: (map(.retryAfter) | max)});

def problem_component: {
	key: problem_schema,
	value: {
		title,
		allOf: [ref("schemas"; "Problem")],
		properties: {
			type: {const: "urn:cpms:problem:\(.slug)"},
			status: {enum: .statuses}
		}
	}
};

# --- answers

# $recorded: the examples of the call
def problem_example($recorded):
	($recorded.problems[.problem] // $examples[0].problems[.problem]) as $e
	| select($e != null) | {key: .problem, value: {value: $e}};

# The problems among the answers of one status, as one media type.
def problem_media($recorded):
	unique_by(.problem)
	| map(ref("schemas"; "Problem-" + .problem)) as $refs
	| {schema: (if $refs | length == 1 then $refs[0]
	    else {oneOf: $refs} end)}
	+ ([.[] | problem_example($recorded)]
	    | if . == [] then {} else {examples: from_entries} end);

def document_media($recorded):
	($recorded.answers["\(.status)"]) as $e
	| {schema: (.schema // {type: "string"} | refs(""))}
	+ (if $e == null then {} else {example: $e} end);

def content($recorded):
	(map(select(.problem)) | if . == [] then {} else
	    {"application/problem+json": problem_media($recorded)} end)
	+ (map(select(.problem == null and .type != null)
	    | {key: .type, value: document_media($recorded)}) | from_entries)
	| if . == {} then {} else {content: .} end;

def words_of_status:
	{"200": "It is done.", "201": "It was made."}["\(.)"] // "As asked.";

def response($recorded; $paged):
	.[0].status as $status
	| {description: (map(.says | select(.)) | unique
	    | if . == [] then $status | words_of_status else join("  ") end)}
	+ ({headers: ({"X-Request-Id": ref("headers"; "X-Request-Id")}
	    + (if any(.[]; .retryAfter > 0)
		then {"Retry-After": ref("headers"; "Retry-After")} else {} end)
	    + (map(select(.header) | {key: .header, value: ref("headers";
		.header)}) | from_entries)
	    + (if any(.[]; .problem == "unauthorized")
		then {"WWW-Authenticate": ref("headers"; "WWW-Authenticate")}
		else {} end)
	    + (if $paged and $status == 200
		then {Link: ref("headers"; "Link")} else {} end))})
	+ content($recorded);

# --- parameters

def id_of_path: capture("[{](?<id>[A-Za-z]+)[}]") // null | .id?;

def path_parameter: {
	name: ., in: "path", required: true,
	schema: (if . == "chargePointId"
	    then {type: "string", minLength: 1, maxLength: 255}
	    else {type: "string", format: "uuid"} end)
} + ($examples[0].ids[.] as $e | if $e == null then {} else {example: $e} end);

def is_common: .name == "limit" or .name == "cursor";

def query_parameter($recorded): {name, in: "query", schema}
	+ (if .says == null then {} else {description: .says} end)
	+ ($recorded.query[.name] as $e
	    | if $e == null then {} else {example: $e} end);

# --- operations

def tag: split("/") | if .[1] == "v1" then .[2] else "system" end;

def request_body($recorded): if .body == null then {} else {
	requestBody: {
		required: .bodyRequired,
		content: {"application/json": ({schema: (.body | refs("Body"))}
		    + (if $recorded.request == null then {}
		    else {example: $recorded.request} end))}
	}
} end;

def security: if .access == "open" then []
	else [{(.access + "Key"): []}] end;

def operation:
	($examples[0].operations[.name] // {}) as $recorded
	| any(.query[]; .name == "cursor") as $paged
	| {
		operationId: .name, summary: .says, tags: [.path | tag],
		security: security
	}
	+ (([.path | id_of_path | select(.) | ref("parameters"; .)]
	    + [.query[] | if is_common then ref("parameters"; .name)
	    else query_parameter($recorded) end])
	    | if . == [] then {} else {parameters: .} end)
	+ request_body($recorded)
	+ {responses: (.answers | group_by(.status)
	    | map({key: "\(.[0].status)", value: response($recorded; $paged)})
	    | from_entries)};

def file_operation: {
	operationId: .name, summary: .says, tags: ["system"], security: [],
	responses: {"200": {description: "The document.",
	    headers: {"X-Request-Id": ref("headers"; "X-Request-Id")},
	    content: {(.type): {schema: {type: "object"}}}}}
};

. as $rows
| problems as $problems
| {
	openapi: "3.1.0",
	info: {
		title: "CPMS Core",
		version: $version,
		summary: "The back office core of EV charging.",
		description: ("Members are in camelCase, times are RFC 3339 in "
		    + "UTC, errors are problems of RFC 9457. A list has at most "
		    + "`limit` items and names its next page in the header "
		    + "Link. What belongs to no call of this description is "
		    + "404, another method of a path 405 with Allow; HEAD is "
		    + "answered as GET. The problems below "
		    + "components.responses that no call names are of "
		    + "requests that reach none.")
	},
	servers: [{url: "/"}],
	tags: ([.[].path | tag] | unique | map({name: .})),
	paths: (reduce ($rows[] | {path, method, operation: operation}) as $o
	    ({}; .[$o.path][$o.method | ascii_downcase] = $o.operation)
	    + (files | map({key: .path, value: {get: file_operation}})
	    | from_entries)),
	components: {
		schemas: (([$rows[].answers[].schema | select(.)]
		    | components(""))
		    + ([$rows[].body | select(.)] | components("Body"))
		    + ($problems | map(problem_component) | from_entries)),
		responses: ($problems | map({key: .slug, value: ({
			description: .title,
			content: {"application/problem+json": ({
			    schema: ref("schemas"; problem_schema)}
			    + ($examples[0].problems[.slug] as $e
			    | if $e == null then {} else {example: $e} end))}
		    } + (if .retryAfter > 0 then {headers: {"Retry-After":
			ref("headers"; "Retry-After")}} else {} end))})
		    | from_entries),
		parameters: (([$rows[].path | id_of_path | select(.)] | unique
		    | map({key: ., value: path_parameter}) | from_entries)
		    + ([$rows[].query[] | select(is_common)] | unique_by(.name)
		    | map({key: .name, value: query_parameter(
			{query: $examples[0].ids})}) | from_entries)),
		headers: {
			"Retry-After": {description: "Seconds to wait.",
			    schema: {type: "integer", minimum: 1}},
			"Idempotent-Replayed": {description: ("true where an "
			    + "earlier request of the same key is answered."),
			    schema: {const: "true"}},
			ETag: {description: ("The SHA-256 of the answer, as a "
			    + "chain can carry it."), schema: {type: "string"}},
			"X-Request-Id": {description: ("As in the instance "
			    + "of a problem, and in the log."), schema: {type: "string",
			    format: "uuid"}},
			"WWW-Authenticate": {schema: {const: "Bearer"}},
			Link: {description: ("The path of the next "
			    + "page, rel=\"next\"; none on the last one."),
			    schema: {type: "string"}}
		},
		securitySchemes: {
			operatorKey: {type: "http", scheme: "bearer",
			    description: ("CPMS_OPERATOR_KEY; none where it "
			    + "is not set.")},
			gatewayKey: {type: "http", scheme: "bearer",
			    description: ("GATEWAY_API_KEY; none where it "
			    + "is not set.")}
		}
	}
}
