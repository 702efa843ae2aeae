/* files_inner.h - what the parts of the files source share; see files.h. */
#ifndef ROUSE_FILES_INNER_H
#define ROUSE_FILES_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/csv.h"
#include "core/io/json.h"
#include "core/model/estate.h"
#include "core/sources/files.h"

#define FILES_PIECE ((size_t)256 << 10)     /* bytes read at once: about 2 ms of work */
#define FILES_HEAD ((size_t)64 << 10)       /* bytes looked at for signs of a binary */
#define FILES_COMPLAINTS 20                 /* sentences kept */
#define FILES_COLUMNS_MAX 4096              /* columns of a file */
#define FILES_BAG_MAX ((size_t)32 << 20)    /* bytes of enrichment of one row: more than a row can have */

/* ---- files_open.c: bytes ---- */

/* An open file, given out in pieces of valid UTF-8. */
struct files_bytes {
	int fd;                  /* -1: not open */
	uint64_t total, done;    /* size (0: not known) and bytes read */
	uint64_t replaced;       /* invalid bytes that became U+FFFD */
	char *buf;               /* carry, then what read() gave; owned */
	size_t carry, carry_at;  /* bytes that may begin a character, and where in buf they wait for its rest */
	struct strbuf clean;     /* the piece with invalid bytes replaced, when it had any */
	bool started;            /* a byte order mark was looked for */
};

/* Refuses what is no file, is empty or is no text; a pipe is looked at when it is read. `name` is for sentences; the size
 * is added to *size. */
int files_probe(const char *path, const char *name, uint64_t *size, struct error *err);
/* Without a file: bytes that somebody else brings, at most FILES_PIECE at once, come out as valid UTF-8. Borrowed until the next call. */
void files_bytes_init(struct files_bytes *bytes);
struct slice files_put(struct files_bytes *bytes, const char *text, size_t n);
int files_open(struct files_bytes *bytes, const char *path, const char *name, struct error *err);
/* The next piece, which may be empty. Returns 1, 0 at the end, -1. Borrowed until the next call. */
int files_next(struct files_bytes *bytes, const char *name, struct slice *piece, struct error *err);
void files_close(struct files_bytes *bytes);

/* ---- files_columns.c: what a header says ---- */

/* What a cell is for, in any table. */
enum field {
	F_TIME, F_TIME_GENERATED, F_DEVICE_ID, F_DEVICE_NAME, F_GROUP, F_PLATFORM, F_OS_VERSION, F_LAST_SEEN, F_ONBOARDING,
	F_HEALTH, F_MERGED_TO, F_REPORT, F_EXCLUDED, F_CONFIGURATION, F_APPLICABLE, F_COMPLIANT, F_CONTEXT, F_BAG, F_MODE,
	F_ASSESSED_MODE, F_GATHERED_MODE, F_BAG_MODE, F_ENGINE, F_AV_PLATFORM, F_SIGNATURE, F_SIGNATURE_TIME, F_ASSESSED_AT, F_GATHERED_AT,
	F_OTHER_AV, F_FLAGS, F_VERDICT, F_VENDOR, F_SOFTWARE,
	FIELD_COUNT,
	FIELD_BAG = FIELD_COUNT,   /* enrichment: goes into the bag under its key */
	FIELD_CLOSED,              /* enrichment that may be a bag itself: AdditionalFields, AvFields of findings */
	FIELD_IGNORED
};

/* One column of the file that is open. */
struct files_column {
	char *name;              /* as in the file, without blanks around; owned */
	size_t name_len;
	struct slice key;        /* its key in the bag; borrowed from name */
	enum field field;
};

/* The columns of the file that is open, in its order. */
struct files_columns {
	struct files_column *items;
	size_t count, cap;
	bool ours;               /* the header has Verdict and Change: an export of rouse, formulas guarded with ' */
	bool verdict, change;
};

/* Adds a column. Returns its index, or SIZE_MAX when there are too many. */
size_t files_columns_add(struct files_columns *columns, enum estate_table table, struct slice name);
/* The index of a name, letter case ignored, or SIZE_MAX. */
size_t files_columns_find(const struct files_columns *columns, struct slice name);
bool files_columns_has(const struct files_columns *columns, enum field field);
/* Whether all columns are there that the table cannot do without; else STATUS_DATA with the nearest name. */
int files_columns_check(const struct files_columns *columns, enum estate_table table, const char *name, struct error *err);
/* How many of a table's columns a name stands for: 0 or 1. */
bool files_column_known(enum estate_table table, struct slice name);
void files_columns_release(struct files_columns *columns);

/* ---- the source ---- */

/* One of the files to read. */
struct files_entry {
	enum estate_table table;
	const char *path;        /* borrowed */
	char *name;              /* as it may be shown; owned */
};

#define FILES_CLOSED 2       /* columns of findings that may be a bag: AdditionalFields, AvFields */

/* One row on its way: cells by field. A cell without text is missing. */
struct files_cells {
	struct slice cell[FIELD_COUNT];
	struct { struct slice name, text; } closed[FILES_CLOSED];   /* bags as they stand in the row, with their columns */
	size_t closed_count;
	struct strbuf bag;       /* enrichment of the row */
	bool gathered;           /* the bag holds keys of AdditionalFields, not only unknown columns */
};

/* What the open file is. */
enum files_format { FORMAT_NONE, FORMAT_CSV, FORMAT_JSON };

struct files_source {
	struct source base;
	struct files_entry *entries;     /* owned */
	size_t entry_count, next;
	/* the open file */
	const struct files_entry *entry; /* NULL: none */
	struct files_bytes bytes;
	enum files_format format;
	struct csv_reader *csv;
	struct json_reader *json;
	struct files_columns columns;
	bool *wanted;                    /* by column of a CSV file: its content is of use; owned */
	bool swallowed;                  /* a row that could not be read went over several lines, and that was said */
	bool has_header;                 /* a CSV header or a JSON schema was read */
	size_t *hints;                   /* JSON: the column of the i-th member of the last row; owned */
	size_t hints_cap;
	struct { uint64_t row; size_t member; } *stamps;   /* JSON, by column: the last row that had it, and as which member; owned */
	size_t stamps_cap;
	uint64_t rows, rows_used;        /* of this file */
	uint64_t line;                   /* of the row that is decoded */
	uint64_t first_bad_line;         /* its first row that could not be read, and why */
	struct strbuf first_bad;
	struct error *err;               /* of the step that runs; borrowed */
	/* decoding, reused from row to row */
	struct files_cells cells;
	struct json_object object, inner;
	struct strbuf text;              /* of files_shown() */
	/* for progress and complaints */
	uint64_t all_rows, done_bytes, all_bytes;
	char *complaints[FILES_COMPLAINTS];
	size_t complaint_count;
	uint64_t more_complaints;
};

/* ---- files.c ---- */

/* Counts a row that cannot be used, with the sentence `NAME:LINE: ...`. */
void files_unreadable(struct files_source *source, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void files_used(struct files_source *source);
/* Gives back all that a source owns but its list of files. */
void files_source_clear(struct files_source *source);
/* Counts a cell of the row that is decoded which counts as missing though it has text, with its sentence. `column` is a plain name. */
void files_misread(struct files_source *source, const char *column);
/* Keeps a sentence about a row that is used all the same. */
void files_complain(struct files_source *source, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Takes down whether the open file has the columns that findings may lack. */
void files_note_columns(struct files_source *source);
/* Text from the file as it may stand in a sentence: made visible, cut; borrowed from source->text. */
const char *files_shown(struct files_source *source, struct slice text);

/* ---- files_csv.c, files_json.c: rows of the open file ---- */

int files_csv_begin(struct files_source *source, struct slice first);
int files_csv_end(struct files_source *source, struct error *err);
void files_json_begin(struct files_source *source);
int files_json_end(struct files_source *source, struct error *err);
/* Empties the cells for the next row. */
void files_cells_clear(struct files_cells *cells);
/* Keeps AdditionalFields or AvFields of a joined row: a bag that stays closed until somebody looks. */
void files_keep_closed(struct files_cells *cells, const struct files_column *column, struct slice text);

/* ---- files_values.c ---- */

/* A boolean: true/false, 1/0, in any letter case. An empty text is TRI_NONE; one that is no boolean too, and is counted for its
 * column, and *doubtful is set unless it is NULL. */
enum tri files_tri(struct files_source *source, struct slice text, const char *column, bool *doubtful);
/* A time in ticks; TIME_NONE for an empty text, and for one that is no time, which is counted. */
int64_t files_time(struct files_source *source, struct slice text, const char *column);
/* A whole number; TIME_NONE as above. */
int64_t files_long(struct files_source *source, struct slice text, const char *column);
/* Whether a cell of JSON says nothing: blanks, null, `[]`, `[[]]`, `{}` or `""`. */
bool files_nothing(struct slice text);
/* A mode code: `1.0` is `1`. Borrowed from `text`. */
struct slice files_mode(struct slice text);
/* Without blanks and line ends around. */
struct slice files_trimmed(struct slice text);
/* The text, or no value when it is empty. */
struct slice files_text(struct slice text);

/* ---- files_rows.c, files_finding.c ---- */

/* Decodes the cells of one row into the estate and counts it. */
void files_row(struct files_source *source, uint64_t line);
void files_finding(struct files_source *source, uint64_t line);
/* Whether a closed bag must be opened to decide about its host. */
bool files_bag_matters(struct slice text);
/* Opens a bag and takes its five antivirus keys into the cells that are still missing; the other members go into the row's bag when
 * `keep`. What is taken is borrowed from `object`. False, and the cell counted for its column, when the text is neither nothing nor an
 * object, or has two modes: a witness that cannot be relied on. */
bool files_take_bag(struct files_source *source, struct slice text, const char *column, struct json_object *object, bool keep);

#endif
