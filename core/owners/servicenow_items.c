/* servicenow_items.c - which hosts are asked for together, and what becomes of those whose question failed. See servicenow.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/owners/servicenow.h"

#define SPLITS_MAX 400
#define NAME_SHOWN 100
#define HOST_MAX 253

/* Names in sentences: they may hold anything. */
static void add_name(struct strbuf *out, struct slice name)
{
	utf8_visible(out, name.text ? name.text : "", name.len < NAME_SHOWN ? name.len : NAME_SHOWN);
}

/* 2: of ASCII alone; 1: with letters beyond it, which no query language takes for anything else; 0: it cannot be asked for. */
static int how_plain(struct slice host)
{
	bool letters = false;
	int32_t cp;

	if (owner_name_plain(host))
		return 2;
	if (!host.len || host.len > HOST_MAX)
		return 0;
	for (size_t at = 0; at < host.len;) {
		size_t n = utf8_decode(host.text + at, host.len - at, &cp);
		enum utf8_class class = cp >= 0x80 ? utf8_class(cp) : UTF8_OTHER;

		if (cp >= 0x80 ? class != UTF8_CASED && class != UTF8_LETTER && class != UTF8_DIGIT && class != UTF8_MARK
		               : !owner_name_plain((struct slice){ host.text + at, n }))
			return 0;
		letters = letters || cp >= 0x80;
		at += n;
	}
	return letters;
}

void cmdb_order(struct cmdb *cmdb)
{
	size_t odd = 0, example = 0;

	cmdb->order = xcalloc(cmdb->host_count + 1, sizeof *cmdb->order);
	/* Those with letters beyond ASCII at the end: a database may take Ã© for e, so less can be told from rows that were not asked for. */
	for (int plain = 2; plain > 0; plain--)
		for (size_t i = 0; i < cmdb->host_count; i++)
			if (how_plain(cmdb->hosts[i]) == plain)
				cmdb->order[cmdb->order_count++] = (uint32_t)i;
	for (size_t i = 0; i < cmdb->host_count; i++)
		if (!how_plain(cmdb->hosts[i]))
			example = odd++ ? example : i;
	cmdb->asking->answered += odd;
	if (odd) {
		struct strbuf name = STRBUF_INIT(1000);

		add_name(&name, cmdb->hosts[example]);
		owner_complain(cmdb->asking,
		               "%zu host%s cannot be asked for in ServiceNow, as the name has other characters than letters, "
		               "digits, . _ -: %s%s.",
		               odd, odd == 1 ? "" : "s", strbuf_text(&name), odd == 1 ? "" : " and others");
		strbuf_release(&name);
	}
}

/* As many new hosts as one address holds. */
static bool new_item(struct cmdb *cmdb, struct cmdb_item *item)
{
	size_t max = cmdb->alone ? SERVICENOW_URL_MAX - strlen(cmdb->site.base) : CMDB_BATCH_URL;
	struct strbuf url = STRBUF_INIT(2 * CMDB_BATCH_URL);

	*item = (struct cmdb_item){ .first = cmdb->next };
	while (cmdb->next < cmdb->order_count) {
		item->count++;
		strbuf_clear(&url);
		cmdb_query(cmdb, item, &url);
		if ((url.overflow || url.len > max) && item->count > 1) {
			item->count--;
			break;
		}
		cmdb->next++;
	}
	strbuf_release(&url);
	return item->count > 0;
}

bool cmdb_next_item(struct cmdb *cmdb, struct cmdb_item *item)
{
	if (!cmdb->queue_count)
		return new_item(cmdb, item);
	*item = cmdb->queue[--cmdb->queue_count];
	return true;
}

void cmdb_queue(struct cmdb *cmdb, struct cmdb_item item)
{
	cmdb->queue = grow(cmdb->queue, &cmdb->queue_cap, cmdb->queue_count + 1, sizeof *cmdb->queue);
	cmdb->queue[cmdb->queue_count++] = item;
}

/* Example: 20 hosts, of which one has a row that this account may not see. Halves are asked again until that host stands alone; the other 19
 * are answered. Where everything fails that would take 40 requests for 20 hosts, so there is a limit. */
void cmdb_split(struct cmdb *cmdb, const struct cmdb_item *item, const char *why)
{
	uint32_t half = item->count / 2;
	struct strbuf name = STRBUF_INIT(1000);

	if (item->count > 1 && ++cmdb->splits <= SPLITS_MAX) {
		cmdb_queue(cmdb, (struct cmdb_item){ .first = item->first + half, .count = item->count - half });
		cmdb_queue(cmdb, (struct cmdb_item){ .first = item->first, .count = half });
		return;
	}
	add_name(&name, cmdb->hosts[cmdb->order[item->first]]);
	owner_complain(cmdb->asking, "ServiceNow gave no whole answer for %s%s: %s.", strbuf_text(&name),
	               item->count > 1 ? " and others" : "", why);
	strbuf_release(&name);
	cmdb->asking->answered += item->count;
	if (cmdb->splits > SPLITS_MAX)
		cmdb_stop(cmdb, STATUS_UNAVAILABLE, "ServiceNow failed for too many hosts; the others were not asked for");
}

void cmdb_answered(struct cmdb *cmdb, const struct cmdb_item *item)
{
	for (uint32_t i = 0; i < item->count; i++)
		cmdb->asking->asked[cmdb->order[item->first + i]] = 1;
	cmdb->asking->answered += item->count;
}

void cmdb_stop(struct cmdb *cmdb, enum status status, const char *format, ...)
{
	va_list args;

	if (cmdb->stopped)
		return;
	cmdb->stopped = true;
	va_start(args, format);
	error_setv(&cmdb->error, status, format, args);
	va_end(args);
}
