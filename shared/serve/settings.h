/* Settings: the environment, read once, checked at start. */
#ifndef CPMS_SERVE_SETTINGS_H
#define CPMS_SERVE_SETTINGS_H

#include "core/energy.h"

struct settings {
	const char *database_url;
	const char *gateway_base_url;
	const char *gateway_api_key;	/* "" = the gateway calls are open */
	const char *operator_key;	/* "" = the other calls are open */
	const char *insecure;		/* "1" = open on purpose */
	int64_t stale_session_hours;
	int64_t offline_minutes;
	const char *log_level;
	const char *backup_stamp;	/* "" = nobody tells of backups */
	int64_t max_event_kb;
	struct energy_policy energy;
};

/*
 * A setting's row, from which it is read and everything that is written of it
 * is made: cpms.env, the table in scripts/README.md, the manual.
 */
struct setting {
	const char *name;
	const char *value;	/* when it is not set */
	const char *says;
	int64_t min, max;	/* of a whole number; 0, 0: a text */
	size_t at;		/* in struct settings */
	bool scripts_only;	/* no program reads it */
};

extern const struct setting settings_rows[];	/* ends with a { 0 } */

/* False: a setting can't be read; its name and why were logged. */
bool settings_load(struct settings *);

/*
 * False, and a line in the log: the system is to be reached from beyond this
 * machine (CPMS_KEY_REQUIRED, from a supervisor with -k), and nobody needs a
 * key.  CPMS_INSECURE=1 turns that into a warning.
 */
bool settings_have_key(const struct settings *);

#endif
