/* journal.c - what was asked, when, how often, and what became of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/tenant/tenant.h"

/* What is noted at a number; NULL when the journal was full or emptied. With the lock held. */
static struct asked *at(struct tenant *tenant, size_t number)
{
	return entry_at(&tenant->standin, number) ? &tenant->asked[number] : NULL;
}

/* How often the like of it was asked: the same part of the same kind of query, or the same path. */
static unsigned count_like(const struct tenant *tenant, const struct asked *asked)
{
	unsigned count = 0;

	for (size_t i = 0; i < tenant->standin.journal_count; i++) {
		const struct asked *other = &tenant->asked[i];

		count += other->part == asked->part && other->parts == asked->parts && strcmp(other->path, asked->path) == 0 &&
		         strcmp(other->query, asked->query) == 0;
	}
	return count;
}

size_t journal_begin(struct tenant *tenant, const struct call *call)
{
	struct asked *asked;
	size_t number;

	pthread_mutex_lock(&tenant->standin.lock);
	number = entry_begin(&tenant->standin, call);
	if ((asked = at(tenant, number)) != NULL) {
		*asked = (struct asked){ .part = -1, .parts = -1, .bearer = call->authorization && strncmp(call->authorization, "Bearer ", 7) == 0 };
		snprintf(asked->path, sizeof asked->path, "%.159s", call->path);
		asked->tries = count_like(tenant, asked);
	}
	pthread_mutex_unlock(&tenant->standin.lock);
	return number;
}

void journal_query(struct tenant *tenant, size_t number, const struct query *query)
{
	struct asked *asked;

	pthread_mutex_lock(&tenant->standin.lock);
	if ((asked = at(tenant, number)) != NULL) {
		snprintf(asked->query, sizeof asked->query, "%s", query_kind_names[query->kind]);
		asked->part = query->part;
		asked->parts = query->parts;
		asked->tries = count_like(tenant, asked);
	}
	pthread_mutex_unlock(&tenant->standin.lock);
}

void journal_rows(struct tenant *tenant, size_t number, uint64_t rows, uint64_t bytes)
{
	struct asked *asked;

	pthread_mutex_lock(&tenant->standin.lock);
	if ((asked = at(tenant, number)) != NULL)
		asked->rows = rows, asked->bytes = bytes;
	pthread_mutex_unlock(&tenant->standin.lock);
}

void journal_log(struct tenant *tenant, struct reply *reply)
{
	struct text *out = &reply->body;

	reply_json(reply, 200);
	text_addc(out, '[');
	pthread_mutex_lock(&tenant->standin.lock);
	for (size_t i = 0; i < tenant->standin.journal_count; i++) {
		const struct entry *e = &tenant->standin.journal[i];
		const struct asked *a = &tenant->asked[i];

		text_addf(out, "%s\n{\"time\":%" PRId64 ",\"took\":%" PRId64 ",\"method\":\"%s\",\"path\":", i ? "," : "", e->at_ms, e->took_ms, e->method);
		text_json(out, a->path, strlen(a->path));
		text_addf(out, ",\"bearer\":%s,\"status\":%u,\"broken\":%s,\"tries\":%u,\"rows\":%" PRIu64 ",\"bytes\":%" PRIu64, a->bearer ? "true" : "false",
		          e->status, e->broken ? "true" : "false", a->tries, a->rows, a->bytes);
		if (*a->query)
			text_addf(out, ",\"query\":\"%s\",\"part\":%" PRId64 ",\"parts\":%" PRId64, a->query, a->part, a->parts);
		if (*e->fault)
			text_addf(out, ",\"fault\":\"%s\"", e->fault);
		text_addc(out, '}');
	}
	pthread_mutex_unlock(&tenant->standin.lock);
	text_adds(out, "]\n");
}

/* What the process holds now, in KiB: the second number of statm, in pages. */
static long resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (file) {
		if (fscanf(file, "%*s %ld", &pages) != 1)
			pages = 0;
		fclose(file);
	}
	return pages * 4;
}

void journal_stats(struct tenant *tenant, struct reply *reply)
{
	uint64_t queries = 0, rows = 0, bytes = 0, faults = 0, signins = 0, running = 0;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	pthread_mutex_lock(&tenant->standin.lock);
	for (size_t i = 0; i < tenant->standin.journal_count; i++) {
		const struct entry *e = &tenant->standin.journal[i];
		const struct asked *a = &tenant->asked[i];

		queries += is_query_path(a->path);
		signins += strstr(a->path, "/oauth2/") != NULL;
		faults += *e->fault != '\0';
		running += e->took_ms < 0;
		rows += a->rows, bytes += a->bytes;
	}
	reply_json(reply, 200);
	text_addf(&reply->body, "{\"requests\":%zu,\"lost\":%" PRIu64 ",\"queries\":%" PRIu64 ",\"signins\":%" PRIu64 ",\"faults\":%" PRIu64
	          ",\"running\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"tokens\":%" PRIu64 ",\"quota_used\":%" PRIu64
	          ",\"devices\":%" PRIu64 ",\"resident_kib\":%ld,\"peak_kib\":%ld}\n", tenant->standin.journal_count, tenant->standin.journal_lost, queries, signins,
	          faults, running, rows, bytes, tenant->token_count, tenant->queries, (uint64_t)tenant->estate.devices, resident(), usage.ru_maxrss);
	pthread_mutex_unlock(&tenant->standin.lock);
}
