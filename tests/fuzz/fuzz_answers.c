/* Answers of ticket systems and CMDBs of any bytes: nothing is written where only reading was asked for, what is asked is whole, a search
 * brings no record but those with our correlation id, and a CMDB no more records than its answers have rows.
 *
 * An input: a letter for the system (r Request Tracker, s ServiceNow, c Jira Cloud, d Jira Data Center, t and u owners in the first two), a
 * letter for the verb (a: the first), a letter for the rest, then the answers with 0x1e between: each a letter for its status, and the body.
 * The functions of talk.h are this file's own, so no network is there. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/json.h"
#include "core/io/talk.h"
#include "core/owners/owners.h"
#include "core/tickets/tickets.h"

#define KEY "rouse-1f0c9d2e4b5a"
#define SITE "https://site.example"
#define STEPS_MAX 1000000
#define IDLE_MAX 1000      /* questions when no answer is left */
#define HOSTS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

/* The answers that are left, and what is held against what was asked. */
struct talk {
	const uint8_t *at, *end;
	bool reads;                /* nothing may be written */
	bool lost;                 /* the last answer to a write was lost */
	bool fine;                 /* there was a 2xx */
	bool key;                  /* an answer may have held the correlation id */
	bool batch;                /* rows may come as base64 */
	size_t rows, bytes;        /* of all answers: braces that open */
	unsigned asks, idle;
};

struct talk_call {
	struct talk *talk;
	struct talk_reply reply;
	char *body;                /* owned; of exactly its length */
};

/* -- answers -- */

static const struct { int status; const char *type, *etag; } kinds[] = {
	{ 200, "application/json", "" }, { 200, "application/json", "" }, { 201, "application/json", "" }, { 204, "", "" },
	{ 200, "text/html", "" }, { 400, "application/json", "" }, { 401, "application/json", "" }, { 403, "application/json", "" },
	{ 404, "application/json", "" }, { 412, "application/json", "" }, { 500, "text/html", "" }, { 429, "", "" },
	{ 0, "", "" }, { 200, "application/json", "\"17\"" }, { 302, "text/html", "" }, { 503, "", "" },
};

static enum talk_outcome outcome_of(int status, bool write)
{
	if (status >= 200 && status < 300)
		return TALK_FINE;
	if (status == 404 || status == 410)
		return TALK_ABSENT;
	if (status >= 300 && status < 500 && status != 429)
		return TALK_REFUSED;
	return write && status != 429 ? TALK_UNCERTAIN : TALK_UNAVAILABLE;
}

/* Texts for people: no control characters, none that turn the line around. */
static void shown(const char *text, size_t len, bool lines)
{
	const unsigned char *c = (const unsigned char *)text;

	for (size_t i = 0; i < len; i++) {
		require((c[i] >= ' ' || (lines && (c[i] == '\n' || c[i] == '\t'))) && c[i] != 0x7f);
		require(!(c[i] == 0xc2 && i + 1 < len && c[i + 1] >= 0x80 && c[i + 1] <= 0x9f));
		if (c[i] == 0xe2 && i + 2 < len && (c[i + 1] == 0x80 || c[i + 1] == 0x81))
			require(c[i + 1] == 0x80 ? c[i + 2] < 0xaa || c[i + 2] > 0xae : c[i + 2] < 0xa6 || c[i + 2] > 0xa9);
	}
}

static bool holds_key(const char *body, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t n = 0;

		if (body[i] == '\\')   /* escapes may spell it */
			return true;
		while (i + n < len && n < strlen(KEY) && (body[i + n] | 0x20) == (KEY[n] | 0x20))
			n++;
		if (n == strlen(KEY))
			return true;
	}
	return false;
}

static void count_answer(struct talk *talk, const struct talk_call *call)
{
	const struct slice body = call->reply.body;

	talk->fine = talk->fine || call->reply.outcome == TALK_FINE;
	talk->key = talk->key || holds_key(body.text, body.len);
	talk->bytes += body.len;
	for (size_t i = 0; i < body.len; i++)
		talk->rows += body.text[i] == '{';
}

static void next_answer(struct talk_call *call, const struct talk_ask *ask)
{
	struct talk *talk = call->talk;
	size_t left = (size_t)(talk->end - talk->at), kind = 12, len = 0;

	if (left) {
		const uint8_t *stop = memchr(talk->at, 0x1e, left);

		kind = *talk->at % (sizeof kinds / sizeof *kinds);
		len = (size_t)((stop ? stop : talk->end) - talk->at) - (stop != talk->at);
		call->body = xmemdup((const char *)talk->at + 1, kinds[kind].status && kinds[kind].status != 204 ? len : 0);
		len = kinds[kind].status && kinds[kind].status != 204 ? len : 0;
		talk->at = stop ? stop + 1 : talk->end;
	} else {
		require(++talk->idle < IDLE_MAX);
		call->body = xmemdup("", 0);
	}
	call->reply = (struct talk_reply){
		.outcome = outcome_of(kinds[kind].status, ask->write && !ask->again), .status = kinds[kind].status, .body = { call->body, len },
		.content_type = kinds[kind].type, .etag = kinds[kind].etag, .location = kinds[kind].status == 201 ? SITE "/x/17" : "",
		.total = kind == 0 ? (int64_t)len % 7 : -1, .json = !strcmp(kinds[kind].type, "application/json"), .why = "", .tries = 1,
	};
	if (call->reply.outcome != TALK_FINE)
		call->reply.why = "It did not answer as it should.";
	talk->lost = ask->write && call->reply.outcome == TALK_UNCERTAIN;
	count_answer(talk, call);
}

/* -- talk.h, as far as the back ends need it -- */

int talk_begin(struct talk *talk, const struct talk_ask *ask, struct talk_call **call, struct error *err)
{
	struct json_object body = {0};

	(void)err;
	require(!(talk->reads && ask->write));
	require(!strncmp(ask->url, SITE "/", strlen(SITE) + 1));
	for (const char *c = ask->url; *c; c++)
		require(*c > ' ' && *c < 0x7f);
	for (const char *const *header = ask->headers; header && *header; header++)
		shown(*header, strlen(*header), false);
	if (ask->body.len && !ask->type)
		require(json_object_read(&body, ask->body) == 1);
	json_object_release(&body);
	talk->batch = talk->batch || strstr(ask->url, "/batch");
	talk->asks++;
	*call = xcalloc(1, sizeof **call);
	(*call)->talk = talk;
	next_answer(*call, ask);
	return 0;
}

enum step talk_step(struct talk_call *call)
{
	(void)call;
	return STEP_DONE;
}

const struct talk_reply *talk_reply(const struct talk_call *call)
{
	return &call->reply;
}

void talk_waiting(const struct talk_call *call, struct strbuf *out)
{
	(void)call;
	(void)out;
}

void talk_end(struct talk_call **call)
{
	if (*call)
		free((*call)->body);
	free(*call);
	*call = NULL;
}

int64_t talk_now_ms(const struct talk *talk)
{
	return 1000 + (int64_t)talk->asks;
}

struct secret *talk_kept(struct talk *talk, const char *variable)
{
	(void)talk;
	(void)variable;
	return NULL;
}

unsigned talk_requests(const struct talk *talk)
{
	return talk->asks;
}

/* -- set-ups -- */

/* In the order of their letters. */
static const struct { const char *letter, *kind; bool owners; const char *sets[4]; } systems[] = {
	{ "r", "rt", false, { "rt.queue=Windows" } },
	{ "s", "servicenow", false, { "servicenow.sign_in=api-key" } },
	{ "c", "jira", false, { "jira.kind=cloud", "jira.user=a@example.com", "jira.project=SEC" } },
	{ "d", "jira", false, { "jira.kind=data-center", "jira.project=SEC" } },
	{ "t", "rt", true, { "rt.team_field=Owner Team", "rt.team_field=HeldBy" } },
	{ "u", "servicenow", true, { "servicenow.sign_in=api-key" } },
};

static struct config *configure(size_t system)
{
	const char *sets[6] = { "rt.url=" SITE, "servicenow.url=" SITE, "jira.url=" SITE };
	struct config *config = NULL;
	struct error err = {0};
	size_t count = 3;

	for (size_t i = 0; i < 3 && systems[system].sets[i]; i++)
		sets[count++] = systems[system].sets[i];
	require(!setenv("ROUSE_RT_TOKEN", "1-27-0123456789abcdef", 1) && !setenv("ROUSE_JIRA_SECRET", "secret", 1));
	require(!setenv("ROUSE_SERVICENOW_SECRET", "secret", 1) && !config_load(&config, "/dev/null", sets, count, &err));
	return config;
}

static void check_lines(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		shown(checks->items[i].text, strlen(checks->items[i].text), false);
		shown(checks->items[i].mend, strlen(checks->items[i].mend), false);
		require(checks->items[i].name[0] && checks->items[i].text[0]);
	}
	checks_release(checks);
}

/* -- tickets -- */

static void judge_records(const struct talk *talk, const struct ticket_call *call, const struct ticket_answer *answer)
{
	const struct ticket_records *records = &answer->records;

	if (answer->outcome != TICKET_FINE)
		return;
	require(records->count == 0 || talk->fine);
	require(records->count <= talk->rows);
	require(call->verb != TICKET_CREATE || records->count == 1);
	require(call->verb != TICKET_READ || records->count <= 1);
	require(call->verb == TICKET_CREATE || call->verb == TICKET_READ || call->verb == TICKET_FIND || records->count == 0);
	for (size_t i = 0; i < records->count; i++) {
		const struct ticket_record *record = &records->items[i];

		require(record->id[0] && record->number && record->url && record->title && record->state && record->team && record->team_id);
		require(call->verb != TICKET_FIND || (talk->key && !strcmp(record->correlation, KEY) && (record->open || call->closed)));
		require(!record->mark[0] || ticket_mark_hosts(record->mark) >= 0);
	}
}

static void judge(const struct talk *talk, const struct ticket_call *call, const struct ticket_answer *answer)
{
	shown(answer->why, strlen(answer->why), false);
	shown(answer->warning, strlen(answer->warning), false);
	require((answer->outcome == TICKET_FINE) == !answer->why[0]);
	require(answer->outcome == TICKET_FINE || answer->status);
	require(!talk->lost || answer->outcome == TICKET_LOST);
	require(answer->outcome != TICKET_FINE || talk->asks > 0);
	require(!talk->reads || (answer->outcome != TICKET_LOST && answer->outcome != TICKET_STALE));
	judge_records(talk, call, answer);
}

static void call_once(struct tickets *tickets, struct talk *talk, const struct ticket_call *call)
{
	struct ticket_answer answer = {0};
	struct error err = {0};
	unsigned steps = 0;

	talk->reads = call->verb == TICKET_CHECK || call->verb == TICKET_GUARD || call->verb == TICKET_FIND || call->verb == TICKET_READ;
	talk->key = talk->lost = talk->fine = false;
	talk->asks = 0;
	require(!tickets->ops->begin(tickets, call, &err));
	for (enum step step; (step = tickets->ops->step(tickets, &answer)) != STEP_DONE; )
		require(step != STEP_FAILED && ++steps < STEPS_MAX);
	judge(talk, call, &answer);
	ticket_answer_release(&answer);
	check_lines(call->checks);
}

static void fill_draft(struct draft *draft, struct draft_team *team, struct draft_host *host)
{
	static char empty[] = "", name[] = "Windows Platform", id[] = "38", key[] = KEY, title[] = "Two \"servers\"", mark[] = KEY " 1 hosts 9f86d081884c7d65";

	*host = (struct draft_host){
		.name = name, .group = empty, .platform = empty, .mode = empty, .other_av = empty, .url = empty, .note = empty,
		.verdict = VERDICT_PASSIVE, .signature_time = TIME_NONE, .last_seen = TIME_NONE,
	};
	*team = (struct draft_team){ .state = OWNER_OWNED, .name = name, .id = id, .contact = empty, .count = 1 };
	*draft = (struct draft){
		.correlation = key, .title = title, .note = empty, .assignment = name, .assignment_id = id, .mark = mark, .count_line = empty,
		.scope = empty, .complete = true, .teams = team, .team_count = 1, .hosts = host, .host_count = 1,
	};
}

static void try_tickets(const char *kind, const struct config *config, struct talk *talk, unsigned verb, unsigned more)
{
	struct ticket_record record, into;
	struct checks checks = {0};
	struct doc note = {0};
	struct draft draft;
	struct draft_team team;
	struct draft_host host;
	struct tickets *tickets = NULL;
	struct error err = {0};
	struct ticket_call call = {
		.verb = (enum ticket_verb)(verb % TICKET_VERB_COUNT), .correlation = KEY, .closed = more & 1, .draft = &draft, .record = &record,
		.into = &into, .parent = more & 4 ? &into : NULL, .note = &note, .file_name = "hosts.csv", .file = slice_of("host\n"), .checks = &checks,
	};

	fill_draft(&draft, &team, &host);
	ticket_record_init(&record);
	ticket_record_init(&into);
	ticket_record_put(&record.id, slice_of("17"));
	ticket_record_put(&record.number, slice_of("17"));
	ticket_record_put(&record.version, slice_of(more & 2 ? "\"17\"" : ""));
	ticket_record_put(&record.correlation, slice_of(KEY));
	ticket_record_put(&into.id, slice_of("16"));
	ticket_record_put(&into.correlation, slice_of(KEY));
	doc_begin(&note, DOC_TEXT, 0);
	doc_say(&note, slice_of("hello"));
	require(!tickets_named(kind)->make(&tickets, config, talk, &err));
	call_once(tickets, talk, &call);
	/* What the first answers left behind must not mislead a search. */
	call.verb = TICKET_FIND;
	call_once(tickets, talk, &call);
	tickets->ops->free(tickets);
	doc_release(&note);
	ticket_record_release(&record);
	ticket_record_release(&into);
}

/* -- owners -- */

static void try_owners(const char *kind, const struct config *config, struct talk *talk, bool check, size_t count)
{
	char names[HOSTS_MAX][40];
	struct slice hosts[HOSTS_MAX];
	struct owner_source *source = NULL;
	struct owner_asking asking = {0};
	struct checks checks = {0};
	struct error err = {0};
	unsigned steps = 0;
	enum step step;

	talk->reads = true;
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(names[i], sizeof names[i], "srv-%02zu%s", i, i % 3 ? ".corp.example" : "");
		hosts[i] = slice_of(names[i]);
	}
	require(!owners_named(kind)->make(&source, config, talk, &err));
	if (!(check ? source->ops->check(source, &checks, &err) : source->ops->begin(source, hosts, count, &asking, &err))) {
		while ((step = source->ops->step(source, 5, &err)) == STEP_MORE || step == STEP_WAIT)
			require(++steps < STEPS_MAX);
		require(step == STEP_DONE || err.text[0]);
	}
	shown(err.text, strlen(err.text), false);
	require(asking.records.count <= talk->rows + (talk->batch ? talk->bytes / 12 : 0) && asking.answered <= count);
	for (size_t i = 0; i < asking.host_count; i++)
		require(!asking.asked[i] || talk->fine);
	for (size_t i = 0; i < asking.complaint_count; i++)
		shown(asking.complaints[i], strlen(asking.complaints[i]), false);
	check_lines(&checks);
	owner_asking_release(&asking);
	source->ops->free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t system = 0;

	if (size < 3)
		return 0;
	while (system < sizeof systems / sizeof *systems && *systems[system].letter != (char)data[0])
		system++;
	if (system == sizeof systems / sizeof *systems)
		system = data[0] % (sizeof systems / sizeof *systems);
	struct talk talk = { .at = data + 3, .end = data + size };
	struct config *config = configure(system);
	unsigned verb = (unsigned)(data[1] + 256 - 'a') % 256;

	if (systems[system].owners)
		try_owners(systems[system].kind, config, &talk, verb & 1, data[2] % HOSTS_MAX);
	else
		try_tickets(systems[system].kind, config, &talk, verb, data[2]);
	config_free(&config);
	return 0;
}
