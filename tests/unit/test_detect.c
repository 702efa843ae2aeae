/* test_detect.c - the traps: small estates, each fed in many orders, with the verdict and flags of every device in scope. */
#include "tests/unit/script.h"

#include "core/base/utf8.h"

#define ROWS_MAX 14
#define EXPECTED_MAX 6
#define ORDERS 24   /* as written, reversed, and shuffled */

struct trap {
	const char *name;
	const char *groups[4];               /* of the scope; none means every group */
	const char *rows[ROWS_MAX];
	/* One line per device in scope: `ID verdict flags [key=value]`; the keys are group= mode= amode= sig= engine= av= name= bag= */
	const char *expected[EXPECTED_MAX];
	struct estate_counts out;            /* in_scope and devices are counted from the lines above */
};

#define SERVER "os=WindowsServer2019"
#define FINE "|onb=Onboarded|health=Active"

static const struct trap traps[] = {
	/* ---- newest row first, state after ---- */
	{ .name = "an older passive row does not outlive a newer active one",
	  .rows = { "inv|a|-2h|" SERVER, "gat|a|-9d|mode=1", "gat|a|-1h|mode=0", "asm|a|-9d|mode=1|compliant=0",
	            "asm|a|-1h|mode=0|compliant=1" },
	  .expected = { "a active" } },
	{ .name = "an older active row does not hide a newer passive one",
	  .rows = { "inv|a|-2h|" SERVER FINE, "gat|a|-9d|mode=0", "gat|a|-1h|mode=1", "asm|a|-9d|mode=0|compliant=1",
	            "asm|a|-1h|mode=1|compliant=0" },
	  .expected = { "a passive portal-healthy mode=1 amode=1" } },
	{ .name = "rows a ten-millionth of a second apart",
	  .rows = { "inv|a|-2h|" SERVER, "gat|a|-2t|mode=0", "gat|a|-1t|mode=4", "gat|a|-3t|mode=2" },
	  .expected = { "a edr-block" } },
	{ .name = "a host that moved out of the group does not match by an old row", .groups = { "prod" },
	  .rows = { "inv|a|-5d|group=prod|" SERVER, "inv|a|-1h|group=test|" SERVER, "gat|a|-1h|mode=1" },
	  .out = { .other_group = 1 } },
	{ .name = "a host that moved into the group matches by its new row", .groups = { "prod" },
	  .rows = { "inv|a|-5d|group=test|" SERVER, "inv|a|-1h|group=prod|" SERVER, "gat|a|-1h|mode=1" },
	  .expected = { "a passive group=prod" } },
	{ .name = "a server that became something else, and the reverse",
	  .rows = { "inv|a|-5d|" SERVER, "inv|a|-1h|os=Windows11", "inv|b|-5d|os=Windows10", "inv|b|-1h|" SERVER,
	            "gat|b|-1h|mode=2" },
	  .expected = { "b disabled" }, .out = { .other_platform = 1 } },
	{ .name = "a partial heartbeat neither names nor hides a host", .groups = { "prod" },
	  .rows = { "inv|a|-3h|group=prod|name=web01|" SERVER, "inv|a|-1m|group=|name=", "inv|a|-2m|os=  |name=x",
	            "gat|a|-1h|mode=1" },
	  .expected = { "a passive group=prod name=web01" } },
	{ .name = "only heartbeats, and no inventory at all",
	  .rows = { "inv|a|-1h|group=prod", "gat|a|-1h|mode=1", "gat|b|-1h|mode=1", "sw|c||vendor=x|name=y",
	            "inv|d|-1h|" SERVER },
	  .expected = { "d unassessed no-other-av" }, .out = { .no_platform = 1, .no_inventory = 2 } },
	/* ---- merged and reimaged ---- */
	{ .name = "a superseded record is dropped, a reimaged host is shown under its new id",
	  .rows = { "inv|old|-9d|name=web01|" SERVER, "inv|old|-8d|name=web01|merged=new|" SERVER,
	            "inv|new|-1h|name=web01|" SERVER,
	            "gat|old|-9d|mode=0", "gat|new|-1h|mode=1" },
	  .expected = { "new passive name=web01" }, .out = { .merged = 1 } },
	{ .name = "two ids with one name and no merge are two hosts",
	  .rows = { "inv|x|-20d|name=web01|" SERVER, "inv|y|-1h|name=web01|" SERVER, "gat|x|-20d|mode=0", "gat|y|-1h|mode=1" },
	  .expected = { "x active stale silent", "y passive" } },
	{ .name = "merged in an old row only",
	  .rows = { "inv|a|-9d|merged=b|" SERVER, "inv|a|-1h|" SERVER, "gat|a|-1h|mode=1" },
	  .expected = { "a passive" } },
	{ .name = "a merge target that is no id",
	  .rows = { "inv|a|-1h|merged=  |" SERVER, "gat|a|-1h|mode=1", "inv|b|-1h|merged=Null|" SERVER, "gat|b|-1h|mode=1",
	            "inv|c|-1h|merged=-|" SERVER, "inv|d|-1h|merged=0|" SERVER, "inv|e|-1h|merged=00000|" SERVER,
	            "inv|f|-1h|merged= NONE |" SERVER,
	            "inv|h|-1h|merged=0a|" SERVER },
	  .expected = { "a passive", "b passive", "c unassessed", "d unassessed", "e unassessed", "f unassessed" },
	  .out = { .merged = 1, .merged_astray = 1 } },
	{ .name = "a merge target in another letter case; itself too",
	  .rows = { "inv|g|-1h|merged=N/A|" SERVER,
	            "inv|abc|-1h|" SERVER, "inv|b|-1h|merged=ABC|" SERVER, "inv|DEF|-1h|" SERVER, "inv|c|-1h|merged=def|" SERVER,
	            "inv|d|-1h|merged=Def|" SERVER, "inv|e|-1h|merged=E|" SERVER,
	            "gat|GHI|-1h|mode=0", "inv|ghi|-1h|" SERVER, "inv|f|-1h|merged=GHI|" SERVER },
	  .expected = { "abc unassessed", "DEF unassessed", "e unassessed", "g unassessed", "ghi unassessed" },
	  .out = { .merged = 4, .no_inventory = 1 } },
	{ .name = "merged into a record that is there, through another, not there, a witness alone, a circle, itself",
	  .rows = { "inv|a|-1h|" SERVER, "inv|b|-1h|merged=a|" SERVER, "inv|c|-1h|merged=b|" SERVER, "inv|d|-1h|merged=gone|" SERVER,
	            "inv|e|-1h|merged=w|" SERVER, "gat|w|-1h|mode=1", "inv|f|-1h|merged=g|" SERVER, "inv|g|-1h|merged=f|" SERVER,
	            "inv|h|-1h|merged=h|" SERVER, "inv|i|-1h|merged=f|" SERVER },
	  .expected = { "a unassessed", "f unassessed", "g unassessed", "h unassessed", "i unassessed" },
	  .out = { .merged = 4, .merged_astray = 2, .no_inventory = 1 } },
	/* ---- scope ---- */
	{ .name = "group names by case, Unicode's too; blanks count", .groups = { "Win-Servers", "B\xc3\x9cRO-Server" },
	  .rows = { "inv|a|-1h|group=WIN-servers|" SERVER, "inv|b|-1h|group=b\xc3\xbcro-SERVER|" SERVER,
	            "inv|c|-1h|group=win-servers |" SERVER, "inv|d|-1h|group= win-servers|" SERVER,
	            "inv|e|-1h|group=win servers|" SERVER,
	            "inv|f|-1h|" SERVER },
	  .expected = { "a unassessed group=WIN-servers", "b unassessed group=b\xc3\xbcro-SERVER" },
	            .out = { .other_group = 4 } },
	{ .name = "look-alike groups are other groups", .groups = { "prod" },
	  .rows = { "inv|a|-1h|group=pr\xd0\xbe" "d|" SERVER, "inv|b|-1h|group=PROD|" SERVER },
	  .expected = { "b unassessed" }, .out = { .other_group = 1 } },
	{ .name = "platforms start with the prefix, ASCII case ignored",
	  .rows = { "inv|a|-1h|os=windowsSERVER2025", "inv|b|-1h|os=WindowsServer", "inv|c|-1h|os=WindowsServe",
	            "inv|d|-1h|os=Linux",
	            "inv|e|-1h|os= WindowsServer2019" },
	  .expected = { "a unassessed", "b unassessed" }, .out = { .other_platform = 3 } },
	{ .name = "ids are compared exactly",
	  .rows = { "inv|ABC|-1h|" SERVER, "inv|abc|-1h|" SERVER, "gat|abc|-1h|mode=1" },
	  .expected = { "ABC unassessed", "abc passive" } },
	/* ---- witnesses ---- */
	{ .name = "no witness row at all, or one that does not apply",
	  .rows = { "inv|a|-1h|" SERVER FINE, "inv|b|-1h|" SERVER, "asm|b|-1h|applicable=0|compliant=0|mode=1",
	            "inv|c|-1h|" SERVER,
	            "asm|c|-1h|applicable=0", "gat|c|-1h|" },
	  .expected = { "a unassessed portal-healthy", "b unassessed", "c unknown" } },
	{ .name = "witnesses that disagree",
	  .rows = { "inv|a|-1h|" SERVER, "asm|a|-1h|mode=0|compliant=1", "gat|a|-1h|mode=1", "inv|b|-1h|" SERVER,
	            "asm|b|-1h|mode=0|compliant=0", "inv|c|-1h|" SERVER, "asm|c|-1h|mode=1|compliant=1", "inv|d|-1h|" SERVER,
	            "asm|d|-1h|applicable=0|mode=1", "gat|d|-1h|mode=0" },
	  .expected = { "a unknown conflict", "b unknown conflict", "c passive conflict", "d unknown conflict" } },
	{ .name = "a newer applicable row beats an older inapplicable one, and the reverse",
	  .rows = { "inv|a|-1h|" SERVER, "asm|a|-3d|applicable=0", "asm|a|-1d|applicable=1|compliant=1|mode=0",
	            "inv|b|-1h|" SERVER,
	            "asm|b|-1d|applicable=0", "asm|b|-3d|applicable=1|compliant=1|mode=0" },
	  .expected = { "a active", "b unassessed" } },
	{ .name = "versions of scid-2011 stand in, field by field",
	  .rows = { "inv|a|-1h|" SERVER, "ver|a|-9d|sig=0.1|engine=1", "ver|a|-1d|sig=1.1|engine=2.2|plat=4.4|sigt=-2d",
	            "gat|a|-1h|mode=1|engine=9.9",
	            "inv|b|-1h|" SERVER, "ver|b|-1h|sig=1.1|engine=5" },
	  .expected = { "a passive sig=1.1 engine=9.9", "b unassessed sig=1.1 engine=5" } },
	{ .name = "the older row's fields do not fill a newer gathering",
	  .rows = { "inv|a|-1h|" SERVER, "gat|a|-3d|mode=0|engine=1.1|sig=7|bag=Ring:slow", "gat|a|-1h|bag=Other:x" },
	  .expected = { "a unknown engine=(none) sig=(none) bag=Other:x" } },
	{ .name = "a witness that could not be read takes active away, and nothing else",
	  .rows = { "inv|a|-1h|" SERVER, "gat|a|-1h|mode=0", "asm|a|-1h|applicable=1|compliant=1|doubt=1",
	            "inv|b|-1h|" SERVER, "gat|b|-1h|mode=1|doubt=1", "inv|c|-1h|" SERVER, "asm|c|-1h|mode=0|compliant=1",
	            "gat|c|-1h|doubt=1", "inv|d|-1h|" SERVER, "gat|d|-1h|mode=0", "gat|d|-2h|doubt=1", "inv|e|-1h|" SERVER,
	            "asm|e|-1h|applicable=0|doubt=1" },
	  .expected = { "a unknown", "b passive", "c unknown", "d active", "e unassessed" } },
	/* ---- equal times: towards the worse, in any order ---- */
	{ .name = "equal times of a witness", .groups = { NULL },
	  .rows = { "inv|a|-1h|" SERVER, "gat|a|-1h|mode=0", "gat|a|-1h|mode=1", "inv|b|-1h|" SERVER,
	            "asm|b|-1h|mode=0|compliant=1",
	            "asm|b|-1h|mode=1|compliant=0", "inv|c|-1h|" SERVER, "gat|c|-1h|mode=4", "gat|c|-1h|mode=2",
	            "gat|c|-1h|mode=1" },
	  .expected = { "a passive", "b passive", "c disabled" } },
	{ .name = "equal times of an assessment without a gathering mode",
	  .rows = { "inv|a|-1h|" SERVER, "asm|a|-1h|mode=0|compliant=1", "asm|a|-1h|mode=0|compliant=0",
	            "inv|b|-1h|" SERVER, "gat|b|-1h|mode=0",
	            "asm|b|-1h|compliant=1", "asm|b|-1h|mode=0|compliant=0", "asm|b|-1h|applicable=0" },
	  .expected = { "a unknown conflict", "b unknown conflict" } },
	{ .name = "a gathering in pieces of one time is put together",
	  .rows = { "inv|a|-1h|" SERVER, "gat|a|-1h|mode=1|bag=A:1|bag=C:9", "gat|a|-1h|engine=1.1|bag=B:2",
	            "gat|a|-1h|sig=7|bag=C:3" },
	  .expected = { "a passive engine=1.1 sig=7 bag=A:1 bag=B:2 bag=C:3" } },
	{ .name = "two groups at one time: in scope by either", .groups = { "prod" },
	  .rows = { "inv|a|-1h|group=aaa|" SERVER, "inv|a|-1h|group=prod|" SERVER, "inv|a|-1h|group=zzz|" SERVER,
	            "gat|a|-1h|mode=1",
	            "inv|b|-1h|group=aaa|" SERVER, "inv|b|-1h|group=PROD|" SERVER, "inv|b|-1m|group=zzz|" SERVER,
	            "inv|c|-1h|" SERVER, "inv|c|-1h|group=Prod|" SERVER },
	  .expected = { "a passive group=prod", "c unassessed group=Prod" }, .out = { .other_group = 1 } },
	{ .name = "merged or not, server or not, at one time: it stays",
	  .rows = { "inv|a|-1h|merged=b|name=AAA|" SERVER, "inv|a|-1h|" SERVER, "inv|c|-1h|os=AAA", "inv|c|-1h|" SERVER,
	            "inv|c|-1h|os=ZZZ" },
	  .expected = { "a unassessed", "c unassessed" } },
	/* ---- flags ---- */
	{ .name = "stale and silent by the limits",
	  .rows = { "inv|a|-14d|" SERVER, "gat|a|-8d|mode=0", "inv|b|-1209601s|" SERVER, "gat|b|-691201s|mode=0",
	            "inv|c|-1h|" SERVER, "gat|c|-9d|mode=1",
	            "asm|c|-7d|mode=1", "inv|d|+1h|" SERVER, "asm|d|-9d|mode=1|compliant=0" },
	  .expected = { "a active", "b active stale silent", "c passive", "d passive stale" } },
	{ .name = "excluded is shown and not dropped",
	  .rows = { "inv|a|-1h|excluded=1|" SERVER, "inv|b|-1h|excluded=0|" SERVER, "gat|b|-1h|mode=1" },
	  .expected = { "a unassessed excluded", "b passive" } },
	{ .name = "healthy in the portal is both of them, any case",
	  .rows = { "inv|a|-1h|onb=onboarded|health=ACTIVE|" SERVER, "inv|b|-1h|onb=Onboarded|health=Inactive|" SERVER,
	            "inv|c|-1h|health=Active|" SERVER },
	  .expected = { "a unassessed portal-healthy", "b unassessed", "c unassessed" } },
	{ .name = "another antivirus, several, none, and none on an active host",
	  .rows = { "inv|a|-1h|" SERVER, "sw|a||vendor=sophos|name=endpoint_agent_antivirus",
	            "sw|a||vendor=crowdstrike|name=falcon", "sw|a||vendor=crowdstrike|name=sensor",
	            "inv|b|-1h|" SERVER, "sw|b||vendor=sophos|name=vpn_client", "inv|c|-1h|" SERVER, "gat|c|-1h|mode=0",
	            "inv|d|-1h|" SERVER,
	            "gat|d|-1h|mode=0", "sw|d||vendor=eset|name=file_security" },
	  .expected = { "a unassessed other-av av=CrowdStrike Falcon, Sophos", "b unassessed no-other-av", "c active no-other-av",
	            "d active other-av av=ESET" } },
	/* ---- joined findings ---- */
	{ .name = "joined: the newer row replaces, missing platform stays, other platforms go", .groups = { "prod" },
	  .rows = { "fin|a|-9d|group=prod|" SERVER "|mode=0|gt=-1h", "fin|a|-1h|group=prod|amode=1|compliant=0|at=-1h",
	            "fin|b|-1h|group=Prod|mode=1",
	            "fin|c|-1h|group=prod|os=Windows11|mode=1", "fin|d|-1h|mode=1", "fin|e||group=prod|mode=5|av=Sophos" },
	  .expected = { "a passive mode=1 amode=1", "b passive", "e passive-audit other-av av=Sophos" },
	  .out = { .other_platform = 1, .other_group = 1 } },
	{ .name = "joined: equal or missing times go to the worse",
	  .rows = { "fin|a||mode=0", "fin|a||mode=1", "fin|b|-1h|mode=0|gt=-2h", "fin|b|-1h|mode=2|gt=-2h",
	            "fin|b|-1h|mode=0|gt=-2h", "fin|c|-1h|mode=0|gt=-2h",
	            "fin|c||mode=1" },
	  .expected = { "a passive", "b disabled", "c active" } },
	/* ---- hostile text ---- */
	{ .name = "names and groups stay exact", .groups = { "=cmd" },
	  .rows = { "inv|a|-1h|name=\x1b[2J,\"'=1+1|group==CMD|" SERVER, "inv|b\n\xe2\x80\xae|-1h|name=|group==cmd|" SERVER,
	            "gat|a|-1h|mode=\x1b" },
	  .expected = { "a unknown group==CMD mode=\x1b", "b\n\xe2\x80\xae unassessed name=(none)" } },
};

/* Appends ` key=value` for a key of an expected line. */
static void describe_key(const struct run *run, uint32_t row, const char *key, struct strbuf *out)
{
	static const struct { const char *key; enum text_id id; } texts[] = {
		{ "group", TEXT_GROUP }, { "amode", TEXT_ASSESSED_MODE }, { "sig", TEXT_SIGNATURE }, { "engine",
			TEXT_ENGINE }, { "av", TEXT_OTHER_AV },
	};
	struct slice value = { NULL, 0 };
	if (strcmp(key, "name") == 0)
		value = table_name(&run->rows, row);
	if (strcmp(key, "mode") == 0)
		value = table_mode(&run->rows, row);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcmp(key, texts[i].key) == 0)
			value = table_text(&run->rows, texts[i].id, row);
	strbuf_addf(out, " %s=", key);
	if (value.text)
		strbuf_add(out, value.text, value.len);
	else
		strbuf_adds(out, "(none)");
}

static void describe_bag(const struct run *run, uint32_t row, struct strbuf *out)
{
	struct bag_pair pair;
	for (size_t at = 0; bag_next(table_bag(&run->rows, row), &at, &pair);)
		strbuf_addf(out, " bag=%.*s:%.*s", (int)pair.key.len, pair.key.text, (int)pair.value.len, pair.value.text);
}

/* What the run says of a device, with the keys that the expected line asks for. */
static void describe(const struct run *run, uint32_t row, const char *expected, struct strbuf *out)
{
	const char *id_end = strchr(expected, ' ');
	strbuf_add(out, expected, (size_t)(id_end - expected));
	strbuf_addf(out, " %s", verdicts[run->rows.verdict[row]].name);
	for (int i = 0; i < FLAG_COUNT; i++)
		if (run->rows.flags[row] & flags[i].bit)
			strbuf_addf(out, " %s", flags[i].name);
	for (const char *at = expected; (at = strchr(at, ' ')); at++) {
		char key[16] = "";
		size_t n = strcspn(at + 1, " =");
		if (at[1 + n] != '=' || n >= sizeof key)
			continue;
		memcpy(key, at + 1, n);
		if (strcmp(key, "bag") != 0)
			describe_key(run, row, key, out);
	}
	if (strstr(expected, " bag="))
		describe_bag(run, row, out);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void check_trap(const struct trap *trap, const char *const *rows, size_t count)
{
	struct estate estate;
	struct run run;
	struct detection detection;
	size_t groups = 0, hosts = 0;
	while (groups < 4 && trap->groups[groups])
		groups++;
	struct scope scope = script_scope(trap->groups, groups);
	estate_init(&estate);
	for (size_t i = 0; i < count; i++)
		script_row(&estate, rows[i]);
	script_detect(&estate, &scope, &run, &detection);
	assert_adds_up(&run);
	for (; hosts < EXPECTED_MAX && trap->expected[hosts]; hosts++) {
		const char *expected = trap->expected[hosts];
		struct strbuf got = STRBUF_INIT(2048);
		char id[64] = "";
		memcpy(id, expected, strcspn(expected, " "));
		uint32_t row = script_find(&run, id);
		if (row == MAP_NONE)
			fail_msg("%s: %s is not in scope", trap->name, id);
		describe(&run, row, expected, &got);
		if (strcmp(strbuf_text(&got), expected) != 0)
			fail_msg("%s:\n  got  %s\n  want %s", trap->name, strbuf_text(&got), expected);
		strbuf_release(&got);
	}
	struct estate_counts out = run.estate;
	if (out.in_scope != hosts)
		fail_msg("%s: %u in scope", trap->name, out.in_scope);
	out.in_scope = out.devices = 0;
	if (memcmp(&out, &trap->out, sizeof out) != 0)
		fail_msg("%s: no_inventory %u, no_platform %u, merged %u, other_platform %u, other_group %u", trap->name,
			out.no_inventory,
		         out.no_platform, out.merged, out.other_platform, out.other_group);
	detection_release(&detection);
	run_release(&run);
	estate_release(&estate);
}

static void springs_no_trap(void **state)
{
	(void)state;
	uint32_t seed = 7;
	for (size_t t = 0; t < sizeof traps / sizeof traps[0]; t++) {
		const char *rows[ROWS_MAX];
		size_t count = 0;
		for (; count < ROWS_MAX && traps[t].rows[count]; count++)
			rows[count] = traps[t].rows[count];
		for (int order = 0; order < ORDERS; order++) {
			check_trap(&traps[t], rows, count);
			for (size_t i = 0; order == 0 && i < count / 2; i++) {
				const char *swap = rows[i];
				rows[i] = rows[count - 1 - i];
				rows[count - 1 - i] = swap;
			}
			for (size_t i = count; order > 0 && i > 1; i--) {
				size_t j = next_random(&seed) % i;
				const char *swap = rows[i - 1];
				rows[i - 1] = rows[j];
				rows[j] = swap;
			}
		}
	}
}

static void scopes_have_one_text(void **state)
{
	(void)state;
	static const char *const one[] = { "b", "A", "a" }, *const two[] = { "a", "B" };
	struct scope scope = script_scope(one, 3);
	struct strbuf first = STRBUF_INIT(1000), second = STRBUF_INIT(1000);
	scope_text(&scope, &first);
	scope = script_scope(two, 2);
	scope_text(&scope, &second);
	assert_string_equal(strbuf_text(&first), "os_platform=windowsserver\ngroup=a\ngroup=b\n");
	assert_string_equal(strbuf_text(&first), strbuf_text(&second));
	assert_true(scope_text_has_platform(strbuf_text(&first), slice_of("WINDOWSserver2016")));
	assert_false(scope_text_has_platform(strbuf_text(&first), slice_of("a")));
	assert_false(scope_text_has_platform("", slice_of("a")));
	strbuf_release(&first);
	strbuf_release(&second);
}

static void count_line(void **state)
{
	(void)state;
	struct run run = { .counts = { 1234567, 1, 2, 3, 4, 5, 6 } };
	struct strbuf out = STRBUF_INIT(300);
	run_count_line(&run, &out);
	assert_string_equal(strbuf_text(&out),
		"in scope 1234588: active 1234567, passive 1, edr-block 2, passive-audit 3, disabled 4, "
	                    "unknown 5, unassessed 6");
	assert_int_equal(run_findings(&run), 21);
	strbuf_release(&out);
}

/* Every spelling among the servers, in scope or not; superseded records, other platforms and bare witnesses are no servers. */
static void census(void **state)
{
	(void)state;
	static const char *const script[] = {
		"inv|a|-1h|group=Prod|os=WindowsServer2022", "gat|a|-1h|mode=1", "inv|b|-1h|group=PROD|os=WindowsServer2019", "gat|b|-1h|mode=0",
		"inv|c|-1h|group=Prod |os=WindowsServer2022", "inv|d|-1h|os=WindowsServer2022", "inv|e|-1h|group=Prod|os=Windows11",
		"inv|f|-1h|group=Prod|os=WindowsServer2022|merged=a", "gat|g|-1h|mode=1", "inv|h|-1h|group=Dev|os=WindowsServer2022",
		"inv|h|-1h|group=prod|os=WindowsServer2022", "inv|i|-1h|group=Dev|os=WindowsServer2022", "inv|i|-1h|group=Alt|os=WindowsServer2022",
	};
	static const char *const scopes[] = { "prod" };
	static const struct { const char *name; uint32_t servers; bool in; uint32_t passive, active; } wanted[2][6] = {
		{ { NULL, 1, false, 0, 0 }, { "Alt", 1, false, 0, 0 }, { "PROD", 1, true, 0, 1 }, { "Prod", 1, true, 1, 0 },
		  { "Prod ", 1, false, 0, 0 }, { "prod", 1, true, 0, 0 } },
		{ { NULL, 1, true, 0, 0 }, { "Alt", 1, true, 0, 0 }, { "Dev", 1, true, 0, 0 }, { "PROD", 1, true, 0, 1 }, { "Prod", 1, true, 1, 0 },
		  { "Prod ", 1, true, 0, 0 } },
	};
	for (size_t i = 0; i < 2; i++) {
		struct estate estate;
		struct run run;
		struct detection detection;
		struct scope scope = script_scope(scopes, 1 - i);
		estate_init(&estate);
		for (size_t r = 0; r < sizeof script / sizeof *script; r++)
			script_row(&estate, script[r]);
		script_detect(&estate, &scope, &run, &detection);
		assert_adds_up(&run);
		assert_int_equal(run.group_count, 6);
		for (size_t g = 0; g < run.group_count; g++) {
			assert_text(run.groups[g].name, wanted[i][g].name ? wanted[i][g].name : "(none)");
			assert_int_equal(run.groups[g].servers, wanted[i][g].servers);
			assert_int_equal(run.groups[g].in_scope, wanted[i][g].in);
			assert_int_equal(run.groups[g].counts[VERDICT_PASSIVE], wanted[i][g].passive);
			assert_int_equal(run.groups[g].counts[VERDICT_ACTIVE], wanted[i][g].active);
		}
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(springs_no_trap), cmocka_unit_test(scopes_have_one_text), cmocka_unit_test(count_line), cmocka_unit_test(census),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
