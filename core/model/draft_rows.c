/* draft_rows.c - rows of a run as hosts of a draft, each with its own copy of what is said of it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/model/draft_parts.h"
#include "core/model/marks.h"

/* -- texts -- */

static struct slice copy_bytes(struct slice bytes)
{
	return (struct slice){ xmemdup(bytes.text ? bytes.text : "", bytes.text ? bytes.len : 0), bytes.len };
}

/* As a C string; a NUL in the middle becomes visible, or it would hide what stands behind it. */
static char *copy_slice(struct slice text)
{
	struct strbuf whole = STRBUF_INIT(SIZE_MAX / 4);

	if (!text.text || text.len == 0 || !memchr(text.text, '\0', text.len))
		return xmemdup(text.text ? text.text : "", text.text ? text.len : 0);
	for (size_t i = 0; i < text.len; i++)
		if (text.text[i])
			strbuf_addc(&whole, text.text[i]);
		else
			strbuf_adds(&whole, "\\x00");
	return whole.buf;
}

/* -- hosts -- */

int draft_host_order(const struct draft_host *a, const struct draft_host *b)
{
	bool bare_a = a->flags & FLAG_NO_OTHER_AV, bare_b = b->flags & FLAG_NO_OTHER_AV;
	int order;

	if (bare_a != bare_b)
		return bare_a ? -1 : 1;
	if (verdicts[a->verdict].worst != verdicts[b->verdict].worst)
		return verdicts[a->verdict].worst < verdicts[b->verdict].worst ? -1 : 1;
	if (a->signature_time != b->signature_time) {
		if (a->signature_time == TIME_NONE || b->signature_time == TIME_NONE)
			return a->signature_time == TIME_NONE ? 1 : -1;
		return a->signature_time < b->signature_time ? -1 : 1;
	}
	order = strcmp(a->name, b->name);
	return order != 0 ? order : slice_compare(a->device, b->device);
}

void draft_copy_host(struct draft_host *to, const struct draft_host *from)
{
	*to = *from;
	to->device = copy_bytes(from->device);
	to->name = xstrdup(from->name);
	to->group = xstrdup(from->group);
	to->platform = xstrdup(from->platform);
	to->mode = xstrdup(from->mode);
	to->other_av = xstrdup(from->other_av);
	to->url = xstrdup(from->url);
	to->note = xstrdup(from->note);
}

void draft_release_host(struct draft_host *host)
{
	free((char *)host->device.text);
	free(host->name);
	free(host->group);
	free(host->platform);
	free(host->mode);
	free(host->other_av);
	free(host->url);
	free(host->note);
}

static void read_host(const struct draft_plan *plan, uint32_t row, struct strbuf *scratch, struct draft_host *host)
{
	static const struct column_ref portal = { .id = COL_PORTAL_URL };
	const struct table *table = plan->lens->table;
	struct slice device = table_packed_id(table, row);
	struct value url;

	value_get(plan->lens, row, &portal, scratch, &url);
	*host = (struct draft_host){
		.device = copy_bytes(device),
		.name = copy_slice(table_name(table, row)),
		.group = copy_slice(table_text(table, TEXT_GROUP, row)),
		.platform = copy_slice(table_text(table, TEXT_PLATFORM, row)),
		.verdict = (enum verdict)table->verdict[row],
		.mode = copy_slice(table_mode(table, row)),
		.other_av = copy_slice(table_text(table, TEXT_OTHER_AV, row)),
		.flags = table->flags[row], .change = (enum change)table->change[row], .altered = table->altered[row],
		.signature_time = table->time[TIME_SIGNATURE][row], .last_seen = table->time[TIME_LAST_SEEN][row],
		.url = copy_slice(url.text), .note = copy_slice(notes_get(plan->lens->notes, device)),
	};
}

static bool is_accepted(const struct draft_plan *plan, struct slice device)
{
	const struct acceptance *accepted = plan->lens->acceptances ? acceptances_find(plan->lens->acceptances, device) : NULL;

	return accepted && acceptance_in_force(accepted, plan->lens->now);
}

/* An incomplete run cannot say that a host is gone: what it does not tell of stays on the record as it was there. */
static void keep_unseen(const struct draft_plan *plan, struct draft *draft)
{
	const struct table *table = plan->lens->table;
	struct map told = { 0 };

	if (run_complete(plan->run) || !plan->past_count)
		return;
	for (uint32_t row = 0; row < table->count; row++) {
		struct slice device = table_packed_id(table, row);
		if (table_is_present(table, row))
			(void)map_put(&told, device.text, device.len, NULL);
	}
	for (size_t i = 0; i < plan->past_count; i++) {
		const struct draft_past *past = &plan->past[i];
		if (map_get(&told, past->device.text, past->device.len) != MAP_NONE || is_accepted(plan, past->device))
			continue;
		draft->hosts[draft->host_count++] = (struct draft_host){
			.device = copy_bytes(past->device),
			.name = xstrdup(past->name ? past->name : ""),
			.group = xstrdup(""),
			.platform = xstrdup(""),
			.verdict = past->verdict < VERDICT_COUNT ? past->verdict : VERDICT_UNKNOWN,
			.mode = xstrdup(""),
			.other_av = xstrdup(""),
			.change = CHANGE_VANISHED,
			.signature_time = TIME_NONE,
			.last_seen = TIME_NONE,
			.url = xstrdup(""),
			.note = xstrdup(""),
		};
	}
	map_release(&told);
}

void draft_read_hosts(const struct draft_plan *plan, struct draft *draft)
{
	const struct table *table = plan->lens->table;
	uint8_t *seen = xcalloc((size_t)table->count + 1, 1);
	struct strbuf scratch = STRBUF_INIT(SIZE_MAX / 4);

	draft->hosts = xcalloc((size_t)plan->row_count + plan->past_count + 1, sizeof *draft->hosts);
	for (uint32_t i = 0; i < plan->row_count; i++) {
		uint32_t row = plan->rows[i];

		if (row >= table->count || seen[row] || !table_is_finding(table, row)) {
			draft->not_taken++;
			continue;
		}
		seen[row] = 1;
		read_host(plan, row, &scratch, &draft->hosts[draft->host_count++]);
	}
	strbuf_release(&scratch);
	free(seen);
	keep_unseen(plan, draft);
}
