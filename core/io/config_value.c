/* config_value.c - values of the configuration: checked against the table of options, kept, read. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/io/config_inner.h"
#include "core/model/column.h"
#include "core/model/detect.h"

#define SPAN_MAX (36500 * SPAN_DAY)     /* a hundred years, so that sums with times cannot overflow */
#define SHARE_ONE 100                   /* 1 % in hundredths of a percent */
#define SHOWN_MAX 240                   /* bytes of a value in a sentence */
#define NAMES_MAX 256                   /* options, for "did you mean" */

/* -- checks -- */

/* Says that a value is bad: `hosts.ini:12: limits.freshness is "8 dys"; write a timespan such as 8d or 36h.` */
static int bad_value(const struct given *given, const char *name, const char *value, struct error *err, const char *mend)
{
	struct strbuf shown = STRBUF_INIT(4 * SHOWN_MAX);
	size_t len = strlen(value);

	utf8_visible(&shown, value, len < SHOWN_MAX ? len : SHOWN_MAX);
	bool question = *mend && mend[strlen(mend) - 1] == '?';
	error_set(err, STATUS_CONFIG, "%s: %s is \"%s%s\"; %s%s", given->origin, name, strbuf_text(&shown),
	          len > SHOWN_MAX ? "..." : "", mend, question ? "" : ".");
	strbuf_release(&shown);
	return -1;
}

/* `ui.columns is "DeviceNam"; there is no column DeviceNam; did you mean DeviceName?` */
static int bad_column(const struct given *given, const char *name, const char *value, struct slice bad, struct error *err)
{
	struct strbuf mend = STRBUF_INIT(1024);
	const char *near = column_nearest(bad);

	strbuf_adds(&mend, "there is no column ");
	utf8_visible(&mend, bad.text ? bad.text : "", bad.len < SHOWN_MAX ? bad.len : SHOWN_MAX);
	if (near)
		strbuf_addf(&mend, "; did you mean %s?", near);
	bad_value(given, name, value, err, strbuf_text(&mend));
	strbuf_release(&mend);
	return -1;
}

static int check_columns(const struct given *given, const char *name, const char *value, struct error *err)
{
	struct column_ref refs[COL_COUNT];
	struct slice bad = { NULL, 0 };
	int count = column_list(value, refs, COL_COUNT, &bad);

	if (count == -1)
		return bad_column(given, name, value, bad, err);
	if (count == -3)
		return bad_value(given, name, value, err, "it names a column twice");
	return count < 0 ? bad_value(given, name, value, err, "it names more columns than there are") : 0;
}

static int check_sort(const struct given *given, const char *name, const char *value, struct error *err)
{
	struct sort_key keys[SORT_KEYS_MAX];
	struct slice bad = { NULL, 0 };
	int count = sort_parse(value, keys, &bad);

	if (count == -1)
		return bad_column(given, name, value, bad, err);
	return count < 0 ? bad_value(given, name, value, err, "write up to three columns") : 0;
}

/* Is the value one of the words? */
static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = choices; at && *at; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");
		if (word == len && memcmp(at, value, len) == 0)
			return true;
		at += word;
	}
	return false;
}

/* Reads `1%`, `0.5 %`: 0 to 100 with up to two digits after the point. */
static bool share_parse(const char *text, int64_t *share)
{
	size_t whole = strspn(text, "0123456789"), part = 0;
	int64_t value = 0;

	if (whole == 0 || whole > 3)
		return false;
	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (text[i] - '0');
	value *= SHARE_ONE;
	text += whole;
	if (*text == '.') {
		part = strspn(++text, "0123456789");
		if (part == 0 || part > 2)
			return false;
		value += (text[0] - '0') * 10 + (part == 2 ? text[1] - '0' : 0);
		text += part;
	}
	text += strspn(text, " ");
	if (strcmp(text, "%") != 0 || value > 100 * SHARE_ONE)
		return false;
	*share = value;
	return true;
}

/* *value is 1 or 0. */
static bool bool_parse(const char *text, int64_t *value)
{
	*value = is_choice("true yes on 1", text);
	return *value || is_choice("false no off 0", text);
}

/* Checks a value; *number is set for spans, shares and booleans. */
static int check_value(const struct option *option, const struct given *given, const char *value, int64_t *number,
                       struct error *err)
{
	char mend[256];

	switch (option->type) {
	case OPTION_SPAN:
		if (!span_parse(value, strlen(value), number) || *number <= 0 || *number > SPAN_MAX)
			return bad_value(given, option->name, value, err, "write a timespan such as 8d or 36h");
		return 0;
	case OPTION_SHARE:
		if (!share_parse(value, number))
			return bad_value(given, option->name, value, err, "write a share from 0% to 100%, such as 1% or 0.5 %");
		return 0;
	case OPTION_BOOL:
		if (!bool_parse(value, number))
			return bad_value(given, option->name, value, err, "write yes or no");
		return 0;
	case OPTION_CHOICE:
		if (is_choice(option->choices, value))
			return 0;
		snprintf(mend, sizeof mend, "write one of: %s", option->choices);
		return bad_value(given, option->name, value, err, mend);
	case OPTION_PATH:
	case OPTION_PATHS:
		return *value ? 0 : bad_value(given, option->name, value, err, "write the path of a file");
	case OPTION_TEXT:
		if (*value && strcmp(option->name, "ui.columns") == 0)
			return check_columns(given, option->name, value, err);
		return *value && strcmp(option->name, "ui.sort") == 0 ? check_sort(given, option->name, value, err) : 0;
	case OPTION_LIST:
		break;
	}
	return 0;
}

/* -- keeping -- */

static void setting_clear(struct setting *setting)
{
	for (size_t i = 0; i < setting->count; i++)
		free(setting->values[i]);
	free(setting->values);
	free(setting->origin);
	*setting = (struct setting){ 0 };
}

struct config *config_new(void)
{
	static const struct given standard = { RANK_DEFAULT, "default", NULL };
	struct config *config = xcalloc(1, sizeof *config);
	struct error err = { 0 };

	config->settings = xcalloc(option_count, sizeof *config->settings);
	for (size_t i = 0; i < option_count; i++)
		if (options[i].standard && config_put(config, &standard, options[i].name, options[i].standard, &err))
			die("%s", err.text);
	return config;
}

void config_free(struct config **config)
{
	if (!*config)
		return;
	for (size_t i = 0; i < option_count; i++)
		setting_clear(&(*config)->settings[i]);
	free((*config)->settings);
	free((*config)->path);
	free(*config);
	*config = NULL;
}

/* `limits.freshnes`: the nearest of all keys is named. */
static int unknown_key(const struct given *given, const char *name, struct error *err)
{
	const char *names[NAMES_MAX], *near = NULL;
	struct strbuf shown = STRBUF_INIT(4 * SHOWN_MAX);

	for (size_t i = 0; i < option_count && i < NAMES_MAX; i++)
		names[i] = options[i].name;
	/* The distance takes the product of the lengths. */
	if (strlen(name) < SHOWN_MAX)
		near = nearest_name(name, names, option_count < NAMES_MAX ? option_count : NAMES_MAX);
	utf8_visible(&shown, name, strlen(name) < SHOWN_MAX ? strlen(name) : SHOWN_MAX);
	if (near)
		error_set(err, STATUS_CONFIG, "%s: there is no key %s; did you mean %s?", given->origin, strbuf_text(&shown), near);
	else
		error_set(err, STATUS_CONFIG, "%s: there is no key %s; `rouse --man` lists all keys.", given->origin,
		          strbuf_text(&shown));
	strbuf_release(&shown);
	return -1;
}

static struct setting *setting_named(const struct config *config, const char *name, const struct option **option)
{
	for (size_t i = 0; i < option_count; i++) {
		if (strcmp(options[i].name, name) == 0) {
			*option = &options[i];
			return &config->settings[i];
		}
	}
	return NULL;
}

/* Takes `value` over. The origin stays that of the first value: `doctor` points at the first line. */
static void setting_add(struct setting *setting, const struct given *given, char *value, int64_t number)
{
	if (!setting->origin)
		setting->origin = xstrdup(given->origin);
	setting->values = grow(setting->values, &setting->cap, setting->count + 1, sizeof *setting->values);
	setting->values[setting->count++] = value;
	setting->number = number;
	setting->rank = given->rank;
}

int config_put(struct config *config, const struct given *given, const char *name, const char *value, struct error *err)
{
	const struct option *option = NULL;
	struct setting *setting = setting_named(config, name, &option);
	int64_t number = 0;

	if (!setting)
		return unknown_key(given, name, err);
	bool repeatable = option->type == OPTION_LIST || option->type == OPTION_PATHS;
	if (!repeatable && given->rank == RANK_FILE && setting->rank == RANK_FILE)
		return error_set(err, STATUS_CONFIG, "%s: %s was set before, at %s; keep one of the two lines.", given->origin, name,
		                 setting->origin);
	if (check_value(option, given, value, &number, err))
		return -1;
	bool path = option->type == OPTION_PATHS || option->type == OPTION_PATH || (strcmp(name, "ui.keymap") == 0 && strchr(value, '/'));
	char *kept = path ? config_expand(value, given->file) : xstrdup(value);
	if (!kept)
		return bad_value(given, name, value, err, "HOME is not set, so write the whole path");
	if (given->rank > setting->rank || !repeatable)
		setting_clear(setting);
	setting_add(setting, given, kept, number);
	return 0;
}

/* -- writing one value -- */

#define QUOTED_MAX 4000   /* bytes of a value; a line may have 4096 */

/* Letters, digits and signs that mean nothing to INI, with single blanks between. */
static bool is_plain(struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.text[i];
		bool inner = i > 0 && i + 1 < value.len && value.text[i - 1] != ' ';

		if (c < ' ' || c >= 0x7F || strchr("\"\\;#=[]", c) || (c == ' ' && !inner))
			return false;
	}
	return value.len > 0;
}

bool config_quote(struct slice value, struct strbuf *out)
{
	struct strbuf quoted = STRBUF_INIT(QUOTED_MAX);

	if (!value.text || !utf8_valid(value.text, value.len) || memchr(value.text, '\n', value.len) ||
	    memchr(value.text, '\0', value.len))
		return false;
	bool plain = is_plain(value);
	strbuf_adds(&quoted, plain ? "" : "\"");
	for (size_t i = 0; i < value.len; i++) {
		if (value.text[i] == '"' || value.text[i] == '\\')
			strbuf_addc(&quoted, '\\');
		strbuf_addc(&quoted, value.text[i]);
	}
	strbuf_adds(&quoted, plain ? "" : "\"");
	bool fits = !quoted.overflow;
	if (fits)
		strbuf_add(out, strbuf_text(&quoted), quoted.len);
	strbuf_release(&quoted);
	return fits;
}

/* -- reading -- */

/* Of a name that the caller knows to be one. */
static const struct setting *setting_of(const struct config *config, const char *name)
{
	const struct option *option = NULL;
	const struct setting *setting = setting_named(config, name, &option);

	assert(setting);
	return setting;
}

/* An empty text is as good as none: `columns = ""` takes the standard ones. */
const char *config_text(const struct config *config, const char *name)
{
	const struct setting *setting = setting_of(config, name);
	return setting->count && *setting->values[0] ? setting->values[0] : NULL;
}

const char *const *config_list(const struct config *config, const char *name, size_t *count)
{
	const struct setting *setting = setting_of(config, name);

	*count = setting->count;
	return (const char *const *)setting->values;
}

int64_t config_span(const struct config *config, const char *name)
{
	return setting_of(config, name)->number;
}

unsigned config_share(const struct config *config, const char *name)
{
	return (unsigned)setting_of(config, name)->number;
}

bool config_bool(const struct config *config, const char *name)
{
	return setting_of(config, name)->number != 0;
}

const char *config_origin(const struct config *config, const char *name)
{
	const struct setting *setting = setting_of(config, name);
	return setting->origin ? setting->origin : "default";
}

const char *config_path(const struct config *config, bool *found)
{
	*found = config->found;
	return config->path;
}

bool config_exposed(const struct config *config)
{
	return config->exposed;
}

void config_scope(const struct config *config, struct scope *scope)
{
	*scope = (struct scope){
		.freshness = config_span(config, "limits.freshness"),
		.silence = config_span(config, "limits.silence"),
		.acceptance = config_span(config, "limits.acceptance"),
		.unreadable = config_share(config, "limits.unreadable"),
		.unenriched = config_share(config, "limits.unenriched"),
		.drop = config_share(config, "limits.drop"),
	};
	scope->groups = config_list(config, "scope.group", &scope->group_count);
	scope->platforms = config_list(config, "scope.os_platform", &scope->platform_count);
	scope->canaries = config_list(config, "scope.canary", &scope->canary_count);
}
