/* rt_inner.h - what the files of the RT back end share. See rt.c. */
#ifndef ROUSE_OWNERS_RT_INNER_H
#define ROUSE_OWNERS_RT_INNER_H

#include "core/base/strbuf.h"
#include "core/io/login.h"
#include "core/io/talk.h"
#include "core/owners/owners.h"

#define RT_WHO "Request Tracker"
#define RT_PAGE 100            /* rows of a page; RT gives no more, whatever is asked */
#define RT_BATCH 80            /* hosts of a question, where RT says how many rows there are: their rows fit a page as a rule */
#define RT_BATCH_BLIND 240     /* and where it does not: a question then costs one more page, an empty one */
#define RT_PAGES_MAX 20        /* of a question; more means that a name matches half the catalog: it is asked in halves */
#define RT_CATALOG_PAGES_MAX 2000
#define RT_NAME_MAX 200        /* bytes of a label; RT keeps 255 of a name */
#define RT_FAULTS_MAX 2        /* questions in a row without an answer; then the rest is not asked */
#define RT_TEAM_FIELDS_MAX 8

/* What is under way. */
enum rt_state {
	RT_IDLE,
	RT_SIGNING,
	RT_CATALOG,      /* its number is looked up */
	RT_COUNTING,     /* how many assets it has */
	RT_ROWS,         /* hosts [first, first + batch), or all of the catalog */
	RT_SAMPLE,       /* check(): a page of assets */
};

/* One page of assets, taken apart. */
struct rt_page {
	int64_t total;          /* of rows from here on; -1: RT does not say */
	size_t rows;
	uint64_t last;          /* number of the last asset */
	size_t teams;           /* rows with a team */
	const char *fault;      /* why the page cannot be believed; NULL */
	const char *no_field;   /* a custom field that the rows do not have; borrowed from the configuration; NULL */
};

/* The back end. */
struct owners_rt {
	struct owner_source source;
	struct talk *talk;                /* borrowed */
	struct login login;
	char *base;                       /* https://rt.example.com; owned */
	const char *catalog;              /* borrowed from the configuration, as the fields */
	const char *team_fields[RT_TEAM_FIELDS_MAX];
	size_t team_field_count;
	char catalog_id[24];
	enum rt_state state, after;       /* `after`: what is asked once signed in */
	struct talk_call *call;
	/* asking */
	const struct slice *hosts;        /* borrowed */
	size_t count;
	struct owner_asking *asking;      /* borrowed */
	size_t first, batch;
	size_t batch_max;
	bool whole;                       /* the catalog page by page instead of names */
	uint64_t last;                    /* pages go on after this asset */
	unsigned pages;                   /* of this question */
	unsigned faults;                  /* questions in a row that failed */
	bool again;                       /* a page was not whole and is asked once more */
	struct map seen;                  /* numbers of assets that are among the records */
	bool counted;                     /* whether there is anything in the catalog is known */
	bool nameless;                    /* said that groups are hidden */
	/* checking */
	struct checks *checks;            /* borrowed; NULL: asking */
};

/* -- rt_asking.c -- */
int rt_ask_catalog(struct owners_rt *rt, struct error *err);
int rt_ask_count(struct owners_rt *rt, struct error *err);
int rt_ask_page(struct owners_rt *rt, enum rt_state state, struct error *err);
/* Asks the next question; STEP_DONE when none is left. */
enum step rt_next_question(struct owners_rt *rt, struct error *err);
/* The question under way failed: its hosts are not asked. */
enum step rt_question_fail(struct owners_rt *rt, const char *why, struct error *err);
enum step rt_take_page(struct owners_rt *rt, const struct talk_reply *reply, struct error *err);
enum step rt_take_count(struct owners_rt *rt, const struct talk_reply *reply, struct error *err);
void rt_complain_names(struct owners_rt *rt);   /* of hosts that cannot be asked for */

/* -- rt_names.c -- */
/* The first label of a host's name, as matching takes it; no value when it cannot be asked for. */
struct slice rt_label(struct slice host);
/* Appends the label as a pattern for LIKE: what is a wildcard, or may be written in another case, becomes _ (any one character). */
void rt_pattern(struct strbuf *out, struct slice label);
/* Appends the JSON search for a page: hosts of one question (count 0: the catalog), after an asset. */
void rt_question(struct strbuf *out, const char *catalog, const struct slice *hosts, size_t count, uint64_t after);
/* Appends the query of the address: page size, order, and the fields that the configured team fields need. */
void rt_fields(struct strbuf *out, const struct owners_rt *rt, unsigned per_page);

/* -- rt_rows.c -- */
/* Takes a page apart; rows that are new go to `records` (NULL: only counted). */
void rt_page_read(struct owners_rt *rt, struct slice body, struct owner_records *records, struct rt_page *page);
/* The number of the catalog of exactly this name in a page of catalogs; false when it is not there. */
bool rt_catalog_read(struct slice body, const char *name, char *id, size_t size);

/* -- rt_check.c -- */
void rt_check_catalog(struct owners_rt *rt, bool found);
void rt_check_sample(struct owners_rt *rt, const struct rt_page *page);

#endif
