/* test_trust.c - every reason that makes a run incomplete, and the nearest case that does not. */
#include "tests/unit/script.h"

#define HOST(id) "inv|" id "|-1h|group=prod|os=WindowsServer2019"

struct trial {
	const char *name;
	const char *groups[3], *canaries[3];
	const char *rows[8];
	uint64_t read, unreadable;          /* of DeviceInfo */
	uint64_t unreadable_assessments;    /* of 1,000 */
	const char *expected[3];            /* `reason: part of the sentence`; none means complete */
};

static const struct trial trials[] = {
	{ .name = "complete", .groups = { "PROD" }, .canaries = { "a" }, .rows = { HOST("a"), "gat|a|-1h|mode=1" } },
	/* canaries */
	{ .name = "canary by full name, case folded", .canaries = { "WEB01.Contoso.com", "b\xc3\x9cro" },
	  .rows = { HOST("a") "|name=web01.contoso.COM", "gat|a|-1h|mode=1", HOST("b") "|name=B\xc3\xbcRO.x",
	            "gat|b|-1h|mode=1" } },
	{ .name = "canary by its first label", .canaries = { "web01" }, .rows = { HOST("a") "|name=Web01.contoso.com",
		"gat|a|-1h|mode=1" } },
	{ .name = "a canary is not the start of another name", .canaries = { "web0", "web01.contoso", "b.x" },
	  .rows = { HOST("a") "|name=web01.contoso.com", "gat|a|-1h|mode=1", HOST("b") "|name=b.x.y", "gat|b|-1h|mode=1" },
	  .expected = { "canary-missing: web0 is", "canary-missing: web01.contoso is", "canary-missing: b.x is" } },
	{ .name = "canary that is active", .canaries = { "a" }, .rows = { HOST("a"), "gat|a|-1h|mode=0" },
	  .expected = { "canary-missing: its verdict is active" } },
	{ .name = "canary out of scope", .groups = { "prod" }, .canaries = { "b" },
	  .rows = { HOST("a"), "gat|a|-1h|mode=1", "inv|b|-1h|group=x|os=WindowsServer2019", "gat|b|-1h|mode=1" },
	  .expected = { "canary-missing: no host in scope has that name" } },
	{ .name = "two hosts of one short name, one a finding", .canaries = { "web" },
	  .rows = { HOST("a") "|name=web.one", "gat|a|-1h|mode=1", HOST("b") "|name=web.two", "gat|b|-1h|mode=0" } },
	/* groups and scope */
	{ .name = "a group that matched no server", .groups = { "prod", "Prod", "test " },
	  .rows = { HOST("a"), "gat|a|-1h|mode=1", "inv|b|-1h|group=test |os=Windows11" },
	            .expected = { "group-unmatched: \"test \"" } },
	{ .name = "nothing in scope", .groups = { "x" }, .rows = { HOST("a"), "gat|a|-1h|mode=1" },
	  .expected = { "group-unmatched: not an all-clear", "group-unmatched: \"x\"" } },
	{ .name = "nothing but clients", .rows = { "inv|a|-1h|os=Windows11" },
		.expected = { "table-missing: 1 are of another platform" } },
	{ .name = "nothing at all", .expected = { "table-missing: not an all-clear" } },
	/* feed and clock */
	{ .name = "no witness at all", .rows = { HOST("a"), "gat|b|-1h|mode=1", HOST("c") },
	  .expected = { "feed-stopped: None of 2", "table-missing: row in DeviceTvmInfoGathering", "enrichment-missing: 2 of 2" } },
	{ .name = "a table without a row of any server in scope", .rows = { HOST("a"), "asm|b|-1h|mode=1", "gat|a|-1h|mode=1" },
	  .expected = { "table-missing: None of 1 servers in scope has a row of scid-2010 in "
	                "DeviceTvmSecureConfigurationAssessment." } },
	{ .name = "the gathering of other servers", .rows = { HOST("a"), "asm|a|-1h|mode=1", "gat|b|-1h|mode=1" },
	  .expected = { "table-missing: None of 1 servers in scope has a row in DeviceTvmInfoGathering.", "enrichment-missing: 1 of 1" } },
	{ .name = "one row is enough", .rows = { HOST("a"), "asm|a|-1h|mode=1", "gat|a|-1h|mode=1" } },
	{ .name = "the feed has stopped", .rows = { HOST("a"), "gat|a|-10d|mode=1", "asm|a|-9d|mode=1" },
	  .expected = { "feed-stopped: 9d" } },
	{ .name = "the feed is at the limit", .rows = { HOST("a"), "gat|a|-8d|mode=1" } },
	{ .name = "fresh witnesses out of scope do not count", .rows = { HOST("a"), "gat|a|-9d|mode=1", "gat|b|-1h|mode=1" },
	  .expected = { "feed-stopped: 9d" } },
	{ .name = "witnesses without a time say nothing of the feed", .rows = { "fin|a||mode=1" } },
	{ .name = "the future", .rows = { HOST("a"), "gat|a|+25h|mode=1" }, .expected = { "clock-wrong: 1d 1h" } },
	{ .name = "seen in the future", .rows = { "inv|a|+3d|os=WindowsServer2016", "gat|a|-1h|mode=1" },
		.expected = { "clock-wrong: 3d" } },
	{ .name = "a row of the future that puts a host out of scope", .groups = { "prod" },
	  .rows = { HOST("a"), "gat|a|-1h|mode=1", HOST("b"), "inv|b|+2d|group=test|os=WindowsServer2019" },
	  .expected = { "clock-wrong: 2d" } },
	{ .name = "a witness of the future, of a device without inventory", .rows = { HOST("a"), "gat|a|-1h|mode=1", "asm|b|+2d|mode=1",
		"asm|a|-1h|mode=1" },
	  .expected = { "clock-wrong: 2d" } },
	{ .name = "a little ahead", .rows = { HOST("a"), "gat|a|+24h|mode=1" } },
	/* shares */
	{ .name = "unreadable at the limit", .rows = { HOST("a"), "gat|a|-1h|mode=1" }, .read = 100, .unreadable = 1 },
	{ .name = "unreadable over the limit", .rows = { HOST("a"), "gat|a|-1h|mode=1" }, .read = 1000, .unreadable = 11,
	  .expected = { "rows-unreadable: 11 of 1000 rows of DeviceInfo (1.10 %)" } },
	{ .name = "of two tables over the limit the worse one is named", .rows = { HOST("a"), "gat|a|-1h|mode=1" }, .read = 100,
	  .unreadable = 2, .unreadable_assessments = 30,
	  .expected = { "rows-unreadable: 30 of 1000 rows of DeviceTvmSecureConfigurationAssessment (3.00 %)" } },
	{ .name = "the first table was not given", .rows = { HOST("a"), "gat|a|-1h|mode=1" }, .unreadable_assessments = 11,
	  .expected = { "rows-unreadable: 11 of 1000" } },
	{ .name = "unenriched over the limit", .rows = { HOST("a"), "gat|a|-1h|mode=1", HOST("b"), "asm|b|-1h|mode=1" },
	  .expected = { "enrichment-missing: 1 of 2 servers in scope (50.00 %)" } },
	{ .name = "unenriched at the limit",
	  .rows = { HOST("a"), "gat|a|-1h|mode=1", HOST("b"), "gat|b|-1h|mode=1", "fin|c|-1h|mode=1", "fin|d|-1h|mode=1",
	            HOST("e") } },
	{ .name = "no gathering was given", .rows = { HOST("a"), "asm|a|-1h|mode=1" } },
};

static size_t listed(const char *const *list, size_t max)
{
	size_t n = 0;
	while (n < max && list[n])
		n++;
	return n;
}

static void check_reasons(const char *name, const struct run *run, const char *const *expected, size_t count)
{
	struct strbuf all = STRBUF_INIT(8192);
	for (size_t i = 0; i < run->reason_count; i++)
		strbuf_addf(&all, "\n  %s: %s", reasons[run->reasons[i].id].name, run->reasons[i].sentence);
	if (run->reason_count != count || run_complete(run) != (count == 0))
		fail_msg("%s: %zu reasons%s", name, run->reason_count, strbuf_text(&all));
	for (size_t i = 0; i < count; i++) {
		size_t head = strcspn(expected[i], ":");
		const struct reason *reason = &run->reasons[i];
		if (strncmp(reasons[reason->id].name, expected[i], head) != 0 || !strstr(reason->sentence, expected[i] + head + 2))
			fail_msg("%s: no `%s` in%s", name, expected[i], strbuf_text(&all));
		assert_int_equal(reason->sentence[strlen(reason->sentence) - 1], '.');
	}
	strbuf_release(&all);
}

static void judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
		const struct trial *trial = &trials[i];
		struct estate estate;
		struct run run;
		struct detection detection;
		struct scope scope = script_scope(trial->groups, listed(trial->groups, 3));
		scope.canaries = trial->canaries;
		scope.canary_count = listed(trial->canaries, 3);
		estate_init(&estate);
		for (size_t r = 0; r < listed(trial->rows, 8); r++)
			script_row(&estate, trial->rows[r]);
		estate.table[TABLE_ASSESSMENT].read = 1000;
		estate.table[TABLE_ASSESSMENT].unreadable = trial->unreadable_assessments ? trial->unreadable_assessments : 9;
		estate.table[TABLE_INVENTORY].read = trial->read;
		estate.table[TABLE_INVENTORY].unreadable = trial->unreadable;
		script_detect(&estate, &scope, &run, &detection);
		change_compare(&run, NULL, &estate);
		trust_judge(&run, &detection, NULL);
		check_reasons(trial->name, &run, trial->expected, listed(trial->expected, 3));
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
	}
}

/* Findings of before and now, how many of before were mended, and whether that is a drop at a limit of 20 %. */
static void drops(void **state)
{
	(void)state;
	static const struct { uint32_t before, now, resolved; bool drop; } falls[] = {
		{ 100, 100, 0, false }, { 100, 80, 0, false }, { 100, 79, 0, true }, { 100, 50, 50, false }, { 100, 50, 30, false },
		{ 100, 50, 29, true }, { 0, 0, 0, false }, { 0, 10, 0, false }, { 5, 0, 0, true }, { 5, 0, 4, false }, { 10, 20, 10, false },
	};
	for (size_t i = 0; i < sizeof falls / sizeof falls[0]; i++) {
		struct estate estate;
		struct run baseline = { .counts = { [VERDICT_PASSIVE] = falls[i].before, [VERDICT_ACTIVE] = 9 } }, run;
		struct detection detection;
		struct scope scope = script_scope(NULL, 0);
		estate_init(&estate);
		script_row(&estate, HOST("a"));
		script_row(&estate, "gat|a|-1h|mode=0");
		script_detect(&estate, &scope, &run, &detection);
		run.counts[VERDICT_PASSIVE] = falls[i].now;
		run.changes[CHANGE_RESOLVED] = falls[i].resolved;
		trust_judge(&run, &detection, &baseline);
		assert_int_equal(run.reason_count, falls[i].drop);
		if (falls[i].drop)
			assert_int_equal(run.reasons[0].id, REASON_DROP);
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
	}
}

/* A run that is older than the one it is compared with: one of the two clocks was wrong. */
static void baseline_from_the_future(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		struct estate estate;
		struct run baseline = { .started = NOW + late }, run;
		struct detection detection;
		struct scope scope = script_scope(NULL, 0);
		static const char *const expected[] = { "clock-wrong: compared with is of 2026-" };
		estate_init(&estate);
		script_row(&estate, HOST("a"));
		script_row(&estate, "gat|a|-1h|mode=0");
		script_detect(&estate, &scope, &run, &detection);
		trust_judge(&run, &detection, &baseline);
		check_reasons("baseline", &run, expected, (size_t)late);
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
	}
}

static void no_group_column(void **state)
{
	(void)state;
	static const char *const groups[] = { "a", "b" };
	static const char *const expected[] = { "group-unmatched: not an all-clear",
		"group-unmatched: no MachineGroup column" };
	struct estate estate;
	struct run run;
	struct detection detection;
	struct scope scope = script_scope(groups, 2);
	estate_init(&estate);
	estate.has_group_column = false;
	script_row(&estate, "fin|a|-1h|mode=1");
	script_detect(&estate, &scope, &run, &detection);
	trust_judge(&run, &detection, NULL);
	assert_int_equal(run.estate.other_group, 1);
	check_reasons("no group column", &run, expected, 2);
	detection_release(&detection);
	run_release(&run);
	estate_release(&estate);
}

/* A reason with a name of any length is a sentence. */
static void long_names(void **state)
{
	(void)state;
	struct run run = { 0 };
	char *name = malloc(5000);
	memset(name, 'x', 4999);
	name[4999] = '\0';
	run_add_reason(&run, REASON_CANARY, "The host %s is gone.", name);
	assert_string_equal(run.reasons[0].sentence, reasons[REASON_CANARY].meaning);
	for (int i = 0; i < REASON_COUNT; i++)
		assert_true(reasons[i].name && reasons[i].meaning && reasons[i].mend);
	for (int i = 0; i < REASON_COUNT; i++)   /* a command that is named must be there */
		assert_null(strstr(reasons[i].mend, "rouse groups"));
	free(name);
	run_release(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges), cmocka_unit_test(drops), cmocka_unit_test(baseline_from_the_future),
		cmocka_unit_test(no_group_column), cmocka_unit_test(long_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
