/* Settings: the environment, read once, checked at start. */
#ifndef CPMS_SERVE_SETTINGS_H
#define CPMS_SERVE_SETTINGS_H

#include "core/energy.h"

struct settings {
	const char *database_url;
	const char *gateway_base_url;
	const char *gateway_api_key;	/* "" = the gateway calls are open */
	const char *operator_key;	/* "" = the other calls are open */
	int64_t stale_session_hours;
	struct energy_policy energy;
};

/* False: a setting can't be read; its name and why were logged. */
bool settings_load(struct settings *);

#endif
