/* test_rt_tickets.c - tickets in Request Tracker: finding, reading, and the set-up; what is not believed. The answers are scripted; the real
 * server is asked by tests/peers/rt.sh. */
#include "tests/unit/rt_desk.h"

/* -- FIND -- */

static void finds(void **state)
{
	static const struct said said[] = {
		{ 200, ROWS("5", TICKET("\"9\"", "A", KEYED(KEY)) "," TICKET("10", "B", KEYED("ROUSE-1F0C9D2E4B5A")) "," TICKET("11", "C", "") ","
		  TICKET("12", "D", KEYED(KEY "-x")) "," TICKET("\"13\"", "E", "{\"id\":\"4\",\"name\":\"correlation id\",\"values\":[\"x\",\"" KEY
		  "\"]}," LISTED("a\\r\\n" MARK))), NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_FIND, false), TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 2);
	assert_string_equal(desk.answer.records.items[0].id, "9");
	assert_string_equal(desk.answer.records.items[1].id, "13");
	assert_string_equal(desk.answer.records.items[1].correlation, KEY);
	assert_string_equal(desk.answer.records.items[1].mark, MARK);
	assert_string_equal(desk.answer.records.items[1].team, "Team");
	assert_true(desk.answer.records.items[1].open);
	has(ASKED(0), "query=%27CF.%7BCorrelation%20ID%7D%27%20%3D%20%27" KEY "%27%20AND%20Status%20%3D%20%27__Active__%27&");
	desk_close(&desk);
}

static void finds_closed(void **state)
{
	static const struct said said[] = {
		{ 200, ROWS("1", TICKET("9", "A", "")), NULL }, { 200, ROWS("2", TICKET("8", "Z", KEYED(KEY)) "," TICKET("9", "A", KEYED(KEY))), NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_FIND, true), TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 2);
	assert_false(desk.answer.records.items[0].open);
	assert_true(desk.answer.records.items[1].open);
	has(ASKED(0), "__Active__");
	has_not(ASKED(1), "__Active__");
	desk_close(&desk);
}

#define THRICE(body) { 200, body, NULL }, { 200, body, NULL }, { 200, body, NULL }
static void find_is_not_whole(void **state)
{
	static const struct said said[] = {
		THRICE(ROWS("2", TICKET("9", "A", KEYED(KEY)))), THRICE(ROWS("1", "17")), THRICE("{\"total\":0}"),
		THRICE(ROWS("2", TICKET("9", "A", "") "," TICKET("8", "A", ""))),
	};

	DESK(said);
	for (size_t i = 0; i < sizeof said / sizeof *said / 3; i++)
		assert_int_equal(call(&desk, TICKET_FIND, false), TICKET_UNAVAILABLE);
	desk_close(&desk);
}

/* Somebody made a ticket between RT's search and its count. */
static void find_is_whole_again(void **state)
{
	static const struct said said[] = {
		{ 200, ROWS("2", TICKET("9", "A", KEYED(KEY))), NULL }, { 200, ROWS("2", TICKET("9", "A", KEYED(KEY)) "," TICKET("10", "A", KEYED(KEY))), NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_FIND, false), TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 2);
	desk_close(&desk);
}

/* -- READ -- */

static void reads(void **state)
{
	static const struct said said[] = { { 200, OURS, ETAG }, { 200, ROWS("1", TICKET("17", "Old", "")), NULL } };

	DESK(said);
	assert_int_equal(call(&desk, TICKET_READ, false), TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 1);
	const struct ticket_record *record = desk.answer.records.items;

	assert_string_equal(record->version, ETAG);
	assert_string_equal(record->mark, MARK);
	assert_string_equal(record->team_id, "38");
	assert_string_equal(record->state, "new");
	assert_true(record->open);
	has(record->url, "/Ticket/Display.html?id=17");
	desk_close(&desk);
}

static void reads_gone(void **state)
{
	static const struct said said[] = { { 404, "{}", NULL }, { 200, "{\"id\":17,\"Status\":\"deleted\"}", NULL } };

	DESK(said);
	assert_int_equal(call(&desk, TICKET_READ, false), TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 0);
	assert_int_equal(call(&desk, TICKET_READ, false), TICKET_FINE);
	assert_int_equal(desk.answer.records.count, 0);
	desk_close(&desk);
}

#define SPOKE(who, text) "{\"Creator\":{\"id\":\"" who "\"},\"ContentType\":\"text/plain\",\"Content\":\"" text "\"}"
/* A field that keeps no lines cannot hold the mark: the newest text of ours does. One that does, and has none, was changed. */
static void mark_of_texts(void **state)
{
	static const struct said said[] = {
		{ 200, TICKET("17", "T", KEYED(KEY) "," LISTED("")), ETAG }, { 200, ROWS("0", ""), NULL }, { 200, "{\"id\":7,\"Type\":\"Freeform\"}", NULL },
		{ 200, ROWS("null", SPOKE("else", "> " KEY " 1 hosts 00000000aaaaaaaa") "," SPOKE("svc", "x") "," SPOKE("svc", "body\\n" MARK) ","
		  SPOKE("svc", KEY " 9 hosts 00000000aaaaaaaa")), NULL },
		{ 200, TICKET("17", "T", KEYED(KEY) ",{\"id\":\"8\",\"name\":\"Host List\",\"values\":[]}"), ETAG }, { 200, ROWS("0", ""), NULL },
		{ 200, "{\"id\":8,\"Type\":\"Text\"}", NULL },
	};

	DESK(said);
	assert_int_equal(call(&desk, TICKET_READ, false), TICKET_FINE);
	assert_string_equal(desk.answer.records.items[0].mark, MARK);
	assert_false(desk.answer.records.items[0].open);
	has(ASKED(3), "/ticket/17/attachments?");
	assert_int_equal(call(&desk, TICKET_READ, false), TICKET_FINE);
	assert_string_equal(desk.answer.records.items[0].mark, "");
	desk_close(&desk);
}

/* -- GUARD -- */

static void guard_says(const struct said *said, size_t count, enum ticket_outcome outcome, const char *part)
{
	struct desk desk;

	desk_open(&desk, said, count);
	assert_int_equal(call(&desk, TICKET_GUARD, false), outcome);
	has(desk.answer.why, part);
	desk_close(&desk);
}

static void guards(void **state)
{
	static const struct said good[] = { GOOD }, none[] = { { 404, "{}", NULL } }, hidden[] = { { 403, "{}", NULL } };
	static const struct said mute[] = { { 200, QUEUE(BOTH, ""), NULL } }, keyless[] = { { 200, QUEUE("", MAY), NULL } };
	static const struct said listed[] = { { 200, QUEUE(BOTH, MAY), NULL }, { 200, "{\"id\":4,\"Type\":\"Select\"}", NULL } };
	static const struct said unique[] = { { 200, QUEUE(BOTH, MAY), NULL }, { 200, "{\"Type\":\"Freeform\",\"UniqueValues\":\"1\"}", NULL } };
	static const struct said wide[] = {
		{ 200, QUEUE(BOTH, MAY), NULL }, { 200, FREEFORM, NULL }, { 200, TEXT, NULL }, { 200, ROWS("1", TICKET("9", "A", "")), NULL },
	};
	static const struct said token[] = { { 401, "{}", NULL } };

	(void)state;
	guard_says(SAID(good), TICKET_FINE, "");
	guard_says(SAID(none), TICKET_REFUSED, "no queue Windows");
	guard_says(SAID(hidden), TICKET_REFUSED, "SeeQueue");
	guard_says(SAID(mute), TICKET_REFUSED, "CreateTicket");
	guard_says(SAID(keyless), TICKET_REFUSED, "Custom Fields");
	guard_says(SAID(listed), TICKET_REFUSED, "listed values");
	guard_says(SAID(unique), TICKET_REFUSED, "unique");
	guard_says(SAID(wide), TICKET_REFUSED, "made-up");
	guard_says(SAID(token), TICKET_REFUSED, "token_file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds), cmocka_unit_test(finds_closed), cmocka_unit_test(find_is_not_whole),
		cmocka_unit_test(find_is_whole_again), cmocka_unit_test(reads), cmocka_unit_test(reads_gone),
		cmocka_unit_test(mark_of_texts), cmocka_unit_test(guards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
