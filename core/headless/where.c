#include "core/headless/where.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/store.h"

#define PREFIX "filter:"
#define SHOWN_MAX 60   /* bytes of a name from outside in a sentence */

static bool is_name_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

bool where_is_name(const char *text, struct slice *name)
{
	size_t len;

	text += strspn(text, " ");
	if (text[0] != '@' || text[1] == '"' || text[1] == '\'')
		return false;
	text++;
	for (len = strlen(text); len && text[len - 1] == ' '; len--)
		;
	*name = (struct slice){ text, len };
	return true;
}

/* A name as a sentence may hold it. */
static void add_shown(struct strbuf *out, struct slice name)
{
	utf8_visible(out, name.text, name.len < SHOWN_MAX ? name.len : SHOWN_MAX);
}

static int bad_name(struct slice name, struct error *err)
{
	struct strbuf shown = STRBUF_INIT(8 * SHOWN_MAX);

	add_shown(&shown, name);
	error_set(err, STATUS_USAGE, "`%s` is no name for a filter: it takes 1 to %d letters, digits, `-`, `_` or `.`.", strbuf_text(&shown),
	          WHERE_NAME_MAX);
	strbuf_release(&shown);
	return -1;
}

static bool is_good_name(struct slice name)
{
	bool good = name.len > 0 && name.len <= WHERE_NAME_MAX;

	for (size_t i = 0; good && i < name.len; i++)
		good = is_name_char(name.text[i]);
	return good;
}

int where_check_name(const char *name, struct error *err)
{
	return is_good_name(slice_of(name)) ? 0 : bad_name(slice_of(name), err);
}

/* -- the store -- */

int where_list(struct store *store, struct where_list *list, struct error *err)
{
	*list = (struct where_list){ 0 };
	if (!store)
		return 0;
	if (store_state_list(store, PREFIX, &list->names, &list->texts, &list->count, err))
		return -1;
	for (size_t i = 0; i < list->count; i++)
		memmove(list->names[i], list->names[i] + strlen(PREFIX), strlen(list->names[i]) - strlen(PREFIX) + 1);
	return 0;
}

void where_list_release(struct where_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->names[i]);
		free(list->texts[i]);
	}
	free(list->names);
	free(list->texts);
	*list = (struct where_list){ 0 };
}

/* `filter:NAME` in a buffer of the caller's. */
#define KEY_BYTES (sizeof PREFIX + WHERE_NAME_MAX)
static const char *state_key(char key[KEY_BYTES], struct slice name)
{
	memcpy(key, PREFIX, strlen(PREFIX));
	memcpy(key + strlen(PREFIX), name.text, name.len);
	key[strlen(PREFIX) + name.len] = '\0';
	return key;
}

int where_save(struct store *store, const char *name, const char *text, struct error *err)
{
	char key[KEY_BYTES];

	if (where_check_name(name, err))
		return -1;
	return store_state_set(store, state_key(key, slice_of(name)), text, err);
}

int where_forget(struct store *store, const char *name, struct error *err)
{
	char key[KEY_BYTES];

	if (where_check_name(name, err))
		return -1;
	return store_state_remove(store, state_key(key, slice_of(name)), err);
}

int where_find(struct store *store, const char *name, char **text, struct error *err)
{
	struct strbuf value = STRBUF_INIT(EXPR_TEXT_MAX);
	char key[KEY_BYTES];
	bool found = false;
	int failed;

	*text = NULL;
	if (where_check_name(name, err))
		return -1;
	failed = store ? store_state_get(store, state_key(key, slice_of(name)), &value, &found, err) : 0;
	if (!failed && found)
		*text = xstrdup(strbuf_text(&value));
	strbuf_release(&value);
	return failed;
}

/* -- reading -- */

/* Says which name comes nearest, or that there is none yet. */
static int unknown_name(struct store *store, struct slice name, struct error *err)
{
	struct where_list list;
	struct strbuf shown = STRBUF_INIT(8 * SHOWN_MAX);
	char *asked = xmemdup(name.text, name.len);
	const char *near;

	if (where_list(store, &list, err))
		goto out;
	add_shown(&shown, name);
	near = list.count ? nearest_name(asked, (const char *const *)list.names, list.count) : NULL;
	if (near)
		error_set(err, STATUS_USAGE, "There is no saved filter `@%s`; did you mean `@%s`?", strbuf_text(&shown), near);
	else if (list.count)
		error_set(err, STATUS_USAGE, "There is no saved filter `@%s`; there is `@%s`%s.", strbuf_text(&shown), list.names[0],
		          list.count > 1 ? " and others" : "");
	else
		error_set(err, STATUS_USAGE, "There is no saved filter `@%s`: none is saved yet; the console saves one.", strbuf_text(&shown));
	where_list_release(&list);
out:
	free(asked);
	strbuf_release(&shown);
	return -1;
}

static int read_saved(struct store *store, struct slice asked, struct expr **expr, char name[WHERE_NAME_MAX + 1], struct error *err)
{
	struct expr_fault fault;
	char *text = NULL;
	int failed;

	if (!is_good_name(asked))
		return bad_name(asked, err);
	memcpy(name, asked.text, asked.len);
	name[asked.len] = '\0';
	if (where_find(store, name, &text, err))
		return -1;
	if (!text) {
		name[0] = '\0';
		return unknown_name(store, asked, err);
	}
	failed = expr_parse(text, strlen(text), expr, &fault, err);
	if (failed) {
		error_prefix(err, "@%s", name);
		name[0] = '\0';
	}
	free(text);
	return failed;
}

int where_read(struct store *store, const char *text, struct expr **expr, char name[WHERE_NAME_MAX + 1], struct expr_fault *fault,
               struct error *err)
{
	struct slice asked;

	*expr = NULL;
	name[0] = '\0';
	if (!where_is_name(text, &asked))
		return expr_parse(text, strlen(text), expr, fault, err);
	if (fault)
		*fault = (struct expr_fault){ .at = strspn(text, " "), .len = asked.len + 1 };
	return read_saved(store, asked, expr, name, err);
}
