/* tickets_calls.c - makes single calls to a configured ticket system, and says what came back: for checks of requests by others.
 *
 *     tickets_calls CONFIG KIND HOSTS VERB...     verbs: check guard create child find all read update note attach close body
 *
 * The draft is made up: HOSTS hosts in two teams, with names that try to be markup. Each call works on the record of the one before, the
 * first on RECORD of the environment; TEAM_ID is the id of the team, where the system would have to be asked for it else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/talk.h"
#include "core/tickets/tickets.h"

#define TEXT_MAX ((size_t)64 << 20)
#define CORRELATION "rouse-1f0c9d2e4b5a"

static void make_host(struct draft_host *host, uint32_t number, uint32_t team)
{
	static const char *const odd[] = { "srv-app", "<b>srv</b>", "[code]srv[/code]", "=cmd|' /C calc'!A0", "{color:red}srv", "\xc3\x9c-\xf0\x9f\x94\xa5" };
	char text[200];

	*host = (struct draft_host){ .verdict = VERDICT_PASSIVE, .change = CHANGE_NEW, .signature_time = TIME_NONE, .last_seen = 1795000000, .team = team };
	snprintf(text, sizeof text, "%s-%05u.corp.example.com", odd[number < 6 ? number : 0], number);
	host->name = xstrdup(text);
	host->device = (struct slice){ xstrdup("id"), 2 };
	host->group = xstrdup("Win-Servers-Prod");
	host->platform = xstrdup("WindowsServer2019");
	host->mode = xstrdup("1");
	host->other_av = xstrdup(number % 3 ? "" : "Sophos");
	snprintf(text, sizeof text, "https://security.microsoft.com/machines/v2/%040x/overview", number);
	host->url = xstrdup(text);
	host->note = xstrdup("");
}

static void make_draft(struct draft *draft, uint32_t hosts, const char *correlation, const char *team)
{
	char text[200];

	*draft = (struct draft){ .complete = true, .run_started = 1795000000, .now = 1795003600, .host_count = hosts };
	draft->correlation = xstrdup(correlation);
	snprintf(text, sizeof text, "Defender antivirus passive: %u servers", hosts);
	draft->title = xstrdup(text);
	draft->note = xstrdup("A note with \"quotes\", *stars* and <!channel>.");
	draft->assignment = xstrdup(team);
	draft->assignment_id = xstrdup(getenv("TEAM_ID") ? getenv("TEAM_ID") : "");
	snprintf(text, sizeof text, "%s %u hosts 9f86d081884c7d65", correlation, hosts);
	draft->mark = xstrdup(text);
	draft->count_line = xstrdup("in scope 100: active 63, passive 37");
	draft->scope = xstrdup("Win-Servers-Prod");
	draft->team_count = hosts > 1 ? 2 : 1;
	draft->teams = xcalloc(draft->team_count, sizeof *draft->teams);
	draft->hosts = xcalloc(hosts + 1, sizeof *draft->hosts);
	for (uint32_t t = 0; t < draft->team_count; t++)
		draft->teams[t] = (struct draft_team){ .state = OWNER_OWNED, .name = xstrdup(t ? "Team SQL" : "Windows Platform"), .id = xstrdup(""),
		                                       .contact = xstrdup(""), .first = t ? hosts / 2 : 0, .count = draft->team_count == 1 ? hosts : t ? hosts - hosts / 2 : hosts / 2 };
	for (uint32_t i = 0; i < hosts; i++)
		make_host(&draft->hosts[i], i, draft->team_count == 2 && i >= hosts / 2);
}

static int run(struct tickets *tickets, struct talk *talk, const struct ticket_call *call, struct ticket_answer *answer)
{
	struct error err = {0};
	enum step step;

	*answer = (struct ticket_answer){0};
	if (tickets->ops->begin(tickets, call, &err)) {
		printf("# %s\n", err.text);
		return -1;
	}
	while ((step = tickets->ops->step(tickets, answer)) != STEP_DONE)
		if (step == STEP_WAIT)
			talk_wait(talk, NULL, 0, 1000);
	return 0;
}

static void say(const char *verb, const struct ticket_answer *answer)
{
	static const char *const outcomes[] = { "fine", "refused", "lost", "unavailable", "stale" };

	printf("%s: %s%s%s%s%s\n", verb, outcomes[answer->outcome], *answer->why ? ": " : "", answer->why, *answer->warning ? " | " : "", answer->warning);
	for (size_t i = 0; i < answer->records.count; i++) {
		const struct ticket_record *record = &answer->records.items[i];

		printf("  id=%s number=%s correlation=%s open=%d state=%s team=%s team_id=%s mark=%s title=%s url=%s\n", record->id, record->number,
		       record->correlation, record->open, record->state, record->team, record->team_id, record->mark, record->title, record->url);
	}
}

struct desk {
	struct tickets *tickets;
	struct talk *talk;
	struct draft draft, child;
	struct ticket_record record, first;
	bool have, have_first;
};

static bool set_verb(struct desk *desk, const char *verb, struct ticket_call *call)
{
	static const char *const names[] = { "check", "guard", "find", "read", "create", "update", "note", "attach", "close" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(verb, names[i]))
			call->verb = (enum ticket_verb)i;
	if (!strcmp(verb, "all")) {
		call->verb = TICKET_FIND;
		call->closed = true;
	} else if (!strcmp(verb, "child")) {
		call->verb = TICKET_CREATE;
		call->parent = &desk->first;
	} else if (!strcmp(verb, "check")) {
		call->verb = TICKET_CHECK;
	} else if (call->verb == TICKET_CHECK) {
		return false;
	}
	return true;
}

static void make_call(struct desk *desk, const char *verb)
{
	struct checks checks = {0};
	struct doc note = {0};
	struct strbuf csv = STRBUF_INIT(TEXT_MAX);
	struct ticket_answer answer;
	struct ticket_call call = { .verb = TICKET_CHECK, .correlation = CORRELATION, .draft = &desk->draft, .record = &desk->record,
	                            .into = &desk->first, .note = &note, .file_name = "rouse-hosts.csv", .checks = &checks };

	if (!set_verb(desk, verb, &call)) {
		printf("%s: no such verb\n", verb);
		return;
	}
	if (call.parent)
		call.draft = &desk->child;
	doc_begin(&note, DOC_TEXT, 0);
	doc_sayf(&note, "2 new hosts: a, [code]<b>b</b>[/code], {panel}c{panel}");
	draft_csv(&desk->draft, &csv);
	call.file = (struct slice){ strbuf_text(&csv), csv.len };
	run(desk->tickets, desk->talk, &call, &answer);
	say(verb, &answer);
	for (size_t i = 0; i < checks.count; i++)
		printf("  %s %s: %s [%s]\n", checks.items[i].level == CHECK_OK ? "ok" : checks.items[i].level == CHECK_WARNING ? "warning" : "failure",
		       checks.items[i].name, checks.items[i].text, checks.items[i].mend);
	if (answer.records.count) {
		ticket_record_release(&desk->record);
		ticket_record_copy(&desk->record, &answer.records.items[answer.records.count - 1]);
		if (!desk->have_first)
			ticket_record_copy(&desk->first, &answer.records.items[0]);
		desk->have_first = true;
	}
	ticket_answer_release(&answer);
	checks_release(&checks);
	doc_release(&note);
	strbuf_release(&csv);
}

int main(int argc, char **argv)
{
	struct error err = {0};
	struct config *config = NULL;
	struct desk desk = {0};

	if (argc < 5)
		return 64;
	const struct tickets_ops *ops = tickets_named(argv[2]);

	if (!ops || config_load(&config, argv[1], NULL, 0, &err) || talk_new(&desk.talk, config, &err)
	    || ops->make(&desk.tickets, config, desk.talk, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	make_draft(&desk.draft, (uint32_t)strtoul(argv[3], NULL, 10), CORRELATION, "Windows Platform");
	make_draft(&desk.child, 2, CORRELATION "-0badcafe", "Team SQL");
	ticket_record_init(&desk.record);
	ticket_record_put(&desk.record.id, slice_of(getenv("RECORD") ? getenv("RECORD") : ""));
	for (int i = 4; i < argc; i++) {
		struct strbuf body = STRBUF_INIT(TEXT_MAX);

		if (!strcmp(argv[i], "body")) {
			ops->body(desk.tickets, &desk.draft, &body);
			printf("%s\n", strbuf_text(&body));
		} else {
			make_call(&desk, argv[i]);
		}
		strbuf_release(&body);
	}
	ops->free(desk.tickets);
	talk_free(&desk.talk);
	config_free(&config);
	ticket_record_release(&desk.record);
	if (desk.have_first)
		ticket_record_release(&desk.first);
	draft_release(&desk.draft);
	draft_release(&desk.child);
	return 0;
}
