/* markdown_call.c - what each call does to the files. See markdown.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "core/io/config.h"
#include "core/model/doc.h"
#include "core/tickets/markdown_inner.h"

#define NOTES_HEAD "## Work notes\n"
#define TIME_MAX 64

/* -- answers -- */

static enum step answer_fail(struct ticket_answer *answer, enum ticket_outcome outcome, const struct error *err)
{
	answer->outcome = outcome;
	answer->status = err->status ? (int)err->status : STATUS_FAILED;
	memcpy(answer->why, err->text, sizeof answer->why);
	return STEP_DONE;
}

/* What a write came to: 0, -1 (not done) or 1 (done, but perhaps not on the disk). */
static enum step answer_write(struct ticket_answer *answer, int failed, const struct error *err)
{
	if (failed)
		answer_fail(answer, failed > 0 ? TICKET_LOST : err->status == STATUS_TRY_LATER ? TICKET_UNAVAILABLE : TICKET_REFUSED, err);
	return STEP_DONE;
}

static void text_version(struct slice text, struct ticket_record *record)
{
	char version[64];

	snprintf(version, sizeof version, "%zu-%016" PRIx64, text.len, bytes_hash(text.text, text.len));
	ticket_record_put(&record->version, slice_of(version));
}

static void add_now(struct strbuf *out)
{
	int64_t now = 0;

	if (!clock_now(&now, NULL))
		time_format(out, now);
}

/* -- texts -- */

/* A new file, as file_create() asks for it. */
static void make_text(const struct markdown *markdown, const char *name, struct strbuf *text)
{
	const struct ticket_call *call = markdown->call;
	const struct draft *draft = call->draft;
	const struct page none = {0};
	struct strbuf number = STRBUF_INIT(TIME_MAX), updated = STRBUF_INIT(TIME_MAX);

	strbuf_add(&number, name, strlen(name) - strlen(".md"));
	time_format(&updated, draft->now);
	const char *const pairs[] = {
		"number", strbuf_text(&number), "correlation", draft->correlation, "state", "open", "team", draft->assignment,
		"title", draft->title, "parent", call->parent ? call->parent->number : "", "updated", strbuf_text(&updated), NULL
	};

	page_front(&none, pairs, text);
	strbuf_addc(text, '\n');
	markdown_body(draft, text);
	strbuf_adds(text, "\n" NOTES_HEAD);
	strbuf_release(&number);
	strbuf_release(&updated);
}

/* An older one with the draft's title and body. What people wrote stays: lines at the top, all below the mark. */
static void update_text(const struct draft *draft, const struct page *page, struct strbuf *text)
{
	struct strbuf updated = STRBUF_INIT(TIME_MAX);

	time_format(&updated, draft->now);
	const char *const pairs[] = { "title", draft->title, "updated", strbuf_text(&updated), NULL };

	page_front(page, pairs, text);
	strbuf_addc(text, '\n');
	markdown_body(draft, text);
	if (page->tail.len && *page->tail.text != '\n' && *page->tail.text != '\r')
		strbuf_addc(text, '\n');
	strbuf_add(text, page->tail.text ? page->tail.text : "", page->tail.len);
	strbuf_release(&updated);
}

static void add_note(const struct page *page, const struct doc *note, const char *words, struct strbuf *text)
{
	bool has_notes = page->tail.len && bytes_find(page->tail.text, page->tail.len, NOTES_HEAD, strlen(NOTES_HEAD));

	strbuf_add(text, page->body.text, page->body.len);
	strbuf_add(text, page->tail.text, page->tail.len);
	if (text->buf[text->len - 1] != '\n')
		strbuf_addc(text, '\n');
	strbuf_addf(text, "%s\n### ", has_notes ? "" : "\n" NOTES_HEAD);
	add_now(text);
	strbuf_adds(text, "\n\n");
	if (note)
		doc_markdown(note, text);
	else
		strbuf_adds(text, words);
	if (text->buf[text->len - 1] != '\n')
		strbuf_addc(text, '\n');
}

/* -- calls -- */

static void record_name(const struct ticket_record *record, char name[32])
{
	snprintf(name, 32, "%s.md", record->id);
	/* An id of another system or of nobody: no path comes of it. */
	if (!record_number(name))
		name[0] = '\0';
}

static int say_no_page(const struct markdown *markdown, const char *name, struct error *err)
{
	return error_set(err, STATUS_DATA, "%s/%s does not begin with the lines of a ticket any more (--- and number, correlation, state); put "
	                 "them back or move the file away.", markdown->folder, name);
}

/* 1 when there is no such record. */
static int load(const struct markdown *markdown, const struct ticket_record *record, char name[32], struct strbuf *text,
                struct page *page, struct error *err)
{
	record_name(record, name);
	int failed = *name ? file_read(markdown->folder, name, PAGE_MAX, text, err) : 1;

	if (!failed && text->len >= PAGE_MAX)
		return error_set(err, STATUS_DATA, "%s/%s is larger than 64 MiB; take what does not belong there out of it.", markdown->folder,
		                 name);
	if (!failed && !page_read((struct slice){ strbuf_text(text), text->len }, page))
		return say_no_page(markdown, name, err);
	return failed;
}

static void call_read(const struct markdown *markdown, struct ticket_answer *answer)
{
	const struct ticket_call *call = markdown->call;
	struct strbuf text = STRBUF_INIT(PAGE_MAX);
	struct error err = {0};
	struct page page;
	char name[32];
	int failed = load(markdown, call->record, name, &text, &page, &err);

	if (failed < 0) {
		answer_fail(answer, TICKET_REFUSED, &err);
	} else if (!failed) {
		struct ticket_record *record = ticket_records_add(&answer->records);

		page_record(&page, name, markdown->folder, call->correlation, record);
		text_version((struct slice){ strbuf_text(&text), text.len }, record);
	}
	strbuf_release(&text);
}

static void call_find(const struct markdown *markdown, struct ticket_answer *answer)
{
	const struct ticket_call *call = markdown->call;
	struct strbuf text = STRBUF_INIT(PAGE_HEAD_MAX);
	struct error err = {0};
	struct page page;
	char **names;
	size_t count;
	int failed = folder_list(markdown->folder, &names, &count, &err);

	for (size_t i = 0; !failed && i < count; i++) {
		struct ticket_record record;

		strbuf_clear(&text);
		failed = file_read(markdown->folder, names[i], PAGE_HEAD_MAX, &text, &err);
		if (failed > 0)   /* gone since it was listed */
			failed = 0;
		else if (!failed && !page_read((struct slice){ strbuf_text(&text), text.len }, &page)) {
			if (bytes_find(strbuf_text(&text), text.len, call->correlation, strlen(call->correlation)))
				failed = say_no_page(markdown, names[i], &err);
		} else if (!failed) {
			ticket_record_init(&record);
			page_record(&page, names[i], markdown->folder, NULL, &record);
			if (!strcmp(record.correlation, call->correlation) && (record.open || call->closed)) {
				ticket_record_release(ticket_records_add(&answer->records));
				answer->records.items[answer->records.count - 1] = record;
			} else {
				ticket_record_release(&record);
			}
		}
	}
	/* A file that cannot be read may be the one that is looked for. */
	if (failed)
		answer_fail(answer, TICKET_UNAVAILABLE, &err);
	folder_list_free(names, count);
	strbuf_release(&text);
}

static void call_create(const struct markdown *markdown, struct ticket_answer *answer)
{
	struct error err = {0};
	char name[32];
	int lock = folder_lock(markdown->folder, &err), failed = lock < 0 ? -1 : file_create(markdown, make_text, name, &err);

	folder_unlock(lock);
	answer_write(answer, failed, &err);
	if (!failed) {
		struct ticket_record *record = ticket_records_add(&answer->records);
		struct slice number = { name, strlen(name) - strlen(".md") };

		ticket_record_put(&record->id, number);
		ticket_record_put(&record->number, number);
		ticket_record_put(&record->correlation, slice_of(markdown->call->draft->correlation));
		record->open = true;
	}
}

/* The text that a call makes of a file. */
static void change_text(const struct markdown *markdown, const struct page *page, struct strbuf *text)
{
	const struct ticket_call *call = markdown->call;
	const char *const closed[] = { "state", "closed", NULL }, *const same[] = { NULL };
	char words[200];

	switch (call->verb) {
	case TICKET_UPDATE:
		update_text(call->draft, page, text);
		break;
	case TICKET_CLOSE:
		snprintf(words, sizeof words, "Closed by rouse: the same as %s, which stays.", call->into ? call->into->number : "another");
		page_front(page, closed, text);
		add_note(page, NULL, words, text);
		break;
	default:
		page_front(page, same, text);
		add_note(page, call->note, "", text);
		break;
	}
}

static void call_change(const struct markdown *markdown, struct ticket_answer *answer)
{
	const struct ticket_call *call = markdown->call;
	struct strbuf old = STRBUF_INIT(PAGE_MAX), text = STRBUF_INIT(PAGE_MAX);
	struct error err = {0};
	struct ticket_record now;
	struct page page;
	char name[32];
	int lock = folder_lock(markdown->folder, &err), failed = lock < 0 ? -1 : load(markdown, call->record, name, &old, &page, &err);

	ticket_record_init(&now);
	text_version((struct slice){ strbuf_text(&old), old.len }, &now);
	if (failed > 0) {
		failed = error_set(&err, STATUS_FAILED, "%s is not in %s any more.", call->record->number, markdown->folder);
	} else if (!failed && call->verb == TICKET_UPDATE && *call->record->version && strcmp(call->record->version, now.version)) {
		error_set(&err, STATUS_TRY_LATER, "%s was changed meanwhile.", call->record->number);
		answer_fail(answer, TICKET_STALE, &err);
		goto out;
	}
	if (!failed) {
		change_text(markdown, &page, &text);
		failed = file_write(markdown->folder, name, (struct slice){ strbuf_text(&text), text.len }, &err);
	}
	answer_write(answer, failed, &err);
out:
	folder_unlock(lock);
	ticket_record_release(&now);
	strbuf_release(&old);
	strbuf_release(&text);
}

static void call_attach(const struct markdown *markdown, struct ticket_answer *answer)
{
	const struct ticket_call *call = markdown->call;
	struct error err = {0};
	char name[32];

	record_name(call->record, name);
	if (!*name)
		error_set(&err, STATUS_FAILED, "There is no record %s in %s.", call->record->id, markdown->folder);
	else
		memcpy(strrchr(name, '.'), ".csv", 5);
	answer_write(answer, *name ? file_write(markdown->folder, name, call->file, &err) : -1, &err);
}

/* A send may make the folder; an examination does not. */
static void call_guard(const struct markdown *markdown, struct ticket_answer *answer)
{
	struct error err = {0};
	int failed = folder_make(markdown->folder, &err), lock = failed ? -1 : folder_lock(markdown->folder, &err);

	if (lock < 0)
		answer_fail(answer, err.status == STATUS_TRY_LATER ? TICKET_UNAVAILABLE : TICKET_REFUSED, &err);
	folder_unlock(lock);
}

static void call_check(const struct markdown *markdown)
{
	struct checks *checks = markdown->call->checks;
	const char *folder = markdown->folder;
	char **names;
	size_t count = 0;
	struct error err = {0};

	if (!access(folder, R_OK | W_OK | X_OK) && !folder_list(folder, &names, &count, &err)) {
		checks_add(checks, CHECK_OK, "markdown folder", NULL, "%s can be written; it has %zu tickets.", folder, count);
		folder_list_free(names, count);
	} else if (errno == ENOENT && !err.text[0]) {
		checks_add(checks, CHECK_OK, "markdown folder", NULL, "%s is made with the first ticket.", folder);
	} else {
		checks_add(checks, CHECK_FAILURE, "markdown folder",
		           "Give yourself the right to read and write the folder, or set [markdown] folder.", "%s cannot be written: %s",
		           folder, err.text[0] ? err.text : strerror(errno));
	}
}

void markdown_call(const struct markdown *markdown, struct ticket_answer *answer)
{
	switch (markdown->call->verb) {
	case TICKET_CHECK:
		call_check(markdown);
		break;
	case TICKET_GUARD:
		call_guard(markdown, answer);
		break;
	case TICKET_FIND:
		call_find(markdown, answer);
		break;
	case TICKET_READ:
		call_read(markdown, answer);
		break;
	case TICKET_CREATE:
		call_create(markdown, answer);
		break;
	case TICKET_ATTACH:
		call_attach(markdown, answer);
		break;
	default:
		call_change(markdown, answer);
		break;
	}
}

void markdown_describe(const struct markdown *markdown, struct strbuf *out)
{
	const struct ticket_call *call = markdown->call;
	const char *id = call->record ? call->record->id : "";
	struct strbuf text = STRBUF_INIT(PAGE_MAX);
	const struct page none = {0};
	struct error err = {0};
	char **names = NULL, name[32];
	size_t count = 0;

	if (call->verb == TICKET_CREATE && !folder_list(markdown->folder, &names, &count, &err)) {
		snprintf(name, sizeof name, "ROUSE-%04lu.md", (count ? record_number(names[count - 1]) : 0) + 1);
		make_text(markdown, name, &text);
		strbuf_addf(out, "write %s/%s\n\n%s", markdown->folder, name, strbuf_text(&text));
	} else if (call->verb == TICKET_UPDATE) {
		update_text(call->draft, &none, &text);
		strbuf_addf(out, "rewrite %s/%s.md; other lines at its top and what stands below the mark stay\n\n%s", markdown->folder, id,
		            strbuf_text(&text));
	} else if (call->verb == TICKET_NOTE && call->note) {
		doc_markdown(call->note, &text);
		strbuf_addf(out, "add to %s/%s.md\n\n%s", markdown->folder, id, strbuf_text(&text));
	} else if (call->verb == TICKET_ATTACH) {
		strbuf_addf(out, "write %s/%s.csv, %zu bytes\n", markdown->folder, id, call->file.len);
	} else {
		strbuf_addf(out, "look into %s\n", markdown->folder);
	}
	folder_list_free(names, count);
	strbuf_release(&text);
}
