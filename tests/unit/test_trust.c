/* test_trust.c - every reason that makes a run incomplete, and the nearest case that does not. */
#include "tests/unit/script.h"

#define HOST(id) "inv|" id "|-1h|group=prod|os=WindowsServer2019"

struct trial {
	const char *name;
	const char *groups[3], *canaries[3], *platforms[3];   /* no platforms: WindowsServer */
	const char *rows[8];
	uint32_t near;                      /* devices of a platform that is written almost as configured */
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
	{ .name = "a canary without a name", .canaries = { "", " " }, .rows = { HOST("a"), "gat|a|-1h|mode=1" },
	  .expected = { "canary-missing: without a name", "canary-missing: without a name" } },
	{ .name = "two hosts of one short name, both active", .canaries = { "web" },
	  .rows = { HOST("a") "|name=web.one", "gat|a|-1h|mode=0", HOST("b") "|name=web.two", "gat|b|-1h|mode=0" },
	  .expected = { "canary-missing: its verdict is active" } },
	/* groups and scope */
	{ .name = "a group configured twice", .groups = { "prod", "PROD" }, .rows = { HOST("a"), "gat|a|-1h|mode=1" } },
	{ .name = "a group without a name", .groups = { "", "prod" }, .rows = { HOST("a"), "gat|a|-1h|mode=1" },
	  .expected = { "group-unmatched: without a name" } },
	{ .name = "the nearest group is named", .groups = { "prod", "te st" },
	  .rows = { HOST("a"), "gat|a|-1h|mode=1", "inv|b|-1h|group=test|os=WindowsServer2019" },
	  .expected = { "group-unmatched: nearest group of the estate is \"test\" with 1 server (" } },
	/* platforms */
	{ .name = "a platform that matches nothing", .platforms = { "WindowsServer2019", "WindowsServer2099" },
	  .rows = { HOST("a"), "gat|a|-1h|mode=1" }, .expected = { "platform-unmatched: \"WindowsServer2099\" matched no device" } },
	{ .name = "platforms in any letter case", .platforms = { "windowsSERVER2019", "windows11" },
	  .rows = { HOST("a"), "gat|a|-1h|mode=1", "inv|b|-1h|os=Windows11", "gat|b|-1h|mode=1" } },
	{ .name = "platforms that are written almost so", .near = 3, .rows = { HOST("a"), "gat|a|-1h|mode=1",
		"inv|b|-1h|os=Windows Server 2022", "inv|c|-1h|os= WindowsServer2022", "inv|d|-1h|os= WindowsServer2022" } },
	{ .name = "look-alike letters, a slip, signs", .near = 3, .rows = { HOST("a"), "gat|a|-1h|mode=1", "inv|b|-1h|os=W\xd1\x96ndowsServer2022",
		"inv|c|-1h|os=WindowsServr2022", "inv|d|-1h|os=Windows-Server-2019" } },
	{ .name = "honest other platforms", .rows = { HOST("a"), "gat|a|-1h|mode=1", "inv|b|-1h|os=Windows11", "inv|c|-1h|os=Windows10WVD",
		"inv|d|-1h|os=Linux", "inv|e|-1h|os=macOS", "inv|f|-1h|os=WindowsMobile" } },
	{ .name = "digits are no slips", .platforms = { "WindowsServer2019" }, .rows = { HOST("a"), "gat|a|-1h|mode=1",
		"inv|b|-1h|os=WindowsServer2016", "inv|c|-1h|os=WindowsServer2012R2" } },
	/* ids */
	{ .name = "ids that differ in letter case", .rows = { HOST("abc"), "gat|ABC|-1h|mode=1", "gat|abc|-1h|mode=0" },
	  .expected = { "ids-differ: 1 device id differs from another only in letter case, blanks, signs or leading zeros" } },
	{ .name = "ids that differ in signs, zeros in front and 0x", .rows = { HOST("00000000000000000000000000000000000000ab"), HOST("{1f-2e}"),
		HOST("cd"), "gat|0xAB|-1h|mode=1", "gat|1F2E|-1h|mode=1", "gat|00cd|-1h|mode=1",
		"gat|00000000000000000000000000000000000000ab|-1h|mode=0",
		"gat|cd|-1h|mode=1" },
	  .expected = { "ids-differ: 3 device ids differ from another", "enrichment-missing: 1 of 3" } },
	{ .name = "zeros inside an id and ids of signs alone are others", .rows = { HOST("a0b"), HOST("ab"), HOST("-"), HOST("+"), HOST("0x"),
		"gat|a0b|-1h|mode=1", "asm|ab|-1h|mode=1" }, .expected = { "enrichment-missing: 4 of 5" } },
	{ .name = "ids that differ in blanks, none of them plain", .rows = { HOST("Abc "), "gat|aBC|-1h|mode=1", "gat|Abc |-1h|mode=0", "gat| ABC|-1h|mode=0" },
	  .expected = { "ids-differ: 2 device ids differ from another" } },
	{ .name = "ids in capitals throughout", .rows = { HOST("ABC"), "gat|ABC|-1h|mode=1", HOST("ABD"), "gat|ABD|-1h|mode=1" } },
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
		if (trial->platforms[0]) {
			scope.platforms = trial->platforms;
			scope.platform_count = listed(trial->platforms, 3);
		}
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
		if (run.gaps.near_platform != trial->near || !run.gaps.near_example != !trial->near)
			fail_msg("%s: %u near platforms", trial->name, (unsigned)run.gaps.near_platform);
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

/* Servers of before, how many of them were findings, and how many of each DeviceInfo does not tell of any more. */
static void losses(void **state)
{
	(void)state;
	static const struct { uint32_t servers, findings, lost, lost_findings; const char *said; } falls[] = {
		{ 100, 50, 20, 10, NULL }, { 100, 50, 21, 10, "21 of 100 servers of run 7 are not reported any more, 10 of them findings" },
		{ 40, 20, 9, 4, NULL }, { 40, 20, 10, 0, "10 of 40 servers" }, { 9, 9, 9, 9, NULL },
		{ 1000, 40, 20, 9, NULL }, { 1000, 40, 20, 10, "10 of 40 findings of run 7 are not reported any more" }, { 1000, 50, 20, 10, NULL },
		{ 1000, 500, 0, 0, NULL },
	};
	for (size_t i = 0; i < sizeof falls / sizeof falls[0]; i++) {
		struct estate estate;
		struct run baseline = { .id = 7, .started = NOW - 1, .counts = { [VERDICT_PASSIVE] = falls[i].findings,
			[VERDICT_ACTIVE] = falls[i].servers - falls[i].findings } }, run;
		struct detection detection;
		struct scope scope = script_scope(NULL, 0);
		estate_init(&estate);
		script_row(&estate, HOST("a"));
		script_row(&estate, "gat|a|-1h|mode=0");
		script_detect(&estate, &scope, &run, &detection);
		/* As many findings as before: new ones hide what is lost. */
		run.counts[VERDICT_PASSIVE] = falls[i].findings;
		run.gaps.lost = falls[i].lost;
		run.gaps.lost_findings = falls[i].lost_findings;
		trust_judge(&run, &detection, &baseline);
		assert_int_equal(run.reason_count, falls[i].said != NULL);
		if (falls[i].said) {
			assert_int_equal(run.reasons[0].id, REASON_SHRUNK);
			if (!strstr(run.reasons[0].sentence, falls[i].said))
				fail_msg("%s", run.reasons[0].sentence);
		}
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
	}
}

/* Hosts that nothing or only old evidence vouches for: of 50 servers `stale` are active by a row of nine days ago, `unjudged` have no row of
 * scid-2010, and `orphans` stand beside them without a row of DeviceInfo. */
static void blind_spots(void **state)
{
	(void)state;
	static const struct { uint32_t servers, stale, stale_mode, unjudged, orphans; const char *said[3]; } cases[] = {
		{ 50, 10, 0, 10, 12, { NULL } },
		{ 50, 11, 0, 0, 0, { "witness-stale: 11 of 50 servers in scope (22.00 %) are active by evidence older than 8d; the limit is 20.00 %." } },
		{ 50, 11, 1, 0, 0, { NULL } },
		{ 12, 9, 0, 9, 9, { NULL } },
		{ 50, 0, 0, 11, 0, { "assessment-missing: 11 of 50 servers in scope (22.00 %) have no row of scid-2010 in Device" } },
		{ 50, 0, 0, 50, 0, { "table-missing: row of scid-2010" } },
		{ 50, 0, 0, 0, 13, { "inventory-missing: 13 devices have a witness row and none in DeviceInfo, beside 50 servers in scope (20.63 % of both)" } },
		{ 2, 0, 0, 0, 10, { "inventory-missing: 10 devices" } },
		{ 20, 10, 0, 10, 10, { "witness-stale: 10 of 20", "assessment-missing: 10 of 20", "inventory-missing: 10 devices" } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct estate estate;
		struct run run;
		struct detection detection;
		struct scope scope = script_scope(NULL, 0);
		char row[100], name[20];
		estate_init(&estate);
		estate.given[TABLE_ASSESSMENT] = true;
		for (uint32_t n = 0; n < cases[i].servers + cases[i].orphans; n++) {
			bool old = n < cases[i].stale;
			snprintf(row, sizeof row, HOST("h%u"), n);
			if (n < cases[i].servers)
				script_row(&estate, row);
			snprintf(row, sizeof row, "gat|h%u|-%s|mode=%u", n, old ? "9d" : "1h", n < cases[i].servers ? (old ? cases[i].stale_mode : 0) : n % 2);
			script_row(&estate, row);
			snprintf(row, sizeof row, "asm|h%u|-9d|mode=%u|compliant=%d", n, old ? cases[i].stale_mode : 0, !old || !cases[i].stale_mode);
			if (n + cases[i].unjudged < cases[i].servers)
				script_row(&estate, row);
		}
		script_detect(&estate, &scope, &run, &detection);
		trust_judge(&run, &detection, NULL);
		snprintf(name, sizeof name, "blind spot %zu", i);
		check_reasons(name, &run, cases[i].said, listed(cases[i].said, 3));
		assert_int_equal(run.gaps.stale, cases[i].stale);
		assert_int_equal(run.gaps.stale_active, cases[i].stale_mode ? 0 : cases[i].stale);
		assert_int_equal(run.gaps.orphans, cases[i].orphans);
		assert_int_equal(run.gaps.orphans_bad, (cases[i].servers + cases[i].orphans) / 2 - cases[i].servers / 2);
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
	}
}

/* The last complete run had 40 findings of 60 servers; what is said of a later one below an incomplete baseline. */
static void past(void **state)
{
	(void)state;
	static const struct { uint32_t findings, resolved_now, resolved_since, in_scope, other_group; int64_t days; const char *said[3]; } cases[] = {
		{ 20, 0, 0, 60, 0, 1, { "findings-dropped: fell from 40 in run 7, the last complete one, to 20, and only 0 are resolved since" } },
		{ 20, 3, 8, 60, 0, 1, { NULL } }, { 20, 3, 7, 60, 0, 1, { "findings-dropped: only 10 are resolved since" } },
		{ 20, 0, 0, 60, 0, 9, { NULL } }, { 20, 0, 0, 60, 0, 8, { "findings-dropped: " } },
		{ 31, 0, 0, 60, 0, 1, { NULL } }, { 60, 0, 0, 60, 0, 1, { NULL } },
		{ 40, 0, 0, 47, 0, 1, { "servers-dropped: Run 7, the last complete one, had 60 servers in scope, this one has 47" } },
		{ 40, 0, 0, 48, 0, 1, { NULL } }, { 40, 0, 0, 47, 1, 1, { NULL } },
		{ 20, 0, 0, 40, 0, 1, { "findings-dropped: ", "servers-dropped: " } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scope scope = script_scope(NULL, 0);
		struct run complete = { .id = 7, .started = NOW - cases[i].days * SPAN_DAY, .counts = { [VERDICT_PASSIVE] = 40, [VERDICT_ACTIVE] = 20 },
			.estate.in_scope = 60, .estate.other_group = 5 };
		struct run run = { .id = 9, .started = NOW, .counts = { [VERDICT_PASSIVE] = cases[i].findings },
			.changes[CHANGE_RESOLVED] = cases[i].resolved_now, .estate.in_scope = cases[i].in_scope,
			.estate.other_group = 5 + cases[i].other_group };
		char name[20];
		snprintf(name, sizeof name, "past %zu", i);
		trust_judge_past(&run, &scope, &complete, cases[i].resolved_since);
		check_reasons(name, &run, cases[i].said, listed(cases[i].said, 3));
		/* What the baseline has said already is not said twice. */
		size_t said = run.reason_count;
		trust_judge_past(&run, &scope, &complete, cases[i].resolved_since);
		assert_int_equal(run.reason_count, said);
		run_release(&run);
	}
}

static void guards(void **state)
{
	(void)state;
	struct scope scope = script_scope(NULL, 0);
	struct strbuf text = STRBUF_INIT(4096);
	static const char *const everything[] = { "Windows", "" };
	scope.acceptance = 366 * SPAN_DAY;
	for (unsigned number = 0; number < TRUST_GUARDS; number++)
		assert_false(trust_guard(&scope, number, &text));
	scope.drop = scope.unreadable = 10000;
	scope.unenriched = 5000;
	scope.freshness = scope.silence = 36500 * SPAN_DAY;
	scope.acceptance = 366 * SPAN_DAY + 1;
	scope.platforms = everything;
	scope.platform_count = 2;
	static const char *const said[] = { "drop is 100.00 %, so it is switched off", "unreadable is 100.00 %", "unenriched is 50.00 %:",
		"freshness is 36500d", "silence is 36500d", "acceptance is 366d", "os_platform is empty" };
	for (unsigned number = 0; number < TRUST_GUARDS; number++) {
		strbuf_clear(&text);
		assert_true(trust_guard(&scope, number, &text));
		if (!strstr(strbuf_text(&text), said[number]))
			fail_msg("%s", strbuf_text(&text));
	}
	strbuf_release(&text);
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
		cmocka_unit_test(judges), cmocka_unit_test(drops), cmocka_unit_test(losses), cmocka_unit_test(blind_spots), cmocka_unit_test(past),
		cmocka_unit_test(guards), cmocka_unit_test(baseline_from_the_future),
		cmocka_unit_test(no_group_column), cmocka_unit_test(long_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
