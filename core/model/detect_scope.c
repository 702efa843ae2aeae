/* detect_scope.c - the scope as words: its canonical text, and which platforms fit it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/model/detect_parts.h"

#define SCOPE_WORD_MAX 65536   /* bytes of one lower-cased group or platform */

uint32_t scope_lower_put(struct map *words, struct slice word)
{
	struct strbuf lower = STRBUF_INIT(SCOPE_WORD_MAX);
	utf8_lower(&lower, word.text, word.len);
	uint32_t number = map_put(words, strbuf_text(&lower), lower.len, NULL);
	strbuf_release(&lower);
	return number;
}

uint32_t scope_lower_get(const struct map *words, struct slice word)
{
	struct strbuf lower = STRBUF_INIT(SCOPE_WORD_MAX);
	utf8_lower(&lower, word.text, word.len);
	uint32_t number = map_get(words, strbuf_text(&lower), lower.len);
	strbuf_release(&lower);
	return number;
}

static int word_order(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Sorted, lower-cased, without repeats: `[scope] group = B` and `group = b, group = B` are one scope, and their runs compare. */
static void scope_lines(const char *head, const char *const *words, size_t count, struct strbuf *out)
{
	struct map lower = { 0 };
	for (size_t i = 0; i < count; i++)
		scope_lower_put(&lower, slice_of(words[i]));
	struct slice *sorted = xcalloc(lower.count + 1, sizeof *sorted);
	for (uint32_t i = 0; i < lower.count; i++)
		sorted[i] = map_key(&lower, i);
	qsort(sorted, lower.count, sizeof *sorted, word_order);
	for (uint32_t i = 0; i < lower.count; i++) {
		strbuf_adds(out, head);
		strbuf_add(out, sorted[i].text, sorted[i].len);
		strbuf_addc(out, '\n');
	}
	free(sorted);
	map_release(&lower);
}

#define PLATFORM_HEAD "os_platform="

void scope_text(const struct scope *scope, struct strbuf *out)
{
	scope_lines(PLATFORM_HEAD, scope->platforms, scope->platform_count, out);
	scope_lines("group=", scope->groups, scope->group_count, out);
}

/* KQL's startswith: ASCII case ignored, `WindowsServer` fits `windowsserver2022`. */
static bool starts_nocase(struct slice text, const char *prefix, size_t n)
{
	if (!text.text || text.len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char a = (unsigned char)text.text[i], b = (unsigned char)prefix[i];
		unsigned char low = a | 0x20;
		if (a != b && (low != (b | 0x20) || low < 'a' || low > 'z'))
			return false;
	}
	return true;
}

bool scope_has_group(const struct scope *scope, struct slice group)
{
	struct map words = { 0 };
	bool has = scope->group_count == 0;
	for (size_t i = 0; i < scope->group_count && !has && group.text; i++) {
		map_release(&words);
		scope_lower_put(&words, slice_of(scope->groups[i]));
		has = scope_lower_get(&words, group) != MAP_NONE;
	}
	map_release(&words);
	return has;
}

bool scope_text_has_platform(const char *text, struct slice platform)
{
	const char *line = text;
	while (line && strncmp(line, PLATFORM_HEAD, strlen(PLATFORM_HEAD)) == 0) {
		line += strlen(PLATFORM_HEAD);
		size_t n = strcspn(line, "\n");
		if (starts_nocase(platform, line, n))
			return true;
		line += line[n] ? n + 1 : n;
	}
	return false;
}

bool platform_in_scope(struct detection *detection, uint32_t code)
{
	uint8_t *state = &detection->platform_state[code];
	const struct scope *scope = detection->scope;
	struct slice platform = estate_text(detection->estate, code);
	for (size_t i = 0; *state == STATE_UNASKED && i < scope->platform_count; i++)
		if (starts_nocase(platform, scope->platforms[i], strlen(scope->platforms[i])))
			*state = STATE_IN;
	if (*state == STATE_UNASKED)
		*state = STATE_OUT;
	return *state == STATE_IN;
}

bool detection_platform_hit(const struct detection *detection, size_t platform)
{
	const char *prefix = detection->scope->platforms[platform];
	bool hit = false;
	for (uint32_t code = 0; detection->platform_devices && code < detection->estate->texts.count && !hit; code++)
		hit = detection->platform_devices[code] && starts_nocase(estate_text(detection->estate, code), prefix, strlen(prefix));
	return hit;
}
