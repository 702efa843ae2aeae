/* test_servicenow_owners.c - owners from ServiceNow's CMDB: batches, what is not served, not whole, or was not asked for. */
#include "tests/unit/ticket_desk.h"

#include "core/owners/servicenow.h"

#define LINES(script) script, sizeof(script) / sizeof *(script)
#define HOSTS_MAX 64
#define ANSWERS_MAX 16

/* Answers that are made while the test runs. */
struct cmdb_scene {
	struct desk desk;
	struct owner_source *source;
	struct slice hosts[HOSTS_MAX];
	size_t host_count;
	struct owner_asking asking;
	struct loopback_line script[ANSWERS_MAX];
	char *answers[ANSWERS_MAX];   /* owned */
	size_t lines;
	struct error err;
};

/* What the first question brings: a row with every field. */
#define SEEN "{\"result\":[{\"sys_id\":\"1\",\"name\":\"a\",\"fqdn\":\"\",\"operational_status\":\"1\",\"support_group\":\"\"," \
	"\"assignment_group\":\"\",\"managed_by_group\":\"\",\"u_patch_group\":\"\"}]}"

static const char *const by_key[] = { "servicenow.sign_in=api-key", NULL };

static void to_base64(const char *text, struct strbuf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i += 3) {
		unsigned bits = (unsigned)(unsigned char)text[i] << 16;

		bits |= i + 1 < len ? (unsigned)(unsigned char)text[i + 1] << 8 : 0;
		bits |= i + 2 < len ? (unsigned char)text[i + 2] : 0;
		for (unsigned k = 0; k < 4; k++)
			strbuf_addc(out, i + k > len ? '=' : digits[bits >> (18 - 6 * k) & 63]);
		if (i % 57 == 54)
			strbuf_adds(out, "\\r\\n");
	}
}

static void add_answer(struct cmdb_scene *scene, const char *status, const char *headers, const char *body)
{
	struct strbuf text = STRBUF_INIT(1 << 20);

	assert_true(scene->lines < ANSWERS_MAX);
	strbuf_addf(&text, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nConnection: close\r\n%s\r\n%s", status, headers, body);
	scene->answers[scene->lines] = text.buf;
	scene->script[scene->lines] = (struct loopback_line){ text.buf, true };
	scene->lines++;
}

/* `served` are pairs of status and body, ended by NULL; with an X-Total-Count where the status is `200/7`. */
static void add_batch(struct cmdb_scene *scene, const char *unserved, const char *const *served)
{
	struct strbuf text = STRBUF_INIT(1 << 20);

	strbuf_adds(&text, "{\"batch_request_id\":\"1\",\"serviced_requests\":[");
	for (size_t i = 0; served[2 * i]; i++) {
		const char *slash = strchr(served[2 * i], '/');

		strbuf_addf(&text, "%s{\"id\":\"%zu\",\"status_code\":%.3s,\"headers\":[{\"name\":\"x-total-count\",\"value\":\"%s\"}],\"body\":\"", i ? "," : "", i,
		            served[2 * i], slash ? slash + 1 : "?");
		to_base64(served[2 * i + 1], &text);
		strbuf_adds(&text, "\"}");
	}
	strbuf_addf(&text, "],\"unserviced_requests\":[%s]}", unserved);
	add_answer(scene, "200 OK", "", strbuf_text(&text));
	strbuf_release(&text);
}

static void open_scene(struct cmdb_scene *scene, const char *const *sets, const char *const *hosts)
{
	*scene = (struct cmdb_scene){ .lines = 0 };
	for (; hosts && hosts[scene->host_count]; scene->host_count++)
		scene->hosts[scene->host_count] = slice_of(hosts[scene->host_count]);
	if (hosts)
		add_answer(scene, "200 OK", "", SEEN);
	setenv("ROUSE_SERVICENOW_SECRET", "right-key~1", 1);
	desk_open(&scene->desk, "servicenow", scene->script, ANSWERS_MAX, sets);
	if (owners_named("servicenow")->make(&scene->source, scene->desk.config, scene->desk.talk, &scene->err))
		fail_msg("%s", scene->err.text);
}

static enum step move(struct cmdb_scene *scene)
{
	enum step step;

	while ((step = scene->source->ops->step(scene->source, 5, &scene->err)) == STEP_MORE || step == STEP_WAIT) {
		struct strbuf waiting = STRBUF_INIT(400);

		loopback_step(&scene->desk.server);
		scene->source->ops->waiting(scene->source, &waiting);
		if (waiting.len)
			desk_now += 50;
		else if (step == STEP_WAIT)
			talk_wait(scene->desk.talk, NULL, 0, 5);
		strbuf_release(&waiting);
	}
	return step;
}

static enum step ask(struct cmdb_scene *scene)
{
	assert_int_equal(scene->source->ops->begin(scene->source, scene->hosts, scene->host_count, &scene->asking, &scene->err), 0);
	return move(scene);
}

static void close_scene(struct cmdb_scene *scene)
{
	owner_asking_release(&scene->asking);
	scene->source->ops->free(scene->source);
	desk_close(&scene->desk);
	for (size_t i = 0; i < scene->lines; i++)
		free(scene->answers[i]);
}

/* What becomes of host i when its records are matched. */
static void judge(struct cmdb_scene *scene, size_t i, enum owner_state state, const char *team, const char *field)
{
	struct owner_index index = {0};
	struct owner owner;

	owner_init(&owner);
	owner_index_build(&index, &scene->asking.records);
	assert_true(scene->asking.asked[i]);
	owner_match(&index, scene->hosts[i], 1, &owner);
	assert_string_equal(owner_state_names[owner.state], owner_state_names[state]);
	assert_string_equal(owner.team, team);
	assert_string_equal(owner.field, field);
	owner_release(&owner);
	owner_index_release(&index);
}

#define ROW(id, name, fqdn, more) "{\"sys_id\":\"" id "\",\"name\":\"" name "\",\"fqdn\":\"" fqdn "\"," more "}"
#define NO_TEAM "\"support_group\":\"\",\"assignment_group\":\"\",\"managed_by_group\":\"\""
#define TEAM(field, id, name) "\"" field "\":\"" id "\",\"" field ".name\":\"" name "\",\"" field ".email\":\"x@example.com\",\"operational_status\":\"1\""

static void asks_in_one_batch(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", "SRV-B", "srv-c.corp.example", "srv-d.corp.example", "a^b", "odd name", NULL };
	static const char *const served[] = { "200/3",
		"{\"result\":[" ROW("1", "SRV-A", "", TEAM("support_group", "99", "Windows Platform")) ","
		ROW("2", "srv-b.corp.example ", "", "\"support_group\":\"\",\"assignment_group\":{\"link\":\"https://x\",\"value\":\"77\"},\"assignment_group.name\":\"SQL\"") ","
		ROW("3", "srv-c", "srv-c.corp.example", NO_TEAM) "]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	const char *asked = scene.desk.server.asked[1];

	has(asked, "POST /api/now/v1/batch HTTP");
	has(asked, "x-sn-apikey: right-key~1");
	has(asked, "\"method\":\"GET\"");
	has(asked, "\"url\":\"/api/now/table/cmdb_ci_server?sysparm_fields=sys_id,name,fqdn,operational_status,support_group,support_group.name,");
	has(asked, "&sysparm_exclude_reference_link=true&sysparm_limit=500&sysparm_query=nameINsrv-a,SRV-A,srv-a.corp.example,SRV-A.CORP.EXAMPLE,SRV-B,srv-b,");
	has(asked, "%5EORfqdnINsrv-a.corp.example,SRV-A.CORP.EXAMPLE,");
	has(asked, "%5EORnameSTARTSWITHSRV-B.%5EORnameSTARTSWITHsrv-b.%5EORfqdnSTARTSWITHSRV-B.");
	has(asked, "%5EORDERBYsys_id\"");
	assert_int_equal(scene.asking.requests, 2);
	assert_int_equal(scene.asking.answered, 6);
	judge(&scene, 0, OWNER_OWNED, "Windows Platform", "support_group");
	judge(&scene, 1, OWNER_OWNED, "SQL", "assignment_group");
	judge(&scene, 2, OWNER_UNOWNED, "", "");
	judge(&scene, 3, OWNER_UNKNOWN, "", "");
	assert_string_equal(scene.asking.records.items[0].team_id, "99");
	assert_string_equal(scene.asking.records.items[0].contact, "x@example.com");
	assert_string_equal(scene.asking.records.items[1].team_id, "77");
	assert_false(scene.asking.asked[4]);
	assert_false(scene.asking.asked[5]);
	assert_int_equal(scene.asking.complaint_count, 1);
	has(scene.asking.complaints[0], "2 hosts cannot be asked for in ServiceNow");
	close_scene(&scene);
}

static void hosts_keep_their_places(void **state)
{
	static const char *const hosts[] = { "odd name", "srv-\xc3\xa4.corp.example", "srv-a.corp.example", NULL };
	static const char *const served[] = { "200/1", "{\"result\":[" ROW("1", "srv-a", "", TEAM("support_group", "9", "New")) "]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	assert_false(scene.asking.asked[0]);
	judge(&scene, 1, OWNER_UNKNOWN, "", "");
	judge(&scene, 2, OWNER_OWNED, "New", "support_group");
	close_scene(&scene);
}

static void retired_ones_and_doubles(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", "srv-b.corp.example", NULL };
	static const char *const served[] = { "200/5",
		"{\"result\":[" ROW("1", "srv-a", "", "\"operational_status\":\"6\",\"support_group\":\"8\",\"support_group.name\":\"Old\"") ","
		ROW("2", "srv-a", "", TEAM("support_group", "9", "New")) "," ROW("2", "srv-a", "", TEAM("support_group", "9", "New")) ","
		ROW("3", "srv-b", "", TEAM("support_group", "9", "New")) "," ROW("4", "SRV-B", "", TEAM("support_group", "7", "Other")) "]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	assert_int_equal(scene.asking.records.count, 4);
	judge(&scene, 0, OWNER_OWNED, "New", "support_group");
	judge(&scene, 1, OWNER_AMBIGUOUS, "", "");
	close_scene(&scene);
}

static void other_servers_are_not_believed(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", NULL };
	static const char *const served[] = { "200", "{\"result\":[" ROW("1", "srv-a", "", NO_TEAM) "," ROW("2", "another", "", NO_TEAM) "]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_CONFIG);
	has(scene.err.text, "ignored the conditions on name and fqdn of cmdb_ci_server");
	assert_false(scene.asking.asked[0]);
	close_scene(&scene);
}

/* A database takes o-umlaut for o. */
static void letters_beyond_ascii_are_asked_for(void **state)
{
	static const char *const hosts[] = { "srv-b\xc3\xbcro.corp.example", NULL };
	static const char *const served[] = { "200/2", "{\"result\":[" ROW("1", "SRV-BURO", "", NO_TEAM) ","
		ROW("2", "SRV-B\xc3\x9cRO", "", TEAM("support_group", "9", "New")) "]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	has(scene.desk.server.asked[1], "nameINsrv-b%C3%BCro,SRV-B%C3%9CRO,");
	judge(&scene, 0, OWNER_OWNED, "New", "support_group");
	assert_int_equal(scene.asking.records.count, 1);
	close_scene(&scene);
}

static void what_was_not_served_is_asked_again(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", NULL };
	static const char *const none[] = { NULL };
	static const char *const served[] = { "200/0", "{\"result\":[]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "\"0\"", none);
	add_answer(&scene, "200 OK", "", "{\"batch_request_id\":\"1\",\"serviced_requests\":[{\"id\":");
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	judge(&scene, 0, OWNER_UNKNOWN, "", "");
	assert_int_equal(scene.asking.requests, 4);
	close_scene(&scene);
}

static void no_batch_api_is_no_end(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", "srv-b.corp.example", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_answer(&scene, "404 Not Found", "", "{\"error\":{\"message\":\"Requested URI does not represent any resource\",\"detail\":null},\"status\":\"failure\"}");
	add_answer(&scene, "200 OK", "X-Total-Count: 1\r\n", "{\"result\":[" ROW("1", "srv-a", "", TEAM("support_group", "9", "New")) "]}");
	assert_int_equal(ask(&scene), STEP_DONE);
	has(scene.desk.server.asked[2], "GET /api/now/table/cmdb_ci_server?sysparm_fields=");
	judge(&scene, 0, OWNER_OWNED, "New", "support_group");
	judge(&scene, 1, OWNER_UNKNOWN, "", "");
	close_scene(&scene);
}

static void rows_kept_back_are_found_out(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", "srv-b.corp.example", NULL };
	static const char *const first[] = { "200/2", "{\"result\":[" ROW("1", "srv-a", "", TEAM("support_group", "9", "New")) "]}", NULL };
	static const char *const halves[] = { "200/1", "{\"result\":[" ROW("1", "srv-a", "", TEAM("support_group", "9", "New")) "]}", "200/1", "{\"result\":[]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", first);
	add_batch(&scene, "", halves);
	assert_int_equal(ask(&scene), STEP_DONE);
	judge(&scene, 0, OWNER_OWNED, "New", "support_group");
	assert_false(scene.asking.asked[1]);
	assert_int_equal(scene.asking.complaint_count, 1);
	has(scene.asking.complaints[0], "no whole answer for srv-b.corp.example: it keeps rows back");
	assert_int_equal(scene.asking.answered, 2);
	close_scene(&scene);
}

static void half_answers_are_none(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", NULL };
	static const char *const bodies[] = {
		"{\"result\":[" ROW("1", "srv-a", "", NO_TEAM) "],\"error\":{\"message\":\"Transaction cancelled\",\"detail\":null},\"status\":\"failure\"}",
		"{\"result\":[", "{\"result\":[{\"sys_id\":\"1\"}]}", "{\"result\":[" ROW("", "srv-a", "", NO_TEAM) "]}", "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		const char *const served[] = { "200", bodies[i], NULL };
		struct cmdb_scene scene;

		open_scene(&scene, by_key, hosts);
		add_batch(&scene, "", served);
		assert_int_equal(ask(&scene), STEP_DONE);
		assert_false(scene.asking.asked[0]);
		assert_int_equal(scene.asking.complaint_count, 1);
		has(scene.asking.complaints[0], "no whole answer for srv-a.corp.example");
		close_scene(&scene);
	}
}

static void refusals_end_it(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", NULL };
	static const char *const served[] = { "403", "{\"error\":{\"message\":\"Insufficient rights to query records\",\"detail\":null},\"status\":\"failure\"}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_NO_PERMISSION);
	has(scene.err.text, "refuses to show cmdb_ci_server (403)");
	close_scene(&scene);
	open_scene(&scene, by_key, hosts);
	add_answer(&scene, "401 Unauthorized", "", "{\"error\":{\"message\":\"User Not Authenticated\",\"detail\":null},\"status\":\"failure\"}");
	assert_int_equal(ask(&scene), STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_NO_PERMISSION);
	assert_int_equal(scene.desk.server.asked_count, 2);
	close_scene(&scene);
}

/* Rights on rows and fields take them away in silence: nothing of that may look like a host without an owner. */
static void a_table_that_cannot_be_seen_is_no_answer(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", NULL };
	static const struct { const char *status, *body, *says; enum status code; } cases[] = {
		{ "200 OK", "{\"result\":[]}", "no row of cmdb_ci_server", STATUS_NO_PERMISSION },
		{ "200 OK", "{\"result\":[{\"sys_id\":\"1\",\"name\":\"a\",\"fqdn\":\"\",\"operational_status\":\"1\",\"support_group\":\"\"}]}",
		  "no field assignment_group, managed_by_group that", STATUS_CONFIG },
		{ "400 Bad Request", "{\"error\":{\"message\":\"Invalid table nonsense\",\"detail\":null},\"status\":\"failure\"}", "Invalid table nonsense",
		  STATUS_FAILED },
		{ "200 OK", "{\"result\":[", "breaks off", STATUS_UNAVAILABLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cmdb_scene scene;

		open_scene(&scene, by_key, NULL);
		scene.hosts[scene.host_count++] = slice_of(hosts[0]);
		add_answer(&scene, cases[i].status, "", cases[i].body);
		assert_int_equal(ask(&scene), STEP_FAILED);
		has(scene.err.text, cases[i].says);
		assert_int_equal(scene.err.status, cases[i].code);
		assert_false(scene.asking.asked[0]);
		assert_int_equal(scene.desk.server.asked_count, 1);
		close_scene(&scene);
	}
}

static void a_page_in_between_is_asked_again(void **state)
{
	static const char *const hosts[] = { "srv-a.corp.example", NULL };
	static const char *const served[] = { "200/0", "{\"result\":[]}", NULL };
	static const struct loopback_line page = HTML("200 OK");
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, hosts);
	scene.script[scene.lines++] = page;
	add_answer(&scene, "500 Internal Server Error", "", "{\"error\":{\"message\":\"Transaction cancelled\",\"detail\":null},\"status\":\"failure\"}");
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	judge(&scene, 0, OWNER_UNKNOWN, "", "");
	close_scene(&scene);
}

static void fields_are_asked_in_their_order(void **state)
{
	static const char *const sets[] = { "servicenow.sign_in=api-key", "servicenow.group_field=u_patch_group", "servicenow.group_field=support_group",
	                                    "servicenow.cmdb_table=cmdb_ci_win_server", NULL };
	static const char *const hosts[] = { "srv-a.corp.example", "srv-b.corp.example", NULL };
	static const char *const served[] = { "200/2",
		"{\"result\":[" ROW("1", "srv-a", "", "\"u_patch_group\":\"5\",\"u_patch_group.name\":\"Patch\",\"support_group\":\"6\",\"support_group.name\":\"Support\"") ","
		ROW("2", "srv-b", "", "\"u_patch_group\":\"\",\"support_group\":\"66\"") "]}", NULL };
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, sets, hosts);
	add_batch(&scene, "", served);
	assert_int_equal(ask(&scene), STEP_DONE);
	has(scene.desk.server.asked[1], "/api/now/table/cmdb_ci_win_server?");
	judge(&scene, 0, OWNER_OWNED, "Patch", "u_patch_group");
	/* A group whose name may not be read is still somebody. */
	judge(&scene, 1, OWNER_OWNED, "66", "support_group");
	has(scene.asking.complaints[0], "by its sys_id alone");
	close_scene(&scene);
}

static void base64_is_decoded(void **state)
{
	static const struct { const char *digits, *text; } good[] = { { "", "" }, { "YQ==", "a" }, { "YWI=", "ab" }, { "YWJj", "abc" }, { "YW\r\n J j", "abc" }, { "/+8=", "\xff\xef" } };
	static const char *const bad[] = { "Y", "YQ==YQ==", "Y*==", "YQ===", "YWJj\x01" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct strbuf out = STRBUF_INIT(100);

		assert_true(cmdb_base64(slice_of(good[i].digits), &out));
		assert_string_equal(strbuf_text(&out), good[i].text);
		strbuf_release(&out);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct strbuf out = STRBUF_INIT(100);

		assert_false(cmdb_base64(slice_of(bad[i]), &out));
		strbuf_release(&out);
	}
}

static void checks_say_what_is_so(void **state)
{
	static const char *const served[] = { "200", "{\"result\":[]}", NULL };
	struct checks checks = {0};
	struct cmdb_scene scene;

	(void)state;
	open_scene(&scene, by_key, NULL);
	add_answer(&scene, "200 OK", "", "{\"result\":[{\"sys_id\":\"1\",\"name\":\"a\",\"fqdn\":\"\",\"operational_status\":\"1\",\"support_group\":\"\",\"managed_by_group\":\"\"}]}");
	add_answer(&scene, "200 OK", "", "{\"result\":[{\"sys_id\":\"1\",\"name\":\"a\"}]}");
	add_batch(&scene, "", served);
	assert_int_equal(scene.source->ops->check(scene.source, &checks, &scene.err), 0);
	assert_int_equal(move(&scene), STEP_DONE);
	assert_int_equal(checks.count, 4);
	assert_int_equal(checks.items[0].level, CHECK_OK);
	assert_int_equal(checks.items[1].level, CHECK_FAILURE);
	has(checks.items[1].text, "no field assignment_group that");
	assert_int_equal(checks.items[2].level, CHECK_FAILURE);
	has(checks.items[2].text, "are ignored");
	assert_int_equal(checks.items[3].level, CHECK_OK);
	checks_release(&checks);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_in_one_batch), cmocka_unit_test(hosts_keep_their_places), cmocka_unit_test(retired_ones_and_doubles), cmocka_unit_test(other_servers_are_not_believed),
		cmocka_unit_test(letters_beyond_ascii_are_asked_for), cmocka_unit_test(what_was_not_served_is_asked_again),
		cmocka_unit_test(no_batch_api_is_no_end), cmocka_unit_test(rows_kept_back_are_found_out), cmocka_unit_test(half_answers_are_none),
		cmocka_unit_test(refusals_end_it), cmocka_unit_test(a_table_that_cannot_be_seen_is_no_answer),
		cmocka_unit_test(a_page_in_between_is_asked_again), cmocka_unit_test(fields_are_asked_in_their_order), cmocka_unit_test(base64_is_decoded),
		cmocka_unit_test(checks_say_what_is_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
