/* store.h - what rouse remembers: runs with their rows, marks, notes, small state, an audit trail. One SQLite file.
 *
 * store.c         opening, migrations, statements: the only user of SQLite
 * store_file.c    the file and its folders before SQLite sees them
 * store_schema.c  the tables, version by version
 * store_run.c     runs and rows, read
 * store_save.c    a run, written in slices
 * store_tidy.c    what did not become whole, removed
 * store_own.c     bags, marks, notes, state, audit, history
 * store_group.c   machine groups of a run, and the trend over runs
 * store_accept.c  acceptances
 * store_owner.c   owners of hosts, as they were last told
 * store_ticket.c  tickets: what was meant to be written, what is there, which hosts are on it
 *
 * WAL, a busy timeout of 5 s, short transactions: the console and a headless job may use it at once. The file is created 0600, its
 * folder 0700. A run is written in batches under the state `saving` and becomes visible with its last one; what a crash left behind is
 * removed by the next save, ten minutes after its last sign of life. Rows are kept in the default order (worst first) under key =
 * run << 32 | rank, counted from 0, so that the first page is one range read. */
#ifndef ROUSE_STORE_H
#define ROUSE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/model/accept.h"
#include "core/model/marks.h"
#include "core/model/owner.h"
#include "core/model/run.h"
#include "core/model/ticket_link.h"
#include "core/model/trend.h"

struct draft_past;
struct store;

/* Opens or creates; brings an older schema up to date; refuses a newer one. `path` ":memory:" keeps all in memory. */
int store_open(struct store **store, const char *path, struct error *err);
/* Only when the file exists: *store is NULL otherwise, and nothing is created. */
int store_open_existing(struct store **store, const char *path, struct error *err);
void store_close(struct store **store);
/* Makes the folders above a path that are missing, for the owner alone. */
int store_make_folders(const char *path, struct error *err);

/* -- runs -- */

/* The newest visible run with this scope (NULL: any) and an id below `below` (0: any); complete ones only if so asked. *id is 0 when
 * there is none. */
int store_newest(struct store *store, const char *scope, bool complete_only, int64_t below, int64_t *id, struct error *err);
/* Findings that the visible runs of a scope resolved, of ids above `above` and below `below`. */
int store_resolved(struct store *store, const char *scope, int64_t above, int64_t below, uint32_t *count, struct error *err);
/* Reads a run without its rows into an empty *run. STATUS_NO_INPUT when there is no such run. */
int store_run_head(struct store *store, int64_t id, struct run *run, struct error *err);
/* Heads of the visible runs without their groups (has_groups false), newest first, at most `limit`; *runs is a malloc'd array, each
 * released and then freed by the caller. */
int store_runs(struct store *store, size_t limit, struct run **runs, size_t *count, struct error *err);

/* Reading rows in slices. */
struct store_reader;
int store_reader_open(struct store *store, int64_t run_id, struct store_reader **reader, struct error *err);
/* Adds up to `budget` rows to the table. Returns 1 when there may be more, 0 at the end, -1 on error. */
int store_reader_step(struct store_reader *reader, struct table *table, uint32_t budget, struct error *err);
void store_reader_close(struct store_reader **reader);

/* Writing a run in slices. `order` is the stored order of its rows (borrowed until the end). The run gets its id when it is done. */
struct store_writer;
int store_writer_open(struct store *store, struct run *run, const uint32_t *order, struct store_writer **writer,
                      struct error *err);
/* Writes up to `budget` rows in one transaction. Returns 1 for more, 0 when the run is whole and visible, -1 on error. */
int store_writer_step(struct store_writer *writer, uint32_t budget, struct error *err);
/* Before the end: gives up the run, which was never visible, and removes its rows; what that does not manage within a second is left
 * to the next save. */
void store_writer_close(struct store_writer **writer);

/* Appends the bag of a row by its key (as stored: BAG_CLOSED pairs unopened). */
int store_bag(struct store *store, uint64_t key, struct strbuf *bag, struct error *err);

/* One run in which a host was seen. */
struct history_item {
	int64_t run, started;
	enum verdict verdict;
	enum change change;
	uint16_t flags;
	int64_t signature_time;   /* seconds */
	bool complete;            /* of the run */
};
/* Newest first, at most `limit`; *items is malloc'd. */
int store_history(struct store *store, struct slice packed_id, size_t limit, struct history_item **items, size_t *count,
                  struct error *err);

/* Visible runs of a scope (NULL: any), oldest first, the newest `limit` of them. `group` without a value: the whole run; an empty one:
 * the servers without a group; else the sum over the spellings that fold to it. *items is malloc'd. */
int store_trend(struct store *store, const char *scope, struct slice group, size_t limit, struct trend_item **items, size_t *count,
                struct error *err);

/* -- the analyst's own -- */

int store_marks_load(struct store *store, struct marks *marks, struct error *err);
int store_marks_save(struct store *store, const struct marks *marks, struct error *err);   /* replaces all */
int store_notes_load(struct store *store, struct notes *notes, struct error *err);
int store_note_save(struct store *store, struct slice packed_id, struct slice text, int64_t now, struct error *err);
/* Small named values (sort, columns, theme of the last session). *found says whether there was one. */
int store_state_get(struct store *store, const char *name, struct strbuf *value, bool *found, struct error *err);
int store_state_set(struct store *store, const char *name, const char *value, struct error *err);
/* Reads every acceptance, oldest first, into an empty set. */
int store_acceptances_load(struct store *store, struct acceptances *set, struct error *err);
/* Adds one and its line in the audit trail, all or nothing; *id is its number. Earlier ones of the host that are in force end: the newest
 * decision counts. */
int store_acceptance_add(struct store *store, const struct acceptance *acceptance, int64_t *id, struct error *err);
/* A number that another connection's commit changes, so that what was read is known to be still so. */
int store_data_version(struct store *store, int64_t *version, struct error *err);
/* How one ends. Borrowed. */
struct acceptance_ending {
	int64_t id;                       /* of the acceptance */
	enum acceptance_end end;
	int64_t when;                     /* seconds */
	const char *why;
};
/* Writes how some end, with a line each in the audit trail dated `now`, all or nothing. One that has ended already stays as it is; *ended
 * counts the others. */
int store_acceptances_end(struct store *store, const struct acceptance_ending *endings, size_t count, int64_t now, size_t *ended,
                          struct error *err);
/* Named values under a prefix (`filter:`), by name in byte order; names[i] is the whole name, as the other functions take it. The arrays
 * and their texts are malloc'd. */
int store_state_list(struct store *store, const char *prefix, char ***names, char ***values, size_t *count, struct error *err);
int store_state_remove(struct store *store, const char *name, struct error *err);

/* -- owners -- */

/* Reads all owners that are kept into an empty set. */
int store_owners_load(struct store *store, struct owners *owners, struct error *err);
/* Writes the owners of some hosts (packed ids), all or nothing. */
int store_owners_save(struct store *store, const struct owners *owners, const struct slice *packed_ids, size_t count, struct error *err);

/* -- tickets: every word is on disk when a call returns, as the next thing done is a request that cannot be taken back -- */

/* What the store knows of a record. Texts never NULL, owned; store_ticket_release(). */
struct store_ticket {
	int64_t id;               /* row */
	char *system;             /* the back end and where it is: `rt https://rt.example.com` */
	char *correlation;
	char *scope;              /* canonical text */
	char *parent;             /* correlation of the parent; "" */
	char *remote, *number, *url;   /* "" until known */
	char *mark;               /* last one written and read back; "" */
	enum ticket_state state;
	int64_t opened, updated;  /* seconds; 0 */
	int64_t run;              /* that it was last written for */
};

/* The newest record of a system and correlation id that is not closed; *found false: none. */
int store_ticket_find(struct store *store, const char *system, const char *correlation, struct store_ticket *ticket, bool *found,
                      struct error *err);
/* Writes an intent before the first request: a new row in TICKET_INTENT; *id is its number. */
int store_ticket_intend(struct store *store, const struct store_ticket *ticket, int64_t *id, struct error *err);
/* Writes what is known now (remote, number, url, mark, state, updated, run), with a line in the audit trail dated `now`. */
int store_ticket_write(struct store *store, const struct store_ticket *ticket, int64_t now, const char *action, struct error *err);
/* Replaces the hosts of a record, in one transaction. */
int store_ticket_hosts_save(struct store *store, int64_t id, const struct draft_past *hosts, size_t count, struct error *err);
int store_ticket_hosts(struct store *store, int64_t id, struct draft_past **hosts, size_t *count, struct error *err);   /* malloc'd */
void store_ticket_hosts_free(struct draft_past *hosts, size_t count);
/* Records that are not closed, newest first. *tickets is malloc'd; each is released by the caller. */
int store_tickets(struct store *store, struct store_ticket **tickets, size_t *count, struct error *err);
/* Which open record each host is on, into an empty set. */
int store_ticket_links_load(struct store *store, struct ticket_links *links, struct error *err);
void store_ticket_init(struct store_ticket *ticket);
void store_ticket_release(struct store_ticket *ticket);
/* How far a run came in closing the loop, for the run history: `INC0010042 updated`, `posted`. NULL leaves a word as it is. */
int store_run_words(struct store *store, int64_t run, const char *ticket, const char *digest, struct error *err);

/* A line in the audit trail: an action that changed or wrote something. */
int store_audit(struct store *store, int64_t now, const char *action, const char *detail, struct error *err);

#endif
