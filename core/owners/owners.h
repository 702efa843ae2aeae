/* owners.h - who owns a host: a port to a CMDB.
 *
 * owners.h      the port, and the table of back ends
 * owners.c      the table, what back ends share
 * csv.*         a CSV file
 * servicenow.*  ServiceNow's CMDB
 * rt.*          assets of Request Tracker
 *
 * A back end asks for names in batches, and hands over every record that came; matching is owner_match()'s alone. Calls: new, begin(), step()
 * until it answers STEP_DONE or STEP_FAILED, then begin() again or free(). A name that could not be asked, or whose batch failed or was not
 * whole, is not `asked`: its owner stays unasked and is counted, never unknown. */
#ifndef ROUSE_OWNERS_H
#define ROUSE_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/step.h"
#include "core/model/check.h"
#include "core/model/owner.h"

struct config;
struct pollfd;
struct strbuf;
struct talk;
struct owner_source;

/* What came, so far. The back end fills, the caller owns and releases (owner_asking_release()). */
struct owner_asking {
	struct owner_records records;
	uint8_t *asked;           /* by host: its question was answered whole */
	size_t host_count;
	unsigned requests;        /* that went to the service */
	char **complaints;        /* sentences: a batch that failed, names that cannot be asked, rows that cannot be read */
	size_t complaint_count, complaint_cap;
	size_t answered;          /* hosts whose question is done, for progress */
};

struct owners_ops {
	const char *name;         /* as in `[owners] kind` */
	const char *title;        /* `ServiceNow CMDB` */
	/* `talk` and `config` are borrowed and outlive it. -1: the configuration lacks something (STATUS_CONFIG). */
	int (*make)(struct owner_source **source, const struct config *config, struct talk *talk, struct error *err);
	/* Starts to ask for hosts (DeviceName, exact; borrowed until the end), any number. `asking` is filled as answers come. */
	int (*begin)(struct owner_source *source, const struct slice *hosts, size_t count, struct owner_asking *asking, struct error *err);
	/* STEP_FAILED only when nothing could be asked at all (no sign-in, no file). */
	enum step (*step)(struct owner_source *source, int budget_ms, struct error *err);
	/* Examines the set-up without changing anything; begun like begin(), moved by step(). Lines go to `checks`. */
	int (*check)(struct owner_source *source, struct checks *checks, struct error *err);
	/* Why it waits, for progress. Appends; may be NULL. */
	void (*waiting)(const struct owner_source *source, struct strbuf *out);
	int (*fd)(const struct owner_source *source);   /* of a secret's command, or -1; may be NULL */
	void (*free)(struct owner_source *source);
};

/* First member of each back end's own struct. */
struct owner_source {
	const struct owners_ops *ops;
};

/* By name; NULL when there is no such back end. */
const struct owners_ops *owners_named(const char *name);
extern const struct owners_ops owners_csv, owners_servicenow, owners_rt;

void owner_complain(struct owner_asking *asking, const char *format, ...) __attribute__((format(printf, 2, 3)));
void owner_asking_release(struct owner_asking *asking);

#endif
