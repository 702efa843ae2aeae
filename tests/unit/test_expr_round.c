/* test_expr_round.c - generated expressions over awkward rows: read back they select the same, a plain second reading agrees, portions
 * make up the whole, and the case guard keeps its word. */
#include "tests/unit/expr_naive.h"

#include "core/base/arena.h"

#define ROWS 97
#define EXPRESSIONS 10000
#define GUARDED 3000
#define TEXT_MAX 8192

struct scene {
	struct table table;
	struct marks marks;
	struct notes notes;
	struct lens lens;
};

static int open_scene(void **state)
{
	struct scene *scene = xcalloc(1, sizeof *scene);

	rows_awkward_fill(&scene->table, ROWS, 11);
	for (uint32_t row = 0; row < ROWS; row += 7) {
		marks_set(&scene->marks, table_packed_id(&scene->table, row), true);
		notes_set(&scene->notes, table_packed_id(&scene->table, row), slice_of(rows_awkward[row % ROWS_AWKWARD]));
	}
	scene->lens = (struct lens){ .table = &scene->table, .now = ROWS_NOW, .marks = &scene->marks, .notes = &scene->notes };
	*state = scene;
	return 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;

	table_release(&scene->table);
	marks_release(&scene->marks);
	notes_release(&scene->notes);
	free(scene);
	return 0;
}

/* -- making expressions -- */

struct maker {
	uint64_t state;
	struct strbuf text;
};

static const char *one_of(struct maker *maker, const char *const *words, unsigned count)
{
	return words[rows_pick(&maker->state, count)];
}
#define ONE_OF(maker, ...) one_of(maker, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void make_literal(struct maker *maker)
{
	const char *text = rows_awkward[rows_pick(&maker->state, ROWS_AWKWARD)];
	size_t n = strlen(text), from = 0;

	/* The whole of a value, a part of it, or nothing. */
	if (rows_pick(&maker->state, 4) == 0) {
		from = rows_pick(&maker->state, (unsigned)n);
		n = from + rows_pick(&maker->state, (unsigned)(n - from) + 1);
		while (from > 0 && (text[from] & 0xC0) == 0x80)
			from--;
		while (n > from && n < strlen(text) && (text[n] & 0xC0) == 0x80)
			n--;
	}
	strbuf_addc(&maker->text, '"');
	for (size_t i = from; i < n; i++) {
		if (text[i] == '"' || text[i] == '\\')
			strbuf_addc(&maker->text, '\\');
		if (text[i] == '\t')
			strbuf_adds(&maker->text, "\\t");
		else
			strbuf_addc(&maker->text, text[i]);
	}
	strbuf_addc(&maker->text, '"');
}

static void make_string(struct maker *maker)
{
	const char *column = ONE_OF(maker, "DeviceName", "DeviceName", "DeviceId", "MachineGroup", "OSPlatform", "AvMode", "Verdict", "Change", "Flags", "OtherAv",
	                            "Note", "Owner", "AvSignatureVersion", "AdditionalFields.Text", "AdditionalFields.Any", "PortalUrl");

	switch (rows_pick(&maker->state, 8)) {
	case 0: strbuf_addf(&maker->text, "tolower(%s)", column); break;
	case 1: strbuf_addf(&maker->text, "toupper(%s)", column); break;
	case 2: strbuf_addf(&maker->text, "tostring(%s)", ONE_OF(maker, "ReportId", "Marked", "AdditionalFields.Any", "AdditionalFields.Text", "Verdict")); break;
	default: strbuf_adds(&maker->text, column); break;
	}
}

static void make_text_comparison(struct maker *maker)
{
	make_string(maker);
	if (rows_pick(&maker->state, 12) == 0) {
		strbuf_addf(&maker->text, " matches regex %s", ONE_OF(maker, "\"^s\"", "\"[A-Z]{3}\"", "\"sql$\"", "\"(?i)SRV\"", "\"[^a-z]-\"", "\"\\\\bsql\\\\b\""));
		return;
	}
	if (rows_pick(&maker->state, 3) > 0) {
		strbuf_addf(&maker->text, " %s ", ONE_OF(maker, "==", "!=", "=~", "!~", "has", "!has", "has_cs", "!has_cs", "contains", "!contains", "contains_cs",
		            "!contains_cs", "startswith", "!startswith", "startswith_cs", "!startswith_cs", "endswith",
		            "!endswith", "endswith_cs", "!endswith_cs",
		            "hasprefix", "!hasprefix", "hasprefix_cs", "!hasprefix_cs", "hassuffix", "!hassuffix",
		            "hassuffix_cs", "!hassuffix_cs"));
		if (rows_pick(&maker->state, 12) == 0)
			strbuf_adds(&maker->text, ONE_OF(maker, "MachineGroup", "tolower(OSPlatform)", "DeviceName", "tostring(AdditionalFields.Text)"));
		else
			make_literal(maker);
		return;
	}
	strbuf_addf(&maker->text, " %s (", ONE_OF(maker, "in", "!in", "in~", "!in~", "has_any", "has_all"));
	for (unsigned i = 0, n = rows_pick(&maker->state, 9); i <= n; i++) {
		strbuf_adds(&maker->text, i > 0 ? ", " : "");
		make_literal(maker);
	}
	strbuf_addc(&maker->text, ')');
}

static void make_other_comparison(struct maker *maker)
{
	const char *order = ONE_OF(maker, "<", "<=", ">", ">=", "==", "!="), *equal = ONE_OF(maker, "==", "!=");
	const char *time = ONE_OF(maker, "LastSeen", "AssessedAt", "FirstSeen", "AcceptedUntil", "now() - SeenAge", "AvSignatureUpdateTime + 1d");
	const char *age = ONE_OF(maker, "SeenAge", "SignatureAge", "LastSeen - AvSignatureUpdateTime", "SeenAge + 12h");
	const char *when = ONE_OF(maker, "ago(3d)", "now()", "datetime(2026-11-17T06:00:00Z)", "datetime(null)", "now(-5d)", "GatheredAt", "LastSeen");
	const char *span = ONE_OF(maker, "7d", "12h", "5d", "timespan(2.00:00:01)", "timespan(null)", "0s", "36h", "1tick");
	const char *number = ONE_OF(maker, "0", "5", "-5", "5.5", "9007199254740993", "9007199254740992.0", "long(null)", "ReportId");

	switch (rows_pick(&maker->state, 14)) {
	case 0: strbuf_addf(&maker->text, "%s %s %s", time, order, when); break;
	case 1: strbuf_addf(&maker->text, "%s %s %s", when, order, time); break;
	case 2: strbuf_addf(&maker->text, "%s %s %s", age, order, span); break;
	case 3: strbuf_addf(&maker->text, "%s %s %s", span, order, age); break;
	case 4: strbuf_addf(&maker->text, "%s %s (%s .. 3d)", time, ONE_OF(maker, "between", "!between"), when); break;
	case 5: strbuf_addf(&maker->text, "%s %s (%s .. 9d)", age, ONE_OF(maker, "between", "!between"), span); break;
	case 6: strbuf_addf(&maker->text, "%s %s %s", ONE_OF(maker, "ReportId", "AdditionalFields.Any", "strlen(DeviceName)", "5.5"), order, number); break;
	case 7: strbuf_addf(&maker->text, "ReportId %s (1, -5, %s)", ONE_OF(maker, "in", "!in"), number); break;
	case 8: strbuf_addf(&maker->text, "%s(%s)", ONE_OF(maker, "isnull", "isnotnull", "isempty", "isnotempty"),
	                    ONE_OF(maker, "LastSeen", "SeenAge", "IsCompliant", "ReportId", "MachineGroup", "AdditionalFields.Any", "Note", "DeviceName")); break;
	case 9: strbuf_addf(&maker->text, "%s %s %s", ONE_OF(maker, "IsCompliant", "IsApplicable", "Marked"), equal,
	                    ONE_OF(maker, "true", "false", "bool(null)", "Marked", "0", "1")); break;
	case 10: strbuf_adds(&maker->text, ONE_OF(maker, "IsCompliant", "IsApplicable", "Marked", "true", "bool(null)")); break;
	case 11: strbuf_addf(&maker->text, "parse_version(%s) %s parse_version(\"4.18.40\")", ONE_OF(maker, "AvSignatureVersion", "MachineGroup"), order); break;
	case 12: strbuf_addf(&maker->text, "AdditionalFields.Any %s %s", equal, ONE_OF(maker, "true", "\"5\"", "5", "\"\"", "5.5")); break;
	default: strbuf_addf(&maker->text, "isnull(parse_version(AvSignatureVersion)) %s IsCompliant", equal); break;
	}
}

static void make_condition(struct maker *maker, unsigned depth)
{
	unsigned kind = depth > 2 ? 9 : rows_pick(&maker->state, 10);

	if (kind < 3) {
		const char *word = kind == 0 ? " or " : " and ";

		strbuf_addc(&maker->text, '(');
		for (unsigned i = 0, n = 1 + rows_pick(&maker->state, 3); i <= n; i++) {
			strbuf_adds(&maker->text, i > 0 ? word : "");
			make_condition(maker, depth + 1);
		}
		strbuf_addc(&maker->text, ')');
	} else if (kind == 3) {
		strbuf_adds(&maker->text, "not(");
		make_condition(maker, depth + 1);
		strbuf_addc(&maker->text, ')');
	} else if (rows_pick(&maker->state, 5) < 3) {
		make_text_comparison(maker);
	} else {
		make_other_comparison(maker);
	}
}

static struct expr *make(struct maker *maker)
{
	strbuf_clear(&maker->text);
	make_condition(maker, 0);
	return rows_parse(strbuf_text(&maker->text));
}

/* -- what they select -- */

static void select_rows(const struct expr *expr, const struct lens *lens, uint8_t *keep)
{
	memset(keep, 1, ROWS);
	assert_int_equal(expr_rows(expr, lens, 0, ROWS, keep), 0);
}

static void check_same(const char *what, const struct maker *maker, const uint8_t *a, const uint8_t *b)
{
	for (uint32_t row = 0; row < ROWS; row++)
		if (a[row] != b[row])
			fail_msg("%s differ in row %u: %u and %u\n    %s", what, (unsigned)row, a[row], b[row], strbuf_text(&maker->text));
}

static void a_plain_reading_agrees(void **state)
{
	const struct scene *scene = *state;
	struct maker maker = { 1, STRBUF_INIT(TEXT_MAX) };
	uint8_t keep[ROWS], plain[ROWS];

	for (unsigned i = 0; i < EXPRESSIONS; i++) {
		struct expr *expr = make(&maker);

		select_rows(expr, &scene->lens, keep);
		for (uint32_t row = 0; row < ROWS; row++)
			plain[row] = naive_truth(expr, &expr->nodes[expr->root], &scene->lens, row, 0) == 1;
		check_same("the evaluator and the plain reading", &maker, keep, plain);
		expr_free(&expr);
	}
	strbuf_release(&maker.text);
}

static void read_back_selects_the_same(void **state)
{
	const struct scene *scene = *state;
	struct maker maker = { 2, STRBUF_INIT(TEXT_MAX) };
	struct strbuf printed = STRBUF_INIT(4 * TEXT_MAX), again = STRBUF_INIT(4 * TEXT_MAX);
	uint8_t keep[ROWS], back[ROWS];

	for (unsigned i = 0; i < EXPRESSIONS; i++) {
		struct expr *expr = make(&maker), *read;

		strbuf_clear(&printed);
		strbuf_clear(&again);
		expr_print(expr, &printed);
		read = rows_parse(strbuf_text(&printed));
		expr_print(read, &again);
		assert_string_equal(strbuf_text(&printed), strbuf_text(&again));
		select_rows(expr, &scene->lens, keep);
		select_rows(read, &scene->lens, back);
		check_same("an expression and its printed form", &maker, keep, back);
		expr_free(&expr);
		expr_free(&read);
	}
	strbuf_release(&maker.text);
	strbuf_release(&printed);
	strbuf_release(&again);
}

static void portions_make_up_the_whole(void **state)
{
	const struct scene *scene = *state;
	struct maker maker = { 3, STRBUF_INIT(TEXT_MAX) };
	uint8_t keep[ROWS], parts[ROWS], wanted[ROWS];

	for (unsigned i = 0; i < EXPRESSIONS / 4; i++) {
		struct expr *expr = make(&maker);
		uint32_t from = 0;

		select_rows(expr, &scene->lens, keep);
		for (uint32_t row = 0; row < ROWS; row++) {
			parts[row] = wanted[row] = rows_pick(&maker.state, 4) > 0;
			keep[row] = keep[row] && wanted[row];
		}
		while (from < ROWS) {
			uint32_t to = from + rows_pick(&maker.state, 40);

			to = to > ROWS ? ROWS : to;
			expr_rows(expr, &scene->lens, from, to, parts);
			from = to;
		}
		check_same("portions and the whole", &maker, keep, parts);
		expr_free(&expr);
	}
	strbuf_release(&maker.text);
}

/* More rows than one chunk, where plans with sparse and dense rows meet. */
static void many_rows(void **state)
{
	struct maker maker = { 4, STRBUF_INIT(TEXT_MAX) };
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };
	uint8_t *keep = xmalloc(20000);

	(void)state;
	rows_awkward_fill(&table, 20000, 5);
	for (unsigned i = 0; i < 60; i++) {
		struct expr *expr = make(&maker);

		memset(keep, 1, 20000);
		expr_rows(expr, &lens, 0, 20000, keep);
		for (uint32_t row = 0; row < 20000; row += 13)
			if (keep[row] != (naive_truth(expr, &expr->nodes[expr->root], &lens, row, 0) == 1))
				fail_msg("row %u\n    %s", (unsigned)row, strbuf_text(&maker.text));
		expr_free(&expr);
	}
	free(keep);
	table_release(&table);
	strbuf_release(&maker.text);
}

/* -- the case guard -- */

/* Hidden rows are those that the wide reading adds; the mended text selects exactly them and the old ones, and hides nothing. */
static void the_guard_keeps_its_word(void **state)
{
	const struct scene *scene = *state;
	struct maker maker = { 6, STRBUF_INIT(TEXT_MAX) };
	uint8_t keep[ROWS], wide[ROWS], mended[ROWS];
	unsigned found = 0;

	for (unsigned i = 0; i < GUARDED; i++) {
		struct expr *expr = make(&maker), *fixed;
		struct expr_guard guard, after;
		unsigned hidden = 0;

		select_rows(expr, &scene->lens, keep);
		for (uint32_t row = 0; row < ROWS; row++) {
			wide[row] = naive_truth(expr, &expr->nodes[expr->root], &scene->lens, row, 1) == 1;
			if (keep[row] && !wide[row])
				fail_msg("the wide reading loses row %u\n    %s", (unsigned)row, strbuf_text(&maker.text));
			hidden += wide[row] && !keep[row];
		}
		expr_guard(expr, &scene->lens, NULL, &guard);
		if (guard.hidden != hidden)
			fail_msg("%u hidden, not %u\n    %s", guard.hidden, hidden, strbuf_text(&maker.text));
		assert_true((guard.mended != NULL) == (hidden > 0));
		assert_true((guard.op[0] != '\0') == (hidden > 0));
		if (hidden > 0) {
			fixed = rows_parse(guard.mended);
			select_rows(fixed, &scene->lens, mended);
			check_same("the mended and the wide rows", &maker, mended, wide);
			expr_guard(fixed, &scene->lens, NULL, &after);
			if (after.hidden > 0)
				fail_msg("mended, %u are still hidden\n    %s\n    %s", after.hidden, strbuf_text(&maker.text), guard.mended);
			expr_guard_release(&after);
			expr_free(&fixed);
			found++;
		}
		expr_guard_release(&guard);
		expr_free(&expr);
	}
	assert_true(found > GUARDED / 20);
	strbuf_release(&maker.text);
}

/* The same where the keys of the bag are spelt in any letter case, each row as it likes: rows are only added, as many as were told, and
 * asked again nothing is hidden. */
static void the_guard_finds_keys(void **state)
{
	static const char *const spellings[] = { "Text", "text", "TEXT", "tExt", "Any", "any", "ANY" };
	struct table table = { 0 };
	struct lens lens = { .table = &table, .now = ROWS_NOW };
	struct maker maker = { 8, STRBUF_INIT(TEXT_MAX) };
	struct strbuf bag = STRBUF_INIT(4096);
	uint8_t keep[ROWS], mended[ROWS];
	unsigned keyed = 0;

	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		struct table_row row;
		char buffer[64];

		table_row_init(&row);
		row.id = row.name = slice_of("host");
		strbuf_clear(&bag);
		for (unsigned n = rows_pick(&maker.state, 3); n > 0; n--)
			bag_add(&bag, BAG_TEXT, slice_of(spellings[rows_pick(&maker.state, 7)]), rows_awkward_text(&maker.state, buffer, 32));
		row.bag = (struct slice){ strbuf_text(&bag), bag.len };
		table_add(&table, &row);
	}
	for (unsigned i = 0; i < GUARDED; i++) {
		struct expr *expr = make(&maker), *fixed;
		struct expr_guard guard, after;
		unsigned added = 0;

		select_rows(expr, &lens, keep);
		expr_guard(expr, &lens, NULL, &guard);
		assert_true((guard.mended != NULL) == (guard.hidden > 0));
		if (guard.hidden > 0) {
			fixed = rows_parse(guard.mended);
			select_rows(fixed, &lens, mended);
			for (uint32_t row = 0; row < ROWS; row++) {
				added += mended[row] && !keep[row];
				if (keep[row] && !mended[row])
					fail_msg("mended, row %u is lost\n    %s\n    %s", (unsigned)row, strbuf_text(&maker.text), guard.mended);
			}
			expr_guard(fixed, &lens, NULL, &after);
			if (added != guard.hidden || after.hidden > 0)
				fail_msg("%u hidden, %u added, then %u hidden\n    %s\n    %s", guard.hidden, added, after.hidden,
				         strbuf_text(&maker.text), guard.mended);
			keyed += guard.op[0] == '.';
			expr_guard_release(&after);
			expr_free(&fixed);
		}
		expr_guard_release(&guard);
		expr_free(&expr);
	}
	assert_true(keyed > GUARDED / 50);
	strbuf_release(&maker.text);
	strbuf_release(&bag);
	table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_plain_reading_agrees, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(read_back_selects_the_same, open_scene, close_scene),
		cmocka_unit_test_setup_teardown(portions_make_up_the_whole, open_scene, close_scene),
		cmocka_unit_test(many_rows),
		cmocka_unit_test_setup_teardown(the_guard_keeps_its_word, open_scene, close_scene),
		cmocka_unit_test(the_guard_finds_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
