/* test_estate.c - what the estate keeps: rows of equal time in every order, names and bags in place, joined rows. */
#include "tests/unit/script.h"

#include "core/model/tie.h"

/* Everything the estate knows of its first device, as text. */
static void describe(const struct estate *estate, struct strbuf *out)
{
	const struct device *d = &estate->devices[0];
	const uint32_t codes[] = { d->group, d->group_tie, d->platform, d->os_version, d->onboarding, d->health, d->merged_to,
		d->assessed_mode, d->versions_signature, d->versions_engine, d->versions_platform, d->gathered_mode, d->engine,
		d->av_platform, d->signature, d->other_av };
	const int64_t numbers[] = { d->seen, d->report, d->assessed_at, d->versions_at, d->versions_signature_time, d->gathered_at,
		d->signature_time, d->excluded, d->applicable, d->compliant, d->assessment_doubtful, d->gathering_doubtful };
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		struct slice text = estate_text(estate, codes[i]);
		strbuf_add(out, text.text ? text.text : "-", text.text ? text.len : 1);
		strbuf_addc(out, '|');
	}
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		strbuf_addf(out, "%lld|", (long long)numbers[i]);
	struct slice name = estate_name(estate, d), bag = estate_bag(estate, d);
	strbuf_add(out, name.text ? name.text : "-", name.text ? name.len : 1);
	strbuf_add(out, bag.text ? bag.text : "-", bag.text ? bag.len : 1);
}

/* Feeds the rows in the order of the permutation's number. */
static void feed(const char *const *rows, size_t count, unsigned order, struct strbuf *out)
{
	struct estate estate;
	bool used[8] = { false };
	estate_init(&estate);
	for (size_t left = count; left; left--) {
		size_t pick = order % left, i = 0;
		order /= (unsigned)left;
		for (;; i++)
			if (!used[i] && pick-- == 0)
				break;
		used[i] = true;
		script_row(&estate, rows[i]);
	}
	strbuf_clear(out);
	describe(&estate, out);
	estate_release(&estate);
}

/* Sets of rows of one device, most of one time; all orders of each end in the same state. */
static const char *const same_time[][5] = {
	{ "inv|a|-1h|os=Linux|group=a", "inv|a|-1h|os=WindowsServer2019|group=b|merged=x", "inv|a|-1h|os=Windows11|group=c",
	  "inv|a|-1h|os=WindowsServer2016|name=z", "inv|a|-2h|os=WindowsServer2025|group=old" },
	{ "inv|a|-1h|os=S|excluded=1|report=7", "inv|a|-1h|os=S|excluded=1|report=5", "inv|a|-1h|os=S|excluded=0",
		"inv|a|-1h|os=S",
	  "inv|a|-1h|os=S|health=Active" },
	{ "inv|a|-1h|os=S|name=long-name-of-a-host|group=g1", "inv|a|-1h|os=S|name=short|group=g2",
		"inv|a|-2h|os=S|name=x|group=g3",
	  "inv|a|-1m|os=S|name=other|group=g4", "inv|a|-1m|os=S|name=othes|group=g5" },
	{ "asm|a|-1h|mode=0|compliant=1|applicable=1", "asm|a|-1h|mode=0|compliant=0", "asm|a|-1h|applicable=0|mode=1",
		"asm|a|-1h|mode=",
	  "asm|a|-1h|mode=5|compliant=1" },
	{ "gat|a|-1h|mode=0|bag=A:1|bag=B:2", "gat|a|-1h|mode=passive|bag=B:1|sigt=-3d",
		"gat|a|-1h|mode=1|bag=C:0|sigt=-2d|sig=9",
	  "gat|a|-1h|sig=10|engine=", "gat|a|-2h|mode=2|bag=D:long long long|plat=1" },
	{ "ver|a|-1h|sig=1|sigt=-1d", "ver|a|-1h|sig=2|engine=1", "ver|a|-1h|sigt=-2d|plat=3", "ver|a|-2h|sig=0|plat=0",
		"ver|a||sig=0" },
	{ "sw|a||vendor=sophos|name=antivirus", "sw|a||vendor=eset|name=antivirus", "sw|a||vendor=avg|name=antivirus",
	  "sw|a||vendor=sophos|name=endpoint", "sw|a||vendor=vendor|name=x" },
	{ "fin|a|-1h|mode=0|group=x|bag=A:1", "fin|a|-1h|mode=1|gt=-3h|bag=A:0|bag=B:2", "fin|a|-1h|amode=1|compliant=0|av=Z, B", "fin|a||mode=2",
		"fin|a|-1h|av=A|os=Windows" },
	/* of equally new rows one that is doubtful makes the witness doubtful; an older one says nothing */
	{ "asm|a|-1h|mode=1|compliant=0", "asm|a|-1h|doubt=1", "asm|a|-2h|mode=5", "gat|a|-1h|mode=0", "gat|a|-2h|doubt=1" },
	{ "gat|a|-1h|mode=1", "gat|a|-1h|doubt=1", "gat|a|-2h|mode=0", "asm|a|-1h|mode=0|compliant=1", "asm|a|-2h|doubt=1" },
};

static void order_of_rows_is_nothing(void **state)
{
	(void)state;
	struct strbuf first = STRBUF_INIT(8192), other = STRBUF_INIT(8192);
	for (size_t s = 0; s < sizeof same_time / sizeof same_time[0]; s++) {
		feed(same_time[s], 5, 0, &first);
		for (unsigned order = 1; order < 120; order++) {
			feed(same_time[s], 5, order, &other);
			if (first.len != other.len || memcmp(first.buf, other.buf, first.len) != 0)
				fail_msg("set %zu, order %u:\n  %s\n  %s", s, order, strbuf_text(&first), strbuf_text(&other));
		}
	}
	strbuf_release(&first);
	strbuf_release(&other);
}

/* A row given twice changes nothing. */
static void repeats_are_nothing(void **state)
{
	(void)state;
	struct strbuf once = STRBUF_INIT(8192), twice = STRBUF_INIT(8192);
	for (size_t s = 0; s < sizeof same_time / sizeof same_time[0]; s++) {
		const char *doubled[] = { same_time[s][0], same_time[s][1], same_time[s][0], same_time[s][1] };
		feed(same_time[s], 2, 0, &once);
		feed(doubled, 4, 9, &twice);
		assert_string_equal(strbuf_text(&once), strbuf_text(&twice));
	}
	strbuf_release(&once);
	strbuf_release(&twice);
}

static void names_and_bags_in_place(void **state)
{
	(void)state;
	struct estate estate;
	estate_init(&estate);
	script_row(&estate, "inv|a|-9h|os=S|name=a-rather-long-name");
	script_row(&estate, "inv|b|-9h|os=S|name=neighbour");
	size_t used = estate.bytes.len;
	script_row(&estate, "inv|a|-8h|os=S|name=short");
	script_row(&estate, "inv|a|-7h|os=S|name=a-rather");
	assert_text(estate_name(&estate, &estate.devices[0]), "a-rather");
	script_row(&estate, "inv|a|-6h|os=S|name=");
	assert_null(estate_name(&estate, &estate.devices[0]).text);
	script_row(&estate, "inv|b|-9h|os=S|name=neighbour");
	script_row(&estate, "inv|b|-8h|os=S|name=NEIGHBOUR");
	assert_text(estate_name(&estate, &estate.devices[1]), "NEIGHBOUR");
	assert_true(estate.bytes.len < used + 20);   /* one longer name, not one for each row */
	for (int i = 100; i > 0; i--) {
		char row[64];
		snprintf(row, sizeof row, "gat|b|-%dm|mode=1|bag=Key:value", i);
		script_row(&estate, row);
	}
	assert_true(estate.bytes.len < used + 80);
	assert_text(estate_name(&estate, &estate.devices[1]), "NEIGHBOUR");
	estate_release(&estate);
}

static void codes(void **state)
{
	(void)state;
	struct estate estate;
	char text[16];
	estate_init(&estate);
	assert_int_equal(estate_code(&estate, slice_of("")), MAP_NONE);
	assert_int_equal(estate_code(&estate, slice_of(NULL)), MAP_NONE);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {   /* more texts than the cache has slots */
			struct slice s = { text, (size_t)snprintf(text, sizeof text, "%u.x", i) };
			assert_int_equal(estate_code(&estate, s), i);
			assert_true(slice_equal(estate_text(&estate, i), s));
		}
	/* one is the end of the other, and the same but for a NUL */
	uint32_t a = estate_code(&estate, slice_of("01234567890")), b = estate_code(&estate, slice_of("34567890"));
	assert_int_not_equal(a, b);
	assert_int_not_equal(estate_code(&estate, (struct slice){ "x\0", 2 }), estate_code(&estate, (struct slice){ "x", 1 }));
	estate_release(&estate);
}

static void sets(void **state)
{
	(void)state;
	struct estate estate;
	estate_init(&estate);
	uint32_t set = text_set_add(&estate, MAP_NONE, slice_of("Sophos, ESET, Sophos"), NAME_SEPARATOR);
	assert_text(estate_text(&estate, set), "ESET, Sophos");
	set = text_set_add(&estate, set, slice_of("Avast"), NAME_SEPARATOR);
	set = text_set_add(&estate, set, estate_text(&estate, set), NAME_SEPARATOR);
	assert_text(estate_text(&estate, set), "Avast, ESET, Sophos");
	assert_int_equal(text_set_add(&estate, set, slice_of(NULL), NAME_SEPARATOR), set);
	assert_int_equal(text_set_add(&estate, MAP_NONE, slice_of(""), NAME_SEPARATOR), MAP_NONE);
	estate_release(&estate);
}

/* The doubt of a row lives as long as the row does. */
static void doubts(void **state)
{
	(void)state;
	static const struct { const char *rows[3]; bool assessment, gathering; } cases[] = {
		{ { "asm|a|-1h|doubt=1" }, true, false },
		{ { "gat|a|-1h|doubt=1" }, false, true },
		{ { "asm|a|-2h|doubt=1", "asm|a|-1h|mode=0" }, false, false },
		{ { "gat|a|-2h|doubt=1", "gat|a|-1h|mode=0" }, false, false },
		{ { "asm|a|-1h|mode=0", "asm|a|-2h|doubt=1" }, false, false },
		{ { "gat|a|-1h|mode=0", "gat|a|-2h|doubt=1" }, false, false },
		{ { "asm|a|-1h|mode=1", "asm|a|-1h|mode=0|doubt=1", "gat|a|-1h|mode=0" }, true, false },
		{ { "gat|a|-1h|mode=0", "gat|a|-1h|mode=1|doubt=1", "gat|a|-1h|mode=5" }, false, true },
		{ { "fin|a|-2h|mode=0|amode=0|doubt=1" }, true, true },
		{ { "fin|a|-2h|mode=0|amode=0|doubt=1", "fin|a|-1h|mode=0" }, false, false },
		{ { "fin|a|-2h|mode=0|doubt=1", "fin|a|-2h|mode=0" }, false, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct estate estate;
		estate_init(&estate);
		for (size_t r = 0; r < 3 && cases[i].rows[r]; r++)
			script_row(&estate, cases[i].rows[r]);
		if (estate.devices[0].assessment_doubtful != cases[i].assessment ||
		    estate.devices[0].gathering_doubtful != cases[i].gathering)
			fail_msg("case %zu", i);
		estate_release(&estate);
	}
}

static void joined_rows(void **state)
{
	(void)state;
	struct estate estate;
	estate_init(&estate);
	script_row(&estate, "fin|a|-5h|mode=1|gt=-5h|sig=1|av=Sophos|bag=K:1");
	script_row(&estate, "fin|a|-4h|group=g|amode=4|compliant=0|at=-4h");
	const struct device *d = &estate.devices[0];
	/* the newer row is the whole statement */
	assert_true(d->joined && d->has_assessment && !d->has_gathering);
	assert_int_equal(d->bag, 0);
	assert_int_equal(d->signature, MAP_NONE);
	assert_int_equal(d->other_av, MAP_NONE);
	assert_text(estate_text(&estate, d->assessed_mode), "4");
	script_row(&estate, "fin|a|-6h|mode=0|gt=-1m");
	assert_false(d->has_gathering);
	estate_release(&estate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_of_rows_is_nothing), cmocka_unit_test(repeats_are_nothing),
		cmocka_unit_test(names_and_bags_in_place), cmocka_unit_test(codes), cmocka_unit_test(sets), cmocka_unit_test(doubts),
		cmocka_unit_test(joined_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
