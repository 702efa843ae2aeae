/* kql.h - what a query asks for, read from its text.
 *
 * This is no engine of Kusto: it knows the queries of the product (by the tables they name and the columns they end in), a few probes, and
 * counts and heads of them; but what it takes from the text it takes by its place, so that a filter at the wrong place has the effect it
 * would have there. Anything else is refused as a semantic error is.
 *
 * kql_lex.c    text to tokens: names, literals decoded, signs
 * kql_read.c   tokens to struct query
 * kql_shape.c  what must hold of any query: balanced, known tables, known operators, the part in every table or in none */
#ifndef TENANT_KQL_H
#define TENANT_KQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/standin/text.h"

enum token_kind { TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_TIME, TOKEN_SIGN };

/* One token; its text is decoded, ended by a NUL and owned by the list. */
struct token {
	enum token_kind kind;
	const char *text;
	size_t len;
};

struct tokens {
	struct token *items;
	size_t count, cap;
	struct text bytes;       /* decoded texts, one after another */
	size_t *starts;          /* where each begins, until all are read */
};

/* False with a message of facts 1.4 in `complaint`. */
bool tokens_read(struct tokens *tokens, const char *query, size_t n, struct text *complaint);
void tokens_release(struct tokens *tokens);
bool token_is(const struct tokens *tokens, size_t at, const char *text);   /* a name or a sign */
/* Whether the tokens from `at` are these words, blanks between: `hash ( DeviceId ,`; `?` stands for any one token. */
bool tokens_match(const struct tokens *tokens, size_t at, const char *words);
/* The first place from `at` to before `end` where they are; `end` when nowhere. */
size_t tokens_find(const struct tokens *tokens, size_t at, size_t end, const char *words);

enum query_kind { QUERY_PRINT, QUERY_TABLE, QUERY_NEWEST, QUERY_FINDINGS, QUERY_CENSUS, QUERY_SOFTWARE, QUERY_GATHERING_KB, QUERY_ASSESSMENT_KB,
                  QUERY_KIND_COUNT };
extern const char *const query_kind_names[QUERY_KIND_COUNT];

/* How groups are compared: not at all, exactly, with ASCII letters folded (in~), or lower case of Unicode (tolower()). */
enum group_fold { FOLD_NONE, FOLD_EXACT, FOLD_ASCII, FOLD_LOWER };

struct words {
	char **items;            /* owned, as the texts */
	size_t count;
};

#define QUERY_TABLES 8

/* A table that a query names, in order of appearance. */
struct query_table {
	char name[64];
	int id;                  /* enum table_id; -1: a knowledge base or unknown */
	bool custom;             /* a custom table of the workspace */
};

struct query {
	enum query_kind kind;
	struct query_table tables[QUERY_TABLES];
	size_t table_count;
	bool count;              /* `| count` at the end */
	int64_t take;            /* `| take N` at the end; -1: all */
	unsigned part, parts;    /* parts 1: all devices */
	int64_t since, until;    /* of DeviceInfo, ticks; NO_TIME: not asked */
	bool full_only;          /* isnotempty(OSPlatform) before the newest row is taken */
	bool merged_out;         /* isempty(MergedToDeviceId) */
	bool early_groups, early_platforms;   /* asked before the newest row is taken */
	struct words platforms, groups;
	struct words vendors;    /* of the software query */
	enum group_fold fold;
	bool orders_full;        /* rows with a platform count before any without one, as the census asks */
	bool enrichment;         /* the bag is asked for */
	bool strange;            /* the bag is asked for where AvMode cannot be read from it */
	struct words columns;    /* of the last project, in its order */
	bool witnesses;          /* all tables but DeviceInfo have rows here; false in a workspace, custom tables aside */
	char column[64];         /* QUERY_PRINT, QUERY_NEWEST: the result's column */
	char prefix[64];         /* a knowledge base: startswith or == of the one filter; "" for all */
};

/* What is where: the workspace knows other tables than the hunting API. */
struct kql_place {
	bool workspace;
	const char *custom;      /* ASSESSMENT_CL,GATHERING_CL or "" */
	const char *missing;     /* a table that does not resolve, or "" */
	int64_t now;             /* for ago() */
};

/* False with the message of a 400 in `complaint`. The query is released by the caller in either case. */
bool kql_read(struct query *query, const char *text, size_t n, const struct kql_place *place, struct text *complaint);
void query_release(struct query *query);

/* ---- kql_shape.c ---- */

/* Finds the tables of a query and checks what must hold of any. */
bool kql_shape(struct query *query, const struct tokens *tokens, const struct kql_place *place, struct text *complaint);
/* The part of the devices. False when it stands in some tables and not in all, or behind the place where the newest row is taken. */
bool kql_part(struct query *query, const struct tokens *tokens, struct text *complaint);
bool kql_is_table(const struct tokens *tokens, size_t at);

#endif
