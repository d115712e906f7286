#include "command.h"

#include <string.h>

const char *const command_type_names[] = {
	"RemoteStartTransaction", "RemoteStopTransaction",
	"ChangeConfiguration", "Reset", NULL
};

const char *const command_status_names[] = {
	[COMMAND_QUEUED] = "Queued",
	[COMMAND_SENT] = "Sent",
	[COMMAND_ACKED] = "Acked",
	[COMMAND_FAILED] = "Failed",
	[COMMAND_UNKNOWN] = "Unknown",
	NULL
};

static const char too_late[] = "the gateway did not answer in time";

const char *
command_status_name(enum command_status s)
{
	return command_status_names[s];
}

bool
command_settled(const struct command *c)
{
	return c->status != COMMAND_QUEUED && c->status != COMMAND_SENT;
}

static void
command_set(struct command *c, enum command_status s, int answer,
    const char *error)
{
	c->status = s;
	c->answer = answer;
	c->error = error;
}

void
command_expire(struct command *c, usec_t now)
{
	usec_t end = c->has_deadline ? c->deadline :
	    c->created_at + COMMAND_PATIENCE;

	if (command_settled(c) || now <= end)
		return;
	if (c->acked)
		command_set(c, COMMAND_ACKED, 200, NULL);
	else
		command_set(c, COMMAND_UNKNOWN, 504, too_late);
}

/* Equal but for white space around it. */
static bool
answer_is(const char *text, const char *words)
{
	static const char blanks[] = " \t\r\n";
	size_t n = strlen(words);

	if (text == NULL)
		return false;
	text += strspn(text, blanks);
	return strncmp(text, words, n) == 0 &&
	    text[n + strspn(text + n, blanks)] == '\0';
}

static void
judge_answer(struct command *c, const struct gateway_answer *a)
{
	if (a->status == 200 && a->is_json)
		command_set(c, COMMAND_ACKED, 200, NULL);
	else if (a->status == 400)
		command_set(c, COMMAND_FAILED, 502,
		    "the gateway refused the command");
	else if (a->status == 502 &&
	    answer_is(a->text, "charger not connected"))
		command_set(c, COMMAND_FAILED, 502, "charger not connected");
	else if (a->status == 200)
		command_set(c, COMMAND_UNKNOWN, 502,
		    "the gateway's answer can't be read");
	else
		command_set(c, COMMAND_UNKNOWN, 502,
		    "the gateway could not say whether the charger got it");
}

void
command_judge(struct command *c, const struct gateway_answer *a)
{
	c->response = a->text;
	switch (a->end) {
	case GATEWAY_ANSWERED:
		judge_answer(c, a);
		break;
	case GATEWAY_NOT_CONNECTED:
		command_set(c, COMMAND_FAILED, 502,
		    "no connection to the gateway");
		break;
	case GATEWAY_SLOW:
		command_set(c, COMMAND_UNKNOWN, 504, too_late);
		break;
	case GATEWAY_BROKEN:
		command_set(c, COMMAND_UNKNOWN, 502,
		    "the connection to the gateway broke");
		break;
	}
}
