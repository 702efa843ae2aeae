/* test_jira.c - tickets in Jira, Cloud and Data Center: searches in pages that lag, 204 without a body, workflows of all kinds. */
#include "tests/unit/ticket_desk.h"

#include "core/tickets/jira.h"

#define ID "rouse-1f0c9d2e4b5a"
#define LINES(script) script, sizeof(script) / sizeof *(script)
#define ISSUE(id, key, labels, category, description) "{\"id\":\"" id "\",\"key\":\"" key "\",\"fields\":{\"summary\":\"Title\",\"labels\":[" labels "]," \
	"\"status\":{\"name\":\"In Progress\",\"statusCategory\":{\"key\":\"" category "\"}},\"description\":" description ",\"project\":{\"key\":\"SEC\"}}}"
#define ADF "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"" ID " 2 hosts 9f86d081884c7d65\"}]}]}"
#define WIKI "\"h1. Head\\r\\n\\r\\n" ID " 2 hosts 9f86d081884c7d65\\r\\n\""
#define MINE ISSUE("10000", "SEC-24", "\"rouse\",\"" ID "\",\"team-windows-platform\"", "indeterminate", ADF)
#define DONE ISSUE("10001", "SEC-25", "\"" ID "\"", "done", "null")
#define STRANGER ISSUE("10002", "SEC-26", "\"rouse\",\"other\"", "new", "null")
#define EXTRA(category) ISSUE("10003", "SEC-27", "\"" ID "\"", category, "null")

static const char *const cloud[] = { "jira.kind=cloud", "jira.user=rouse@example.com", "jira.project=SEC", NULL };
static const char *const center[] = { "jira.kind=data-center", "jira.project=SEC", NULL };

static void open_desk(struct desk *desk, const struct loopback_line *script, size_t lines, const char *const *sets)
{
	setenv("ROUSE_JIRA_SECRET", "right-token~1", 1);
	desk_open(desk, "jira", script, lines, sets);
}

static const struct ticket_answer *find(struct desk *desk, bool closed)
{
	return desk_call(desk, &(struct ticket_call){ .verb = TICKET_FIND, .correlation = ID, .closed = closed });
}

static void finds_in_the_cloud_page_by_page(void **state)
{
	const struct loopback_line script[] = { OK("{\"issues\":[" DONE "],\"nextPageToken\":\"t\\\"1\",\"isLast\":false}"), OK("{\"issues\":[" MINE "],\"isLast\":true}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	const struct ticket_answer *answer = find(&desk, false);

	assert_int_equal(answer->outcome, TICKET_FINE);
	assert_int_equal(answer->records.count, 1);
	const struct ticket_record *record = &answer->records.items[0];

	assert_string_equal(record->id, "10000");
	assert_string_equal(record->number, "SEC-24");
	assert_string_equal(record->correlation, ID);
	assert_string_equal(record->state, "In Progress");
	assert_string_equal(record->team, "windows-platform");
	assert_string_equal(record->team_id, "team-windows-platform");
	assert_string_equal(record->mark, ID " 2 hosts 9f86d081884c7d65");
	has(record->url, "/browse/SEC-24");
	has(desk.server.asked[0], "POST /rest/api/3/search/jql HTTP");
	has(desk.server.asked[0], "{\"jql\":\"project = \\\"SEC\\\" AND labels = \\\"" ID "\\\" AND statusCategory != Done ORDER BY created ASC\"");
	has(desk.server.asked[0], "\"fields\":[\"summary\",\"status\",\"labels\",\"description\",\"project\"]");
	has(desk.server.asked[0], "Authorization: Basic cm91c2VAZXhhbXBsZS5jb206cmlnaHQtdG9rZW5+MQ==");
	has_not(desk.server.asked[0], "nextPageToken");
	has(desk.server.asked[1], "\"nextPageToken\":\"t\\\"1\"");
	desk_close(&desk);
}

static void finds_in_a_data_center_until_the_total(void **state)
{
	const struct loopback_line script[] = { OK("{\"startAt\":0,\"maxResults\":1,\"total\":2,\"issues\":[" DONE "]}"),
	                                        OK("{\"startAt\":1,\"maxResults\":1,\"total\":2,\"issues\":[" ISSUE("10000", "SEC-24", "\"" ID "\"", "new", WIKI) "]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), center);
	assert_int_equal(find(&desk, true)->records.count, 2);
	assert_false(desk.answer.records.items[0].open);
	assert_true(desk.answer.records.items[1].open);
	assert_string_equal(desk.answer.records.items[1].mark, ID " 2 hosts 9f86d081884c7d65");
	has(desk.server.asked[0], "POST /rest/api/2/search HTTP");
	has(desk.server.asked[0], "\"startAt\":0");
	has(desk.server.asked[0], "Authorization: Bearer right-token~1");
	has_not(desk.server.asked[0], "statusCategory");
	has(desk.server.asked[1], "\"startAt\":1");
	desk_close(&desk);
}

static void rows_are_checked(void **state)
{
	const struct loopback_line script[] = { OK("{\"issues\":[" STRANGER "," MINE "],\"isLast\":true}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	assert_int_equal(find(&desk, false)->records.count, 1);
	assert_string_equal(desk.answer.records.items[0].id, "10000");
	has(desk.answer.warning, "1 more issues that do not carry the label " ID);
	desk_close(&desk);
}

static void half_pages_are_none(void **state)
{
	const struct loopback_line of_cloud[] = {
		OK("{\"issues\":[" MINE), OK("{\"issues\":[null],\"isLast\":true}"), OK("{\"errorMessages\":[]}"), HTML("200 OK"),
		OK("{\"issues\":[" MINE "],\"isLast\":false}"),
		OK("{\"issues\":[],\"nextPageToken\":\"a\",\"isLast\":false}"), OK("{\"issues\":[],\"nextPageToken\":\"a\",\"isLast\":false}"),
	};
	const struct loopback_line of_center[] = { OK("{\"total\":2,\"issues\":[]}"), OK("{\"issues\":[]}") };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(of_cloud), cloud);
	for (int i = 0; i < 6; i++)
		assert_int_equal(find(&desk, false)->outcome, TICKET_UNAVAILABLE);
	assert_int_equal(desk.server.asked_count, 7);
	desk_close(&desk);
	open_desk(&desk, LINES(of_center), center);
	for (int i = 0; i < 2; i++)
		assert_int_equal(find(&desk, false)->outcome, TICKET_UNAVAILABLE);
	assert_int_equal(desk.server.asked_count, 2);
	desk_close(&desk);
}

static const struct ticket_answer *create(struct desk *desk, const char *team, const struct ticket_record *parent)
{
	struct draft draft;

	desk_draft(&draft, 2, team, "");
	desk_call(desk, &(struct ticket_call){ .verb = TICKET_CREATE, .draft = &draft, .parent = parent, .correlation = ID });
	draft_release(&draft);
	return &desk->answer;
}

static void creates_with_labels(void **state)
{
	const struct loopback_line script[] = { JSON("201 Created", "{\"id\":\"10000\",\"key\":\"SEC-24\",\"self\":\"https://x\"}"),
	                                        JSON("201 Created", "{\"id\":\"10004\",\"key\":\"SEC-28\",\"self\":\"https://x\"}"), OK("{\"issues\":[],\"isLast\":true}") };
	struct ticket_record parent = desk_record("10000", "SEC-24", ID);
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	assert_int_equal(create(&desk, "Windows  Platform\t(B\xc3\x9cRO)", NULL)->outcome, TICKET_FINE);
	assert_string_equal(desk.answer.records.items[0].id, "10000");
	assert_string_equal(desk.answer.records.items[0].number, "SEC-24");
	has(desk.server.asked[0], "POST /rest/api/3/issue HTTP");
	has(desk.server.asked[0], "{\"fields\":{\"project\":{\"key\":\"SEC\"},\"issuetype\":{\"name\":\"Task\"},\"summary\":\"Defender \\\"passive\\\": 2 servers\","
	                          "\"description\":{\"type\":\"doc\",\"version\":1,");
	has(desk.server.asked[0], ",\"labels\":[\"" ID "\",\"rouse\",\"team-windows-platform-(b\xc3\xbcro)\"]}}");
	assert_int_equal(create(&desk, "", &parent)->outcome, TICKET_FINE);
	has(desk.server.asked[1], "\"issuetype\":{\"name\":\"Sub-task\"},\"parent\":{\"id\":\"10000\"},");
	has(desk.server.asked[1], ",\"labels\":[\"" ID "\",\"rouse\"]}}");
	/* What was made is given along, so that a lagging search shows it. */
	find(&desk, false);
	has(desk.server.asked[2], "\"reconcileIssues\":[10000,10004]");
	ticket_record_release(&parent);
	desk_close(&desk);
}

static void a_write_may_be_lost(void **state)
{
	const struct loopback_line script[] = {
		LOST, JSON("201 Created", "{\"id\":\"10000\""), JSON("201 Created", "{\"self\":\"x\"}"), HTML("200 OK"), JSON("500 Internal Server Error", "{}"),
		JSON("400 Bad Request", "{\"errorMessages\":[],\"errors\":{\"labels\":\"Field 'labels' cannot be set. It is not on the appropriate screen.\"}}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	for (int i = 0; i < 5; i++)
		if (create(&desk, "", NULL)->outcome != TICKET_LOST)
			fail_msg("%d: %d %s", i, (int)desk.answer.outcome, desk.answer.why);
	assert_int_equal(create(&desk, "", NULL)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "Field 'labels' cannot be set");
	has(desk.answer.why, "the create screen of Task must have summary, description and labels");
	assert_int_equal(desk.server.asked_count, 6);
	desk_close(&desk);
}

static void an_update_has_no_body_to_read(void **state)
{
	const struct loopback_line script[] = { EMPTY("204 No Content") };
	struct ticket_record record = desk_record("10000", "SEC-24", ID);
	struct draft draft;
	struct desk desk;

	(void)state;
	desk_draft(&draft, 2, "Other", "");
	open_desk(&desk, LINES(script), center);
	assert_int_equal(desk_call(&desk, &(struct ticket_call){ .verb = TICKET_UPDATE, .record = &record, .draft = &draft })->outcome, TICKET_FINE);
	has(desk.server.asked[0], "PUT /rest/api/2/issue/10000 HTTP");
	has(desk.server.asked[0], "{\"fields\":{\"summary\":\"");
	has(desk.server.asked[0], "\"description\":\"");
	has_not(desk.server.asked[0], "labels");
	draft_release(&draft);
	ticket_record_release(&record);
	desk_close(&desk);
}

static void reads_what_is_there(void **state)
{
	const struct loopback_line script[] = {
		OK(MINE), JSON("404 Not Found", "{\"errorMessages\":[\"Issue does not exist\"],\"errors\":{}}"), OK(STRANGER),
		OK(ISSUE("10000", "OPS-1", "\"rouse-aaaaaaaaaaaa\",\"rouse-not-ours\"", "new", "null")), OK(ISSUE("10000", "SEC-24", "", "new", "null")),
	};
	struct ticket_record record = desk_record("10000", "SEC-24", "");
	const struct ticket_call call = { .verb = TICKET_READ, .record = &record, .correlation = ID };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	assert_string_equal(desk_call(&desk, &call)->records.items[0].correlation, ID);
	has(desk.server.asked[0], "GET /rest/api/3/issue/10000?fields=summary%2Cstatus%2Clabels");
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 0);
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_UNAVAILABLE);
	/* Moved to another project, and relabelled: as it is. */
	assert_string_equal(desk_call(&desk, &call)->records.items[0].correlation, "rouse-aaaaaaaaaaaa");
	assert_int_equal(desk.answer.records.count, 1);
	assert_string_equal(desk_call(&desk, &call)->records.items[0].correlation, "");
	assert_string_equal(desk.answer.records.items[0].mark, "");
	ticket_record_release(&record);
	desk_close(&desk);
}

/* The label has no capitals; the name of the team that was meant is said as it is. */
static void a_team_keeps_its_name(void **state)
{
	const struct loopback_line script[] = { JSON("201 Created", "{\"id\":\"10000\",\"key\":\"SEC-24\"}"), OK(MINE) };
	struct ticket_record record = desk_record("10000", "SEC-24", ID);
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	create(&desk, "Windows Platform", NULL);
	assert_string_equal(desk_call(&desk, &(struct ticket_call){ .verb = TICKET_READ, .record = &record })->records.items[0].team, "Windows Platform");
	ticket_record_release(&record);
	desk_close(&desk);
}

static void notes_are_internal(void **state)
{
	const struct loopback_line script[] = { JSON("201 Created", "{\"id\":\"1\"}"), JSON("201 Created", "{\"id\":\"1\"}") };
	struct ticket_record record = desk_record("10000", "SEC-24", ID);
	struct doc note = {0};
	const struct ticket_call call = { .verb = TICKET_NOTE, .record = &record, .note = &note };
	struct desk desk;

	(void)state;
	doc_begin(&note, DOC_TEXT, 0);
	doc_say(&note, slice_of("new: {panel}a"));
	open_desk(&desk, LINES(script), cloud);
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	has(desk.server.asked[0], "POST /rest/api/3/issue/10000/comment HTTP");
	has(desk.server.asked[0], "{\"body\":{\"type\":\"doc\",");
	has(desk.server.asked[0], "\"properties\":[{\"key\":\"sd.public.comment\",\"value\":{\"internal\":true}}]}");
	desk_close(&desk);
	open_desk(&desk, LINES(script), center);
	assert_int_equal(desk_call(&desk, &call)->outcome, TICKET_FINE);
	has(desk.server.asked[0], "{\"body\":\"new: \\\\{panel");
	doc_release(&note);
	ticket_record_release(&record);
	desk_close(&desk);
}

static void a_file_is_one_part(void **state)
{
	const struct loopback_line script[] = { OK("[{\"id\":\"1\",\"filename\":\"x\",\"size\":7}]"), OK("[{\"id\":\"1\",\"size\":3}]"), OK("{}") };
	struct ticket_record record = desk_record("10000", "SEC-24", ID);
	const struct ticket_call call = { .verb = TICKET_ATTACH, .record = &record, .file_name = "a\"\r\nX: y.csv", .file = { "a,b\nc,d", 7 } };
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	assert_string_equal(desk_call(&desk, &call)->warning, "");
	has(desk.server.asked[0], "POST /rest/api/3/issue/10000/attachments HTTP");
	has(desk.server.asked[0], "X-Atlassian-Token: no-check\r\n");
	has(desk.server.asked[0], "Content-Type: multipart/form-data; boundary=rouse-");
	has(desk.server.asked[0], "name=\"file\"; filename=\"a___X__y.csv\"\r\nContent-Type: text/csv; charset=utf-8\r\n\r\na,b\nc,d\r\n--rouse-");
	has(desk_call(&desk, &call)->warning, "another number of bytes than the 7");
	has(desk_call(&desk, &call)->warning, "does not say whether");
	ticket_record_release(&record);
	desk_close(&desk);
}

static const struct ticket_answer *close_extra(struct desk *desk)
{
	struct ticket_record extra = desk_record("10003", "SEC-27", ID), kept = desk_record("10000", "SEC-24", ID);

	desk_call(desk, &(struct ticket_call){ .verb = TICKET_CLOSE, .record = &extra, .into = &kept, .correlation = ID });
	ticket_record_release(&extra);
	ticket_record_release(&kept);
	return &desk->answer;
}

#define TO(id, name, category, fields) "{\"id\":\"" id "\",\"name\":\"" name "\",\"to\":{\"name\":\"x\",\"statusCategory\":{\"key\":\"" category "\"}},\"fields\":{" fields "}}"
#define RESOLUTION "\"resolution\":{\"required\":true,\"allowedValues\":[{\"name\":\"Fixed\"},{\"name\":\"Duplicate\"}]}"

static void closes_by_a_transition_that_ends_work(void **state)
{
	const struct loopback_line script[] = {
		OK(EXTRA("new")),
		OK("{\"transitions\":[" TO("11", "Start", "indeterminate", "") "," TO("21", "Done", "done", "") "," TO("31", "Close as Duplicate", "done", RESOLUTION) ","
		   TO("41", "Duplicate, signed", "done", "\"signature\":{\"required\":true}") "," TO("51", "Done, again", "done", "") "]}"),
		EMPTY("204 No Content"), OK(EXTRA("done")), JSON("201 Created", "{\"id\":\"1\"}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	if (close_extra(&desk)->outcome != TICKET_FINE)
		fail_msg("%s", desk.answer.why);
	assert_string_equal(desk.answer.warning, "");
	has(desk.server.asked[1], "GET /rest/api/3/issue/10003/transitions?expand=transitions.fields");
	has(desk.server.asked[2], "{\"transition\":{\"id\":\"31\"},\"fields\":{\"resolution\":{\"name\":\"Duplicate\"}}}");
	has(desk.server.asked[4], "/issue/10003/comment");
	has(desk.server.asked[4], "SEC-24 is the one that is kept up to date");
	desk_close(&desk);
}

static void what_cannot_be_closed_is_told(void **state)
{
	const struct loopback_line script[] = {
		OK(EXTRA("new")), OK("{\"transitions\":[" TO("11", "Start", "indeterminate", "") "," TO("41", "Sign", "done", "\"s\":{\"required\":true}") "]}"),
		OK(EXTRA("new")), OK("{\"transitions\":[" TO("21", "Done", "done", "") "]}"), EMPTY("204 No Content"), OK(EXTRA("new")),
		OK(EXTRA("done")),
		OK(ISSUE("10003", "SEC-27", "\"rouse\"", "new", "null")),
		OK(EXTRA("new")), OK("{\"transitions\":[" TO("21", "Done", "done", "") "]}"), EMPTY("204 No Content"), OK(EXTRA("done")), JSON("403 Forbidden", "{}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	assert_int_equal(close_extra(&desk)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "close it by hand as a duplicate of SEC-24");
	assert_int_equal(desk.server.asked_count, 2);
	/* It says 204 and stays open. */
	assert_int_equal(close_extra(&desk)->outcome, TICKET_LOST);
	has(desk.answer.why, "close it by hand");
	/* Closed already, and not ours. */
	assert_int_equal(close_extra(&desk)->outcome, TICKET_FINE);
	assert_int_equal(close_extra(&desk)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "does not carry the label");
	assert_int_equal(desk.server.asked_count, 8);
	assert_int_equal(close_extra(&desk)->outcome, TICKET_FINE);
	has(desk.answer.warning, "took no comment");
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

#define RIGHTS(create) "{\"permissions\":{\"BROWSE_PROJECTS\":{\"havePermission\":true},\"CREATE_ISSUES\":{\"havePermission\":" create "}}}"

static void guards_rights_and_search(void **state)
{
	const struct loopback_line script[] = {
		OK(RIGHTS("false")),
		OK(RIGHTS("true")), OK("{\"issues\":[" STRANGER "],\"isLast\":true}"),
		OK(RIGHTS("true")), OK("{\"issues\":[],\"isLast\":true}"),
		JSON("404 Not Found", "{\"errorMessages\":[\"No project could be found with key 'SEC'.\"]}"),
	};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	assert_int_equal(guard(&desk)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "lacks the right CREATE_ISSUES in the project SEC");
	has(desk.server.asked[0], "GET /rest/api/3/mypermissions?projectKey=SEC&permissions=BROWSE_PROJECTS,CREATE_ISSUES,");
	assert_int_equal(guard(&desk)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "a label that nobody has");
	assert_int_equal(guard(&desk)->outcome, TICKET_FINE);
	assert_int_equal(guard(&desk)->outcome, TICKET_REFUSED);
	has(desk.answer.why, "No project could be found");
	desk_close(&desk);
}

static void checks_the_create_screen(void **state)
{
	const struct loopback_line script[] = {
		OK("{\"displayName\":\"rouse \\u001b[31m\"}"), OK(RIGHTS("true")), OK("{\"issues\":[],\"isLast\":true}"),
		OK("{\"issueTypes\":[{\"id\":\"1\",\"name\":\"Bug\"},{\"id\":\"7\",\"name\":\"Task\"}],\"total\":2}"),
		OK("{\"fields\":[{\"fieldId\":\"summary\",\"required\":true},{\"fieldId\":\"labels\",\"required\":false},"
		   "{\"fieldId\":\"priority\",\"required\":true,\"hasDefaultValue\":true},{\"fieldId\":\"customfield_1\",\"required\":true,\"hasDefaultValue\":false}]}"),
		OK("{\"displayName\":\"rouse\"}"), OK(RIGHTS("false")), OK("{\"issues\":[],\"isLast\":true}"), OK("{\"issueTypes\":[]}"),
	};
	struct checks checks = {0};
	struct desk desk;

	(void)state;
	open_desk(&desk, LINES(script), cloud);
	desk_call(&desk, &(struct ticket_call){ .verb = TICKET_CHECK, .checks = &checks });
	assert_int_equal(desk.answer.outcome, TICKET_FINE);
	assert_int_equal(checks.count, 5);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(checks.items[i].level, CHECK_OK);
	has(desk.server.asked[4], "GET /rest/api/3/issue/createmeta/SEC/issuetypes/7?");
	assert_int_equal(checks.items[4].level, CHECK_FAILURE);
	has(checks.items[4].text, "need fields that rouse does not know: customfield_1.");
	desk_call(&desk, &(struct ticket_call){ .verb = TICKET_CHECK, .checks = &checks });
	assert_int_equal(checks.count, 9);
	assert_int_equal(checks.items[6].level, CHECK_FAILURE);
	assert_int_equal(checks.items[8].level, CHECK_FAILURE);
	has(checks.items[8].text, "no type Task");
	checks_release(&checks);
	desk_close(&desk);
}

static void shows_what_would_be_sent(void **state)
{
	struct strbuf out = STRBUF_INIT(1 << 20);
	struct draft draft;
	struct desk desk;

	(void)state;
	desk_draft(&draft, 1, "SQL", "");
	open_desk(&desk, NULL, 0, cloud);
	desk.tickets->ops->show(desk.tickets, &(struct ticket_call){ .verb = TICKET_CREATE, .draft = &draft }, &out);
	has(strbuf_text(&out), "POST http://127.0.0.1:");
	has(strbuf_text(&out), "\"team-sql\"");
	has_not(strbuf_text(&out), "right-token");
	strbuf_clear(&out);
	desk.tickets->ops->target(desk.tickets, &out);
	assert_string_equal(strbuf_text(&out), "Jira Cloud 127.0.0.1, project SEC, as rouse@example.com");
	strbuf_release(&out);
	draft_release(&draft);
	desk_close(&desk);
}

static void refuse(const char *part, const char *const *sets)
{
	struct tickets *tickets = NULL;
	struct desk desk = {0};
	size_t count = 0;

	snprintf(desk.path, sizeof desk.path, "/tmp/rouse-desk-XXXXXX");
	int fd = mkstemp(desk.path);

	assert_true(fd >= 0);
	close(fd);
	while (sets[count])
		count++;
	assert_int_equal(config_load(&desk.config, desk.path, sets, count, &desk.err), 0);
	assert_int_equal(tickets_jira.make(&tickets, desk.config, NULL, &desk.err), -1);
	assert_int_equal(desk.err.status, STATUS_CONFIG);
	has(desk.err.text, part);
	config_free(&desk.config);
	unlink(desk.path);
}

static void the_configuration_must_be_whole(void **state)
{
	(void)state;
	refuse("jira.url is not set", (const char *const[]){ "jira.project=SEC", NULL });
	refuse("jira.project is not set", (const char *const[]){ "jira.url=https://x.atlassian.net", NULL });
	refuse("jira.project is no key", (const char *const[]){ "jira.url=https://x.atlassian.net", "jira.project=SEC\" OR x", NULL });
	refuse("jira.user is not set", (const char *const[]){ "jira.url=https://X.Atlassian.Net", "jira.project=SEC", NULL });
	refuse("jira.url", (const char *const[]){ "jira.url=http://jira.example.com", "jira.project=SEC", NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_in_the_cloud_page_by_page), cmocka_unit_test(finds_in_a_data_center_until_the_total), cmocka_unit_test(rows_are_checked),
		cmocka_unit_test(half_pages_are_none), cmocka_unit_test(creates_with_labels), cmocka_unit_test(a_write_may_be_lost),
		cmocka_unit_test(an_update_has_no_body_to_read), cmocka_unit_test(reads_what_is_there), cmocka_unit_test(a_team_keeps_its_name),
		cmocka_unit_test(notes_are_internal), cmocka_unit_test(a_file_is_one_part), cmocka_unit_test(closes_by_a_transition_that_ends_work),
		cmocka_unit_test(what_cannot_be_closed_is_told), cmocka_unit_test(guards_rights_and_search), cmocka_unit_test(checks_the_create_screen),
		cmocka_unit_test(shows_what_would_be_sent), cmocka_unit_test(the_configuration_must_be_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
