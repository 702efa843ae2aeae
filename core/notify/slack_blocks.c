#include "core/notify/slack_blocks.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/notify/notify.h"

#define LINK_MAX 2900

/* A message on its way. */
struct message {
	struct strbuf *out;
	struct strbuf text;     /* of the block in hand */
	size_t most;            /* bytes of one text of the digest */
	size_t all;             /* bytes of all texts so far, which are never fewer than characters */
	bool some;              /* there is a block before this one */
	bool too_long;          /* a text is longer than Slack takes */
};

/* & < > alone: anything more would be shown as it is. */
static void add_escaped(struct strbuf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '&')
			strbuf_adds(out, "&amp;");
		else if (text[i] == '<')
			strbuf_adds(out, "&lt;");
		else if (text[i] == '>')
			strbuf_adds(out, "&gt;");
		else
			strbuf_addc(out, text[i]);
	}
}

/* Adds a text from outside to the block in hand. */
static void add_text(struct message *message, const char *text, size_t most)
{
	struct strbuf visible = STRBUF_INIT(NOTIFY_TEXT_MAX);

	notify_text(text, most < message->most ? most : message->most, &visible);
	add_escaped(&message->text, strbuf_text(&visible), visible.len);
	strbuf_release(&visible);
}

static void add_words(struct message *message, const char *words)
{
	strbuf_adds(&message->text, words);
}

/* Ends the block in hand, if it says anything: `before` and `behind` are the JSON around its text. */
static void end_block(struct message *message, const char *before, const char *behind)
{
	if (message->text.len) {
		strbuf_addf(message->out, "%s%s", message->some ? "," : "", before);
		json_string(message->out, (struct slice){ message->text.buf, message->text.len });
		strbuf_adds(message->out, behind);
		message->some = true;
		message->all += message->text.len;
		message->too_long = message->too_long || message->text.len > SLACK_SECTION_MAX || message->all > SLACK_BLOCKS_MAX;
	}
	strbuf_clear(&message->text);
}

static void end_section(struct message *message)
{
	end_block(message, "{\"type\":\"section\",\"text\":{\"type\":\"plain_text\",\"emoji\":false,\"text\":", "}}");
}

/* -- blocks -- */

static void add_warnings(struct message *message, const struct digest *digest)
{
	for (size_t i = 0; i < digest->warning_count; i++) {
		add_words(message, i ? "\n" : digest->complete ? "WARNING: " : "INCOMPLETE: ");
		add_text(message, digest->warnings[i], DIGEST_TEXT_MAX);
	}
	end_section(message);
}

static void add_summary(struct message *message, const struct digest *digest)
{
	add_text(message, digest->title, DIGEST_TEXT_MAX);
	if (message->text.len > SLACK_HEADER_MAX)
		end_section(message);   /* no title of ours is that long */
	end_block(message, "{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"emoji\":false,\"text\":", "}}");
	add_text(message, digest->counts, DIGEST_TEXT_MAX);
	add_words(message, message->text.len && digest->change && *digest->change ? "\n" : "");
	add_text(message, digest->change, DIGEST_TEXT_MAX);
	end_section(message);
}

static void add_worst(struct message *message, const struct digest *digest)
{
	for (size_t i = 0; i < digest->worst_count; i++) {
		add_words(message, i ? "\n" : "Worst:\n");
		add_text(message, digest->worst[i].name, DIGEST_TEXT_MAX);
		add_words(message, ": ");
		add_text(message, digest->worst[i].text, DIGEST_TEXT_MAX);
	}
	end_section(message);
}

static void add_teams(struct message *message, const struct digest *digest)
{
	for (size_t i = 0; i < digest->team_count; i++) {
		add_words(message, i ? "\n" : "By team:\n");
		add_text(message, digest->teams[i].text, 40);
		add_words(message, "  ");
		add_text(message, digest->teams[i].name, DIGEST_TEXT_MAX);
	}
	end_section(message);
}

/* The number is plain text; the link has words of ours. In an address, | ends it and would begin its words. */
static void add_record(struct message *message, const struct digest *digest)
{
	const char *url = digest->record_url;

	if (digest->record && *digest->record) {
		add_words(message, "Ticket: ");
		add_text(message, digest->record, DIGEST_TEXT_MAX);
	}
	end_section(message);
	if (!notify_url_good(url) || strchr(url, '|') || strlen(url) > LINK_MAX)
		return;
	add_words(message, "<");
	add_escaped(&message->text, url, strlen(url));
	add_words(message, "|Open the ticket>");
	end_block(message, "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":", "}}");
}

static void add_footer(struct message *message, const struct digest *digest)
{
	add_text(message, digest->scope, DIGEST_TEXT_MAX);
	add_words(message, message->text.len && digest->when && *digest->when ? ", " : "");
	add_text(message, digest->when, DIGEST_TEXT_MAX);
	end_block(message, "{\"type\":\"context\",\"elements\":[{\"type\":\"plain_text\",\"emoji\":false,\"text\":", "}]}");
}

/* What a phone shows, and a client without blocks. It is mrkdwn: the title is made by rouse, the rest is escaped. */
static void add_fallback(struct message *message, const struct digest *digest)
{
	add_words(message, digest->complete || !digest->warning_count ? "" : "INCOMPLETE: ");
	add_text(message, digest->title && *digest->title ? digest->title : "rouse", DIGEST_TEXT_MAX);
	if (digest->record && *digest->record) {
		add_words(message, " (");
		add_text(message, digest->record, DIGEST_TEXT_MAX);
		add_words(message, ")");
	}
	strbuf_adds(message->out, "{\"text\":");
	json_string(message->out, (struct slice){ strbuf_text(&message->text), message->text.len });
	strbuf_clear(&message->text);
}

/* Whether all of it is within the limits. */
static bool build(const struct digest *digest, size_t most, struct strbuf *out)
{
	struct message message = { .out = out, .text = STRBUF_INIT(SLACK_BLOCKS_MAX * 8), .most = most };

	add_fallback(&message, digest);
	strbuf_adds(out, ",\"blocks\":[");
	add_warnings(&message, digest);
	add_summary(&message, digest);
	add_worst(&message, digest);
	add_teams(&message, digest);
	add_record(&message, digest);
	add_footer(&message, digest);
	if (!message.some) {
		add_words(&message, "Nothing to tell.");
		end_section(&message);
	}
	strbuf_adds(out, "]}");
	strbuf_release(&message.text);
	return !message.too_long;
}

/* 7 teams with a count are the longest section: with 30 bytes each, and every one of them an &, it holds 2,200 characters. */
void slack_blocks(const struct digest *digest, struct strbuf *out)
{
	static const size_t cuts[] = { DIGEST_TEXT_MAX, 160, 90, 50, 30 };
	struct strbuf blocks = STRBUF_INIT((size_t)1 << 20);

	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		strbuf_clear(&blocks);
		if (build(digest, cuts[i], &blocks))
			break;
	}
	strbuf_add(out, strbuf_text(&blocks), blocks.len);
	strbuf_release(&blocks);
}
