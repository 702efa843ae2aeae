/* test_property.c - what holds for any estate: made from a seed, so that a failure names the seed that shows it. */
#include "tests/unit/script.h"

#define SEEDS 300
#define ROWS 160       /* of one estate */
#define DEVICES 18

static uint32_t roll(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % sides;
}

/* A text of a few, or none. Few values and few times, so that ties and contradictions are common. */
static void key(struct strbuf *row, uint32_t *seed, const char *name, const char *const *values, uint32_t count)
{
	uint32_t pick = roll(seed, count + 1);
	if (pick < count)
		strbuf_addf(row, "|%s=%s", name, values[pick]);
}

static void random_row(struct strbuf *row, uint32_t *seed, bool joined)
{
	static const char *const kinds[] = { "inv", "inv", "asm", "gat", "ver", "sw" };
	static const char *const times[] = { "-1h", "-1h", "-2h", "-9d", "-15d", "", "+2d" };
	static const char *const modes[] = { "0", "0", "1", "2", "3", "4", "5", "6", "", " 1", "Active", "x" };
	static const char *const platforms[] = { "WindowsServer2019", "windowsserver2022", "Windows11", "Linux", "" };
	static const char *const groups[] = { "prod", "PROD", "prod ", "test", "" }, *const truth[] = { "0", "1" };
	static const char *const ids[] = { "d1", "d2", "" }, *const words[] = { "1.1", "1.2", "x" };
	static const char *const vendors[] = { "sophos", "eset", "vendor" }, *const software[] = { "antivirus", "vpn" };
	static const char *const names[] = { "web01", "WEB01.contoso.com", "b", "" }, *const states[] = { "Active",
		"Onboarded", "Inactive" };
	static const char *const bag[] = { "A:1", "A:2", "B:", "C:long long long long" }, *const other[] = { "Sophos",
		"ESET, Avast" };
	strbuf_clear(row);
	strbuf_addf(row, "%s|d%u|%s", joined ? "fin" : kinds[roll(seed, 6)], roll(seed, DEVICES), times[roll(seed, 7)]);
	key(row, seed, "mode", modes, 12);
	key(row, seed, "amode", modes, 12);
	key(row, seed, "os", platforms, 5);
	key(row, seed, "os", platforms, 2);   /* the first of a key counts: more servers than others */
	key(row, seed, "group", groups, 5);
	key(row, seed, "applicable", truth, 2);
	key(row, seed, "compliant", truth, 2);
	key(row, seed, "excluded", truth, 2);
	if (roll(seed, 8) == 0)
		key(row, seed, "merged", ids, 3);
	key(row, seed, "sig", words, 3);
	key(row, seed, "engine", words, 3);
	key(row, seed, "sigt", times, 6);
	key(row, seed, "gt", times, 7);
	key(row, seed, "at", times, 7);
	key(row, seed, "vendor", vendors, 3);
	key(row, seed, "name", strstr(strbuf_text(row), "sw|") ? software : names, 2);
	key(row, seed, "health", states, 3);
	key(row, seed, "onb", states, 3);
	key(row, seed, "bag", bag, 4);
	key(row, seed, "bag", bag, 4);
	key(row, seed, "av", other, 2);
}

/* A set of rows and what came of it. */
struct sample {
	char *rows[ROWS];
	struct estate estate;
	struct scope scope;
	struct run run;
	struct detection detection;
};

static void sample_rows(struct sample *sample, uint32_t seed)
{
	struct strbuf row = STRBUF_INIT(1000);
	bool joined = roll(&seed, 4) == 0;
	for (int i = 0; i < ROWS; i++) {
		random_row(&row, &seed, joined);
		sample->rows[i] = strdup(strbuf_text(&row));
	}
	strbuf_release(&row);
}

static void sample_run(struct sample *sample, bool grouped)
{
	static const char *const groups[] = { "Prod", "nobody" };
	sample->scope = script_scope(groups, grouped ? 2 : 0);
	estate_init(&sample->estate);
	for (int i = 0; i < ROWS; i++)
		script_row(&sample->estate, sample->rows[i]);
	script_detect(&sample->estate, &sample->scope, &sample->run, &sample->detection);
}

static void sample_end(struct sample *sample)
{
	detection_release(&sample->detection);
	run_release(&sample->run);
	estate_release(&sample->estate);
}

static void sample_free_rows(struct sample *sample)
{
	for (int i = 0; i < ROWS; i++)
		free(sample->rows[i]);
}

static void sample_shuffle(struct sample *sample, uint32_t seed)
{
	for (uint32_t i = ROWS; i > 1; i--) {
		uint32_t j = roll(&seed, i);
		char *swap = sample->rows[i - 1];
		sample->rows[i - 1] = sample->rows[j];
		sample->rows[j] = swap;
	}
}

/* One line for each row of a run, by device and not by place. */
static void fingerprint(const struct run *run, struct strbuf *out)
{
	const struct table *t = &run->rows;
	for (int d = 0; d < DEVICES; d++) {
		char id[16];
		snprintf(id, sizeof id, "d%d", d);
		uint32_t row = script_find(run, id);
		if (row == MAP_NONE)
			continue;
		strbuf_addf(out, "%s %s %x %d %lld", id, verdicts[t->verdict[row]].name, t->flags[row], t->tri[row],
			(long long)t->report[row]);
		for (int i = 0; i < TEXT_COUNT; i++)
			strbuf_addf(out, "|%.*s", (int)table_text(t, (enum text_id)i, row).len, table_text(t,
				(enum text_id)i, row).text);
		for (int i = 0; i < TIME_COUNT; i++)
			strbuf_addf(out, "|%lld", (long long)t->time[i][row]);
		struct slice name = table_name(t, row), bag = table_bag(t, row);
		strbuf_add(out, name.text ? name.text : "-", name.text ? name.len : 1);
		strbuf_add(out, bag.text ? bag.text : "-", bag.text ? bag.len : 1);
		strbuf_addc(out, '\n');
	}
}

/* Every device is counted once, whatever the scope; a narrower scope only moves hosts to other_group. */
static void counts_add_up(void **state)
{
	(void)state;
	uint32_t findings = 0, active = 0;
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		struct sample all, some;
		sample_rows(&all, seed);
		memcpy(some.rows, all.rows, sizeof all.rows);
		sample_run(&all, false);
		sample_run(&some, true);
		assert_adds_up(&all.run);
		assert_adds_up(&some.run);
		assert_int_equal(all.run.estate.devices, all.estate.ids.count);
		assert_int_equal(all.run.rows.count, all.run.estate.in_scope);
		assert_int_equal(all.run.estate.other_group, 0);
		assert_int_equal(all.run.estate.in_scope, some.run.estate.in_scope + some.run.estate.other_group);
		assert_int_equal(detection_group_hits(&some.detection, 0), some.run.estate.in_scope);
		assert_int_equal(detection_group_hits(&some.detection, 1), 0);
		findings += run_findings(&all.run);
		active += all.run.counts[VERDICT_ACTIVE];
		sample_end(&all);
		sample_end(&some);
		sample_free_rows(&all);
	}
	assert_true(findings > SEEDS && active > SEEDS / 4);   /* the generator does not make one thing only */
}

static void order_does_not_matter(void **state)
{
	(void)state;
	struct strbuf first = STRBUF_INIT(1 << 20), other = STRBUF_INIT(1 << 20);
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		struct sample sample;
		sample_rows(&sample, seed);
		for (uint32_t order = 0; order < 4; order++) {
			struct strbuf *out = order ? &other : &first;
			sample_run(&sample, seed % 2);
			strbuf_clear(out);
			fingerprint(&sample.run, out);
			sample_end(&sample);
			sample_shuffle(&sample, seed + order);
			if (order && (first.len != other.len || memcmp(strbuf_text(&first), strbuf_text(&other), first.len) != 0))
				fail_msg("seed %u, order %u:\n%s\n%s", seed, order, strbuf_text(&first), strbuf_text(&other));
		}
		sample_free_rows(&sample);
	}
	strbuf_release(&first);
	strbuf_release(&other);
}

/* A run compared with its like has only persisting findings; with another one, each change is accounted for. */
static void changes_add_up(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		struct sample old, same, next;
		sample_rows(&old, seed);
		memcpy(same.rows, old.rows, sizeof old.rows);
		sample_rows(&next, seed + SEEDS);
		sample_run(&old, true);
		sample_run(&same, true);
		sample_run(&next, true);
		change_compare(&old.run, NULL, &old.estate);
		uint32_t before = run_findings(&old.run);
		assert_int_equal(old.run.changes[CHANGE_NEW], before);
		change_compare(&same.run, &old.run, &same.estate);
		assert_int_equal(same.run.changes[CHANGE_PERSISTING], before);
		assert_int_equal(same.run.changes[CHANGE_NONE] + before, same.run.rows.count);
		assert_int_equal(same.run.altered, 0);
		change_compare(&next.run, &old.run, &next.estate);
		const uint32_t *c = next.run.changes;
		assert_int_equal(c[CHANGE_NEW] + c[CHANGE_PERSISTING], run_findings(&next.run));
		assert_int_equal(c[CHANGE_PERSISTING] + c[CHANGE_RESOLVED] + c[CHANGE_VANISHED], before);
		assert_int_equal(next.run.rows.count, next.run.estate.in_scope + c[CHANGE_VANISHED]);
		assert_adds_up(&next.run);
		trust_judge(&next.run, &next.detection, &old.run);
		sample_end(&old);
		sample_end(&same);
		sample_end(&next);
		sample_free_rows(&old);
		sample_free_rows(&next);
	}
}

/* Dropping every row of one host changes no other host. */
static void hosts_do_not_touch(void **state)
{
	(void)state;
	struct strbuf with = STRBUF_INIT(1 << 20), without = STRBUF_INIT(1 << 20);
	for (uint32_t seed = 1; seed <= SEEDS / 3; seed++) {
		struct sample sample;
		struct estate estate;
		struct run run;
		struct detection detection;
		sample_rows(&sample, seed);
		sample_run(&sample, false);
		estate_init(&estate);
		for (int i = 0; i < ROWS; i++)
			if (!strstr(sample.rows[i], "|d17|"))
				script_row(&estate, sample.rows[i]);
		memcpy(estate.given, sample.estate.given, sizeof estate.given);
		script_detect(&estate, &sample.scope, &run, &detection);
		strbuf_clear(&with);
		strbuf_clear(&without);
		fingerprint(&sample.run, &with);
		fingerprint(&run, &without);
		/* d17 is the last line, when it is there */
		assert_true(with.len >= without.len);
		assert_memory_equal(strbuf_text(&with), strbuf_text(&without), without.len);
		detection_release(&detection);
		run_release(&run);
		estate_release(&estate);
		sample_end(&sample);
		sample_free_rows(&sample);
	}
	strbuf_release(&with);
	strbuf_release(&without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_add_up), cmocka_unit_test(order_does_not_matter), cmocka_unit_test(changes_add_up),
		cmocka_unit_test(hosts_do_not_touch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
