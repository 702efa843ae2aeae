/* options.h - what the stand-in does, one row of a table each. The same names are taken on the command line and by POST /__options. */
#ifndef TENANT_OPTIONS_H
#define TENANT_OPTIONS_H

#include <stdint.h>

#include "tests/standin/option.h"

enum option_keys { KEYS_PASCAL, KEYS_CAMEL, KEYS_LOWER };
enum option_bools { BOOLS_JSON, BOOLS_NUMBER, BOOLS_TEXT };
enum option_nulls { NULLS_NULL, NULLS_ABSENT, NULLS_EMPTY, NULLS_ALL };
enum option_dynamic { DYNAMIC_JSON, DYNAMIC_STRING };
enum option_schema { SCHEMA_LOWER, SCHEMA_UPPER };
enum option_limit { LIMIT_ERROR, LIMIT_CUT };
enum option_replay { REPLAY_REFUSE, REPLAY_ALLOW };

/* All values are 64-bit numbers or texts, so that one table can name them. */
struct options {
	/* the estate */
	int64_t devices, servers_share, seed, now, day;
	/* the server */
	int64_t port, with_stdin;
	char tls_cert[OPTION_TEXT_MAX], tls_key[OPTION_TEXT_MAX];
	char export_to[OPTION_TEXT_MAX];
	/* sign-in */
	char tenant[OPTION_TEXT_MAX], tenant_name[OPTION_TEXT_MAX], client[OPTION_TEXT_MAX], secret[OPTION_TEXT_MAX];
	char expired_secret[OPTION_TEXT_MAX], client_cert[OPTION_TEXT_MAX], roles[OPTION_TEXT_MAX], scp[OPTION_TEXT_MAX];
	char audience[OPTION_TEXT_MAX], federated_issuer[OPTION_TEXT_MAX], federated_subject[OPTION_TEXT_MAX];
	int64_t token_life, code_life, interval, auto_approve, replay;
	/* answers */
	int64_t keys, bools, nulls, dynamic, schema_keys, time_digits, gzip;
	/* limits */
	int64_t row_limit, size_limit, workspace_row_limit, workspace_size_limit, limit_mode, heavy_above, quota, quota_wait;
	char missing_table[OPTION_TEXT_MAX], custom[OPTION_TEXT_MAX], workspace[OPTION_TEXT_MAX];
};

extern const struct option_table options_table;

void options_default(struct options *options);

#endif
