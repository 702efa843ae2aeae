/* slack.c - the digest to a Slack webhook, which answers `ok` when it has posted it, and a word of plain text when not. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/notify/slack_blocks.h"
#include "core/notify/webhook.h"

/* https://hooks.slack.com/services/T.../B.../SECRET. Others take the same messages (Mattermost at /hooks/...), so a host that is not Slack's
 * is asked, and doctor says so. */
static int slack_shape(const char *url, bool *odd, struct error *err)
{
	struct slice host = http_host(url);
	const char *path = host.text ? strchr(host.text, '/') : NULL;
	bool slack = webhook_host_is(host, "hooks.slack.com") || webhook_host_is(host, "hooks.slack-gov.com");

	if (path && (!strncmp(path, "/triggers/", 10) || !strncmp(path, "/workflows/", 11)))
		return error_set(err, STATUS_CONFIG, "The Slack address is that of a workflow, which takes variables and no message; make an "
		                 "incoming webhook for the channel and take its address.");
	if (!path || strlen(path) < 2 || (slack && strncmp(path, "/services/", 10) != 0))
		return error_set(err, STATUS_CONFIG, "The Slack address is not that of an incoming webhook "
		                 "(https://hooks.slack.com/services/...); copy the whole of it.");
	*odd = !slack;
	return 0;
}

/* Words of Slack's answers and what to do about them. The status that comes with them is not looked at: sources differ on it
 * (invalid_token was seen with 403 and with 404). */
static const struct { const char *word, *mend; } mends[] = {
	{ "invalid_payload", "Slack cannot read the message; please report it." },
	{ "invalid_blocks", "Slack does not take the blocks; please report it." },
	{ "msg_blocks_too_long", "Slack does not take that many characters; please report it." },
	{ "no_text", "Slack cannot read the message; please report it." },
	{ "user_not_found", "The webhook points to a person who is gone: make a new one." },
	{ "action_prohibited", "An administrator of the workspace does not allow it: ask one." },
	{ "posting_to_general_channel_denied", "The webhook may not post to that channel: choose another one." },
	{ "invalid_token", "The address is wrong or was revoked: copy it from the app's page again." },
	{ "token_revoked", "The webhook was revoked: make a new one." },
	{ "channel_not_found", "The channel is gone: make a webhook for another one." },
	{ "channel_is_archived", "The channel is archived: bring it back, or make a webhook for another one." },
	{ "no_service", "The webhook is gone or turned off: make a new one." },
	{ "no_active_hooks", "The webhook is turned off: turn it on, or make a new one." },
	{ "no_team", "The workspace is not known: copy the address from the app's page again." },
	{ "team_disabled", "The workspace is turned off." },
	{ "rollup_error", "That is Slack's own trouble: try again later." },
};

/* Whether the body is the word, blanks around it aside. */
static bool says(struct slice body, const char *word)
{
	while (body.len && strchr(" \r\n\t", body.text[body.len - 1]))
		body.len--;
	return slice_is(body, word);
}

/* What to do about an answer. Its word stands in the sentence already where it came as text/plain; as text/html it does not. */
static void add_mend(const struct talk_reply *reply, struct strbuf *mend)
{
	for (size_t i = 0; i < sizeof mends / sizeof *mends && !mend->len; i++) {
		if (!says(reply->body, mends[i].word))
			continue;
		if (!strstr(reply->why, mends[i].word))
			strbuf_addf(mend, "It said %s. ", mends[i].word);
		strbuf_adds(mend, mends[i].mend);
	}
}

/* 200 is not enough: a proxy's page has it too. */
static int slack_judge(const struct talk_reply *reply, struct error *err)
{
	struct strbuf mend = STRBUF_INIT(1024), words = STRBUF_INIT(4096);

	if (reply->outcome == TALK_FINE && says(reply->body, "ok"))
		return 0;
	add_mend(reply, &mend);
	notify_text(reply->body.text, 200, &words);
	if (reply->outcome != TALK_FINE)
		webhook_failed(reply, mend.len ? mend.buf : NULL, err);
	else
		error_set(err, STATUS_UNAVAILABLE, "Slack answered %d and not ok: %s. A proxy or a sign-in may stand in between.",
		          reply->status, words.len ? words.buf : "nothing at all");
	strbuf_release(&mend);
	strbuf_release(&words);
	return -1;
}

static const struct webhook_kind slack_kind = {
	.ops = &notify_slack, .what = "the Slack address", .variable = "ROUSE_SLACK_URL", .file = "slack.url_file",
	.command = "slack.url_command", .shape = slack_shape, .judge = slack_judge,
};

static int slack_make(struct notify **notify, const struct config *config, struct talk *talk, struct error *err)
{
	return webhook_make(&slack_kind, notify, config, talk, err);
}

const struct notify_ops notify_slack = {
	.name = "slack", .title = "Slack", .word = "posted", .make = slack_make, .encode = slack_blocks, .begin = webhook_begin,
	.step = webhook_step, .check = webhook_check, .show = webhook_show, .fd = webhook_fd, .free = webhook_free,
};
