/* Reads keymap files for keymap.h: lines to bindings, wrong ones to problems. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/complete.h"
#include "tui/keymap.h"
#include "tui/keymap_file.h"

#define WORDS_MAX (KEYMAP_SEQUENCE_MAX + 3)   /* unbind, context, keys; one more to see that there are too many */
#define WORD_BYTES 64                         /* longer words are no name of anything */
#define SHOWN_BYTES 40                        /* of a wrong word in a problem */
#define PATH_BYTES 4096

/* One load: all files of it, and the file and line that are read right now. */
struct reader {
	struct keymap *map;                       /* borrowed */
	const struct keymap_names *names;         /* borrowed */
	const char **known;                       /* owned; names without gaps, for suggestions */
	size_t known_count;
	struct keymap_problems *problems;         /* borrowed */
	const char *path[KEYMAP_INCLUDE_DEPTH];   /* files being read, the innermost last; borrowed */
	unsigned line[KEYMAP_INCLUDE_DEPTH];
	int source[KEYMAP_INCLUDE_DEPTH];         /* its number among all files of the map */
	size_t depth;
	int files;                                /* begun so far */
	bool user;
	bool full;                                /* said that no more bindings fit */
};

/* ---- problems ---- */

__attribute__((format(printf, 2, 3))) static void problem(struct reader *r, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT(2 * PATH_BYTES), shown = STRBUF_INIT(8 * PATH_BYTES);
	struct keymap_problems *p = r->problems;
	va_list args;

	if (p->count == KEYMAP_PROBLEMS_MAX) {
		p->dropped++;
		return;
	}
	if (r->depth)
		strbuf_addf(&text, "%s:%u: ", r->path[r->depth - 1], r->line[r->depth - 1]);
	va_start(args, format);
	strbuf_addfv(&text, format, args);
	va_end(args);
	if (!p->list)
		p->list = xcalloc(KEYMAP_PROBLEMS_MAX, sizeof(*p->list));
	/* Words and paths come from a file: whoever prints the problem may print it as it is. */
	utf8_visible(&shown, strbuf_text(&text), text.len);
	p->list[p->count++].text = xstrdup(strbuf_text(&shown));
	strbuf_release(&text);
	strbuf_release(&shown);
}

void keymap_problems_release(struct keymap_problems *problems)
{
	size_t i;

	for (i = 0; i < problems->count; i++)
		free(problems->list[i].text);
	free(problems->list);
	*problems = (struct keymap_problems){ 0 };
}

/* `unknown action "cursr-down"; did you mean "cursor-down"?` */
static void unknown(struct reader *r, const char *what, struct slice word, const char *const *names, size_t count,
	const char *otherwise)
{
	bool long_word = word.len > SHOWN_BYTES;
	char *copy = xmemdup(word.text, long_word ? SHOWN_BYTES : word.len);
	const char *near = !long_word && names ? nearest_name(copy, names, count) : NULL;

	if (near)
		problem(r, "unknown %s \"%s\"; did you mean \"%s\"?", what, copy, near);
	else
		problem(r, "unknown %s \"%s%s\"; %s", what, copy, long_word ? "..." : "", otherwise);
	free(copy);
}

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts a line into words, up to a comment; at most WORDS_MAX, further ones are not looked at. */
static size_t cut_words(const char *line, size_t len, struct slice *words)
{
	size_t at = 0, n = 0;

	while (n < WORDS_MAX) {
		size_t start;

		while (at < len && is_blank(line[at]))
			at++;
		if (at == len || line[at] == '#')
			break;
		start = at;
		while (at < len && !is_blank(line[at]))
			at++;
		words[n++] = (struct slice){ line + start, at - start };
	}
	return n;
}

static bool read_context(struct reader *r, struct slice word, enum keymap_context *context)
{
	const char *names[CONTEXT_COUNT];
	int i;

	for (i = 0; i < CONTEXT_COUNT; i++) {
		names[i] = keymap_context_name((enum keymap_context)i);
		if (slice_is(word, names[i])) {
			*context = (enum keymap_context)i;
			return true;
		}
	}
	unknown(r, "context", word, names, CONTEXT_COUNT,
		"a line begins with all, table, detail, groups, runs, columns, help, prompt, confirm, unbind or include");
	return false;
}

static bool read_keys(struct reader *r, const struct slice *words, size_t count, struct key *keys)
{
	size_t i;

	if (count == 0 || count > KEYMAP_SEQUENCE_MAX) {
		problem(r, count ? "a sequence has at most %d keys" : "no key between the context and the action; a sequence has 1 to %d",
			KEYMAP_SEQUENCE_MAX);
		return false;
	}
	for (i = 0; i < count; i++) {
		char name[WORD_BYTES] = "";

		if (words[i].len < WORD_BYTES)
			memcpy(name, words[i].text, words[i].len);
		if (strlen(name) == words[i].len && key_parse(name, &keys[i]))
			continue;
		unknown(r, "key", words[i], NULL, 0, "keys are named like j, G, space, enter, esc, S-tab, C-d, M-x, F5, pgdn, hash");
		return false;
	}
	return true;
}

static bool read_action(struct reader *r, struct slice word, int *action)
{
	size_t i;

	for (i = 0; i < r->names->count; i++)
		if (r->names->names[i] && slice_is(word, r->names->names[i])) {
			*action = (int)i;
			return true;
		}
	unknown(r, "action", word, r->known, r->known_count, "`rouse --list-keys` prints the names");
	return false;
}

/* ---- lines ---- */

static void say_bound(struct reader *r, enum keymap_bound bound, enum keymap_context context)
{
	if (bound == KEYMAP_BOUND_OVER)
		problem(r, "this takes the place of an earlier line of the same file for these keys, or their beginning, in %s",
			keymap_context_name(context));
	if (bound == KEYMAP_BOUND_NOT)
		problem(r, "nothing is bound to these keys in %s, so there is nothing to unbind", keymap_context_name(context));
	if (bound == KEYMAP_FULL && !r->full) {
		r->full = true;
		problem(r, "a keymap holds at most %d bindings; this one and further ones are left out", KEYMAP_BINDINGS_MAX);
	}
}

static void read_binding(struct reader *r, const struct slice *words, size_t count)
{
	bool off = slice_is(words[0], "unbind");
	struct key keys[KEYMAP_SEQUENCE_MAX];
	enum keymap_context context;
	int action = KEYMAP_NONE;
	size_t used = off ? 1 : 0, last = count - (off ? 0 : 1);

	if (count < (off ? 3u : 2u) + (off ? 0u : 1u)) {
		problem(r, "too few words; a line is `context key [key...] action`, `unbind context key` or `include map`");
		return;
	}
	if (!read_context(r, words[used], &context) || !read_keys(r, words + used + 1, last - used - 1, keys))
		return;
	if (!off && !read_action(r, words[count - 1], &action))
		return;
	say_bound(r, keymap_bind(r->map, context, keys, last - used - 1, action,
		r->source[r->depth - 1], r->user), context);
}

static void read_include(struct reader *r, const struct slice *words, size_t count);

/* Reads one text into the map; recursion goes through read_include() and is bounded by KEYMAP_INCLUDE_DEPTH. */
static void read_text(struct reader *r, const char *path, const char *text, size_t len)
{
	size_t at = 0, me = r->depth++;

	r->path[me] = path;
	r->line[me] = 0;
	r->source[me] = keymap_next_source(r->map);
	r->files++;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		at = 3;
	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end ? (size_t)(end - (text + at)) : len - at;
		struct slice words[WORDS_MAX];
		size_t count = cut_words(text + at, line_len, words);

		r->line[me]++;
		if (count && slice_is(words[0], "include"))
			read_include(r, words, count);
		else if (count)
			read_binding(r, words, count);
		at += line_len + 1;
	}
	r->depth--;
}

/* ---- files ---- */

static int read_file(struct reader *r, const char *path, struct error *err)
{
	struct strbuf text = STRBUF_INIT(KEYMAP_FILE_MAX);
	int result = keymap_file_read(path, &text, err);

	if (result == 0)
		read_text(r, path, strbuf_text(&text), text.len);
	strbuf_release(&text);
	return result;
}

static void read_builtin(struct reader *r, const struct builtin_keymap *b)
{
	struct strbuf path = STRBUF_INIT(PATH_BYTES);

	strbuf_addf(&path, "keymaps/%s.keys", b->name);
	read_text(r, strbuf_text(&path), b->text, strlen(b->text));
	strbuf_release(&path);
}

/* A path in an include stands beside the file that names it; `~/` is the home directory. */
static void include_path(const struct reader *r, struct slice word, struct strbuf *path)
{
	const char *here = r->path[r->depth - 1];
	const char *slash = strrchr(here, '/');
	char *name = xmemdup(word.text, word.len);

	if (name[0] != '/' && name[0] != '~' && slash)
		strbuf_add(path, here, (size_t)(slash - here) + 1);
	complete_expand(path, name);
	free(name);
}

static void include_file(struct reader *r, struct slice word)
{
	struct strbuf path = STRBUF_INIT(PATH_BYTES);
	struct error err = { STATUS_DONE, "" };
	size_t i;

	include_path(r, word, &path);
	for (i = 0; i < r->depth; i++)
		if (strcmp(r->path[i], strbuf_text(&path)) == 0) {
			problem(r, "this include is a circle: %s is being read already", strbuf_text(&path));
			goto out;
		}
	if (path.overflow || read_file(r, strbuf_text(&path), &err) != 0)
		problem(r, "cannot include it: %s", path.overflow ? "the path is too long" : err.text);
out:
	strbuf_release(&path);
}

static void read_include(struct reader *r, const struct slice *words, size_t count)
{
	const struct builtin_keymap *b;

	if (count != 2) {
		problem(r, "`include` takes one name or path");
		return;
	}
	if (r->depth == KEYMAP_INCLUDE_DEPTH || r->files >= KEYMAP_FILES_MAX) {
		problem(r, "too many includes; at most %d inside one another and %d in all", KEYMAP_INCLUDE_DEPTH, KEYMAP_FILES_MAX);
		return;
	}
	b = keymap_file_builtin(words[1]);
	if (b)
		read_builtin(r, b);
	else
		include_file(r, words[1]);
}

/* ---- loading ---- */

static void reader_init(struct reader *r, struct keymap *map, const struct keymap_names *names,
	struct keymap_problems *problems)
{
	size_t i;

	*r = (struct reader){ .map = map, .names = names, .problems = problems };
	r->known = xcalloc(names->count + 1, sizeof(*r->known));
	for (i = 0; i < names->count; i++)
		if (names->names[i])
			r->known[r->known_count++] = names->names[i];
}

void keymap_read(struct keymap *map, const char *path, const char *text, size_t len, bool user,
	const struct keymap_names *names, struct keymap_problems *problems)
{
	struct reader r;

	reader_init(&r, map, names, problems);
	r.user = user;
	read_text(&r, path, text, len);
	free(r.known);
}

static int read_base(struct reader *r, const char *name, struct error *err)
{
	const struct builtin_keymap *b = keymap_file_builtin(slice_of(name));
	struct strbuf path = STRBUF_INIT(PATH_BYTES);
	int result = 0;

	if (b) {
		read_builtin(r, b);
	} else if (!strchr(name, '/')) {
		result = keymap_file_unknown(name, err);
	} else {
		complete_expand(&path, name);
		result = read_file(r, strbuf_text(&path), err);
	}
	if (result != 0 && (b = keymap_file_builtin(slice_of("default"))))
		read_builtin(r, b);
	strbuf_release(&path);
	return result;
}

int keymap_load(struct keymap **map, const char *name_or_path, const char *user_file,
	const struct keymap_names *names, struct keymap_problems *problems, struct error *err)
{
	struct error user_error = { STATUS_DONE, "" };
	struct reader r;
	int result;

	*map = keymap_new();
	reader_init(&r, *map, names, problems);
	result = read_base(&r, name_or_path && *name_or_path ? name_or_path : "default", err);
	r.user = true;
	if (user_file && read_file(&r, user_file, &user_error) != 0 && user_error.status != STATUS_NO_INPUT)
		problem(&r, "%s", user_error.text);
	free(r.known);
	return result;
}
