/* test_markdown.c - tickets as Markdown files: what people write stays, numbers are given once, no half file is ever seen. */
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/io/config.h"
#include "core/tickets/markdown_inner.h"
#include "ticket_fake.h"

struct desk {
	char folder[64], tickets[96];
	struct config *config;
	struct tickets *back;
};

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

static int desk_open(void **state)
{
	struct desk *desk = xcalloc(1, sizeof *desk);
	char set[160];
	const char *const sets[] = { set };

	snprintf(desk->folder, sizeof desk->folder, "/tmp/rouse-markdown-XXXXXX");
	if (!mkdtemp(desk->folder))
		return -1;
	snprintf(desk->tickets, sizeof desk->tickets, "%s/a/tickets", desk->folder);
	snprintf(set, sizeof set, "markdown.folder=%s", desk->tickets);
	setenv("ROUSE_CONFIG", "/dev/null", 1);
	*state = desk;
	return config_load(&desk->config, NULL, sets, 1, NULL) || tickets_markdown.make(&desk->back, desk->config, NULL, NULL);
}

static int desk_close(void **state)
{
	struct desk *desk = *state;

	desk->back->ops->free(desk->back);
	config_free(&desk->config);
	int failed = folder_remove(desk->folder);

	free(desk);
	return failed;
}

static struct ticket_answer ask(struct desk *desk, const struct ticket_call *call)
{
	struct ticket_answer answer = {0};

	assert_int_equal(desk->back->ops->begin(desk->back, call, NULL), 0);
	assert_int_equal(desk->back->ops->step(desk->back, &answer), STEP_DONE);
	return answer;
}

static enum ticket_outcome outcome_of(struct desk *desk, const struct ticket_call *call)
{
	struct ticket_answer answer = ask(desk, call);
	enum ticket_outcome outcome = answer.outcome;

	ticket_answer_release(&answer);
	return outcome;
}

static void create(struct desk *desk, const struct draft *draft, struct ticket_record *record)
{
	struct ticket_call guard = { .verb = TICKET_GUARD, .draft = draft };
	struct ticket_call call = { .verb = TICKET_CREATE, .draft = draft };

	assert_int_equal(outcome_of(desk, &guard), TICKET_FINE);
	struct ticket_answer answer = ask(desk, &call);

	assert_int_equal(answer.outcome, TICKET_FINE);
	assert_int_equal(answer.records.count, 1);
	ticket_record_copy(record, &answer.records.items[0]);
	ticket_answer_release(&answer);
}

static void read_back(struct desk *desk, struct ticket_record *record)
{
	struct ticket_call call = { .verb = TICKET_READ, .record = record, .correlation = CORRELATION };
	struct ticket_answer answer = ask(desk, &call);

	assert_int_equal(answer.outcome, TICKET_FINE);
	assert_int_equal(answer.records.count, 1);
	ticket_record_release(record);
	ticket_record_copy(record, &answer.records.items[0]);
	ticket_answer_release(&answer);
}

static size_t find(struct desk *desk, bool closed)
{
	struct ticket_call call = { .verb = TICKET_FIND, .correlation = CORRELATION, .closed = closed };
	struct ticket_answer answer = ask(desk, &call);
	size_t count = answer.records.count;

	assert_int_equal(answer.outcome, TICKET_FINE);
	ticket_answer_release(&answer);
	return count;
}

static void slurp(struct desk *desk, const char *name, struct strbuf *text)
{
	strbuf_clear(text);
	assert_int_equal(file_read(desk->tickets, name, PAGE_MAX, text, NULL), 0);
}

/* Edits a file as a person does: a text in the place of another. */
static void edit(struct desk *desk, const char *name, const char *old, const char *new)
{
	struct strbuf text = STRBUF_INIT(PAGE_MAX), out = STRBUF_INIT(PAGE_MAX);

	slurp(desk, name, &text);
	const char *at = strstr(strbuf_text(&text), old);

	assert_non_null(at);
	strbuf_addf(&out, "%.*s%s%s", (int)(at - strbuf_text(&text)), strbuf_text(&text), new, at + strlen(old));
	assert_int_equal(file_write(desk->tickets, name, (struct slice){ strbuf_text(&out), out.len }, NULL), 0);
	strbuf_release(&text);
	strbuf_release(&out);
}

static void test_round(void **state)
{
	struct desk *desk = *state;
	struct ticket_record record;
	struct draft draft;
	struct stat st;
	char path[160];

	assert_int_equal(find(desk, true), 0);   /* no folder yet, and none is made by looking */
	assert_int_not_equal(stat(desk->tickets, &st), 0);
	draft_of(&draft, 7, false, NULL, NULL);
	draft_text(&draft.title, "a \"quoted\": [title] \\ --- #1");
	draft_text(&draft.assignment, "Ops: \xC3\x9C & 'Co'\n---\nstate: closed");
	create(desk, &draft, &record);
	assert_string_equal(record.number, "ROUSE-0001");
	read_back(desk, &record);
	assert_string_equal(record.title, draft.title);
	assert_string_equal(record.team, "Ops: \xC3\x9C & 'Co' --- state: closed");
	assert_string_equal(record.mark, draft.mark);
	assert_string_equal(record.correlation, CORRELATION);
	assert_true(record.open);
	assert_int_equal(find(desk, false), 1);
	assert_int_equal(stat(desk->tickets, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	snprintf(path, sizeof path, "%s/ROUSE-0001.md", desk->tickets);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ticket_record_release(&record);
	draft_release(&draft);
}

static void test_people_write_too(void **state)
{
	struct desk *desk = *state;
	struct ticket_record record;
	struct strbuf text = STRBUF_INIT(PAGE_MAX);
	struct draft draft, later;
	struct doc note = {0};

	draft_of(&draft, 7, false, NULL, NULL);
	draft_of(&later, 8, false, NULL, NULL);
	create(desk, &draft, &record);
	edit(desk, "ROUSE-0001.md", "team: ", "assignee: bob # me\nteam: ");
	edit(desk, "ROUSE-0001.md", "\n## Work notes", "\nMine, above the notes.\r\n\n## Work notes\n\n- called them\n\n## My own heading\n\nMore.");
	chmod(desk->tickets, 0750);
	read_back(desk, &record);
	doc_begin(&note, DOC_TEXT, 0);
	doc_sayf(&note, "<b> changed [x](y)");
	struct ticket_call noted = { .verb = TICKET_NOTE, .record = &record, .note = &note };
	struct ticket_call update = { .verb = TICKET_UPDATE, .record = &record, .draft = &later, .correlation = CORRELATION };

	assert_int_equal(outcome_of(desk, &noted), TICKET_FINE);
	/* The note changed the file since it was read. */
	assert_int_equal(outcome_of(desk, &update), TICKET_STALE);
	read_back(desk, &record);
	assert_int_equal(outcome_of(desk, &update), TICKET_FINE);
	slurp(desk, "ROUSE-0001.md", &text);
	const char *all = strbuf_text(&text);

	assert_non_null(strstr(all, "\nassignee: bob # me\n"));
	assert_non_null(strstr(all, "\nMine, above the notes.\r\n"));
	assert_non_null(strstr(all, "\n- called them\n"));
	assert_non_null(strstr(all, "\n## My own heading\n\nMore."));
	assert_non_null(strstr(all, "\\<b\\> changed \\[x\\]"));
	assert_non_null(strstr(all, later.mark));
	assert_null(strstr(all, draft.mark));
	assert_non_null(strstr(all, "host-3"));
	assert_null(strstr(all, "host-0"));
	/* Twice the same is the same. */
	read_back(desk, &record);
	assert_string_equal(record.mark, later.mark);
	struct strbuf again = STRBUF_INIT(PAGE_MAX);

	assert_int_equal(outcome_of(desk, &update), TICKET_FINE);
	slurp(desk, "ROUSE-0001.md", &again);
	assert_string_equal(strbuf_text(&again), all);
	strbuf_release(&again);
	strbuf_release(&text);
	doc_release(&note);
	ticket_record_release(&record);
	draft_release(&draft);
	draft_release(&later);
}

static void test_closed_by_a_person(void **state)
{
	static const char *const words[] = { "state: closed", "State : Done", "state: 'Resolved'", "state:\tcancelled\r" };
	struct desk *desk = *state;
	struct ticket_record record;
	struct draft draft;

	draft_of(&draft, 7, false, NULL, NULL);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char name[32];

		create(desk, &draft, &record);
		assert_int_equal(find(desk, false), 1);
		snprintf(name, sizeof name, "%s.md", record.id);
		edit(desk, name, "state: \"open\"", words[i]);
		assert_int_equal(find(desk, false), 0);
		assert_int_equal(find(desk, true), i + 1);
		read_back(desk, &record);
		assert_false(record.open);
		assert_string_equal(record.mark, draft.mark);
		ticket_record_release(&record);
	}
	create(desk, &draft, &record);
	edit(desk, "ROUSE-0005.md", "state: \"open\"", "state: in progress");
	assert_int_equal(find(desk, false), 1);
	ticket_record_release(&record);
	draft_release(&draft);
}

/* The mark taken away, the notes' heading too: nothing that people wrote is lost. */
static void test_damaged_pages(void **state)
{
	struct desk *desk = *state;
	struct ticket_record record;
	struct strbuf text = STRBUF_INIT(PAGE_MAX);
	struct draft draft;

	draft_of(&draft, 7, false, NULL, NULL);
	create(desk, &draft, &record);
	edit(desk, "ROUSE-0001.md", "## Work notes", "What I wrote.");
	edit(desk, "ROUSE-0001.md", draft.mark, "");
	read_back(desk, &record);
	assert_string_equal(record.mark, "");
	struct ticket_call update = { .verb = TICKET_UPDATE, .record = &record, .draft = &draft, .correlation = CORRELATION };

	assert_int_equal(outcome_of(desk, &update), TICKET_FINE);
	read_back(desk, &record);
	assert_string_equal(record.mark, draft.mark);
	slurp(desk, "ROUSE-0001.md", &text);
	assert_non_null(strstr(strbuf_text(&text), "What I wrote."));
	/* Without the lines at the top nobody knows what it is: a search that passed over it would make a second one. */
	edit(desk, "ROUSE-0001.md", "---\n", "");
	const struct ticket_call calls[] = {
		{ .verb = TICKET_READ, .record = &record, .correlation = CORRELATION }, { .verb = TICKET_FIND, .correlation = CORRELATION },
	};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct ticket_answer answer = ask(desk, &calls[i]);

		assert_int_not_equal(answer.outcome, TICKET_FINE);
		assert_int_equal(answer.status, STATUS_DATA);
		assert_int_equal(answer.records.count, 0);
		assert_non_null(strstr(answer.why, "does not begin with the lines of a ticket"));
		ticket_answer_release(&answer);
	}
	strbuf_release(&text);
	ticket_record_release(&record);
	draft_release(&draft);
}

static void test_close_and_attach(void **state)
{
	struct desk *desk = *state;
	struct ticket_record first, second;
	struct strbuf text = STRBUF_INIT(PAGE_MAX);
	struct draft draft;

	draft_of(&draft, 7, false, NULL, NULL);
	create(desk, &draft, &first);
	create(desk, &draft, &second);
	assert_int_equal(find(desk, false), 2);
	struct ticket_call call = { .verb = TICKET_CLOSE, .record = &second, .into = &first };

	assert_int_equal(outcome_of(desk, &call), TICKET_FINE);
	assert_int_equal(find(desk, false), 1);
	slurp(desk, "ROUSE-0002.md", &text);
	assert_non_null(strstr(strbuf_text(&text), "Closed by rouse: the same as ROUSE-0001, which stays."));
	call = (struct ticket_call){ .verb = TICKET_ATTACH, .record = &first, .file_name = "x/../y.csv", .file = slice_of("a,b\n") };
	assert_int_equal(outcome_of(desk, &call), TICKET_FINE);
	slurp(desk, "ROUSE-0001.csv", &text);
	assert_string_equal(strbuf_text(&text), "a,b\n");
	/* An id from elsewhere leads nowhere. */
	ticket_record_put(&first.id, slice_of("../../etc/passwd"));
	assert_int_equal(outcome_of(desk, &call), TICKET_REFUSED);
	call.verb = TICKET_NOTE;
	assert_int_equal(outcome_of(desk, &call), TICKET_REFUSED);
	strbuf_release(&text);
	ticket_record_release(&first);
	ticket_record_release(&second);
	draft_release(&draft);
}

/* Processes that create at once: each number once. */
static void test_numbers_are_given_once(void **state)
{
	struct desk *desk = *state;
	struct ticket_record record;
	struct draft draft;
	char **names;
	size_t count;

	draft_of(&draft, 7, false, NULL, NULL);
	create(desk, &draft, &record);
	for (int i = 0; i < 4; i++)
		if (!fork()) {
			for (int k = 0; k < 10; k++) {
				struct ticket_call call = { .verb = TICKET_CREATE, .draft = &draft };

				if (outcome_of(desk, &call) != TICKET_FINE)
					_exit(1);
			}
			_exit(0);
		}
	for (int i = 0; i < 4; i++) {
		int status;

		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_int_equal(folder_list(desk->tickets, &names, &count, NULL), 0);
	assert_int_equal(count, 41);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(record_number(names[i]), i + 1);
	folder_list_free(names, count);
	assert_int_equal(find(desk, false), 41);
	ticket_record_release(&record);
	draft_release(&draft);
}

static void test_names(void **state)
{
	static const char *const none[] = {
		"ROUSE-0000.md", "ROUSE-001.md", "ROUSE-0001.md~", "rouse-0001.md", "ROUSE-1234567890.md", "ROUSE-00 1.md", ".rouse-1.tmp", ""
	};

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_int_equal(record_number(none[i]), 0);
	assert_int_equal(record_number("ROUSE-0001.md"), 1);
	assert_int_equal(record_number("ROUSE-12345.md"), 12345);
}

static void test_folder_refused(void **state)
{
	struct desk *desk = *state;
	struct checks checks = {0};
	struct ticket_call guard = { .verb = TICKET_GUARD }, check = { .verb = TICKET_CHECK, .checks = &checks };
	char path[96];

	assert_int_equal(outcome_of(desk, &check), TICKET_FINE);
	assert_int_equal(checks.items[0].level, CHECK_OK);
	/* A file stands where the folder should be. */
	snprintf(path, sizeof path, "%s/a", desk->folder);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	close(fd);
	struct ticket_answer answer = ask(desk, &guard);

	assert_int_equal(answer.outcome, TICKET_REFUSED);
	assert_non_null(strstr(answer.why, desk->tickets));
	ticket_answer_release(&answer);
	assert_int_equal(outcome_of(desk, &check), TICKET_FINE);
	assert_int_equal(checks.items[1].level, CHECK_FAILURE);
	checks_release(&checks);
}

static void test_beside_the_store(void **state)
{
	struct desk *desk = *state;
	struct config *config = NULL;
	struct tickets *back = NULL;
	struct strbuf where = STRBUF_INIT(1000);

	markdown_beside(desk->back, "/elsewhere/x.db");   /* configured: stays */
	desk->back->ops->where(desk->back, &where);
	assert_string_equal(strbuf_text(&where), desk->tickets);
	assert_int_equal(config_load(&config, NULL, NULL, 0, NULL), 0);
	assert_int_equal(tickets_markdown.make(&back, config, NULL, NULL), 0);
	markdown_beside(back, "/elsewhere/x.db");
	strbuf_clear(&where);
	tickets_system(back, &where);
	assert_string_equal(strbuf_text(&where), "markdown /elsewhere/tickets");
	back->ops->free(back);
	config_free(&config);
	strbuf_release(&where);
}

#define T(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_round), T(test_people_write_too), T(test_closed_by_a_person), T(test_damaged_pages), T(test_close_and_attach),
		T(test_numbers_are_given_once), T(test_names), T(test_folder_refused), T(test_beside_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
