/* config.c - the configuration file, line by line: the only user of inih.
 *
 * inih tells sections, keys and comments apart. It would cut a line at 200 bytes without a word, drop what is after ` ;` also inside
 * quotes, and take an indented key for a continued value. So its lines come from a reader here, which takes the value out of the
 * line first and passes a stand-in: `group = "a ; b "` reaches inih as `group = .`. */
#include "core/io/config.h"

#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/config_inner.h"

#define LINE_BYTES_MAX 4096
#define FILE_BYTES_MAX ((size_t)1 << 20)
#define SECTIONS_MAX 32
#define BLANKS " \t"

/* One file while it is read. */
struct lines {
	struct config *config;        /* borrowed */
	FILE *stream;                 /* borrowed */
	struct error *err;            /* borrowed; set when failed */
	bool failed;
	unsigned number;              /* of the line, from 1 */
	size_t bytes;                 /* read so far */
	char line[LINE_BYTES_MAX + 1];
	char value[LINE_BYTES_MAX + 1];   /* of the line that inih was given last */
};

/* -- one line -- */

/* Names the line and stops the reading: only the first mistake is told. Returns false. */
static bool line_fail(struct lines *lines, const char *sentence)
{
	lines->failed = true;
	error_set(lines->err, STATUS_CONFIG, "%s:%u: %s", lines->config->path, lines->number, sentence);
	return false;
}

/* Reads the next line without its end into lines->line. Returns false at the end of the file and when the line cannot be used. */
static bool line_read(struct lines *lines)
{
	size_t n = 0;
	int c = getc(lines->stream);

	if (c == EOF)
		return false;
	lines->number++;
	for (; c != EOF && c != '\n'; c = getc(lines->stream)) {
		if (n == LINE_BYTES_MAX)
			return line_fail(lines, "the line is longer than 4096 bytes; shorten it.");
		if (c == '\0')
			return line_fail(lines, "the line holds a NUL byte; this is no configuration file.");
		lines->line[n++] = (char)c;
	}
	lines->bytes += n + 1;
	if (lines->bytes > FILE_BYTES_MAX)
		return line_fail(lines, "the file is larger than 1 MB; this is no configuration file.");
	if (n && lines->line[n - 1] == '\r')
		n--;
	lines->line[n] = '\0';
	if (lines->number == 1 && strncmp(lines->line, "\xef\xbb\xbf", 3) == 0)
		memmove(lines->line, lines->line + 3, n - 2);
	if (!utf8_valid(lines->line, strlen(lines->line)))
		return line_fail(lines, "the line is not valid UTF-8; save the file as UTF-8.");
	return true;
}

size_t config_unquote(const char *text, char *out, const char **why)
{
	const char *at = text + 1;

	for (; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1] != '"' && at[1] != '\\') {
			*why = "a backslash inside double quotes stands before \" or \\ only; write \\\\ for one";
			return 0;
		}
		at += *at == '\\';
		*out++ = *at;
	}
	*out = '\0';
	if (*at)
		return (size_t)(at + 1 - text);
	*why = "the closing double quote is missing";
	return 0;
}

static bool is_comment(char c)
{
	return c == ';' || c == '#';
}

/* `"text"`, then nothing but a comment. */
static bool take_quoted(struct lines *lines, const char *text)
{
	const char *why = NULL;
	size_t used = config_unquote(text, lines->value, &why);
	char sentence[128];

	if (used) {
		size_t blanks = strspn(text + used, BLANKS);
		if (!text[used + blanks] || (blanks && is_comment(text[used + blanks])))
			return true;
		why = "there is more after the closing double quote; write \\\" for a quote inside";
	}
	snprintf(sentence, sizeof sentence, "%s.", why);
	return line_fail(lines, sentence);
}

/* Text up to ` ;`, as inih reads it. ` #` is refused: some people mean a comment, some groups are called so. */
static bool take_plain(struct lines *lines, const char *text)
{
	ptrdiff_t n = 0;

	for (; text[n]; n++) {
		bool after_blank = text[n - 1] == ' ' || text[n - 1] == '\t';   /* at the start: the blank or = before the value */
		if (after_blank && text[n] == '#')
			return line_fail(lines, "a # after a blank is not clear; put the value in double quotes, or use ; for the comment.");
		if (after_blank && text[n] == ';')
			break;
	}
	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	if (!n)
		return line_fail(lines, "the key has no value; write \"\" for an empty one or take the line out.");
	memcpy(lines->value, text, (size_t)n);
	lines->value[n] = '\0';
	return true;
}

/* -- sections -- */

/* Is there an option that begins with `name.`? */
static bool section_known(const char *name, size_t len)
{
	for (size_t i = 0; i < option_count; i++)
		if (strncmp(options[i].name, name, len) == 0 && options[i].name[len] == '.')
			return true;
	return false;
}

/* `[scpoe]`: the nearest section is named. Options of one section stand together in the table. */
static bool section_unknown(struct lines *lines, const char *name, size_t len)
{
	char names[SECTIONS_MAX][32], word[32], sentence[256];
	const char *list[SECTIONS_MAX], *near = NULL;
	size_t count = 0;

	for (size_t i = 0; i < option_count && count < SECTIONS_MAX; i++) {
		snprintf(names[count], sizeof names[count], "%.*s", (int)strcspn(options[i].name, "."), options[i].name);
		list[count] = names[count];
		count += count == 0 || strcmp(names[count], names[count - 1]) != 0;
	}
	snprintf(word, sizeof word, "%.*s", (int)len, name);
	if (len < sizeof word)
		near = nearest_name(word, list, count);
	struct strbuf shown = STRBUF_INIT(128);
	utf8_visible(&shown, word, strlen(word));
	snprintf(sentence, sizeof sentence, near ? "there is no section [%s]; did you mean [%s]?" :
	         "there is no section [%s]; `rouse --man` lists all keys.", strbuf_text(&shown), near);
	strbuf_release(&shown);
	return line_fail(lines, sentence);
}

/* inih takes `[scope] group = x` for the section alone and drops the rest; here it is refused. */
static bool section_check(struct lines *lines, const char *start)
{
	size_t len = strcspn(start + 1, "]");
	const char *end = start + 1 + len;

	if (*end != ']')
		return line_fail(lines, "the section's ] is missing.");
	end += 1 + strspn(end + 1, BLANKS);
	if (*end && !is_comment(*end))
		return line_fail(lines, "there is more after the section; a key has a line of its own.");
	return section_known(start + 1, len) || section_unknown(lines, start + 1, len);
}

/* -- what inih sees -- */

/* Writes the line as inih is to see it. Returns false when it cannot be used. */
static bool stand_in(struct lines *lines, char *out, size_t size)
{
	const char *start = lines->line + strspn(lines->line, BLANKS);
	size_t key = strcspn(start, "=:");

	if (!*start || is_comment(*start)) {
		snprintf(out, size, "\n");
		return true;
	}
	if (*start == '[') {
		if (!section_check(lines, start))
			return false;
		snprintf(out, size, "%.*s\n", (int)strcspn(start, "]") + 1, start);
		return true;
	}
	if (!start[key])
		return line_fail(lines, "this is neither a [section] nor `key = value`.");
	if (key + sizeof " = .\n" > size)
		return line_fail(lines, "the key is far longer than any that is known; `rouse --man` lists all keys.");
	snprintf(out, size, "%.*s= .\n", (int)key, start);
	start += key + 1;
	start += strspn(start, BLANKS);
	return *start == '"' ? take_quoted(lines, start) : take_plain(lines, start);
}

/* inih's reader: like fgets. */
static char *next_line(char *out, int size, void *stream)
{
	struct lines *lines = stream;

	if (lines->failed || size <= 1 || !line_read(lines) || !stand_in(lines, out, (size_t)size))
		return NULL;
	return out;
}

/* inih's handler: one key. Returns 0 to say that it is wrong. */
static int take_key(void *user, const char *section, const char *name, const char *value)
{
	struct lines *lines = user;
	struct strbuf origin = STRBUF_INIT(LINE_BYTES_MAX * 2), full = STRBUF_INIT(LINE_BYTES_MAX);

	(void)value;   /* the stand-in */
	strbuf_addf(&origin, "%s:%u", lines->config->path, lines->number);
	strbuf_addf(&full, "%s%s%s", section, *section ? "." : "", name);
	struct given given = { RANK_FILE, strbuf_text(&origin), lines->config->path };
	if (!*section)
		line_fail(lines, "the key stands before the first [section].");
	else if (config_put(lines->config, &given, strbuf_text(&full), lines->value, lines->err))
		lines->failed = true;
	strbuf_release(&origin);
	strbuf_release(&full);
	return !lines->failed;
}

int config_read(struct config *config, FILE *stream, struct error *err)
{
	struct lines *lines = xcalloc(1, sizeof *lines);
	int failed = -1;

	lines->config = config;
	lines->stream = stream;
	lines->err = err;
	int wrong = ini_parse_stream(next_line, lines, take_key, lines);
	if (!lines->failed && wrong)
		error_set(err, STATUS_CONFIG, "%s:%d: this is neither a [section] nor `key = value`.", config->path, wrong);
	else if (!lines->failed && ferror(stream))
		error_set(err, STATUS_IO, "The configuration %s cannot be read to its end: %s.", config->path, strerror(errno));
	else if (!lines->failed)
		failed = 0;
	free(lines);
	return failed;
}

/* -- loading -- */

/* Opens config->path and reads it. */
static int config_open(struct config *config, bool must_exist, struct error *err)
{
	struct stat st = { 0 };
	FILE *stream = fopen(config->path, "r");

	if (!stream) {
		bool missing = errno == ENOENT || errno == ENOTDIR;
		if (missing && !must_exist)
			return 0;
		return error_set(err, missing ? STATUS_NO_INPUT : errno == EACCES ? STATUS_NO_PERMISSION : STATUS_IO,
		                 "The configuration %s cannot be opened: %s; mend that or name another file with --config.", config->path,
		                 strerror(errno));
	}
	int failed = 0;
	if (fstat(fileno(stream), &st) == 0 && S_ISDIR(st.st_mode)) {
		failed = error_set(err, STATUS_NO_INPUT, "The configuration %s is a folder; name a file with --config.", config->path);
	} else {
		config->found = true;
		config->exposed = S_ISREG(st.st_mode) && (st.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH));
		failed = config_read(config, stream, err);
	}
	fclose(stream);
	return failed;
}

/* `section.key=value`; the value is taken as it is, or out of its double quotes. */
static int config_set(struct config *config, const char *set, struct error *err)
{
	static const struct given given = { RANK_SET, "--set", NULL };
	const char *equals = strchr(set, '='), *why = NULL;
	size_t len = strlen(set), used = 0;

	if (!equals)
		return error_set(err, STATUS_CONFIG, "--set: \"%.200s\" has no =; write section.key=value.", set);
	if (!utf8_valid(set, len))
		return error_set(err, STATUS_CONFIG, "--set: the value is not valid UTF-8; write it as UTF-8.");
	char *name = xmemdup(set, (size_t)(equals - set)), *value = xstrdup(equals + 1);
	int failed = 0;
	if (equals[1] == '"' && ((used = config_unquote(equals + 1, value, &why)) == 0 || equals[1 + used]))
		failed = error_set(err, STATUS_CONFIG, "--set: %s: %s.", name,
		                   why ? why : "there is more after the closing double quote; write \\\" for a quote inside");
	else if (!equals[1])
		failed = error_set(err, STATUS_CONFIG, "--set: %s has no value; write \"\" in double quotes for an empty one.", name);
	else
		failed = config_put(config, &given, name, value, err);
	free(name);
	free(value);
	return failed;
}

int config_load(struct config **out, const char *path, const char *const *sets, size_t set_count, struct error *err)
{
	struct config *config = config_new();
	bool named = path != NULL;
	int failed = 0;

	config->path = path ? xstrdup(path) : config_standard_path(&named);
	if (!config->path)
		failed = error_set(err, STATUS_CONFIG, "HOME is not set, so the configuration cannot be found; name it with --config FILE.");
	else
		failed = config_open(config, named, err);
	for (size_t i = 0; !failed && i < set_count; i++)
		failed = config_set(config, sets[i], err);
	if (failed)
		config_free(&config);
	*out = config;
	return failed;
}
