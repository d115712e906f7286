#include "settings.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/text.h"

static const struct text_setting {
	const char *name, *value;
	size_t at;
} texts[] = {
	{ "CPMS_DATABASE_URL",
	    "postgres://cpms:cpms@localhost:5432/cpms?sslmode=disable",
	    offsetof(struct settings, database_url) },
	{ "GATEWAY_BASE_URL", "http://localhost:8080",
	    offsetof(struct settings, gateway_base_url) },
	{ "GATEWAY_API_KEY", "",
	    offsetof(struct settings, gateway_api_key) },
	{ "CPMS_OPERATOR_KEY", "",
	    offsetof(struct settings, operator_key) },
};

static const struct number_setting {
	const char *name;
	int64_t value, min, max;
	size_t at;
} numbers[] = {
	{ "CPMS_STALE_SESSION_HOURS", 24, 1, 8784,
	    offsetof(struct settings, stale_session_hours) },
	{ "CPMS_MAX_CHARGE_KW", 500, 1, 100000,
	    offsetof(struct settings, energy.max_charge_kw) },
	{ "CPMS_REVIEW_KWH", 250, 1, 1000000,
	    offsetof(struct settings, energy.review_kwh) },
};

bool
settings_load(struct settings *set)
{
	bool ok = true;
	const char *s;
	size_t i;

	for (i = 0; i < countof(texts); i++) {
		s = getenv(texts[i].name);
		*(const char **)((char *)set + texts[i].at) =
		    s == NULL ? texts[i].value : s;
	}
	for (i = 0; i < countof(numbers); i++) {
		const struct number_setting *n = &numbers[i];
		int64_t *at = (int64_t *)(void *)((char *)set + n->at);

		*at = n->value;
		s = getenv(n->name);
		if (s == NULL || *s == '\0' || text_int(s, n->min, n->max, at))
			continue;
		log_line(LOG_ERROR_LINE, "%s is not a whole number from "
		    "%lld to %lld", n->name, (long long)n->min,
		    (long long)n->max);
		ok = false;
	}
	return ok;
}
