#include "tui/manual.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/headless/doctor.h"
#include "core/headless/help.h"
#include "core/io/config.h"
#include "tui/action.h"
#include "tui/keymap.h"
#include "tui/term.h"

#define KEYS_MAX 1024
#define KEYS_WIDTH 22
#define PATH_MAX_BYTES 4096

/* The first context in which an action is valid and has keys; that is where it is listed. */
static bool keys_in(const struct keymap *map, enum action_id id, enum keymap_context context, struct strbuf *keys)
{
	strbuf_clear(keys);
	if (!(actions[id].contexts & 1u << context))
		return false;
	return keymap_keys(map, context, (int)id, 0, keys) > 0;
}

static void list_context(const struct keymap *map, enum keymap_context context, FILE *out,
                         void (*line)(FILE *, const char *, const char *, const char *))
{
	struct strbuf keys = STRBUF_INIT(KEYS_MAX);
	for (int id = ACTION_NONE + 1; id < ACTION_COUNT; id++) {
		if (keys_in(map, (enum action_id)id, context, &keys))
			line(out, strbuf_text(&keys), actions[id].name, actions[id].help);
	}
	strbuf_release(&keys);
}

static void plain_line(FILE *out, const char *keys, const char *name, const char *help)
{
	fprintf(out, "  %-*s %-16s %s\n", KEYS_WIDTH, keys, name, help);
}

static void man_line(FILE *out, const char *keys, const char *name, const char *help)
{
	fputs(".TP\n.B \"", out);
	for (; *keys; keys++)
		fputs(*keys == '"' ? "\\(dq" : *keys == '\\' ? "\\e" : *keys == '-' ? "\\-" : (char[2]){ *keys, 0 }, out);
	fputs("\"\n", out);
	help_man_text(help, out);
	fprintf(out, " (%s)\n", name);
}

void manual_keys(const struct keymap *map, FILE *out)
{
	for (int c = 0; c < CONTEXT_COUNT; c++) {
		fprintf(out, "%s%s\n", c ? "\n" : "", keymap_context_name((enum keymap_context)c));
		list_context(map, (enum keymap_context)c, out, plain_line);
	}
}

void manual_man_keys(FILE *out, void *owner)
{
	fputs(".SH KEYS\nThe keymap in use; a file of your own in \\fI$XDG_CONFIG_HOME/rouse/keys\\fR changes it.\n", out);
	for (int c = 0; c < CONTEXT_COUNT; c++) {
		fprintf(out, ".SS %s\n", keymap_context_name((enum keymap_context)c));
		list_context(owner, (enum keymap_context)c, out, man_line);
	}
}

static void complain(struct doctor *doctor, enum doctor_level level, const char *text)
{
	if (doctor)
		doctor_line(doctor, level, "keymap", text, NULL);
	else
		fprintf(stderr, "rouse: %s\n", text);
}

struct keymap *manual_keymap(const struct config *config, struct doctor *doctor)
{
	const char *names[ACTION_COUNT];
	struct keymap *map = NULL;
	struct keymap_problems problems = {0};
	struct error err = {0};
	struct strbuf user = STRBUF_INIT(PATH_MAX_BYTES);
	char *folder = config_folder();
	if (folder)
		strbuf_addf(&user, "%s/keys", folder);
	action_names(names);
	struct keymap_names known = { names, ACTION_COUNT };
	if (keymap_load(&map, config_text(config, "ui.keymap"), folder ? strbuf_text(&user) : NULL, &known, &problems, &err))
		complain(doctor, DOCTOR_FAILURE, err.text);
	for (size_t i = 0; i < problems.count; i++)
		complain(doctor, DOCTOR_FAILURE, problems.list[i].text);
	if (doctor && !problems.count && !err.text[0])
		doctor_line(doctor, DOCTOR_OK, "keymap", "Every line of the keymap could be read.", NULL);
	keymap_problems_release(&problems);
	strbuf_release(&user);
	free(folder);
	return map;
}

void manual_doctor(const struct config *config, struct doctor *doctor)
{
	struct strbuf text = STRBUF_INIT(1024);
	term_describe(&text);
	doctor_line(doctor, DOCTOR_OK, "terminal", strbuf_text(&text), NULL);
	struct keymap *map = manual_keymap(config, doctor);
	keymap_free(&map);
	strbuf_release(&text);
}
