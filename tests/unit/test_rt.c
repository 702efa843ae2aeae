/* test_rt.c - assets of Request Tracker: names into questions, rows into records, and what is said of what is not whole. */
#include "core/owners/rt_inner.h"
#include "tests/unit/rt_scene.h"

#define CATALOG "{\"items\":[{\"id\":\"2\",\"Name\":\"Servers\"},{\"id\":\"3\",\"Name\":\"servers\"}],\"total\":2}"
#define TEXTS(list) list, sizeof(list) / sizeof *(list)
/* A row as the server sends it. */
#define ROW(id, name, more) "{\"id\":" id ",\"type\":\"asset\",\"Name\":\"" name "\",\"Status\":\"in-use\",\"Catalog\":{\"id\":\"2\"}," \
	"\"Contact\":[{\"id\":\"c@x\",\"type\":\"user\",\"Name\":\"c@x\",\"EmailAddress\":\"mail@x\"}]," more "}"
#define HELD "\"HeldBy\":[{\"id\":\"38\",\"type\":\"group\",\"Name\":\"Windows Platform\"}]"
#define PAGE(total, rows) "{\"total\":" total ",\"count\":1,\"items\":[" rows "]}"

/* -- names -- */

static void pattern_is(const char *host, const char *expected)
{
	struct strbuf out = STRBUF_INIT(1000);
	struct slice label = rt_label(slice_of(host));

	assert_non_null(label.text);
	rt_pattern(&out, label);
	assert_string_equal(strbuf_text(&out), expected);
	strbuf_release(&out);
}

static void patterns(void **state)
{
	(void)state;
	pattern_is("SRV-APP-01", "SRV-APP-01");
	pattern_is("srv-app-01.corp.example.test", "srv-app-01");
	pattern_is("SRV_APP%01", "SRV_APP_01");
	pattern_is("CORP\\srv01", "CORP_srv01");
	pattern_is("SRV-O'BRIEN-\"01\"", "SRV-O'BRIEN-\"01\"");
	pattern_is("SRV-\xC3\x9CMLAUT", "SRV-_MLAUT");           /* any letter case of it */
	pattern_is("SRV-\xE6\x97\xA5-1", "SRV-\xE6\x97\xA5-1");   /* has no case */
	pattern_is("a\tb\x7f", "a_b_");
	pattern_is("a\xff" "b", "a_b");
}

static void no_label(void **state)
{
	char name[300];

	(void)state;
	assert_null(rt_label(slice_of("")).text);
	assert_null(rt_label(slice_of(".corp")).text);
	assert_null(rt_label((struct slice){0}).text);
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_null(rt_label(slice_of(name)).text);
	name[RT_NAME_MAX] = '.';
	assert_int_equal(rt_label(slice_of(name)).len, RT_NAME_MAX);
}

static void questions(void **state)
{
	static const char *const names[] = { "SRV-\"01\"", "a\\b", "x'; drop", "]},{\"field\":\"Catalog\"", "\x01\x02", "", "ok.corp" };
	struct slice hosts[7];
	struct strbuf out = STRBUF_INIT(100000);
	struct json_object object = {0}, limit = {0};

	(void)state;
	for (size_t i = 0; i < 7; i++)
		hosts[i] = slice_of(names[i]);
	rt_question(&out, "2", hosts, 7, 41);
	assert_int_equal(json_object_read(&object, slice_of(strbuf_text(&out))), 1);
	/* The catalog, the number, and two for each host with a label. */
	assert_int_equal(object.count, 2 + 2 * 6);
	for (size_t i = 0; i < object.count; i++) {
		assert_int_equal(json_object_read(&limit, object.members[i].text), 1);
		assert_true(slice_is(limit.members[0].text, i == 0 ? "Catalog" : i == 1 ? "id" : "Name"));
		assert_true(limit.count >= 2);
	}
	assert_int_equal(json_object_read(&limit, object.members[13].text), 1);
	assert_true(slice_is(limit.members[3].text, "ok."));
	json_object_release(&object);
	json_object_release(&limit);
	strbuf_release(&out);
}

/* -- pages -- */

/* What a page gives with these team fields, as lines: key|name|team|team_id|field|contact|retired. */
static void read_page(const char *const *fields, size_t count, const char *json, struct rt_page *page, struct strbuf *out)
{
	struct owners_rt rt = { .catalog = "Servers", .catalog_id = "2", .team_field_count = count };
	struct owner_records records = {0};
	struct owner_asking asking = {0};

	for (size_t i = 0; i < count; i++)
		rt.team_fields[i] = fields[i];
	rt.asking = &asking;
	*page = (struct rt_page){0};
	rt_page_read(&rt, slice_of(json), &records, page);
	strbuf_clear(out);
	for (size_t i = 0; i < records.count; i++) {
		const struct owner_record *r = &records.items[i];

		strbuf_addf(out, "%s|%s|%s|%s|%s|%s|%d\n", r->key, r->name, r->team, r->team_id, r->field, r->contact, r->retired);
	}
	for (size_t i = 0; i < asking.complaint_count; i++)
		strbuf_addf(out, "%s\n", asking.complaints[i]);
	owner_records_release(&records);
	owner_asking_release(&asking);
	map_release(&rt.seen);
}

static void reads(const char *const *fields, size_t count, const char *json, const char *expected)
{
	struct strbuf out = STRBUF_INIT(100000);
	struct rt_page page;

	read_page(fields, count, json, &page, &out);
	assert_null(page.fault);
	assert_string_equal(strbuf_text(&out), expected);
	strbuf_release(&out);
}

static void rows(void **state)
{
	static const char *const held[] = { "HeldBy" }, *const order[] = { "Owner Team", "HeldBy", "Owner", "Contact" };

	(void)state;
	reads(TEXTS(held), PAGE("1", ROW("\"17\"", "SRV-1", HELD)), "asset:17|SRV-1|Windows Platform|38|HeldBy|mail@x|0\n");
	reads(TEXTS(held), PAGE("1", ROW("17", "SRV-1", HELD)), "asset:17|SRV-1|Windows Platform|38|HeldBy|mail@x|0\n");
	reads(TEXTS(held), PAGE("1", ROW("17", "SRV-1", "\"HeldBy\":[]")), "asset:17|SRV-1||||mail@x|0\n");
	/* A person holds it; two groups do: one record each, for somebody to choose from. */
	reads(TEXTS(held), PAGE("1", ROW("17", "SRV-1", "\"HeldBy\":[{\"id\":\"ann\",\"type\":\"user\",\"Name\":\"\"}]")),
	      "asset:17|SRV-1|ann||HeldBy|mail@x|0\n");
	reads(TEXTS(held), PAGE("1", ROW("17", "SRV-1", "\"HeldBy\":[{\"id\":\"38\",\"type\":\"group\",\"Name\":\"A\"},{\"id\":\"39\","
	      "\"type\":\"group\",\"Name\":\"B\"}]")), "asset:17|SRV-1|A|38|HeldBy|mail@x|0\nasset:17|SRV-1|B|39|HeldBy|mail@x|0\n");
	/* The order of the fields decides; a custom field that is empty or blank is passed over. */
	reads(TEXTS(order), PAGE("1", ROW("17", "SRV-1", HELD ",\"CustomFields\":[{\"name\":\"owner team\",\"values\":[\"DBA\"]}]")),
	      "asset:17|SRV-1|DBA||Owner Team|mail@x|0\n");
	reads(TEXTS(order), PAGE("1", ROW("17", "SRV-1", HELD ",\"CustomFields\":[{\"name\":\"Owner Team\",\"values\":[\" \"]}]")),
	      "asset:17|SRV-1|Windows Platform|38|HeldBy|mail@x|0\n");
	reads(TEXTS(order), PAGE("1", ROW("17", "SRV-1", "\"Owner\":{\"id\":\"Nobody\",\"type\":\"user\"},\"CustomFields\":[{\"name\":"
	      "\"Owner Team\",\"values\":[]}]")), "asset:17|SRV-1|c@x||Contact|mail@x|0\n");
	reads(TEXTS(order), PAGE("1", ROW("17", "SRV-1", "\"Owner\":{\"id\":\"ann\",\"type\":\"user\"},\"CustomFields\":[{\"name\":"
	      "\"Owner Team\",\"values\":[]}]")), "asset:17|SRV-1|ann||Owner|mail@x|0\n");
	/* An asset that two hosts find is one record. */
	reads(TEXTS(held), PAGE("2", "{\"id\":\"17\",\"Name\":\"S\",\"Status\":\"stolen\",\"Catalog\":{\"id\":2}},"
	      "{\"id\":\"18\",\"Name\":\"S\",\"Status\":\"Recycled\",\"Catalog\":{\"id\":2}}"), "asset:17|S|||||1\nasset:18|S|||||1\n");
}

static void hidden_group(void **state)
{
	static const char *const held[] = { "HeldBy" };
	struct strbuf out = STRBUF_INIT(100000);
	struct rt_page page;

	(void)state;
	read_page(TEXTS(held), PAGE("1", ROW("17", "SRV-1", "\"HeldBy\":[{\"id\":\"38\",\"type\":\"group\",\"Name\":\"\"}]")), &page, &out);
	has(strbuf_text(&out), "asset:17|SRV-1|38|38|HeldBy|");
	has(strbuf_text(&out), "SeeGroup");
	strbuf_release(&out);
}

static void faulty(const char *json)
{
	static const char *const held[] = { "HeldBy" };
	struct strbuf out = STRBUF_INIT(100000);
	struct rt_page page;

	read_page(TEXTS(held), json, &page, &out);
	if (!page.fault)
		fail_msg("believed: %s", json);
	strbuf_release(&out);
}

static void faults(void **state)
{
	static const char *const custom[] = { "Owner Team" };
	struct strbuf out = STRBUF_INIT(100000);
	struct rt_page page;

	(void)state;
	faulty("");
	faulty("[]");
	faulty("{\"total\":1}");
	faulty("{\"total\":1,\"items\":{}}");
	faulty(PAGE("1", "17"));
	faulty(PAGE("1", "{\"id\":\"17\"}"));
	faulty(PAGE("1", "{\"Name\":\"S\",\"Catalog\":{\"id\":2}}"));
	faulty(PAGE("1", "{\"id\":\"-1\",\"Name\":\"S\",\"Catalog\":{\"id\":2}}"));
	faulty(PAGE("2", ROW("17", "S", HELD) "," ROW("17", "S", HELD)));
	faulty(PAGE("2", ROW("18", "S", HELD) "," ROW("17", "S", HELD)));
	faulty(PAGE("1", "{\"id\":\"17\",\"Name\":\"S\",\"Catalog\":{\"id\":3}}"));
	faulty(PAGE("1", "{\"id\":\"17\",\"Name\":\"S\"}"));
	/* A field that is not there is not an empty one. */
	read_page(TEXTS(custom), PAGE("1", ROW("17", "S", "\"CustomFields\":[{\"name\":\"Environment\",\"values\":[\"P\"]}]")), &page, &out);
	assert_string_equal(page.no_field, "Owner Team");
	assert_string_equal(strbuf_text(&out), "");
	strbuf_release(&out);
}

static void totals(void **state)
{
	static const char *const held[] = { "HeldBy" };
	struct strbuf out = STRBUF_INIT(100000);
	struct rt_page page;

	(void)state;
	read_page(TEXTS(held), PAGE("\"54\"", ""), &page, &out);
	assert_int_equal(page.total, 54);
	read_page(TEXTS(held), PAGE("0.0", ""), &page, &out);
	assert_int_equal(page.total, 0);
	read_page(TEXTS(held), PAGE("null", ""), &page, &out);
	assert_int_equal(page.total, -1);
	strbuf_release(&out);
}

static void catalogs(void **state)
{
	char id[24];

	(void)state;
	assert_true(rt_catalog_read(slice_of(CATALOG), "Servers", id, sizeof id));
	assert_string_equal(id, "2");
	assert_false(rt_catalog_read(slice_of(CATALOG), "SERVERS", id, sizeof id));
	assert_false(rt_catalog_read(slice_of("{\"items\":[]}"), "Servers", id, sizeof id));
	assert_false(rt_catalog_read(slice_of("nonsense"), "Servers", id, sizeof id));
}

/* -- asking -- */

/* Asks for names with scripted answers; `asked` becomes a text of 1 and 0. */
static enum step ask(struct scene *scene, const char *const *names, size_t count, struct owner_asking *asking, char *asked)
{
	struct slice *hosts = xcalloc(count, sizeof *hosts);
	struct owner_source *source = NULL;
	enum step step;

	for (size_t i = 0; i < count; i++)
		hosts[i] = slice_of(names[i]);
	assert_int_equal(owners_rt.make(&source, scene->config, scene->talk, &scene->err), 0);
	assert_int_equal(owners_rt.begin(source, hosts, count, asking, &scene->err), 0);
	while ((step = owners_rt.step(source, 5, &scene->err)) == STEP_WAIT || step == STEP_MORE)
		scene_wait(scene);
	for (size_t i = 0; i < count; i++)
		asked[i] = (char)('0' + asking->asked[i]);
	asked[count] = '\0';
	owners_rt.free(source);
	free(hosts);
	return step;
}

#define ASK(said, names) \
	struct owner_asking asking = {0}; \
	struct scene scene; \
	char asked[100]; \
	(void)state; \
	scene_open(&scene, TEXTS(said), NULL, 0); \
	enum step step = ask(&scene, TEXTS(names), &asking, asked)

static void done(struct scene *scene, struct owner_asking *asking)
{
	scene_close(scene);
	owner_asking_release(asking);
}

static void asks(void **state)
{
	static const struct said said[] = { { 200, CATALOG, NULL }, { 200, PAGE("1", ROW("17", "srv-1", HELD)), NULL } };
	static const char *const names[] = { "SRV-1.corp", "", "b" };

	ASK(said, names);
	assert_int_equal(step, STEP_DONE);
	assert_string_equal(asked, "101");
	assert_int_equal(asking.requests, 2);
	assert_int_equal(asking.records.count, 1);
	assert_int_equal(asking.complaint_count, 1);
	has(scene.server.asked[0], "POST /REST/2.0/catalogs?");
	has(scene.server.asked[0], "Authorization: token 1-27-0123456789abcdef");
	has(scene.server.asked[1], "POST /REST/2.0/assets?per_page=100&orderby=id&fields=Name,Status,Catalog,Contact,HeldBy&");
	has(scene.server.asked[1], "\"value\":\"SRV-1.\"");
	has_not(scene.server.asked[1], "corp");
	asked_json(&scene, 1);
	done(&scene, &asking);
}

/* RT does not say how many there are: on until a page is empty, after the last number. */
static void blind(void **state)
{
	static const struct said said[] = {
		{ 200, CATALOG, NULL }, { 200, PAGE("null", ROW("17", "a", HELD)), NULL }, { 200, PAGE("null", ""), NULL },
	};
	static const char *const names[] = { "a" };

	ASK(said, names);
	assert_int_equal(step, STEP_DONE);
	assert_string_equal(asked, "1");
	has(scene.server.asked[2], "{\"field\":\"id\",\"operator\":\">\",\"value\":\"17\"}");
	done(&scene, &asking);
}

/* Fewer rows than RT says: asked once more, and then its hosts are not asked. */
static void not_whole(void **state)
{
	static const struct said said[] = {
		{ 200, CATALOG, NULL }, { 200, PAGE("2", ROW("17", "a", HELD)), NULL }, { 200, PAGE("2", ROW("17", "a", HELD)), NULL },
	};
	static const char *const names[] = { "a" };

	ASK(said, names);
	assert_int_equal(step, STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_UNAVAILABLE);
	has(scene.err.text, "fewer assets");
	assert_string_equal(asked, "0");
	done(&scene, &asking);
}

static void whole_again(void **state)
{
	static const struct said said[] = {
		{ 200, CATALOG, NULL }, { 200, PAGE("1", ""), NULL }, { 200, PAGE("1", ROW("17", "a", HELD)), NULL },
	};
	static const char *const names[] = { "a" };

	ASK(said, names);
	assert_int_equal(step, STEP_DONE);
	assert_string_equal(asked, "1");
	assert_int_equal(asking.records.count, 1);
	done(&scene, &asking);
}

/* Nothing at all: not an answer about the hosts before it is known that the account sees any asset. */
static void sees_nothing(void **state)
{
	static const struct said said[] = { { 200, CATALOG, NULL }, { 200, PAGE("0", ""), NULL }, { 200, PAGE("0", ""), NULL } };
	static const char *const names[] = { "a" };

	ASK(said, names);
	assert_int_equal(step, STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_CONFIG);
	has(scene.err.text, "ShowAsset");
	assert_string_equal(asked, "0");
	done(&scene, &asking);
}

static void no_catalog(void **state)
{
	static const struct said said[] = { { 200, PAGE("0", ""), NULL } };
	static const char *const names[] = { "a" };

	ASK(said, names);
	assert_int_equal(step, STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_CONFIG);
	has(scene.err.text, "Servers");
	done(&scene, &asking);
}

static void no_token(void **state)
{
	static const struct said said[] = { { 401, "{\"message\":\"Unauthorized\"}", NULL } };
	static const char *const names[] = { "a" };

	ASK(said, names);
	assert_int_equal(step, STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_NO_PERMISSION);
	has(scene.err.text, "token_file");
	has_not(scene.err.text, "0123456789abcdef");
	done(&scene, &asking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns), cmocka_unit_test(no_label), cmocka_unit_test(questions), cmocka_unit_test(rows),
		cmocka_unit_test(hidden_group), cmocka_unit_test(faults), cmocka_unit_test(totals), cmocka_unit_test(catalogs),
		cmocka_unit_test(asks), cmocka_unit_test(blind), cmocka_unit_test(not_whole), cmocka_unit_test(whole_again),
		cmocka_unit_test(sees_nothing), cmocka_unit_test(no_catalog), cmocka_unit_test(no_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
