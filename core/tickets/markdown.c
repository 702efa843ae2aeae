/* markdown.c - tickets as Markdown files in a folder. See markdown.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/io/config.h"
#include "core/model/doc.h"
#include "core/tickets/markdown_inner.h"

#define FOLDER_NAME "tickets"
#define PATH_BYTES 4096

/* -- where -- */

/* `tickets` in the folder that the store is in. */
static char *folder_beside(const char *store_path)
{
	const char *slash = strrchr(store_path, '/');
	struct strbuf folder = STRBUF_INIT(PATH_BYTES);

	strbuf_add(&folder, store_path, slash ? (size_t)(slash - store_path) + 1 : 0);
	strbuf_adds(&folder, FOLDER_NAME);
	char *made = xstrdup(strbuf_text(&folder));

	strbuf_release(&folder);
	return made;
}

void markdown_beside(struct tickets *tickets, const char *store_path)
{
	struct markdown *markdown = (struct markdown *)tickets;

	if (!tickets || tickets->ops != &tickets_markdown || markdown->configured || !store_path || !strcmp(store_path, ":memory:"))
		return;
	free(markdown->folder);
	markdown->folder = folder_beside(store_path);
}

static int markdown_make(struct tickets **tickets, const struct config *config, struct talk *talk, struct error *err)
{
	const char *folder = config_text(config, "markdown.folder");
	char *store = folder && *folder ? NULL : config_store_path();

	(void)talk;
	if (!store && !(folder && *folder))
		return error_set(err, STATUS_CONFIG, "There is no place for tickets: set [markdown] folder, or HOME.");
	/* One that hangs on where rouse is started from would be two folders, and two tickets. */
	if (!store && folder[0] != '/')
		return error_set(err, STATUS_CONFIG, "[markdown] folder must be a whole path, from / or ~, not %s.", folder);
	struct markdown *markdown = xcalloc(1, sizeof *markdown);

	markdown->base.ops = &tickets_markdown;
	markdown->configured = !store;
	markdown->folder = store ? folder_beside(store) : xstrdup(folder);
	free(store);
	*tickets = &markdown->base;
	return 0;
}

static void markdown_where(const struct tickets *tickets, struct strbuf *out)
{
	strbuf_adds(out, ((const struct markdown *)tickets)->folder);
}

static void markdown_target(const struct tickets *tickets, struct strbuf *out)
{
	const char *folder = ((const struct markdown *)tickets)->folder;

	strbuf_adds(out, "Markdown files in ");
	utf8_visible(out, folder, strlen(folder));
}

/* -- calls -- */

static int markdown_begin(struct tickets *tickets, const struct ticket_call *call, struct error *err)
{
	(void)err;
	((struct markdown *)tickets)->call = call;
	return 0;
}

/* Files answer at once. */
static enum step markdown_step(struct tickets *tickets, struct ticket_answer *answer)
{
	struct markdown *markdown = (struct markdown *)tickets;

	markdown_call(markdown, answer);
	markdown->call = NULL;
	return STEP_DONE;
}

void markdown_body(const struct draft *draft, struct strbuf *out)
{
	struct doc doc = {0};

	draft_doc(draft, draft->host_count, &doc);
	doc_markdown(&doc, out);
	doc_release(&doc);
	if (out->len && out->buf[out->len - 1] != '\n')
		strbuf_addc(out, '\n');
}

static void body(struct tickets *tickets, const struct draft *draft, struct strbuf *out)
{
	(void)tickets;
	markdown_body(draft, out);
}

static void markdown_show(struct tickets *tickets, const struct ticket_call *call, struct strbuf *out)
{
	struct markdown *markdown = (struct markdown *)tickets;

	markdown->call = call;
	markdown_describe(markdown, out);
	markdown->call = NULL;
}

static void markdown_cancel(struct tickets *tickets)
{
	((struct markdown *)tickets)->call = NULL;
}

static void markdown_free(struct tickets *tickets)
{
	struct markdown *markdown = (struct markdown *)tickets;

	free(markdown->folder);
	free(markdown);
}

const struct tickets_ops tickets_markdown = {
	.name = "markdown", .title = "Markdown", .children = true, .closes = true, .lags = false, .make = markdown_make,
	.begin = markdown_begin, .step = markdown_step, .show = markdown_show, .body = body, .where = markdown_where,
	.target = markdown_target, .cancel = markdown_cancel, .free = markdown_free,
};
