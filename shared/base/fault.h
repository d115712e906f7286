/*
 * The faults of a request, as a closed list.
 *
 * Functions return a fault; the words for the caller stand in the context.
 * One table turns a fault into an HTTP status and a problem type (RFC 9457).
 */
#ifndef CPMS_BASE_FAULT_H
#define CPMS_BASE_FAULT_H

/* Nobody may pass over a fault: the compiler names who does. */
#ifdef __clang__
#define MUST_CHECK __attribute__((warn_unused_result))
#else
#define MUST_CHECK [[nodiscard]]
#endif

enum MUST_CHECK fault {
	FAULT_NONE,
	FAULT_SYNTAX,		/* the body is not JSON */
	FAULT_QUERY,		/* the query string */
	FAULT_UNAUTHORIZED,		/* missing or wrong bearer key */
	FAULT_NOT_FOUND,		/* no such thing */
	FAULT_METHOD,
	FAULT_CONFLICT,		/* not in the present state */
	FAULT_TOO_LARGE,
	FAULT_INVALID,		/* JSON, but not what is asked for */
	FAULT_KEY_REUSED,	/* idempotency key with another body */
	FAULT_TOO_FAST,		/* more than a caller may ask for */
	FAULT_BUSY,		/* what has waited too long for room */
	FAULT_DATABASE,		/* no database, or none in time */
	FAULT_GATEWAY,		/* the gateway refused or broke off */
	FAULT_GATEWAY_SLOW,	/* the gateway did not answer in time */
	FAULT_BUG,		/* ours */
	FAULT_COUNT,
	/*
	 * Not a fault: another thread answers the request, and may have done
	 * so already.  Nothing of the request may be looked at any more.
	 */
	FAULT_DEFERRED
};

struct fault_row {
	int status;
	const char *slug;	/* type is urn:cpms:problem:<slug> */
	const char *title;
	int retry_after;	/* seconds, when the context says nothing
				   else; 0 = no Retry-After */
};

const struct fault_row *fault_row(enum fault);

#endif
