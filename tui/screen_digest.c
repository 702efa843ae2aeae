/* screen_digest.c - the digest as it would be posted, and where to; posting takes a key and an answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "tui/page_screen.h"
#include "tui/status.h"

#define TEXT_MAX (1u << 20)
#define PLACES_MAX 200

struct screen_digest {
	struct page_screen page;   /* first */
	struct digest digest;
	char places[PLACES_MAX];   /* `Teams, Slack`; "" nowhere */
	int made_width;
};

static struct screen_digest *self_of(struct screen *screen)
{
	return (struct screen_digest *)screen;
}

/* Each line as it is. */
static void add_text(const struct digest *digest, struct page *page, int width)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	const char *at, *end;

	digest_plain(digest, &text);
	for (at = strbuf_text(&text); *at; at = *end ? end + 1 : end) {
		char *line;

		end = at + strcspn(at, "\n");
		line = xmemdup(at, (size_t)(end - at));
		page_wrap_more(page, ROLE_NORMAL, 3 + (int)strspn(line, " "), 2, width, line + strspn(line, " "));
		free(line);
	}
	strbuf_release(&text);
}

static void digest_layout(struct app *app, struct screen *screen)
{
	struct screen_digest *self = self_of(screen);
	struct page *page = &self->page.page;

	if (self->made_width != app->cols) {
		page_clear(page);
		page_head(page, "WHERE TO");
		if (self->places[0])
			page_line(page, ROLE_NORMAL, "   %s", self->places);
		else
			page_wrap(page, ROLE_WARN, 3, app->cols,
			          "Nowhere from the console: [notify] kind names none of teams, slack and command. `rouse run` prints it.");
		if (app_is_posted(app))
			page_line(page, ROLE_WARN, "   The digest of this run was posted before.");
		page_line(page, ROLE_NORMAL, "%s", "");
		page_head(page, "THE DIGEST");
		add_text(&self->digest, page, app->cols);
		self->made_width = app->cols;
	}
	page_screen_layout(app, screen);
}

static void digest_draw(struct app *app, struct screen *screen)
{
	status_title_text(app, "Digest", app_is_posted(app) ? "posted before" : "nothing has been posted yet");
	page_screen_draw(app, screen);
}

static unsigned confirmed(struct app *app, const char *subject)
{
	(void)subject;
	if (app_top(app)->ops->context == CONTEXT_DIGEST)
		app_close(app, app_top(app));
	return app_post(app, ROLE_MESSAGE, "") | DO_LAYOUT;
}

static unsigned post(struct app *app, const struct screen_digest *self)
{
	char question[PLACES_MAX + 60];

	if (!self->places[0]) {
		app_say(app, ROLE_MESSAGE, "There is nowhere to post to: [notify] kind names teams, slack or command.");
		return DO_DRAW;
	}
	snprintf(question, sizeof question, "Post the digest to %s?", self->places);
	screen_confirm_open(app, question, "", confirmed);
	return DO_LAYOUT;
}

static unsigned show_request(struct app *app, const struct screen_digest *self)
{
	struct strbuf text = STRBUF_INIT(TEXT_MAX);
	struct error err = {0};

	if (session_digest_request(app->session, &self->digest, &text, &err))
		app_say(app, ROLE_ERROR, "%s", err.text);
	else
		page_screen_open_text(app, "The requests as they would go out", strbuf_text(&text));
	strbuf_release(&text);
	return DO_LAYOUT;
}

static unsigned digest_act(struct app *app, struct screen *screen, enum action_id id)
{
	switch (id) {
	case ACTION_POST:
		return post(app, self_of(screen));
	case ACTION_REQUEST:
		return show_request(app, self_of(screen));
	case ACTION_OPEN:
		return DO_NOTHING;
	default:
		return page_screen_act(app, screen, id);
	}
}

static void digest_close(struct app *app, struct screen *screen)
{
	struct screen_digest *self = self_of(screen);

	app->closing.holds--;
	page_release(&self->page.page);
	digest_release(&self->digest);
	free(self);
}

static const enum action_id digest_footer[] = { ACTION_POST, ACTION_REQUEST, ACTION_SEARCH, ACTION_BACK, ACTION_NONE };

static const struct screen_ops digest_ops = {
	.context = CONTEXT_DIGEST, .name = "digest", .whole = true, .footer = digest_footer, .open_help = "",
	.layout = digest_layout, .draw = digest_draw, .act = digest_act, .close = digest_close,
};

unsigned screen_digest_open(struct app *app)
{
	struct screen_digest *self = xcalloc(1, sizeof *self);
	struct strbuf places = STRBUF_INIT(PLACES_MAX - 1);
	const char *old = app_not_newest(app);
	struct error err = {0};

	session_tick(app->session);
	if (old || session_digest(app->session, &self->digest, &err)) {
		app_say(app, old ? ROLE_MESSAGE : ROLE_ERROR, "%s", old ? old : err.text);
		digest_release(&self->digest);
		free(self);
		return DO_DRAW;
	}
	(void)app_places(app, &places);
	snprintf(self->places, sizeof self->places, "%s", strbuf_text(&places));
	strbuf_release(&places);
	self->page.base.ops = &digest_ops;
	app->closing.holds++;
	app_push(app, &self->page.base);
	return DO_LAYOUT;
}
