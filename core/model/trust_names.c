/* trust_names.c - platforms and device ids that are written almost like others: an export that adds a blank or changes letter case
 * takes hosts out of sight, and no figure tells why. */
#include <inttypes.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/groups.h"
#include "core/model/trust_parts.h"

/* ---- platforms ---- */

/* Whether a character counts when two names are compared by their letters and digits alone. */
static bool is_word(int32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
	bool blank = cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x205f || cp == 0x3000;
	return !blank && utf8_width(cp) > 0;
}

/* `Windows Server-2022` gives windowsserver2022. */
static void squeeze(struct slice text, struct strbuf *out)
{
	struct strbuf kept = STRBUF_INIT(SIZE_MAX);
	int32_t cp;
	for (size_t at = 0, n; at < text.len; at += n) {
		n = utf8_decode(text.text + at, text.len - at, &cp);
		if (cp >= 0 && is_word(cp))
			strbuf_add(&kept, text.text + at, n);
	}
	utf8_fold(out, strbuf_text(&kept), kept.len);
	strbuf_release(&kept);
}

/* The first `count` characters of a text, or all of it. */
static struct slice head_of(struct slice text, size_t count)
{
	size_t at = 0;
	int32_t cp;
	for (; count && at < text.len; count--)
		at += utf8_decode(text.text + at, text.len - at, &cp);
	return (struct slice){ text.text, at };
}

static size_t characters(struct slice text)
{
	size_t count = 0;
	int32_t cp;
	for (size_t at = 0; at < text.len; count++)
		at += utf8_decode(text.text + at, text.len - at, &cp);
	return count;
}

/* Whether a platform begins almost like a prefix: look-alike letters, or a slip of the hand, which may make it longer or shorter. */
static bool begins_almost(struct slice platform, struct slice prefix)
{
	size_t length = characters(prefix);
	bool near = false;
	for (size_t n = length ? length - 1 : 0; n <= length + 1 && !near; n++) {
		struct slice head = head_of(platform, n);
		near = head.len && !(groups_difference(head, prefix) & DIFFERENCE_APART);
	}
	return near && length > 1;
}

/* Whether a platform that is not in scope is written almost as the scope wants it: it holds one of the prefixes once blanks and signs are
 * left out, or begins almost like one. */
static bool is_near(const struct scope *scope, struct slice platform)
{
	struct strbuf name = STRBUF_INIT(SIZE_MAX), prefix = STRBUF_INIT(SIZE_MAX);
	bool near = false;
	squeeze(platform, &name);
	for (size_t i = 0; i < scope->platform_count && !near; i++) {
		strbuf_clear(&prefix);
		squeeze(slice_of(scope->platforms[i]), &prefix);
		near = (prefix.len && bytes_find(strbuf_text(&name), name.len, strbuf_text(&prefix), prefix.len)) ||
		       begins_almost(platform, slice_of(scope->platforms[i]));
	}
	strbuf_release(&name);
	strbuf_release(&prefix);
	return near;
}

static bool fits_scope(const struct detection *detection, uint32_t code)
{
	return scope_text_has_platform(detection->run->scope, estate_text(detection->estate, code));
}

/* Only counted: a platform of that name may be an honest other one, and a run that nobody can mend is not read for long. */
static void note_near_platforms(struct run *run, const struct detection *detection)
{
	const struct estate *estate = detection->estate;
	for (uint32_t code = 0; code < estate->texts.count; code++) {
		struct slice platform = estate_text(estate, code);
		uint32_t devices = detection->platform_devices ? detection->platform_devices[code] : 0;
		if (!devices || fits_scope(detection, code) || !is_near(detection->scope, platform))
			continue;
		run->gaps.near_platform += devices;
		if (!run->gaps.near_example)
			run->gaps.near_example = xmemdup(platform.text, platform.len < NAME_MAX_SHOWN ? platform.len : NAME_MAX_SHOWN);
	}
}

static bool has_platforms(const struct detection *detection)
{
	bool has = false;
	for (uint32_t code = 0; detection->platform_devices && code < detection->estate->texts.count && !has; code++)
		has = detection->platform_devices[code] > 0;
	return has;
}

void judge_platforms(struct run *run, const struct detection *detection)
{
	const struct scope *scope = detection->scope;
	/* Joined findings need not have platforms. And where nothing at all is in scope, that is said already. */
	bool judged = has_platforms(detection) && (run->estate.in_scope || scope->platform_count > 1);
	for (size_t i = 0; i < scope->platform_count && judged; i++)
		if (!detection_platform_hit(detection, i))
			run_add_reason(run, REASON_PLATFORM, "The configured OS platform \"%.*s\" matched no device.", NAME_MAX_SHOWN,
			               scope->platforms[i]);
	note_near_platforms(run, detection);
}

/* ---- ids ---- */

#define HEX_ID 40   /* digits of an id as the service writes it */

/* Nearly all ids; they need no second look. */
static bool is_plain(struct slice id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!((id.text[i] >= '0' && id.text[i] <= '9') || (id.text[i] >= 'a' && id.text[i] <= 'f')))
			return false;
	return id.len == HEX_ID;
}

/* `{0x00AB}` gives ab: letters and digits alone, without `0x` and zeros in front. Zeros alone give 0, signs alone nothing. */
static void plain_form(struct slice id, struct strbuf *out)
{
	struct strbuf words = STRBUF_INIT(SIZE_MAX);
	squeeze(id, &words);
	const char *text = strbuf_text(&words);
	size_t at = words.len > 2 && text[0] == '0' && text[1] == 'x' ? 2 : 0;
	while (at + 1 < words.len && text[at] == '0')
		at++;
	strbuf_add(out, text + at, words.len - at);
	strbuf_release(&words);
}

/* The device whose plain id has this form, or MAP_NONE; its own zeros in front are put back. */
static uint32_t plain_id(const struct estate *estate, struct slice form)
{
	char id[HEX_ID];
	if (form.len > HEX_ID)
		return MAP_NONE;
	memset(id, '0', HEX_ID - form.len);
	memcpy(id + HEX_ID - form.len, form.text, form.len);
	return map_get(&estate->ids, id, HEX_ID);
}

/* Ids are compared exactly, as KQL's join does. A witness under `ABC...` says nothing of the host `abc...`, which may then look
 * better than it is. */
void judge_ids(struct run *run, const struct estate *estate)
{
	struct map forms = { 0 };        /* of ids that are not plain */
	struct strbuf form = STRBUF_INIT(SIZE_MAX);
	struct slice example = { NULL, 0 };
	uint32_t twins = 0;
	for (uint32_t i = 0; i < estate->ids.count; i++) {
		struct slice id = map_key(&estate->ids, i);
		if (is_plain(id))
			continue;
		bool added;
		strbuf_clear(&form);
		plain_form(id, &form);
		if (!form.len)
			continue;
		map_put(&forms, strbuf_text(&form), form.len, &added);
		if (added && plain_id(estate, (struct slice){ strbuf_text(&form), form.len }) == MAP_NONE)
			continue;
		twins++;
		example = id;
	}
	if (twins)
		run_add_reason(run, REASON_IDS, "%" PRIu32 " device id%s from another only in letter case, blanks, signs or leading zeros, "
		               "as \"%.*s\": their rows were not put together.", twins, twins == 1 ? " differs" : "s differ",
		               (int)(example.len < NAME_MAX_SHOWN ? example.len : NAME_MAX_SHOWN), example.text);
	strbuf_release(&form);
	map_release(&forms);
}
