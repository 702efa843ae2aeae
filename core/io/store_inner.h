/* store_inner.h - what the files of the store share: statements without SQLite's types, and the layout of a row.
 *
 * Only core/io/store*.c and the tests of the store include it. Everything from outside goes in as a bound value, never as SQL text. */
#ifndef ROUSE_STORE_INNER_H
#define ROUSE_STORE_INNER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/io/store.h"

struct strbuf;

/* A piece of SQL that is run when the file's version is below `to`; the last piece of each version sets user_version. */
struct migration {
	int to;
	const char *sql;
};

extern const struct migration store_migrations[];   /* oldest first */
extern const size_t store_migration_count;
#define STORE_VERSION 3                  /* what this program writes */
#define STORE_APPLICATION 0x726f7573     /* `rous`: tells our files from other programs' databases */

/* The columns of a row in the order in which they are bound and read. */
#define FINDING_COLUMNS \
	"key, device, name, bag, verdict, before, change, altered, flags, applicable, compliant, report, " \
	"last_seen, signature_time, assessed_at, gathered_at, first_seen, machine_group, platform, os_version, onboarding, " \
	"health, assessed_mode, gathered_mode, engine, av_platform, signature, other_av"
#define FINDING_TIMES 12                 /* the cell of the first time */
#define FINDING_TEXTS (FINDING_TIMES + TIME_COUNT)
/* Which table column stands at the times and at the texts of FINDING_COLUMNS: the enums may be reordered, stored files not. */
extern const enum time_id store_times[TIME_COUNT];
extern const enum text_id store_texts[TEXT_COUNT];

#define RANKS INT64_C(4294967296)        /* keys of one run: run * RANKS + rank */
#define RUN_MAX INT64_C(0x7ffffffe)      /* so that a key stays a positive 64-bit number */

/* -- the file -- */

/* Makes the file empty, 0600 whatever the umask, in folders of 0700 where they are missing; SQLite gives -wal and -shm the same
 * rights. Nothing happens when there is something at the path. */
int store_make_file(const char *path, struct error *err);
/* What must be known before SQLite opens a path: that it is there, no folder, and not a short text. */
bool store_path_usable(const char *path, struct error *err);
int store_not_ours(const char *path, struct error *err);   /* the sentence for a file that is no database; -1 */
/* The sentence for a call of the system that failed with `number` while the store was being opened, made, ...; -1. */
int store_system_error(int number, const char *path, const char *doing, struct error *err);

/* A file that this user may read but not write, without a log beside it: how it looked when it was opened. */
struct store_frozen {
	bool is;
	int64_t size, inode, changed, changed_ns;
};
/* Whether a path is such a file. */
bool store_look_frozen(const char *path, struct store_frozen *frozen);
/* Whether it is still the same. */
bool store_still_frozen(const char *path, const struct store_frozen *frozen);
/* Appends the name by which SQLite opens it without locks and without a log. */
void store_frozen_uri(const char *path, struct strbuf *out);

/* store_schema.c: is the file ours, and of a version we know? One statement, so that a migration of another process is seen whole or not at
 * all. */
int store_check_version(struct store *store, int64_t *version, struct error *err);
/* Brings an older file up to date. */
int store_migrate(struct store *store, struct error *err);

/* -- transactions -- */

/* Takes the right to write at once, so that a transaction never fails half-way because another process wrote. */
int store_begin(struct store *store, struct error *err);
int store_commit(struct store *store, struct error *err);
/* The same, but so that the commit is on the disk when it returns; store_settle() ends it whether or not it was committed. In WAL mode with
 * synchronous = normal the last commits may be lost when the machine stops. */
int store_begin_durable(struct store *store, struct error *err);
void store_settle(struct store *store);
/* Gives up what was begun; harmless when nothing was. */
void store_rollback(struct store *store);
/* Runs SQL of our own, several statements with ; between. */
int store_exec(struct store *store, const char *sql, struct error *err);
int64_t store_last_id(const struct store *store);
int store_changes(const struct store *store);
const char *store_path(const struct store *store);

/* -- statements -- */

struct statement;

int statement_open(struct store *store, const char *sql, struct statement **statement, struct error *err);
void statement_close(struct statement **statement);
/* Places count from 1. Bytes are borrowed until statement_reset() or the next bind of the place. */
void bind_int(struct statement *statement, int place, int64_t value);
void bind_maybe(struct statement *statement, int place, int64_t value, int64_t missing);   /* NULL for `missing` */
void bind_blob(struct statement *statement, int place, struct slice bytes);
/* As text where a shell can show it, as blob when it holds a NUL: SQL functions stop at one. NULL for no value. */
void bind_bytes(struct statement *statement, int place, struct slice bytes);
void bind_text(struct statement *statement, int place, const char *text);
/* 1 when a row is on hand, 0 at the end, -1 on error. */
int statement_step(struct statement *statement, struct error *err);
/* Takes a statement back to its start; a statement that is left on a row keeps the database from being tidied. */
void statement_reset(struct statement *statement);
/* Steps to the end and resets. */
int statement_run(struct statement *statement, struct error *err);
/* Cells count from 0. Bytes are borrowed until the next step or reset. */
int64_t cell_int(const struct statement *statement, int cell);
int64_t cell_maybe(const struct statement *statement, int cell, int64_t missing);
struct slice cell_bytes(const struct statement *statement, int cell);
char *cell_copy(const struct statement *statement, int cell);   /* malloc'd; NULL when there is no value */
char *cell_string(const struct statement *statement, int cell);   /* malloc'd; "" when there is no value */

/* -- runs -- */

/* Codes of the names of verdicts and changes in this file. */
struct store_words {
	int64_t verdict[VERDICT_COUNT], change[CHANGE_COUNT];   /* 0: the file does not know it */
};

/* Reads the codes; `add` makes those that are missing (inside a transaction). */
int store_words(struct store *store, bool add, struct store_words *words, struct error *err);

/* Writes up to `budget` groups of the run from number `from` on. */
int store_groups_write(struct store *store, int64_t id, const struct run *run, size_t from, size_t budget, struct error *err);
/* Reads the groups of a run whose head, counts among it, was read. */
int store_groups_read(struct store *store, struct run *run, struct error *err);

/* Real time, also where ROUSE_NOW freezes the clock: it only tells living saves from dead ones. */
int64_t store_real_now(void);
/* One slice of what crashes and cancelled saves left. Returns 1 when there may be more, 0 or -1. */
int store_tidy_step(struct store *store, uint32_t budget, struct error *err);
/* Gives up an unfinished run: it is never seen, and its rows are removed now or, if that takes long, by the next save. */
void store_drop_run(struct store *store, int64_t run);

/* The hash by which a run's rows are found again; part of the file's format: FNV-1a, 32 bits, over the packed id. */
uint32_t store_hash(struct slice packed_id);
#define PLACE_BYTES 8                    /* one entry of `place` */

#endif
