/* test_verdict.c - the rule that decides, as a table; modes; bags; the other antivirus. */
#include "tests/unit/script.h"

#include "core/model/antivirus.h"

/* NULL for a mode: no such row. "" is a row without a mode. Not assessed and not gathered are both NULL. */
struct decision {
	const char *assessed;
	char applicable, compliant;   /* '1', '0' or '-' */
	const char *gathered;
	const char *verdict;
	bool conflict;
};

static const struct decision decisions[] = {
	/* each mode, by either witness alone and by both */
	{ NULL, '-', '-', "0", "active", false },
	{ NULL, '-', '-', "1", "passive", false },
	{ NULL, '-', '-', "2", "disabled", false },
	{ NULL, '-', '-', "3", "unknown", false },
	{ NULL, '-', '-', "4", "edr-block", false },
	{ NULL, '-', '-', "5", "passive-audit", false },
	{ "0", '1', '1', NULL, "active", false },
	{ "1", '1', '0', NULL, "passive", false },
	{ "2", '1', '0', NULL, "disabled", false },
	{ "4", '1', '0', NULL, "edr-block", false },
	{ "5", '1', '0', NULL, "passive-audit", false },
	{ "0", '1', '1', "0", "active", false },
	{ "1", '1', '0', "1", "passive", false },
	/* codes that nobody documents are shown, not guessed */
	{ NULL, '-', '-', "6", "unknown", false },
	{ NULL, '-', '-', "01", "unknown", false },
	{ NULL, '-', '-', "0.0", "unknown", false },
	{ NULL, '-', '-', "-1", "unknown", false },
	{ NULL, '-', '-', "10", "unknown", false },
	{ NULL, '-', '-', "Running", "unknown", false },
	{ NULL, '-', '-', "null", "unknown", false },
	/* blanks and the words of the health API */
	{ NULL, '-', '-', " 0 ", "active", false },
	{ NULL, '-', '-', "\t1\r\n", "passive", false },
	{ NULL, '-', '-', "active", "active", false },
	{ NULL, '-', '-', "EDRBlocked", "edr-block", false },
	{ NULL, '-', '-', "PASSIVEAUDIT", "passive-audit", false },
	{ NULL, '-', '-', "Other", "unknown", false },
	{ "1", '1', '0', "Passive", "passive", false },
	{ " 0", '1', '1', "0", "active", false },
	/* nothing to go by */
	{ NULL, '-', '-', NULL, "unassessed", false },
	{ NULL, '-', '-', "", "unknown", false },
	{ NULL, '-', '-', "   ", "unknown", false },
	{ "", '1', '1', NULL, "unknown", false },
	{ "", '1', '0', NULL, "unknown", false },
	{ "", '1', '1', "", "unknown", false },
	/* one witness without a mode leaves it to the other */
	{ "", '1', '1', "0", "active", false },
	{ "", '1', '0', "1", "passive", false },
	{ "1", '1', '0', "", "passive", false },
	{ "0", '1', '1', "", "active", false },
	/* the modes differ */
	{ "0", '1', '1', "1", "unknown", true },
	{ "1", '1', '0', "0", "unknown", true },
	{ "1", '1', '0', "4", "unknown", true },
	{ "3", '1', '0', "0", "unknown", true },
	{ "6", '1', '0', "7", "unknown", true },
	{ "6", '1', '0', "6", "unknown", false },
	/* compliance is a second witness */
	{ "0", '1', '0', NULL, "unknown", true },
	{ "0", '1', '0', "0", "unknown", true },
	{ "", '1', '0', "0", "unknown", true },
	{ "1", '1', '1', NULL, "passive", true },
	{ "1", '1', '1', "1", "passive", true },
	{ "", '1', '1', "4", "edr-block", true },
	{ "6", '1', '1', NULL, "unknown", true },
	{ "0", '1', '-', NULL, "active", false },
	{ "1", '1', '-', NULL, "passive", false },
	/* unsaid applicable counts as applicable */
	{ "1", '-', '0', NULL, "passive", false },
	{ "0", '-', '0', NULL, "unknown", true },
	{ "0", '-', '-', NULL, "active", false },
	/* not applicable: no word on compliance, no mode of its own, and still a witness against another */
	{ "0", '0', '1', NULL, "unassessed", false },
	{ "1", '0', '0', NULL, "unassessed", false },
	{ "", '0', '-', NULL, "unassessed", false },
	{ "", '0', '0', "0", "active", false },
	{ "", '0', '1', "1", "passive", false },
	{ "0", '0', '0', "0", "active", false },
	{ "1", '0', '0', "0", "unknown", true },
	{ "0", '0', '1', "1", "unknown", true },
	{ "0", '0', '1', "", "unknown", false },
	{ "", '0', '-', "", "unknown", false },
};

static enum tri tri_of(char c)
{
	return c == '1' ? TRI_TRUE : c == '0' ? TRI_FALSE : TRI_NONE;
}

static void decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
		const struct decision *d = &decisions[i];
		struct evidence evidence = { d->assessed != NULL, tri_of(d->applicable), tri_of(d->compliant),
			slice_of(d->assessed), d->gathered != NULL, slice_of(d->gathered), false };
		bool conflict = !d->conflict;
		enum verdict verdict = verdict_decide(&evidence, &conflict);
		if (verdict != verdict_named(slice_of(d->verdict)) || conflict != d->conflict)
			fail_msg("row %zu: assessed %s %c%c, gathered %s: %s%s instead of %s", i,
				d->assessed ? d->assessed : "-",
			         d->applicable, d->compliant, d->gathered ? d->gathered : "-", verdicts[verdict].name,
			         conflict ? " conflict" : "", d->verdict);
		/* A doubt changes nothing but an active host, and contradicts nobody. */
		evidence.doubtful = true;
		assert_int_equal(verdict_decide(&evidence, &conflict), verdict == VERDICT_ACTIVE ? VERDICT_UNKNOWN : verdict);
		assert_int_equal(conflict, d->conflict);
	}
}

/* Whatever the witnesses say, active needs a mode 0, and nobody against it. */
static void never_active_unproven(void **state)
{
	(void)state;
	static const char *const modes[] = { NULL, "", "0", "1", "2", "3", "4", "5", "6", "x" };
	for (int i = 0; i < 10 * 10 * 9; i++) {
		struct evidence e = { modes[i % 10] != NULL, (enum tri)(i / 100 % 3), (enum tri)(i / 300), slice_of(modes[i % 10]),
			modes[i / 10 % 10] != NULL, slice_of(modes[i / 10 % 10]), false };
		bool conflict, zero = slice_is(e.gathered_mode, "0") || slice_is(e.assessed_mode, "0");
		bool against = (e.assessed_mode.len && !slice_is(e.assessed_mode, "0")) ||
		               (e.gathered_mode.len && !slice_is(e.gathered_mode, "0")) ||
		               (e.assessed && e.applicable != TRI_FALSE && e.compliant == TRI_FALSE);
		if (verdict_decide(&e, &conflict) == VERDICT_ACTIVE)
			assert_true(zero && !against && !conflict);
	}
}

static void names(void **state)
{
	(void)state;
	unsigned seen = 0;
	for (int v = 0; v < VERDICT_COUNT; v++) {
		assert_int_equal(verdict_named(slice_of(verdicts[v].name)), v);
		seen |= 1u << verdicts[v].worst;
	}
	assert_int_equal(seen, (1u << VERDICT_COUNT) - 1);
	assert_int_equal(verdict_named(slice_of("EDR-Block")), VERDICT_EDR_BLOCK);
	assert_int_equal(verdict_named(slice_of("passive ")), VERDICT_NONE);
	assert_int_equal(verdict_named(slice_of(NULL)), VERDICT_NONE);
	for (int f = 0; f < FLAG_COUNT; f++)
		assert_int_equal(flags[f].bit, 1 << f);
	assert_string_equal(mode_title(slice_of(" 1")), "Passive (code 1)");
	assert_string_equal(mode_title(slice_of("6")), "code 6, not documented");
	assert_string_equal(mode_title(slice_of("66")), "not documented");
	assert_string_equal(mode_title(slice_of(" ")), "");
}

static void bags(void **state)
{
	(void)state;
	struct strbuf bag = STRBUF_INIT(64), other = STRBUF_INIT(1000), both = STRBUF_INIT(1000);
	struct bag_pair pair;
	size_t at = 0;
	bag_add(&bag, BAG_TEXT, slice_of("Ring"), slice_of("b"));
	bag_add(&bag, BAG_NULL, slice_of("Gone"), slice_of(NULL));
	bag_add(&bag, BAG_TEXT, slice_of("TooLong"), slice_of("0123456789012345678901234567890123456789"));
	assert_true(bag.overflow);
	struct slice bytes = { bag.buf, bag.len };
	assert_true(bag_find(bytes, slice_of("rInG"), &pair));
	assert_text(pair.value, "b");
	assert_false(bag_find(bytes, slice_of("TooLong"), &pair));
	for (int n = 0; bag_next(bytes, &at, &pair); n++)
		assert_true(n < 2);
	assert_int_equal(at, bag.len);
	for (size_t cut = 0; cut < 17; cut++) {   /* every piece of the first pair is no bag */
		char *exact = malloc(cut + 1);
		memcpy(exact, bag.buf, cut);
		at = 0;
		assert_int_equal(bag_next((struct slice){ exact, cut }, &at, &pair), cut >= 14);
		free(exact);
	}
	bag_add(&other, BAG_JSON, slice_of("Gone"), slice_of("7"));
	bag_add(&other, BAG_TEXT, slice_of("Ring"), slice_of("a"));
	bag_add(&other, BAG_CLOSED, slice_of("AvFields"), slice_of("{\"a\":1}"));
	bag_merge(bytes, (struct slice){ other.buf, other.len }, &both);
	struct slice merged = { both.buf, both.len };
	assert_true(bag_find(merged, slice_of("Gone"), &pair));
	assert_text(pair.value, "7");
	assert_true(bag_find(merged, slice_of("Ring"), &pair));
	assert_text(pair.value, "a");
	assert_true(bag_find(merged, slice_of("AvFields"), &pair));
	strbuf_clear(&other);
	bag_merge(merged, bytes, &other);
	assert_int_equal(other.len, both.len);
	assert_memory_equal(other.buf, both.buf, both.len);
	strbuf_release(&bag);
	strbuf_release(&other);
	strbuf_release(&both);
}

static void other_antivirus(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ "crowdstrike", "falcon_sensor", "CrowdStrike Falcon" },
		{ "CrowdStrike, Inc.", "CrowdStrike Windows Sensor", "CrowdStrike Falcon" },
		{ "sentinelone", "sentinel_agent", "SentinelOne" },
		{ "sophos", "sophos_anti-virus", "Sophos" },
		{ "SOPHOS", "Intercept_X", "Sophos" },
		{ "sophos", "sophos_vpn_client", NULL },
		{ "mcafee", "endpoint_security", "Trellix (McAfee)" },
		{ "mcafee", "mcafee_agent", NULL },
		{ "mcafee", "agent", NULL },
		{ "symantec", "endpoint_protection", "Symantec Endpoint Protection" },
		{ "symantec", "endpoint_protection_manager", NULL },
		{ "broadcom", "symantec_endpoint_protection", "Symantec Endpoint Protection" },
		{ "trend_micro", "apex_one", "Trend Micro" },
		{ "eset", "server_security", "ESET" },
		{ "eset", "management_agent", NULL },
		{ "kaspersky", "endpoint_security", "Kaspersky" },
		{ "bitdefender", "endpoint_security_tools", "Bitdefender" },
		{ "vmware", "carbon_black_cloud_sensor", "VMware Carbon Black" },
		{ "vmware", "tools", NULL },
		{ "palo_alto_networks", "cortex_xdr", "Palo Alto Cortex XDR" },
		{ "palo_alto_networks", "globalprotect", NULL },
		{ "fortinet", "forticlient", "Fortinet FortiClient" },
		{ "fortinet", "forticlient_vpn", NULL },
		{ "cisco", "secure_endpoint", "Cisco Secure Endpoint" },
		{ "cisco", "anyconnect_secure_mobility_client", NULL },
		{ "elastic", "kibana", NULL },
		{ "microsoft", "defender_antivirus", NULL },
		{ "microsoft", "system_center_endpoint_protection", NULL },
		{ "avgeek", "antivirus", NULL },
		{ "", "", NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *name = antivirus_name(slice_of(rows[i][0]), slice_of(rows[i][1]));
		if (name != rows[i][2] && (!name || !rows[i][2] || strcmp(name, rows[i][2]) != 0))
			fail_msg("%s %s: %s", rows[i][0], rows[i][1], name ? name : "none");
	}
	char longest[4000];
	memset(longest, 'a', sizeof longest);
	assert_null(antivirus_name((struct slice){ longest, sizeof longest }, (struct slice){ longest, sizeof longest }));
	assert_null(antivirus_name(slice_of(NULL), slice_of(NULL)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides), cmocka_unit_test(never_active_unproven), cmocka_unit_test(names),
		cmocka_unit_test(bags), cmocka_unit_test(other_antivirus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
