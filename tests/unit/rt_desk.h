/* rt_desk.h - a back end of Request Tracker on scripted answers, and a draft of two hosts. */
#ifndef ROUSE_RT_DESK_H
#define ROUSE_RT_DESK_H

#include "core/tickets/rt_inner.h"
#include "tests/unit/rt_scene.h"

#define KEY "rouse-1f0c9d2e4b5a"
#define MARK KEY " 2 hosts 9f86d081884c7d65"
#define SAID(list) list, sizeof(list) / sizeof *(list)
#define ETAG "\"17\""
/* A ticket; `fields` are what stands in CustomFields. */
#define TICKET(id, title, fields) "{\"id\":" id ",\"Subject\":\"" title "\",\"Status\":\"new\",\"Creator\":{\"id\":\"svc\"}," \
	"\"Queue\":{\"id\":\"4\",\"Name\":\"Windows\"},\"AdminCc\":[{\"id\":\"12\",\"type\":\"user\"},{\"id\":\"38\",\"type\":\"group\"," \
	"\"Name\":\"Team\"}],\"CustomFields\":[" fields "]}"
#define KEYED(value) "{\"id\":\"4\",\"name\":\"Correlation ID\",\"values\":[\"" value "\"]}"
#define LISTED(value) "{\"id\":\"7\",\"name\":\"Host List\",\"values\":[\"" value "\"]}"
#define LIST "SRV-\\\"01\\\"\\tpassive\\tTeam\\nsrv-2\\tpassive\\tTeam\\n"
#define OURS TICKET("17", "Old", KEYED(KEY) "," LISTED(LIST MARK))
#define WRITTEN TICKET("17", "Two \\\"servers\\\"", KEYED(KEY) "," LISTED(LIST))
#define ROWS(total, rows) "{\"total\":" total ",\"items\":[" rows "]}"
#define QUEUE(fields, links) "{\"id\":4,\"Name\":\"Windows\",\"TicketCustomFields\":[" fields "],\"_hyperlinks\":[" links "]}"
#define BOTH "{\"id\":\"4\",\"name\":\"Correlation ID\"},{\"id\":\"7\",\"name\":\"Host List\"}"
#define MAY "{\"ref\":\"create\",\"type\":\"ticket\"}"
#define FREEFORM "{\"id\":4,\"Type\":\"Freeform\",\"UniqueValues\":\"0\"}"
#define TEXT "{\"id\":7,\"Type\":\"Text\"}"
#define GOOD { 200, QUEUE(BOTH, MAY), NULL }, { 200, FREEFORM, NULL }, { 200, TEXT, NULL }, { 200, ROWS("0", ""), NULL }
#define GROUP "{\"id\":38,\"Name\":\"team\"}"

/* A back end on scripted answers, and the draft of two hosts. */
struct desk {
	struct scene scene;
	struct tickets *tickets;
	struct draft draft;
	struct draft_team team;
	struct draft_host hosts[2];
	struct ticket_record record, into;
	struct ticket_answer answer;
	struct checks checks;
};

static inline void draft_fill(struct desk *desk)
{
	static char empty[] = "";
	struct draft_host host = {
		.group = empty, .platform = empty, .mode = empty, .other_av = empty, .url = empty, .note = empty, .verdict = VERDICT_PASSIVE,
		.signature_time = TIME_NONE, .last_seen = TIME_NONE,
	};

	desk->hosts[0] = desk->hosts[1] = host;
	desk->hosts[0].name = (char *)"SRV-\"01\"";
	desk->hosts[1].name = (char *)"srv-2";
	desk->team = (struct draft_team){ .state = OWNER_OWNED, .name = (char *)"Team", .id = empty, .contact = empty, .count = 2 };
	desk->draft = (struct draft){
		.correlation = (char *)KEY, .title = (char *)"Two \"servers\"", .note = empty, .assignment = (char *)"Team",
		.assignment_id = (char *)"38", .mark = (char *)MARK, .count_line = empty, .scope = empty, .complete = true,
		.teams = &desk->team, .team_count = 1, .hosts = desk->hosts, .host_count = 2,
	};
}

static inline void desk_open(struct desk *desk, const struct said *said, size_t count)
{
	static const char *const sets[] = { "rt.queue=Windows" };

	*desk = (struct desk){0};
	scene_open(&desk->scene, said, count, sets, 1);
	assert_int_equal(tickets_rt.make(&desk->tickets, desk->scene.config, desk->scene.talk, &desk->scene.err), 0);
	draft_fill(desk);
	ticket_record_init(&desk->record);
	ticket_record_init(&desk->into);
	ticket_record_put(&desk->record.id, slice_of("17"));
	ticket_record_put(&desk->record.correlation, slice_of(KEY));
	ticket_record_put(&desk->into.id, slice_of("16"));
	ticket_record_put(&desk->into.correlation, slice_of(KEY));
}

static inline void desk_close(struct desk *desk)
{
	/* Every answer of the script was asked for: a test that asks less than it says tests less. */
	assert_int_equal(desk->scene.server.asked_count, desk->scene.count);
	tickets_rt.free(desk->tickets);
	ticket_record_release(&desk->record);
	ticket_record_release(&desk->into);
	ticket_answer_release(&desk->answer);
	checks_release(&desk->checks);
	scene_close(&desk->scene);
}

static inline enum ticket_outcome call(struct desk *desk, enum ticket_verb verb, bool closed)
{
	struct doc note = {0};
	struct ticket_call call = {
		.verb = verb, .correlation = KEY, .closed = closed, .draft = &desk->draft, .record = &desk->record, .into = &desk->into, .note = &note,
		.file_name = "hosts.csv", .file = slice_of("host\r\nx"), .checks = &desk->checks,
	};

	doc_begin(&note, DOC_TEXT, 0);
	doc_sayf(&note, "hello \"you\"");
	ticket_answer_release(&desk->answer);
	assert_int_equal(tickets_rt.begin(desk->tickets, &call, &desk->scene.err), 0);
	while (tickets_rt.step(desk->tickets, &desk->answer) != STEP_DONE)
		scene_wait(&desk->scene);
	doc_release(&note);
	return desk->answer.outcome;
}

#define DESK(said) \
	struct desk desk; \
	(void)state; \
	desk_open(&desk, SAID(said))
#define ASKED(i) desk.scene.server.asked[i]

#endif
