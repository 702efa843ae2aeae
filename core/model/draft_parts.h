/* draft_parts.h - what the parts of a draft share. Not for others. */
#ifndef ROUSE_DRAFT_PARTS_H
#define ROUSE_DRAFT_PARTS_H

#include "core/model/draft.h"

/* draft_rows.c: fills hosts, host_count and not_taken. */
void draft_read_hosts(const struct draft_plan *plan, struct draft *draft);
void draft_copy_host(struct draft_host *to, const struct draft_host *from);
void draft_release_host(struct draft_host *host);
/* Fills the names of a draft whose hosts and teams are there: first the scope, then the title, last the mark. */
void draft_name_scope(const struct run *run, struct draft *draft);
/* `wanted` is a person's title, NULL: made; `team` is that of a child, NULL: none. */
void draft_name_title(struct draft *draft, const char *wanted, const char *team);
void draft_name_mark(struct draft *draft);
/* A hash that is the same on every machine and in every process: FNV-1a, 64 bits. Each part is hashed with its length. */
#define DRAFT_HASH_START UINT64_C(0xCBF29CE484222325)
uint64_t draft_hash(uint64_t hash, struct slice part);

/* `Run 412 of 2026-11-20 06:00Z`; `The run of ...` while it has no number yet, as in a dry run. Appends. */
void draft_run_name(const struct draft *draft, struct strbuf *out);
/* What a team, or the lack of one, is called: `team-sql`, `No team in the CMDB`. Appends. */
void draft_team_name(const struct draft_team *team, struct strbuf *out);
/* draft_past.c: what the record had. */
void draft_compare(const struct draft_plan *plan, struct draft *draft);
/* draft_hosts.c: one section for each team. */
void draft_doc_hosts(const struct draft *draft, uint32_t hosts, struct doc *doc);

#endif
