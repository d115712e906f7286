#include "fault.h"

static const struct fault_row rows[FAULT_COUNT] = {
	[FAULT_NONE] = { 200, "none", "No problem", 0 },
	[FAULT_SYNTAX] = { 400, "not-json", "Not JSON", 0 },
	[FAULT_QUERY] = { 400, "bad-query", "Bad query", 0 },
	[FAULT_UNAUTHORIZED] = { 401, "unauthorized", "Unauthorized", 0 },
	[FAULT_NOT_FOUND] = { 404, "not-found", "Not found", 0 },
	[FAULT_METHOD] = { 405, "method-not-allowed",
	    "Method not allowed", 0 },
	[FAULT_CONFLICT] = { 409, "conflict", "Conflict", 0 },
	[FAULT_TOO_LARGE] = { 413, "too-large", "Too large", 0 },
	[FAULT_INVALID] = { 422, "bad-shape", "Unprocessable content", 0 },
	[FAULT_KEY_REUSED] = { 422, "idempotency-key-reused",
	    "Idempotency key reused", 0 },
	[FAULT_TOO_FAST] = { 429, "too-fast", "Too many requests", 1 },
	[FAULT_BUSY] = { 503, "unavailable", "Service unavailable", 1 },
	[FAULT_DATABASE] = { 503, "unavailable", "Service unavailable", 1 },
	[FAULT_GATEWAY] = { 502, "gateway", "Gateway failed", 0 },
	[FAULT_GATEWAY_SLOW] = { 504, "gateway-timeout",
	    "Gateway timed out", 0 },
	[FAULT_BUG] = { 500, "internal", "Internal error", 0 },
};

const struct fault_row *
fault_row(enum fault f)
{
	return &rows[(unsigned)f < FAULT_COUNT ? f : FAULT_BUG];
}
