#include "core/io/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/csv.h"
#include "core/io/json.h"

#define TEXT_MAX (SIZE_MAX / 4)
#define TAKEN "it exists already; choose another name or replace it"
#define CHUNK ((size_t)64 << 10)   /* bytes collected before they are written */

const char *const export_format_names[EXPORT_FORMATS] = { "table", "csv", "json", "jsonl" };

/* What is reused from cell to cell. */
struct writer {
	const struct export *export;
	struct strbuf scratch, text, out;
	struct strbuf names;       /* the columns' names, each with a NUL after it; for JSON as ready-made strings */
};

void export_column_name(const struct column_ref *column, struct strbuf *out)
{
	if (column->id == COL_BAG) {
		strbuf_adds(out, "AdditionalFields.");
		strbuf_adds(out, column->key);
	} else {
		strbuf_adds(out, columns[column->id].name);
	}
}

/* ---- CSV ---- */

static void csv_header(struct writer *writer)
{
	const struct export *export = writer->export;
	for (size_t i = 0; i < export->column_count; i++) {
		if (i)
			strbuf_addc(&writer->out, ',');
		strbuf_clear(&writer->text);
		export_column_name(&export->columns[i], &writer->text);
		csv_cell(&writer->out, (struct slice){ strbuf_text(&writer->text), writer->text.len }, export->exact);
	}
	strbuf_addc(&writer->out, '\n');
}

/* Numbers, times and spans are no one's text: they need neither quotes nor a guard. */
static void csv_row(struct writer *writer, uint32_t row)
{
	const struct export *export = writer->export;
	struct value value;
	for (size_t i = 0; i < export->column_count; i++) {
		if (i)
			strbuf_addc(&writer->out, ',');
		value_get(export->lens, row, &export->columns[i], &writer->scratch, &value);
		if (value.kind == VALUE_TEXT) {
			csv_cell(&writer->out, value.text, export->exact);
		} else if (value.kind == VALUE_FLAGS) {
			strbuf_clear(&writer->text);
			value_export(export->lens, row, &value, &writer->text);
			csv_cell(&writer->out, (struct slice){ strbuf_text(&writer->text), writer->text.len }, export->exact);
		} else {
			value_export(export->lens, row, &value, &writer->out);
		}
	}
	strbuf_addc(&writer->out, '\n');
}

/* ---- JSON ---- */

static void json_names(struct writer *writer)
{
	const struct export *export = writer->export;
	for (size_t i = 0; i < export->column_count; i++) {
		strbuf_clear(&writer->text);
		export_column_name(&export->columns[i], &writer->text);
		json_string(&writer->names, (struct slice){ strbuf_text(&writer->text), writer->text.len });
		strbuf_addc(&writer->names, '\0');
	}
}

/* Flags are an array with a string for each. */
static void json_flags(struct writer *writer, uint32_t row, int64_t bits)
{
	const char *between = "";
	strbuf_addc(&writer->out, '[');
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (!(bits & flags[i].bit))
			continue;
		strbuf_clear(&writer->text);
		flags_text(writer->export->lens, row, flags[i].bit, &writer->text);
		strbuf_adds(&writer->out, between);
		json_string(&writer->out, (struct slice){ strbuf_text(&writer->text), writer->text.len });
		between = ",";
	}
	strbuf_addc(&writer->out, ']');
}

static void json_value(struct writer *writer, uint32_t row, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NONE:
		strbuf_adds(&writer->out, "null");
		break;
	case VALUE_TEXT:
		json_string(&writer->out, value->text);
		break;
	case VALUE_BOOL:
	case VALUE_LONG:
		value_export(writer->export->lens, row, value, &writer->out);
		break;
	case VALUE_TIME:
	case VALUE_SPAN:
		strbuf_addc(&writer->out, '"');
		value_export(writer->export->lens, row, value, &writer->out);
		strbuf_addc(&writer->out, '"');
		break;
	case VALUE_FLAGS:
		json_flags(writer, row, value->number);
		break;
	}
}

static void json_row(struct writer *writer, uint32_t row)
{
	const struct export *export = writer->export;
	const char *name = strbuf_text(&writer->names);
	struct value value;
	strbuf_addc(&writer->out, '{');
	for (size_t i = 0; i < export->column_count; i++, name += strlen(name) + 1) {
		if (i)
			strbuf_addc(&writer->out, ',');
		strbuf_adds(&writer->out, name);
		strbuf_addc(&writer->out, ':');
		value_get(export->lens, row, &export->columns[i], &writer->scratch, &value);
		json_value(writer, row, &value);
	}
	strbuf_addc(&writer->out, '}');
}

/* ---- a stream ---- */

static void put_head(struct writer *writer)
{
	if (writer->export->format == EXPORT_CSV)
		csv_header(writer);
	else
		json_names(writer);
	if (writer->export->format == EXPORT_JSON)
		strbuf_adds(&writer->out, "[");
}

static void put_row(struct writer *writer, uint32_t i)
{
	uint32_t row = writer->export->rows[i];
	switch (writer->export->format) {
	case EXPORT_CSV:
		csv_row(writer, row);
		break;
	case EXPORT_JSON:
		strbuf_adds(&writer->out, i ? ",\n" : "\n");
		json_row(writer, row);
		break;
	default:
		json_row(writer, row);
		strbuf_addc(&writer->out, '\n');
		break;
	}
}

static int flush_chunk(struct writer *writer, FILE *to)
{
	size_t n = writer->out.len, written = n ? fwrite(writer->out.buf, 1, n, to) : 0;
	strbuf_clear(&writer->out);
	return written == n ? 0 : -1;
}

static int put_rows(const struct export *export, FILE *to)
{
	struct writer writer = { .export = export };
	int failed = 0;
	strbuf_init(&writer.scratch, TEXT_MAX);
	strbuf_init(&writer.text, TEXT_MAX);
	strbuf_init(&writer.out, TEXT_MAX);
	strbuf_init(&writer.names, TEXT_MAX);
	put_head(&writer);
	for (uint32_t i = 0; i < export->row_count && !failed; i++) {
		put_row(&writer, i);
		if (writer.out.len >= CHUNK)
			failed = flush_chunk(&writer, to);
	}
	if (export->format == EXPORT_JSON)
		strbuf_adds(&writer.out, export->row_count ? "\n]\n" : "]\n");
	failed = flush_chunk(&writer, to) || failed;
	strbuf_release(&writer.scratch);
	strbuf_release(&writer.text);
	strbuf_release(&writer.out);
	strbuf_release(&writer.names);
	return failed ? -1 : 0;
}

int export_stream(const struct export *export, FILE *to, struct error *err)
{
	errno = 0;
	int failed = export->format == EXPORT_TABLE ? export_table(export, to) : put_rows(export, to);
	if (failed || fflush(to))
		return error_set(err, STATUS_IO, "The output cannot be written: %s.", strerror(errno));
	return 0;
}

/* ---- a file ---- */

/* Puts the finished file in its place. Without `replace` a link is made, which fails when the name has been taken meanwhile; file systems
 * without links get a rename after an exclusive creation. */
static int move_into_place(const char *made, const char *path, bool replace)
{
	if (replace)
		return rename(made, path);
	if (!link(made, path))
		return unlink(made);
	if (errno == EEXIST)
		return -1;
	FILE *reserved = fopen(path, "wx");
	if (!reserved)
		return -1;
	fclose(reserved);
	return rename(made, path);
}

static int file_error(struct error *err, const char *path, const char *what)
{
	struct strbuf shown = STRBUF_INIT(TEXT_MAX);
	utf8_visible(&shown, path, strlen(path));
	error_set(err, STATUS_IO, "%s: %s.", strbuf_text(&shown), what);
	strbuf_release(&shown);
	return -1;
}

/* Refuses what must not be written over: a directory, a device, or any file without `replace`. */
static int check_target(const char *path, bool replace, struct error *err)
{
	struct stat status;
	if (lstat(path, &status))
		return errno == ENOENT ? 0 : file_error(err, path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return file_error(err, path, "it is a directory; name a file in it");
	if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
		return file_error(err, path, "it is no plain file; choose another name");
	return replace ? 0 : file_error(err, path, TAKEN);
}

/* Writes all to a fresh file `made` (a template of mkstemp) and sees it onto the disk. */
static int write_file(const struct export *export, char *made, const char *path, struct error *err)
{
	struct error inner = {0};
	int fd = mkstemp(made);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		file_error(err, path, strerror(errno));
		if (fd >= 0) {
			close(fd);
			unlink(made);
		}
		return -1;
	}
	int failed = export_stream(export, file, &inner) || fsync(fd) ? errno : 0;
	if (fclose(file) && !failed)
		failed = errno;
	if (!failed && !inner.text[0])
		return 0;
	unlink(made);
	return file_error(err, path, failed ? strerror(failed) : "it cannot be written");
}

int export_file(const struct export *export, const char *path, bool replace, struct error *err)
{
	static const char tail[] = ".XXXXXX";
	size_t n = strlen(path);
	if (check_target(path, replace, err))
		return -1;
	char *made = xmalloc(n + sizeof tail);
	memcpy(made, path, n);
	memcpy(made + n, tail, sizeof tail);
	int result = write_file(export, made, path, err);
	if (!result && move_into_place(made, path, replace)) {
		int why = errno;
		unlink(made);
		result = file_error(err, path, why == EEXIST ? TAKEN : strerror(why));
	}
	free(made);
	return result;
}

size_t export_standard_columns(struct column_ref *refs, size_t max)
{
	size_t count = 0;
	for (int id = 0; id < COL_COUNT && count < max; id++)
		refs[count++] = (struct column_ref){ .id = (enum column_id)id };
	return count;
}
