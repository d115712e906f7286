/* A charger (OCPP: charge point) and its connectors, as they are stored. */
#ifndef CPMS_CORE_CHARGER_H
#define CPMS_CORE_CHARGER_H

#include "base/uuid.h"

struct charger {
	const char *id;
	bool has_active, active;
	const char *vendor, *model, *firmware;	/* NULL: not known */
	const char *ocpp_version;
	bool has_max_power;	/* false: that of the settings stands for it */
	int64_t max_power_kw;
	bool has_site;
	struct uuid site;
	bool has_seen;
	usec_t last_seen_at;
	bool has_clock_skew;
	int64_t clock_skew_seconds;	/* its time minus ours */
	usec_t created_at, updated_at;

	/* Only to be changed, never shown. */
	const char *secret, *secret_hash;	/* NULL: stays */
};

struct connector {
	const char *charger;
	int32_t id;
	const char *status, *error_code;	/* NULL: not known */
	usec_t updated_at;
};

/*
 * Active and heard within CPMS_OFFLINE_MINUTES or not; not active: registered
 * by nobody (it only sends events), or taken out of service.  In this order.
 */
extern const char *const charger_state_names[];	/* ends with a NULL */

/* The secret and state that decide whether a charger may connect. */
struct charger_secret {
	const char *hash;		/* "": it has none */
	bool active;
	const char *ocpp_version;
	bool has_seen;
	usec_t last_seen_at;
};

#define CHARGER_MAX_POWER_KW	2000

#endif
