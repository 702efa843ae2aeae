/* app_closing.c - jobs of closing.h in the console: who waits for them, what is said while they run and when they end, the digest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/notify/notify.h"
#include "tui/app.h"

#define WORDS_MAX 1024

/* -- who waits -- */

void app_wait_for(struct app *app, struct screen *screen,
                  unsigned (*finished)(struct app *app, struct screen *screen, const struct error *err))
{
	app->closing.screen = screen;
	app->closing.finished = finished;
}

static bool is_closing_job(const struct app *app)
{
	enum job job = session_job(app->session);

	return job == JOB_OWNERS || job == JOB_SEND || job == JOB_POST;
}

void app_wait_no_more(struct app *app, struct screen *screen)
{
	if (app->closing.screen != screen || !app->closing.finished)
		return;
	app_wait_for(app, NULL, NULL);
	if (is_closing_job(app))
		session_cancel(app->session);
}

void app_closing_changed(struct app *app)
{
	app_data_changed(app, true);
}

static unsigned posted(struct app *app, struct screen *screen, const struct error *err);

unsigned app_job_done(struct app *app, const struct error *err)
{
	unsigned (*finished)(struct app *app, struct screen *screen, const struct error *err) = app->closing.finished;
	struct screen *screen = app->closing.screen;

	app_wait_for(app, NULL, NULL);
	if (finished != posted)
		app_closing_changed(app);
	if (finished)
		return finished(app, screen, err) | DO_LAYOUT;
	if (err)
		app_tell(app, ROLE_ERROR, "%s", err->text);
	return DO_LAYOUT;
}

bool app_job_words(struct app *app, struct strbuf *out)
{
	struct progress progress;
	const char *phase;

	if (!is_closing_job(app))
		return false;
	session_progress(app->session, &progress, &phase);
	/* Whoever sends says so beside it. */
	if (session_job(app->session) == JOB_SEND)
		phase = "";
	strbuf_addf(out, "%s%s%s", phase, *phase && progress.what[0] ? ": " : "", progress.what);
	if (progress.rows)
		strbuf_addf(out, ", %s answered", NUMBER(progress.rows));
	return true;
}

const char *app_not_newest(struct app *app)
{
	const struct run *run = session_run(app->session);

	app_look_for_newest(app);
	if (run && app->newest_run > run->id)
		return "This is not the newest run any more: open that one first, what is sent comes from it.";
	return NULL;
}

/* The ticket that most findings of the run are on. */
void app_find_record(struct app *app)
{
	const struct ticket_links *links = session_tickets(app->session);
	const struct table *table = app->lens.table;
	uint32_t *hosts = xcalloc(links->record_count + 1, sizeof *hosts), row;
	size_t i;

	app->record = MAP_NONE;
	app->record_hosts = 0;
	for (row = 0; links->record_count && row < table->count; row++) {
		const struct ticket_link *link = table_is_finding(table, row) ? ticket_links_get(links, table_packed_id(table, row)) : NULL;

		if (link)
			hosts[link - links->records]++;
	}
	for (i = 0; i < links->record_count; i++)
		if (hosts[i] > app->record_hosts) {
			app->record = (uint32_t)i;
			app->record_hosts = hosts[i];
		}
	free(hosts);
}

/* -- the digest -- */

/* Standard output is the terminal itself: the console posts everywhere else. */
size_t app_places(const struct app *app, struct strbuf *out)
{
	const char *const *kinds;
	size_t count = 0, places = 0, i;

	kinds = config_list(app->config, "notify.kind", &count);
	for (i = 0; i < count; i++) {
		const struct notify_ops *ops = notify_named(kinds[i]);

		if (!ops || ops == &notify_stdout)
			continue;
		strbuf_addf(out, "%s%s", places ? ", " : "", ops->title);
		places++;
	}
	return places;
}

bool app_is_posted(const struct app *app)
{
	const struct run *run = session_run(app->session);

	return run && (run->digest_word || (run->id && run->id == app->closing.posted_run));
}

/* The ticket's sentence, then each place's: `INC0010042 updated, read back: 8 hosts. Teams: accepted.` */
static unsigned posted(struct app *app, struct screen *screen, const struct error *err)
{
	struct waiting *closing = &app->closing;
	struct strbuf text = STRBUF_INIT(WORDS_MAX);
	const struct posted *places;
	size_t count = 0, i;
	bool failed = err != NULL;

	(void)screen;
	strbuf_adds(&text, closing->sent);
	places = session_posted(app->session, &count);
	if (err)
		strbuf_addf(&text, "%sThe digest was not posted: %s", text.len ? " " : "", err->text);
	for (i = 0; !err && i < count; i++) {
		strbuf_addf(&text, "%s%s", text.len ? " " : "", places[i].sentence);
		failed |= !places[i].done;
		if (places[i].done && session_run(app->session))
			closing->posted_run = session_run(app->session)->id;
	}
	app_tell(app, failed ? ROLE_ERROR : closing->sent[0] ? closing->sent_role : ROLE_MESSAGE, "%s", strbuf_text(&text));
	closing->sent[0] = '\0';
	digest_release(&closing->digest);
	strbuf_release(&text);
	return DO_LAYOUT;
}

unsigned app_post(struct app *app, enum role role, const char *sent)
{
	struct waiting *closing = &app->closing;
	struct error err = {0};

	snprintf(closing->sent, sizeof closing->sent, "%s", sent);
	closing->sent_role = role;
	digest_release(&closing->digest);
	closing->digest = (struct digest){0};
	if (session_digest(app->session, &closing->digest, &err) || session_post(app->session, &closing->digest, true, &err))
		return posted(app, NULL, &err);
	app_say(app, role, "%s%sPosting the digest.", sent, *sent ? " " : "");
	app_wait_for(app, NULL, posted);
	return DO_LAYOUT;
}

bool app_stop_posting(struct app *app)
{
	if (session_job(app->session) != JOB_POST)
		return false;
	app_wait_no_more(app, app->closing.screen);
	digest_release(&app->closing.digest);
	app->closing.digest = (struct digest){0};
	app_say(app, ROLE_WARN, "%s%sThe digest was not waited for: whether it was posted is not known.", app->closing.sent,
	        app->closing.sent[0] ? " " : "");
	return true;
}

/* -- words of a cell -- */

bool app_owner_words(const struct app *app, struct slice packed_id, struct strbuf *out, enum role *role)
{
	const struct owner *owner = owners_get(session_owners(app->session), packed_id);

	*role = ROLE_MUTED;
	if (!owner || owner->state == OWNER_UNASKED)
		return false;
	*role = owner->state == OWNER_OWNED ? ROLE_NORMAL : ROLE_WARN;
	owner_text(owner, out);
	return true;
}
