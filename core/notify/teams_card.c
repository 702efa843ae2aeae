#include "core/notify/teams_card.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/notify/notify.h"

/* How a text looks. All of these are words of version 1.2. */
struct look {
	const char *size, *weight, *color, *font;   /* NULL: the default */
	bool subtle;
};

static const struct look plain_look, bold_look = { .weight = "Bolder" }, title_look = { .size = "Large", .weight = "Bolder" },
                         small_look = { .size = "Small", .subtle = true }, host_look = { .weight = "Bolder", .font = "Monospace" },
                         bad_look = { .weight = "Bolder", .color = "Attention" };

/* One card on its way. */
struct card {
	struct strbuf *out;
	size_t most;      /* bytes of one text */
	bool some;        /* there is an element before this one */
};

/* A text for people: visible, cut, and without what could be a tag. `<at>` is shown as ‹at›. */
static void add_text(struct card *card, const char *text)
{
	struct strbuf visible = STRBUF_INIT(NOTIFY_TEXT_MAX), safe = STRBUF_INIT(NOTIFY_TEXT_MAX * 3);

	notify_text(text, card->most, &visible);
	for (size_t i = 0; i < visible.len; i++) {
		if (visible.buf[i] == '<' || visible.buf[i] == '>')
			strbuf_adds(&safe, visible.buf[i] == '<' ? "\xe2\x80\xb9" : "\xe2\x80\xba");
		else
			strbuf_addc(&safe, visible.buf[i]);
	}
	json_string(card->out, (struct slice){ strbuf_text(&safe), safe.len });
	strbuf_release(&safe);
	strbuf_release(&visible);
}

/* A member whose value is a word of the schema; left out for NULL. */
static void add_word(struct card *card, const char *name, const char *word)
{
	if (word)
		strbuf_addf(card->out, ",\"%s\":\"%s\"", name, word);
}

static void add_run(struct card *card, const char *text, const struct look *look)
{
	strbuf_adds(card->out, "{\"type\":\"TextRun\",\"text\":");
	add_text(card, text);
	add_word(card, "size", look->size);
	add_word(card, "weight", look->weight);
	add_word(card, "color", look->color);
	add_word(card, "fontType", look->font);
	if (look->subtle)
		strbuf_adds(card->out, ",\"isSubtle\":true");
	strbuf_addc(card->out, '}');
}

/* An element of a list: a comma where there is one before. */
static void add_comma(struct card *card)
{
	strbuf_adds(card->out, card->some ? "," : "");
	card->some = true;
}

/* One line: a text, and another one behind `between`. */
struct line {
	const char *spacing;         /* to what is above; NULL: the default */
	const char *first;
	const struct look *first_look;
	const char *between, *second;
	const struct look *second_look;
};

/* An empty text is left out: a run must say something. */
static void add_line(struct card *card, const struct line *line)
{
	bool one = line->first && *line->first, other = line->second && *line->second;

	if (!one && !other)
		return;
	add_comma(card);
	strbuf_adds(card->out, "{\"type\":\"RichTextBlock\"");
	add_word(card, "spacing", line->spacing);
	strbuf_adds(card->out, ",\"inlines\":[");
	if (one)
		add_run(card, line->first, line->first_look);
	if (one && other) {
		strbuf_addc(card->out, ',');
		add_run(card, line->between, line->second_look);
		strbuf_addc(card->out, ',');
	}
	if (other)
		add_run(card, line->second, line->second_look);
	strbuf_adds(card->out, "]}");
}

static void add_one(struct card *card, const char *spacing, const char *text, const struct look *look)
{
	add_line(card, &(struct line){ .spacing = spacing, .first = text, .first_look = look });
}

/* -- parts -- */

/* In a box that Teams draws in red, before anything else. */
static void add_warnings(struct card *card, const struct digest *digest)
{
	if (!digest->warning_count)
		return;
	add_comma(card);
	strbuf_adds(card->out, "{\"type\":\"Container\",\"style\":\"attention\",\"items\":[");
	card->some = false;
	for (size_t i = 0; i < digest->warning_count; i++)
		add_line(card, &(struct line){ i ? "Small" : NULL, i ? NULL : digest->complete ? "WARNING" : "INCOMPLETE", &bad_look, ": ",
		                               digest->warnings[i], &plain_look });
	strbuf_adds(card->out, "]}");
	card->some = true;
}

static void add_worst(struct card *card, const struct digest *digest)
{
	if (digest->worst_count)
		add_one(card, "Medium", "Worst", &bold_look);
	for (size_t i = 0; i < digest->worst_count; i++)
		add_line(card, &(struct line){ "Small", digest->worst[i].name, &host_look, ": ", digest->worst[i].text, &plain_look });
}

/* A row: the count, and whose hosts they are. */
static void add_team(struct card *card, const struct digest_item *team)
{
	add_comma(card);
	strbuf_adds(card->out, "{\"type\":\"ColumnSet\",\"spacing\":\"None\",\"columns\":[{\"type\":\"Column\",\"width\":\"50px\","
	                       "\"items\":[{\"type\":\"RichTextBlock\",\"horizontalAlignment\":\"Right\",\"inlines\":[");
	add_run(card, team->text && *team->text ? team->text : "-", &bold_look);
	strbuf_adds(card->out, "]}]},{\"type\":\"Column\",\"width\":\"stretch\",\"items\":[{\"type\":\"RichTextBlock\",\"inlines\":[");
	add_run(card, team->name && *team->name ? team->name : "-", &plain_look);
	strbuf_adds(card->out, "]}]}]}");
}

static void add_teams(struct card *card, const struct digest *digest)
{
	if (digest->team_count)
		add_one(card, "Medium", "By team", &bold_look);
	for (size_t i = 0; i < digest->team_count; i++)
		add_team(card, &digest->teams[i]);
}

/* The one address. Where it may not be a link, there is no button, and the number stands in the text as ever. */
static void add_action(struct card *card, const struct digest *digest)
{
	if (!notify_url_good(digest->record_url))
		return;
	strbuf_adds(card->out, ",\"actions\":[{\"type\":\"Action.OpenUrl\",\"title\":\"Open the ticket\",\"url\":");
	json_string(card->out, slice_of(digest->record_url));
	strbuf_adds(card->out, "}]");
}

/* The whole message, with no text longer than `most` bytes. */
static void build(const struct digest *digest, size_t most, struct strbuf *out)
{
	struct card card = { .out = out, .most = most };

	strbuf_adds(out, "{\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\","
	                 "\"contentUrl\":null,\"content\":{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\","
	                 "\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"msteams\":{\"width\":\"Full\"},"
	                 "\"fallbackText\":\"rouse: servers without active Defender Antivirus\",\"body\":[");
	add_warnings(&card, digest);
	add_one(&card, NULL, digest->title, &title_look);
	add_one(&card, "Small", digest->counts, &plain_look);
	add_one(&card, "Small", digest->change, &plain_look);
	add_worst(&card, digest);
	add_teams(&card, digest);
	if (digest->record && *digest->record)
		add_line(&card, &(struct line){ "Medium", "Ticket", &bold_look, ": ", digest->record, &plain_look });
	add_line(&card, &(struct line){ "Medium", digest->scope, &small_look, ", ", digest->when, &small_look });
	if (!card.some)
		add_one(&card, NULL, "Nothing to tell.", &plain_look);   /* a card without a body is refused */
	strbuf_addc(out, ']');
	add_action(&card, digest);
	strbuf_adds(out, "}}]}");
}

/* What Teams may make of it when it puts the message into a text of its own: 24,453 bytes were once counted as 28,897. Quotes and
 * backslashes get one more before them, and what is not ASCII may become \uXXXX. */
static size_t counted(const struct strbuf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->buf[i];

		n += c == '"' || c == '\\' ? 2u : c >= 0xf0 ? 12u : c >= 0xc0 ? 6u : c >= 0x80 ? 0u : 1u;
	}
	return n;
}

void teams_card(const struct digest *digest, struct strbuf *out)
{
	static const size_t cuts[] = { DIGEST_TEXT_MAX, 160, 80, 40 };
	struct strbuf card = STRBUF_INIT((size_t)1 << 20);

	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		strbuf_clear(&card);
		build(digest, cuts[i], &card);
		if (counted(&card) <= TEAMS_CARD_MAX)
			break;
	}
	strbuf_add(out, strbuf_text(&card), card.len);
	strbuf_release(&card);
}
