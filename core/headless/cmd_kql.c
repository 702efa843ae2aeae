/* cmd_kql.c - prints the query that would run, or the same as a scheduled rule. Asks nobody. */
#include "core/headless/drive.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/sources/rule.h"

#define QUERY_MAX ((size_t)16 << 20)

/* What fills the query: as a run at this moment would. */
static int fill_now(const struct work *work, const struct scope *scope, struct kql_fill *fill, struct error *err)
{
	int64_t now;

	if (clock_now(&now, err))
		return -1;
	*fill = (struct kql_fill){
		.scope = scope, .until = now, .since = now - config_span(work->config, "graph.look_back"), .parts = 1,
		.enrichment = strcmp(config_text(work->config, "graph.enrichment"), "false") != 0,
		.assessment_table = config_text(work->config, "graph.assessment_table"),
		.gathering_table = config_text(work->config, "graph.gathering_table"),
	};
	return 0;
}

static enum status print_text(const struct strbuf *text, FILE *out, struct error *err)
{
	fwrite(strbuf_text(text), 1, text->len, out);
	if (text->len && text->buf[text->len - 1] != '\n')
		fputc('\n', out);
	return drive_flush(out, STATUS_DONE, err);
}

enum status cmd_kql(const struct work *work, FILE *out, struct error *err)
{
	const char *dialect = work->cli->dialect ? work->cli->dialect : "xdr";
	struct strbuf text = STRBUF_INIT(QUERY_MAX);
	enum status status = STATUS_FAILED;
	struct scope scope;
	struct kql_fill fill;

	config_scope(work->config, &scope);
	if (strcmp(dialect, "xdr") != 0 && strcmp(dialect, "sentinel") != 0)
		error_set(err, STATUS_USAGE, "--dialect takes xdr or sentinel.");
	else if (!fill_now(work, &scope, &fill, err) &&
	         !kql_build(KQL_FINDINGS, strcmp(dialect, "xdr") == 0 ? KQL_XDR : KQL_SENTINEL, &fill, &text, err))
		status = print_text(&text, out, err);
	strbuf_release(&text);
	return err->text[0] ? err->status : status;
}

static int rule_kind(const struct cli *cli, enum rule_kind *kind, struct error *err)
{
	const char *word = cli->words.count == 1 ? cli->words.items[0] : NULL, *format = cli->format ? cli->format : "yaml";

	if (!word || (strcmp(word, "xdr") != 0 && strcmp(word, "sentinel") != 0))
		return error_set(err, STATUS_USAGE, "`rouse rule xdr` or `rouse rule sentinel`: one of the two words must follow.");
	if (strcmp(word, "xdr") == 0) {
		*kind = RULE_XDR;
		if (cli->format && strcmp(format, "json") != 0)
			return error_set(err, STATUS_USAGE, "A rule for xdr is JSON; leave --format out.");
		return 0;
	}
	if (strcmp(format, "yaml") != 0 && strcmp(format, "arm") != 0)
		return error_set(err, STATUS_USAGE, "A rule for sentinel takes --format yaml or arm.");
	*kind = strcmp(format, "arm") == 0 ? RULE_SENTINEL_ARM : RULE_SENTINEL_YAML;
	return 0;
}

enum status cmd_rule(const struct work *work, FILE *out, struct error *err)
{
	struct strbuf text = STRBUF_INIT(QUERY_MAX);
	enum status status = STATUS_FAILED;
	enum rule_kind kind;
	struct scope scope;
	struct kql_fill fill;

	config_scope(work->config, &scope);
	if (!rule_kind(work->cli, &kind, err) && !fill_now(work, &scope, &fill, err) && !rule_build(kind, &fill, &text, err))
		status = print_text(&text, out, err);
	strbuf_release(&text);
	return err->text[0] ? err->status : status;
}
