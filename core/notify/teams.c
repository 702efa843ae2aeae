/* teams.c - the digest to a Teams workflow (`When a Teams webhook request is received`). Its 202 says that the message was accepted; whether
 * it was shown, nobody says. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/notify/teams_card.h"
#include "core/notify/webhook.h"

/* Office 365 connectors, which Microsoft has retired: they answered 200 whatever became of the message. */
static bool is_connector(struct slice host, const char *url)
{
	return webhook_host_is(host, "webhook.office.com") || webhook_host_is(host, "webhook.office365.com") ||
	       ((webhook_host_is(host, "outlook.office.com") || webhook_host_is(host, "outlook.office365.com")) &&
	        strstr(url, "/webhook"));
}

/* https://prod-NN.REGION.logic.azure.com:443/workflows/ID/triggers/manual/paths/invoke?...&sig=SECRET, or the longer one of Power
 * Platform with /workflows/ further in. */
static int teams_shape(const char *url, bool *odd, struct error *err)
{
	/* The public cloud, then those of governments and of China. */
	static const char *const hosts[] = {
		"logic.azure.com", "api.powerplatform.com", "logic.azure.us", "api.powerplatform.us", "powerplatform.microsoft.us",
		"logic.azure.cn", "api.powerplatform.cn",
	};
	struct slice host = http_host(url);
	const char *query = strchr(url, '?');

	if (is_connector(host, url))
		return error_set(err, STATUS_CONFIG, "The Teams address is that of an Office 365 connector (webhook.office.com), which "
		                 "Microsoft has retired; make a workflow in the channel that begins with `When a Teams "
		                 "webhook request is received`, and take its address.");
	if (!strstr(url, "/workflows/") || !strstr(url, "/triggers/"))
		return error_set(err, STATUS_CONFIG, "The Teams address is not that of a workflow's trigger (.../workflows/.../triggers/...); "
		                 "copy it from the workflow's first step.");
	if (!query || (!strstr(query, "&sig=") && strncmp(query, "?sig=", 5) != 0))
		return error_set(err, STATUS_CONFIG, "The Teams address has no sig= at its end: copy the whole of it, and let anyone trigger "
		                 "the workflow.");
	*odd = true;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		*odd = *odd && !webhook_host_is(host, hosts[i]);
	return 0;
}

/* What an operator does about a refusal; NULL where the sentence says enough. */
static const char *mend_of(int status)
{
	switch (status) {
	case 400:
		return "Look at the workflow's run history, and whether it is turned on.";
	case 401:
	case 403:
		return "Its signature is wrong, or the trigger is not open to anyone: copy the address from the workflow's first step again.";
	case 404:
	case 410:
		return "The workflow is gone or turned off: a workflow belongs to a person and ends with the account; copy the address anew.";
	case 413:
		return "The digest is larger than the workflow takes.";
	default:
		return NULL;
	}
}

/* 202 and an empty body, as a rule: the flow goes on later and unseen. A flow with a response of its own may answer 200. */
static int teams_judge(const struct talk_reply *reply, struct error *err)
{
	if (reply->outcome != TALK_FINE)
		return webhook_failed(reply, mend_of(reply->status), err);
	/* An old connector's 200, passed on by a gateway. */
	if (reply->body.text && bytes_find(reply->body.text, reply->body.len, "delivery failed", 15))
		return error_set(err, STATUS_UNAVAILABLE, "Teams answered %d, and that the message could not be delivered.", reply->status);
	if (!strncmp(reply->content_type, "text/html", 9))
		return error_set(err, STATUS_UNAVAILABLE, "A web page answered (%d) in the place of Teams: a proxy or a sign-in stands in "
		                 "between.", reply->status);
	return 0;
}

static const struct webhook_kind teams_kind = {
	.ops = &notify_teams, .what = "the Teams address", .variable = "ROUSE_TEAMS_URL", .file = "teams.url_file",
	.command = "teams.url_command", .shape = teams_shape, .judge = teams_judge,
};

static int teams_make(struct notify **notify, const struct config *config, struct talk *talk, struct error *err)
{
	return webhook_make(&teams_kind, notify, config, talk, err);
}

const struct notify_ops notify_teams = {
	.name = "teams", .title = "Teams", .word = "accepted", .make = teams_make, .encode = teams_card, .begin = webhook_begin,
	.step = webhook_step, .check = webhook_check, .show = webhook_show, .fd = webhook_fd, .free = webhook_free,
};
