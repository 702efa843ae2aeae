/* test_rt_write.c - tickets in Request Tracker: creating, changing, noting, merging; in which order, and that RT's word is not taken for it. */
#include "tests/unit/rt_desk.h"

/* -- CREATE -- */

static void creates(void **state)
{
	static const struct said said[] = {
		GOOD, { 200, GROUP, NULL }, { 201, "{\"id\":\"17\",\"type\":\"ticket\"}", NULL }, { 200, OURS, ETAG },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_CREATE, false), TICKET_FINE);
	assert_string_equal(desk.answer.warning, "");
	assert_string_equal(desk.answer.records.items[0].id, "17");
	assert_string_equal(desk.answer.records.items[0].mark, MARK);
	asked_json(&desk.scene, 5);
	has(ASKED(5), "POST /REST/2.0/ticket ");
	has(ASKED(5), "\"Queue\":\"4\",\"Subject\":\"Two \\\"servers\\\"\"");
	has(ASKED(5), "\"ContentType\":\"text/plain\",\"AdminCc\":[\"38\"]");
	has(ASKED(5), "\"CustomFields\":{\"4\":\"" KEY "\",\"7\":\"" LIST MARK "\"}");
	desk_close(&desk);
}

static void create_is_lost(void **state)
{
	static const struct said said[] = { GOOD, { 200, GROUP, NULL }, { 0, NULL, NULL }, { 200, GROUP, NULL }, { 201, "made it", NULL } };

	DESK(said);
	assert_int_equal(call(&desk, TICKET_CREATE, false), TICKET_LOST);
	/* The queue is known by now; an answer that cannot be read is as good as none. */
	assert_int_equal(call(&desk, TICKET_CREATE, false), TICKET_LOST);
	desk_close(&desk);
}

static void create_drops(void **state)
{
	static const struct said said[] = {
		GOOD, { 404, "{}", NULL }, { 200, ROWS("0", ""), NULL }, { 201, "{\"id\":17}", NULL }, { 200, TICKET("17", "T", ""), ETAG },
		{ 200, GROUP, NULL }, { 201, "{\"id\":18}", NULL }, { 403, "{\"message\":\"Forbidden\"}", NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_CREATE, false), TICKET_FINE);
	has(desk.answer.warning, "no group Team");
	has(desk.answer.warning, "did not take the correlation id");
	has_not(ASKED(6), "AdminCc");
	assert_int_equal(call(&desk, TICKET_CREATE, false), TICKET_FINE);
	assert_string_equal(desk.answer.records.items[0].id, "18");
	has(desk.answer.warning, "ShowTicket");
	desk_close(&desk);
}

/* -- UPDATE -- */

static void updates(void **state)
{
	static const struct said said[] = {
		{ 200, OURS, ETAG }, { 200, TEXT, NULL }, { 200, "[\"changed\"]", NULL }, { 200, WRITTEN, "\"18\"" }, { 201, "[\"Comments added\"]", NULL },
		{ 200, "[]", NULL },
	};

	DESK(said);
	ticket_record_put(&desk.record.version, slice_of(ETAG));
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_FINE);
	has(ASKED(2), "PUT /REST/2.0/ticket/17 ");
	has(ASKED(2), "If-Match: " ETAG "\r\n");
	has(ASKED(2), "{\"Subject\":\"Two \\\"servers\\\"\",\"CustomFields\":{\"7\":\"" LIST "\"}}");
	has(ASKED(4), "POST /REST/2.0/ticket/17/comment ");
	has_not(ASKED(4), "CustomFields");
	has(ASKED(5), "PUT /REST/2.0/ticket/17 ");
	has(ASKED(5), "{\"CustomFields\":{\"7\":\"" LIST MARK "\"}}");
	for (size_t i = 2; i < 6; i++)
		if (i != 3)
			asked_json(&desk.scene, i);
	desk_close(&desk);
}

static void update_is_stale(void **state)
{
	static const struct said said[] = { { 200, OURS, "\"18\"" }, { 200, OURS, ETAG }, { 200, TEXT, NULL }, { 412, "{}", NULL } };

	DESK(said);
	ticket_record_put(&desk.record.version, slice_of(ETAG));
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_STALE);
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_STALE);
	desk_close(&desk);
}

/* A PUT whose answer is lost is asked again; what the first one did makes the second one stale. */
static void update_again(void **state)
{
	static const struct said said[] = { { 200, OURS, ETAG }, { 200, TEXT, NULL }, { 0, NULL, NULL }, { 412, "{}", NULL } };

	DESK(said);
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_STALE);
	desk_close(&desk);
}

static void update_is_forbidden(void **state)
{
	static const struct said said[] = {
		{ 200, OURS, ETAG }, { 200, TEXT, NULL }, { 200, "[\"Permission Denied\"]", NULL }, { 200, OURS, ETAG },
		{ 200, OURS, ETAG }, { 200, "[]", NULL }, { 200, WRITTEN, ETAG }, { 400, "{\"message\":\"Permission Denied\"}", NULL },
		{ 200, TICKET("17", "T", KEYED("other")), ETAG }, { 404, "{}", NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_REFUSED);
	has(desk.answer.why, "ModifyTicket");
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_REFUSED);
	has(desk.answer.why, "CommentOnTicket");
	/* Another's ticket is not touched. */
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_REFUSED);
	has(desk.answer.why, "not touched");
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_REFUSED);
	desk_close(&desk);
}

/* A field that somebody emptied is filled again; a lost comment is lost. */
static void update_mends(void **state)
{
	static const struct said said[] = {
		{ 200, TICKET("17", "Old", "{\"id\":\"4\",\"name\":\"Correlation ID\",\"values\":[]}"), ETAG }, { 200, "[]", NULL },
		{ 200, TICKET("17", "Two \\\"servers\\\"", KEYED(KEY)), ETAG }, { 0, NULL, NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_UPDATE, false), TICKET_LOST);
	has(ASKED(1), "\"CustomFields\":{\"4\":\"" KEY "\"}");
	desk_close(&desk);
}

/* -- the rest -- */

static void notes(void **state)
{
	static const struct said said[] = { { 201, "[]", NULL }, { 201, "[]", NULL }, { 0, NULL, NULL } };

	DESK(said);
	assert_int_equal(call(&desk, TICKET_NOTE, false), TICKET_FINE);
	has(ASKED(0), "/ticket/17/comment ");
	has(ASKED(0), "hello \\\"you\\\"");
	assert_int_equal(call(&desk, TICKET_ATTACH, false), TICKET_FINE);
	has(ASKED(1), "\"FileName\":\"hosts.csv\",\"FileType\":\"text/csv; charset=utf-8\",\"FileContent\":\"aG9zdA0KeA==\"");
	asked_json(&desk.scene, 1);
	assert_int_equal(call(&desk, TICKET_NOTE, false), TICKET_LOST);
	desk_close(&desk);
}

static void closes(void **state)
{
	static const struct said said[] = {
		{ 200, OURS, ETAG }, { 200, TICKET("16", "T", KEYED(KEY)), ETAG }, { 200, "[]", NULL }, { 200, TICKET("16", "T", KEYED(KEY)), ETAG },
		{ 200, TICKET("16", "T", KEYED(KEY)), ETAG },
		{ 200, OURS, ETAG }, { 200, TICKET("16", "T", KEYED(KEY)), ETAG }, { 200, "[\"Denied\"]", NULL }, { 200, OURS, ETAG },
		{ 200, TICKET("17", "T", KEYED("other")), ETAG }, { 200, OURS, ETAG }, { 200, TICKET("16", "T", ""), ETAG },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_CLOSE, false), TICKET_FINE);
	has(ASKED(2), "PUT /REST/2.0/ticket/17 ");
	has(ASKED(2), "{\"MergeInto\":\"16\"}");
	assert_int_equal(call(&desk, TICKET_CLOSE, false), TICKET_FINE);      /* merged already */
	assert_int_equal(call(&desk, TICKET_CLOSE, false), TICKET_REFUSED);   /* 200, and not done */
	has(desk.answer.why, "by hand");
	assert_int_equal(call(&desk, TICKET_CLOSE, false), TICKET_REFUSED);   /* not ours */
	assert_int_equal(call(&desk, TICKET_CLOSE, false), TICKET_REFUSED);   /* into what is not ours */
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creates), cmocka_unit_test(create_is_lost), cmocka_unit_test(create_drops),
		cmocka_unit_test(updates), cmocka_unit_test(update_is_stale), cmocka_unit_test(update_again),
		cmocka_unit_test(update_is_forbidden), cmocka_unit_test(update_mends), cmocka_unit_test(notes),
		cmocka_unit_test(closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
