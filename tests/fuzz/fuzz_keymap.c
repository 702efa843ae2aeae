/* A keymap file of any bytes: nothing breaks, bounds hold, every action can be asked for its keys, and keys can be fed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "tui/key.h"
#include "tui/keymap.h"

static const char *const names[] = { NULL, "cursor-down", "top", "groups", "quit", "mark", "open", "back" };
static const struct keymap_names known = { names, sizeof(names) / sizeof(names[0]) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

/* The bytes of the file once more, as keys. */
static void feed_all(struct keymap *map, const uint8_t *data, size_t size)
{
	struct strbuf text = STRBUF_INIT(1000);
	size_t i;

	for (i = 0; i < size && i < 2000; i++) {
		struct key key = { .code = data[i] < 200 ? data[i] : KEYCODE_FIRST + data[i] - 200, .mods = data[i] < 32 ? KEY_CTRL : 0 };
		int got = keymap_feed(map, (enum keymap_context)(i / 8 % CONTEXT_COUNT), &key, NULL);

		require(got >= KEYMAP_CANCELLED && got < (int)known.count && got != 0);
		strbuf_clear(&text);
		keymap_pending(map, &text);
		require((got == KEYMAP_PENDING) == (text.len > 0));
	}
	strbuf_release(&text);
}

/* What the help says of a key is true: feeding the printed name of a single key gives the action. */
static void keys_are_true(struct keymap *map)
{
	struct strbuf text = STRBUF_INIT(100000);
	int context, action;

	for (context = 0; context < CONTEXT_COUNT; context++)
		for (action = 1; action < (int)known.count; action++) {
			struct key key;

			strbuf_clear(&text);
			keymap_cancel(map);
			if (keymap_keys(map, (enum keymap_context)context, action, 1, &text) == 0)
				continue;
			require(utf8_valid(text.buf, text.len));
			if (key_parse(text.buf, &key))
				require(keymap_feed(map, (enum keymap_context)context, &key, NULL) == action);
		}
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keymap_problems problems = { 0 };
	struct keymap *map = keymap_new();
	size_t i, first = size / 2;

	keymap_read(map, "base.keys", (const char *)data, first, false, &known, &problems);
	keymap_read(map, "user.keys", (const char *)data + first, size - first, true, &known, &problems);
	require(problems.count <= KEYMAP_PROBLEMS_MAX);
	for (i = 0; i < problems.count; i++)
		require(utf8_valid(problems.list[i].text, strlen(problems.list[i].text)));
	keys_are_true(map);
	feed_all(map, data, size);
	keymap_problems_release(&problems);
	keymap_free(&map);
	return 0;
}
