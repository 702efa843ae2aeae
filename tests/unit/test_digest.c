/* test_digest.c - what the channel reads: few lines, the worst first, incompleteness before all, sums that add up. */
#include "tests/unit/draft_make.h"

#include "core/model/digest.h"

static unsigned count_lines(const struct strbuf *text)
{
	unsigned lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->buf[i] == '\n';
	return lines;
}

/* A count as it is written: 1,906. */
static uint32_t read_count(const char *text)
{
	uint32_t n = 0;

	for (; *text; text++)
		if (*text != ',')
			n = n * 10 + (uint32_t)(*text - '0');
	return n;
}

static void check_text(const char *text)
{
	assert_non_null(text);
	assert_true(strlen(text) <= DIGEST_TEXT_MAX);
	assert_true(utf8_valid(text, strlen(text)));
	for (size_t i = 0; text[i]; i++)
		assert_true((unsigned char)text[i] >= ' ' && text[i] != 0x7F);
}

static void check_limits(const struct digest *digest)
{
	assert_true(digest->warning_count <= DIGEST_REASONS + 1);
	for (size_t i = 0; i < digest->warning_count; i++)
		check_text(digest->warnings[i]);
	for (size_t i = 0; i < digest->worst_count; i++) {
		check_text(digest->worst[i].name);
		check_text(digest->worst[i].text);
	}
	for (size_t i = 0; i < digest->team_count; i++)
		check_text(digest->teams[i].name);
	check_text(digest->title);
	check_text(digest->counts);
	check_text(digest->change);
	check_text(digest->record);
	check_text(digest->scope);
	check_text(digest->when);
}

static void add_reasons(struct run *run, unsigned count)
{
	char hostile[2000];

	memset(hostile, 'x', sizeof hostile - 1);
	hostile[sizeof hostile - 1] = '\0';
	for (unsigned i = 0; i < count; i++)
		run_add_reason(run, REASON_CANARY, i % 2 ? "Reason %u: \xC3\xBC\n\x1b[31m%.900s" : "Reason %u: %.20s", i, hostile);
}

static void any_run_keeps_the_limits(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct making making;
		struct draft draft = { 0 };
		struct digest digest = { 0 };
		struct strbuf text = STRBUF_INIT(1 << 16);
		struct digest_record record = { .number = seed % 3 ? "INC0010042\n" : NULL, .url = "https://x.example/1", .word = "updated",
		                                .failure = seed % 4 ? NULL : "the service does not answer.\n" };
		uint32_t sum = 0;

		making_random(&making, (unsigned)(seed * 7 % 120), seed);
		add_reasons(&making.run, (unsigned)seed % 7);
		making.run.baseline = (int64_t)seed % 2;
		making_draft(&making, &draft);
		digest_make(&making.run, &draft, &record, &digest);
		check_limits(&digest);
		for (size_t i = 0; i < digest.team_count; i++)
			sum += read_count(digest.teams[i].text);
		assert_int_equal(sum, draft.host_count);
		assert_int_equal(digest.worst_count, draft.host_count < DIGEST_WORST ? draft.host_count : DIGEST_WORST);
		assert_int_equal(digest.complete, seed % 7 == 0);
		digest_plain(&digest, &text);
		assert_true(count_lines(&text) <= DIGEST_LINES_MAX);
		assert_int_equal(strncmp(strbuf_text(&text), "INCOMPLETE: ", 12) == 0, !digest.complete);
		assert_true(!record.failure || strstr(strbuf_text(&text), "! The ticket could not be written: the service does not answer."));
		strbuf_release(&text);
		digest_release(&digest);
		draft_release(&draft);
		making_release(&making);
	}
}

/* The five are the first in the order of hosts, found by sorting all. */
static void the_worst_are_the_worst(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct making making;
		struct draft draft = { 0 };
		struct digest digest = { 0 };
		struct strbuf name = STRBUF_INIT(4096);

		making_random(&making, 60, seed);
		making_draft(&making, &draft);
		digest_make(&making.run, &draft, NULL, &digest);
		for (size_t i = 0; i < digest.worst_count; i++) {
			uint32_t before = 0;
			const struct draft_host *host = NULL;

			for (uint32_t k = 0; k < draft.host_count; k++) {   /* the host that has i before it */
				before = 0;
				for (uint32_t m = 0; m < draft.host_count; m++)
					before += draft_host_order(&draft.hosts[m], &draft.hosts[k]) < 0;
				if (before == i)
					host = &draft.hosts[k];
			}
			assert_non_null(host);
			strbuf_clear(&name);
			doc_visible(slice_of(host->name), &name);
			assert_string_equal(digest.worst[i].name, strbuf_text(&name));
		}
		strbuf_release(&name);
		digest_release(&digest);
		draft_release(&draft);
		making_release(&making);
	}
}

static void a_morning_reads_like_this(void **state)
{
	struct making making = { 0 };
	struct draft draft = { 0 };
	struct digest digest = { 0 };
	struct strbuf text = STRBUF_INIT(1 << 16);
	struct table_row row;
	struct digest_record record = { .number = "INC0010042", .url = "https://x.example/INC0010042", .word = "updated" };

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		char name[32], team[32];

		table_row_init(&row);
		snprintf(name, sizeof name, "srv-%02u", i);
		snprintf(team, sizeof team, "team-%u", i);
		row.id = row.name = slice_of(name);
		row.verdict = VERDICT_PASSIVE;
		row.flags = i == 9 ? FLAG_NO_OTHER_AV : 0;
		row.time[TIME_SIGNATURE] = ROWS_NOW - (int64_t)i * 86400;
		row.change = CHANGE_PERSISTING;
		table_add(&making.run.rows, &row);
		if (i > 0)
			making_owner(&making, i, OWNER_OWNED, i < 3 ? "team, a" : team, "");
	}
	making.run.baseline = 411;
	making.run.baseline_started = ROWS_NOW - 86400;
	run_add_reason(&making.run, REASON_CANARY, "The canary srv-canary is not among the findings.");
	making_close(&making);
	making_draft(&making, &draft);
	digest_make(&making.run, &draft, &record, &digest);
	digest_plain(&digest, &text);
	assert_string_equal(strbuf_text(&text),
		"INCOMPLETE: The canary srv-canary is not among the findings.\n"
		"10 servers without active Defender Antivirus\n"
		"in scope 10: active 0, passive 10, edr-block 0, passive-audit 0, disabled 0, unknown 0, unassessed 0\n"
		"0 new, 10 persisting, 0 resolved, 0 vanished since 2026-11-19 06:00Z\n"
		"Worst:\n"
		"  srv-09: passive, signatures 9d old, no other antivirus, team-9\n"
		"  srv-08: passive, signatures 8d old, team-8\n"
		"  srv-07: passive, signatures 7d old, team-7\n"
		"  srv-06: passive, signatures 6d old, team-6\n"
		"  srv-05: passive, signatures 5d old, team-5\n"
		"By team: team, a: 2; team-3: 1; team-4: 1; team-5: 1; team-6: 1; 3 other teams: 3; without an owner: 1\n"
		"Ticket: INC0010042 updated https://x.example/INC0010042\n"
		"dmz, win-servers-prod, run 412 of 2026-11-20 06:00Z\n");
	making.run.id = 0;   /* a dry run is kept under no number */
	digest_make(&making.run, &draft, &record, &digest);
	assert_string_equal(digest.when, "run of 2026-11-20 06:00Z");
	digest_release(&digest);
	draft_release(&draft);
	making_release(&making);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_run_keeps_the_limits), cmocka_unit_test(the_worst_are_the_worst),
		cmocka_unit_test(a_morning_reads_like_this),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
