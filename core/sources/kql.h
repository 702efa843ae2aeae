/* kql.h - the queries that run where the data lives, filled from the configuration.
 *
 * The texts are core/detections/NAME.kql, compiled in, with places written `{{groups}}`. Everything that comes from the configuration goes in
 * through kql_literal(): no value can leave its quotes. Facts and traps: newest row per device before any state filter, left joins from
 * DeviceInfo, groups compared through tolower() as in~ folds ASCII only, one fixed upper time of the inventory so that its parts agree, scalar
 * columns only, the part filter right behind each table and before arg_max.
 *
 * What the queries cannot know, and rouse's own detection can: rows of one device with equal newest times (arg_max takes any of them,
 * detect.c the worse), another letter case of the key AvMode (the bag goes along and is read here; a rule takes such a host for unknown where
 * it would be active), and text of JSON in text of JSON (a witness that cannot be read, so never active). */
#ifndef ROUSE_KQL_H
#define ROUSE_KQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/model/detect.h"

struct error;
struct strbuf;

/* Where a query runs. In a Log Analytics workspace the DeviceTvm tables are there for their schema alone and answer nothing, so the Sentinel
 * dialect only speaks of custom tables that somebody fills. */
enum kql_dialect { KQL_XDR, KQL_SENTINEL };
enum kql_query {
	KQL_FINDINGS,     /* one row per server in scope: the joined columns that the files source reads as findings. Verdict is `unknown`
	                   * where Context could not be read, else empty; AdditionalFields has the bag where that could not be read. */
	KQL_CENSUS,       /* rows of MachineGroup, Partial (never with a platform), Server, Merged (texts), Devices: where every device went */
	KQL_RULE,         /* findings with their verdict as one event per device, for a scheduled rule */
	KQL_SOFTWARE,     /* products that may be another antivirus, by device in scope */
	KQL_QUERY_COUNT
};

/* What fills the places. Borrowed. */
struct kql_fill {
	const struct scope *scope;
	int64_t since, until;       /* seconds; of DeviceInfo */
	int64_t look_back;          /* seconds; above 0 for a query that runs again and again: the last so many, instead of since and until */
	unsigned part, parts;       /* which part of the devices, of how many; parts 1: all */
	bool enrichment;            /* ask for the whole gathered bag, as text; KQL_RULE never does */
	const char *assessment_table, *gathering_table;   /* KQL_SENTINEL: names of custom tables, ending in _CL; else NULL */
};

/* Appends a string literal with its quotes: `"a \"b\""`. Characters that nobody sees or that turn others around become \uXXXX, as UTF-16;
 * the text is repaired UTF-8. */
void kql_literal(struct strbuf *out, struct slice text);
/* Appends the query. -1 for a dialect that has no such query (STATUS_CONFIG, with the reason). */
int kql_build(enum kql_query query, enum kql_dialect dialect, const struct kql_fill *fill, struct strbuf *out, struct error *err);
/* Names of the result columns of KQL_FINDINGS, for the decoder and for tests. */
extern const char *const kql_columns[];
extern const size_t kql_column_count;

#endif
