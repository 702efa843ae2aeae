/* test_draft.c - the one ticket of a run: every host once, sums that add up, a mark that changes when it must and only then. */
#include "tests/unit/draft_make.h"

#include "core/io/csv.h"
#include "core/model/accept.h"

#define ROUNDS 200

/* -- what is in it -- */

/* The hosts of a draft are exactly the findings, each once; teams are ranges of them that add up. */
static void check_whole(const struct making *making, const struct draft *draft)
{
	struct map ids = { 0 };
	uint32_t sum = 0;
	bool added;

	assert_int_equal(draft->host_count, making->row_count);
	for (uint32_t i = 0; i < making->row_count; i++) {
		struct slice id = table_packed_id(&making->run.rows, making->rows[i]);

		map_put(&ids, id.text, id.len, NULL);
	}
	assert_int_equal(ids.count, making->row_count);
	for (uint32_t i = 0; i < draft->host_count; i++) {
		map_put(&ids, draft->hosts[i].device.text, draft->hosts[i].device.len, &added);
		assert_false(added);
	}
	map_release(&ids);
	for (uint32_t i = 0; i < draft->host_count; i++)
		map_put(&ids, draft->hosts[i].device.text, draft->hosts[i].device.len, NULL);
	assert_int_equal(ids.count, making->row_count);
	map_release(&ids);
	for (size_t t = 0; t < draft->team_count; t++) {
		const struct draft_team *team = &draft->teams[t];

		assert_int_equal(team->first, sum);
		assert_true(team->count > 0);
		for (uint32_t i = team->first; i < team->first + team->count; i++) {
			const struct owner *owner = owners_get(&making->owners, draft->hosts[i].device);

			assert_int_equal(draft->hosts[i].team, t);
			assert_int_equal(team->state, owner ? owner->state : OWNER_UNASKED);
			assert_true(i == team->first || draft_host_order(&draft->hosts[i - 1], &draft->hosts[i]) <= 0);
		}
		assert_true(t == 0 || draft->teams[t - 1].state == OWNER_OWNED || team->state != OWNER_OWNED);
		assert_true(t == 0 || team->state != OWNER_OWNED || draft->teams[t - 1].count >= team->count);
		sum += team->count;
	}
	assert_int_equal(sum, draft->host_count);
	assert_true(strlen(draft->title) <= DRAFT_TITLE_MAX && utf8_valid(draft->title, strlen(draft->title)));
}

static uint32_t count_of(const struct doc *doc, enum doc_kind kind)
{
	uint32_t count = 0;

	for (size_t i = 0; i < doc->block_count; i++)
		count += doc->blocks[i].kind == kind;
	return count;
}

static void every_host_is_in_it_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		struct making making;
		struct draft draft = { 0 };
		uint32_t limits[] = { 0, 1, 7, 50, UINT32_MAX };

		making_random(&making, (unsigned)(seed % 61) * 3, seed);
		making_draft(&making, &draft);
		check_whole(&making, &draft);
		for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
			struct doc doc = { 0 };
			const struct doc_block *last;

			draft_doc(&draft, limits[i], &doc);
			assert_int_equal(count_of(&doc, DOC_ROW), limits[i] < draft.host_count ? limits[i] : draft.host_count);
			last = &doc.blocks[doc.block_count - 1];
			assert_int_equal(last->kind, DOC_MARK);
			assert_true(slice_is(doc_text(&doc, &doc.spans[last->first]), draft.mark));
			doc_release(&doc);
		}
		draft_release(&draft);
		making_release(&making);
	}
}

static void a_child_for_each_team_has_all_hosts(void **state)
{
	struct map correlations = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct making making;
		struct draft draft = { 0 };
		uint32_t sum = 0;

		making_random(&making, 90, seed);
		making_draft(&making, &draft);
		map_release(&correlations);
		for (size_t t = 0; t < draft.team_count; t++) {
			struct draft child = { 0 };

			draft_child(&draft, t, &child);
			assert_int_equal(child.host_count, draft.teams[t].count);
			assert_string_equal(child.hosts[0].name, draft.hosts[draft.teams[t].first].name);
			assert_int_equal(strncmp(child.correlation, draft.correlation, strlen(draft.correlation)), 0);
			assert_int_equal(strlen(child.correlation), strlen(draft.correlation) + 9);
			assert_true(strlen(child.correlation) <= DRAFT_CORRELATION_MAX);
			map_put(&correlations, child.correlation, strlen(child.correlation), NULL);
			sum += child.host_count;
			draft_release(&child);
		}
		assert_int_equal(sum, draft.host_count);
		assert_int_equal(correlations.count, draft.team_count);
		draft_release(&draft);
		making_release(&making);
	}
	map_release(&correlations);
}

static void what_is_no_finding_is_not_taken(void **state)
{
	struct making making;
	struct draft draft = { 0 };
	uint32_t all[200];

	(void)state;
	making_random(&making, 99, 3);
	for (uint32_t i = 0; i < 200; i++)
		all[i] = i % 100;   /* each twice, active and vanished ones too, and one that is not there */
	draft_make(&(struct draft_plan){ .lens = &making.lens, .run = &making.run, .owners = &making.owners, .rows = all,
		.row_count = 200 }, &draft);
	check_whole(&making, &draft);
	assert_int_equal(draft.not_taken, 200 - making.row_count);
	draft_release(&draft);
	making_release(&making);
}

/* -- names -- */

static void correlation_ids_hang_on_the_scope_alone(void **state)
{
	struct strbuf id = STRBUF_INIT(256);

	(void)state;
	draft_correlation("os_platform=windowsserver\ngroup=win-servers-prod\n", false, ROWS_NOW, &id);
	assert_string_equal(strbuf_text(&id), "rouse-f496a753f973");   /* the same on every machine, for ever: records are found by it */
	strbuf_clear(&id);
	draft_correlation("os_platform=windowsserver\ngroup=win-servers-prod\n", true, ROWS_NOW, &id);
	assert_string_equal(strbuf_text(&id), "rouse-f496a753f973-20261120T060000Z");
	strbuf_clear(&id);
	draft_correlation("os_platform=windowsserver\n", false, ROWS_NOW, &id);
	assert_string_not_equal(strbuf_text(&id), "rouse-f496a753f973");
	assert_int_equal(id.len, 18);
	strbuf_clear(&id);
	draft_correlation(NULL, false, ROWS_NOW, &id);
	assert_int_equal(id.len, 18);
	strbuf_release(&id);
}

static void one_row(struct making *making, const char *name, enum verdict verdict, const char *team)
{
	struct table_row row;

	table_row_init(&row);
	row.id = slice_of(name);
	row.name = slice_of(name);
	row.verdict = verdict;
	row.text[TEXT_PLATFORM] = slice_of("WindowsServer2019");
	table_add(&making->run.rows, &row);
	if (team)
		making_owner(making, making->run.rows.count - 1, OWNER_OWNED, team, "");
}

static void titles_are_true(void **state)
{
	static const struct { enum verdict verdicts[3]; const char *title; } cases[] = {
		{ { VERDICT_PASSIVE, VERDICT_EDR_BLOCK, VERDICT_PASSIVE_AUDIT },
		"Defender Antivirus passive on 3 servers: dmz, Win-Servers-Prod" },
		{ { VERDICT_PASSIVE, VERDICT_DISABLED, VERDICT_ACTIVE }, "Defender Antivirus not active on 2 servers: dmz, Win-Servers-Prod" },
		{ { VERDICT_PASSIVE, VERDICT_UNKNOWN, VERDICT_ACTIVE },
		"Defender Antivirus not known to be active on 2 servers: dmz, Win-Servers-Prod" },
		{ { VERDICT_UNASSESSED, VERDICT_ACTIVE, VERDICT_ACTIVE },
		"Defender Antivirus not known to be active on 1 server: dmz, Win-Servers-Prod" },
		{ { VERDICT_ACTIVE, VERDICT_ACTIVE, VERDICT_ACTIVE }, "Defender Antivirus: no server left to mend: dmz, Win-Servers-Prod" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct making making = { 0 };
		struct draft draft = { 0 };

		one_row(&making, "a", cases[i].verdicts[0], NULL);
		one_row(&making, "b", cases[i].verdicts[1], NULL);
		one_row(&making, "c", cases[i].verdicts[2], NULL);
		making.run.groups = xcalloc(1, sizeof *making.run.groups);
		making.run.group_count = making.run.group_cap = 1;
		making.run.groups[0] = (struct run_group){ .name = { xstrdup("Win-Servers-Prod"), 16 }, .in_scope = true };
		making_close(&making);
		making_draft(&making, &draft);
		assert_string_equal(draft.title, cases[i].title);
		run_add_reason(&making.run, REASON_CANARY, "The canary srv-1 is not among the findings.");
		making_draft(&making, &draft);
		assert_int_equal(strncmp(draft.title, "INCOMPLETE: ", 12), 0);
		assert_string_equal(draft.title + 12, cases[i].title);
		draft_release(&draft);
		making_release(&making);
	}
}

static void titles_of_people_are_made_safe(void **state)
{
	struct making making = { 0 };
	struct draft draft = { 0 };
	char title[400];
	struct draft_plan plan = { .lens = &making.lens, .run = &making.run, .title = title };

	(void)state;
	making_close(&making);
	snprintf(title, sizeof title, "a\nb\x1b[31m");
	draft_make(&plan, &draft);
	assert_string_equal(draft.title, "a b\\x1b[31m");
	for (size_t i = 0; i + 2 < sizeof title; i += 2)
		memcpy(title + i, "\xC3\xBC", 3);
	draft_make(&plan, &draft);
	assert_true(strlen(draft.title) <= DRAFT_TITLE_MAX && strlen(draft.title) > DRAFT_TITLE_MAX - 5);
	assert_true(utf8_valid(draft.title, strlen(draft.title)));
	draft_release(&draft);
	making_release(&making);
}

static void it_is_assigned_to_the_team_of_most_hosts(void **state)
{
	struct making making = { 0 };
	struct draft draft = { 0 };
	struct draft_plan plan = { .lens = &making.lens, .run = &making.run, .owners = &making.owners, .unowned = "soc" };

	(void)state;
	one_row(&making, "a", VERDICT_PASSIVE, "team-b");
	one_row(&making, "b", VERDICT_PASSIVE, "Team-A");
	one_row(&making, "c", VERDICT_PASSIVE, "team-a");
	one_row(&making, "d", VERDICT_PASSIVE, NULL);
	one_row(&making, "e", VERDICT_PASSIVE, NULL);
	one_row(&making, "f", VERDICT_PASSIVE, NULL);
	making_close(&making);
	plan.rows = making.rows;
	plan.row_count = making.row_count;
	draft_make(&plan, &draft);
	assert_string_equal(draft.assignment, "Team-A");
	assert_int_equal(draft.team_count, 3);
	plan.assignment = "TEAM-B";
	draft_make(&plan, &draft);
	assert_string_equal(draft.assignment, "TEAM-B");
	plan.assignment = NULL;
	plan.owners = NULL;
	draft_make(&plan, &draft);
	assert_string_equal(draft.assignment, "soc");
	assert_int_equal(draft.teams[0].state, OWNER_UNASKED);
	plan.unowned = NULL;
	draft_make(&plan, &draft);
	assert_string_equal(draft.assignment, "");
	draft_release(&draft);
	making_release(&making);
}

/* -- the mark -- */

static char *mark_of(const struct making *making, const struct draft_plan *changes)
{
	struct draft draft = { 0 };
	struct draft_plan plan = *changes;
	char *mark;

	plan.lens = &making->lens;
	plan.run = &making->run;
	plan.owners = &making->owners;
	plan.rows = plan.rows ? plan.rows : making->rows;
	plan.row_count = plan.row_count ? plan.row_count : making->row_count;
	draft_make(&plan, &draft);
	mark = draft.mark;
	draft.mark = NULL;
	draft_release(&draft);
	return mark;
}

static void expect_same(const struct making *making, const struct draft_plan *changes, const char *mark, bool same)
{
	char *now = mark_of(making, changes);

	assert_int_equal(strcmp(now, mark) == 0, same);
	free(now);
}

static void a_quiet_day_changes_nothing(void **state)
{
	static const struct draft_plan none = { .note = NULL };

	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct making making;
		struct table *table = &making.run.rows;
		uint32_t *turned;
		char *mark;

		making_random(&making, 60, seed);
		mark = mark_of(&making, &none);
		making.lens.now += 86400;
		making.run.id++;
		making.run.started += 86400;
		for (uint32_t row = 0; row < table->count; row++) {
			table->time[TIME_LAST_SEEN][row] += 86400;
			table->time[TIME_SIGNATURE][row] = TIME_NONE;
			if (table->change[row] == CHANGE_NEW)
				table->change[row] = CHANGE_PERSISTING;
		}
		expect_same(&making, &none, mark, true);
		turned = xcalloc(making.row_count + 1, sizeof *turned);   /* another order of rows */
		for (uint32_t i = 0; i < making.row_count; i++)
			turned[i] = making.rows[making.row_count - 1 - i];
		expect_same(&making, &(struct draft_plan){ .rows = turned, .row_count = making.row_count }, mark, true);
		free(turned);
		free(mark);
		making_release(&making);
	}
}

static void what_matters_changes_the_mark(void **state)
{
	static const struct draft_plan none = { .note = NULL };
	struct making making;
	struct table *table = &making.run.rows;
	uint32_t row, code;
	uint8_t verdict;
	char *mark;

	(void)state;
	making_random(&making, 80, 5);
	mark = mark_of(&making, &none);
	expect_same(&making, &(struct draft_plan){ .note = "x" }, mark, false);
	expect_same(&making, &(struct draft_plan){ .title = "x" }, mark, false);
	expect_same(&making, &(struct draft_plan){ .assignment = "x" }, mark, false);
	expect_same(&making, &(struct draft_plan){ .per_run = true }, mark, false);
	expect_same(&making, &(struct draft_plan){ .row_count = making.row_count - 1 }, mark, false);
	for (uint32_t i = 0; i < making.row_count; i++) {
		row = making.rows[i];
		verdict = table->verdict[row];
		table->verdict[row] = verdict == VERDICT_PASSIVE ? VERDICT_DISABLED : VERDICT_PASSIVE;
		expect_same(&making, &none, mark, false);
		table->verdict[row] = verdict;
		code = table->text[TEXT_OTHER_AV][row];
		table->text[TEXT_OTHER_AV][row] = table_put_text(table, slice_of("Another AV"));
		expect_same(&making, &none, mark, false);
		table->text[TEXT_OTHER_AV][row] = code;
		code = table->text[TEXT_GATHERED_MODE][row];
		table->text[TEXT_GATHERED_MODE][row] = table_put_text(table, slice_of("77"));
		expect_same(&making, &none, mark, false);
		table->text[TEXT_GATHERED_MODE][row] = code;
	}
	expect_same(&making, &none, mark, true);
	run_add_reason(&making.run, REASON_LIMIT, "The answer was cut at 10,000 rows.");
	expect_same(&making, &none, mark, false);
	free(mark);
	mark = mark_of(&making, &none);
	free(making.run.reasons[0].sentence);
	making.run.reasons[0].sentence = xstrdup("The answer was cut at 20,000 rows.");
	expect_same(&making, &none, mark, true);   /* the figures of a reason may change daily */
	making.run.reasons[0].id = REASON_CANARY;
	expect_same(&making, &none, mark, false);
	making_owner(&making, making.rows[0], OWNER_OWNED, "somebody else", "");
	free(mark);
	mark = mark_of(&making, &none);
	making_owner(&making, making.rows[0], OWNER_AMBIGUOUS, "", "");
	expect_same(&making, &none, mark, false);
	free(mark);
	making_release(&making);
}

/* -- against the record as it was -- */

static void changes_since_the_last_update_are_named(void **state)
{
	struct making making = { 0 };
	struct acceptances accepted = { 0 };
	struct draft draft = { 0 };
	struct doc doc = { 0 };
	struct strbuf text = STRBUF_INIT(8192);
	const char *const names[] = { "stays", "verdict", "resolved", "accepted", "left", "vanished", "never" };
	struct draft_past past[7];
	struct draft_plan plan = { .lens = &making.lens, .run = &making.run, .owners = &making.owners, .past = past,
		.past_count = 7, .past_name = "INC1" };
	uint32_t rows[3] = { 0, 1, 6 };

	(void)state;
	one_row(&making, "stays", VERDICT_PASSIVE, "team");
	one_row(&making, "verdict", VERDICT_DISABLED, "team");
	one_row(&making, "resolved", VERDICT_ACTIVE, "team");
	one_row(&making, "accepted", VERDICT_PASSIVE, "team");
	one_row(&making, "left", VERDICT_PASSIVE, "team");
	one_row(&making, "vanished", VERDICT_PASSIVE, "team");
	making.run.rows.change[5] = CHANGE_VANISHED;
	one_row(&making, "added", VERDICT_PASSIVE, "team");
	making_close(&making);
	acceptances_add(&accepted, &(struct acceptance){ .device = table_packed_id(&making.run.rows, 3), .host = "accepted",
		.reason = "x", .who = "mk",
	                                                 .taken = ROWS_NOW - 10, .until = ROWS_NOW + 86400, .verdict = VERDICT_PASSIVE });
	making.lens.acceptances = &accepted;
	for (size_t i = 0; i < 7; i++)
		past[i] = (struct draft_past){ .device = i < 6 ? table_packed_id(&making.run.rows, (uint32_t)i)
			: slice_of("gone"), .name = (char *)names[i],
		                               .verdict = VERDICT_PASSIVE };
	plan.rows = rows;
	plan.row_count = 3;
	draft_make(&plan, &draft);
	assert_int_equal(draft.host_count, 3);
	assert_true(draft.update);
	assert_true(draft_delta(&draft, 2, &doc));
	doc_plain(&doc, &text);
	assert_string_equal(strbuf_text(&text), "Run 412 of 2026-11-20 06:00Z: 3 servers are on this ticket now.\n\nAdded: 1 server\n\n- added "
		"(https://security.microsoft.com/machines/v2/added/overview): "
		"passive, team\n\nAnother verdict: 1 server\n\n- verdict "
		"(https://security.microsoft.com/machines/v2/verdict/overview): disabled, team\n\n"
		"Gone from the list: 5 servers\n\n- resolved: active now\n- accepted: accepted by the security team\n- and 3 more\n");
	doc_release(&doc);
	strbuf_clear(&text);
	draft.run = 0;   /* a dry run is kept under no number */
	assert_true(draft_delta(&draft, 2, &doc));
	doc_plain(&doc, &text);
	assert_memory_equal(strbuf_text(&text), "The run of 2026-11-20 06:00Z: ", 30);
	assert_string_equal(draft.gone[2].why, "left out");
	assert_string_equal(draft.gone[3].why, "vanished");
	assert_string_equal(draft.gone[4].why, "vanished");
	doc_release(&doc);
	plan.past_count = 0;
	plan.past_name = NULL;
	draft_make(&plan, &draft);
	assert_false(draft.update);
	assert_false(draft_delta(&draft, 10, &doc));
	assert_int_equal(doc.block_count, 0);
	draft_release(&draft);
	acceptances_release(&accepted);
	making_release(&making);
	strbuf_release(&text);
}

/* -- the body and the CSV -- */

static void an_incomplete_run_says_so_first(void **state)
{
	struct making making;
	struct draft draft = { 0 };
	struct doc doc = { 0 };
	struct strbuf text = STRBUF_INIT(1 << 20);

	(void)state;
	making_random(&making, 20, 9);
	run_add_reason(&making.run, REASON_CANARY, "The canary srv-canary is not among the findings.");
	making_draft(&making, &draft);
	draft_doc(&draft, 100, &doc);
	doc_plain(&doc, &text);
	assert_int_equal(strncmp(strbuf_text(&text), "! This run is incomplete: ", 26), 0);
	assert_non_null(strstr(strbuf_text(&text), "\n! The canary srv-canary is not among the findings.\n"));
	doc_release(&doc);
	draft_release(&draft);
	making_release(&making);
	strbuf_release(&text);
}

static void notes_of_people_are_paragraphs(void **state)
{
	struct making making = { 0 };
	struct draft draft = { 0 };
	struct doc doc = { 0 };
	struct strbuf text = STRBUF_INIT(1 << 20);

	(void)state;
	one_row(&making, "a", VERDICT_PASSIVE, "team");
	making_close(&making);
	draft_make(&(struct draft_plan){ .lens = &making.lens, .run = &making.run, .rows = making.rows, .row_count = 1,
		.note = "first\r\n\r\n# second\n" }, &draft);
	draft_doc(&draft, 1, &doc);
	doc_markdown(&doc, &text);
	assert_non_null(strstr(strbuf_text(&text), "\n\n**Note**: first\n\n\\# second\n\n"));
	doc_release(&doc);
	draft_release(&draft);
	making_release(&making);
	strbuf_release(&text);
}

/* The fields of the CSV, read by the reader that reads all others. */
struct csv_seen {
	uint32_t rows;
	bool formula, uneven;
};

static int see_record(void *owner, const struct csv_record *record)
{
	struct csv_seen *seen = owner;

	seen->rows++;
	seen->uneven = seen->uneven || record->count != 15 || record->fault;
	for (size_t i = 0; i < record->count; i++)
		seen->formula = seen->formula || (record->fields[i].len > 0 && strchr("=+-@\t\r", record->fields[i].text[0]));
	return 0;
}

static void the_csv_holds_all_and_no_formula(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct making making;
		struct draft draft = { 0 };
		struct strbuf text = STRBUF_INIT(1 << 22);
		struct csv_seen seen = { 0 };
		struct csv_reader *reader = csv_reader_new(',', see_record, &seen);
		uint64_t open_quote;

		making_random(&making, 90, seed);
		making_draft(&making, &draft);
		draft_csv(&draft, &text);
		assert_int_equal(csv_reader_feed(reader, strbuf_text(&text), text.len), 0);
		assert_int_equal(csv_reader_end(reader, &open_quote), 0);
		assert_int_equal(open_quote, 0);
		assert_int_equal(seen.rows, draft.host_count + 1);
		assert_false(seen.formula);
		assert_false(seen.uneven);
		csv_reader_free(&reader);
		strbuf_release(&text);
		draft_release(&draft);
		making_release(&making);
	}
}

static void steps_fit_the_operating_system(void **state)
{
	static const char *const platforms[] = { "WindowsServer2012R2", "windowsserver2016", "WindowsServer2019", "Linux", NULL };
	static const char *const heads[] = { "Windows Server 2012 R2", "Windows Server 2016", "Windows Server 2019 and later",
	                                     "Servers whose operating system is not known here",
		"Servers whose operating system is not known here" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		const char *const *steps = draft_steps(slice_of(platforms[i]));
		bool restart = false, source = false, zero = false;

		assert_string_equal(steps[0], heads[i]);
		for (size_t k = 1; steps[k]; k++) {
			restart = restart || strcmp(steps[k], "Restart the server.") == 0;
			source = source || strncmp(steps[k], "https://learn.microsoft.com/", 28) == 0;
			zero = zero || (strstr(steps[k], "ForceDefenderPassiveMode") && strstr(steps[k], " to 0"));
		}
		assert_true(restart && source && zero);
	}
	assert_ptr_equal(draft_steps(slice_of("WindowsServer2022")), draft_steps(slice_of("WindowsServer2025")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_host_is_in_it_once), cmocka_unit_test(a_child_for_each_team_has_all_hosts),
		cmocka_unit_test(what_is_no_finding_is_not_taken), cmocka_unit_test(correlation_ids_hang_on_the_scope_alone),
		cmocka_unit_test(titles_are_true), cmocka_unit_test(titles_of_people_are_made_safe),
		cmocka_unit_test(it_is_assigned_to_the_team_of_most_hosts), cmocka_unit_test(a_quiet_day_changes_nothing),
		cmocka_unit_test(what_matters_changes_the_mark), cmocka_unit_test(changes_since_the_last_update_are_named),
		cmocka_unit_test(an_incomplete_run_says_so_first), cmocka_unit_test(notes_of_people_are_paragraphs),
		cmocka_unit_test(the_csv_holds_all_and_no_formula), cmocka_unit_test(steps_fit_the_operating_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
