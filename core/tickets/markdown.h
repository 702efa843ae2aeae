/* markdown.h - tickets as Markdown files in a folder, one a record: what works on the first day without any ticket system.
 *
 * `ROUSE-0001.md` begins with a few lines for machines between `---`, then the text, whose last line is the mark, then `## Work notes`. What
 * people write below the mark stays, and so do lines of theirs at the top. A record is closed by writing `state: closed`. */
#ifndef ROUSE_TICKETS_MARKDOWN_H
#define ROUSE_TICKETS_MARKDOWN_H

struct tickets;

/* Which store rouse uses: where no `[markdown] folder` is configured, the folder is `tickets` beside it. Call after make(); does nothing for
 * other back ends. Without it, the folder is beside the standard store. */
void markdown_beside(struct tickets *tickets, const char *store_path);

#endif
