#include <inttypes.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/headless/drive.h"

#define COUNT_LINE_MAX 4096

/* Rows that could not be read, each with its place. */
static void print_complaints(const struct session *session)
{
	const char *const *sentences = NULL;
	uint64_t more = 0;
	size_t count = session_complaints(session, &sentences, &more);
	for (size_t i = 0; i < count; i++)
		drive_complain(sentences[i]);
	if (more)
		fprintf(stderr, "rouse: and %" PRIu64 " more complaints about rows and cells.\n", more);
}

enum status cmd_detect(const struct work *work, FILE *out, struct error *err)
{
	struct session *session = NULL;
	struct session_input input;
	struct strbuf line = STRBUF_INIT(COUNT_LINE_MAX);
	enum status status = STATUS_FAILED;

	/* The store is made only when there is a run to keep: bad input leaves no trace. */
	if (session_open(&session, work->config, work->store_path, false, err) || drive_input(work, session, &input, err) ||
	    session_detect(session, &input, 0, err) || drive_job(session, err)) {
		status = err->status;
		if (session)
			print_complaints(session);
		goto out;
	}
	const struct run *run = session_run(session);
	run_count_line(run, &line);
	fprintf(out, "%s\n", strbuf_text(&line));
	drive_summary(session, out);
	print_complaints(session);
	status = drive_flush(out, drive_verdict(run, out), err);
out:
	strbuf_release(&line);
	session_close(&session);
	return status;
}
