/* markdown_inner.h - the parts of the Markdown back end, for its files alone.
 *
 * markdown.c        the back end, and where its folder is    markdown_call.c   what each call does to the files
 * markdown_page.c   a file's text: lines at the top, body, what people added
 * markdown_file.c   the folder: numbers, whole writes, the lock of the writers */
#ifndef ROUSE_TICKETS_MARKDOWN_INNER_H
#define ROUSE_TICKETS_MARKDOWN_INNER_H

#include "core/base/strbuf.h"
#include "core/tickets/markdown.h"
#include "core/tickets/tickets.h"

#define PAGE_MAX ((size_t)64 << 20)
#define PAGE_HEAD_MAX 16384          /* of a file that is only searched through */
#define FOLDER_LOCK ".rouse.lock"
#define NAME_MAX_DIGITS 9

struct markdown {
	struct tickets base;
	char *folder;                    /* owned */
	bool configured;                 /* by [markdown] folder */
	const struct ticket_call *call;  /* the one under way; borrowed */
};

/* A file taken apart; slices of its text. */
struct page {
	struct slice head;               /* lines between `---` and `---` */
	struct slice body;               /* ours, up to the end of the mark's line */
	struct slice tail;               /* the rest: work notes, and what people added */
};

/* -- markdown.c -- */

/* Appends the body of a draft. */
void markdown_body(const struct draft *draft, struct strbuf *out);

/* -- markdown_call.c -- */

/* Does markdown->call. */
void markdown_call(const struct markdown *markdown, struct ticket_answer *answer);
/* What it would do. */
void markdown_describe(const struct markdown *markdown, struct strbuf *out);

/* -- markdown_page.c -- */

/* False when the text does not begin as a record of ours does. */
bool page_read(struct slice text, struct page *page);
/* The value of a line at the top, without quotes and escapes. Appends; false when there is no such line. */
bool page_value(const struct page *page, const char *key, struct strbuf *out);
/* Adds `key: "value"`, as YAML wants it. */
void page_pair(struct strbuf *out, const char *key, const char *value);
/* The lines at the top with those values put in the place of the old ones; added where missing. Pairs of key and value, NULL ends. */
void page_front(const struct page *page, const char *const *pairs, struct strbuf *out);
/* What a page says of its record; `correlation` is whose mark is looked for. */
void page_record(const struct page *page, const char *name, const char *folder, const char *correlation, struct ticket_record *record);

/* -- markdown_file.c -- */

/* The number in `ROUSE-0001.md`, 0 for any other name. */
unsigned long record_number(const char *file_name);
/* Reads at most `max` bytes of a file. 1 when there is none. */
int file_read(const char *folder, const char *name, size_t max, struct strbuf *text, struct error *err);
/* Replaces a file as a whole, or not at all; its mode stays. -1: not done; 1: done, but it may not outlive a loss of power. */
int file_write(const char *folder, const char *name, struct slice text, struct error *err);
/* Writes a new record under the next free number; `make` gives its text for a name. Returns as file_write(). */
int file_create(const struct markdown *markdown, void (*make)(const struct markdown *, const char *name, struct strbuf *text),
                char name[32], struct error *err);
/* Every record's file name, in order of numbers. malloc'd. */
int folder_list(const char *folder, char ***names, size_t *count, struct error *err);
void folder_list_free(char **names, size_t count);
/* Makes the folder where it is missing. */
int folder_make(const char *folder, struct error *err);
/* One writer at a time, also on other machines where the file system knows locks. The descriptor, or -1. */
int folder_lock(const char *folder, struct error *err);
void folder_unlock(int lock);

#endif
