/* digest.h - what the operations channel reads at standup: under 20 lines, the worst first, no markup.
 *
 * digest.c   from a run and its ticket to a digest, and the digest as plain text
 *
 * Each back end of the room notify encodes it for its service. Incompleteness stands first, always. */
#ifndef ROUSE_DIGEST_H
#define ROUSE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/draft.h"

#define DIGEST_LINES_MAX 19
#define DIGEST_WORST 5
#define DIGEST_TEAMS 6
#define DIGEST_REASONS 3
#define DIGEST_TEXT_MAX 300     /* bytes of one text; cut with `...` */

/* A name and what is said of it. Visible characters alone; never NULL; owned. */
struct digest_item {
	char *name, *text;
};

/* Owned texts. Zero-initialised means none. */
struct digest {
	char *title;                 /* `1,906 servers without active Defender Antivirus` */
	bool complete;
	char *warnings[DIGEST_REASONS + 1];   /* why it is incomplete, the rest counted; `the ticket could not be written: ...` */
	size_t warning_count;
	char *counts;                /* the count line */
	char *change;                /* `12 new, 1,894 persisting, 31 resolved since 19 Nov 06:00Z` */
	struct digest_item worst[DIGEST_WORST];
	size_t worst_count;
	struct digest_item teams[DIGEST_TEAMS + 1];   /* `team-sql`, `412`; the rest as one; hosts without an owner last */
	size_t team_count;
	char *record;                /* `INC0010042 updated`; "" without a ticket */
	char *record_url;            /* ""; https, or http to loopback */
	char *scope, *when;          /* `run 412 of 2026-11-20 06:00Z` */
};

/* What became of the ticket, for the digest. Borrowed. */
struct digest_record {
	const char *number;          /* NULL: there is none */
	const char *url;             /* NULL or "" */
	const char *word;            /* created, updated, unchanged, uncertain */
	const char *failure;         /* a sentence when it could not be written; NULL */
};

/* `draft` gives teams and hosts (all findings that are not accepted). */
void digest_make(const struct run *run, const struct draft *draft, const struct digest_record *record, struct digest *digest);
/* As plain text, DIGEST_LINES_MAX lines at most. */
void digest_plain(const struct digest *digest, struct strbuf *out);
void digest_release(struct digest *digest);

#endif
