/* test_servicenow.c - tickets in ServiceNow, and its bad manners: dropped conditions, 200 with a broken body, ids that are almost ours. */
#include "tests/unit/ticket_desk.h"

#include "core/io/servicenow.h"
#include "core/tickets/servicenow.h"

#define ID "rouse-1f0c9d2e4b5a"
#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define G "99999999999999999999999999999999"
#define ROW(sys_id, id, state) "{\"sys_id\":\"" sys_id "\",\"number\":\"INC0010042\",\"state\":{\"display_value\":\"In Progress\",\"value\":\"" state "\"}," \
	"\"active\":\"true\",\"correlation_id\":\"" id "\",\"assignment_group\":{\"display_value\":\"Windows Platform\",\"link\":\"https://x\",\"value\":\"" G "\"}," \
	"\"short_description\":\"Title\",\"description\":\"text\\r\\n" ID " 2 hosts 9f86d081884c7d65\\r\\n\"}"
#define MINE ROW(A, ID, "2")
#define LINES(script) script, sizeof(script) / sizeof *(script)

static const char *const by_key[] = { "servicenow.sign_in=api-key", NULL };

static void open_desk(struct desk *desk, const struct loopback_line *script, size_t lines)
{
	setenv("ROUSE_SERVICENOW_SECRET", "right-key~1", 1);
	desk_open(desk, "servicenow", script, lines, by_key);
}

static const struct ticket_answer *find(struct desk *desk, bool closed)
{
	return desk_call(desk, &(struct ticket_call){ .verb = TICKET_FIND, .correlation = ID, .closed = closed });
}

static void finds_by_correlation_id(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":[" MINE "]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	const struct ticket_answer *answer = find(&desk, false);

	assert_int_equal(answer->outcome, TICKET_FINE);
	assert_int_equal(answer->records.count, 1);
	const struct ticket_record *record = &answer->records.items[0];

	assert_string_equal(record->id, A);
	assert_string_equal(record->number, "INC0010042");
	assert_string_equal(record->correlation, ID);
	assert_string_equal(record->state, "In Progress");
	assert_string_equal(record->team, "Windows Platform");
	assert_string_equal(record->team_id, G);
	assert_string_equal(record->mark, ID " 2 hosts 9f86d081884c7d65");
	assert_true(record->open);
	has(record->url, "/nav_to.do?uri=incident.do%3Fsys_id%3D" A);
	has(desk.server.asked[0], "GET /api/now/table/incident?sysparm_query=correlation_id%3D" ID "%5Eactive%3Dtrue%5EORDERBYsys_created_on&sysparm_limit=20&");
	has(desk.server.asked[0], "sysparm_exclude_reference_link=true");
	has(desk.server.asked[0], "x-sn-apikey: right-key~1\r\n");
	desk_close(&desk);
}

static void children_are_looked_for_in_their_table(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":[" ROW(A, ID "-0badcafe", "1") "]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	const struct ticket_answer *answer = desk_call(&desk, &(struct ticket_call){ .verb = TICKET_FIND, .correlation = ID "-0badcafe" });

	assert_int_equal(answer->records.count, 1);
	assert_string_equal(answer->records.items[0].id, "incident_task/" A);
	has(desk.server.asked[0], "GET /api/now/table/incident_task?");
	assert_false(snow_child_id("rouse-0badcafe"));
	assert_false(snow_child_id(ID "-20261120T070000Z"));
	assert_true(snow_child_id(ID "-20261120T070000Z-0badcafe"));
	desk_close(&desk);
}

static void a_dropped_condition_is_refused(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":[" MINE "," ROW(B, "somebody-elses", "1") "]}"),
	                                        OK("{\"result\":[{\"sys_id\":\"" B "\",\"number\":\"INC1\"}]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	for (int i = 0; i < 2; i++) {
		const struct ticket_answer *answer = find(&desk, false);

		assert_int_equal(answer->outcome, TICKET_REFUSED);
		assert_int_equal(answer->records.count, 0);
		has(answer->why, "ignored the condition correlation_id=" ID);
		has(answer->why, "Let an administrator");
	}
	desk_close(&desk);
}

static void ids_that_are_almost_ours_are_not(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":[" ROW(B, "ROUSE-1F0C9D2E4B5A", "1") "," MINE "]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(find(&desk, false)->outcome, TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 1);
	assert_string_equal(desk.answer.records.items[0].id, A);
	desk_close(&desk);
}

static void resolved_ones_are_not_open(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":[" ROW(A, ID, "6") "," ROW(B, ID, "7") "," ROW(G, ID, "8") "]}"),
	                                        OK("{\"result\":[" ROW(A, ID, "6") "," ROW(B, ID, "7") "," ROW(G, ID, "8") "]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(find(&desk, false)->records.count, 0);
	assert_int_equal(find(&desk, true)->records.count, 3);
	assert_false(desk.answer.records.items[0].open);
	has_not(desk.server.asked[1], "active%3Dtrue");
	desk_close(&desk);
}

static void half_answers_are_none(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":[" MINE "],\"error\":{\"message\":\"Transaction cancelled: maximum execution time exceeded\",\"detail\":null},\"status\":\"failure\"}"),
		OK("{\"result\":[" MINE ","),
		HTML("200 OK"),
		JSON("202 Accepted", "{\"result\":[]}"),
		OK("{\"result\":\"\"}"),
		OK("{}"),
		OK("[]"),
		OK("{\"result\":[" MINE ",null]}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	for (size_t i = 0; i < sizeof script / sizeof *script; i++) {
		const struct ticket_answer *answer = find(&desk, false);

		assert_int_equal(answer->outcome, TICKET_UNAVAILABLE);
		has(answer->why, "ServiceNow answered 20");
		if (i == 0)
			has(answer->why, "Transaction cancelled: maximum execution time exceeded");
	}
	desk_close(&desk);
}

static void hostile_ids_are_not_asked_for(void **state)
{
	static const char *const ids[] = { "", "a^ORactive=true", "a b", "a,b", "a\nb", "javascript:gs.getUserID()" };
	struct desk desk;

	(void)state;
	open_desk(&desk, NULL, 0);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		assert_int_equal(desk_call(&desk, &(struct ticket_call){ .verb = TICKET_FIND, .correlation = ids[i] })->outcome, TICKET_REFUSED);
	assert_int_equal(desk.server.asked_count, 0);
	assert_true(servicenow_plain(slice_of("Plant, North")));
	assert_false(servicenow_plain(slice_of("JavaScript:x")));
	assert_false(servicenow_plain(slice_of("a^b")));
	desk_close(&desk);
}

static const struct ticket_answer *create(struct desk *desk, const char *team, const char *team_id)
{
	struct draft draft;

	desk_draft(&draft, 2, team, team_id);
	desk_call(desk, &(struct ticket_call){ .verb = TICKET_CREATE, .draft = &draft, .correlation = ID });
	draft_release(&draft);
	return &desk->answer;
}

static void creates_with_the_id_in_it(void **state)
{
	const struct loopback_line script[] = { JSON("201 Created", "{\"result\":" MINE "}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(create(&desk, "Windows Platform", G)->outcome, TICKET_FINE);
	assert_string_equal(desk.answer.warning, "");
	assert_string_equal(desk.answer.records.items[0].id, A);
	const char *asked = desk.server.asked[0];

	has(asked, "POST /api/now/table/incident?");
	has(asked, "{\"short_description\":\"Defender \\\"passive\\\": 2 servers\",\"description\":\"");
	has(asked, "srv-00001.corp.example.com");
	has(asked, ID " 2 hosts 9f86d081884c7d65");
	has(asked, "\"correlation_id\":\"" ID "\",\"correlation_display\":\"rouse\",\"assignment_group\":\"" G "\",\"impact\":\"2\",\"urgency\":\"2\"}");
	desk_close(&desk);
}

static void a_team_is_looked_up_by_its_exact_name(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":[{\"sys_id\":\"" A "\",\"name\":\"windows platform\"},{\"sys_id\":\"" G "\",\"name\":\"Windows Platform\"}]}"),
		JSON("201 Created", "{\"result\":" MINE "}"), JSON("201 Created", "{\"result\":" MINE "}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(create(&desk, "Windows Platform", "")->outcome, TICKET_FINE);
	has(desk.server.asked[0], "GET /api/now/table/sys_user_group?sysparm_query=name%3DWindows%20Platform%5Eactive%3Dtrue");
	has(desk.server.asked[1], "\"assignment_group\":\"" G "\"");
	/* Once is enough. */
	create(&desk, "Windows Platform", "not a sys_id");
	assert_int_equal(desk.server.asked_count, 3);
	has(desk.server.asked[2], "\"assignment_group\":\"" G "\"");
	desk_close(&desk);
}

static void nobody_is_guessed(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":[{\"sys_id\":\"" A "\",\"name\":\"SQL\"},{\"sys_id\":\"" G "\",\"name\":\"SQL\"}]}"), JSON("201 Created", "{\"result\":" MINE "}"),
		OK("{\"result\":[{\"sys_id\":\"" A "\",\"name\":\"Whole table\"}]}"), JSON("201 Created", "{\"result\":" MINE "}"),
		JSON("403 Forbidden", "{\"error\":{\"message\":\"no\",\"detail\":null},\"status\":\"failure\"}"), JSON("201 Created", "{\"result\":" MINE "}"),
		JSON("201 Created", "{\"result\":" MINE "}"),
	};
	static const char *const teams[] = { "SQL", "SAP", "Mail", "a^ORnameISNOTEMPTY" };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(create(&desk, teams[i], "")->outcome, TICKET_FINE);
		has(desk.answer.warning, "assigned to nobody");
		has_not(desk.server.asked[desk.server.asked_count - 1], "assignment_group\":");
	}
	assert_int_equal(desk.server.asked_count, 7);
	desk_close(&desk);
}

static void a_write_may_be_lost(void **state)
{
	const struct loopback_line script[] = {
		LOST, OK("{\"result\":" MINE), JSON("202 Accepted", "{\"result\":" MINE "}"), HTML("200 OK"),
		JSON("500 Internal Server Error", "{\"error\":{\"message\":\"x\",\"detail\":\"y\"},\"status\":\"failure\"}"),
		JSON("403 Forbidden", "{\"error\":{\"message\":\"Operation Failed\",\"detail\":\"ACL Exception\"},\"status\":\"failure\"}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	for (size_t i = 0; i < 5; i++)
		if (create(&desk, "", "")->outcome != TICKET_LOST)
			fail_msg("%zu: %d %s", i, (int)desk.answer.outcome, desk.answer.why);
	assert_int_equal(create(&desk, "", "")->outcome, TICKET_REFUSED);
	assert_int_equal(desk.answer.status, STATUS_NO_PERMISSION);
	has(desk.answer.why, "ACL Exception");
	has(desk.answer.why, "the role itil");
	/* Never twice for one create. */
	assert_int_equal(desk.server.asked_count, 6);
	desk_close(&desk);
}

static void an_id_that_was_not_kept_is_told(void **state)
{
	const struct loopback_line script[] = { JSON("201 Created", "{\"result\":{\"sys_id\":\"" A "\",\"number\":\"INC7\",\"state\":\"1\"}}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(create(&desk, "", "")->outcome, TICKET_FINE);
	assert_string_equal(desk.answer.records.items[0].correlation, "");
	has(desk.answer.warning, "did not keep the correlation id of INC7");
	desk_close(&desk);
}

static void reads_one_by_id(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":{\"sys_id\":\"" A "\",\"number\":\"INC1\",\"state\":\"1\",\"assignment_group\":\"" G "\",\"correlation_id\":\"" ID "\"}}"),
		JSON("404 Not Found", "{\"error\":{\"message\":\"No Record found\",\"detail\":\"Record doesn't exist or ACL restricts\"},\"status\":\"failure\"}"),
		OK("{\"result\":" ROW(B, ID, "1") "}"),
	};
	struct ticket_record record = desk_record(A, "INC1", ID);
	const struct ticket_call call = { .verb = TICKET_READ, .record = &record };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(desk_call(&desk, &call)->records.count, 1);
	/* A reference without its name: the id is all there is. */
	assert_string_equal(desk.answer.records.items[0].team_id, G);
	has(desk.server.asked[0], "GET /api/now/table/incident/" A "?");
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 0);
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_UNAVAILABLE);
	assert_int_equal(desk.answer.records.count, 0);
	ticket_record_release(&record);
	desk_close(&desk);
}

static void an_update_leaves_the_assignment(void **state)
{
	/* The same once more does no harm. */
	const struct loopback_line script[] = { EMPTY("503 Service Unavailable"), OK("{\"result\":" MINE "}") };
	struct ticket_record record = desk_record("incident_task/" A, "TASK1", ID);
	struct draft draft;
	struct desk desk;

	(void)state;
	desk_draft(&draft, 2, "Other Team", G);
	open_desk(&desk, LINES(script));
	assert_int_equal(desk_call(&desk, &(struct ticket_call){ .verb = TICKET_UPDATE, .draft = &draft, .record = &record })->outcome, TICKET_FINE);
	has(desk.server.asked[0], "PATCH /api/now/table/incident_task/" A "?");
	has(desk.server.asked[0], "{\"short_description\":");
	has_not(desk.server.asked[0], "assignment_group\":");
	has_not(desk.server.asked[0], "correlation_id\":");
	has_not(desk.server.asked[0], "state\":");
	assert_int_equal(desk.server.asked_count, 2);
	draft_release(&draft);
	ticket_record_release(&record);
	desk_close(&desk);
}

static void notes_stay_text(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":" MINE "}") };
	struct ticket_record record = desk_record(A, "INC1", ID);
	struct doc note = {0};
	struct desk desk;

	(void)state;
	doc_begin(&note, DOC_TEXT, 0);
	doc_say(&note, slice_of("new: [CODE]<script>x</script>[/code] \"q\""));
	open_desk(&desk, LINES(script));
	assert_int_equal(desk_call(&desk, &(struct ticket_call){ .verb = TICKET_NOTE, .note = &note, .record = &record })->outcome, TICKET_FINE);
	has(desk.server.asked[0], "{\"work_notes\":\"new: [ CODE]<script>");
	has_not(desk.server.asked[0], "comments");
	doc_release(&note);
	ticket_record_release(&record);
	desk_close(&desk);
}

static void a_file_is_measured(void **state)
{
	const struct loopback_line script[] = { JSON("201 Created", "{\"result\":{\"sys_id\":\"" B "\",\"size_bytes\":\"7\"}}"),
	                                        JSON("201 Created", "{\"result\":{\"sys_id\":\"" B "\",\"size_bytes\":\"4\"}}") };
	struct ticket_record record = desk_record(A, "INC1", ID);
	const struct ticket_call call = { .verb = TICKET_ATTACH, .record = &record, .file_name = "hosts & more.csv", .file = { "a,b\nc,d", 7 } };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_string_equal(desk_call(&desk, &call)->warning, "");
	has(desk.server.asked[0], "POST /api/now/attachment/file?table_name=incident&table_sys_id=" A "&file_name=hosts%20%26%20more.csv HTTP");
	has(desk.server.asked[0], "Content-Type: text/csv");
	has(desk.server.asked[0], "\r\n\r\na,b\nc,d");
	has(desk_call(&desk, &call)->warning, "kept 4 of the 7 bytes");
	ticket_record_release(&record);
	desk_close(&desk);
}

static void closes_only_what_is_ours(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":" ROW(B, "somebody-elses", "1") "}"),
		OK("{\"result\":" ROW(B, ID, "1") "}"), OK("{\"result\":" ROW(B, ID, "8") "}"),
		OK("{\"result\":" ROW(B, ID, "1") "}"), OK("{\"result\":" ROW(B, ID, "1") "}"),
		OK("{\"result\":" ROW(B, ID, "8") "}"),
	};
	struct ticket_record extra = desk_record(B, "INC2", ID), kept = desk_record(A, "INC1", ID);
	const struct ticket_call call = { .verb = TICKET_CLOSE, .record = &extra, .into = &kept, .correlation = ID };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_REFUSED);
	assert_int_equal(desk.server.asked_count, 1);
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	has(desk.server.asked[2], "PATCH /api/now/table/incident/" B "?");
	has(desk.server.asked[2], "{\"state\":\"8\",\"work_notes\":\"A second ticket of " ID ": INC1 is the one");
	/* It says 200 and stays open. */
	assert_int_not_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	has(desk.answer.why, "close it by hand");
	/* Closed already. */
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	assert_int_equal(desk.server.asked_count, 6);
	/* Never the one that stays. */
	ticket_record_release(&extra);
	ticket_record_release(&kept);
	desk_close(&desk);
}

static void never_closes_the_one_that_stays(void **state)
{
	const struct loopback_line script[] = { OK("{\"result\":" MINE "}") };
	struct ticket_record kept = desk_record(A, "INC1", ID);
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(desk_call(&desk, &(struct ticket_call){ .verb = TICKET_CLOSE, .record = &kept, .into = &kept, .correlation = ID })->outcome,
	                 TICKET_REFUSED);
	assert_int_equal(desk.server.asked_count, 1);
	ticket_record_release(&kept);
	desk_close(&desk);
}

static const struct ticket_answer *guard(struct desk *desk)
{
	struct draft draft;

	desk_draft(&draft, 1, "SQL", "");
	desk_call(desk, &(struct ticket_call){ .verb = TICKET_GUARD, .draft = &draft });
	draft_release(&draft);
	return &desk->answer;
}

static void guards_against_fields_that_are_not_there(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":[{\"sys_id\":\"" A "\"}]}"),
		OK("{\"result\":[{\"sys_id\":\"" A "\",\"correlation_id\":\"\"}]}"), OK("{\"result\":[{\"sys_id\":\"" B "\",\"correlation_id\":\"x\"}]}"),
		OK("{\"result\":[]}"), OK("{\"result\":[]}"), OK("{\"result\":[{\"sys_id\":\"" G "\",\"name\":\"SQL\"}]}"),
		JSON("201 Created", "{\"result\":" MINE "}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	assert_int_equal(guard(&desk)->outcome, TICKET_REFUSED);
	assert_int_equal(desk.answer.status, STATUS_CONFIG);
	has(desk.answer.why, "no field correlation_id");
	assert_int_equal(guard(&desk)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "ignores the condition");
	assert_int_equal(guard(&desk)->outcome, TICKET_FINE);
	/* The team is known now. */
	create(&desk, "SQL", "");
	has(desk.server.asked[6], "\"assignment_group\":\"" G "\"");
	for (size_t i = 0; i < 6; i++)
		assert_memory_equal(desk.server.asked[i], "GET ", 4);
	desk_close(&desk);
}

static void checks_say_what_is_so(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"result\":[{\"sys_id\":\"" A "\",\"correlation_id\":\"\"}]}"), OK("{\"result\":[]}"), OK("{\"result\":[{\"sys_id\":\"" G "\",\"name\":\"SQL\"}]}"),
		JSON("401 Unauthorized", "{\"error\":{\"message\":\"User Not Authenticated\",\"detail\":\"Required to provide Auth information\"},\"status\":\"failure\"}"),
	};
	struct checks checks = {0};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script));
	desk_call(&desk, &(struct ticket_call){ .verb = TICKET_CHECK, .checks = &checks });
	assert_int_equal(checks.count, 4);
	for (size_t i = 0; i < checks.count; i++)
		assert_int_equal(checks.items[i].level, CHECK_OK);
	desk_call(&desk, &(struct ticket_call){ .verb = TICKET_CHECK, .checks = &checks });
	assert_int_equal(checks.count, 5);
	assert_int_equal(checks.items[4].level, CHECK_FAILURE);
	has(checks.items[4].text, "User Not Authenticated");
	has(checks.items[4].mend, "the account must be active");
	checks_release(&checks);
	desk_close(&desk);
}

static void basic_sign_in_has_an_end(void **state)
{
	static const char *const by_basic[] = { "servicenow.sign_in=basic", "servicenow.user=svc-rouse", NULL };
	const struct loopback_line script[] = { JSON("401 Unauthorized", "{\"error\":{\"message\":\"User Not Authenticated\",\"detail\":null},\"status\":\"failure\"}") };
	struct desk desk;

	(void)state;
	setenv("ROUSE_SERVICENOW_SECRET", "secret-word", 1);
	desk_open(&desk, "servicenow", LINES(script), by_basic);
	assert_int_equal(find(&desk, false)->outcome, TICKET_REFUSED);
	assert_int_equal(desk.answer.status, STATUS_NO_PERMISSION);
	has(desk.answer.why, "June 2026");
	has(desk.answer.why, "sign_in = oauth");
	has_not(desk.answer.why, "secret-word");
	desk_close(&desk);
}

static void shows_what_would_be_sent(void **state)
{
	struct strbuf out = STRBUF_INIT(1 << 20);
	struct draft draft;
	struct desk desk;

	(void)state;
	desk_draft(&draft, 1, "SQL", "");
	open_desk(&desk, NULL, 0);
	desk.tickets->ops->show(desk.tickets, &(struct ticket_call){ .verb = TICKET_CREATE, .draft = &draft }, &out);
	has(strbuf_text(&out), "POST http://127.0.0.1:");
	has(strbuf_text(&out), "\"assignment_group\":\"?\"");
	has(strbuf_text(&out), "***");
	has_not(strbuf_text(&out), "right-key");
	strbuf_clear(&out);
	desk.tickets->ops->target(desk.tickets, &out);
	assert_string_equal(strbuf_text(&out), "ServiceNow 127.0.0.1, table incident, by API key");
	assert_int_equal(desk.server.asked_count, 0);
	strbuf_release(&out);
	draft_release(&draft);
	desk_close(&desk);
}

static void long_lists_keep_within_the_limit(void **state)
{
	static const char *const narrow[] = { "servicenow.sign_in=api-key", "servicenow.description_max=6000", NULL };
	struct strbuf out = STRBUF_INIT(1 << 20);
	struct draft draft;
	struct desk desk;

	(void)state;
	desk_draft(&draft, 3000, "SQL", G);
	desk_open(&desk, "servicenow", NULL, 0, narrow);
	desk.tickets->ops->body(desk.tickets, &draft, &out);
	assert_true(out.len <= 6000 && out.len > 4000);
	has(strbuf_text(&out), ID " 3000 hosts 9f86d081884c7d65");
	assert_true(desk.tickets->ops->body_hosts(desk.tickets, &draft) < 3000);
	strbuf_release(&out);
	draft_release(&draft);
	desk_close(&desk);
}

static void refuse(const char *part, const char *const *sets)
{
	struct tickets *tickets = NULL;
	struct desk desk = {0};

	desk.server.fd = -1;
	snprintf(desk.path, sizeof desk.path, "/tmp/rouse-desk-XXXXXX");
	int fd = mkstemp(desk.path);
	size_t count = 0;

	assert_true(fd >= 0);
	close(fd);
	while (sets[count])
		count++;
	assert_int_equal(config_load(&desk.config, desk.path, sets, count, &desk.err), 0);
	assert_int_equal(tickets_servicenow.make(&tickets, desk.config, NULL, &desk.err), -1);
	assert_int_equal(desk.err.status, STATUS_CONFIG);
	has(desk.err.text, part);
	config_free(&desk.config);
	unlink(desk.path);
}

static void the_configuration_must_be_whole(void **state)
{
	(void)state;
	refuse("servicenow.url is not set", (const char *const[]){ "servicenow.sign_in=basic", NULL });
	refuse("servicenow.client", (const char *const[]){ "servicenow.url=https://x.service-now.com", NULL });
	refuse("servicenow.user", (const char *const[]){ "servicenow.url=https://x.service-now.com", "servicenow.sign_in=basic", NULL });
	refuse("servicenow.url", (const char *const[]){ "servicenow.url=http://x.service-now.com", "servicenow.sign_in=api-key", NULL });
	refuse("servicenow.table", (const char *const[]){ "servicenow.url=https://x.service-now.com", "servicenow.sign_in=api-key",
	                                                  "servicenow.table=incident?x", NULL });
	refuse("servicenow.impact", (const char *const[]){ "servicenow.url=https://x.service-now.com", "servicenow.sign_in=api-key",
	                                                   "servicenow.impact=4", NULL });
	refuse("servicenow.description_max", (const char *const[]){ "servicenow.url=https://x.service-now.com", "servicenow.sign_in=api-key",
	                                                            "servicenow.description_max=10", NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_by_correlation_id), cmocka_unit_test(children_are_looked_for_in_their_table),
		cmocka_unit_test(a_dropped_condition_is_refused), cmocka_unit_test(ids_that_are_almost_ours_are_not),
		cmocka_unit_test(resolved_ones_are_not_open), cmocka_unit_test(half_answers_are_none), cmocka_unit_test(hostile_ids_are_not_asked_for),
		cmocka_unit_test(creates_with_the_id_in_it), cmocka_unit_test(a_team_is_looked_up_by_its_exact_name), cmocka_unit_test(nobody_is_guessed),
		cmocka_unit_test(a_write_may_be_lost), cmocka_unit_test(an_id_that_was_not_kept_is_told), cmocka_unit_test(reads_one_by_id),
		cmocka_unit_test(an_update_leaves_the_assignment), cmocka_unit_test(notes_stay_text), cmocka_unit_test(a_file_is_measured),
		cmocka_unit_test(closes_only_what_is_ours), cmocka_unit_test(never_closes_the_one_that_stays),
		cmocka_unit_test(guards_against_fields_that_are_not_there), cmocka_unit_test(checks_say_what_is_so),
		cmocka_unit_test(basic_sign_in_has_an_end), cmocka_unit_test(shows_what_would_be_sent),
		cmocka_unit_test(long_lists_keep_within_the_limit), cmocka_unit_test(the_configuration_must_be_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
