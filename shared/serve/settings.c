#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

#define AT(field) .at = offsetof(struct settings, field)

const struct setting settings_rows[] = {
	{ "CPMS_DATABASE_URL",
	    "postgres://cpms:cpms@localhost:5432/cpms?sslmode=disable",
	    "the database of the processes", AT(database_url) },
	{ "GATEWAY_BASE_URL", "http://localhost:8080",
	    "where the gateway takes commands", AT(gateway_base_url) },
	{ "GATEWAY_API_KEY", "",
	    "the gateway's Bearer key, in both directions; empty: open",
	    AT(gateway_api_key) },
	{ "CPMS_OPERATOR_KEY", "",
	    "the Bearer key of all calls but health and gateway; empty: open",
	    AT(operator_key) },
	{ "CPMS_INSECURE", "",
	    "1: serve beyond this machine without any key", AT(insecure) },
	{ "CPMS_STALE_SESSION_HOURS", "24",
	    "silence after which a session is closed", 1, 8784,
	    AT(stale_session_hours) },
	{ "CPMS_OFFLINE_MINUTES", "15",
	    "silence after which a charger is offline", 1, 527040,
	    AT(offline_minutes) },
	{ "CPMS_LOG_LEVEL", "info",
	    "the least of what is logged: info, warning or error",
	    AT(log_level) },
	{ "CPMS_BACKUP_STAMP", "",
	    "a file that your backup touches, for /metrics; empty: none",
	    AT(backup_stamp) },
	{ "CPMS_MAX_CHARGE_KW", "500",
	    "power that no meter can have risen faster than", 1, 100000,
	    AT(energy.max_charge_kw) },
	{ "CPMS_REVIEW_KWH", "250",
	    "energy of a session from which on it is for review", 1, 1000000,
	    AT(energy.review_kwh) },
	{ "CPMS_LARGE_SESSION", "2000",
	    "readings of a session above which it is decided beside ingest",
	    1, 1000000, AT(energy.large_session) },
	{ "CPMS_MAX_EVENT_KB", "64",
	    "size of one event; an array may have 2 MB", 1, 2048,
	    AT(max_event_kb) },
	{ "CPMS_MIGRATE_URL", "",
	    "the role that owns the tables, for migrate only; empty: the same",
	    .scripts_only = true },
	{ "CPMS_LISTEN_ADDR", "127.0.0.1:8081",
	    "where nginx of run listens; :8081 is everywhere",
	    .scripts_only = true },
	{ "CPMS_HOME", ".cpms", "where run keeps data, sockets and logs",
	    .scripts_only = true },
	{ 0 }
};

static bool
read_number(const struct setting *row, const char *s, int64_t *at)
{
	bool preset = text_int(row->value, row->min, row->max, at);

	if (s == NULL || *s == '\0')
		return preset;
	if (text_int(s, row->min, row->max, at))
		return true;
	log_line(LOG_ERROR_LINE, "%s is not a whole number from %lld to %lld",
	    row->name, (long long)row->min, (long long)row->max);
	return false;
}

bool
settings_load(struct settings *set)
{
	const struct setting *row;
	bool ok = true;
	const char *s;
	void *at;

	for (row = settings_rows; row->name != NULL; row++) {
		if (row->scripts_only)
			continue;
		at = (char *)set + row->at;
		s = getenv(row->name);
		if (row->max == 0)
			*(const char **)at = s == NULL ? row->value : s;
		else if (!read_number(row, s, at))
			ok = false;
	}
	if (!log_level_set(set->log_level)) {
		log_line(LOG_ERROR_LINE,
		    "CPMS_LOG_LEVEL is not info, warning or error");
		ok = false;
	}
	return ok;
}

bool
settings_have_key(const struct settings *set)
{
	if (getenv("CPMS_KEY_REQUIRED") == NULL ||
	    *set->gateway_api_key != '\0' || *set->operator_key != '\0')
		return true;
	if (strcmp(set->insecure, "1") == 0) {
		log_line(LOG_WARNING_LINE, "CPMS_INSECURE=1 and no key: "
		    "whoever reaches this may read and change everything");
		return true;
	}
	log_line(LOG_ERROR_LINE, "neither GATEWAY_API_KEY nor "
	    "CPMS_OPERATOR_KEY is set: whoever reaches this could read and "
	    "change everything; CPMS_INSECURE=1 allows it");
	return false;
}
