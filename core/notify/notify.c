#include "core/notify/notify.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/talk.h"

#define URL_MAX 2000

static const struct notify_ops *const back_ends[] = { &notify_stdout, &notify_command, &notify_teams, &notify_slack };

const struct notify_ops *notify_named(const char *name)
{
	for (size_t i = 0; i < sizeof back_ends / sizeof *back_ends; i++)
		if (!strcmp(back_ends[i]->name, name))
			return back_ends[i];
	return NULL;
}

void notify_text(const char *text, size_t most, struct strbuf *out)
{
	struct strbuf visible = STRBUF_INIT(SIZE_MAX / 4);
	size_t end;

	if (text)
		utf8_visible(&visible, text, strlen(text));
	end = visible.len;
	if (end > most) {
		end = most - 3;
		while (end > 0 && ((unsigned char)visible.buf[end] & 0xC0) == 0x80)
			end--;
	}
	strbuf_add(out, strbuf_text(&visible), end);
	strbuf_adds(out, end < visible.len ? "..." : "");
	strbuf_release(&visible);
}

bool notify_url_good(const char *url)
{
	if (!url || !*url || strlen(url) > URL_MAX || talk_check_url(url, "record", NULL))
		return false;
	for (const char *at = url; *at; at++)
		if (*at <= ' ' || *at > '~' || strchr("<>\"\\^`{}", *at))
			return false;
	return true;
}
