#include "continuity.h"

static const struct member link_members[] = {
	{ "sessionId", MEMBER_UUID, AT(link, session) },
	{ "startedAt", MEMBER_TIME, AT(link, started_at) },
	{ "endedAt", MEMBER_TIME, AT(link, ended_at) },
	{ "meterStartWh", MEMBER_MWH, AT(link, start_mwh),
	    HAS(link, has_start_mwh), .says = "The baseline of the figure, "
	    "else the session's meterStartWh; null: not known." },
	{ "meterEndWh", MEMBER_MWH, AT(link, end_mwh),
	    HAS(link, has_end_mwh), .says = "The meterStopWh that was "
	    "reported, else baseline and energy of step "
	    "MeterValues.Register where that gave the figure and the meter "
	    "did not restart; null: not known." },
	{ "energyWh", MEMBER_INT, AT(link, energy_wh),
	    HAS(link, has_energy), .says = "The number on the bill." },
	{ "gapWh", MEMBER_MWH, AT(link, gap), HAS(link, has_gap),
	    .says = "meterStartWh less meterEndWh of the session before: of "
	    "those that started earlier the one that ended last." },
	{ "kind", MEMBER_STATE, AT(link, kind), .words = link_kind_names,
	    .says = "Continuous: within 1 Wh.  Between: the meter rose while "
	    "nobody was charged.  Overlap: it starts before the one before "
	    "it ended.  Unknown: one of the two registers is." },
	{ 0 }
};
static const struct document link_document = {
	"ContinuityLink", "A session, held against the one before it on its "
	"connector.", link_members, sizeof(struct link), false
};

static const struct member sums_members[] = {
	{ "sessions", MEMBER_INT, AT(continuity_sums, sessions) },
	{ "deliveredWh", MEMBER_MWH, AT(continuity_sums, delivered),
	    .says = "The sum of energyWh." },
	{ "betweenWh", MEMBER_MWH, AT(continuity_sums, between),
	    .says = "The sum of gapWh of kind Between." },
	{ "backWh", MEMBER_MWH, AT(continuity_sums, back),
	    .says = "How far the meter went back: of kind MeterBack." },
	{ "overlaps", MEMBER_INT, AT(continuity_sums, overlaps) },
	{ "unknown", MEMBER_INT, AT(continuity_sums, unknown),
	    .says = "Links that no sum tells of." },
	{ 0 }
};
static const struct document sums_document = {
	"ContinuitySums", NULL, sums_members,
	sizeof(struct continuity_sums), false
};

static const struct member chain_members[] = {
	{ "connectorId", MEMBER_INT, AT(chain, connector) },
	{ "", MEMBER_INLINE, AT(chain, sums), .document = &sums_document },
	{ "links", MEMBER_LIST, AT(chain, links), COUNT(chain, n_links),
	    .document = &link_document, .says = "In order of start." },
	{ 0 }
};
static const struct document chain_document = {
	"ContinuityChain", NULL, chain_members, sizeof(struct chain), false
};

static const struct member continuity_members[] = {
	{ "chargePointId", MEMBER_CHARGER, AT(continuity, charger) },
	{ "", MEMBER_INLINE, AT(continuity, sums),
	    .document = &sums_document },
	{ "connectors", MEMBER_LIST, AT(continuity, chains),
	    COUNT(continuity, n_chains), .document = &chain_document },
	{ 0 }
};
const struct document continuity_document = {
	"Continuity", "The registers of a charger's connectors over its "
	"finalized sessions, with sums over all of them.",
	continuity_members, sizeof(struct continuity), false
};
