/* source.h - where device records come from: a port.
 *
 * source.h   the port, and the table of back ends
 * files.*    exported tables and saved API answers (files_*.c: one file per table shape)
 * demo.*     the generated estate
 * hunt.*     a live tenant: Microsoft Graph, the older hunting API, Log Analytics (hunt_*.c)
 * answer.*   an answer of those as it arrives, read as the files source reads it
 * kql.*      the queries, filled from the configuration; detections.* their texts
 * cloud.*    addresses of Microsoft's clouds
 * rule.*     the same query as a scheduled rule
 *
 * A source fills an estate in slices. Calls, in order: SOURCE_new(), then step() until it answers STEP_DONE or STEP_FAILED,
 * with progress() at any time between, then free(). free() at any earlier moment cancels: files are closed, nothing is left. */
#ifndef ROUSE_SOURCE_H
#define ROUSE_SOURCE_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/step.h"
#include "core/model/estate.h"
#include "core/model/run.h"

struct progress {
	char what[128];           /* `DeviceInfo.csv`, as it may be shown */
	uint64_t rows;            /* read so far, all tables */
	uint64_t bytes, bytes_total;   /* total 0: not known */
};

struct source;

struct source_ops {
	const char *name;         /* as in `[source] kind` */
	/* Works for about budget_ms and returns. Rows go into source->estate; reasons that the reading itself finds (a cut file, a
	 * missing table) go to source->run. */
	enum step (*step)(struct source *source, int budget_ms, struct error *err);
	void (*progress)(const struct source *source, struct progress *progress);
	void (*free)(struct source *source);
	/* After STEP_WAIT: waits until step() has something to do, a descriptor of `extra` is ready (revents are set) or the time is over.
	 * -1 with errno. NULL: a source that never waits. */
	int (*wait)(struct source *source, struct pollfd *extra, size_t count, int timeout_ms);
};

/* First member of each back end's own struct. estate and run are borrowed and outlive the source. */
struct source {
	const struct source_ops *ops;
	struct estate *estate;
	struct run *run;
};

#endif
