/* session_accept.c - acceptances in a session: taken, revoked, and ended by date or evidence.
 *
 * Every run that is seen here is held against the acceptances: a fresh one before it is saved (for its column of alterations) and once more
 * right after it became visible, a stored one when it was loaded, and the previous run before it is compared. So a crash between a run
 * and the end of an acceptance is made good by whoever looks at that run next. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/session/session_inner.h"

#define WHY_MAX 4096     /* bytes of a reason why an acceptance ended */
#define NAME_MAX_BYTES (4 * ACCEPT_NAME_MAX)

struct acceptances *session_acceptances(struct session *session)
{
	return &session->acceptances;
}

/* -- the set in memory -- */

/* Reads the set anew when another process wrote to the store since it was read; `always`: in any case. */
static int refresh(struct session *session, bool always, struct error *err)
{
	struct acceptances fresh = {0};
	int64_t version;
	if (store_data_version(session->store, &version, err))
		return -1;
	if (!always && version == session->acceptances_version)
		return 0;
	if (store_acceptances_load(session->store, &fresh, err)) {
		acceptances_release(&fresh);
		return -1;
	}
	fresh.generation += session->acceptances.generation + 1;
	acceptances_release(&session->acceptances);
	session->acceptances = fresh;
	session->acceptances_version = version;
	return 0;
}

int session_acceptances_read(struct session *session, struct error *err)
{
	return session->store ? refresh(session, true, err) : 0;
}

/* -- what ends by itself -- */

/* Endings that were found; the indices are of the set that was judged. */
struct endings {
	struct acceptance_ending *items;   /* owned, each `why` too */
	size_t count, cap;
};

static void endings_add(struct endings *endings, struct acceptances *set, size_t index, enum acceptance_end end, int64_t when,
                        const char *why)
{
	endings->items = grow(endings->items, &endings->cap, endings->count + 1, sizeof *endings->items);
	endings->items[endings->count++] = (struct acceptance_ending){ set->items[index].id, end, when, xstrdup(why) };
	acceptances_end(set, index, end, when, why);
}

static void endings_release(struct endings *endings)
{
	for (size_t i = 0; i < endings->count; i++)
		free((char *)endings->items[i].why);
	free(endings->items);
}

/* One row of a run against the acceptance of its host. A run that is still being made has no id and is newer than any. */
static void judge_row(struct acceptances *set, const struct run *run, uint32_t row, const struct acceptance_sight *sight,
                      int64_t now, struct endings *endings)
{
	const struct acceptance *found = acceptances_find(set, table_packed_id(&run->rows, row));
	struct strbuf why = STRBUF_INIT(WHY_MAX);
	if (!found || found->end != ACCEPT_IN_FORCE || (run->id && run->id <= found->run))
		return;
	if (acceptance_broken(found, &run->rows, row, sight, run->id, &why))
		endings_add(endings, set, (size_t)(found - set->items), ACCEPT_EVIDENCE, now, strbuf_text(&why));
	strbuf_release(&why);
}

/* Ends in the set what has passed its date at `now`, or is broken by the run (NULL: dates alone). */
static void judge(struct acceptances *set, const struct run *run, int64_t now, struct endings *endings)
{
	bool any = false;
	for (size_t i = 0; i < set->count; i++) {
		if (set->items[i].end != ACCEPT_IN_FORCE)
			continue;
		if (acceptance_end_at(&set->items[i], now) == ACCEPT_EXPIRED)
			endings_add(endings, set, i, ACCEPT_EXPIRED, set->items[i].until, "");
		else
			any = true;
	}
	if (!run || !any)
		return;
	struct acceptance_sight sight = acceptances_sight(&run->rows);
	for (uint32_t row = 0; row < run->rows.count; row++)
		judge_row(set, run, row, &sight, now, endings);
}

/* What cannot be written (a store that may only be read, a full disk) is judged again by whoever looks next. */
static void write_endings(struct session *session, const struct endings *endings, int64_t now)
{
	struct error err = {0};
	size_t ended = 0;
	if (endings->count && session->store &&
	    store_acceptances_end(session->store, endings->items, endings->count, now, &ended, &err))
		log_debug("acceptances that ended are not written: %s", err.text);
}

void session_acceptances_settle(struct session *session, const struct run *run)
{
	struct endings endings = {0};
	struct error err = {0};
	if (!session->store)
		return;
	if (refresh(session, false, &err))
		log_debug("acceptances are not read anew: %s", err.text);
	judge(&session->acceptances, run, session->now, &endings);
	write_endings(session, &endings, session->now);
	endings_release(&endings);
}

void session_look_at_acceptances(struct session *session)
{
	/* Of a run that is still being read, only a part could be judged. */
	session_acceptances_settle(session, session->job == JOB_LOAD ? NULL : session->run);
}

/* From when on an end counts as new in a run: after the run before it; without one, within the days that are said loudly. */
static int64_t ended_since(const struct run *run)
{
	return run->baseline ? run->baseline_started : run->started - ACCEPT_NEAR;
}

/* Whether it ended by itself after `since`. */
static bool ended_after(const struct acceptance *acceptance, int64_t since, int64_t now)
{
	enum acceptance_end end = acceptance_end_at(acceptance, now);
	int64_t when = end == ACCEPT_EXPIRED ? acceptance->until : acceptance->ended;
	return (end == ACCEPT_EXPIRED || end == ACCEPT_EVIDENCE) && when > since;
}

int session_acceptances_compare(struct session *session, struct run *fresh, struct error *err)
{
	struct acceptances set = {0};
	struct endings endings = {0};
	int failed = store_acceptances_load(session->store, &set, err);
	if (!failed && set.count)
		judge(&set, fresh, fresh->started, &endings);
	for (uint32_t row = 0; !failed && set.count && row < fresh->rows.count; row++) {
		const struct acceptance *found = acceptances_find(&set, table_packed_id(&fresh->rows, row));
		if (!found || fresh->rows.change[row] != CHANGE_PERSISTING || fresh->rows.altered[row] ||
		    !ended_after(found, ended_since(fresh), fresh->started))
			continue;
		fresh->rows.altered[row] = 1;
		fresh->altered++;
	}
	endings_release(&endings);
	acceptances_release(&set);
	return failed;
}

size_t session_ended(struct session *session, const struct acceptance **items, size_t max)
{
	const struct run *run = session->run;
	struct acceptances *set = &session->acceptances;
	size_t count = 0;
	if (!run || !set->count)
		return 0;
	for (uint32_t row = 0; row < run->rows.count; row++) {
		const struct acceptance *found = acceptances_find(set, table_packed_id(&run->rows, row));
		if (!found || !table_is_finding(&run->rows, row) || !ended_after(found, ended_since(run), session->now))
			continue;
		if (count < max)
			items[count] = found;
		count++;
	}
	return count;
}

/* -- decisions -- */

void session_user(struct strbuf *out)
{
	const struct passwd *user = getpwuid(geteuid());
	if (!user || !acceptance_says(user->pw_name))
		return;
	strbuf_adds(out, user->pw_name);
	/* Root by sudo: whoever asked for it is named too, when the user database knows that name. */
	const char *asked = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
	if (asked && strcmp(asked, "root") != 0 && getpwnam(asked))
		strbuf_addf(out, " (for %s)", asked);
}

static int check_text(const char *what, const char *text, size_t most, struct error *err)
{
	if (!acceptance_says(text))
		return error_set(err, STATUS_USAGE, "An acceptance needs %s; nothing was recorded.", what);
	if (strlen(text) > most)
		return error_set(err, STATUS_USAGE, "%s is longer than %zu bytes; shorten it, or put the whole story into a ticket.",
		                 strncmp(what, "the name", 8) ? "The reason" : "The name", most);
	return 0;
}

int session_check_accept(const struct session *session, int64_t until, const char *reason, const char *who, struct error *err)
{
	int64_t most = config_span(session->config, "limits.acceptance");
	struct strbuf date = STRBUF_INIT(64);
	int failed = check_text("a reason", reason, ACCEPT_REASON_MAX, err) ||
	             check_text("the name of who takes it", who, ACCEPT_WHO_MAX, err) ? -1 : 0;
	if (!failed && until <= session->now) {
		time_format(&date, until);
		failed = error_set(err, STATUS_USAGE, "%s is not in the future; an acceptance needs a date on which the host comes back.",
		                   strbuf_text(&date));
	} else if (!failed && until - session->now > most) {
		time_format(&date, session->now + most);
		failed = error_set(err, STATUS_USAGE, "The date is too far away: [limits] acceptance allows until %.10s.",
		                   strbuf_text(&date));
	}
	strbuf_release(&date);
	return failed;
}

/* Text of the table with a NUL after it, invalid UTF-8 replaced; a host without a name goes by its id. */
static char *copy_text(struct slice text)
{
	struct strbuf whole = STRBUF_INIT(NAME_MAX_BYTES);
	char *made;
	if (text.len)
		utf8_repair(&whole, text.text, text.len < ACCEPT_NAME_MAX ? text.len : ACCEPT_NAME_MAX);
	made = xstrdup(strbuf_text(&whole));
	strbuf_release(&whole);
	return made;
}

static char *host_name(const struct table *table, uint32_t row)
{
	struct slice name = table_name(table, row), packed = table_packed_id(table, row);
	if (name.len)
		return copy_text(name);
	char *id = xmalloc(2 * packed.len + 1);
	name = (struct slice){ id, id_unpack(id, packed) };
	char *made = copy_text(name);
	free(id);
	return made;
}

/* What the store has just done, in memory: the earlier one of the host is replaced. */
static void remember(struct session *session, const struct acceptance *taken)
{
	struct acceptances *set = &session->acceptances;
	const struct acceptance *earlier = acceptances_find(set, taken->device);
	struct strbuf why = STRBUF_INIT(WHY_MAX);
	if (earlier && earlier->end == ACCEPT_IN_FORCE) {
		bool expired = earlier->until <= taken->taken;
		strbuf_addf(&why, "replaced by %s", taken->who);
		acceptances_end(set, (size_t)(earlier - set->items), expired ? ACCEPT_EXPIRED : ACCEPT_REVOKED,
		                expired ? earlier->until : taken->taken, expired ? "" : strbuf_text(&why));
	}
	acceptances_add(set, taken);
	strbuf_release(&why);
}

int session_accept(struct session *session, uint32_t row, int64_t until, const char *reason, const char *who, struct error *err)
{
	const struct run *run = session->run;
	struct acceptance taken = { .until = until, .taken = session->now, .ended_why = "" };
	int failed = -1;
	if (session_check_accept(session, until, reason, who, err))
		return -1;
	if (!run || row >= run->rows.count || !table_is_finding(&run->rows, row))
		return error_set(err, STATUS_USAGE, "The host is not a finding now, so there is nothing to accept.");
	if (session_need_store(session, err) || refresh(session, false, err))
		return -1;
	const struct table *table = &run->rows;
	taken.device = table_packed_id(table, row);
	taken.run = run->id;
	taken.verdict = (enum verdict)table->verdict[row];
	taken.flags = table->flags[row];
	taken.host = host_name(table, row);
	taken.group = copy_text(table_text(table, TEXT_GROUP, row));
	taken.mode = copy_text(table_mode(table, row));
	taken.other_av = copy_text(table_text(table, TEXT_OTHER_AV, row));
	taken.reason = xstrdup(reason);
	taken.who = xstrdup(who);
	failed = store_acceptance_add(session->store, &taken, &taken.id, err);
	if (!failed)
		remember(session, &taken);
	free(taken.host);
	free(taken.group);
	free(taken.mode);
	free(taken.other_av);
	free(taken.reason);
	free(taken.who);
	return failed;
}

/* What to say of a host without an acceptance in force. */
static int nothing_to_revoke(const struct acceptance *found, int64_t now, struct error *err)
{
	struct strbuf when = STRBUF_INIT(64);
	if (!found)
		return error_set(err, STATUS_NO_INPUT, "The host was never accepted, so there is nothing to revoke.");
	enum acceptance_end end = acceptance_end_at(found, now);
	time_format(&when, end == ACCEPT_EXPIRED ? found->until : found->ended);
	error_set(err, STATUS_NO_INPUT, "The acceptance of %.200s is not in force any more: %s, %s.", found->host,
	          acceptance_end_names[end], strbuf_text(&when));
	strbuf_release(&when);
	return -1;
}

/* The id is the caller's own copy: the set is read anew here. */
static int end_now(struct session *session, struct slice id, const char *who, struct error *err)
{
	struct strbuf why = STRBUF_INIT(WHY_MAX);
	size_t ended = 0;
	if (refresh(session, true, err))
		return -1;
	const struct acceptance *found = acceptances_find(&session->acceptances, id);
	if (!found || acceptance_end_at(found, session->now) != ACCEPT_IN_FORCE)
		return nothing_to_revoke(found, session->now, err);
	strbuf_addf(&why, "by %s", who);
	struct acceptance_ending ending = { found->id, ACCEPT_REVOKED, session->now, strbuf_text(&why) };
	int failed = store_acceptances_end(session->store, &ending, 1, session->now, &ended, err);
	if (!failed && !ended) {
		/* Another process ended it since it was read. */
		failed = refresh(session, true, err) ? -1
		         : nothing_to_revoke(acceptances_find(&session->acceptances, id), session->now, err);
	} else if (!failed) {
		acceptances_end(&session->acceptances, (size_t)(found - session->acceptances.items), ACCEPT_REVOKED, session->now,
		                strbuf_text(&why));
	}
	strbuf_release(&why);
	return failed;
}

int session_revoke(struct session *session, struct slice packed_id, const char *who, struct error *err)
{
	if (check_text("the name of who revokes it", who, ACCEPT_WHO_MAX, err))
		return -1;
	if (!session->store)
		return nothing_to_revoke(NULL, session->now, err);
	char *copy = xmemdup(packed_id.text, packed_id.len);
	int failed = end_now(session, (struct slice){ copy, packed_id.len }, who, err);
	free(copy);
	return failed;
}
