#include "tui/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

static const char *const context_names[CONTEXT_COUNT] = {
	"all", "table", "detail", "groups", "runs", "columns", "help", "saved", "audit", "acceptances", "trend", "ticket", "owners",
	"candidates", "digest", "prompt", "confirm",
};

/* One line of a file, after reading. */
struct binding {
	enum keymap_context context;
	int action;                             /* KEYMAP_NONE: unbound here, so that `all` does not show through */
	int source;                             /* number of the file it came from */
	bool user;                              /* that is the user's file */
	size_t count;                           /* keys */
	struct key keys[KEYMAP_SEQUENCE_MAX];
};

/* All bindings in the order of reading, and the sequence that is being typed. A few hundred rows: a walk through them takes
 * microseconds, and a key is pressed ten times a second. */
struct keymap {
	struct binding *list;                       /* owned */
	size_t count, cap;
	int sources;                                /* files read so far */
	struct key typed[KEYMAP_SEQUENCE_MAX];      /* an unfinished sequence */
	size_t typed_count;
	enum keymap_context typed_in;
};

struct keymap *keymap_new(void)
{
	return xcalloc(1, sizeof(struct keymap));
}

void keymap_free(struct keymap **map)
{
	if (!*map)
		return;
	free((*map)->list);
	free(*map);
	*map = NULL;
}

const char *keymap_context_name(enum keymap_context context)
{
	return context < CONTEXT_COUNT ? context_names[context] : NULL;
}

bool keymap_types_text(enum keymap_context context)
{
	return context == CONTEXT_GROUPS || context == CONTEXT_PROMPT;
}

/* ---- binding ---- */

int keymap_next_source(struct keymap *map)
{
	return ++map->sources;
}

static bool begins_with(const struct key *keys, size_t count, const struct key *beginning, size_t n)
{
	size_t i;

	if (n > count)
		return false;
	for (i = 0; i < n; i++)
		if (!key_equal(&keys[i], &beginning[i]))
			return false;
	return true;
}

static void take_out(struct keymap *map, size_t i)
{
	memmove(map->list + i, map->list + i + 1, (map->count - i - 1) * sizeof(*map->list));
	map->count--;
}

/* Takes away what cannot stand beside the keys in this context: the same, longer ones that begin with them and, when `shorter`, those
 * they begin with. Adds to *same_source how many of them are of that source. */
static size_t clear_way(struct keymap *map, enum keymap_context context, const struct key *keys, size_t count, bool shorter,
	int source, size_t *same_source)
{
	size_t i, gone = 0;

	for (i = map->count; i-- > 0;) {
		const struct binding *b = &map->list[i];

		if (b->context != context)
			continue;
		if (!begins_with(b->keys, b->count, keys, count) && !(shorter && begins_with(keys, count, b->keys, b->count)))
			continue;
		*same_source += b->source == source;
		gone += b->action != KEYMAP_NONE;
		take_out(map, i);
	}
	return gone;
}

/* Whether a context looks further in `all` for keys that begin with this one. */
static bool falls_back(enum keymap_context context, const struct key *first)
{
	if (context == CONTEXT_ALL || context == CONTEXT_PROMPT || context == CONTEXT_CONFIRM)
		return false;
	return !(keymap_types_text(context) && key_is_text(first));
}

static bool shows_through(const struct keymap *map, enum keymap_context context, const struct key *keys, size_t count)
{
	size_t i;

	if (!falls_back(context, &keys[0]))
		return false;
	for (i = 0; i < map->count; i++)
		if (map->list[i].context == CONTEXT_ALL && begins_with(map->list[i].keys, map->list[i].count, keys, count))
			return true;
	return false;
}

enum keymap_bound keymap_bind(struct keymap *map, enum keymap_context context, const struct key *keys, size_t count,
	int action, int source, bool user)
{
	size_t same_source = 0, gone, i;
	bool off = action == KEYMAP_NONE;
	struct binding *added;

	gone = clear_way(map, context, keys, count, !off, source, &same_source);
	if (off && !shows_through(map, context, keys, count))
		return gone ? KEYMAP_BOUND : KEYMAP_BOUND_NOT;
	if (map->count >= KEYMAP_BINDINGS_MAX)
		return KEYMAP_FULL;
	map->list = grow(map->list, &map->cap, map->count + 1, sizeof(*map->list));
	added = &map->list[map->count++];
	*added = (struct binding){ context, action, source, user, count, { { 0 } } };
	for (i = 0; i < count; i++)
		added->keys[i] = (struct key){ .code = keys[i].code, .mods = keys[i].mods };
	return same_source && !off ? KEYMAP_BOUND_OVER : KEYMAP_BOUND;
}

/* ---- looking up ---- */

/* What one context alone says. *unbound tells an `unbind` from nothing. */
static int look_in(const struct keymap *map, enum keymap_context context, const struct key *keys, size_t count, bool *unbound)
{
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct binding *b = &map->list[i];

		if (b->context != context)
			continue;
		if (b->count > count && begins_with(b->keys, b->count, keys, count))
			return KEYMAP_PENDING;
		/* `unbind table g` also hides `g g` of all: whatever begins with its keys. */
		if (b->count == count || b->action == KEYMAP_NONE) {
			if (!begins_with(keys, count, b->keys, b->count))
				continue;
			*unbound = b->action == KEYMAP_NONE;
			return b->action;
		}
	}
	return KEYMAP_NONE;
}

/* What the keys do in a context; its own bindings hide those of `all`. */
static int look_up(const struct keymap *map, enum keymap_context context, const struct key *keys, size_t count)
{
	bool unbound = false;
	int found = look_in(map, context, keys, count, &unbound);

	if (found != KEYMAP_NONE || unbound || !falls_back(context, &keys[0]))
		return found;
	return look_in(map, CONTEXT_ALL, keys, count, &unbound);
}

int keymap_feed(struct keymap *map, enum keymap_context context, const struct key *key, bool *dropped)
{
	bool begun, ignored;
	int found;

	if (!dropped)
		dropped = &ignored;
	if (map->typed_count && map->typed_in != context)
		map->typed_count = 0;
	begun = map->typed_count > 0;
	*dropped = begun;
	if (key->pasted) {
		map->typed_count = 0;
		return KEYMAP_NONE;
	}
	if (begun && key->code == KEYCODE_ESC && key->mods == 0) {
		map->typed_count = 0;
		return KEYMAP_CANCELLED;
	}
	map->typed_in = context;
	map->typed[map->typed_count++] = *key;
	found = look_up(map, context, map->typed, map->typed_count);
	if (found != KEYMAP_PENDING || map->typed_count == KEYMAP_SEQUENCE_MAX)
		map->typed_count = 0;
	*dropped = begun && found == KEYMAP_NONE;
	return found;
}

void keymap_cancel(struct keymap *map)
{
	map->typed_count = 0;
}

/* ---- names for people ---- */

/* `gg`, but `C-x C-s` and `space a`. */
static void format_keys(const struct key *keys, size_t count, struct strbuf *out)
{
	bool single = true;
	size_t i;

	for (i = 0; i < count; i++)
		single = single && key_is_text(&keys[i]) && keys[i].code != ' ';
	for (i = 0; i < count; i++) {
		if (i && !single)
			strbuf_addc(out, ' ');
		key_format(&keys[i], out);
	}
}

void keymap_pending(const struct keymap *map, struct strbuf *out)
{
	format_keys(map->typed, map->typed_count, out);
}

/* Whether typing the keys in the context gets to this action: nothing shorter ends before, nothing hides it. */
static bool reaches(const struct keymap *map, enum keymap_context context, const struct binding *b)
{
	size_t n;

	for (n = 1; n < b->count; n++)
		if (look_up(map, context, b->keys, n) != KEYMAP_PENDING)
			return false;
	return look_up(map, context, b->keys, b->count) == b->action;
}

/* Whether a binding of `all` would only repeat one that the context has itself. */
static bool repeats(const struct keymap *map, enum keymap_context context, const struct binding *b)
{
	size_t i;

	for (i = 0; i < map->count; i++)
		if (map->list[i].context == context && map->list[i].count == b->count
		    && begins_with(map->list[i].keys, b->count, b->keys, b->count))
			return true;
	return false;
}

size_t keymap_keys(const struct keymap *map, enum keymap_context context, int action, size_t limit, struct strbuf *out)
{
	size_t i, pass, n = 0;

	if (action < 0)
		return 0;
	for (pass = 0; pass < (context == CONTEXT_ALL ? 1u : 2u); pass++) {
		enum keymap_context from = pass ? CONTEXT_ALL : context;

		for (i = 0; i < map->count && (limit == 0 || n < limit); i++) {
			const struct binding *b = &map->list[i];

			if (b->context != from || b->action != action || !reaches(map, context, b))
				continue;
			if (pass && repeats(map, context, b))
				continue;
			if (n++)
				strbuf_addc(out, ' ');
			format_keys(b->keys, b->count, out);
		}
	}
	return n;
}

size_t keymap_user_changes(const struct keymap *map)
{
	size_t i, n = 0;

	for (i = 0; i < map->count; i++)
		n += map->list[i].user;
	return n;
}
