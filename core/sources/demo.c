/* demo.c - the generated estate as a source: walks the hosts and hands their rows to the estate. See demo.h. */
#include "core/sources/demo.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/sources/demo_inner.h"

#define HOUR INT64_C(3600)
#define CLIENT_EVERY 14       /* one client for so many servers */
#define LINUX_EVERY 25
#define HOSTS_PER_LOOK 32     /* hosts made between two looks at the clock */
#define BAG_MAX ((size_t)1 << 14)
#define SOFTWARE_ROWS 3       /* harmless ones of a host */

/* A walk over servers, then clients, then Linux hosts. */
struct demo {
	struct source source;       /* first: the port */
	uint32_t count[3];          /* hosts by enum demo_kind */
	enum demo_kind kind;        /* where the walk is */
	uint32_t next;
	int64_t now;                /* seconds; today, also when day is 1 */
	int day;
	struct strbuf bag;          /* of the host at hand */
};

static struct demo *demo_of(struct source *source)
{
	return (struct demo *)(void *)source;
}

/* Every row that is made is used. */
static void count_row(struct demo *demo, enum estate_table table)
{
	struct estate *estate = demo->source.estate;

	estate->input.read++;
	estate->input.used++;
	estate->table[table].read++;
	estate->table[table].used++;
}

/* Ticks of a time, with a fraction of the host's own. */
static int64_t ticks(const struct demo_host *host, int64_t seconds)
{
	if (seconds == TIME_NONE)
		return TIME_NONE;
	uint64_t dice = demo_roll(host->number, host->kind, SALT_TICKS) + (uint64_t)seconds;

	return seconds * TICKS_PER_SECOND + (int64_t)(dice % (uint64_t)TICKS_PER_SECOND);
}

/* ---- rows ---- */

static struct inventory_row inventory_of(const struct demo_host *host)
{
	return (struct inventory_row){
		.time = ticks(host, host->seen),
		.name = { host->name, host->name_len },
		.group = slice_of(host->group),
		.platform = slice_of(host->platform),
		.os_version = slice_of(host->os_version),
		.onboarding = slice_of(host->onboarding),
		.health = slice_of(host->health),
		.merged_to = slice_of(host->merged_to[0] ? host->merged_to : NULL),
		.report = (int64_t)(demo_roll(host->number, host->kind, SALT_REPORT) % 900000) + 100000,
		.excluded = host->oddities & DEMO_EXCLUDED ? TRI_TRUE : TRI_FALSE,
	};
}

static void emit_inventory(struct demo *demo, uint32_t device, const struct demo_host *host)
{
	struct inventory_row row = inventory_of(host);

	if (host->oddities & DEMO_OLDER_ROWS) {
		/* From before the host moved to its group; a filter ahead of "newest row per device" would keep it. */
		struct inventory_row older = row;

		older.time -= 31 * HOUR * TICKS_PER_SECOND;
		older.group = slice_of("Lab");
		older.health = slice_of("Inactive");
		estate_inventory(demo->source.estate, device, &older, false);
		count_row(demo, TABLE_INVENTORY);
	}
	estate_inventory(demo->source.estate, device, &row, false);
	count_row(demo, TABLE_INVENTORY);
	if (host->oddities & DEMO_PARTIAL) {
		/* A heartbeat that knows neither platform nor group: newer than all, and no state of the host. */
		struct inventory_row partial = { .time = row.time + 40 * TICKS_PER_SECOND, .name = row.name, .report = row.report + 1 };

		estate_inventory(demo->source.estate, device, &partial, false);
		count_row(demo, TABLE_INVENTORY);
	}
}

static void emit_assessment(struct demo *demo, uint32_t device, const struct demo_host *host,
                            const struct demo_versions *versions)
{
	const struct demo_evidence *evidence = &demo_states[host->state];
	struct assessment_row row = {
		.time = ticks(host, host->assessed),
		.applicable = evidence->applicable,
		.compliant = host->oddities & DEMO_COMPLIANT ? TRI_TRUE : evidence->compliant,
		.mode = slice_of(evidence->assessed_mode),
	};
	struct versions_row version_row = {
		.time = row.time,
		.signature = slice_of(versions->signature),
		.engine = slice_of(versions->engine),
		.platform = slice_of(versions->platform),
		.signature_time = ticks(host, host->signature),
	};

	estate_assessment(demo->source.estate, device, &row);
	count_row(demo, TABLE_ASSESSMENT);
	estate_versions(demo->source.estate, device, &version_row);
	count_row(demo, TABLE_ASSESSMENT);
	if (host->oddities & DEMO_OLDER_ROWS) {
		/* The opposite, from earlier, and last in the table: neither first nor last row wins, the newest does. */
		bool active = host->state == DEMO_ACTIVE;

		row.time -= 26 * HOUR * TICKS_PER_SECOND;
		row.mode = slice_of(active ? "1" : "0");
		row.compliant = active ? TRI_FALSE : TRI_TRUE;
		estate_assessment(demo->source.estate, device, &row);
		count_row(demo, TABLE_ASSESSMENT);
	}
}

static void emit_gathering(struct demo *demo, uint32_t device, const struct demo_host *host,
                           const struct demo_versions *versions)
{
	struct gathering_row row = {
		.time = ticks(host, host->gathered),
		.mode = slice_of(demo_states[host->state].gathered_mode),
		.engine = slice_of(versions->engine),
		.platform = slice_of(versions->platform),
		.signature = slice_of(versions->signature),
		.signature_time = ticks(host, host->signature),
	};

	strbuf_clear(&demo->bag);
	demo_bag_make(host, &demo->bag);
	row.bag = (struct slice){ strbuf_text(&demo->bag), demo->bag.len };
	if (host->state == DEMO_NO_MODE)
		row.engine = row.platform = row.signature = slice_of(NULL);
	estate_gathering(demo->source.estate, device, &row);
	count_row(demo, TABLE_GATHERING);
}

static void emit_software(struct demo *demo, uint32_t device, const struct demo_host *host)
{
	for (unsigned i = 0; i < SOFTWARE_ROWS; i++) {
		const struct demo_product *product = demo_software(host, i);
		struct software_row row = { slice_of(product->vendor), slice_of(product->name) };

		estate_software(demo->source.estate, device, &row);
		count_row(demo, TABLE_SOFTWARE);
	}
	if (host->other_av) {
		struct software_row row = { slice_of(host->other_av->vendor), slice_of(host->other_av->name) };

		estate_software(demo->source.estate, device, &row);
		count_row(demo, TABLE_SOFTWARE);
	}
}

/* All rows of one device. */
static void emit_device(struct demo *demo, const struct demo_host *host)
{
	const struct demo_evidence *evidence = &demo_states[host->state];
	uint32_t device = estate_device(demo->source.estate, (struct slice){ host->id, DEMO_ID_SIZE - 1 });
	struct demo_versions versions;

	demo_versions_make(host, &versions);
	emit_inventory(demo, device, host);
	/* A host with one witness has the gathered one. */
	if (evidence->assessed && !(evidence->gathered && host->oddities & DEMO_ONE_WITNESS))
		emit_assessment(demo, device, host, &versions);
	if (evidence->gathered)
		emit_gathering(demo, device, host, &versions);
	emit_software(demo, device, host);
}

static void emit_host(struct demo *demo, uint32_t number)
{
	struct demo_host host, twin;

	demo_host_make(&host, number, demo->kind, demo->now, demo->day);
	if (host.absent)
		return;
	emit_device(demo, &host);
	if (demo_host_twin(&host, demo->now, demo->day, &twin))
		emit_device(demo, &twin);
}

/* ---- the port ---- */

static enum step demo_step(struct source *source, int budget_ms, struct error *err)
{
	struct demo *demo = demo_of(source);
	int64_t end = clock_ms() + budget_ms;
	unsigned made = 0;

	(void)err;   /* nothing outside is asked, nothing can fail */
	while (demo->kind <= DEMO_LINUX) {
		if (demo->next == demo->count[demo->kind]) {
			if (demo->kind == DEMO_LINUX)
				return STEP_DONE;
			demo->kind++;
			demo->next = 0;
			continue;
		}
		emit_host(demo, demo->next++);
		if (++made % HOSTS_PER_LOOK == 0 && clock_ms() >= end)
			break;
	}
	return STEP_MORE;
}

static void demo_progress(const struct source *source, struct progress *progress)
{
	const struct demo *demo = (const struct demo *)(const void *)source;

	*progress = (struct progress){ .rows = source->estate->input.read };
	snprintf(progress->what, sizeof(progress->what), "the demo estate, %s", demo->day > 0 ? "yesterday" : "today");
}

static void demo_free(struct source *source)
{
	struct demo *demo = demo_of(source);

	strbuf_release(&demo->bag);
	free(demo);
}

static const struct source_ops demo_ops = { "demo", demo_step, demo_progress, demo_free, NULL };

int demo_source_new(uint32_t hosts, int64_t now, int day, struct estate *estate, struct run *run, struct source **source,
                    struct error *err)
{
	if (hosts == 0)
		return error_set(err, STATUS_USAGE, "A demo estate needs at least one host; give --hosts a number from 1.");
	struct demo *demo = xcalloc(1, sizeof(*demo));

	demo->source = (struct source){ &demo_ops, estate, run };
	demo->count[DEMO_SERVER] = hosts;
	demo->count[DEMO_CLIENT] = hosts / CLIENT_EVERY;
	demo->count[DEMO_LINUX] = hosts / LINUX_EVERY;
	demo->now = now;
	demo->day = day;
	strbuf_init(&demo->bag, BAG_MAX);
	for (int table = 0; table <= TABLE_SOFTWARE; table++)
		estate->given[table] = true;
	*source = &demo->source;
	return 0;
}
