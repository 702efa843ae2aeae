#include "core/sources/hunt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/sources/hunt_inner.h"

#define PARTS_MAX 4096u
#define ROW_BYTES 420u              /* of one server in an answer, names and values */
#define ENRICHED_BYTES 1300u        /* ... with the whole gathered bag */
#define ANSWER_BYTES (UINT64_C(40) << 20)   /* that a part should come to: below the 50 MB at which the service refuses */

unsigned hunt_parts_most(const struct hunt *hunt)
{
	return hunt->options.parts_max ? hunt->options.parts_max : PARTS_MAX;
}

/* -- planning -- */

/* How many parts keep an answer below the limits of rows and bytes; a power of two, as parts split in halves. A census that had to be split
 * tells that the estate is heavy: what reads more tables begins with as many parts. */
static unsigned parts_for(const struct hunt *hunt)
{
	uint64_t servers = hunt->sum.in_scope, rows = servers + servers / 8;
	uint64_t bytes = servers * (hunt->options.enrichment ? ENRICHED_BYTES : ROW_BYTES);
	unsigned of = 1, least = hunt->options.parts_least, most = hunt_parts_most(hunt);

	for (size_t i = 0; i < hunt->parts.count; i++)
		if (hunt->parts.items[i].of > least)
			least = hunt->parts.items[i].of;
	while (of * 2 <= most && (rows / of >= hunt->service->rows_max || bytes / of > ANSWER_BYTES || of < least))
		of *= 2;
	return of;
}

/* Not in silence: the page of a host is emptier then. */
static void bound_enrichment(struct hunt *hunt)
{
	if (!hunt->options.enrichment || !hunt->options.enrichment_bounded || hunt->sum.in_scope <= HUNT_ENRICHED_MAX)
		return;
	hunt->options.enrichment = false;
	hunt_say(hunt, "Of %" PRIu64 " servers only the fields that rouse needs are fetched; [graph] enrichment = true fetches every one.",
	         hunt->sum.in_scope);
}

static void plan_parts(struct hunt *hunt)
{
	unsigned of;

	bound_enrichment(hunt);
	of = parts_for(hunt);
	hunt->planned = true;
	hunt_parts_add(&hunt->parts, ASK_FINDINGS, of);
	if (!hunt->options.software)
		return;
	if (hunt->service->dialect == KQL_XDR)
		hunt_parts_add(&hunt->parts, ASK_SOFTWARE, of);
	else
		hunt_say(hunt, "A workspace has no software inventory, so no other antivirus is named.");
}

/* -- steps -- */

static enum step ask_step(struct hunt *hunt, struct error *err)
{
	size_t next = hunt_parts_next(&hunt->parts);

	if (next == SIZE_MAX && !hunt->planned) {
		plan_parts(hunt);
		next = hunt_parts_next(&hunt->parts);
	}
	if (next == SIZE_MAX)
		return hunt_end(hunt, err);
	hunt->current = next;
	oauth_want(hunt->oauth, false);
	if (oauth_state(hunt->oauth) != OAUTH_READY) {
		hunt->phase = HUNT_SIGN_IN;
		return STEP_MORE;
	}
	return hunt_ask(hunt, err) ? STEP_FAILED : STEP_MORE;
}

/* A sign-in that fails when rows are there keeps them; the parts that are left are missing then. */
static enum step sign_in_failed(struct hunt *hunt, struct error *err)
{
	struct error why = *err;

	if (!hunt->rows)
		return STEP_FAILED;
	*err = (struct error){ 0 };
	hunt_give_up(hunt, &why);
	return STEP_MORE;
}

static enum step read_step(struct hunt *hunt, struct error *err)
{
	const struct http_answer *answer;

	http_step(hunt->http);
	answer = http_answer(hunt->request);
	return answer ? hunt_take(hunt, answer, err) : STEP_WAIT;
}

static enum step sign_in_step(struct hunt *hunt, struct error *err)
{
	switch (oauth_step(hunt->oauth, err)) {
	case OAUTH_FAILED:
		return sign_in_failed(hunt, err);
	case OAUTH_READY:
		hunt->phase = HUNT_ASK;
		return STEP_MORE;
	case OAUTH_IDLE:
		oauth_want(hunt->oauth, true);
		return STEP_MORE;
	case OAUTH_BUSY: case OAUTH_CODE:
		break;
	}
	return STEP_WAIT;
}

static enum step one_step(struct hunt *hunt, struct error *err)
{
	switch (hunt->phase) {
	case HUNT_SIGN_IN:
		return sign_in_step(hunt, err);
	case HUNT_ASK:
		return ask_step(hunt, err);
	case HUNT_READ:
		return read_step(hunt, err);
	case HUNT_PAUSE:
		if (clock_ms() < hunt->retry.wait_until_ms)
			return STEP_WAIT;
		hunt->phase = HUNT_ASK;
		return STEP_MORE;
	case HUNT_END:
		break;
	}
	return STEP_DONE;
}

static enum step hunt_step(struct source *base, int budget_ms, struct error *err)
{
	struct hunt *hunt = (struct hunt *)base;
	int64_t until = clock_ms() + budget_ms;
	enum step step;

	do
		step = one_step(hunt, err);
	while (step == STEP_MORE && clock_ms() < until);
	return step;
}

static int hunt_wait(struct source *base, struct pollfd *extra, size_t count, int timeout_ms)
{
	struct hunt *hunt = (struct hunt *)base;
	int64_t now = clock_ms(), wake = hunt->phase == HUNT_PAUSE ? hunt->retry.wait_until_ms : oauth_wake_ms(hunt->oauth);

	if (wake < now + timeout_ms)
		timeout_ms = wake > now ? (int)(wake - now) : 0;
	return http_wait(hunt->http, extra, count, timeout_ms);
}

static void hunt_progress(const struct source *base, struct progress *progress)
{
	const struct hunt *hunt = (const struct hunt *)base;
	struct oauth_code code;
	char name[96] = "";

	*progress = (struct progress){ .rows = hunt->rows + (hunt->answer ? answer_rows(hunt->answer) : 0),
	                               .bytes = hunt->bytes + (hunt->request ? http_received(hunt->request) : 0) };
	if (hunt->current < hunt->parts.count)
		hunt_part_name(&hunt->parts.items[hunt->current], name, sizeof name);
	if (oauth_code(hunt->oauth, &code))
		snprintf(progress->what, sizeof progress->what, "enter %s at %s", code.code, code.address);
	else if (hunt->phase == HUNT_SIGN_IN)
		snprintf(progress->what, sizeof progress->what, "signing in");
	else if (hunt->phase == HUNT_PAUSE)
		snprintf(progress->what, sizeof progress->what, "%.60s: %.40s, again in %d s", name, hunt->retry.reason,
		         (int)((hunt->retry.wait_until_ms - clock_ms() + 999) / 1000));
	else
		snprintf(progress->what, sizeof progress->what, "%s", name);
}

static void hunt_free(struct source *base)
{
	struct hunt *hunt = (struct hunt *)base;

	http_end(&hunt->request);
	answer_free(&hunt->answer);
	hunt_census_free(&hunt->census);
	hunt_parts_release(&hunt->parts);
	for (size_t i = 0; i < hunt->lines.count; i++)
		free(hunt->lines.items[i]);
	free(hunt->lines.items);
	oauth_free(&hunt->oauth);
	http_free(&hunt->http);
	free(hunt);
}

static const struct source_ops hunt_ops = { "graph", hunt_step, hunt_progress, hunt_free, hunt_wait };

static int check_api(const struct hunt_options *options, struct error *err)
{
	if (options->api == HUNT_LEGACY && options->now >= HUNT_LEGACY_END && !options->legacy_forced)
		return error_set(err, STATUS_CONFIG, "The older hunting API ended on 2027-02-01; use [graph] api = graph.");
	if (options->api == HUNT_WORKSPACE && !options->workspace)
		return error_set(err, STATUS_CONFIG, "[graph] workspace must name the Log Analytics workspace.");
	return 0;
}

int hunt_source_new(const struct hunt_options *options, struct estate *estate, struct run *run, struct source **out, struct error *err)
{
	struct hunt *hunt = xcalloc(1, sizeof *hunt);
	struct http_options network = { .ca_file = options->ca_file };

	hunt->base = (struct source){ &hunt_ops, estate, run };
	hunt->options = *options;
	hunt->service = &hunt_services[options->api];
	if (check_api(options, err) || http_new(&hunt->http, &network, err) ||
	    oauth_new(&hunt->oauth, hunt->http, &hunt->options.sign_in, err)) {
		hunt_free(&hunt->base);
		return -1;
	}
	hunt->phase = HUNT_ASK;
	estate->has_platform_column = estate->has_group_column = true;
	hunt_parts_add(&hunt->parts, ASK_CENSUS, 1);
	*out = &hunt->base;
	return 0;
}

bool hunt_code(const struct source *source, struct oauth_code *code)
{
	return source->ops == &hunt_ops && oauth_code(((const struct hunt *)source)->oauth, code);
}
