#include "core/headless/demo_loop.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/headless/drive.h"
#include "core/io/csv.h"
#include "core/session/closing.h"

/* Every so many hosts one is missing in the CMDB, has no team, or is there twice. */
enum { MISSING_EACH = 37, UNOWNED_EACH = 29, TWICE_EACH = 53 };

#define BODY_LINES 24
#define BODY_MAX ((size_t)64 << 20)
#define DEPTH_MAX 8

/* What stands between `srv-` and the number of a host, and who looks after it. */
static const struct { const char *role, *team, *contact; } teams[] = {
	{ "sql", "team-sql", "sql-oncall@example.com" },       { "db", "team-sql", "sql-oncall@example.com" },
	{ "dc", "team-ad", "ad-oncall@example.com" },          { "web", "team-web", "web-oncall@example.com" },
	{ "fs", "team-storage", "storage@example.com" },       { "file", "team-storage", "storage@example.com" },
	{ "app", "team-app", "app-oncall@example.com" },       { "", "team-platform", "platform@example.com" },
};

int demo_loop_start(struct demo_loop *loop, struct error *err)
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(loop->folder, sizeof loop->folder, "%s/rouse-demo-XXXXXX", base && *base && strlen(base) < 400 ? base : "/tmp");
	if (!mkdtemp(loop->folder)) {
		error_set(err, STATUS_IO, "A folder for the demo cannot be made (%s): %s.", loop->folder, strerror(errno));
		loop->folder[0] = '\0';
		return -1;
	}
	(void)snprintf(loop->owners, sizeof loop->owners, "%s/owners.csv", loop->folder);
	(void)snprintf(loop->sets[0], sizeof loop->sets[0], "csv.file=%s", loop->owners);
	(void)snprintf(loop->sets[1], sizeof loop->sets[1], "markdown.folder=%s/tickets", loop->folder);
	(void)snprintf(loop->sets[2], sizeof loop->sets[2], "owners.kind=csv");
	(void)snprintf(loop->sets[3], sizeof loop->sets[3], "tickets.kind=markdown");
	/* The console posts to no standard output; a file shows that it went out. */
	(void)snprintf(loop->sets[4], sizeof loop->sets[4], "notify.kind=%s", strchr(loop->folder, '\'') ? "stdout" : "command");
	(void)snprintf(loop->sets[5], sizeof loop->sets[5], "command.run=cat >'%s/digest.txt'", loop->folder);
	return 0;
}

static size_t team_of(struct slice host)
{
	size_t i = 0;

	for (; teams[i].role[0]; i++) {
		size_t n = strlen(teams[i].role);
		if (host.len > n + 5 && !strncmp(host.text, "srv-", 4) && !strncmp(host.text + 4, teams[i].role, n) && host.text[4 + n] == '-')
			break;
	}
	return i;
}

static void add_record(struct strbuf *out, struct slice host, const char *team, const char *contact)
{
	csv_cell(out, host, true);
	strbuf_addf(out, ",%s,%s\n", team, contact);
}

int demo_loop_owners(struct session *session, const char *path, struct error *err)
{
	const struct table *table = &session_run(session)->rows;
	struct strbuf text = STRBUF_INIT(BODY_MAX);
	FILE *to = fopen(path, "wb");
	int failed = 0;

	strbuf_adds(&text, "name,owner_team,contact\n");
	for (uint32_t row = 0; row < table->count; row++) {
		struct slice host = table_name(table, row);
		uint64_t dice = 0;
		for (size_t i = 0; i < host.len; i++)   /* by name, so that a host keeps its owner whatever the run's order */
			dice = dice * 131 + (unsigned char)host.text[i];
		size_t team = team_of(host);
		if (dice % MISSING_EACH == 1)
			continue;
		add_record(&text, host, dice % UNOWNED_EACH == 1 ? "" : teams[team].team, teams[team].contact);
		if (dice % TWICE_EACH == 1)
			add_record(&text, host, "team-legacy", "");
	}
	if (!to || fwrite(strbuf_text(&text), 1, text.len, to) != text.len)
		failed = error_set(err, STATUS_IO, "The owners of the demo cannot be written: %s.", strerror(errno));
	if (to && fclose(to) && !failed)
		failed = error_set(err, STATUS_IO, "The owners of the demo cannot be written: %s.", strerror(errno));
	strbuf_release(&text);
	return failed;
}

/* The first lines of a body. */
static void print_head(const struct strbuf *body, FILE *out)
{
	const char *at = strbuf_text(body);
	unsigned lines = 0, more = 0;

	for (const char *stop; *at; at = stop + (*stop == '\n')) {
		stop = at + strcspn(at, "\n");
		if (++lines > BODY_LINES)
			more++;
		else
			fprintf(out, "  %.*s\n", (int)(stop - at), at);
	}
	if (more)
		fprintf(out, "  ... and %u more lines\n", more);
}

static int print_ticket(struct session *session, FILE *out, struct error *err)
{
	const struct draft_wish all = { .rows = NULL };
	struct draft draft = {0};
	struct review review = {0};
	struct strbuf body = STRBUF_INIT(BODY_MAX);
	int failed = -1;

	if (session_draft(session, &all, &draft, &review, err) || session_draft_body(session, &draft, &body, err) ||
	    session_send(session, &draft, false, err) || drive_job(session, err))
		goto out;
	const struct ensure_result *sent = session_sent(session);
	fprintf(out, "\nThe ticket: %s\n\n", sent && sent->count ? sent->items[0].sentence : "not written.");
	print_head(&body, out);
	failed = 0;
out:
	strbuf_release(&body);
	session_review_release(&review);
	draft_release(&draft);
	return failed;
}

int demo_loop_print(struct session *session, FILE *out, struct error *err)
{
	struct digest digest = {0};
	struct strbuf text = STRBUF_INIT(BODY_MAX);
	int failed = -1;

	if (session_resolve(session, NULL, 0, true, err) || drive_job(session, err) || print_ticket(session, out, err) ||
	    session_digest(session, &digest, err))
		goto out;
	digest_plain(&digest, &text);
	fprintf(out, "\nThe digest, as the channel reads it:\n\n");
	print_head(&text, out);
	failed = 0;
out:
	strbuf_release(&text);
	digest_release(&digest);
	return failed;
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
	(void)stat, (void)kind, (void)walk;
	(void)remove(path);   /* whatever stays behind is in the folder for temporary files */
	return 0;
}

void demo_loop_end(struct demo_loop *loop)
{
	if (loop->folder[0])
		(void)nftw(loop->folder, remove_one, DEPTH_MAX, FTW_DEPTH | FTW_PHYS);
	*loop = (struct demo_loop){0};
}
