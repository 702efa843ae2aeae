/* store.c - opening, migrations, statements: the only user of SQLite. See store.h and store_inner.h. */
#include "core/io/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/store_inner.h"

#define MEMORY_PATH ":memory:"
#define PATH_BYTES_MAX ((size_t)1 << 16)
#define BUSY_MS 5000
#define BUSY_NAP_MS 2

/* One open database. Owned by whoever opened it. */
struct store {
	sqlite3 *db;       /* owned */
	char *path;        /* as given, for sentences; owned */
	bool read_only;    /* the file may be read but not written */
	struct store_frozen frozen;   /* read without SQLite's locks: a change of the file must be noticed */
};

/* One prepared statement of a store, which it may not outlive. */
struct statement {
	sqlite3_stmt *handle;   /* owned */
	struct store *store;    /* borrowed */
	int bind_failed;        /* SQLite's code of a bind that was refused (a value over 1 GB); told by the next step */
};

/* -- errors -- */

/* The sentence for what SQLite just refused. */
static int store_failed(const struct store *store, int code, struct error *err)
{
	const char *path = store->path;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(err, STATUS_TRY_LATER, "The store %s is in use by another process for over %d s; try again.", path,
		                 BUSY_MS / 1000);
	case SQLITE_FULL:
		return error_set(err, STATUS_IO, "The disk is full: nothing more can be written to the store %s; make room.", path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_set(err, STATUS_NO_PERMISSION,
		                 "The store %s cannot be written; mend its rights or name another file with --store.", path);
	case SQLITE_CANTOPEN: {
		/* SQLite opens a file without rights for reading, and then misses the log that it may not make. */
		int number = access(path, R_OK | W_OK) ? errno : store->db ? sqlite3_system_errno(store->db) : 0;
		return store_system_error(number ? number : EACCES, path, "opened", err);
	}
	case SQLITE_NOTADB:
		return store_not_ours(path, err);
	case SQLITE_CORRUPT:
		return error_set(err, STATUS_IO, "The store %s is damaged; move it away, and the next run starts a new one.", path);
	case SQLITE_IOERR: {
		int number = sqlite3_system_errno(store->db);
		return store_system_error(number ? number : EIO, path, "read or written", err);
	}
	default:
		return error_set(err, STATUS_FAILED, "The store %s refused a statement: %s.", path, sqlite3_errmsg(store->db));
	}
}

/* -- statements -- */

int statement_open(struct store *store, const char *sql, struct statement **out, struct error *err)
{
	sqlite3_stmt *handle = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &handle, NULL);

	if (code != SQLITE_OK) {
		store_failed(store, code, err);
		return -1;
	}
	struct statement *statement = xmalloc(sizeof *statement);
	*statement = (struct statement){ handle, store, SQLITE_OK };
	*out = statement;
	return 0;
}

void statement_close(struct statement **statement)
{
	if (!*statement)
		return;
	sqlite3_finalize((*statement)->handle);
	free(*statement);
	*statement = NULL;
}

static void note_bind(struct statement *statement, int code)
{
	if (code != SQLITE_OK)
		statement->bind_failed = code;
}

void bind_int(struct statement *statement, int place, int64_t value)
{
	note_bind(statement, sqlite3_bind_int64(statement->handle, place, value));
}

void bind_maybe(struct statement *statement, int place, int64_t value, int64_t missing)
{
	if (value == missing)
		note_bind(statement, sqlite3_bind_null(statement->handle, place));
	else
		bind_int(statement, place, value);
}

void bind_blob(struct statement *statement, int place, struct slice bytes)
{
	/* A NULL pointer would bind NULL; an empty blob is a value. */
	const char *text = bytes.len ? bytes.text : "";

	note_bind(statement, sqlite3_bind_blob64(statement->handle, place, text, bytes.len, SQLITE_STATIC));
}

void bind_bytes(struct statement *statement, int place, struct slice bytes)
{
	if (!bytes.text)
		note_bind(statement, sqlite3_bind_null(statement->handle, place));
	else if (bytes.len && memchr(bytes.text, 0, bytes.len))
		bind_blob(statement, place, bytes);
	else
		note_bind(statement, sqlite3_bind_text64(statement->handle, place, bytes.len ? bytes.text : "", bytes.len,
		                                         SQLITE_STATIC, SQLITE_UTF8));
}

void bind_text(struct statement *statement, int place, const char *text)
{
	bind_bytes(statement, place, slice_of(text));
}

int statement_step(struct statement *statement, struct error *err)
{
	int code = statement->bind_failed ? statement->bind_failed : sqlite3_step(statement->handle);

	if (code == SQLITE_ROW)
		return 1;
	/* What was read while somebody wrote may be of two times: it is no answer. */
	if (statement->store->frozen.is && !store_still_frozen(statement->store->path, &statement->store->frozen))
		code = SQLITE_BUSY;
	if (code == SQLITE_DONE)
		return 0;
	store_failed(statement->store, code, err);
	statement_reset(statement);
	return -1;
}

void statement_reset(struct statement *statement)
{
	sqlite3_reset(statement->handle);
	statement->bind_failed = SQLITE_OK;
}

int statement_run(struct statement *statement, struct error *err)
{
	int more;

	while ((more = statement_step(statement, err)) > 0)
		;
	statement_reset(statement);
	return more;
}

int64_t cell_int(const struct statement *statement, int cell)
{
	return sqlite3_column_int64(statement->handle, cell);
}

int64_t cell_maybe(const struct statement *statement, int cell, int64_t missing)
{
	int64_t value = sqlite3_column_int64(statement->handle, cell);

	/* NULL reads as 0; asking for the type only then saves a call for nearly every cell. */
	return value || sqlite3_column_type(statement->handle, cell) != SQLITE_NULL ? value : missing;
}

struct slice cell_bytes(const struct statement *statement, int cell)
{
	const char *bytes = sqlite3_column_blob(statement->handle, cell);   /* NULL also when empty */

	if (bytes)
		return (struct slice){ bytes, (size_t)sqlite3_column_bytes(statement->handle, cell) };
	return slice_of(sqlite3_column_type(statement->handle, cell) == SQLITE_NULL ? NULL : "");
}

char *cell_copy(const struct statement *statement, int cell)
{
	struct slice bytes = cell_bytes(statement, cell);

	return bytes.text ? xmemdup(bytes.text, bytes.len) : NULL;
}

char *cell_string(const struct statement *statement, int cell)
{
	char *copy = cell_copy(statement, cell);

	return copy ? copy : xstrdup("");
}

/* -- transactions -- */

int store_exec(struct store *store, const char *sql, struct error *err)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : store_failed(store, code, err);
}

int store_begin(struct store *store, struct error *err)
{
	return store_exec(store, "begin immediate", err);
}

int store_commit(struct store *store, struct error *err)
{
	return store_exec(store, "commit", err);
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "rollback", NULL, NULL, NULL);
}

/* Only outside a transaction can it be changed. */
int store_begin_durable(struct store *store, struct error *err)
{
	return store_exec(store, "pragma synchronous = full", err) || store_begin(store, err) ? -1 : 0;
}

void store_settle(struct store *store)
{
	store_rollback(store);
	sqlite3_exec(store->db, "pragma synchronous = normal", NULL, NULL, NULL);
}

int64_t store_last_id(const struct store *store)
{
	return sqlite3_last_insert_rowid(store->db);
}

int store_changes(const struct store *store)
{
	return sqlite3_changes(store->db);
}

const char *store_path(const struct store *store)
{
	return store->path;
}

/* -- the file -- */

/* SQLite's own waiting naps up to 100 ms and can miss, for seconds, the short gaps that a process leaves which writes slice after
 * slice; short naps find one. */
static int busy_nap(void *owner, int tries)
{
	struct timespec nap = { 0, BUSY_NAP_MS * 1000000L };

	(void)owner;
	nanosleep(&nap, NULL);
	return tries < BUSY_MS / BUSY_NAP_MS;
}

/* The change to WAL needs the file for itself and does not always wait for it: so we do. */
static int use_wal(struct store *store, struct error *err)
{
	int64_t until = clock_ms() + BUSY_MS;
	int code;

	while ((code = sqlite3_exec(store->db, "pragma journal_mode = wal", NULL, NULL, NULL)) != SQLITE_OK &&
	       ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) && clock_ms() < until)
		busy_nap(NULL, 0);
	return code == SQLITE_OK ? 0 : store_failed(store, code, err);
}

/* Checkpoints come as SQLite has them, every 4 MB: larger ones save little time and hold a slice up for 100 ms. */
#define SETTINGS \
	"pragma synchronous = normal; pragma foreign_keys = on; pragma journal_size_limit = 16777216;" \
	"pragma trusted_schema = off; pragma temp_store = memory;"

static int store_prepare(struct store *store, struct error *err)
{
	int64_t version = 0;

	sqlite3_busy_handler(store->db, busy_nap, NULL);
	sqlite3_extended_result_codes(store->db, 1);
	if (store_check_version(store, &version, err))
		return -1;
	store->read_only = sqlite3_db_readonly(store->db, "main") == 1;
	if (store->read_only && version < STORE_VERSION)
		return store_failed(store, SQLITE_READONLY, err);
	if (!store->read_only && use_wal(store, err))
		return -1;
	if (store_exec(store, SETTINGS, err))
		return -1;
	return version < STORE_VERSION ? store_migrate(store, err) : 0;
}

/* A relative path gets ./ so that SQLite does not take it for a URI or a special name. */
static int open_once(struct store **out, const char *path, const struct store_frozen *frozen, struct error *err)
{
	struct strbuf name = STRBUF_INIT(PATH_BYTES_MAX);
	int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	struct store *store = xcalloc(1, sizeof *store);

	store->path = xstrdup(path);
	store->frozen = *frozen;
	if (frozen->is) {
		store_frozen_uri(path, &name);
		how = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	} else {
		strbuf_addf(&name, "%s%s", strcmp(path, MEMORY_PATH) == 0 || path[0] == '/' ? "" : "./", path);
	}
	int code = sqlite3_open_v2(strbuf_text(&name), &store->db, how, NULL);
	strbuf_release(&name);
	if (code != SQLITE_OK)
		store_failed(store, code, err);
	if (code != SQLITE_OK || store_prepare(store, err)) {
		store_close(&store);
		return -1;
	}
	*out = store;
	return 0;
}

/* SQLite cannot read a file in WAL mode where it may make no files beside it; one that nobody writes is read as it stands. */
static int store_open_file(struct store **out, const char *path, struct error *err)
{
	struct store_frozen frozen = { .is = false };   /* at first: as it should be */

	if (strcmp(path, MEMORY_PATH) != 0 && !store_path_usable(path, err))
		return -1;
	if (!open_once(out, path, &frozen, err))
		return 0;
	if (err->status != STATUS_NO_PERMISSION || !store_look_frozen(path, &frozen))
		return -1;
	struct error other = {0};
	return open_once(out, path, &frozen, &other);
}

int store_open(struct store **out, const char *path, struct error *err)
{
	*out = NULL;
	if (!*path)
		return error_set(err, STATUS_CONFIG, "The store has no path; name a file with --store.");
	if (strcmp(path, MEMORY_PATH) != 0 && store_make_file(path, err))
		return -1;
	if (store_open_file(out, path, err))
		return -1;
	if ((*out)->read_only) {
		store_failed(*out, SQLITE_READONLY, err);
		store_close(out);
		return -1;
	}
	return 0;
}

int store_open_existing(struct store **out, const char *path, struct error *err)
{
	struct stat st;

	*out = NULL;
	if (stat(path, &st)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return store_system_error(errno, path, "opened", err);
	}
	/* An empty file is a store that was never written. */
	return S_ISREG(st.st_mode) && st.st_size == 0 ? 0 : store_open_file(out, path, err);
}

void store_close(struct store **store)
{
	if (!*store)
		return;
	sqlite3_close_v2((*store)->db);
	free((*store)->path);
	free(*store);
	*store = NULL;
}
