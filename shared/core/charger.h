/* A charger (OCPP: charge point) and its connectors, as they are stored. */
#ifndef CPMS_CORE_CHARGER_H
#define CPMS_CORE_CHARGER_H

#include "base/uuid.h"

struct charger {
	const char *id;
	bool active;
	const char *vendor, *model, *firmware;	/* NULL: not known */
	const char *ocpp_version;
	bool has_max_power;	/* false: that of the settings stands for it */
	int64_t max_power_kw;
	bool has_site;
	struct uuid site;
	bool has_seen;
	usec_t last_seen_at;
	usec_t created_at, updated_at;

	/* Of a body alone: what is to be changed. */
	const char *secret;	/* NULL: stays */
	bool active_given, site_given;
};

struct connector {
	const char *charger;
	int32_t id;
	const char *status, *error_code;	/* NULL: not known */
	usec_t updated_at;
};

/* The secret and state that decide whether a charger may connect. */
struct charger_secret {
	const char *hash;		/* "": it has none */
	bool active;
	const char *ocpp_version;
	bool has_seen;
	usec_t last_seen_at;
};

/* The values that provisioning sets; NULL leaves one as it is. */
struct charger_seed {
	const char *id, *secret_hash;
	const bool *active;		/* NULL: a new one is active */
	const char *vendor, *model, *firmware, *ocpp_version;
	int64_t max_power_kw;		/* 0: as it is */
	const struct uuid *site;	/* nil: of none */
};

#define CHARGER_MAX_POWER_KW	2000

#endif
