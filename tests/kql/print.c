/* print.c - writes every query and rule that kql.c and rule.c can make into a folder, for judge.mjs.
 *
 *     print FOLDER
 *
 * queries.tsv     a line for each text: group, file, wanted literals in hex with commas between, or nothing
 * *.kql           the queries; rule-*.json, rule-*.yaml the rules
 * verdicts.tsv    what verdict.c says of every combination of witnesses: the columns of a row, then the verdict */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/verdict.h"
#include "core/sources/rule.h"

#define QUERIES 100
#define NAMES_EACH 10
#define NAME_BYTES 40960

static const int64_t since = INT64_C(1792000000), until = INT64_C(1794600000);

/* -- hostile names -- */

static const char *const fragments[] = {
	"x\") or true //", "\"", "\\", "\\\"", "\"\"", "'", "\\'", "\n", "\r\n", "\t", "\x01", "\x1b[31m", "\x7f", ");", "]", "}}", "{{groups}}", "{{",
	"{{part}}", "//", "/*", "*/", "|", "| take 0", "; .drop table DeviceInfo", ".drop table DeviceInfo", "let x = 1;", "``` ", "~~~", "@\"", "h\"", "H@'",
	"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xc2\xad", "\xc2\x85", "\xe2\x80\xa8", "\xf0\x9f\x98\x80", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	"\xf3\xa0\x80\xa0", "\xf3\xa0\x81\x81", "B\xc3\x9cRO", "\xc4\xb0", "\xc3\x9f", "\xe1\xba\x9e", "\xce\xa3", "e\xcc\x81", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xee\x80\x80",
	"\\u0022", "\\x22", "\\n", "%22", "&quot;", "\"} , {\"", "# ", "- ", ": ", "%s%n", "$(id)", "`id`", "AND 1=1", "--", "dynamic([\"a\"])", "datetime(now)",
	"Win-Servers-Prod", " ", "  ", "a", "Z", "0", "\xe6\x97\xa5\xe6\x9c\xac", "\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a", "\\\\\") | project Evil = 1 //",
};

#define FRAGMENTS (sizeof fragments / sizeof *fragments)

static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The first names are one fragment each, then come mixtures, and some of 10,000 characters. */
static char *make_name(uint64_t *state, size_t number)
{
	struct strbuf name = STRBUF_INIT(NAME_BYTES);
	size_t parts = number < FRAGMENTS ? 1 : 1 + draw(state) % 6;
	char *copy;

	if (number % 250 == 249)
		parts = 10000;
	for (size_t i = 0; i < parts && name.len < 39000; i++)
		strbuf_adds(&name, fragments[number < FRAGMENTS && parts == 1 ? number : draw(state) % FRAGMENTS]);
	copy = malloc(name.len + 1);
	if (!copy)
		die("no memory");
	memcpy(copy, strbuf_text(&name), name.len + 1);
	strbuf_release(&name);
	return copy;
}

/* -- files -- */

/* Where it all goes. */
struct output {
	const char *folder;
	FILE *list;
};

static void write_file(const struct output *output, const char *name, const struct strbuf *text)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", output->folder, name);
	file = fopen(path, "wb");
	if (!file || fwrite(strbuf_text(text), 1, text->len, file) != text->len || fclose(file))
		die("%s cannot be written.", path);
}

static void add_hex(struct strbuf *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%02x", (unsigned)(unsigned char)bytes[i]);
}

/* Writes one query and its line. `names` are literals that must come out again in lower case. */
static void put_query(const struct output *output, const char *group, const char *name, enum kql_query query, enum kql_dialect dialect,
                      const struct kql_fill *fill)
{
	struct strbuf text = STRBUF_INIT((size_t)64 << 20), line = STRBUF_INIT((size_t)64 << 20);
	struct error err = { 0 };

	if (kql_build(query, dialect, fill, &text, &err))
		die("%s: %s", name, err.text);
	write_file(output, name, &text);
	strbuf_addf(&line, "%s\t%s\t", group, name);
	for (size_t i = 0; i < fill->scope->group_count; i++) {
		strbuf_adds(&line, i ? "," : "");
		add_hex(&line, fill->scope->groups[i], strlen(fill->scope->groups[i]));
	}
	fprintf(output->list, "%s\n", strbuf_text(&line));
	strbuf_release(&text);
	strbuf_release(&line);
}

static void put_rule(const struct output *output, const char *name, enum rule_kind kind, const struct kql_fill *fill)
{
	struct strbuf text = STRBUF_INIT((size_t)64 << 20);
	struct error err = { 0 };

	if (rule_build(kind, fill, &text, &err))
		die("%s: %s", name, err.text);
	write_file(output, name, &text);
	fprintf(output->list, "body\t%s\t\n", name);
	strbuf_release(&text);
}

/* -- what is written -- */

/* `print` of literals that hold anything, NUL too; then the shape's other queries hold names as the configuration can. */
static void put_literals(const struct output *output)
{
	struct strbuf text = STRBUF_INIT((size_t)64 << 20), line = STRBUF_INIT((size_t)64 << 20);
	uint64_t state = 7;

	strbuf_adds(&text, "print ");
	strbuf_adds(&line, "literals\tliterals.kql\t");
	for (size_t i = 0; i < QUERIES * NAMES_EACH; i++) {
		char *name = make_name(&state, i);
		size_t n = strlen(name);

		if (i % 3 == 0)   /* a NUL in it */
			name[n / 2] = '\0';
		strbuf_addf(&text, "%sA%zu = ", i ? ", " : "", i);
		/* NUL may have cut a character in two. */
		struct strbuf fixed = STRBUF_INIT((size_t)1 << 20);
		utf8_repair(&fixed, name, n);
		kql_literal(&text, (struct slice){ strbuf_text(&fixed), fixed.len });
		strbuf_adds(&line, i ? "," : "");
		add_hex(&line, strbuf_text(&fixed), fixed.len);
		strbuf_release(&fixed);
		free(name);
	}
	write_file(output, "literals.kql", &text);
	fprintf(output->list, "%s\n", strbuf_text(&line));
	strbuf_release(&text);
	strbuf_release(&line);
}

static void put_hostile(const struct output *output, struct kql_fill fill, struct scope scope)
{
	static const char *const plain[NAMES_EACH] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
	uint64_t state = 42;
	char *names[NAMES_EACH];

	fill.scope = &scope;
	scope.group_count = NAMES_EACH;
	scope.groups = plain;
	put_query(output, "template", "template.kql", KQL_FINDINGS, KQL_XDR, &fill);
	scope.groups = (const char *const *)names;
	for (size_t q = 0; q < QUERIES; q++) {
		char file[32];

		for (size_t i = 0; i < NAMES_EACH; i++)
			names[i] = make_name(&state, q * NAMES_EACH + i);
		snprintf(file, sizeof file, "hostile-%03zu.kql", q);
		put_query(output, "hostile", file, KQL_FINDINGS, KQL_XDR, &fill);
		if (q == 0) {
			put_rule(output, "rule-xdr-hostile.json", RULE_XDR, &fill);
			put_rule(output, "rule-arm-hostile.json", RULE_SENTINEL_ARM, &fill);
		}
		/* Below Sentinel's limit of 10,000 characters: those of 10,000 are not among them. */
		if (q % 25 != 24) {
			snprintf(file, sizeof file, "rule-yaml-%03zu.yaml", q);
			put_rule(output, file, RULE_SENTINEL_YAML, &fill);
			snprintf(file, sizeof file, "rule-arm-%03zu.json", q);
			put_rule(output, file, RULE_SENTINEL_ARM, &fill);
		}
		for (size_t i = 0; i < NAMES_EACH; i++)
			free(names[i]);
	}
}

static void put_variants(const struct output *output, struct kql_fill fill, struct scope scope)
{
	static const struct { const char *name; enum kql_query query; } queries[] = {
		{ "findings", KQL_FINDINGS }, { "census", KQL_CENSUS }, { "rule", KQL_RULE }, { "software", KQL_SOFTWARE },
	};
	static const char *const groups[] = { "Win-Servers-Prod", "B\xc3\x9cRO-Server" };
	static const char *const platforms[] = { "WindowsServer", "Linux", "macOS" };

	fill.scope = &scope;
	scope.groups = groups;
	for (unsigned v = 0; v < 32; v++) {
		char file[64];

		scope.group_count = v & 1 ? 2 : 0;
		scope.platforms = platforms;
		scope.platform_count = v & 2 ? 3 : 1;
		fill.parts = v & 4 ? 8 : 1;
		fill.part = fill.parts - 1;
		fill.enrichment = v & 8;
		fill.look_back = v & 16 ? 30 * SPAN_DAY : 0;
		for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
			snprintf(file, sizeof file, "xdr-%s-%02u.kql", queries[i].name, v);
			put_query(output, queries[i].name, file, queries[i].query, KQL_XDR, &fill);
			if (queries[i].query == KQL_SOFTWARE)
				continue;
			snprintf(file, sizeof file, "sentinel-%s-%02u.kql", queries[i].name, v);
			put_query(output, queries[i].name, file, queries[i].query, KQL_SENTINEL, &fill);
		}
	}
}

/* -- verdicts -- */

static enum tri tri_of(const char *text, bool *doubtful)
{
	char *end;
	double number = strtod(text, &end);

	if (!*text || strcmp(text, "null") == 0)
		return TRI_NONE;
	if (slice_is_nocase(slice_of(text), "true") || (!*end && number == 1))
		return TRI_TRUE;
	if (slice_is_nocase(slice_of(text), "false") || (!*end && number == 0))
		return TRI_FALSE;
	*doubtful = true;
	return TRI_NONE;
}

/* `1.0` and `0.0` are as far as the tables below go. */
static struct slice bare_mode(const char *mode)
{
	return slice_of(strcmp(mode, "1.0") == 0 ? "1" : strcmp(mode, "0.0") == 0 ? "0" : mode);
}

static void put_verdicts(const struct output *output)
{
	static const char *const tris[] = { "", "true", "false", "1", "0", "True", "False", "1.0", "0.0", "maybe", "null" };
	static const char *const modes[] = { "", " ", "0", "1", "2", "3", "4", "5", "6", "01", "0.0", "1.0", " 1 ", "\t0\r\n", "Active", "passive", "DISABLED",
		"Other", "EDRBlocked", "PassiveAudit", "Passive Mode", "x", "X" };
	size_t tri_count = sizeof tris / sizeof *tris, mode_count = sizeof modes / sizeof *modes;
	struct strbuf text = STRBUF_INIT((size_t)64 << 20);

	for (size_t n = 0; n < 4 * tri_count * tri_count * mode_count * mode_count; n++) {
		size_t rest = n;
		bool assessed = rest % 2, gathered = rest / 2 % 2, conflict;
		rest /= 4;
		const char *applicable = tris[rest % tri_count], *compliant = tris[rest / tri_count % tri_count];
		rest /= tri_count * tri_count;
		const char *a = modes[rest % mode_count], *g = modes[rest / mode_count];
		struct evidence evidence = { .assessed = assessed, .gathered = gathered };

		/* Where there is no row, its columns are empty. */
		if ((!assessed && (*applicable || *compliant || *a)) || (!gathered && *g))
			continue;
		evidence.applicable = tri_of(applicable, &evidence.doubtful);
		evidence.compliant = tri_of(compliant, &evidence.doubtful);
		evidence.assessed_mode = bare_mode(a);
		evidence.gathered_mode = bare_mode(g);
		for (int doubt = 0; doubt < 3; doubt++) {
			struct evidence doubted = evidence;

			doubted.doubtful |= doubt > 0;
			if ((doubt == 1 && !assessed) || (doubt == 2 && !gathered))
				continue;
			strbuf_addf(&text, "%d\t%d\t%s\t%s\t", assessed, gathered, applicable, compliant);
			add_hex(&text, a, strlen(a));
			strbuf_addc(&text, '\t');
			add_hex(&text, g, strlen(g));
			strbuf_addf(&text, "\t%d\t%s\n", doubt, verdicts[verdict_decide(&doubted, &conflict)].name);
		}
	}
	write_file(output, "verdicts.tsv", &text);
	strbuf_release(&text);
}

int main(int argc, char **argv)
{
	static const char *const platforms[] = { "WindowsServer" };
	struct scope scope = { .platforms = platforms, .platform_count = 1 };
	struct kql_fill fill = { .scope = &scope, .since = since, .until = until, .parts = 1, .assessment_table = "DefenderAssessment_CL",
	                         .gathering_table = "DefenderGathering_CL" };
	struct output output = { argc == 2 ? argv[1] : NULL, NULL };
	char path[4096];

	if (!output.folder)
		die("usage: print FOLDER");
	snprintf(path, sizeof path, "%s/queries.tsv", output.folder);
	output.list = fopen(path, "wb");
	if (!output.list)
		die("%s cannot be written.", path);
	put_literals(&output);
	put_hostile(&output, fill, scope);
	put_variants(&output, fill, scope);
	put_rule(&output, "rule-xdr.json", RULE_XDR, &fill);
	put_rule(&output, "rule-arm.json", RULE_SENTINEL_ARM, &fill);
	put_rule(&output, "rule-yaml.yaml", RULE_SENTINEL_YAML, &fill);
	put_verdicts(&output);
	return fclose(output.list) != 0;
}
