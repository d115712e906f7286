/* A site: chargers of one owner in one place, with one tariff at a time. */
#ifndef CPMS_CORE_SITE_H
#define CPMS_CORE_SITE_H

#include "base/uuid.h"

struct site {
	struct uuid id;
	const char *name;	/* NULL in some legacy rows */
	const char *time_zone;	/* IANA's name, NULL: not known */
	const char *wallet;	/* NULL: none */
	usec_t created_at;
};

#endif
