/* store_accept.c - acceptances: read whole, added, ended. Rows are never removed or changed but for their end. */
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"

#define COLUMNS "id, device, host, reason, who, taken, until, verdict, flags, mode, other_av, run, \"end\", ended," \
	" ended_why, machine_group"
#define AUDIT_MAX 8192   /* bytes of one line of the audit trail */

/* -- reading -- */

/* The texts of one row, for as long as it is added to the set: a cell is not NUL-terminated. */
enum { TEXT_HOST, TEXT_REASON, TEXT_WHO, TEXT_MODE, TEXT_OTHER, TEXT_WHY, TEXT_IN_GROUP, TEXTS };

/* A name that this program does not know ends the acceptance: what cannot be understood accepts nothing. */
static enum acceptance_end end_named(struct slice name)
{
	for (int end = 0; end < ACCEPT_END_COUNT; end++)
		if (slice_is(name, acceptance_end_names[end]))
			return (enum acceptance_end)end;
	return ACCEPT_EVIDENCE;
}

static void row_read(const struct statement *from, struct strbuf texts[TEXTS], struct acceptances *set)
{
	static const int cells[TEXTS] = { 2, 3, 4, 9, 10, 14, 15 };

	for (int i = 0; i < TEXTS; i++) {
		struct slice bytes = cell_bytes(from, cells[i]);
		strbuf_clear(&texts[i]);
		strbuf_add(&texts[i], bytes.text, bytes.len);
	}
	struct acceptance acceptance = {
		.id = cell_int(from, 0), .device = cell_bytes(from, 1), .taken = cell_int(from, 5), .until = cell_int(from, 6),
		.verdict = verdict_named(cell_bytes(from, 7)), .flags = (uint16_t)cell_int(from, 8), .run = cell_int(from, 11),
		.end = end_named(cell_bytes(from, 12)), .ended = cell_int(from, 13),
		.host = (char *)strbuf_text(&texts[TEXT_HOST]), .reason = (char *)strbuf_text(&texts[TEXT_REASON]),
		.who = (char *)strbuf_text(&texts[TEXT_WHO]), .mode = (char *)strbuf_text(&texts[TEXT_MODE]),
		.group = (char *)strbuf_text(&texts[TEXT_IN_GROUP]), .other_av = (char *)strbuf_text(&texts[TEXT_OTHER]),
		.ended_why = (char *)strbuf_text(&texts[TEXT_WHY]),
	};
	acceptances_add(set, &acceptance);
}

int store_acceptances_load(struct store *store, struct acceptances *set, struct error *err)
{
	struct statement *statement = NULL;
	struct strbuf texts[TEXTS];
	int more;

	if (statement_open(store, "select " COLUMNS " from acceptance order by id", &statement, err))
		return -1;
	for (int i = 0; i < TEXTS; i++)
		strbuf_init(&texts[i], (size_t)UINT32_MAX);
	while ((more = statement_step(statement, err)) > 0)
		row_read(statement, texts, set);
	for (int i = 0; i < TEXTS; i++)
		strbuf_release(&texts[i]);
	statement_close(&statement);
	return more;
}

int store_data_version(struct store *store, int64_t *version, struct error *err)
{
	struct statement *statement = NULL;
	int more;

	if (statement_open(store, "pragma data_version", &statement, err))
		return -1;
	more = statement_step(statement, err);
	if (more > 0)
		*version = cell_int(statement, 0);
	statement_close(&statement);
	return more < 0 ? -1 : 0;
}

/* -- writing -- */

static int audit_taken(struct store *store, const struct acceptance *acceptance, struct error *err)
{
	struct strbuf line = STRBUF_INIT(AUDIT_MAX);

	strbuf_addf(&line, "%.2000s until ", acceptance->host);
	time_format(&line, acceptance->until);
	strbuf_addf(&line, " by %.1000s: %.4000s", acceptance->who, acceptance->reason);
	int failed = store_audit(store, acceptance->taken, "accept", strbuf_text(&line), err);
	strbuf_release(&line);
	return failed;
}

/* Ends what the new one replaces: as expired where its date had passed, else as revoked. */
static int end_earlier(struct store *store, const struct acceptance *acceptance, struct error *err)
{
	static const char sql[] =
		"update acceptance set \"end\" = case when until <= ?2 then ?3 else ?4 end,"
		" ended = case when until <= ?2 then until else ?2 end,"
		" ended_why = case when until <= ?2 then '' else ?5 end"
		" where device = ?1 and \"end\" = ?6";
	struct statement *statement = NULL;
	struct strbuf why = STRBUF_INIT(AUDIT_MAX);

	if (statement_open(store, sql, &statement, err))
		return -1;
	strbuf_addf(&why, "replaced by %.1000s", acceptance->who);
	bind_blob(statement, 1, acceptance->device);
	bind_int(statement, 2, acceptance->taken);
	bind_text(statement, 3, acceptance_end_names[ACCEPT_EXPIRED]);
	bind_text(statement, 4, acceptance_end_names[ACCEPT_REVOKED]);
	bind_text(statement, 5, strbuf_text(&why));
	bind_text(statement, 6, acceptance_end_names[ACCEPT_IN_FORCE]);
	int failed = statement_run(statement, err);
	statement_close(&statement);
	strbuf_release(&why);
	return failed;
}

static int insert(struct store *store, const struct acceptance *acceptance, struct error *err)
{
	static const char sql[] =
		"insert into acceptance(device, host, reason, who, taken, until, verdict, flags, mode, other_av, run, \"end\","
		" machine_group) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
	struct statement *add = NULL;

	if (statement_open(store, sql, &add, err))
		return -1;
	bind_blob(add, 1, acceptance->device);
	bind_text(add, 2, acceptance->host ? acceptance->host : "");
	bind_text(add, 3, acceptance->reason);
	bind_text(add, 4, acceptance->who);
	bind_int(add, 5, acceptance->taken);
	bind_int(add, 6, acceptance->until);
	bind_text(add, 7, acceptance->verdict < VERDICT_COUNT ? verdicts[acceptance->verdict].name : "");
	bind_int(add, 8, acceptance->flags);
	bind_text(add, 9, acceptance->mode ? acceptance->mode : "");
	bind_text(add, 10, acceptance->other_av ? acceptance->other_av : "");
	bind_int(add, 11, acceptance->run);
	bind_text(add, 12, acceptance_end_names[acceptance->end]);
	bind_text(add, 13, acceptance->group ? acceptance->group : "");
	int failed = statement_run(add, err);
	statement_close(&add);
	return failed;
}

int store_acceptance_add(struct store *store, const struct acceptance *acceptance, int64_t *id, struct error *err)
{
	int64_t made;

	if (store_begin(store, err))
		return -1;
	if (end_earlier(store, acceptance, err) || insert(store, acceptance, err))
		goto fail;
	made = store_last_id(store);
	if (audit_taken(store, acceptance, err) || store_commit(store, err))
		goto fail;
	*id = made;
	return 0;
fail:
	store_rollback(store);
	return -1;
}

/* The line names the host as it was called when it was accepted. */
static int audit_ended(struct store *store, struct statement *host, const struct acceptance_ending *ending, int64_t now,
                       struct error *err)
{
	struct strbuf line = STRBUF_INIT(AUDIT_MAX);
	int failed;

	bind_int(host, 1, ending->id);
	failed = statement_step(host, err) < 0;
	if (!failed) {
		struct slice name = cell_bytes(host, 0);
		strbuf_add(&line, name.text, name.len < 2000 ? name.len : 2000);
		strbuf_addf(&line, ": %s%s%.4000s", acceptance_end_names[ending->end], *ending->why ? ", " : "", ending->why);
	}
	statement_reset(host);
	if (!failed)
		failed = store_audit(store, now, "accept-end", strbuf_text(&line), err);
	strbuf_release(&line);
	return failed ? -1 : 0;
}

static int end_one(struct store *store, struct statement *end, struct statement *host, const struct acceptance_ending *ending,
                   int64_t now, size_t *ended, struct error *err)
{
	bind_int(end, 1, ending->id);
	bind_text(end, 2, acceptance_end_names[ending->end]);
	bind_int(end, 3, ending->when);
	bind_text(end, 4, ending->why);
	bind_text(end, 5, acceptance_end_names[ACCEPT_IN_FORCE]);
	if (statement_run(end, err))
		return -1;
	if (!store_changes(store))
		return 0;
	++*ended;
	return audit_ended(store, host, ending, now, err);
}

int store_acceptances_end(struct store *store, const struct acceptance_ending *endings, size_t count, int64_t now, size_t *ended,
                          struct error *err)
{
	struct statement *end = NULL, *host = NULL;
	size_t done = 0;
	int failed = -1;

	if (store_begin(store, err))
		return -1;
	if (statement_open(store, "update acceptance set \"end\" = ?2, ended = ?3, ended_why = ?4 where id = ?1 and \"end\" = ?5", &end,
	                   err) ||
	    statement_open(store, "select host from acceptance where id = ?1", &host, err))
		goto out;
	for (size_t i = 0; i < count; i++)
		if (end_one(store, end, host, &endings[i], now, &done, err))
			goto out;
	statement_close(&end);
	statement_close(&host);
	failed = store_commit(store, err);
	if (!failed)
		*ended = done;
out:
	statement_close(&end);
	statement_close(&host);
	store_rollback(store);
	return failed;
}
