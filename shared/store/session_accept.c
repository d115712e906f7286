#include "session_accept.h"

static const struct db_stmt accept_session = { "accept_session",
    "UPDATE sessions SET needs_review = false, updated_at = now()"
    " WHERE session_id = $1::uuid AND charge_point_id = $2::text" };

/* The same result: coming to it again makes no further revision. */
static const struct db_stmt accept_revision = { "accept_revision",
    "INSERT INTO session_revisions (session_id, charge_point_id, revision,"
    " made_at, cause, rule_version, energy_wh, energy_source, is_estimated,"
    " needs_review, started_at, ended_at, meter_start_wh, meter_stop_wh,"
    " reason, fingerprint, explanation, connector_id, accepted_by,"
    " accepted_why)"
    " SELECT session_id, charge_point_id, revision + 1, now(), 'Accepted',"
    " rule_version, energy_wh, energy_source, is_estimated, false,"
    " started_at, ended_at, meter_start_wh, meter_stop_wh, reason,"
    " fingerprint, explanation, connector_id, $3::text, $4::text"
    " FROM session_revisions WHERE session_id = $1::uuid"
    " AND charge_point_id = $2::text ORDER BY revision DESC LIMIT 1" };

enum fault
store_session_accept(struct ctx *cx, const struct session *s, const char *by,
    const char *why)
{
	struct db_value v[] = {
		db_uuid(&s->id), db_text(s->charger), db_text(by),
		db_text(why)
	};
	enum fault f;

	if ((f = db_queue(cx, &accept_session, v, 2, NULL)))
		return f;
	return db_queue(cx, &accept_revision, v, 4, NULL);
}
