/* test_groups.c - the group audit: every way in which a name drifts, no false alarm among honest names, and figures that add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/config_inner.h"
#include "core/model/confusables.h"
#include "core/model/groups_parts.h"

#define LINE_BYTES 1024
#define NAMES_MAX 400

/* -- data -- */

/* `\u00a0` and `\x09` as the characters they stand for, `\\` as itself. malloc'd. */
static char *unescape(const char *text, size_t len)
{
	struct strbuf out = STRBUF_INIT(4 * LINE_BYTES);
	char *copy;

	for (size_t i = 0; i < len; i++) {
		size_t digits = text[i] != '\\' ? 0 : text[i + 1] == 'u' ? 4 : text[i + 1] == 'x' ? 2 : 0;
		char number[8] = "";

		if (digits) {
			memcpy(number, text + i + 2, digits);
			utf8_append(&out, (int32_t)strtol(number, NULL, 16));
			i += 1 + digits;
		} else {
			i += text[i] == '\\';
			strbuf_addc(&out, text[i]);
		}
	}
	copy = xstrdup(strbuf_text(&out));
	strbuf_release(&out);
	return copy;
}

/* The next line that is no comment, without its end; false at the end of the file. `# ` begins a comment. */
static bool next_line(FILE *file, char line[LINE_BYTES])
{
	while (fgets(line, LINE_BYTES, file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line && strncmp(line, "# ", 2) != 0)
			return true;
	}
	return false;
}

static FILE *data(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		fail_msg("%s cannot be opened; the tests run at the top of the tree", path);
	return file;
}

static void words_of(unsigned difference, struct strbuf *out)
{
	strbuf_clear(out);
	if (difference == DIFFERENCE_NONE)
		strbuf_adds(out, "the same");
	else if (difference == DIFFERENCE_APART)
		strbuf_adds(out, "another name");
	groups_difference_words(difference, out);
}

/* -- names -- */

static void each_drift_has_its_kind(void **state)
{
	char line[LINE_BYTES];
	FILE *file = data("tests/data/groups/drifts.txt");
	struct strbuf words = STRBUF_INIT(256);
	int drifts = 0, wrong = 0;

	(void)state;
	while (next_line(file, line)) {
		char *second = strchr(line, '\t'), *third = second ? strchr(second + 1, '\t') : NULL;
		assert_non_null(third);
		char *base = unescape(line, (size_t)(second - line)), *drift = unescape(second + 1, (size_t)(third - second - 1));

		words_of(groups_difference(slice_of(drift), slice_of(base)), &words);
		if (strcmp(strbuf_text(&words), third + 1) != 0) {
			print_error("%s: is %s\n", line, strbuf_text(&words));
			wrong++;
		}
		/* Whoever is configured, the other is near. */
		if (groups_difference(slice_of(base), slice_of(drift)) & DIFFERENCE_APART) {
			print_error("%s: not near the other way round\n", line);
			wrong++;
		}
		drifts++;
		free(base);
		free(drift);
	}
	fclose(file);
	strbuf_release(&words);
	assert_int_equal(wrong, 0);
	assert_true(drifts >= 100);
}

static void honest_names_raise_no_alarm(void **state)
{
	static struct name_forms names[NAMES_MAX];   /* lint: state */
	static char texts[NAMES_MAX][LINE_BYTES];    /* lint: state */
	FILE *file = data("tests/data/groups/honest.txt");
	struct strbuf words = STRBUF_INIT(256);
	size_t count = 0;
	int wrong = 0;

	(void)state;
	while (count < NAMES_MAX && next_line(file, texts[count])) {
		name_forms_make(&names[count], slice_of(texts[count]));
		count++;
	}
	fclose(file);
	assert_in_range(count, 200, NAMES_MAX - 1);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < count; k++) {
			unsigned difference = name_forms_compare(&names[i], &names[k]);

			if (difference == (i == k ? DIFFERENCE_NONE : DIFFERENCE_APART))
				continue;
			words_of(difference, &words);
			print_error("%s against %s: %s\n", texts[i], texts[k], strbuf_text(&words));
			wrong++;
		}
	}
	for (size_t i = 0; i < count; i++)
		name_forms_release(&names[i]);
	strbuf_release(&words);
	assert_int_equal(wrong, 0);
}

/* Things nobody should call a slip or a look-alike, and the edges of names. */
static void names_at_the_edges(void **state)
{
	static const struct { const char *name, *configured; unsigned difference; } cases[] = {
		{ "Servers-IT", "Servers-LT", DIFFERENCE_APART },          /* l is taken for I, but L is not */
		{ "Zone-1", "Zone-L", DIFFERENCE_APART },
		{ "Zone1", "ZoneL", DIFFERENCE_APART },
		{ "Dem0", "Demo", DIFFERENCE_LOOKALIKE | DIFFERENCE_CASE },
		{ "Prod-1", "Prod-l", DIFFERENCE_LOOKALIKE },
		{ "Prod-0", "Prod-O", DIFFERENCE_LOOKALIKE },
		{ "1-12", "11-2", DIFFERENCE_APART },
		{ "1-12", "1_12", DIFFERENCE_PUNCTUATION },
		{ "1-12", "112", DIFFERENCE_APART },
		{ "Farm", "Farrn", DIFFERENCE_LOOKALIKE },
		{ "FARM", "Farrn", DIFFERENCE_LOOKALIKE | DIFFERENCE_CASE },
		{ "BERN", "BEM", DIFFERENCE_APART },
		{ "-", "_", DIFFERENCE_APART },                            /* nothing is left of either */
		{ " ", "  ", DIFFERENCE_APART },
		{ "", "Prod", DIFFERENCE_APART },
		{ "", "", DIFFERENCE_NONE },
		{ "\xff\xfe", "\xff\xff", DIFFERENCE_LOOKALIKE },          /* bytes that are no characters are shown alike */
		{ "Prod\xff", "Prod", DIFFERENCE_APART },
		{ "a", "b", DIFFERENCE_APART },
		{ "EU", "US", DIFFERENCE_APART },
		{ "Prod", "Preprod", DIFFERENCE_APART },
		{ "Prod2", "Prod", DIFFERENCE_APART },
		{ "\xe7\x94\x9f\xe4\xba\xa7\xe7\xbb\x84\xe4\xb8\x80", "\xe7\x94\x9f\xe4\xba\xa7\xe7\xbb\x84\xe4\xba\x8c", DIFFERENCE_APART },
	};
	struct strbuf words = STRBUF_INIT(256);
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned difference = groups_difference(slice_of(cases[i].name), slice_of(cases[i].configured));

		if (difference == cases[i].difference)
			continue;
		words_of(difference, &words);
		print_error("%s against %s: %s\n", cases[i].name, cases[i].configured, strbuf_text(&words));
		wrong++;
	}
	assert_int_equal(groups_difference((struct slice){ NULL, 0 }, slice_of("Prod")), DIFFERENCE_APART);
	strbuf_release(&words);
	assert_int_equal(wrong, 0);
}

/* No name is too long or too strange; longer ones than anybody writes are compared by case alone. */
static void long_names(void **state)
{
	char a[NAME_COMPARED_MAX + 3], b[NAME_COMPARED_MAX + 3];

	(void)state;
	memset(a, 'x', sizeof a);
	memset(b, 'X', sizeof b);
	struct slice x = { a, NAME_COMPARED_MAX + 2 }, y = { b, NAME_COMPARED_MAX + 2 };
	assert_int_equal(groups_difference(x, y), DIFFERENCE_CASE);
	a[5] = '-';
	assert_int_equal(groups_difference(x, y), DIFFERENCE_APART);
	/* The character with the longest skeleton, as often as it fits. */
	struct strbuf text = STRBUF_INIT(NAME_COMPARED_MAX);
	while (text.len + 3 <= NAME_COMPARED_MAX)
		utf8_append(&text, 0xFDFA);
	assert_int_equal(groups_difference((struct slice){ text.buf, text.len }, slice_of("Prod")), DIFFERENCE_APART);
	assert_int_equal(groups_difference((struct slice){ text.buf, text.len }, (struct slice){ text.buf, text.len - 3 }), DIFFERENCE_APART);
	strbuf_release(&text);
}

/* Names made of what names break on: whatever the two are, who is configured makes no difference to whether they are near. */
static void near_is_near_both_ways(void **state)
{
	static const char *const pieces[] = {
		"a", "A", "m", "rn", "l", "1", "I", "0", "O", "o", "-", "_", " ", "\xc2\xa0", "\xe2\x80\x8b", "\xd0\xb5", "\xc3\xbc", "u\xcc\x88", "ser",
		"Ser", "\xc3\x9f", "ss", "\xef\xac\x83", "\xff", "2", ".", "\xcc\x81",
	};
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 10000; round++) {
		struct strbuf names[2] = { STRBUF_INIT(256), STRBUF_INIT(256) };

		for (int i = 0; i < 8; i++) {
			seed = seed * 1664525u + 1013904223u;
			size_t piece = (seed >> 16) % (sizeof pieces / sizeof *pieces), other = (seed >> 8) % (sizeof pieces / sizeof *pieces);

			strbuf_adds(&names[0], pieces[piece]);
			strbuf_adds(&names[1], (seed >> 26) % 8 ? pieces[piece] : pieces[other]);
		}
		struct slice a = { strbuf_text(&names[0]), names[0].len }, b = { strbuf_text(&names[1]), names[1].len };
		unsigned one = groups_difference(a, b), two = groups_difference(b, a);
		if ((one ^ two) & DIFFERENCE_APART || (one == DIFFERENCE_NONE) != slice_equal(a, b))
			fail_msg("\"%s\" and \"%s\": %x and %x", a.text, b.text, one, two);
		strbuf_release(&names[0]);
		strbuf_release(&names[1]);
	}
}

static void data_of_confusables(void **state)
{
	const int32_t m = 'm', cyrillic = 0x435, plain = 'q', *to;
	size_t count;

	(void)state;
	assert_in_range(confusable_count, 6000, 10000);
	for (size_t i = 1; i < confusable_count; i++)
		assert_true(confusables[i - 1].from < confusables[i].from);
	confusable_get(&m, &to, &count);
	assert_int_equal(count, 2);
	assert_int_equal(to[0], 'r');
	assert_int_equal(to[1], 'n');
	confusable_get(&cyrillic, &to, &count);
	assert_int_equal(count, 1);
	assert_int_equal(to[0], 'e');
	confusable_get(&plain, &to, &count);
	assert_ptr_equal(to, &plain);
	/* Each sequence of the pool ends inside it, and holds characters. */
	for (size_t i = 0; i < confusable_count; i++) {
		confusable_get(&confusables[i].from, &to, &count);
		assert_in_range(count, 1, 18);
		for (size_t k = 0; k < count; k++)
			assert_in_range(to[k], 1, 0x10FFFF);
	}
}

static void shown_and_placed(void **state)
{
	struct strbuf out = STRBUF_INIT(1024);

	(void)state;
	groups_show_name(slice_of(" a  b\xc2\xa0" "c\td\x1b \xef\xb8\x8f "), &out);
	assert_string_equal(strbuf_text(&out), "\\x20a \\x20b\\u00a0c\\x09d\\x1b \\ufe0f\\x20");
	strbuf_clear(&out);
	groups_show_name(slice_of("Win-Servers Prod"), &out);
	assert_string_equal(strbuf_text(&out), "Win-Servers Prod");
	strbuf_clear(&out);
	groups_place(slice_of("Win\xc2\xa0"), slice_of("Win"), &out);
	assert_string_equal(strbuf_text(&out), "character 4 is U+00A0, not the end");
	strbuf_clear(&out);
	groups_place(slice_of("W n"), slice_of("Win"), &out);
	assert_string_equal(strbuf_text(&out), "character 2 is a blank, not i");
	strbuf_clear(&out);
	groups_place(slice_of("Win"), slice_of("Win"), &out);
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
}

/* -- the audit of a run -- */

struct made_group {
	const char *name;      /* NULL: none */
	uint32_t servers;
	bool in_scope;         /* at the run */
	uint32_t passive;
};

static void make_run(struct run *run, const struct made_group *groups, size_t count, const char *const *configured, size_t configured_count)
{
	static const char *const platforms[] = { "WindowsServer" };
	struct scope scope = { .groups = configured, .group_count = configured_count, .platforms = platforms, .platform_count = 1 };
	struct strbuf text = STRBUF_INIT(4096);

	*run = (struct run){ .id = 7, .has_groups = true };
	scope_text(&scope, &text);
	run->scope = xstrdup(strbuf_text(&text));
	strbuf_release(&text);
	for (size_t i = 0; i < count; i++) {
		run->groups = grow(run->groups, &run->group_cap, run->group_count + 1, sizeof *run->groups);
		struct run_group *group = &run->groups[run->group_count++];
		*group = (struct run_group){ .servers = groups[i].servers, .in_scope = groups[i].in_scope };
		if (groups[i].name)
			group->name = (struct slice){ xstrdup(groups[i].name), strlen(groups[i].name) };
		group->counts[VERDICT_PASSIVE] = groups[i].passive;
		group->counts[VERDICT_ACTIVE] = groups[i].in_scope ? groups[i].servers - groups[i].passive : 0;
	}
}

static const struct made_group estate[] = {
	{ NULL, 4, false, 0 }, { "WIN-SERVERS", 3, true, 3 }, { "Win-Servers", 10, true, 2 }, { "Win-Servers ", 5, false, 0 },
	{ "Win_Servers", 6, false, 0 }, { "b\xc3\xbcro", 2, true, 1 }, { "other", 20, false, 0 },
};
static const char *const scope_groups[] = { "Win-Servers", "B\xc3\x9cRO", "win-servers", "Lost", "Othr" };

static void figures_add_up(void **state)
{
	static const char *const platforms[] = { "WindowsServer" };
	struct scope scope = { .groups = scope_groups, .group_count = 5, .platforms = platforms, .platform_count = 1 };
	struct strbuf text = STRBUF_INIT(4096);
	struct group_audit audit;
	struct run run;

	(void)state;
	make_run(&run, estate, 7, scope_groups, 5);
	groups_audit(&run, &scope, &audit);
	assert_true(audit.known);
	assert_false(audit.scope_changed);
	assert_false(audit.all_groups);
	assert_int_equal(audit.groups, 6);
	assert_int_equal(audit.count, 7);
	assert_int_equal(audit.servers, 50);
	assert_int_equal(audit.servers_in, 15);
	assert_int_equal(audit.servers_out, 35);
	assert_int_equal(audit.servers_none, 4);
	assert_int_equal(audit.stake_groups, 3);
	assert_int_equal(audit.servers_stake, 31);
	/* `Win-Servers` stands in the scope as it is; the other two fold. */
	assert_int_equal(audit.folded_groups, 2);
	assert_int_equal(audit.servers_folded, 5);
	assert_int_equal(audit.servers_ascii, 2);
	assert_string_equal(audit.lines[0].group->name.text, "other");
	assert_string_equal(audit.lines[0].nearest, "Othr");
	assert_int_equal(audit.lines[0].difference, DIFFERENCE_SLIP | DIFFERENCE_CASE);
	assert_string_equal(audit.lines[1].group->name.text, "Win_Servers");
	assert_int_equal(audit.lines[2].difference, DIFFERENCE_BLANKS);
	assert_string_equal(audit.lines[3].group->name.text, "Win-Servers");
	assert_int_equal(audit.lines[3].findings, 2);
	assert_int_equal(audit.lines[3].difference, DIFFERENCE_NONE);
	assert_false(audit.lines[0].judged);
	assert_int_equal(audit.unmatched_count, 2);
	assert_string_equal(audit.unmatched[0].name, "Lost");
	assert_null(audit.unmatched[0].nearest);
	assert_string_equal(audit.unmatched[1].name, "Othr");
	assert_string_equal(audit.unmatched[1].nearest->name.text, "other");
	assert_true(groups_trouble(&audit));
	groups_warning(&audit, &text);
	assert_string_equal(strbuf_text(&text), "31 servers are in 3 machine groups whose names nearly match the scope: see rouse groups. "
	                    "2 configured machine groups match no server: see rouse groups.");
	strbuf_clear(&text);
	groups_say_folding(&audit, &text);
	assert_string_equal(strbuf_text(&text), "a case-sensitive comparison would lose 5 servers of 2 groups, KQL's in~ 2");
	strbuf_release(&text);
	groups_audit_release(&audit);
	run_release(&run);
}

static void other_scope_no_scope_no_census(void **state)
{
	static const char *const platforms[] = { "WindowsServer" };
	static const char *const alone[] = { "Other" };
	struct scope scope = { .groups = alone, .group_count = 1, .platforms = platforms, .platform_count = 1 };
	struct scope none = { .platforms = platforms, .platform_count = 1 };
	struct strbuf text = STRBUF_INIT(4096);
	struct group_audit audit;
	struct run run;

	(void)state;
	make_run(&run, estate, 7, scope_groups, 5);
	groups_audit(&run, &scope, &audit);
	assert_true(audit.scope_changed);
	assert_int_equal(audit.servers_in, 20);
	assert_int_equal(audit.servers_out, 30);
	assert_int_equal(audit.stake_groups, 0);
	groups_warning(&audit, &text);
	assert_int_equal(text.len, 0);
	groups_audit_release(&audit);

	groups_audit(&run, &none, &audit);
	assert_true(audit.all_groups);
	assert_int_equal(audit.servers_in, 50);
	assert_int_equal(audit.stake_groups + audit.unmatched_count + audit.folded_groups, 0);
	groups_audit_release(&audit);

	run.has_groups = false;
	groups_audit(&run, &scope, &audit);
	assert_false(audit.known);
	assert_int_equal(audit.count, 0);
	groups_say_scope(&audit, &text);
	assert_non_null(strstr(strbuf_text(&text), "before machine groups were counted"));
	groups_audit_release(&audit);
	strbuf_release(&text);
	run_release(&run);
}

static void the_nearest_group(void **state)
{
	struct run run;
	unsigned difference;

	(void)state;
	make_run(&run, estate, 7, scope_groups, 5);
	assert_string_equal(groups_nearest(&run, slice_of("Win-Server"), &difference)->name.text, "Win-Servers");
	assert_int_equal(difference, DIFFERENCE_SLIP);
	/* Fewer kinds first: case alone is nearer than a slip. */
	assert_string_equal(groups_nearest(&run, slice_of("win-servers"), &difference)->name.text, "Win-Servers");
	assert_int_equal(difference, DIFFERENCE_CASE);
	/* Two letters away is no near miss, but still the least different. */
	assert_string_equal(groups_nearest(&run, slice_of("Win-Srvrs"), &difference)->name.text, "Win-Servers");
	assert_int_equal(difference, DIFFERENCE_APART);
	assert_null(groups_nearest(&run, slice_of("Exchange"), &difference));
	assert_null(groups_nearest(&run, slice_of(""), NULL));
	run_release(&run);
}

/* -- a line of the configuration -- */

static void read_back(const char *name, size_t len)
{
	struct strbuf text = STRBUF_INIT(8192);
	struct config *config = config_new();
	struct error err = { 0 };
	size_t count;

	strbuf_adds(&text, "[scope]\ngroup = ");
	assert_true(config_quote((struct slice){ name, len }, &text));
	strbuf_adds(&text, "\n");
	config->path = xstrdup("test");
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(text.buf, 1, text.len, file), text.len);
	rewind(file);
	if (config_read(config, file, &err))
		fail_msg("%s: %s", strbuf_text(&text), err.text);
	fclose(file);
	const char *const *groups = config_list(config, "scope.group", &count);
	assert_int_equal(count, 1);
	assert_int_equal(strlen(groups[0]), len);
	assert_memory_equal(groups[0], name, len);
	config_free(&config);
	strbuf_release(&text);
}

static void a_line_is_read_back_exactly(void **state)
{
	static const char *const names[] = {
		"Win-Servers-Prod", "Win Servers Prod", " leading", "trailing ", "two  blanks", "\ttab", "tab\t", "a;b", "a ;b", "a #b", "#a", ";a",
		"\"quoted\"", "a\"b", "a\\b", "\\", "\"", "'a'", "a=b", "[a]", "=", ":", "a:b", "B\xc3\x9cRO", "\xc2\xa0", "a\xe2\x80\x8b",
		"\xef\xbb\xbf_a", "a\r", "\r", "\x1b[2J", "\x7f", "%s %n", "a\\\"b \\ ; #", "",
	};
	struct strbuf out = STRBUF_INIT(16384), longest = STRBUF_INIT(8192);

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		read_back(names[i], strlen(names[i]));
	/* Every pair of bytes that INI may take for something. */
	static const char risky[] = " \t\";#\\=[]:'\r\x01" "a";
	for (size_t i = 0; i < sizeof risky - 1; i++) {
		for (size_t k = 0; k < sizeof risky - 1; k++) {
			const char name[] = { risky[i], risky[k], 'x', risky[k], risky[i] };

			read_back(name, sizeof name);
			read_back(name, 2);
		}
	}
	assert_false(config_quote(slice_of("a\nb"), &out));
	assert_false(config_quote((struct slice){ "a\0b", 3 }, &out));
	assert_false(config_quote(slice_of("\xff"), &out));
	assert_false(config_quote((struct slice){ NULL, 0 }, &out));
	while (longest.len < 3990)
		strbuf_addc(&longest, 'x');
	read_back(longest.buf, longest.len);
	while (longest.len < 4100)
		strbuf_addc(&longest, 'x');
	assert_false(config_quote((struct slice){ longest.buf, longest.len }, &out));
	assert_int_equal(out.len, 0);
	strbuf_release(&out);
	strbuf_release(&longest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_drift_has_its_kind),
		cmocka_unit_test(honest_names_raise_no_alarm),
		cmocka_unit_test(names_at_the_edges),
		cmocka_unit_test(long_names),
		cmocka_unit_test(near_is_near_both_ways),
		cmocka_unit_test(data_of_confusables),
		cmocka_unit_test(shown_and_placed),
		cmocka_unit_test(figures_add_up),
		cmocka_unit_test(other_scope_no_scope_no_census),
		cmocka_unit_test(the_nearest_group),
		cmocka_unit_test(a_line_is_read_back_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
