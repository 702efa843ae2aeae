/* test_ensure_faults.c - sends in which one or two calls go wrong, all of them, each followed by clean sends: never two records, never a
 * host lost, and what is said is so. */
#include "ticket_fake.h"

#define BEFORE 7u          /* hosts of the record before the send */
#define GONE 1u            /* of those, the ones that the send has not */
#define SENT 14u
#define CALLS_MAX 40
#define CLEAN_SENDS 2
#define RUNS_PER_STORE 200
#define LATER_MS 660000    /* longer than a search may lag */

enum scene { SCENE_NEW, SCENE_UPDATE, SCENE_SAME, SCENE_CLOSED, SCENE_TWO, SCENE_TEAMS, SCENE_TEAMS_UPDATE, SCENE_PER_RUN, SCENE_FRESH, SCENE_COUNT };
static const char *const scenes[] = { "new", "update", "same", "closed", "two", "teams", "teams update", "per run", "fresh" };
static const char *const fault_names[] = {
	"none", "refused", "unavailable", "lost done", "lost not", "lost late", "stale", "cut", "dropped", "nothing", "closed", "second", "foreign"
};

struct trial {
	unsigned pairs;            /* of faults that came up */
	struct fake *fake;
	struct store *store;
	unsigned runs;
	enum scene scene;
	bool lags;
	int first, second;               /* calls that fail; -1 */
	enum fault faults[2];
	bool noted;                      /* no note was lost without a word */
};

#define must(trial, sent, what) \
	do { \
		if (!(what)) \
			trial_fail(trial, sent, #what, __LINE__); \
	} while (0)

static void trial_fail(const struct trial *trial, const struct sent *sent, const char *what, int line)
{
	const struct fake *fake = trial->fake;

	print_error("%s%s, call %d %s, call %d %s: %s (line %d)\n", scenes[trial->scene], trial->lags ? " (lags)" : "", trial->first,
	            fault_names[trial->faults[0]], trial->second, fault_names[trial->faults[1]], what, line);
	print_error("said: %s (%s, %d), %u warnings, record %d, %u hosts, %u creates, %u writes, %d calls\n", sent->sentence,
	            ensure_words[sent->word], sent->status, (unsigned)sent->warnings, sent->record, sent->hosts, sent->creates, sent->writes,
	            sent->calls);
	for (size_t i = 0; i < sent->warnings && i < 8; i++)
		print_error("  warning: %s\n", sent->warning[i]);
	for (int i = 0; i < fake->count; i++)
		print_error("  record %d: %s hosts %x csv %x told %x into %d `%s` `%s`\n", i, fake->records[i].open ? "open" : "closed",
		            fake->records[i].hosts, fake->records[i].csv, fake->records[i].told, fake->records[i].into,
		            fake->records[i].correlation, fake->records[i].mark);
	fail();
}

static struct send scene_send(enum scene scene, unsigned hosts)
{
	return (struct send){
		.hosts = hosts, .teams = scene == SCENE_TEAMS || scene == SCENE_TEAMS_UPDATE, .per_run = scene == SCENE_PER_RUN,
	};
}

/* The world before the send. */
static void scene_make(struct trial *trial)
{
	struct send before = scene_send(trial->scene, trial->scene == SCENE_SAME ? SENT : BEFORE);
	struct fake *fake = trial->fake;

	fake_reset(fake, trial->lags);
	if (trial->runs++ % RUNS_PER_STORE == 0) {
		store_close(&trial->store);
		assert_int_equal(store_open(&trial->store, ":memory:", NULL), 0);
	}
	fake->run = trial->runs;
	if (trial->scene == SCENE_UPDATE || trial->scene == SCENE_SAME || trial->scene == SCENE_CLOSED || trial->scene == SCENE_TEAMS_UPDATE ||
	    trial->scene == SCENE_FRESH)
		send_once(fake, trial->store, &before);
	if (trial->scene == SCENE_CLOSED)
		fake_close(fake, &fake->records[0]);
	if (trial->scene == SCENE_TWO)
		for (int i = 0; i < 2; i++)
			fake_add_other(fake, CORRELATION);
	fake->clock += LATER_MS;
	trial->noted = true;
}

static unsigned bits(unsigned n)
{
	return n ? (n & 1) + bits(n >> 1) : 0;
}

/* The draft's mark is on the record: the whole list is. */
static bool as_sent(const struct fake_record *record)
{
	return record->mark[0] && record->hosts == SENT && ticket_mark_hosts(record->mark) == bits(SENT);
}

/* What one send says against what the system holds right after it. */
static void judge(const struct trial *trial, const struct sent *sent)
{
	const struct fake *fake = trial->fake;
	const struct fake_record *record = sent->record >= 0 ? &fake->records[sent->record] : NULL;

	must(trial, sent, sent->ended);
	/* Of the first record: of children only the whole is judged, at the end. */
	if (sent->word == ENSURE_CREATED || sent->word == ENSURE_UPDATED) {
		must(trial, sent, record);
		must(trial, sent, sent->word != ENSURE_CREATED || record->ours);
		must(trial, sent, !sent->hosts || (bits(record->hosts) == sent->hosts && as_sent(record)) || sent->warnings);
		must(trial, sent, as_sent(record) || sent->warnings);
		must(trial, sent, !strcmp(record->correlation, CORRELATION) || sent->warnings);
	}
	if (sent->word == ENSURE_UNCHANGED)
		must(trial, sent, record && (as_sent(record) || trial->scene == SCENE_PER_RUN || sent->warnings));
	if (sent->word == ENSURE_UNCHANGED && !sent->warnings && sent->items == 1)
		must(trial, sent, !sent->writes);
	if (sent->word == ENSURE_FAILED)
		must(trial, sent, sent->status && sent->status != STATUS_INCOMPLETE && (!sent->creates || strstr(sent->sentence, "created")));
	if (sent->word == ENSURE_UNCERTAIN)
		must(trial, sent, sent->status == STATUS_TRY_LATER);
	if (sent->warnings)
		must(trial, sent, sent->status);
}

/* How many open records of a correlation id, and whether one of them is whole. */
static void judge_end(const struct trial *trial, const struct sent *sent)
{
	const struct fake *fake = trial->fake;
	int open = 0;

	for (int i = 0; i < fake->count; i++) {
		const struct fake_record *record = &fake->records[i];

		if (!record->open || record->foreign)
			continue;
		open++;
		must(trial, sent, !record->correlation[0] || fake_open_count(fake, record->correlation) <= 1);
		must(trial, sent, record->mark[0]);
	}
	/* A run's record that was closed stays so. */
	if (trial->scene == SCENE_PER_RUN && sent->word == ENSURE_UNCHANGED && !fake->records[sent->record].open)
		return;
	must(trial, sent, sent->word <= ENSURE_UNCHANGED);
	must(trial, sent, as_sent(&fake->records[sent->record]));
	must(trial, sent, fake->records[sent->record].open);
	must(trial, sent, open == (int)sent->items);
	if (trial->scene == SCENE_UPDATE && sent->record == 0 && trial->noted)
		must(trial, sent, (fake->records[0].told & GONE) == GONE);
}

/* The store agrees with the system. */
static void judge_store(const struct trial *trial, const struct sent *sent)
{
	struct store_ticket row;
	struct draft_past *past = NULL;
	size_t count = 0;
	bool found = false;
	char system[32], remote[16];

	if (!trial->fake->records[sent->record].open)
		return;
	snprintf(system, sizeof system, "fake run%u", trial->fake->run);
	snprintf(remote, sizeof remote, "id%d", sent->record);
	assert_int_equal(store_ticket_find(trial->store, system, CORRELATION, &row, &found, NULL), 0);
	must(trial, sent, found);
	must(trial, sent, !strcmp(row.remote, remote) && row.state == TICKET_OPEN);
	assert_int_equal(store_ticket_hosts(trial->store, row.id, &past, &count, NULL), 0);
	must(trial, sent, count == bits(SENT));
	store_ticket_hosts_free(past, count);
	store_ticket_release(&row);
}

/* One trial; returns how many calls the send made. */
static int trial_run(struct trial *trial)
{
	struct fake *fake = trial->fake;
	struct send send = scene_send(trial->scene, SENT);
	struct sent sent;

	scene_make(trial);
	if (trial->first >= 0)
		fake->faults[trial->first] = trial->faults[0];
	if (trial->second >= 0)
		fake->faults[trial->second] = trial->faults[1];
	send.fresh = trial->scene == SCENE_FRESH;
	sent = send_once(fake, trial->store, &send);
	judge(trial, &sent);
	int calls = sent.calls;

	for (int i = 0; i < 2; i++) {
		int at = i ? trial->second : trial->first;

		/* A system that says it took a note and did not cannot be found out. */
		if (at >= 0 && at < calls && trial->faults[i] == FAULT_NOTHING && fake->verbs[at] == TICKET_NOTE)
			trial->noted = false;
	}
	send.fresh = false;
	for (int i = 0; i < CLEAN_SENDS; i++) {
		fake->clock += LATER_MS;
		fake_settle(fake);
		sent = send_once(fake, trial->store, &send);
		judge(trial, &sent);
	}
	judge_end(trial, &sent);
	judge_store(trial, &sent);
	return calls;
}

/* Which second faults are tried after a first: all in the plain scenes; elsewhere, where the same steps come again, those that leave
 * something behind. ENSURE_ALL=1 tries all everywhere, which takes minutes. */
static bool pair_counts(const struct trial *trial)
{
	enum fault fault = trial->faults[1];
	bool repeats = trial->scene == SCENE_TEAMS || trial->scene == SCENE_TEAMS_UPDATE || trial->scene == SCENE_FRESH;
	bool leaves = fault == FAULT_LOST_DONE || fault == FAULT_LOST_LATE || fault == FAULT_SECOND || fault == FAULT_CLOSED;

	if (getenv("ENSURE_ALL"))
		return true;
	return repeats ? !trial->lags && leaves && fault != FAULT_CLOSED : !trial->lags || leaves;
}

static void all_faults(enum scene scene, bool lags)
{
	struct trial trial = { .fake = fake_new(), .scene = scene, .lags = lags, .first = -1, .second = -1 };
	int clean = trial_run(&trial);

	assert_true(clean < CALLS_MAX);
	for (trial.first = 0; trial.first < clean; trial.first++)
		for (trial.faults[0] = FAULT_REFUSED; trial.faults[0] < FAULT_COUNT; trial.faults[0]++) {
			trial.second = -1;
			trial.faults[1] = FAULT_NONE;
			int calls = trial_run(&trial);

			for (trial.second = trial.first + 1; trial.second < calls && trial.second < CALLS_MAX; trial.second++)
				for (trial.faults[1] = FAULT_REFUSED; trial.faults[1] < FAULT_COUNT; trial.faults[1]++)
					if (pair_counts(&trial) && trial.pairs++ % FAKE_EACH == 0)
						trial_run(&trial);
		}
	print_message("# %s%s: %u sends with one or two faults\n", scenes[scene], lags ? ", lagging search" : "", trial.runs);
	store_close(&trial.store);
	munmap(trial.fake, sizeof *trial.fake);
}

#define SCENE(name, scene) \
	static void test_##name(void **state) { (void)state; all_faults(scene, false); } \
	static void test_##name##_lagging(void **state) { (void)state; all_faults(scene, true); }

SCENE(new, SCENE_NEW)
SCENE(update, SCENE_UPDATE)
SCENE(same, SCENE_SAME)
SCENE(closed, SCENE_CLOSED)
SCENE(two, SCENE_TWO)
SCENE(teams, SCENE_TEAMS)
SCENE(teams_update, SCENE_TEAMS_UPDATE)
SCENE(per_run, SCENE_PER_RUN)
SCENE(fresh, SCENE_FRESH)

#define BOTH(name) cmocka_unit_test(test_##name), cmocka_unit_test(test_##name##_lagging)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(new), BOTH(update), BOTH(same), BOTH(closed), BOTH(two), BOTH(teams), BOTH(teams_update), BOTH(per_run), BOTH(fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
