/* test_change.c - what changed between two runs of one scope, host by host. */
#include "tests/unit/script.h"

static const char *const prod[] = { "prod" };

/* A run over rows; the estate stays for change_compare(). */
struct made {
	struct estate estate;
	struct run run;
	struct detection detection;
	struct scope scope;
};

static void make(struct made *made, const char *const *rows, size_t count)
{
	made->scope = script_scope(prod, 1);
	estate_init(&made->estate);
	for (size_t i = 0; i < count; i++)
		script_row(&made->estate, rows[i]);
	script_detect(&made->estate, &made->scope, &made->run, &made->detection);
}

static void unmake(struct made *made)
{
	detection_release(&made->detection);
	run_release(&made->run);
	estate_release(&made->estate);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define HOST(id) "inv|" id "|-1h|group=prod|os=WindowsServer2019"

static const char *const before_rows[] = {
	HOST("stays"), "gat|stays|-1h|mode=1", HOST("worsens"), "gat|worsens|-1h|mode=1", HOST("mended"),
		"gat|mended|-1h|mode=1",
	HOST("falls"), "gat|falls|-1h|mode=0", HOST("fine"), "gat|fine|-1h|mode=0", HOST("gone"),
		"gat|gone|-1h|mode=2|sig=1.2|bag=Ring:slow",
	HOST("moved"), HOST("merged"), HOST("client"), HOST("mute"), HOST("goodbye"), "gat|goodbye|-1h|mode=0",
	HOST("excl"), "gat|excl|-1h|mode=1", HOST("nogroup"),
};

static const char *const after_rows[] = {
	HOST("stays"), "gat|stays|-1m|mode=1|sig=9", HOST("worsens"), "gat|worsens|-1h|mode=2", HOST("mended"),
		"gat|mended|-1h|mode=0",
	HOST("falls"), "gat|falls|-1h|mode=1", HOST("fine"), "gat|fine|-1h|mode=0", HOST("fresh"), HOST("good"),
		"gat|good|-1h|mode=0",
	"inv|moved|-1h|group=Test x|os=WindowsServer2019", HOST("merged") "|merged=stays",
	"inv|client|-1h|group=prod|os=Windows11", "gat|mute|-1h|mode=1",
	HOST("excl") "|excluded=1", "gat|excl|-1h|mode=1", "inv|nogroup|-1h|os=WindowsServer2019",
};

struct outcome {
	const char *id, *change, *before;
	bool altered;
	int64_t first;            /* FirstSeen, counted from NOW; TIME_NONE: none */
	const char *vanished;
};

static const struct outcome outcomes[] = {
	{ "stays", "persisting", "passive", false, -500, NULL },
	{ "worsens", "persisting", "passive", true, -100, NULL },
	{ "mended", "resolved", "passive", false, -100, NULL },
	{ "falls", "new", "active", false, 0, NULL },
	{ "fine", "", "active", false, TIME_NONE, NULL },
	{ "fresh", "new", NULL, false, 0, NULL },
	{ "good", "", NULL, false, TIME_NONE, NULL },
	{ "gone", "vanished", "disabled", false, -100, "no longer reported" },
	{ "moved", "vanished", "unassessed", false, -100, "left the scope: its machine group is now Test x" },
	{ "merged", "vanished", "unassessed", false, -100, "merged into stays" },
	{ "client", "vanished", "unassessed", false, -100, "is no longer a server: OSPlatform is now Windows11" },
	{ "mute", "vanished", "unassessed", false, -100, "no longer reported" },
	{ "excl", "persisting", "passive", true, -100, NULL },
	{ "nogroup", "vanished", "unassessed", false, -100, "left the scope: it has no machine group now" },
};

static void check_outcome(const struct run *run, const struct outcome *o)
{
	uint32_t row = script_find(run, o->id);
	if (row == MAP_NONE)
		fail_msg("%s is missing", o->id);
	const struct table *t = &run->rows;
	enum verdict before = o->before ? verdict_named(slice_of(o->before)) : VERDICT_NONE;
	int64_t first = o->first == TIME_NONE ? TIME_NONE : NOW + o->first;
	struct bag_pair pair;
	bool reason = bag_find(table_bag(t, row), slice_of("Vanished"), &pair);
	if (strcmp(change_names[t->change[row]], o->change) != 0 || t->before[row] != before || t->altered[row] != o->altered ||
	    t->time[TIME_FIRST_SEEN][row] != first || reason != (o->vanished != NULL))
		fail_msg("%s: %s, before %d, altered %d, first %lld, reason %d", o->id, change_names[t->change[row]],
			t->before[row],
		         t->altered[row], (long long)(t->time[TIME_FIRST_SEEN][row] - NOW), reason);
	if (o->vanished)
		assert_text(pair.value, o->vanished);
}

static void compares(void **state)
{
	(void)state;
	struct made before, after;
	make(&before, before_rows, COUNT(before_rows));
	make(&after, after_rows, COUNT(after_rows));
	before.run.id = 41;
	before.run.started = NOW - 100;
	change_compare(&before.run, NULL, NULL);
	assert_int_equal(before.run.changes[CHANGE_NEW], run_findings(&before.run));
	assert_int_equal(before.run.baseline, 0);
	before.run.rows.time[TIME_FIRST_SEEN][script_find(&before.run, "stays")] = NOW - 500;
	before.run.rows.time[TIME_FIRST_SEEN][script_find(&before.run, "mended")] = TIME_NONE;
	uint32_t old_count = before.run.rows.count;
	change_compare(&after.run, &before.run, &after.estate);
	assert_int_equal(before.run.rows.count, old_count);
	assert_int_equal(after.run.baseline, 41);
	assert_int_equal(after.run.baseline_started, NOW - 100);
	assert_false(after.run.baseline_incomplete);
	for (size_t i = 0; i < COUNT(outcomes); i++)
		check_outcome(&after.run, &outcomes[i]);
	/* an active host that goes is no news */
	assert_int_equal(script_find(&after.run, "goodbye"), MAP_NONE);
	assert_int_equal(after.run.changes[CHANGE_NEW], 2);
	assert_int_equal(after.run.changes[CHANGE_PERSISTING], 3);
	assert_int_equal(after.run.changes[CHANGE_RESOLVED], 1);
	assert_int_equal(after.run.changes[CHANGE_VANISHED], 6);
	assert_int_equal(after.run.altered, 2);
	assert_int_equal(after.run.changes[CHANGE_NONE], 2);
	/* gone and mute, and goodbye: who moved, merged or changed platform is explained */
	assert_int_equal(after.run.gaps.lost, 3);
	assert_int_equal(after.run.gaps.lost_findings, 2);
	assert_adds_up(&after.run);
	unmake(&before);
	unmake(&after);
}

/* What a vanished host leaves behind, and that it vanishes only once. */
static void ghosts(void **state)
{
	(void)state;
	static const char *const first_rows[] = { HOST("g"), "gat|g|-1h|mode=2|sig=1.2|bag=Ring:slow|bag=Vanished:x",
		HOST("keep") };
	static const char *const rest_rows[] = { HOST("keep") };
	struct made first, second, third, back;
	make(&first, first_rows, COUNT(first_rows));
	make(&second, rest_rows, COUNT(rest_rows));
	make(&third, rest_rows, COUNT(rest_rows));
	make(&back, first_rows, COUNT(first_rows));
	change_compare(&first.run, NULL, NULL);
	change_compare(&second.run, &first.run, NULL);
	uint32_t ghost = script_find(&second.run, "g");
	struct bag_pair pair;
	assert_int_equal(second.run.rows.verdict[ghost], VERDICT_DISABLED);
	assert_false(table_is_present(&second.run.rows, ghost));
	assert_text(table_text(&second.run.rows, TEXT_SIGNATURE, ghost), "1.2");
	assert_text(table_name(&second.run.rows, ghost), "g");
	assert_true(bag_find(table_bag(&second.run.rows, ghost), slice_of("Vanished"), &pair));
	assert_text(pair.value, "no longer reported");
	assert_true(bag_find(table_bag(&second.run.rows, ghost), slice_of("Ring"), &pair));
	assert_int_equal(second.run.gaps.lost, 0);   /* without an estate nobody knows */
	change_compare(&third.run, &second.run, &third.estate);
	assert_int_equal(third.run.gaps.lost, 0);    /* lost once, not every day */
	assert_int_equal(script_find(&third.run, "g"), MAP_NONE);
	assert_int_equal(third.run.changes[CHANGE_VANISHED], 0);
	back.run.started = NOW + 50;
	change_compare(&back.run, &second.run, &back.estate);
	uint32_t again = script_find(&back.run, "g");
	assert_int_equal(back.run.rows.change[again], CHANGE_NEW);
	assert_int_equal(back.run.rows.before[again], VERDICT_NONE);
	assert_int_equal(back.run.rows.time[TIME_FIRST_SEEN][again], NOW + 50);
	unmake(&first);
	unmake(&second);
	unmake(&third);
	unmake(&back);
}

/* Each kind of evidence alters a persisting finding; time alone does not. */
static void alters(void **state)
{
	(void)state;
	static const struct { const char *row; bool altered; } after[] = {
		{ "fin|a|-1h|group=prod|mode=1|amode=1|av=Sophos", false },
		{ "fin|a|-1m|group=prod|mode=1|amode=1|av=Sophos|sig=2|health=Active", false },
		{ "fin|a|-20d|group=prod|mode=1|amode=1|av=Sophos|at=-20d|gt=-20d", false },
		{ "fin|a|-1h|group=PROD|mode=1|amode=1|av=Sophos", true },
		{ "fin|a|-1h|group=prod|mode=1|amode=1|av=ESET", true },
		{ "fin|a|-1h|group=prod|mode=1|amode=1", true },
		{ "fin|a|-1h|group=prod|mode=1|av=Sophos", true },
		{ "fin|a|-1h|group=prod|amode=1|av=Sophos", true },
		{ "fin|a|-1h|group=prod|mode=1|amode=1|compliant=1|av=Sophos", true },
		{ "fin|a|-1h|group=prod|mode=1|amode=1|excluded=1|av=Sophos", true },
		{ "fin|a|-1h|group=prod|mode=4|amode=4|av=Sophos", true },
	};
	for (size_t i = 0; i < COUNT(after); i++) {
		struct made old, fresh;
		make(&old, &after[0].row, 1);
		make(&fresh, &after[i].row, 1);
		change_compare(&fresh.run, &old.run, &fresh.estate);
		assert_int_equal(fresh.run.rows.change[0], CHANGE_PERSISTING);
		if (fresh.run.rows.altered[0] != after[i].altered)
			fail_msg("row %zu: altered %d", i, fresh.run.rows.altered[0]);
		unmake(&old);
		unmake(&fresh);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(compares), cmocka_unit_test(ghosts), cmocka_unit_test(alters) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
