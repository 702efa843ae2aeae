/* store_schema.c - the tables of the store, version by version, and the names and hash that are part of the file's format.
 *
 * Rules: a step never changes once released; a new one is added at the end. Repeated text is a number of `text`; verdicts and
 * changes are numbers of `word`, which keeps their names. The view finding_text spells all of it out for the sqlite3 shell. */
#include "core/io/store_inner.h"

const enum time_id store_times[TIME_COUNT] = {
	TIME_LAST_SEEN, TIME_SIGNATURE, TIME_ASSESSED, TIME_GATHERED, TIME_FIRST_SEEN
};

const enum text_id store_texts[TEXT_COUNT] = {
	TEXT_GROUP, TEXT_PLATFORM, TEXT_OS_VERSION, TEXT_ONBOARDING, TEXT_HEALTH, TEXT_ASSESSED_MODE, TEXT_GATHERED_MODE,
	TEXT_ENGINE, TEXT_AV_PLATFORM, TEXT_SIGNATURE, TEXT_OTHER_AV
};

/* AUTOINCREMENT: the number of a run that was given up is never used again. `touched` is the time of the last written slice. */
#define RUN_TABLES \
	"create table run(" \
	" id integer primary key autoincrement," \
	" state text not null check(state in ('saving', 'whole', 'dropped'))," \
	" touched integer not null," \
	" rows integer not null default 0," \
	" complete integer not null default 0," \
	" started integer not null default 0," \
	" took_ms integer not null default 0," \
	" source blob, scope blob," \
	" all_groups integer not null default 0," \
	" altered integer not null default 0," \
	" devices integer not null default 0, in_scope integer not null default 0, no_inventory integer not null default 0," \
	" no_platform integer not null default 0, merged integer not null default 0," \
	" other_platform integer not null default 0, other_group integer not null default 0," \
	" rows_read integer not null default 0, rows_used integer not null default 0," \
	" rows_unreadable integer not null default 0, cells integer not null default 0, replaced integer not null default 0," \
	" baseline integer not null default 0, baseline_started integer not null default 0," \
	" baseline_incomplete integer not null default 0);" \
	"create table run_count(" \
	" run integer not null references run(id) on delete cascade, verdict text not null, count integer not null," \
	" primary key(run, verdict)) without rowid;" \
	"create table run_change(" \
	" run integer not null references run(id) on delete cascade, change text not null, count integer not null," \
	" primary key(run, change)) without rowid;" \
	"create table reason(" \
	" run integer not null references run(id) on delete cascade, position integer not null, name text not null," \
	" sentence blob not null, primary key(run, position)) without rowid;"

/* `place` finds a host in a run, for its history: entries of 8 bytes (hash of the packed id, rank; both high byte first) sorted
 * by hash, some hundred to a row whose key is run << 32 | its first hash. Why no index on finding(device, key): ids are random, so each
 * insert touches another page, and more so with each run that is kept. Measured with 1,000,000 rows and bags of 600 bytes, seconds of CPU
 * (of wall time): 20 (32) with the index, 27 (49) in the third run; 4.2 (5.1) with places, 6.2 (7.1) in the third run, 4.1 with neither. A
 * look-up reads one row of `place` per run: 0.04 ms. */
#define ROW_TABLES \
	"create table text(id integer primary key, value blob not null unique);" \
	"create table word(code integer primary key, kind text not null, name text not null, unique(kind, name));" \
	"create table finding(" \
	" key integer primary key, device blob not null, name blob," \
	" bag integer not null, verdict integer not null, before integer, change integer not null, altered integer not null," \
	" flags integer not null, applicable integer, compliant integer, report integer," \
	" last_seen integer, signature_time integer, assessed_at integer, gathered_at integer, first_seen integer," \
	" machine_group integer, platform integer, os_version integer, onboarding integer, health integer," \
	" assessed_mode integer, gathered_mode integer, engine integer, av_platform integer, signature integer," \
	" other_av integer);" \
	"create table bag(key integer primary key, pairs blob not null);" \
	"create table place(key integer primary key, entries blob not null);"

#define TEXT_OF(column) " (select value from text where id = " column ") as " column ","
#define TIME_OF(column) " strftime('%Y-%m-%dT%H:%M:%SZ', " column ", 'unixepoch') as " column ","

#define ROW_VIEW \
	"create view finding_text as select key >> 32 as run, key & 4294967295 as rank," \
	" case when substr(device, 1, 1) = x'01' then lower(hex(substr(device, 2)))" \
	" else cast(substr(device, 2) as text) end as device, name," \
	" (select w.name from word w where code = verdict) as verdict," \
	" (select w.name from word w where code = before) as before," \
	" (select w.name from word w where code = change) as change, altered, flags, applicable, compliant," \
	TIME_OF("last_seen") TIME_OF("signature_time") TIME_OF("assessed_at") TIME_OF("gathered_at") TIME_OF("first_seen") \
	TEXT_OF("machine_group") TEXT_OF("platform") TEXT_OF("os_version") TEXT_OF("onboarding") TEXT_OF("health") \
	TEXT_OF("assessed_mode") TEXT_OF("gathered_mode") TEXT_OF("engine") TEXT_OF("av_platform") TEXT_OF("signature") \
	TEXT_OF("other_av") " report from finding;"

/* Marks are replaced as a whole, so they need no index; an id is any bytes. */
#define OWN_TABLES \
	"create table mark(position integer primary key, device blob not null);" \
	"create table note(device blob primary key, text blob not null, changed integer not null);" \
	"create table state(name text primary key, value blob not null) without rowid;" \
	"create table audit(id integer primary key autoincrement, time integer not null, action text not null," \
	" detail blob not null);"

/* Version 2: the groups of each run (position orders them; no name: servers without one), and acceptances with the evidence of the
 * day they were taken. Both are kept as names, not as codes: they are few. */
#define GROUP_TABLES \
	"alter table run add column has_groups integer not null default 0;" \
	"create table run_group(" \
	" run integer not null references run(id) on delete cascade, position integer not null, name blob," \
	" servers integer not null, in_scope integer not null, primary key(run, position)) without rowid;" \
	"create index run_group_name on run_group(name);" \
	"create table run_group_count(" \
	" run integer not null references run(id) on delete cascade, position integer not null, verdict text not null," \
	" count integer not null, primary key(run, position, verdict)) without rowid;"

#define ACCEPT_TABLES \
	"create table acceptance(" \
	" id integer primary key autoincrement, device blob not null, host blob not null, reason blob not null," \
	" who blob not null, taken integer not null, until integer not null, verdict text not null, flags integer not null," \
	" machine_group blob not null, mode blob not null, other_av blob not null, run integer not null, end text not null," \
	" ended integer not null default 0," \
	" ended_why blob not null default '');"

/* Version 3: owners as a CMDB last told them, tickets with their hosts, and how far a run came in closing the loop. A ticket is written
 * before its first request (`intent`), so that nothing that was sent is ever forgotten. Verdicts and states are kept as names. */
#define OWNER_TABLES \
	"create table owner(" \
	" device blob primary key, state text not null, team blob not null, team_id blob not null, contact blob not null," \
	" field blob not null, key blob not null, asked integer not null, chosen_by blob not null, more integer not null) without rowid;" \
	"create table owner_candidate(" \
	" device blob not null references owner(device) on delete cascade, position integer not null, key blob not null," \
	" name blob not null, fqdn blob not null, team blob not null, team_id blob not null, contact blob not null," \
	" field blob not null, retired integer not null, primary key(device, position)) without rowid;"

#define TICKET_TABLES \
	"create table ticket(" \
	" id integer primary key autoincrement, system blob not null, correlation blob not null, scope blob not null," \
	" parent blob not null, remote blob not null, number blob not null, url blob not null, mark blob not null," \
	" state text not null, opened integer not null, updated integer not null, run integer not null);" \
	"create index ticket_correlation on ticket(correlation);" \
	"create table ticket_host(" \
	" ticket integer not null references ticket(id) on delete cascade, position integer not null, device blob not null," \
	" name blob not null, verdict text not null, primary key(ticket, position)) without rowid;" \
	"alter table run add column ticket blob;" \
	"alter table run add column digest blob;"

const struct migration store_migrations[] = {
	{ 1, RUN_TABLES },
	{ 1, ROW_TABLES },
	{ 1, ROW_VIEW },
	{ 1, OWN_TABLES
	     "pragma application_id = 1919907187;"   /* STORE_APPLICATION */
	     "pragma user_version = 1;" },
	{ 2, GROUP_TABLES },
	{ 2, ACCEPT_TABLES "pragma user_version = 2;" },
	{ 3, OWNER_TABLES },
	{ 3, TICKET_TABLES "pragma user_version = 3;" },
};

const size_t store_migration_count = sizeof store_migrations / sizeof *store_migrations;

/* -- the version of a file -- */

int store_check_version(struct store *store, int64_t *version, struct error *err)
{
	struct statement *statement = NULL;
	int64_t application = 0, objects = 0;

	if (statement_open(store, "select user_version, application_id, exists(select 1 from sqlite_master)"
	                   " from pragma_user_version, pragma_application_id", &statement, err))
		return -1;
	int more = statement_step(statement, err);
	if (more > 0) {
		*version = cell_int(statement, 0);
		application = cell_int(statement, 1);
		objects = cell_int(statement, 2);
	}
	statement_close(&statement);
	if (more < 0)
		return -1;
	if (application != STORE_APPLICATION && (objects || *version))
		return error_set(err, STATUS_CONFIG, "%s is the database of another program; name another file with --store.",
		                 store_path(store));
	if (*version > STORE_VERSION)
		return error_set(err, STATUS_CONFIG, "The store %s was written by a newer rouse (schema %lld, this one knows %d); "
		                 "update rouse or name another file with --store.", store_path(store), (long long)*version, STORE_VERSION);
	return 0;
}

int store_migrate(struct store *store, struct error *err)
{
	int64_t version = 0;

	if (store_begin(store, err))
		return -1;
	/* Another process may have been faster. */
	if (store_check_version(store, &version, err))
		goto fail;
	for (size_t i = 0; i < store_migration_count; i++)
		if (store_migrations[i].to > version && store_exec(store, store_migrations[i].sql, err))
			goto fail;
	if (store_commit(store, err))
		goto fail;
	return 0;
fail:
	store_rollback(store);
	return -1;
}

uint32_t store_hash(struct slice packed_id)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < packed_id.len; i++)
		hash = (hash ^ (unsigned char)packed_id.text[i]) * UINT32_C(16777619);
	return hash;
}

/* -- names of verdicts and changes -- */

static int word_add(struct statement *add, const char *kind, const char *name, struct error *err)
{
	bind_text(add, 1, kind);
	bind_text(add, 2, name);
	return statement_run(add, err);
}

static int words_add(struct store *store, struct error *err)
{
	struct statement *add = NULL;
	int failed = statement_open(store, "insert into word(kind, name) values(?1, ?2) on conflict do nothing", &add, err);

	for (size_t i = 0; !failed && i < VERDICT_COUNT; i++)
		failed = word_add(add, "verdict", verdicts[i].name, err);
	for (size_t i = 0; !failed && i < CHANGE_COUNT; i++)
		failed = word_add(add, "change", change_names[i], err);
	statement_close(&add);
	return failed;
}

int store_words(struct store *store, bool add, struct store_words *words, struct error *err)
{
	struct statement *all = NULL;
	int more = -1;

	*words = (struct store_words){ { 0 }, { 0 } };
	if ((add && words_add(store, err)) || statement_open(store, "select code, kind, name from word", &all, err))
		return -1;
	while ((more = statement_step(all, err)) > 0) {
		struct slice name = cell_bytes(all, 2);
		bool is_change = slice_is(cell_bytes(all, 1), "change");
		enum verdict verdict = is_change ? VERDICT_NONE : verdict_named(name);
		if (verdict != VERDICT_NONE)
			words->verdict[verdict] = cell_int(all, 0);
		for (size_t i = 0; is_change && i < CHANGE_COUNT; i++)
			if (slice_is(name, change_names[i]))
				words->change[i] = cell_int(all, 0);
	}
	statement_close(&all);
	return more;
}
