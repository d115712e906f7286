#include "charger.h"

enum { MAX_NAME = 255, MAX_SECRET = 1024 };

static const struct member charger_members[] = {
	{ "chargePointId", MEMBER_CHARGER, AT(charger, id), .optional = true,
	    .says = "The name by which the charger connects." },
	{ "secret", MEMBER_STRING, AT(charger, secret), .min = 1,
	    .max = MAX_SECRET, .optional = true, .write_only = true,
	    .says = "What it has to present; a new charger needs one." },
	{ "isActive", MEMBER_BOOL, AT(charger, active),
	    GIVEN(charger, has_active), .alias = "active", .optional = true,
	    .says = "Whether it is let in; a new charger is." },
	{ "vendor", MEMBER_STRING, AT(charger, vendor), .max = MAX_NAME,
	    .optional = true, .nullable = true },
	{ "model", MEMBER_STRING, AT(charger, model), .max = MAX_NAME,
	    .optional = true, .nullable = true },
	{ "firmwareVersion", MEMBER_STRING, AT(charger, firmware),
	    .max = MAX_NAME, .optional = true, .nullable = true },
	{ "ocppVersion", MEMBER_STRING, AT(charger, ocpp_version),
	    .max = MAX_NAME, .optional = true },
	{ "maxPowerKw", MEMBER_INT, AT(charger, max_power_kw),
	    HAS(charger, has_max_power), .min = 1,
	    .max = CHARGER_MAX_POWER_KW, .optional = true,
	    .says = "Faster than this its meter can't have risen; null: as "
	    "the settings say." },
	{ "siteId", MEMBER_UUID, AT(charger, site), GIVEN(charger, has_site),
	    .optional = true, .takes_null = true, .nullable = true,
	    .says = "The site to which it belongs; null: to none." },
	{ "lastSeenAt", MEMBER_TIME, AT(charger, last_seen_at),
	    HAS(charger, has_seen), .read_only = true,
	    .says = "When it was last heard of: an event of it arrived, or it "
	    "authenticated." },
	{ "clockSkewSeconds", MEMBER_INT, AT(charger, clock_skew_seconds),
	    HAS(charger, has_clock_skew), .read_only = true,
	    .says = "The charger's time minus ours, by its latest event that "
	    "did not come out of a backlog; null: not known." },
	{ "createdAt", MEMBER_TIME, AT(charger, created_at),
	    .read_only = true },
	{ "updatedAt", MEMBER_TIME, AT(charger, updated_at),
	    .read_only = true },
	{ 0 }
};
const struct document charger_document = {
	"Charger", "A charger (OCPP: charge point).",
	charger_members, sizeof(struct charger), false
};

static const struct member charger_site_members[] = {
	{ "siteId", MEMBER_UUID, AT(charger_site, site),
	    GIVEN(charger_site, given), .takes_null = true,
	    .says = "The site to which it belongs from then on." },
	{ "since", MEMBER_TIME, AT(charger_site, since),
	    GIVEN(charger_site, since_given), .optional = true,
	    .says = "In the past; without it from now on." },
	{ 0 }
};
const struct document charger_site_document = {
	"ChargerSite", "The site of a charger, null for none.",
	charger_site_members, sizeof(struct charger_site), false
};

static const struct member connector_members[] = {
	{ "chargePointId", MEMBER_CHARGER, AT(connector, charger) },
	{ "connectorId", MEMBER_INT, AT(connector, id),
	    .says = "0 is the charger as a whole." },
	{ "status", MEMBER_STRING, AT(connector, status), .nullable = true,
	    .says = "OCPP's ChargePointStatus, as the charger sent it." },
	{ "errorCode", MEMBER_STRING, AT(connector, error_code),
	    .nullable = true },
	{ "updatedAt", MEMBER_TIME, AT(connector, updated_at) },
	{ 0 }
};
const struct document connector_document = {
	"Connector", "The latest status of a connector.",
	connector_members, sizeof(struct connector), false
};

static const struct member presented_members[] = {
	{ "presentedSecret", MEMBER_STRING, AT(presented, secret) },
	{ "remoteAddr", MEMBER_STRING, AT(presented, remote),
	    .optional = true, .says = "host:port, as the gateway sees it." },
	{ 0 }
};
const struct document presented_document = {
	"Presented", "The secret that a charger presents.",
	presented_members, sizeof(struct presented), true
};

static const struct member allowed_members[] = {
	{ "allowed", MEMBER_BOOL, AT(allowed, allowed) },
	{ "ocppVersion", MEMBER_STRING, AT(allowed, ocpp_version),
	    .omitted = true },
	{ 0 }
};
const struct document allowed_document = {
	"Allowed", "Whether the charger is let in.",
	allowed_members, sizeof(struct allowed), false
};
