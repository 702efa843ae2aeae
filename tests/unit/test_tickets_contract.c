/* test_tickets_contract.c - what every ticket back end keeps to, whatever system it talks to. Back ends that pass can be driven by ensure.
 *
 * By default the Markdown files in a folder of its own. Another one by the environment:
 *   TICKETS_KIND=rt ROUSE_CONFIG=FILE ROUSE_RT_TOKEN=... test_tickets_contract
 * where FILE has the section of that kind, for a system that may be written to; records are left behind in it. TICKETS_TEAM names a team
 * that it knows; TICKETS_LAG_S how long its search may lag (30). */
#include <ftw.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/io/config.h"
#include "core/io/talk.h"
#include "ticket_fake.h"

#define HOSTS_MANY 3000

struct bench {
	char folder[64];
	struct config *config;
	struct talk *talk;
	struct tickets *back;
	char correlation[64];        /* of this test alone */
};

/* -- the back end -- */

static const char *kind_name(void)
{
	const char *kind = getenv("TICKETS_KIND");

	return kind && *kind ? kind : "markdown";
}

/* A folder of a test and all in it, removed. */
static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int folder_remove(const char *folder)
{
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int bench_open(void **state)
{
	struct bench *bench = xcalloc(1, sizeof *bench);
	struct error err = {0};
	char set[128];
	const char *const sets[] = { set };
	bool own = !strcmp(kind_name(), "markdown");
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(bench->correlation, sizeof bench->correlation, "rouse-%012lx",
	         ((unsigned long)now.tv_sec * 1000003UL ^ (unsigned long)now.tv_nsec ^ (unsigned long)getpid() << 20) & 0xffffffffffffUL);
	snprintf(bench->folder, sizeof bench->folder, "/tmp/rouse-contract-XXXXXX");
	snprintf(set, sizeof set, "markdown.folder=%s/tickets", mkdtemp(bench->folder));
	if (own)
		setenv("ROUSE_CONFIG", "/dev/null", 1);
	*state = bench;
	if (config_load(&bench->config, NULL, sets, own, &err) || talk_new(&bench->talk, bench->config, &err) ||
	    tickets_named(kind_name())->make(&bench->back, bench->config, bench->talk, &err)) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int bench_close(void **state)
{
	struct bench *bench = *state;

	bench->back->ops->free(bench->back);
	talk_free(&bench->talk);
	config_free(&bench->config);
	int failed = folder_remove(bench->folder);

	free(bench);
	return failed;
}

static void bench_wait(struct bench *bench, int timeout_ms)
{
	struct pollfd extra = { .fd = bench->back->ops->fd ? bench->back->ops->fd(bench->back) : -1, .events = POLLIN };

	talk_wait(bench->talk, &extra, extra.fd >= 0, timeout_ms);
}

static struct ticket_answer ask(struct bench *bench, const struct ticket_call *call)
{
	struct ticket_answer answer = {0};
	struct error err = {0};

	if (bench->back->ops->begin(bench->back, call, &err))
		fail_msg("begin: %s", err.text);
	for (enum step step; (step = bench->back->ops->step(bench->back, &answer)) != STEP_DONE; ) {
		assert_int_not_equal(step, STEP_FAILED);
		if (step == STEP_WAIT)
			bench_wait(bench, 1000);
	}
	return answer;
}

static struct ticket_answer fine(struct bench *bench, const struct ticket_call *call)
{
	struct ticket_answer answer = ask(bench, call);

	if (answer.outcome != TICKET_FINE)
		fail_msg("verb %d: outcome %d, %s", call->verb, answer.outcome, answer.why);
	assert_string_equal(answer.why, "");
	return answer;
}

static void do_it(struct bench *bench, const struct ticket_call *call)
{
	struct ticket_answer answer = fine(bench, call);

	ticket_answer_release(&answer);
}

/* -- drafts -- */

static void draft_for(struct draft *draft, unsigned hosts, const char *correlation)
{
	const char *team = getenv("TICKETS_TEAM");
	char mark[128];

	draft_of(draft, hosts, false, NULL, NULL);
	draft_text(&draft->correlation, correlation);
	snprintf(mark, sizeof mark, "%s %u hosts %016x", correlation, draft->host_count, hosts);
	draft_text(&draft->mark, mark);
	draft_text(&draft->title, "Contract test: Defender antivirus is passive");
	draft_text(&draft->assignment, team ? team : "");
	draft_text(&draft->teams[0].name, team ? team : "Windows Platform");
	draft_text(&draft->teams[0].id, "");
}

static void create(struct bench *bench, const struct draft *draft, const struct ticket_record *parent, struct ticket_record *record)
{
	struct ticket_call guard = { .verb = TICKET_GUARD, .draft = draft };
	struct ticket_call call = { .verb = TICKET_CREATE, .draft = draft, .parent = parent, .correlation = draft->correlation };

	do_it(bench, &guard);
	struct ticket_answer answer = fine(bench, &call);

	assert_int_equal(answer.records.count, 1);
	assert_true(answer.records.items[0].id[0]);
	ticket_record_copy(record, &answer.records.items[0]);
	ticket_answer_release(&answer);
}

/* False when it is gone. */
static bool reread(struct bench *bench, const char *correlation, struct ticket_record *record)
{
	struct ticket_call call = { .verb = TICKET_READ, .record = record, .correlation = correlation };
	struct ticket_answer answer = fine(bench, &call);
	bool there = answer.records.count > 0;

	assert_true(answer.records.count <= 1);
	if (there) {
		ticket_record_release(record);
		ticket_record_copy(record, &answer.records.items[0]);
	}
	ticket_answer_release(&answer);
	return there;
}

static size_t find_now(struct bench *bench, const char *correlation, bool closed)
{
	struct ticket_call call = { .verb = TICKET_FIND, .correlation = correlation, .closed = closed };
	struct ticket_answer answer = fine(bench, &call);
	size_t count = answer.records.count;

	for (size_t i = 0; i < count; i++) {
		assert_string_equal(answer.records.items[i].correlation, correlation);
		assert_true(answer.records.items[i].id[0] && answer.records.items[i].number[0]);
		assert_true(answer.records.items[i].open || closed);
	}
	ticket_answer_release(&answer);
	return count;
}

/* Waits for a search that lags. */
static void found_soon(struct bench *bench, const char *correlation, size_t count)
{
	const char *lag = getenv("TICKETS_LAG_S");
	int64_t until = clock_ms() + (bench->back->ops->lags ? 1000 * (lag ? strtol(lag, NULL, 10) : 30) : 0);
	size_t found;

	while ((found = find_now(bench, correlation, false)) != count && clock_ms() < until)
		bench_wait(bench, 200);
	assert_int_equal(found, count);
}

/* What was written is there. */
static void is_as_sent(struct bench *bench, const struct draft *draft, struct ticket_record *record)
{
	assert_true(reread(bench, draft->correlation, record));
	assert_string_equal(record->correlation, draft->correlation);
	assert_string_equal(record->mark, draft->mark);
	assert_true(record->title[0]);
	assert_memory_equal(record->title, draft->title, strlen(record->title));
	assert_true(record->open);
	assert_true(record->number[0]);
}

/* -- the contract -- */

static void test_examined(void **state)
{
	struct bench *bench = *state;
	struct checks checks = {0};
	struct ticket_call call = { .verb = TICKET_CHECK, .checks = &checks };

	do_it(bench, &call);
	assert_true(checks.count > 0);
	for (size_t i = 0; i < checks.count; i++) {
		if (checks.items[i].level == CHECK_FAILURE)
			fail_msg("%s: %s %s", checks.items[i].name, checks.items[i].text, checks.items[i].mend);
		assert_true(checks.items[i].name[0] && checks.items[i].text[0]);
	}
	checks_release(&checks);
}

static void test_nothing_found(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(find_now(bench, bench->correlation, false), 0);
	assert_int_equal(find_now(bench, bench->correlation, true), 0);
}

static void test_no_such_record(void **state)
{
	static const struct { const char *kind, *id; } ids[] = {
		{ "markdown", "ROUSE-9999" }, { "rt", "99999999" }, { "jira", "99999999" }, { "servicenow", "0123456789abcdef0123456789abcdef" },
	};
	struct bench *bench = *state;
	struct ticket_record record;

	ticket_record_init(&record);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (!strcmp(ids[i].kind, kind_name()))
			ticket_record_put(&record.id, slice_of(ids[i].id));
	ticket_record_put(&record.number, slice_of(record.id));
	assert_false(reread(bench, bench->correlation, &record));
	ticket_record_release(&record);
}

static void test_create_update_note(void **state)
{
	struct bench *bench = *state;
	struct ticket_record record;
	struct draft draft, later;
	struct doc note = {0};

	draft_for(&draft, 7, bench->correlation);
	draft_for(&later, 60, bench->correlation);
	draft_text(&later.title, "Contract test: another title");
	create(bench, &draft, NULL, &record);
	is_as_sent(bench, &draft, &record);
	if (draft.assignment[0])
		assert_string_equal(record.team, draft.assignment);
	found_soon(bench, bench->correlation, 1);
	struct ticket_call update = { .verb = TICKET_UPDATE, .draft = &later, .record = &record, .correlation = bench->correlation };

	do_it(bench, &update);
	is_as_sent(bench, &later, &record);
	do_it(bench, &update);   /* the same once more is fine */
	is_as_sent(bench, &later, &record);
	doc_begin(&note, DOC_TEXT, 0);
	doc_sayf(&note, "A note with <b>, [x](https://example.com), {code}, @all and %s", bench->correlation);
	struct ticket_call noted = { .verb = TICKET_NOTE, .record = &record, .note = &note };
	struct ticket_call attach = { .verb = TICKET_ATTACH, .record = &record, .file_name = "hosts.csv", .file = slice_of("host\nsrv-a\n") };

	do_it(bench, &noted);
	do_it(bench, &attach);
	is_as_sent(bench, &later, &record);
	found_soon(bench, bench->correlation, 1);
	doc_release(&note);
	ticket_record_release(&record);
	draft_release(&draft);
	draft_release(&later);
}

/* An id that begins another one, or ends it, is another id. */
static void test_found_exactly(void **state)
{
	struct bench *bench = *state;
	struct ticket_record record, longer;
	struct draft draft, other;
	char text[100];

	snprintf(text, sizeof text, "%s-20261120T070000Z", bench->correlation);
	draft_for(&draft, 1, bench->correlation);
	draft_for(&other, 2, text);
	create(bench, &draft, NULL, &record);
	create(bench, &other, NULL, &longer);
	found_soon(bench, bench->correlation, 1);
	found_soon(bench, text, 1);
	is_as_sent(bench, &draft, &record);
	is_as_sent(bench, &other, &longer);
	text[strlen(bench->correlation) - 1] = '\0';
	assert_int_equal(find_now(bench, text, true), 0);
	ticket_record_release(&record);
	ticket_record_release(&longer);
	draft_release(&draft);
	draft_release(&other);
}

static void test_duplicate_taken_out(void **state)
{
	struct bench *bench = *state;
	struct ticket_record first, second;
	struct draft draft;

	if (!bench->back->ops->closes)
		skip();
	draft_for(&draft, 7, bench->correlation);
	create(bench, &draft, NULL, &first);
	create(bench, &draft, NULL, &second);
	is_as_sent(bench, &draft, &first);
	is_as_sent(bench, &draft, &second);
	found_soon(bench, bench->correlation, 2);
	struct ticket_call call = { .verb = TICKET_CLOSE, .record = &second, .into = &first, .correlation = bench->correlation };

	do_it(bench, &call);
	/* Closed, gone, or merged: then the id leads to the other one. */
	if (reread(bench, bench->correlation, &second))
		assert_true(!second.open || !strcmp(second.id, first.id));
	is_as_sent(bench, &draft, &first);
	found_soon(bench, bench->correlation, 1);
	ticket_record_release(&first);
	ticket_record_release(&second);
	draft_release(&draft);
}

static void test_child(void **state)
{
	struct bench *bench = *state;
	struct ticket_record record, below;
	struct draft draft, child = {0};

	if (!bench->back->ops->children)
		skip();
	draft_for(&draft, 7, bench->correlation);
	create(bench, &draft, NULL, &record);
	is_as_sent(bench, &draft, &record);
	draft_child(&draft, 0, &child);
	if (!getenv("TICKETS_TEAM"))
		draft_text(&child.assignment, "");
	create(bench, &child, &record, &below);
	is_as_sent(bench, &child, &below);
	assert_string_not_equal(below.id, record.id);
	found_soon(bench, child.correlation, 1);
	found_soon(bench, bench->correlation, 1);
	ticket_record_release(&record);
	ticket_record_release(&below);
	draft_release(&draft);
	draft_release(&child);
}

/* Names that mean something to every format on the way; the body and its mark stay whole. */
static void test_hostile_text(void **state)
{
	static const char *const names[] = {
		"h'\"; drop table x;--", "<script>alert(1)</script>", "[x](javascript:1) ![y](z)", "{html}{code}{noformat}", "a\x1b[31m\x07\nb",
		"--- \xE2\x80\xAE.gnp.exe \xF0\x9F\x92\xA9 \xFF",
	};
	struct bench *bench = *state;
	struct ticket_record record;
	struct draft draft;

	draft_for(&draft, 63, bench->correlation);
	for (uint32_t i = 0; i < draft.host_count; i++)
		draft_text(&draft.hosts[i].name, names[i]);
	draft_text(&draft.teams[0].contact, "</td></tr> @everyone \"x\" & ^ORactive=true");
	draft_text(&draft.note, "Line one\r\n{\"a\": \"b\\\"}\n---\nLine two");
	draft_text(&draft.title, "Contract: \"quotes\" 'single' <b> & {x} [y] \\ % \xC3\x9C \xE2\x82\xAC");
	create(bench, &draft, NULL, &record);
	is_as_sent(bench, &draft, &record);
	found_soon(bench, bench->correlation, 1);
	ticket_record_release(&record);
	draft_release(&draft);
}

static void test_many_hosts(void **state)
{
	struct bench *bench = *state;
	struct tickets *back = bench->back;
	struct strbuf body = STRBUF_INIT((size_t)64 << 20);
	struct ticket_record record;
	struct draft draft;
	char mark[128];

	draft_for(&draft, 1, bench->correlation);
	draft.hosts = xrealloc(draft.hosts, HOSTS_MANY, sizeof *draft.hosts);
	while (draft.host_count < HOSTS_MANY) {
		char name[64];

		draft_host_add(&draft, 0, 0);
		snprintf(name, sizeof name, "srv-application-%u.corp.example.com", draft.host_count);
		draft_text(&draft.hosts[draft.host_count - 1].name, name);
	}
	draft.finding_count = draft.host_count;
	snprintf(mark, sizeof mark, "%s %u hosts 0123456789abcdef", bench->correlation, draft.host_count);
	draft_text(&draft.mark, mark);
	create(bench, &draft, NULL, &record);
	is_as_sent(bench, &draft, &record);
	assert_int_equal(ticket_mark_hosts(record.mark), HOSTS_MANY);
	back->ops->body(back, &draft, &body);
	assert_false(body.overflow);
	uint32_t held = back->ops->body_hosts ? back->ops->body_hosts(back, &draft) : draft.host_count;

	assert_true(held > 0 && held <= HOSTS_MANY);
	if (held == HOSTS_MANY)
		assert_non_null(bytes_find(body.buf, body.len, "srv-application-2999", 20));
	strbuf_release(&body);
	ticket_record_release(&record);
	draft_release(&draft);
}

/* A preview asks nobody. */
static void test_shown(void **state)
{
	struct bench *bench = *state;
	struct tickets *back = bench->back;
	struct strbuf out = STRBUF_INIT((size_t)16 << 20);
	struct ticket_record record;
	struct draft draft;
	unsigned before = talk_requests(bench->talk);

	draft_for(&draft, 7, bench->correlation);
	ticket_record_init(&record);
	ticket_record_put(&record.id, slice_of("1"));
	ticket_record_put(&record.number, slice_of("1"));
	struct ticket_call calls[] = {
		{ .verb = TICKET_CREATE, .draft = &draft, .correlation = bench->correlation },
		{ .verb = TICKET_UPDATE, .draft = &draft, .record = &record, .correlation = bench->correlation },
	};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		strbuf_clear(&out);
		back->ops->show(back, &calls[i], &out);
		assert_non_null(bytes_find(strbuf_text(&out), out.len, bench->correlation, strlen(bench->correlation)));
	}
	strbuf_clear(&out);
	back->ops->target(back, &out);
	assert_true(out.len > 0);
	assert_int_equal(talk_requests(bench->talk), before);
	assert_int_equal(find_now(bench, bench->correlation, true), 0);
	strbuf_release(&out);
	ticket_record_release(&record);
	draft_release(&draft);
}

/* A call given up leaves the back end fit for the next. */
static void test_cancelled(void **state)
{
	struct bench *bench = *state;
	struct ticket_call call = { .verb = TICKET_FIND, .correlation = bench->correlation };
	struct ticket_answer answer = {0};

	for (int steps = 0; steps < 4; steps++) {
		assert_int_equal(bench->back->ops->begin(bench->back, &call, NULL), 0);
		for (int i = 0; i < steps && bench->back->ops->step(bench->back, &answer) != STEP_DONE; i++)
			;
		bench->back->ops->cancel(bench->back);
		ticket_answer_release(&answer);
	}
	assert_int_equal(find_now(bench, bench->correlation, true), 0);
}

static void send_it(struct bench *bench, struct store *store, const struct draft *draft, enum ensure_word word)
{
	struct ensure_options plan = {
		.tickets = bench->back, .store = store, .draft = draft, .scope = "scope", .now = FAKE_NOW, .patience_ms = 30000,
	};
	struct ensure *ensure = NULL;
	struct error err = {0};

	assert_int_equal(ensure_begin(&ensure, &plan, &err), 0);
	for (enum step step; (step = ensure_step(ensure, &err)) != STEP_DONE; ) {
		if (step == STEP_FAILED)
			fail_msg("%s", err.text);
		if (step == STEP_WAIT) {
			int wait = ensure_timeout_ms(ensure);

			bench_wait(bench, wait < 0 || wait > 1000 ? 1000 : wait);
		}
	}
	const struct ensure_result *result = ensure_result(ensure);

	for (size_t i = 0; i < result->warning_count; i++)
		print_message("# warning: %s\n", result->warnings[i]);
	if (result->items[0].word != word)
		fail_msg("%s", result->items[0].sentence);
	assert_int_equal(result->items[0].hosts, draft->host_count);
	ensure_free(&ensure);
}

static void test_ensured(void **state)
{
	struct bench *bench = *state;
	struct store *store = NULL, *other = NULL;
	struct draft draft, later;

	assert_int_equal(store_open(&store, ":memory:", NULL), 0);
	assert_int_equal(store_open(&other, ":memory:", NULL), 0);
	draft_for(&draft, 7, bench->correlation);
	draft_for(&later, 12, bench->correlation);
	send_it(bench, store, &draft, ENSURE_CREATED);
	send_it(bench, store, &draft, ENSURE_UNCHANGED);
	send_it(bench, store, &later, ENSURE_UPDATED);
	found_soon(bench, bench->correlation, 1);
	/* A machine that has never heard of it. */
	send_it(bench, other, &later, ENSURE_UNCHANGED);
	assert_int_equal(find_now(bench, bench->correlation, true), 1);
	store_close(&store);
	store_close(&other);
	draft_release(&draft);
	draft_release(&later);
}

#define T(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_examined), T(test_nothing_found), T(test_no_such_record), T(test_create_update_note), T(test_found_exactly),
		T(test_duplicate_taken_out), T(test_child), T(test_hostile_text), T(test_many_hosts), T(test_shown), T(test_cancelled),
		T(test_ensured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
