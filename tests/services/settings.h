/* settings.h - what the stand-in does, one row of a table each. The same names are taken on the command line and by POST /__options. */
#ifndef SERVICES_SETTINGS_H
#define SERVICES_SETTINGS_H

#include <stdint.h>

#include "tests/standin/option.h"

/* All values are 64-bit numbers or texts, so that one table can name them. */
struct settings {
	int64_t port, with_stdin, ms;
	/* the CMDB */
	char cmdb[OPTION_TEXT_MAX], groups[OPTION_TEXT_MAX];
	int64_t servers, servers_share, seed;
	/* ServiceNow */
	char password[OPTION_TEXT_MAX], client[OPTION_TEXT_MAX], secret[OPTION_TEXT_MAX], api_key[OPTION_TEXT_MAX], assignment_rule[OPTION_TEXT_MAX];
	int64_t basic, token_life, strict, fold, hide, rows_max, batch_max, url_max, close_rule;
	/* Jira */
	char jira_user[OPTION_TEXT_MAX], jira_token[OPTION_TEXT_MAX], jira_pat[OPTION_TEXT_MAX], project[OPTION_TEXT_MAX];
	int64_t jira_cloud, resolution_rule, lag_searches, lag_ms, page_max, attachment_max;
	/* chat */
	char teams_sig[OPTION_TEXT_MAX], slack_hook[OPTION_TEXT_MAX];
};

extern const struct option_table settings_table;

#endif
