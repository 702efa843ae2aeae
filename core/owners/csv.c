/* csv.c - owners from a CSV file: read again each time, in slices; only records that can mean an asked host are kept. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/csv.h"
#include "core/owners/csv_inner.h"

#define OPTION "[csv] file"
#define SLICE ((size_t)64 << 10)   /* bytes read at a time */

static void stop(struct csv_owners *csv)
{
	if (csv->file)
		fclose(csv->file);
	csv->file = NULL;
	csv_reader_free(&csv->reader);
	csv_columns_release(&csv->columns);
	map_release(&csv->labels);
	map_release(&csv->names);
	map_release(&csv->teams);
	free(csv->first_twice);
	*csv = (struct csv_owners){ .source = csv->source, .path = csv->path };
}

static void csv_free(struct owner_source *source)
{
	struct csv_owners *csv = (struct csv_owners *)source;

	if (!csv)
		return;
	stop(csv);
	free(csv->path);
	free(csv);
}

static int csv_make(struct owner_source **source, const struct config *config, struct talk *talk, struct error *err)
{
	const char *path = config_text(config, "csv.file");
	struct csv_owners *csv;

	(void)talk;
	if (!path || !*path)
		return error_set(err, STATUS_CONFIG, OPTION " is not set: name a CSV file with hosts and their teams there, or "
			"set [owners] kind = none.");
	csv = xcalloc(1, sizeof *csv);
	csv->source.ops = &owners_csv;
	csv->path = xstrdup(path);
	*source = &csv->source;
	return 0;
}

/* -- opening -- */

/* The header decides which sign divides the fields, so the file is opened with the first slice. */
static int open_file(struct csv_owners *csv, struct error *err)
{
	struct stat about;

	int fd = open(csv->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	csv->file = fd >= 0 ? fdopen(fd, "rb") : NULL;
	if (fd >= 0 && !csv->file)
		close(fd);
	if (!csv->file && errno == ENOENT)
		return error_set(err, STATUS_NO_INPUT, OPTION ": %s: there is no such file; check the path.", csv->path);
	if (!csv->file)
		return error_set(err, errno == EACCES ? STATUS_NO_PERMISSION : STATUS_NO_INPUT, OPTION ": %s: it cannot be opened: %s.",
		                 csv->path, strerror(errno));
	if (fstat(fileno(csv->file), &about) != 0)
		return error_set(err, STATUS_IO, OPTION ": %s: it cannot be read: %s.", csv->path, strerror(errno));
	if (S_ISDIR(about.st_mode))
		return error_set(err, STATUS_NO_INPUT, OPTION ": %s: it is a directory; name a file in it.", csv->path);
	if (!S_ISREG(about.st_mode))   /* a pipe nobody writes to, or a device without an end */
		return error_set(err, STATUS_NO_INPUT, OPTION ": %s: it is no file; write it to one.", csv->path);
	return 0;
}

static int csv_begin(struct owner_source *source, const struct slice *hosts, size_t count, struct owner_asking *asking, struct error *err)
{
	struct csv_owners *csv = (struct csv_owners *)source;
	struct strbuf scratch = STRBUF_INIT(CSV_CELL_MAX * 4);

	stop(csv);
	csv->hosts = hosts;
	csv->host_count = asking->host_count = count;
	csv->asking = asking;
	free(asking->asked);
	asking->asked = xcalloc(count + 1, 1);
	for (size_t i = 0; i < count; i++) {
		struct slice label = owner_label(csv_key(hosts[i], &scratch));

		if (label.len > 0)
			map_put(&csv->labels, label.text, label.len, NULL);
	}
	strbuf_release(&scratch);
	return open_file(csv, err);
}

/* What is wrong with the file is a finding of the examination, not a failure of it. */
static int csv_check(struct owner_source *source, struct checks *checks, struct error *err)
{
	struct csv_owners *csv = (struct csv_owners *)source;
	struct error failure = { 0 };

	(void)err;
	stop(csv);
	csv->checking = true;
	csv->checks = checks;
	if (open_file(csv, &failure) != 0)
		checks_add(checks, CHECK_FAILURE, "owners csv", "Set " OPTION " to a CSV file with hosts and their teams.", "%s", failure.text);
	return 0;
}

/* -- the end -- */

static void complain(struct csv_owners *csv, const char *mend, const char *text)
{
	if (csv->checking)
		checks_add(csv->checks, CHECK_WARNING, "owners csv", mend, "%s", text);
	else
		owner_complain(csv->asking, "%s %s", text, mend);
}

static void complain_of_rows(struct csv_owners *csv)
{
	struct strbuf text = STRBUF_INIT(8192);

	if (csv->unreadable > 0) {
		strbuf_addf(&text, "%s: %" PRIu64 " rows cannot be read, the first in line %" PRIu64 ".", csv->path,
			csv->unreadable, csv->first_unreadable);
		complain(csv, "Put quotes around cells with a comma, and give each row all cells.", strbuf_text(&text));
	}
	strbuf_clear(&text);
	if (csv->nameless > 0) {
		strbuf_addf(&text, "%s: %" PRIu64 " rows name no host, the first in line %" PRIu64 ".", csv->path,
			csv->nameless, csv->first_nameless);
		complain(csv, "Fill in the host, or take the rows out.", strbuf_text(&text));
	}
	strbuf_clear(&text);
	if (csv->repaired > 0) {
		strbuf_addf(&text, "%s: %" PRIu64 " cells are not UTF-8.", csv->path, csv->repaired);
		complain(csv, "Save the file as UTF-8, or their hosts are not found.", strbuf_text(&text));
	}
	strbuf_clear(&text);
	if (csv->cut_line > 0) {
		strbuf_addf(&text, "%s:%" PRIu64 ": a quote opens here and is never closed, so that the rest cannot be read.", csv->path,
		            csv->cut_line);
		complain(csv, "Export the file again.", strbuf_text(&text));
	}
	strbuf_release(&text);
}

/* A host that no row names may be the one of a row that cannot be read: it is not known then, and not `unknown` either. */
static void answer_hosts(struct csv_owners *csv)
{
	struct owner_index index = { 0 };
	struct owner owner;
	bool whole = csv->unreadable == 0 && csv->cut_line == 0 && !csv->doubtful;

	owner_init(&owner);
	owner_index_build(&index, &csv->asking->records);
	for (size_t i = 0; i < csv->host_count; i++) {
		if (!whole)
			owner_match(&index, csv->hosts[i], 0, &owner);
		csv->asking->asked[i] = whole || owner.state != OWNER_UNKNOWN;
	}
	csv->asking->answered = csv->host_count;
	owner_index_release(&index);
	owner_release(&owner);
}

static void say_checked(struct csv_owners *csv)
{
	struct strbuf text = STRBUF_INIT(8192);

	checks_add(csv->checks, csv->names.count > 0 ? CHECK_OK : CHECK_WARNING, "owners csv",
	           csv->names.count > 0 ? NULL : "Put a row for each host into it.", "%s: %" PRIu64 " rows, %" PRIu32 " hosts, %" PRIu32
	           " teams by the column %s, %" PRIu64 " rows without a team.", csv->path, csv->rows, csv->names.count, csv->teams.count,
	           csv->columns.name[ROLE_TEAM], csv->teamless);
	if (csv->twice > 0) {
		strbuf_addf(&text, "%s: %" PRIu64 " rows name a host that another row names, the first is %s.", csv->path,
			csv->twice, csv->first_twice);
		complain(csv, "Where their teams differ, the host is ambiguous until someone chooses.", strbuf_text(&text));
	}
	strbuf_release(&text);
}

static int finish(struct csv_owners *csv, struct error *err)
{
	uint64_t open_quote = 0;

	if (ferror(csv->file))
		return error_set(err, STATUS_IO, OPTION ": %s: it cannot be read: %s.", csv->path, strerror(errno));
	if (csv->reader && csv_reader_end(csv->reader, &open_quote) != 0)
		return -1;
	if (!csv->has_header && open_quote == 0)
		return error_set(err, STATUS_DATA, "%s: the file is empty; put a header and a row for each host into it.", csv->path);
	if (!csv->has_header)
		return error_set(err, STATUS_DATA, "%s:%" PRIu64 ": a quote opens here and is never closed; export the file "
			"again.", csv->path, open_quote);
	csv->cut_line = open_quote;
	complain_of_rows(csv);
	if (csv->checking)
		say_checked(csv);
	else
		answer_hosts(csv);
	return 0;
}

/* -- steps -- */

/* Reads one slice. 1: there is more; 0: that was all; -1: error. */
static int read_slice(struct csv_owners *csv, struct error *err)
{
	char *bytes = xmalloc(SLICE);
	size_t n = fread(bytes, 1, SLICE, csv->file), skip = 0;
	int result = -1;

	if (!csv->begun && n > 0) {
		if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
			skip = 3;
		if (n >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
			error_set(err, STATUS_DATA, "%s: it is UTF-16; save it as UTF-8.", csv->path);
			goto out;
		}
		csv->begun = true;
		csv->reader = csv_reader_new(csv_find_delimiter((struct slice){ bytes + skip, n - skip }), csv_take_record, csv);
	}
	csv->err = err;
	if (n > 0 && csv_reader_feed(csv->reader, bytes + skip, n - skip) != 0)
		goto out;
	result = n == SLICE ? 1 : 0;
out:
	free(bytes);
	return result;
}

static enum step csv_step(struct owner_source *source, int budget_ms, struct error *err)
{
	struct csv_owners *csv = (struct csv_owners *)source;
	struct error failure = { 0 };
	int64_t until = clock_ms() + budget_ms;
	int more = 1;

	if (!csv->file)
		return STEP_DONE;   /* the examination said why already */
	while (more > 0) {
		more = read_slice(csv, &failure);
		if (more > 0 && clock_ms() >= until)
			return STEP_MORE;
	}
	if (more == 0)
		more = finish(csv, &failure);
	if (more < 0 && csv->checking)
		checks_add(csv->checks, CHECK_FAILURE, "owners csv", "Correct the file.", "%s", failure.text);
	else if (more < 0)
		error_set(err, failure.status, "%s", failure.text);
	more = more < 0 && !csv->checking ? -1 : 0;
	stop(csv);
	return more < 0 ? STEP_FAILED : STEP_DONE;
}

const struct owners_ops owners_csv = {
	.name = "csv", .title = "CSV file", .make = csv_make, .begin = csv_begin, .step = csv_step, .check = csv_check, .free = csv_free,
};
