/* rt_send.c - single calls to Request Tracker, and whole sends, with a draft made from the command line.
 *   rt_send VERB [NAME=VALUE...] SECTION.KEY=VALUE...
 * VERB: check guard find closed read create update note attach close send show
 * NAME: hosts (how many), title, team, team_id, teams (hosts go to them in turn; commas between), correlation, id, into, version, store,
 *       patience (ms), salt (another content), wide=1 (odd letters in names), children=1, fresh=1
 * Prints `outcome N status S: why`, a line for each record, `warning: ...`. A send prints `word number hosts sentence`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/talk.h"
#include "core/tickets/ensure.h"

#define TEAMS_MAX 16

struct given {
	const char *hosts, *title, *team, *team_id, *teams, *correlation, *id, *into, *version, *store, *patience, *salt, *wide, *children, *fresh;
};

static const char *value(int argc, char **argv, const char *name, const char *standard)
{
	size_t len = strlen(name);

	for (int i = 2; i < argc; i++)
		if (!strncmp(argv[i], name, len) && argv[i][len] == '=')
			return argv[i] + len + 1;
	return standard;
}

static void given_read(struct given *given, int argc, char **argv)
{
	*given = (struct given){
		.hosts = value(argc, argv, "hosts", "3"), .title = value(argc, argv, "title", "Defender AV passive"),
		.team = value(argc, argv, "team", ""), .team_id = value(argc, argv, "team_id", ""), .teams = value(argc, argv, "teams", "Windows Platform"),
		.correlation = value(argc, argv, "correlation", "rouse-1f0c9d2e4b5a"), .id = value(argc, argv, "id", ""),
		.into = value(argc, argv, "into", ""), .version = value(argc, argv, "version", ""), .store = value(argc, argv, "store", ":memory:"),
		.patience = value(argc, argv, "patience", "8000"), .salt = value(argc, argv, "salt", "0"), .wide = value(argc, argv, "wide", ""),
		.children = value(argc, argv, "children", ""), .fresh = value(argc, argv, "fresh", ""),
	};
}

/* -- the draft -- */

static void host_make(struct draft_host *host, uint32_t i, uint32_t team, const struct given *given)
{
	char name[200];
	unsigned char id[4] = { (unsigned char)(i >> 24), (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i };

	snprintf(name, sizeof name, *given->wide ? "SRV-\xc3\x9c\xe6\x97\xa5\xe6\x9c\xac-%04u" : "SRV-APP-%04u", i);
	*host = (struct draft_host){
		.device = { xmemdup((const char *)id, 4), 4 }, .name = xstrdup(name), .group = xstrdup("Win-Servers"),
		.platform = xstrdup("WindowsServer2019"), .verdict = VERDICT_PASSIVE, .mode = xstrdup("1"), .other_av = xstrdup(""),
		.signature_time = TIME_NONE, .last_seen = TIME_NONE, .url = xstrdup(""), .note = xstrdup(""), .team = team,
	};
}

static void draft_from(struct draft *draft, const struct given *given)
{
	uint32_t count = (uint32_t)strtoul(given->hosts, NULL, 10), at = 0;
	char *names = xstrdup(given->teams), *rest = names, *team;
	char mark[200], *list[TEAMS_MAX];

	*draft = (struct draft){
		.correlation = xstrdup(given->correlation), .title = xstrdup(given->title), .note = xstrdup(""), .assignment = xstrdup(given->team),
		.assignment_id = xstrdup(given->team_id), .run = 1, .run_started = 1760000000, .now = 1760000000, .complete = true,
		.count_line = xstrdup("in scope 1"), .scope = xstrdup("every machine group"), .host_count = count, .finding_count = count,
	};
	while (draft->team_count < TEAMS_MAX && (team = strsep(&rest, ",")))
		list[draft->team_count++] = team;
	draft->teams = xcalloc(draft->team_count, sizeof *draft->teams);
	draft->hosts = xcalloc(count + 1, sizeof *draft->hosts);
	for (size_t t = 0; t < draft->team_count; t++) {
		uint32_t size = count / (uint32_t)draft->team_count + (t < count % draft->team_count);

		draft->teams[t] = (struct draft_team){
			.state = OWNER_OWNED, .name = xstrdup(list[t]), .id = xstrdup(""), .contact = xstrdup(""), .first = at, .count = size,
		};
		for (uint32_t i = 0; i < size; i++, at++)
			host_make(&draft->hosts[at], at, (uint32_t)t, given);
	}
	snprintf(mark, sizeof mark, "%s|%s|%u|%s", given->title, given->team, count, given->salt);
	uint64_t print = bytes_hash(mark, strlen(mark));

	snprintf(mark, sizeof mark, "%s %u hosts %016" PRIx64, given->correlation, count, print);
	draft->mark = xstrdup(mark);
	free(names);
}

/* -- single calls -- */

static void wait_for(struct talk *talk, int timeout_ms)
{
	talk_wait(talk, NULL, 0, timeout_ms < 0 || timeout_ms > 1000 ? 1000 : timeout_ms);
}

static void print_answer(const struct ticket_answer *answer, const struct checks *checks)
{
	static const char *const outcomes[] = { "fine", "refused", "lost", "unavailable", "stale" };
	static const char *const levels[] = { "ok", "warning", "failure" };

	printf("outcome %s status %d: %s\n", outcomes[answer->outcome], answer->status, answer->why);
	for (size_t i = 0; i < answer->records.count; i++) {
		const struct ticket_record *r = &answer->records.items[i];

		printf("record %s|%s|%s|%s|%s|%s|%s|%s|%s|%s\n", r->id, r->correlation, r->title, r->state, r->open ? "open" : "closed", r->team,
		       r->team_id, r->mark, r->version, r->url);
	}
	if (*answer->warning)
		printf("warning: %s\n", answer->warning);
	for (size_t i = 0; i < checks->count; i++)
		printf("%s: %s: %s [%s]\n", levels[checks->items[i].level], checks->items[i].name, checks->items[i].text, checks->items[i].mend);
}

static int call_one(struct tickets *tickets, struct talk *talk, const char *verb, const struct given *given, const struct draft *draft)
{
	static const char *const names[] = { "check", "guard", "find", "read", "create", "update", "note", "attach", "close" };
	struct ticket_record record, into;
	struct ticket_answer answer = {0};
	struct checks checks = {0};
	struct doc note = {0};
	struct error err = {0};
	struct strbuf csv = STRBUF_INIT((size_t)16 << 20), shown = STRBUF_INIT((size_t)16 << 20);
	struct ticket_call call = { .verb = TICKET_VERB_COUNT, .draft = draft, .correlation = draft->correlation, .checks = &checks };

	ticket_record_init(&record);
	ticket_record_init(&into);
	ticket_record_put(&record.id, slice_of(given->id));
	ticket_record_put(&record.number, slice_of(given->id));
	ticket_record_put(&record.version, slice_of(given->version));
	ticket_record_put(&record.correlation, slice_of(draft->correlation));
	ticket_record_put(&into.id, slice_of(given->into));
	ticket_record_put(&into.correlation, slice_of(draft->correlation));
	doc_begin(&note, DOC_TEXT, 0);
	doc_sayf(&note, "A note: %s", given->title);
	draft_csv(draft, &csv);
	call.closed = !strcmp(verb, "closed");
	if (call.closed)
		verb = "find";
	bool show = !strncmp(verb, "show-", 5);

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i], show ? verb + 5 : verb))
			call.verb = (enum ticket_verb)i;
	if (call.verb == TICKET_VERB_COUNT)
		return 64;
	if (call.verb == TICKET_CHECK)
		call.draft = NULL;
	call.record = &record;
	call.into = &into;
	call.note = &note;
	call.file_name = "hosts.csv";
	call.file = (struct slice){ strbuf_text(&csv), csv.len };
	if (show) {
		tickets->ops->show(tickets, &call, &shown);
		printf("%s\n", strbuf_text(&shown));
	} else {
		tickets->ops->begin(tickets, &call, &err);
		for (enum step step; (step = tickets->ops->step(tickets, &answer)) != STEP_DONE; )
			if (step == STEP_WAIT)
				wait_for(talk, 1000);
		print_answer(&answer, &checks);
	}
	ticket_answer_release(&answer);
	ticket_record_release(&record);
	ticket_record_release(&into);
	checks_release(&checks);
	doc_release(&note);
	strbuf_release(&csv);
	strbuf_release(&shown);
	return 0;
}

/* -- a send -- */

static int send_all(struct tickets *tickets, struct talk *talk, const struct given *given, const struct draft *draft)
{
	struct ensure *ensure = NULL;
	struct store *store = NULL;
	struct error err = {0};
	enum step step = STEP_FAILED;
	int status = 0;

	if (!store_open(&store, given->store, &err)
	    && !ensure_begin(&ensure, &(struct ensure_options){
		.tickets = tickets, .store = store, .store_path = given->store, .draft = draft, .scope = "groups: all",
		.children = *given->children != 0, .fresh = *given->fresh != 0, .now = time(NULL),
		.patience_ms = strtoll(given->patience, NULL, 10) }, &err))
		while ((step = ensure_step(ensure, &err)) == STEP_WAIT || step == STEP_MORE)
			if (step == STEP_WAIT)
				wait_for(talk, ensure_timeout_ms(ensure));
	if (step == STEP_FAILED) {
		printf("error %d: %s\n", (int)err.status, err.text);
		status = 1;
	} else {
		const struct ensure_result *result = ensure_result(ensure);

		for (size_t i = 0; i < result->count; i++)
			printf("%s %s %u %s\n", ensure_words[result->items[i].word], result->items[i].record.id, result->items[i].hosts,
			       result->items[i].sentence);
		for (size_t i = 0; i < result->warning_count; i++)
			printf("warning: %s\n", result->warnings[i]);
		status = result->status;
	}
	ensure_free(&ensure);
	store_close(&store);
	return status;
}

int main(int argc, char **argv)
{
	struct config *config = NULL;
	struct tickets *tickets = NULL;
	struct talk *talk = NULL;
	struct draft draft = {0};
	struct error err = {0};
	struct given given;
	const char *sets[64];
	size_t count = 0;
	int status;

	for (int i = 2; i < argc && count < 64; i++)
		if (strchr(argv[i], '.') && strchr(argv[i], '=') && strchr(argv[i], '.') < strchr(argv[i], '='))
			sets[count++] = argv[i];
	given_read(&given, argc, argv);
	draft_from(&draft, &given);
	if (config_load(&config, "/dev/null", sets, count, &err) || talk_new(&talk, config, &err)
	    || tickets_rt.make(&tickets, config, talk, &err)) {
		printf("error %d: %s\n", (int)err.status, err.text);
		status = (int)err.status;
	} else {
		status = !strcmp(argc > 1 ? argv[1] : "", "send") ? send_all(tickets, talk, &given, &draft)
		                                                 : call_one(tickets, talk, argc > 1 ? argv[1] : "", &given, &draft);
		printf("requests %u\n", talk_requests(talk));
	}
	if (tickets)
		tickets_rt.free(tickets);
	draft_release(&draft);
	talk_free(&talk);
	config_free(&config);
	return status;
}
