/* test_closing.c - closing the loop from a session: tables, a CSV of owners and Markdown tickets in a folder of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/session/closing.h"

#define DAY INT64_C(86400)
#define PATH_BYTES 200
#define HOSTS 6          /* passive ones, with the numbers 1 to 6; 7 is active */

struct bench {
	char folder[64];
	struct config *config;
	struct session *session;
	struct error err;
};

/* -- the files -- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static FILE *create(const struct bench *bench, const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/%s", bench->folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	return file;
}

/* An estate on a day: hosts 1 to `passive` are passive in it, all others up to 7 active. */
static void tables(const struct bench *bench, const char *day, int passive)
{
	FILE *info = create(bench, "info.csv"), *assessment = create(bench, "assessment.csv"), *gathering = create(bench, "gathering.csv");

	fputs("Timestamp,DeviceId,DeviceName,OSPlatform,OSVersion,MachineGroup,ReportId,OnboardingStatus,SensorHealthState,IsExcluded,MergedToDeviceId\n",
	      info);
	fputs("Timestamp,DeviceId,DeviceName,OSPlatform,ConfigurationId,ConfigurationCategory,ConfigurationSubcategory,ConfigurationImpact,IsCompliant,"
	      "IsApplicable,Context,IsExpectedUserImpact\n", assessment);
	fputs("Timestamp,LastSeenTime,DeviceId,DeviceName,OSPlatform,AdditionalFields\n", gathering);
	for (int i = 1; i <= HOSTS + 1; i++) {
		int mode = i <= passive;

		fprintf(info, "%sT05:00:00Z,%040x,srv-%d,WindowsServer2022,10.0.20348,Alpha,%d,Onboarded,Active,0,\n", day, (unsigned)i, i, i);
		fprintf(assessment, "%sT03:00:00Z,%040x,x,WindowsServer2022,scid-2010,Security controls,Antivirus,9,%d,1,\"[[\"\"%d\"\"]]\",0\n", day,
		        (unsigned)i, !mode, mode);
		fprintf(gathering, "%sT04:00:00Z,%sT04:00:00Z,%040x,x,WindowsServer2022,\"{\"\"AvMode\"\":\"\"%d\"\"}\"\n", day, day, (unsigned)i, mode);
	}
	assert_int_equal(fclose(info) | fclose(assessment) | fclose(gathering), 0);
}

/* srv-1 and srv-2 are Team A's, srv-3 is Team B's, srv-4 nobody's, srv-5 two teams', srv-6 is not in it. */
static void cmdb(const struct bench *bench)
{
	FILE *file = create(bench, "cmdb.csv");

	fputs("name,team\nsrv-1,Team A\nSRV-2,Team A\nsrv-3,Team B\nsrv-4,\nsrv-5,Team A\nsrv-5,Team B\nsrv-99,Team C\n", file);
	assert_int_equal(fclose(file), 0);
}

/* -- the session -- */

static void reopen(struct bench *bench, const char *more)
{
	char store[PATH_BYTES], set_csv[PATH_BYTES], set_folder[PATH_BYTES];
	const char *const sets[] = { "scope.os_platform=WindowsServer", "limits.drop=100%", set_csv, set_folder, "notify.kind=teams", "notify.kind=slack", more };

	session_close(&bench->session);
	config_free(&bench->config);
	snprintf(store, sizeof store, "%s/rouse.db", bench->folder);
	snprintf(set_csv, sizeof set_csv, "csv.file=%s/cmdb.csv", bench->folder);
	snprintf(set_folder, sizeof set_folder, "markdown.folder=%s/tickets", bench->folder);
	if (config_load(&bench->config, "/dev/null", sets, more ? 7 : 6, &bench->err) ||
	    session_open(&bench->session, bench->config, store, true, &bench->err))
		fail_msg("%s", bench->err.text);
}

static void to_end(struct bench *bench, enum session_event wanted)
{
	for (;;) {
		enum session_event event = session_step(bench->session, 50, &bench->err);

		if (event == SESSION_WAIT)
			session_wait(bench->session, NULL, 0, 100);
		if (event == SESSION_MORE || event == SESSION_WAIT || event == SESSION_GREW)
			continue;
		if (event != wanted)
			fail_msg("event %d, not %d: %s", event, wanted, bench->err.text);
		return;
	}
}

static void detect(struct bench *bench, const char *day, int passive, bool unsaved)
{
	static const char *const names[] = { "info.csv", "assessment.csv", "gathering.csv" };
	char paths[3][PATH_BYTES], now[40];
	const char *lists[3];
	struct session_input input = { .unsaved = unsaved };
	static const enum estate_table places[] = { TABLE_INVENTORY, TABLE_ASSESSMENT, TABLE_GATHERING };

	tables(bench, day, passive);
	snprintf(now, sizeof now, "%sT07:00:00Z", day);
	assert_int_equal(setenv("ROUSE_NOW", now, 1), 0);
	session_tick(bench->session);
	for (int i = 0; i < 3; i++) {
		snprintf(paths[i], sizeof paths[i], "%s/%s", bench->folder, names[i]);
		lists[i] = paths[i];
		input.files.paths[places[i]] = &lists[i];
		input.files.count[places[i]] = 1;
	}
	if (session_detect(bench->session, &input, 0, &bench->err))
		fail_msg("%s", bench->err.text);
	to_end(bench, SESSION_SWAPPED);
}

static int bench_open(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);

	assert_non_null(bench);
	snprintf(bench->folder, sizeof bench->folder, "/tmp/rouse-closing-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	assert_int_equal(setenv("ROUSE_NOW", "2026-11-20T07:00:00Z", 1), 0);
	cmdb(bench);
	*state = bench;
	reopen(bench, NULL);
	detect(bench, "2026-11-20", HOSTS, false);
	return 0;
}

static int bench_close(void **state)
{
	struct bench *bench = *state;

	session_close(&bench->session);
	config_free(&bench->config);
	int failed = nftw(bench->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(bench);
	unsetenv("ROUSE_NOW");
	return failed;
}

/* The row of srv-N on hand. */
static uint32_t row_of(const struct bench *bench, int n)
{
	const struct table *table = &session_run(bench->session)->rows;
	char name[20];

	snprintf(name, sizeof name, "srv-%d", n);
	for (uint32_t row = 0; row < table->count; row++)
		if (slice_is(table_name(table, row), name))
			return row;
	fail_msg("no %s", name);
	return 0;
}

static const struct ticket_link *link_of(const struct bench *bench, int n)
{
	return ticket_links_get(session_tickets(bench->session), table_packed_id(&session_run(bench->session)->rows, row_of(bench, n)));
}

static void resolve(struct bench *bench, bool anew)
{
	if (session_resolve(bench->session, NULL, 0, anew, &bench->err))
		fail_msg("%s", bench->err.text);
	to_end(bench, SESSION_FINISHED);
}

static void draft_of_rows(struct bench *bench, const uint32_t *rows, uint32_t count, struct draft *draft, struct review *review)
{
	const struct draft_wish wish = { .rows = rows, .count = count };

	*draft = (struct draft){0};
	*review = (struct review){0};
	if (session_draft(bench->session, &wish, draft, review, &bench->err))
		fail_msg("%s", bench->err.text);
}

/* Makes a draft of some rows, NULL all, and sends it; how many hosts it had. */
static uint32_t send_rows(struct bench *bench, const uint32_t *rows, uint32_t count, enum ensure_word word)
{
	struct draft draft;
	struct review review;

	draft_of_rows(bench, rows, count, &draft, &review);
	uint32_t hosts = draft.host_count;

	if (session_send(bench->session, &draft, false, &bench->err))
		fail_msg("%s", bench->err.text);
	assert_null(session_sent(bench->session));
	to_end(bench, SESSION_FINISHED);
	const struct ensure_result *sent = session_sent(bench->session);

	assert_non_null(sent);
	if (sent->items[0].word != word)
		fail_msg("%s", sent->items[0].sentence);
	assert_int_equal(sent->items[0].hosts, hosts);
	session_review_release(&review);
	draft_release(&draft);
	return hosts;
}

static bool on_draft(const struct draft *draft, const char *name)
{
	for (uint32_t i = 0; i < draft->host_count; i++)
		if (!strcmp(draft->hosts[i].name, name))
			return true;
	return false;
}

static void accept_host(struct bench *bench, int n)
{
	if (session_accept(bench->session, row_of(bench, n), session_now(bench->session) + 5 * DAY, "It is replaced", "ana", &bench->err))
		fail_msg("%s", bench->err.text);
}

static bool ticket_exists(const struct bench *bench, const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/tickets/%s", bench->folder, name);
	return access(path, F_OK) == 0;
}

/* -- owners -- */

static void the_tally_sums_up(void **state)
{
	struct bench *bench = *state;
	struct owner_tally tally;
	uint32_t sum = 0;

	session_tally_owners(bench->session, NULL, 0, &tally);
	assert_int_equal(tally.states[OWNER_UNASKED], HOSTS);
	assert_null(session_resolved(bench->session));
	resolve(bench, false);
	const struct resolved *resolved = session_resolved(bench->session);

	assert_string_equal(resolved->failure, "");
	assert_int_equal(resolved->hosts, HOSTS);
	assert_int_equal(resolved->kept, 0);
	for (int i = 0; i < OWNER_STATE_COUNT; i++)
		sum += resolved->tally.states[i];
	assert_int_equal(sum, HOSTS);
	assert_int_equal(resolved->tally.states[OWNER_OWNED], 3);
	assert_int_equal(resolved->tally.states[OWNER_UNOWNED], 1);
	assert_int_equal(resolved->tally.states[OWNER_AMBIGUOUS], 1);
	assert_int_equal(resolved->tally.states[OWNER_UNKNOWN], 1);
	assert_int_equal(resolved->tally.teams, 2);
	session_tally_owners(bench->session, NULL, 0, &tally);
	assert_memory_equal(&tally, &resolved->tally, sizeof tally);
	accept_host(bench, 1);
	session_tally_owners(bench->session, NULL, 0, &tally);
	assert_int_equal(tally.states[OWNER_OWNED], 2);
}

static void answers_are_kept_for_a_while(void **state)
{
	struct bench *bench = *state;

	resolve(bench, false);
	reopen(bench, NULL);
	detect(bench, "2026-11-20", HOSTS, false);
	resolve(bench, false);
	assert_int_equal(session_resolved(bench->session)->kept, HOSTS);
	resolve(bench, true);
	assert_int_equal(session_resolved(bench->session)->kept, 0);
	detect(bench, "2026-11-23", HOSTS, false);
	resolve(bench, false);
	assert_int_equal(session_resolved(bench->session)->kept, 0);
}

static void without_an_answer_the_old_word_holds(void **state)
{
	struct bench *bench = *state;
	char path[PATH_BYTES];

	resolve(bench, false);
	snprintf(path, sizeof path, "%s/cmdb.csv", bench->folder);
	assert_int_equal(unlink(path), 0);
	detect(bench, "2026-11-23", HOSTS, false);
	resolve(bench, false);
	const struct resolved *resolved = session_resolved(bench->session);

	assert_true(resolved->failure[0]);
	assert_int_equal(resolved->tally.states[OWNER_OWNED], 3);
	assert_true(resolved->old > 0 && resolved->old <= HOSTS);
}

static void a_choice_by_hand_stays(void **state)
{
	struct bench *bench = *state;
	struct owner_tally tally;

	resolve(bench, false);
	struct slice id = table_packed_id(&session_run(bench->session)->rows, row_of(bench, 5));

	assert_int_equal(session_assign(bench->session, id, 7, NULL, "ana", &bench->err), -1);
	assert_int_equal(session_assign(bench->session, id, 1, NULL, "ana", &bench->err), 0);
	assert_string_equal(owners_get(session_owners(bench->session), id)->team, "Team B");
	resolve(bench, true);
	assert_string_equal(owners_get(session_owners(bench->session), id)->team, "Team B");
	session_tally_owners(bench->session, NULL, 0, &tally);
	assert_int_equal(tally.states[OWNER_OWNED], 4);
	assert_int_equal(session_assign(bench->session, id, SIZE_MAX, "", "ana", &bench->err), 0);
	assert_int_equal(owners_get(session_owners(bench->session), id)->state, OWNER_AMBIGUOUS);
}

/* -- tickets -- */

static void a_choice_joins_the_rolling_record(void **state)
{
	struct bench *bench = *state;
	uint32_t first[] = { row_of(bench, 1), row_of(bench, 2), row_of(bench, 7) };
	uint32_t second[] = { row_of(bench, 3), row_of(bench, 3) };
	struct draft draft;
	struct review review;

	resolve(bench, false);
	/* srv-7 is no finding: two are left. */
	assert_int_equal(send_rows(bench, first, 3, ENSURE_CREATED), 2);
	draft_of_rows(bench, second, 2, &draft, &review);
	assert_int_equal(draft.host_count, 3);
	assert_int_equal(review.joined, 2);
	assert_int_equal(review.already, 2);
	assert_string_equal(review.existing, "ROUSE-0001");
	assert_true(draft.update && on_draft(&draft, "srv-1") && on_draft(&draft, "srv-3") && !on_draft(&draft, "srv-4"));
	assert_int_equal(draft.gone_count, 0);
	session_review_release(&review);
	draft_release(&draft);
	assert_int_equal(send_rows(bench, second, 2, ENSURE_UPDATED), 3);
	assert_int_equal(send_rows(bench, second, 1, ENSURE_UNCHANGED), 3);
	assert_false(ticket_exists(bench, "ROUSE-0002.md"));
	/* A host on it that is mended leaves it, whoever chooses what. */
	detect(bench, "2026-11-21", 2, false);
	uint32_t third[] = { row_of(bench, 2) };

	assert_int_equal(send_rows(bench, third, 1, ENSURE_UPDATED), 2);
}

static void accepted_hosts_are_left_out_and_counted(void **state)
{
	struct bench *bench = *state;
	struct draft draft;
	struct review review;

	accept_host(bench, 1);
	accept_host(bench, 2);
	draft_of_rows(bench, NULL, 0, &draft, &review);
	assert_int_equal(draft.host_count, HOSTS - 2);
	assert_int_equal(review.accepted, 2);
	assert_int_equal(draft.finding_count, HOSTS);
	assert_false(on_draft(&draft, "srv-1") || on_draft(&draft, "srv-2"));
	session_review_release(&review);
	draft_release(&draft);
	uint32_t rows[] = { row_of(bench, 1), row_of(bench, 3) };

	draft_of_rows(bench, rows, 2, &draft, &review);
	assert_int_equal(draft.host_count, 1);
	assert_int_equal(review.accepted, 1);
	assert_int_equal(review.joined, 0);
	session_review_release(&review);
	draft_release(&draft);
	/* Nobody is left: nothing is made. */
	draft_of_rows(bench, rows, 1, &draft, &review);
	assert_int_equal(draft.host_count, 0);
	assert_int_equal(session_send(bench->session, &draft, false, &bench->err), -1);
	assert_int_equal(bench->err.status, STATUS_USAGE);
	assert_false(ticket_exists(bench, "ROUSE-0001.md"));
	session_review_release(&review);
	draft_release(&draft);
}

static void an_unsaved_run_is_not_sent(void **state)
{
	struct bench *bench = *state;
	struct draft draft;
	struct review review;

	detect(bench, "2026-11-20", 2, true);
	draft_of_rows(bench, NULL, 0, &draft, &review);
	assert_int_equal(draft.host_count, 2);
	assert_int_equal(session_send(bench->session, &draft, false, &bench->err), -1);
	assert_int_equal(bench->err.status, STATUS_USAGE);
	assert_non_null(strstr(bench->err.text, "not in the store"));
	assert_false(ticket_exists(bench, "ROUSE-0001.md"));
	session_review_release(&review);
	draft_release(&draft);
}

static void a_dry_run_keeps_nothing(void **state)
{
	struct bench *bench = *state;
	struct strbuf out = STRBUF_INIT(1 << 20);
	struct owner_tally tally;
	struct draft draft;
	struct review review;

	session_keep_nothing(bench->session);
	resolve(bench, false);
	assert_int_equal(session_resolved(bench->session)->tally.states[OWNER_OWNED], 3);
	draft_of_rows(bench, NULL, 0, &draft, &review);
	assert_int_equal(session_draft_request(bench->session, &draft, &out, &bench->err), 0);
	assert_non_null(strstr(strbuf_text(&out), draft.correlation));
	assert_non_null(strstr(strbuf_text(&out), "srv-6"));
	assert_false(ticket_exists(bench, "ROUSE-0001.md"));
	session_review_release(&review);
	draft_release(&draft);
	strbuf_release(&out);
	reopen(bench, NULL);
	detect(bench, "2026-11-20", HOSTS, false);
	session_tally_owners(bench->session, NULL, 0, &tally);
	assert_int_equal(tally.states[OWNER_UNASKED], HOSTS);
}

static void links_grow_and_never_fall_back(void **state)
{
	struct bench *bench = *state;
	uint64_t before = session_tickets(bench->session)->generation;
	uint32_t rows[] = { row_of(bench, 1) };

	assert_null(link_of(bench, 1));
	send_rows(bench, rows, 1, ENSURE_CREATED);
	uint64_t after = session_tickets(bench->session)->generation;

	assert_true(after > before);
	assert_string_equal(link_of(bench, 1)->number, "ROUSE-0001");
	assert_null(link_of(bench, 2));
	send_rows(bench, NULL, 0, ENSURE_UPDATED);
	assert_true(session_tickets(bench->session)->generation > after);
	assert_string_equal(link_of(bench, 2)->number, "ROUSE-0001");
	/* With fewer hosts on it, too: a view that has seen an earlier one must see that this is another. */
	after = session_tickets(bench->session)->generation;
	detect(bench, "2026-11-21", 1, false);
	send_rows(bench, NULL, 0, ENSURE_UPDATED);
	assert_true(session_tickets(bench->session)->generation > after);
}

static void too_many_hosts_are_said(void **state)
{
	struct bench *bench = *state;
	struct draft draft = {0};
	struct review review = {0};
	const struct draft_wish all = { .rows = NULL };

	reopen(bench, "tickets.hosts_max=5");
	detect(bench, "2026-11-20", HOSTS, false);
	draft_of_rows(bench, NULL, 0, &draft, &review);
	assert_int_equal(review.too_many, 5);
	session_review_release(&review);
	draft_release(&draft);
	reopen(bench, "tickets.hosts_max=many");
	detect(bench, "2026-11-20", HOSTS, false);
	assert_int_equal(session_draft(bench->session, &all, &draft, &review, &bench->err), -1);
	assert_int_equal(bench->err.status, STATUS_CONFIG);
	session_review_release(&review);
	draft_release(&draft);
}

/* -- the digest -- */

static void digest_says(struct bench *bench, const char *record)
{
	struct digest digest = {0};

	if (session_digest(bench->session, &digest, &bench->err))
		fail_msg("%s", bench->err.text);
	assert_string_equal(digest.record, record);
	digest_release(&digest);
}

static void a_digest_claims_no_ticket_of_an_earlier_run(void **state)
{
	struct bench *bench = *state;

	digest_says(bench, "");
	send_rows(bench, NULL, 0, ENSURE_CREATED);
	digest_says(bench, "ROUSE-0001 created");
	detect(bench, "2026-11-21", 2, false);
	/* The record is known, and what was done to it yesterday is not what was done today. */
	digest_says(bench, "ROUSE-0001 open");
	send_rows(bench, NULL, 0, ENSURE_UPDATED);
	digest_says(bench, "ROUSE-0001 updated");
	send_rows(bench, NULL, 0, ENSURE_UNCHANGED);
	digest_says(bench, "ROUSE-0001 unchanged");
	reopen(bench, "tickets.kind=none");
	detect(bench, "2026-11-21", 2, false);
	digest_says(bench, "");
}

static void a_place_that_fails_holds_up_no_other(void **state)
{
	struct bench *bench = *state;
	struct digest digest = {0};
	size_t count = 0;

	assert_int_equal(session_digest(bench->session, &digest, &bench->err), 0);
	unsetenv("ROUSE_TEAMS_URL");
	unsetenv("ROUSE_SLACK_URL");
	if (session_post(bench->session, &digest, false, &bench->err))
		fail_msg("%s", bench->err.text);
	to_end(bench, SESSION_FINISHED);
	const struct posted *posted = session_posted(bench->session, &count);

	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		assert_false(posted[i].done);
		assert_true(posted[i].status && posted[i].sentence[0]);
	}
	digest_release(&digest);
}

#define T(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_tally_sums_up), T(answers_are_kept_for_a_while), T(without_an_answer_the_old_word_holds), T(a_choice_by_hand_stays),
		T(a_choice_joins_the_rolling_record), T(accepted_hosts_are_left_out_and_counted), T(an_unsaved_run_is_not_sent),
		T(a_dry_run_keeps_nothing), T(links_grow_and_never_fall_back), T(too_many_hosts_are_said),
		T(a_digest_claims_no_ticket_of_an_earlier_run), T(a_place_that_fails_holds_up_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
