#include "core/sources/hunt_probe.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/json.h"
#include "core/sources/hunt_census.h"
#include "core/sources/hunt_inner.h"

#define TEXT_MAX_BYTES 4096
#define STEP_WAIT_MS 500
#define SIGN_IN_MS (INT64_C(900) * 1000)    /* a person may have to enter a code */
#define GROUPS_NAMED 5

/* What is asked with one fixed query. */
struct question_row {
	const char *name;       /* of the line */
	const char *query;
	const char *fine;       /* when rows come */
	const char *empty;      /* when none come; NULL: that is fine too */
	const char *mend;
	bool optional;          /* a refusal is a warning */
};

static const struct question_row questions[] = {
	{ "query", "print Answer = 1", "a query runs", "the query ran and answered nothing",
		"Ask again; when it stays so, look at the service's health.",
	  false },
	{ "DeviceInfo", "DeviceInfo | take 1", "can be read", "can be read and has no row in 30 days",
	  "Check that devices are onboarded to Defender for Endpoint, and the right of the sign-in to their device groups.", false },
	{ "assessment", "DeviceTvmSecureConfigurationAssessment | take 1", "can be read", "can be read and has no row",
		"Check the licence for vulnerability management.", false },
	{ "gathering", "DeviceTvmInfoGathering | take 1", "can be read", "can be read and has no row",
	  "Check the licence for vulnerability management.", false },
	{ "gathering keys", "DeviceTvmInfoGatheringKB | where FieldName startswith \"Av\"", "AvMode is gathered",
	  "AvMode is not among the fields that are gathered", "The mode then comes from scid-2010 alone.", true },
	{ "assessment name", "DeviceTvmSecureConfigurationAssessmentKB | where ConfigurationId == \"scid-2010\"",
	  "scid-2010 is known", "scid-2010 is not among the configurations that are assessed",
		"The mode then comes from the gathering alone.", true },
	{ "software", "DeviceTvmSoftwareInventory | take 1", "can be read", "can be read and has no row",
	  "Another antivirus cannot be named; [graph] software = false spares the question.", true },
};

/* A doctor's visit. */
struct visit {
	struct hunt_options *options;         /* a copy of its own: the spelling of keys may change */
	const struct probe_report *report;
	const struct hunt_service *service;
	struct http *http;        /* owned */
	struct oauth *oauth;      /* owned */
};

static void say(const struct visit *visit, enum probe_level level, const char *name, const char *text, const char *mend)
{
	visit->report->line(visit->report->owner, level, name, text, mend);
}

/* -- sign-in -- */

static bool sign_in(struct visit *visit)
{
	struct error bad = { 0 };
	enum oauth_state state;
	int64_t until = clock_ms() + SIGN_IN_MS;
	bool told = false;

	oauth_want(visit->oauth, false);
	while ((state = oauth_step(visit->oauth, &bad)) == OAUTH_BUSY || state == OAUTH_CODE) {
		struct oauth_code code;

		if (oauth_code(visit->oauth, &code) && !told && visit->report->code) {
			visit->report->code(visit->report->owner, &code);
			told = true;
		}
		if (clock_ms() > until)
			break;
		(void)http_wait(visit->http, NULL, 0, STEP_WAIT_MS);
	}
	if (state != OAUTH_READY)
		say(visit, PROBE_FAILURE, "sign-in", bad.text[0] ? bad.text : "The sign-in did not end.", NULL);
	return state == OAUTH_READY;
}

static void tell_claims(const struct visit *visit)
{
	struct oauth_claims claims;
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES), mend = STRBUF_INIT(TEXT_MAX_BYTES);
	int64_t now = 0;

	if (!oauth_claims(oauth_token(visit->oauth), &claims)) {
		say(visit, PROBE_WARNING, "token", "cannot be read, which is the service's own business; the questions below decide.", NULL);
		return;
	}
	(void)clock_real(&now, NULL);
	strbuf_addf(&text, "aud %s, tid %s, roles %s", claims.audience, claims.tenant[0] ? claims.tenant : "none",
	            claims.roles[0] ? claims.roles : "none");
	if (claims.expires != TIME_NONE)
		strbuf_addf(&text, ", %" PRId64 " min left", (claims.expires - now) / 60);
	if (!hunt_has_right(visit->options, &claims)) {
		const char *right = hunt_right(visit->options);

		strbuf_addf(&mend,
			"The right %s is missing: in Entra open the application, API permissions, add the %s permission %s of %s, and "
		            "grant admin consent.", right, hunt_right_kind(visit->options), right, visit->service->name);
		say(visit, PROBE_FAILURE, "token", strbuf_text(&text), strbuf_text(&mend));
	} else {
		say(visit, PROBE_OK, "token", strbuf_text(&text), NULL);
	}
	strbuf_release(&text);
	strbuf_release(&mend);
}

/* -- questions -- */

/* Asks once and waits, with the retries that any question gets. The answer is borrowed until the request ends. */
static enum verdict_of_answer ask(struct visit *visit, struct slice query, struct http_request **request, struct error *why)
{
	static const char *const headers[] = { "Content-Type: application/json; charset=utf-8", "Accept: application/json", NULL };
	struct strbuf body = STRBUF_INIT(SIZE_MAX / 4), address = STRBUF_INIT(TEXT_MAX_BYTES);
	struct retry retry = { .tries_max = 3, .whole_max_ms = 60000 };
	enum verdict_of_answer verdict;

	hunt_address(visit->options, &address);
	hunt_body(visit->options, query, &body);
	do {
		struct http_ask question = { .method = "POST", .url = strbuf_text(&address), .headers = headers,
			.bearer = oauth_token(visit->oauth),
		                             .body = { strbuf_text(&body), body.len } };

		http_end(request);
		while (clock_ms() < retry.wait_until_ms)
			(void)http_wait(visit->http, NULL, 0, (int)(retry.wait_until_ms - clock_ms()));
		if (http_start(visit->http, &question, request, why)) {
			verdict = ANSWER_REFUSED;
			break;
		}
		while (!http_answer(*request)) {
			http_step(visit->http);
			if (!http_answer(*request))
				(void)http_wait(visit->http, NULL, 0, STEP_WAIT_MS);
		}
		verdict = hunt_judge(visit->options, http_answer(*request), &retry, oauth_token(visit->oauth), clock_ms(), why);
		if (verdict == ANSWER_REFUSED && hunt_respell(visit->options, http_answer(*request)))
			verdict = ANSWER_LATER;
	} while (verdict == ANSWER_LATER);
	strbuf_release(&body);
	strbuf_release(&address);
	return verdict;
}

/* Rows in an answer: a table of one is all that is asked for. */
static int count_row(void *owner, const struct json_row *row, struct error *err)
{
	(void)row, (void)err;
	++*(uint64_t *)owner;
	return 0;
}

static int skip_columns(void *owner, const struct slice *names, size_t count, struct error *err)
{
	(void)owner, (void)names, (void)count, (void)err;
	return 0;
}

static bool count_rows(const struct http_answer *answer, uint64_t *rows, struct error *why)
{
	struct json_events events = { rows, skip_columns, count_row };
	struct json_reader *reader = json_reader_new("answer", &events);
	bool fine = !json_reader_feed(reader, strbuf_text(&answer->body), answer->body.len, why) && !json_reader_end(reader, why);

	if (fine && json_reader_error(reader)[0]) {
		error_set(why, STATUS_UNAVAILABLE, "the answer holds an error.");
		fine = false;
	}
	json_reader_free(&reader);
	return fine;
}

/* False when it makes no sense to go on. */
static bool ask_question(struct visit *visit, const struct question_row *row)
{
	struct http_request *request = NULL;
	struct error why = { 0 };
	uint64_t rows = 0;
	enum verdict_of_answer verdict = ask(visit, slice_of(row->query), &request, &why);
	enum probe_level bad = row->optional ? PROBE_WARNING : PROBE_FAILURE;

	if (verdict != ANSWER_FINE)
		say(visit, bad, row->name, why.text[0] ? why.text : "it was not answered.", row->optional ? row->mend : NULL);
	else if (!count_rows(http_answer(request), &rows, &why))
		say(visit, bad, row->name, why.text, NULL);
	else if (rows == 0 && row->empty)
		say(visit, bad, row->name, row->empty, row->mend);
	else
		say(visit, PROBE_OK, row->name, row->fine, NULL);
	http_end(&request);
	return verdict == ANSWER_FINE || row != &questions[0];
}

/* -- the age of the witnesses -- */

/* Takes the time that stands in the one cell of the answer. */
static int take_time(void *owner, const struct json_row *row, struct error *err)
{
	int64_t ticks;

	(void)err;
	for (size_t i = 0; i < row->count; i++)
		if (time_parse(row->members[i].text.text, row->members[i].text.len, &ticks))
			*(int64_t *)owner = time_seconds(ticks);
	return 0;
}

/* The newest row of a table; TIME_NONE when there is none, or the question was not answered. */
static int64_t newest_row(struct visit *visit, const char *table)
{
	struct strbuf query = STRBUF_INIT(TEXT_MAX_BYTES);
	struct http_request *request = NULL;
	struct error why = { 0 };
	int64_t newest = TIME_NONE;
	struct json_events events = { &newest, skip_columns, take_time };

	strbuf_addf(&query, "%s | summarize Newest = max(Timestamp)", table);
	if (ask(visit, (struct slice){ strbuf_text(&query), query.len }, &request, &why) == ANSWER_FINE) {
		struct json_reader *reader = json_reader_new("answer", &events);

		(void)json_reader_feed(reader, strbuf_text(&http_answer(request)->body), http_answer(request)->body.len, &why);
		(void)json_reader_end(reader, &why);
		json_reader_free(&reader);
	}
	http_end(&request);
	strbuf_release(&query);
	return newest;
}

/* Old witnesses are a feed that has stopped, not an estate without findings. */
static void ask_age(struct visit *visit)
{
	int64_t a = newest_row(visit, "DeviceTvmInfoGathering"), b = newest_row(visit, "DeviceTvmSecureConfigurationAssessment");
	int64_t newest = a > b ? a : b, limit = visit->options->scope->freshness;   /* TIME_NONE is the smallest */
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES);

	if (newest == TIME_NONE) {
		say(visit, PROBE_FAILURE, "witnesses", "no table says when it was written last.", "Ask again; see the lines about the tables.");
	} else {
		strbuf_adds(&text, "the newest is of ");
		time_format(&text, newest);
		say(visit, newest < visit->options->now - limit ? PROBE_FAILURE : PROBE_OK, "witnesses", strbuf_text(&text),
		    newest < visit->options->now - limit ? "The feed has stopped: check that vulnerability management still assesses the "
			"estate." : NULL);
	}
	strbuf_release(&text);
}

/* -- groups -- */

/* Each configured group must have servers; servers elsewhere are worth a word. */
static void tell_groups(const struct visit *visit, const struct estate *estate)
{
	const struct scope *scope = visit->options->scope;
	struct strbuf text = STRBUF_INIT(TEXT_MAX_BYTES);
	uint64_t out = 0, in = 0;

	for (size_t g = 0; g < scope->group_count; g++) {
		struct scope one = *scope;
		uint64_t servers = 0;

		one.groups = &scope->groups[g];
		one.group_count = 1;
		for (size_t i = 0; i < estate->counted_count; i++)
			if (hunt_is_server(&estate->counted[i]) &&
			    scope_has_group(&one, estate_text(estate, estate->counted[i].group)))
				servers += estate->counted[i].devices;
		strbuf_clear(&text);
		utf8_visible(&text, scope->groups[g], strlen(scope->groups[g]));
		strbuf_addf(&text, ": %" PRIu64 " servers", servers);
		say(visit, servers ? PROBE_OK : PROBE_FAILURE, "group", strbuf_text(&text),
		    servers ? NULL : "No server is in it: compare the name with `rouse groups` after a run, blanks and look-alike letters "
			"too.");
	}
	for (size_t i = 0; i < estate->counted_count; i++) {
		bool mine = scope_has_group(scope, estate_text(estate, estate->counted[i].group));

		if (hunt_is_server(&estate->counted[i]))
			*(mine ? &in : &out) += estate->counted[i].devices;
	}
	strbuf_clear(&text);
	strbuf_addf(&text, "%" PRIu64 " in scope, %" PRIu64 " in other machine groups", in, out);
	say(visit, in ? PROBE_OK : PROBE_FAILURE, "servers", strbuf_text(&text), in ? NULL : "Nothing is in scope: see [scope].");
	strbuf_release(&text);
}

static void ask_groups(struct visit *visit)
{
	struct kql_fill fill = { .scope = visit->options->scope, .until = visit->options->now,
	                         .since = visit->options->now - 14 * SPAN_DAY, .parts = 1 };
	struct strbuf query = STRBUF_INIT(SIZE_MAX / 4);
	struct http_request *request = NULL;
	struct error why = { 0 };
	struct estate estate;
	struct census_sum sum = { 0 };
	struct hunt_census *census;

	estate_init(&estate);
	census = hunt_census_new(&estate);
	if (kql_build(KQL_CENSUS, visit->service->dialect, &fill, &query, &why) ||
	    ask(visit, (struct slice){ strbuf_text(&query), query.len }, &request, &why) != ANSWER_FINE ||
	    hunt_census_feed(census, strbuf_text(&http_answer(request)->body), http_answer(request)->body.len, &why) ||
	    hunt_census_end(census, visit->options->scope, &sum, &why))
		say(visit, PROBE_FAILURE, "groups", why.text[0] ? why.text : "the census was not answered.", NULL);
	else
		tell_groups(visit, &estate);
	hunt_census_free(&census);
	http_end(&request);
	strbuf_release(&query);
	estate_release(&estate);
}

/* -- the visit -- */

static void tell_api(const struct visit *visit)
{
	if (visit->options->api == HUNT_LEGACY)
		say(visit, visit->options->now >= HUNT_LEGACY_END ? PROBE_FAILURE : PROBE_WARNING, "api",
		    "The older hunting API ends on 2027-02-01.", "Use [graph] api = graph, with the right ThreatHunting.Read.All.");
	else if (visit->options->api == HUNT_WORKSPACE)
		say(visit, PROBE_WARNING, "api",
			"A workspace has the DeviceTvm tables for their schema alone; only your custom tables answer there.", NULL);
	else
		say(visit, PROBE_OK, "api", visit->service->name, NULL);
}

void hunt_probe(const struct hunt_options *options, const struct probe_report *report)
{
	struct http_options network = { .ca_file = options->ca_file };
	struct hunt_options own = *options;
	struct visit visit = { .options = &own, .report = report, .service = &hunt_services[options->api] };
	struct error bad = { 0 };

	tell_api(&visit);
	if (http_new(&visit.http, &network, &bad) || oauth_new(&visit.oauth, visit.http, &options->sign_in, &bad)) {
		say(&visit, PROBE_FAILURE, "sign-in", bad.text, NULL);
	} else if (sign_in(&visit)) {
		tell_claims(&visit);
		/* In a workspace the questions about DeviceTvm tables would be answered with nothing, and mean nothing. */
		size_t count = options->api == HUNT_WORKSPACE ? 2 : sizeof questions / sizeof *questions;
		bool more = true;

		for (size_t i = 0; i < count && more; i++)
			more = ask_question(&visit, &questions[i]);
		if (more && options->api != HUNT_WORKSPACE)
			ask_age(&visit);
		if (more)
			ask_groups(&visit);
	}
	oauth_free(&visit.oauth);
	http_free(&visit.http);
}
