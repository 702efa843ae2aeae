#include "core/headless/closing.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/headless/cmd_list_choice.h"
#include "core/notify/notify.h"

#define REQUEST_MAX ((size_t)256 << 20)
#define LINE_MAX_BYTES 4096

static void worse(enum status *status, enum status other)
{
	/* A failure stands above an incomplete result; the first failure is the one that is told. */
	if (*status == STATUS_DONE || (*status == STATUS_INCOMPLETE && other != STATUS_DONE))
		*status = other;
}

/* -- which findings -- */

int closing_choose(const struct work *work, struct session *session, uint32_t **rows, uint32_t *count, struct error *err)
{
	struct choice choice = {0};
	struct chosen chosen = {0};
	struct lens lens;
	int failed = choice_read(work->cli, &choice, err) || choice_where(work, session, &choice, err);

	*count = 0;
	if (!failed) {
		session_lens(session, &lens);
		choose_rows(&choice, &lens, &chosen);
		chosen_say(&chosen);
		*rows = xmalloc((lens.table->count + (size_t)1) * sizeof **rows);
		for (uint32_t row = 0; row < lens.table->count; row++)
			if (chosen.keep[row] && table_is_finding(lens.table, row))
				(*rows)[(*count)++] = row;
		chosen_release(&chosen);
	}
	choice_release(&choice);
	return failed ? -1 : 0;
}

/* -- owners -- */

/* `37 findings: 30 owned by 4 teams, 2 without a team, 4 not in the CMDB, 1 ambiguous` */
static void say_tally(const struct resolved *resolved)
{
	static const char *const words[OWNER_STATE_COUNT] = {
		[OWNER_UNOWNED] = "without a team", [OWNER_UNKNOWN] = "not in the CMDB", [OWNER_AMBIGUOUS] = "with several owners",
		[OWNER_UNASKED] = "not asked about",
	};
	const struct owner_tally *tally = &resolved->tally;
	struct strbuf line = STRBUF_INIT(LINE_MAX_BYTES);

	strbuf_addf(&line, "owners of %" PRIu32 " findings: %" PRIu32 " owned by %" PRIu32 " team%s", resolved->hosts,
	            tally->states[OWNER_OWNED], tally->teams, tally->teams == 1 ? "" : "s");
	for (int state = 0; state < OWNER_STATE_COUNT; state++)
		if (words[state] && tally->states[state])
			strbuf_addf(&line, ", %" PRIu32 " %s", tally->states[state], words[state]);
	if (resolved->requests)
		strbuf_addf(&line, "; %u request%s", resolved->requests, resolved->requests == 1 ? "" : "s");
	if (resolved->kept)
		strbuf_addf(&line, "; %" PRIu32 " known from before", resolved->kept);
	strbuf_addc(&line, '.');
	drive_complain(strbuf_text(&line));
	strbuf_release(&line);
}

int closing_owners(const struct work *work, struct session *session, const uint32_t *rows, uint32_t count, enum status *status,
                   struct error *err)
{
	const struct resolved *resolved;

	if (!session_has_owners(session))
		return 0;
	if (work->cli->dry_run)
		session_keep_nothing(session);
	if (session_resolve(session, rows, count, work->cli->anew, err) || drive_job(session, err))
		return -1;
	resolved = session_resolved(session);
	if (resolved->failure[0])
		drive_complain(resolved->failure);
	for (size_t i = 0; i < resolved->complaint_count; i++)
		drive_complain(resolved->complaints[i]);
	if (!work->cli->quiet)
		say_tally(resolved);
	if (resolved->old)
		fprintf(stderr, "rouse: %" PRIu32 " owner%s what an earlier answer said, as %s could not be asked for again.\n", resolved->old,
		        resolved->old == 1 ? " is" : "s are", resolved->old == 1 ? "it" : "they");
	if (resolved->failure[0] || resolved->old || resolved->tally.states[OWNER_UNASKED])
		worse(status, STATUS_INCOMPLETE);
	return 0;
}

/* -- the ticket -- */

/* A request that was too long for its place is not there: half of one would pass for all of it. */
static int print_text(const struct strbuf *text, FILE *out, struct error *err)
{
	if (text->overflow)
		return error_set(err, STATUS_FAILED, "The request is larger than 256 MB; choose fewer hosts.");
	fwrite(strbuf_text(text), 1, text->len, out);
	return 0;
}

static int print_request(struct session *session, const struct draft *draft, FILE *out, struct error *err)
{
	struct strbuf request = STRBUF_INIT(REQUEST_MAX);
	int failed = session_draft_request(session, draft, &request, err) || print_text(&request, out, err) ? -1 : 0;

	if (!failed && request.len && request.buf[request.len - 1] != '\n')
		fputc('\n', out);
	strbuf_release(&request);
	return failed;
}

static void say_result(const struct ensure_result *result, FILE *out, enum status *status)
{
	for (size_t i = 0; i < result->count; i++) {
		const struct ensure_item *item = &result->items[i];
		bool bad = item->word == ENSURE_FAILED || item->word == ENSURE_UNCERTAIN;
		if (bad) {
			drive_complain(item->sentence);
			continue;
		}
		drive_say(out, item->sentence);
		if (item->record.url && item->record.url[0]) {
			fputc(' ', out);
			drive_say(out, item->record.url);
		}
		fputc('\n', out);
	}
	for (size_t i = 0; i < result->warning_count; i++)
		drive_complain(result->warnings[i]);
	worse(status, (enum status)result->status);
}

static int send_draft(const struct work *work, struct session *session, const struct draft *draft, const struct review *review, FILE *out,
                      enum status *status, struct error *err)
{
	const struct ensure_result *result;

	if (review->too_many)
		return error_set(err, STATUS_USAGE,
		                 "%" PRIu32 " hosts are more than one ticket may have; choose some of them, or raise [tickets] "
		                 "hosts_max (%" PRIu32 " now).",
		                 draft->host_count, review->too_many);
	if (session_send(session, draft, work->cli->fresh, err) || drive_job(session, err))
		return -1;
	result = session_sent(session);
	say_result(result, out, status);
	return 0;
}

int closing_ticket(const struct work *work, struct session *session, const struct draft_wish *wish, FILE *out, enum status *status,
                   struct error *err)
{
	struct draft draft = {0};
	struct review review = {0};
	int failed = -1;

	if (session_draft(session, wish, &draft, &review, err))
		goto out;
	for (size_t i = 0; i < review.warning_count; i++)
		drive_complain(review.warnings[i]);
	if (review.accepted && wish->rows)
		fprintf(stderr, "rouse: %" PRIu32 " of the chosen hosts are accepted and so left out.\n", review.accepted);
	failed = 0;
	if (!draft.host_count && !draft.update) {
		if (!work->cli->quiet)
			fprintf(stderr, "rouse: no ticket is needed: there is no finding that is not accepted.\n");
	} else if (work->cli->dry_run) {
		failed = print_request(session, &draft, out, err);
	} else {
		failed = send_draft(work, session, &draft, &review, out, status, err);
	}
out:
	session_review_release(&review);
	draft_release(&draft);
	return failed;
}

/* -- the digest -- */

static int print_digest_requests(struct session *session, const struct digest *digest, FILE *out, struct error *err)
{
	struct strbuf request = STRBUF_INIT(REQUEST_MAX);
	int failed = session_digest_request(session, digest, &request, err) || print_text(&request, out, err) ? -1 : 0;

	strbuf_release(&request);
	return failed;
}

int closing_digest(const struct work *work, struct session *session, FILE *out, enum status *status, struct error *err)
{
	struct digest digest = {0};
	int failed = -1;

	if (!session_has_notify(session))
		return 0;
	if (session_digest(session, &digest, err))
		goto out;
	if (work->cli->dry_run) {
		failed = print_digest_requests(session, &digest, out, err);
		goto out;
	}
	fflush(out);   /* the place `stdout` writes behind what was said before */
	if (session_post(session, &digest, false, err) || drive_job(session, err))
		goto out;
	size_t count = 0;
	const struct posted *posted = session_posted(session, &count);
	for (size_t i = 0; i < count; i++) {
		if (!posted[i].done || (!work->cli->quiet && strcmp(posted[i].title, notify_named("stdout")->title) != 0))
			drive_complain(posted[i].sentence);
		if (!posted[i].done)
			worse(status, (enum status)posted[i].status);
	}
	failed = 0;
out:
	digest_release(&digest);
	return failed;
}
