/* hunt_ask.c - one question: its query, its body, and where the bytes of its answer go. */
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/sources/hunt_inner.h"

#define LOOK_BACK_MAX (30 * SPAN_DAY)
#define QUERY_MAX ((size_t)16 << 20)
#define NAME_BYTES 96
#define PATIENCE_S 190   /* a query may run three minutes, and says nothing meanwhile */
#define READING_S 700    /* for the bytes of an answer: 50 MB over a slow line */

static int take_bytes(void *owner, const char *bytes, size_t n)
{
	struct hunt *hunt = owner;

	if (hunt->census)
		return hunt_census_feed(hunt->census, bytes, n, &hunt->bad);
	return answer_feed(hunt->answer, bytes, n, &hunt->bad);
}

static enum kql_query query_of(enum question question)
{
	return question == ASK_CENSUS ? KQL_CENSUS : question == ASK_SOFTWARE ? KQL_SOFTWARE : KQL_FINDINGS;
}

static int build_query(const struct hunt *hunt, const struct hunt_part *part, struct strbuf *query, struct error *err)
{
	const struct hunt_options *options = &hunt->options;
	int64_t back = options->look_back > 0 && options->look_back < LOOK_BACK_MAX ? options->look_back : LOOK_BACK_MAX;
	struct kql_fill fill = {
		.scope = options->scope, .until = options->now, .since = options->now - back, .part = part->number, .parts = part->of,
		.enrichment = options->enrichment, .assessment_table = options->assessment_table, .gathering_table = options->gathering_table,
	};

	return kql_build(query_of(part->question), hunt->service->dialect, &fill, query, err);
}

int hunt_ask(struct hunt *hunt, struct error *err)
{
	static const char *const headers[] = { "Content-Type: application/json; charset=utf-8", "Accept: application/json", NULL };
	struct hunt_part *part = &hunt->parts.items[hunt->current];
	enum estate_table table = part->question == ASK_SOFTWARE ? TABLE_SOFTWARE : TABLE_FINDINGS;
	int patience = hunt->options.patience_s ? hunt->options.patience_s : PATIENCE_S;
	struct strbuf query = STRBUF_INIT(QUERY_MAX), body = STRBUF_INIT(3 * QUERY_MAX), address = STRBUF_INIT(4096);
	char name[NAME_BYTES];
	int failed = build_query(hunt, part, &query, err);

	hunt_part_name(part, name, sizeof name);
	hunt->bad = (struct error){ 0 };
	/* Rows that came in an earlier try stay; they are counted when they come again. */
	answer_take_back(hunt->base.estate, table, &part->counts);
	part->counts = (struct answer_counts){ 0 };
	if (!failed && part->question == ASK_CENSUS)
		hunt->census = hunt_census_new(hunt->base.estate);
	else if (!failed)
		hunt->answer = answer_new(name, table, hunt->base.estate, hunt->base.run);
	hunt_address(&hunt->options, &address);
	hunt_body(&hunt->options, (struct slice){ strbuf_text(&query), query.len }, &body);
	struct http_ask request = {
		.method = "POST", .url = strbuf_text(&address), .headers = headers, .bearer = oauth_token(hunt->oauth),
		.body = { strbuf_text(&body), body.len }, .bytes_max = hunt->service->bytes_max, .data = take_bytes, .owner = hunt,
		.idle_s = patience, .whole_s = patience + READING_S,
	};
	log_debug("hunt: asks for %s", name);
	if (!failed)
		failed = http_start(hunt->http, &request, &hunt->request, err);
	strbuf_release(&query);
	strbuf_release(&body);
	strbuf_release(&address);
	hunt->phase = HUNT_READ;
	return failed;
}
