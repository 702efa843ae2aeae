#include "core/headless/cmd_accept.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/accept.h"

#define USAGE "rouse accept HOST --until DATE --reason TEXT"

/* The words of a decision as they are kept: valid UTF-8. */
struct decision {
	int64_t until;
	struct strbuf reason, who;
};

/* What was typed, short enough for a sentence. */
static void shown(const char *text, struct strbuf *out)
{
	size_t n = strlen(text);
	utf8_visible(out, text, n < HOST_SHOWN ? n : HOST_SHOWN);
}

static int check_line(const struct cli *cli, struct error *err)
{
	bool decides = cli->until || cli->reason || cli->by || cli->revoke;
	if (!cli->words.count && decides)
		return error_set(err, STATUS_USAGE, "HOST is missing: " USAGE ".");
	if (!cli->words.count)
		return 0;
	if (cli->words.count > 1)
		return error_set(err, STATUS_USAGE, "accept takes one HOST, and here are %zu words; put a text with blanks in quotes.",
		                 cli->words.count);
	if (!*cli->words.items[0])
		return error_set(err, STATUS_USAGE, "HOST is empty: " USAGE ".");
	if (cli->format)
		return error_set(err, STATUS_USAGE, "--format goes with the list alone; leave out HOST for it.");
	if (cli->revoke && (cli->until || cli->reason))
		return error_set(err, STATUS_USAGE, "--revoke ends an acceptance: --until and --reason do not go with it.");
	if (cli->revoke || (cli->until && cli->reason))
		return 0;
	return error_set(err, STATUS_USAGE, "%s: " USAGE ".", cli->until ? "--reason TEXT is missing"
	                 : cli->reason ? "--until DATE is missing" : "--until DATE and --reason TEXT are missing");
}

static int read_who(const struct cli *cli, struct strbuf *who, struct error *err)
{
	if (cli->by)
		utf8_repair(who, cli->by, strlen(cli->by));
	else
		session_user(who);
	if (!acceptance_says(strbuf_text(who)))
		return error_set(err, STATUS_USAGE, cli->by ? "--by is empty; give the name of who takes the decision."
		                 : "Your user id has no name in the user database; give --by NAME.");
	return 0;
}

static int read_decision(const struct cli *cli, const struct session *session, struct decision *decision, struct error *err)
{
	struct strbuf text = STRBUF_INIT(1024);
	int failed = 0;
	utf8_repair(&decision->reason, cli->reason, strlen(cli->reason));
	if (!acceptance_date(cli->until, session_now(session), &decision->until)) {
		shown(cli->until, &text);
		failed = error_set(err, STATUS_USAGE, "--until: `%s` is no date; give one as 2026-12-31, or 30d for a number of days.",
		                   strbuf_text(&text));
	}
	strbuf_release(&text);
	return failed || read_who(cli, &decision->who, err) ||
	       session_check_accept(session, decision->until, strbuf_text(&decision->reason), strbuf_text(&decision->who), err) ? -1 : 0;
}

/* What was recorded, and the evidence that it rests on. */
static void say_recorded(const struct work *work, struct session *session, uint32_t row, FILE *out)
{
	const struct table *table = &session_run(session)->rows;
	const struct acceptance *taken = acceptances_find(session_acceptances(session), table_packed_id(table, row));
	struct strbuf text = STRBUF_INIT(16384);
	if (work->cli->quiet || !taken)
		return;
	strbuf_addf(&text, "accepted %s until ", taken->host);
	acceptance_date_text(taken->until, &text);
	strbuf_addf(&text, " by %s; it is %s now", taken->who, verdicts[taken->verdict].name);
	if (*taken->other_av)
		strbuf_addf(&text, ", protected by %.1000s", taken->other_av);
	else if (taken->flags & FLAG_NO_OTHER_AV)
		strbuf_adds(&text, ", and no other antivirus is there");
	drive_say(out, strbuf_text(&text));
	fputc('\n', out);
	strbuf_release(&text);
}

/* With --quiet too: it is no manner of speaking. */
static void say_doubts(struct session *session, uint32_t row)
{
	const struct table *table = &session_run(session)->rows;
	const struct acceptance *taken = acceptances_find(session_acceptances(session), table_packed_id(table, row));
	struct acceptance_doubts doubts = {0};
	struct strbuf text = STRBUF_INIT(16384);
	acceptance_doubts_add(&doubts, table, row);
	if (taken && acceptance_doubts_text(&doubts, taken->host, &text)) {
		strbuf_adds(&text, "; it is accepted all the same.");
		drive_complain(strbuf_text(&text));
	}
	strbuf_release(&text);
}

static int record(const struct work *work, struct session *session, FILE *out, struct error *err)
{
	struct decision decision = { .reason = STRBUF_INIT(SIZE_MAX / 4), .who = STRBUF_INIT(SIZE_MAX / 4) };
	struct lens lens;
	uint32_t row = 0;
	int failed = read_decision(work->cli, session, &decision, err) || drive_load(session, 0, err) ? -1 : 0;
	if (!failed) {
		session_lens(session, &lens);
		failed = accept_find_row(&lens, work->cli->words.items[0], &row, err) ||
		         session_accept(session, row, decision.until, strbuf_text(&decision.reason), strbuf_text(&decision.who), err) ? -1 : 0;
	}
	if (!failed) {
		say_recorded(work, session, row, out);
		say_doubts(session, row);
	}
	strbuf_release(&decision.reason);
	strbuf_release(&decision.who);
	return failed;
}

/* Without a run there may still be acceptances to list or to revoke. */
static int load_if_any(struct session *session, struct error *err)
{
	bool found = false;
	return session_load(session, 0, 1000, &found, err) || (found && drive_job(session, err)) ? -1 : 0;
}

static void say_revoked(const struct work *work, struct session *session, struct slice id, const char *who, FILE *out)
{
	const struct acceptance *ended = acceptances_find(session_acceptances(session), id);
	struct strbuf text = STRBUF_INIT(8192);
	if (work->cli->quiet || !ended)
		return;
	strbuf_addf(&text, "revoked the acceptance of %s by %s; it was to last until ", ended->host, who);
	acceptance_date_text(ended->until, &text);
	drive_say(out, strbuf_text(&text));
	fputc('\n', out);
	strbuf_release(&text);
}

static int revoke(const struct work *work, struct session *session, FILE *out, struct error *err)
{
	struct strbuf who = STRBUF_INIT(SIZE_MAX / 4);
	struct slice id = { NULL, 0 };
	struct lens lens;
	char *copy = NULL;
	int failed = read_who(work->cli, &who, err) || load_if_any(session, err) ? -1 : 0;
	if (!failed) {
		session_lens(session, &lens);
		failed = accept_find_accepted(lens.acceptances, &lens, work->cli->words.items[0], &id, err);
	}
	if (!failed) {
		/* The set is read anew on the way, and the id is borrowed from it. */
		copy = xmemdup(id.text, id.len);
		id.text = copy;
		failed = session_revoke(session, id, strbuf_text(&who), err);
	}
	if (!failed)
		say_revoked(work, session, id, strbuf_text(&who), out);
	free(copy);
	strbuf_release(&who);
	return failed;
}

static int print(const struct work *work, struct session *session, FILE *out, struct error *err)
{
	struct acceptance_counts counts;
	struct strbuf text = STRBUF_INIT(1024);
	enum export_format format;
	if (drive_format(work->cli, &format, err) || load_if_any(session, err))
		return -1;
	acceptances_tally(session_acceptances(session), session_now(session), &counts);
	if (!work->cli->quiet) {
		acceptance_counts_text(&counts, &text);
		fprintf(stderr, "rouse: acceptances: %s.\n", strbuf_text(&text));
	}
	strbuf_release(&text);
	if (session_run(session))
		drive_say_old(session_run(session), session_now(session));
	accept_print(session, format, out);
	return 0;
}

enum status cmd_accept(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	int failed = check_line(work->cli, err) || session_open(&session, work->config, work->store_path, false, err) ? -1 : 0;
	if (!failed && !work->cli->words.count)
		failed = print(work, session, out, err);
	else if (!failed && work->cli->revoke)
		failed = revoke(work, session, out, err);
	else if (!failed)
		failed = record(work, session, out, err);
	session_close(&session);
	return failed ? err->status : drive_flush(out, STATUS_DONE, err);
}
