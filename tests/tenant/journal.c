/* journal.c - what was asked, when, how often, and what became of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/tenant/tenant.h"

/* The entry of a number; NULL when the journal was full or emptied. With the lock held. */
static struct entry *at(struct tenant *tenant, size_t entry)
{
	return entry < tenant->journal_count ? &tenant->journal[entry] : NULL;
}

/* How often the like of it was asked: the same part of the same kind of query, or the same path. */
static unsigned count_like(const struct tenant *tenant, const struct entry *entry)
{
	unsigned count = 0;

	for (size_t i = 0; i < tenant->journal_count; i++) {
		const struct entry *other = &tenant->journal[i];

		count += other->part == entry->part && other->parts == entry->parts && strcmp(other->path, entry->path) == 0 &&
		         strcmp(other->query, entry->query) == 0;
	}
	return count;
}

size_t journal_begin(struct tenant *tenant, const struct call *call)
{
	struct entry *entry;
	size_t number = SIZE_MAX;

	pthread_mutex_lock(&tenant->lock);
	if (tenant->journal_count < JOURNAL_MAX) {
		number = tenant->journal_count++;
		entry = &tenant->journal[number];
		*entry = (struct entry){ .at_ms = time_steady_ms() - tenant->started_ms, .took_ms = -1, .part = -1, .parts = -1 };
		entry->bearer = call->authorization && strncmp(call->authorization, "Bearer ", 7) == 0;
		snprintf(entry->method, sizeof entry->method, "%.7s", call->method);
		snprintf(entry->path, sizeof entry->path, "%.159s", call->path);
		entry->tries = count_like(tenant, entry);
	} else {
		tenant->journal_lost++;
	}
	pthread_mutex_unlock(&tenant->lock);
	return number;
}

void journal_query(struct tenant *tenant, size_t number, const struct query *query)
{
	struct entry *entry;

	pthread_mutex_lock(&tenant->lock);
	if ((entry = at(tenant, number)) != NULL) {
		snprintf(entry->query, sizeof entry->query, "%s", query_kind_names[query->kind]);
		entry->part = query->part;
		entry->parts = query->parts;
		entry->tries = count_like(tenant, entry);
	}
	pthread_mutex_unlock(&tenant->lock);
}

void journal_fault(struct tenant *tenant, size_t number, enum fault_kind kind)
{
	struct entry *entry;

	pthread_mutex_lock(&tenant->lock);
	if ((entry = at(tenant, number)) != NULL)
		snprintf(entry->fault, sizeof entry->fault, "%s", fault_names[kind]);
	pthread_mutex_unlock(&tenant->lock);
}

void journal_rows(struct tenant *tenant, size_t number, uint64_t rows, uint64_t bytes)
{
	struct entry *entry;

	pthread_mutex_lock(&tenant->lock);
	if ((entry = at(tenant, number)) != NULL)
		entry->rows = rows, entry->bytes = bytes;
	pthread_mutex_unlock(&tenant->lock);
}

void journal_end(struct tenant *tenant, size_t number, unsigned status, bool broken)
{
	struct entry *entry;

	pthread_mutex_lock(&tenant->lock);
	if ((entry = at(tenant, number)) != NULL) {
		entry->took_ms = time_steady_ms() - tenant->started_ms - entry->at_ms;
		entry->status = status;
		entry->broken = broken;
	}
	pthread_mutex_unlock(&tenant->lock);
}

void journal_log(struct tenant *tenant, struct reply *reply)
{
	struct text *out = &reply->body;

	reply_json(reply, 200);
	text_addc(out, '[');
	pthread_mutex_lock(&tenant->lock);
	for (size_t i = 0; i < tenant->journal_count; i++) {
		const struct entry *e = &tenant->journal[i];

		text_addf(out, "%s\n{\"time\":%" PRId64 ",\"took\":%" PRId64 ",\"method\":\"%s\",\"path\":", i ? "," : "", e->at_ms, e->took_ms, e->method);
		text_json(out, e->path, strlen(e->path));
		text_addf(out, ",\"bearer\":%s,\"status\":%u,\"broken\":%s,\"tries\":%u,\"rows\":%" PRIu64 ",\"bytes\":%" PRIu64, e->bearer ? "true" : "false",
		          e->status, e->broken ? "true" : "false", e->tries, e->rows, e->bytes);
		if (*e->query)
			text_addf(out, ",\"query\":\"%s\",\"part\":%" PRId64 ",\"parts\":%" PRId64, e->query, e->part, e->parts);
		if (*e->fault)
			text_addf(out, ",\"fault\":\"%s\"", e->fault);
		text_addc(out, '}');
	}
	pthread_mutex_unlock(&tenant->lock);
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
	pthread_mutex_lock(&tenant->lock);
	for (size_t i = 0; i < tenant->journal_count; i++) {
		const struct entry *e = &tenant->journal[i];

		queries += is_query_path(e->path);
		signins += strstr(e->path, "/oauth2/") != NULL;
		faults += *e->fault != '\0';
		running += e->took_ms < 0;
		rows += e->rows, bytes += e->bytes;
	}
	reply_json(reply, 200);
	text_addf(&reply->body, "{\"requests\":%zu,\"lost\":%" PRIu64 ",\"queries\":%" PRIu64 ",\"signins\":%" PRIu64 ",\"faults\":%" PRIu64
	          ",\"running\":%" PRIu64 ",\"rows\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"tokens\":%" PRIu64 ",\"quota_used\":%" PRIu64
	          ",\"devices\":%" PRIu64 ",\"resident_kib\":%ld,\"peak_kib\":%ld}\n", tenant->journal_count, tenant->journal_lost, queries, signins,
	          faults, running, rows, bytes, tenant->token_count, tenant->queries, (uint64_t)tenant->estate.devices, resident(), usage.ru_maxrss);
	pthread_mutex_unlock(&tenant->lock);
}
