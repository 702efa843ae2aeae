/* test_ticket_link.c - records by host, and the columns Owner, OwnerContact and Ticket: value, words, expression, order, and a view that
 * follows their changes. */
#include "tests/unit/model_rows.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/model/expr.h"
#include "core/model/owner.h"
#include "core/model/sort.h"
#include "core/model/ticket_link.h"
#include "core/model/view.h"

/* Six hosts: a team each in another state, and records. */
struct scene {
	struct table table;
	struct owners owners;
	struct ticket_links tickets;
	struct lens lens;
	struct view view;
};

static void put_owner(struct scene *scene, uint32_t row, enum owner_state state, const char *team, const char *contact)
{
	struct owner owner;

	owner_init(&owner);
	owner_assign(&owner, slice_of(team), slice_of(contact), "");
	owner.state = state;
	owner.candidates_more = state == OWNER_AMBIGUOUS ? 2 : 0;
	owners_set(&scene->owners, table_packed_id(&scene->table, row), &owner);
	owner_release(&owner);
}

static uint32_t put_ticket(struct scene *scene, uint32_t row, enum ticket_state state, const char *number)
{
	uint32_t record = ticket_links_add(&scene->tickets, &(struct ticket_link){ .number = (char *)number, .state = state });

	ticket_links_put(&scene->tickets, table_packed_id(&scene->table, row), record);
	return record;
}

static void scene_open(struct scene *scene)
{
	static const char *const names[] = { "h0", "h1", "h2", "h3", "h4", "h5" };
	struct slice bad;

	memset(scene, 0, sizeof *scene);
	for (size_t i = 0; i < 6; i++) {
		struct table_row row;

		table_row_init(&row);
		row.id = row.name = slice_of(names[i]);
		row.verdict = VERDICT_PASSIVE;
		table_add(&scene->table, &row);
	}
	put_owner(scene, 0, OWNER_OWNED, "Team-B\xC3\x9CRO", "dba@x");
	put_owner(scene, 1, OWNER_UNOWNED, "", "x@x");
	put_owner(scene, 2, OWNER_UNKNOWN, "", "");
	put_owner(scene, 3, OWNER_AMBIGUOUS, "", "");
	put_owner(scene, 4, OWNER_UNASKED, "", "");
	put_ticket(scene, 0, TICKET_OPEN, "INC0010042");
	put_ticket(scene, 1, TICKET_UNCERTAIN, "INC0010043");
	put_ticket(scene, 2, TICKET_INTENT, "");
	put_ticket(scene, 3, TICKET_CLOSED, "INC0010001");
	put_ticket(scene, 4, TICKET_UNCERTAIN, "?");
	scene->lens = (struct lens){ .table = &scene->table, .now = ROWS_NOW, .owners = &scene->owners, .tickets = &scene->tickets };
	view_open(&scene->view, &scene->lens);
	scene->view.filter.tab = TAB_EVERY;
	scene->view.visible_count = (size_t)column_list("HOST,Owner,OwnerContact,Ticket", scene->view.visible, COL_COUNT, &bad);
	view_rebuild(&scene->view);
}

static void scene_close(struct scene *scene)
{
	view_release(&scene->view);
	owners_release(&scene->owners);
	ticket_links_release(&scene->tickets);
	table_release(&scene->table);
}

static void records_are_kept_by_host(void **state)
{
	struct ticket_links links = { 0 };
	uint64_t generation;
	uint32_t first, second;
	char id[16];

	(void)state;
	assert_null(ticket_links_get(NULL, slice_of("x")));
	assert_null(ticket_links_get(&links, slice_of("x")));
	first = ticket_links_add(&links, &(struct ticket_link){ .number = "1", .correlation = "c" });
	second = ticket_links_add(&links, &(struct ticket_link){ .number = "2", .url = "https://x" });
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(id, sizeof id, "id-%u", i);
		ticket_links_put(&links, slice_of(id), i % 2 ? first : second);
	}
	generation = links.generation;
	ticket_links_put(&links, slice_of("id-1"), second);   /* the last one counts */
	assert_true(links.generation > generation);
	assert_string_equal(ticket_links_get(&links, slice_of("id-1"))->number, "2");
	assert_string_equal(ticket_links_get(&links, slice_of("id-3"))->number, "1");
	assert_string_equal(ticket_links_get(&links, slice_of("id-3"))->url, "");
	assert_null(ticket_links_get(&links, slice_of("id-1000")));
	ticket_links_put(&links, slice_of("id-2"), 77);   /* no such record */
	assert_null(ticket_links_get(&links, slice_of("id-2")));
	ticket_links_release(&links);
}

static void columns_say_what_is_known(void **state)
{
	static const char *const owner[] = { "Team-B\xC3\x9CRO", "?unowned", "?unknown", "?2 match", NULL, NULL };
	static const char *const contact[] = { "dba@x", NULL, NULL, NULL, NULL, NULL };
	static const char *const ticket[] = { "INC0010042", "?INC0010043", "?", NULL, "?", NULL };
	static const enum column_id ids[] = { COL_OWNER, COL_OWNER_CONTACT, COL_TICKET };
	const char *const *const wanted[] = { owner, contact, ticket };
	struct strbuf scratch = STRBUF_INIT(4096);
	struct scene scene;

	(void)state;
	scene_open(&scene);
	for (size_t c = 0; c < 3; c++)
		for (uint32_t row = 0; row < 6; row++) {
			struct column_ref column = { .id = ids[c] };
			struct lens bare = { .table = &scene.table, .now = ROWS_NOW };
			struct value value;

			value_get(&scene.lens, row, &column, &scratch, &value);
			assert_int_equal(value.kind, wanted[c][row] ? VALUE_TEXT : VALUE_NONE);
			assert_true(!wanted[c][row] || slice_is(value.text, wanted[c][row]));
			value_get(&bare, row, &column, &scratch, &value);
			assert_int_equal(value.kind, VALUE_NONE);
		}
	strbuf_release(&scratch);
	scene_close(&scene);
}

/* The rows that are shown, as digits. */
static void expect_rows(struct scene *scene, const char *rows)
{
	char shown[16] = "";

	view_rebuild(&scene->view);
	for (uint32_t i = 0; i < scene->view.count; i++)
		shown[i] = (char)('0' + scene->view.rows[i]);
	assert_string_equal(shown, rows);
}

static void words_find_owners_and_tickets(void **state)
{
	static const struct { const char *words, *rows; } cases[] = {
		{ "owner:b\xC3\xBCro", "0" }, { "owner:?", "123" }, { "owner:unknown", "2" }, { "b\xC3\xBCro", "0" },
		{ "inc001", "01" }, { "dba@", "0" },
		{ "x@x", "" }, { "inc0010001", "" }, { "owner:nobody", "" }, { "-owner:?", "045" },
	};
	struct scene scene;

	(void)state;
	scene_open(&scene);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		filter_parse(&scene.view.filter, cases[i].words);
		expect_rows(&scene, cases[i].rows);
	}
	scene_close(&scene);
}

static void set_expr(struct scene *scene, const char *text)
{
	struct error err = { 0 };
	struct expr *expr = NULL;

	if (expr_parse(text, strlen(text), &expr, NULL, &err))
		fail_msg("%s: %s", text, err.text);
	filter_set_expr(&scene->view.filter, &expr);
}

static void expressions_follow_their_changes(void **state)
{
	struct scene scene;
	struct expr_guard guard;

	(void)state;
	scene_open(&scene);
	set_expr(&scene, "Owner startswith '?' or Ticket == 'INC0010042'");
	expect_rows(&scene, "0123");
	put_owner(&scene, 5, OWNER_UNKNOWN, "", "");
	expect_rows(&scene, "01235");
	put_ticket(&scene, 0, TICKET_OPEN, "INC0010099");
	expect_rows(&scene, "1235");
	set_expr(&scene, "isempty(OwnerContact)");
	expect_rows(&scene, "12345");
	put_owner(&scene, 1, OWNER_OWNED, "b", "b@x");
	expect_rows(&scene, "2345");
	set_expr(&scene, "Owner == 'team-b\xC3\xBCro'");   /* the case guard tells of the host that == hides */
	expect_rows(&scene, "");
	expr_guard(scene.view.filter.expr, &scene.lens, NULL, &guard);
	assert_int_equal(guard.hidden, 1);
	expr_guard_release(&guard);
	set_expr(&scene, "isempty(Owner)");
	scene.lens.owners = NULL;
	view_set_lens(&scene.view, &scene.lens);
	expect_rows(&scene, "012345");
	scene_close(&scene);
}

static void orders_and_words_follow_their_changes(void **state)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad;
	struct scene scene;

	(void)state;
	scene_open(&scene);
	view_set_sort(&scene.view, keys, (size_t)sort_parse("Owner-,HOST", keys, &bad));
	expect_rows(&scene, "012345");   /* team, ?unowned, ?unknown, ?2 match; missing last */
	put_owner(&scene, 4, OWNER_OWNED, "zeta", "");
	expect_rows(&scene, "401235");
	view_set_sort(&scene.view, keys, (size_t)sort_parse("Ticket,HOST", keys, &bad));
	expect_rows(&scene, "241035");
	put_ticket(&scene, 5, TICKET_OPEN, "AAA-1");
	expect_rows(&scene, "241503");
	filter_parse(&scene.view.filter, "owner:zeta");
	expect_rows(&scene, "4");
	put_owner(&scene, 3, OWNER_OWNED, "ZETA", "");   /* a row that was not kept before */
	expect_rows(&scene, "43");
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_kept_by_host), cmocka_unit_test(columns_say_what_is_known),
		cmocka_unit_test(words_find_owners_and_tickets),
		cmocka_unit_test(expressions_follow_their_changes), cmocka_unit_test(orders_and_words_follow_their_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
