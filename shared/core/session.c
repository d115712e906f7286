#include "session.h"

#include <string.h>

static const char *const end_names[] = {
	[END_NONE] = NULL,
	[END_REPORTED] = "Reported",
	[END_SUPERSEDED] = "Superseded",
	[END_STALE] = "Stale",
	[END_AMBIGUOUS] = "Ambiguous",
};

const char *
end_kind_name(enum end_kind k)
{
	return end_names[k];
}

enum end_kind
end_kind_of(const char *name)
{
	size_t i;

	for (i = 1; name != NULL && i < countof(end_names); i++)
		if (strcmp(end_names[i], name) == 0)
			return (enum end_kind)i;
	return END_NONE;
}

bool
session_merge_start(struct session *s, const char *id_tag, bool has_meter,
    mwh_t meter)
{
	bool changed = false;

	if (has_meter != s->has_meter_start ||
	    (has_meter && meter != s->meter_start)) {
		changed = !s->start_conflict;
		s->start_conflict = true;
		if (has_meter &&
		    (!s->has_meter_start || meter < s->meter_start)) {
			s->has_meter_start = true;
			s->meter_start = meter;
			changed = true;
		}
	}
	if (id_tag != NULL &&
	    (s->id_tag == NULL || strcmp(id_tag, s->id_tag) < 0)) {
		s->id_tag = id_tag;
		changed = true;
	}
	return changed;
}
