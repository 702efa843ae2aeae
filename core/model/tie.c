/* tie.c - rows of equal newest time. Equal times are common: a table exported twice, or a service that stamps a whole batch
 * with one time. */
#include "core/model/tie.h"

#include <string.h>

#include "core/base/strbuf.h"

#define SET_MAX 65536   /* bytes of one set of texts; no real host comes near */

/* ---- inventory ---- */

/* 0 for a server, 1 for no platform (joined findings only), 2 for anything else. */
static int platform_rank(struct slice platform)
{
	static const char server[] = "WindowsServer";
	if (!platform.text)
		return 1;
	struct slice start = { platform.text, sizeof server - 1 };
	return platform.len >= start.len && slice_is_nocase(start, server) ? 0 : 2;
}

static int excluded_rank(uint8_t excluded)
{
	return excluded == TRI_TRUE ? 0 : excluded == TRI_NONE ? 1 : 2;
}

static int long_order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int inventory_order(const struct estate *estate, const struct device *a, const struct device *b)
{
	int order = (a->merged_to != MAP_NONE) - (b->merged_to != MAP_NONE);
	if (!order)
		order = platform_rank(estate_text(estate, a->platform)) - platform_rank(estate_text(estate, b->platform));
	if (!order)
		order = excluded_rank(a->excluded) - excluded_rank(b->excluded);
	if (!order)
		order = slice_compare(estate_name(estate, a), estate_name(estate, b));
	uint32_t left[] = { a->group, a->platform, a->os_version, a->onboarding, a->health, a->merged_to };
	uint32_t right[] = { b->group, b->platform, b->os_version, b->onboarding, b->health, b->merged_to };
	for (size_t i = 0; !order && i < sizeof left / sizeof left[0]; i++)
		if (left[i] != right[i])
			order = slice_compare(estate_text(estate, left[i]), estate_text(estate, right[i]));
	return order ? order : long_order(a->report, b->report);
}

/* ---- witnesses ---- */

/* 0 is worst. Ordered so that of two rows the one that stays gives a finding wherever the other one would: with a gathered
 * mode 0, for instance, an assessed `0, not compliant` is unknown while an assessment without a mode is active. */
static unsigned assessment_rank(const struct assessment_row *row)
{
	enum { NOT_COMPLIANT = 2 * VERDICT_COUNT, NO_MODE, NOT_APPLICABLE, GOOD };
	bool applies = row->applicable != TRI_FALSE, given = mode_given(row->mode);
	enum verdict verdict = mode_verdict(row->mode);
	if (given && verdict != VERDICT_ACTIVE)
		return verdicts[verdict].worst + (applies ? 0 : VERDICT_COUNT);
	if (applies && row->compliant == TRI_FALSE)
		return NOT_COMPLIANT;
	if (!applies)
		return NOT_APPLICABLE;
	return given ? GOOD : NO_MODE;
}

/* Not compliant before unsaid before compliant, and likewise applicable first. */
static int tri_rank(enum tri value, enum tri first)
{
	return value == first ? 0 : value == TRI_NONE ? 1 : 2;
}

int assessment_order(const struct assessment_row *a, const struct assessment_row *b)
{
	int order = (int)assessment_rank(a) - (int)assessment_rank(b);
	if (!order)
		order = tri_rank(a->compliant, TRI_FALSE) - tri_rank(b->compliant, TRI_FALSE);
	if (!order)
		order = tri_rank(a->applicable, TRI_TRUE) - tri_rank(b->applicable, TRI_TRUE);
	return order ? order : slice_compare(a->mode, b->mode);
}

uint32_t worse_mode(const struct estate *estate, uint32_t a, uint32_t b)
{
	struct slice left = estate_text(estate, a), right = estate_text(estate, b);
	if (a == b || !mode_given(right))
		return a == MAP_NONE ? b : a;
	if (!mode_given(left))
		return b;
	unsigned left_rank = verdicts[mode_verdict(left)].worst, right_rank = verdicts[mode_verdict(right)].worst;
	if (left_rank != right_rank)
		return left_rank < right_rank ? a : b;
	return slice_compare(left, right) <= 0 ? a : b;
}

uint32_t smaller_text(const struct estate *estate, uint32_t a, uint32_t b)
{
	if (a == b || b == MAP_NONE)
		return a;
	if (a == MAP_NONE)
		return b;
	return slice_compare(estate_text(estate, a), estate_text(estate, b)) <= 0 ? a : b;
}

int64_t older_time(int64_t a, int64_t b)
{
	if (a == TIME_NONE || b == TIME_NONE)
		return a == TIME_NONE ? b : a;
	return a < b ? a : b;
}

/* ---- sets ---- */

bool text_set_next(struct slice set, const char *separator, size_t *at, struct slice *item)
{
	if (!set.text || *at >= set.len)
		return false;
	const char *start = set.text + *at;
	const char *end = bytes_find(start, set.len - *at, separator, strlen(separator));
	item->text = start;
	item->len = end ? (size_t)(end - start) : set.len - *at;
	*at += item->len + (end ? strlen(separator) : 0);
	return true;
}

static void set_append(struct strbuf *out, struct slice item, const char *separator)
{
	if (out->len)
		strbuf_adds(out, separator);
	strbuf_add(out, item.text, item.len);
}

static uint32_t set_insert(struct estate *estate, uint32_t set, struct slice item, const char *separator)
{
	struct strbuf out = STRBUF_INIT(SET_MAX);
	struct slice here, old = estate_text(estate, set);
	bool placed = false;
	for (size_t at = 0; text_set_next(old, separator, &at, &here);) {
		int order = slice_compare(item, here);
		if (!placed && order < 0)
			set_append(&out, item, separator);
		placed = placed || order <= 0;
		set_append(&out, here, separator);
	}
	if (!placed)
		set_append(&out, item, separator);
	if (!out.overflow)
		set = estate_code(estate, (struct slice){ strbuf_text(&out), out.len });
	strbuf_release(&out);
	return set;
}

uint32_t text_set_add(struct estate *estate, uint32_t set, struct slice items, const char *separator)
{
	/* A copy: the items may lie in the estate's own texts, which move as the set grows. */
	struct strbuf copy = STRBUF_INIT(SET_MAX);
	struct slice item;
	if (items.text)
		strbuf_add(&copy, items.text, items.len);
	for (size_t at = 0; text_set_next((struct slice){ strbuf_text(&copy), copy.len }, separator, &at, &item);)
		if (item.len)
			set = set_insert(estate, set, item, separator);
	strbuf_release(&copy);
	return set;
}
