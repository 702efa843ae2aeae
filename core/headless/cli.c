#include "core/headless/cli.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/headless/help.h"

/* Words to choose from in a "did you mean". */
#define NAMES_MAX 64
/* An argument as a sentence shows it. */
#define SHOWN_MAX 200

/* Commands that take words of their own: `rouse accept HOST`. */
#define TAKE_WORDS (COMMAND_ACCEPT | COMMAND_RULE)

/* Where the reader stands in argv. */
struct reader {
	struct cli *cli;
	int argc;
	char **argv;
	int at;
};

static const char *shown(const char *text, struct strbuf *out)
{
	strbuf_clear(out);
	size_t n = strlen(text);
	utf8_visible(out, text, n > SHOWN_MAX / 4 ? SHOWN_MAX / 4 : n);
	return strbuf_text(out);
}

static int unknown(const char *kind, const char *dashes, const char *word, const char *near, struct error *err)
{
	struct strbuf text = STRBUF_INIT(SHOWN_MAX);
	shown(word, &text);
	if (near)
		error_set(err, STATUS_USAGE, "There is no %s `%s%s`; did you mean `%s%s`?", kind, dashes, strbuf_text(&text), dashes, near);
	else
		error_set(err, STATUS_USAGE, "There is no %s `%s%s`; `rouse --help` lists them.", kind, dashes, strbuf_text(&text));
	strbuf_release(&text);
	return -1;
}

static void list_add(struct cli_list *list, const char *text)
{
	list->items = xrealloc(list->items, list->count + 1, sizeof *list->items);
	list->items[list->count++] = text;
}

/* The command, or a word after it. */
static int read_word(struct reader *reader, const char *word, struct error *err)
{
	const char *names[NAMES_MAX];
	if (reader->cli->help && !strcmp(word, HELP_WHERE)) {
		reader->cli->topic = word;
		return 0;
	}
	if (reader->cli->command_given && (reader->cli->command & TAKE_WORDS)) {
		list_add(&reader->cli->words, word);
		return 0;
	}
	if (reader->cli->command_given) {
		struct strbuf text = STRBUF_INIT(SHOWN_MAX);
		error_set(err, STATUS_USAGE, "`%s` stands where an option is expected; `rouse --help` shows the usage.", shown(word, &text));
		strbuf_release(&text);
		return -1;
	}
	for (size_t i = 0; i < command_count; i++) {
		names[i] = commands[i].name;
		if (!strcmp(word, commands[i].name)) {
			reader->cli->command = commands[i].command;
			reader->cli->command_given = true;
			return 0;
		}
	}
	return unknown("command", "", word, nearest_name(word, names, command_count), err);
}

static const struct cli_option *find_option(const char *name, size_t n)
{
	for (size_t i = 0; i < cli_option_count; i++) {
		if (strlen(cli_options[i].name) == n && !memcmp(cli_options[i].name, name, n))
			return &cli_options[i];
	}
	return NULL;
}

static bool is_option(const char *word)
{
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	return n > 2 && !strncmp(word, "--", 2) && find_option(word + 2, n - 2) != NULL;
}

/* Takes the option; `value` is what followed a `=`, or NULL. */
static int take(struct reader *reader, const struct cli_option *option, const char *value, struct error *err)
{
	void *field = (char *)reader->cli + option->offset;
	if (option->kind == CLI_FLAG) {
		if (value)
			return error_set(err, STATUS_USAGE, "--%s takes no value; leave out the `=`.", option->name);
		*(bool *)field = true;
		return 0;
	}
	/* `--config --quiet` forgot a file: an option is never another option's value. */
	if (!value && reader->at + 1 < reader->argc && !is_option(reader->argv[reader->at + 1]))
		value = reader->argv[++reader->at];
	if (!value)
		return error_set(err, STATUS_USAGE, "--%s needs %s after it.", option->name, option->argument);
	if (option->kind == CLI_LIST)
		list_add(field, value);
	else
		*(const char **)field = value;
	return 0;
}

static int read_long(struct reader *reader, const char *word, struct error *err)
{
	const char *names[NAMES_MAX];
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	const struct cli_option *option = find_option(word, n);
	if (option)
		return take(reader, option, equals ? equals + 1 : NULL, err);
	size_t count = 0;
	for (size_t i = 0; i < cli_option_count && count < NAMES_MAX; i++)
		names[count++] = cli_options[i].name;
	char *name = xmemdup(word, n);
	int failed = unknown("option", "--", name, nearest_name(name, names, count), err);
	free(name);
	return failed;
}

static int read_short(struct reader *reader, const char *word, struct error *err)
{
	for (; *word; word++) {
		const struct cli_option *found = NULL;
		for (size_t i = 0; i < cli_option_count; i++) {
			if (cli_options[i].letter == *word)
				found = &cli_options[i];
		}
		if (!found)
			return unknown("option", "-", word, NULL, err);
		if (take(reader, found, NULL, err))
			return -1;
	}
	return 0;
}

/* An option that another command takes is a mistake, not something to pass over. */
static int check_commands(const struct cli *cli, int argc, char **argv, struct error *err)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		const char *equals = strchr(argv[i], '=');
		size_t n = equals ? (size_t)(equals - argv[i] - 2) : strlen(argv[i]) - 2;
		const struct cli_option *option = find_option(argv[i] + 2, n);
		if (!option)
			continue;
		if (!(option->commands & (unsigned)cli->command))
			return error_set(err, STATUS_USAGE, "--%s does not go with this command; `rouse --help` shows where it does.",
			                 option->name);
		if (option->kind != CLI_FLAG && !equals)
			i++;
	}
	return 0;
}

int cli_read(struct cli *cli, int argc, char **argv, struct error *err)
{
	*cli = (struct cli){ .command = COMMAND_TRIAGE };
	struct reader reader = { .cli = cli, .argc = argc, .argv = argv };
	bool words_only = false;   /* after `--`: a host may be called --help */
	for (reader.at = 1; reader.at < argc; reader.at++) {
		const char *word = argv[reader.at];
		int failed;
		if (!words_only && !strcmp(word, "--")) {
			words_only = true;
			continue;
		}
		if (!words_only && !strncmp(word, "--", 2))
			failed = read_long(&reader, word + 2, err);
		else if (!words_only && word[0] == '-' && word[1])
			failed = read_short(&reader, word + 1, err);
		else
			failed = read_word(&reader, word, err);
		if (failed)
			return -1;
	}
	if (cli->color && strcmp(cli->color, "auto") && strcmp(cli->color, "always") && strcmp(cli->color, "never"))
		return error_set(err, STATUS_USAGE, "--color takes auto, always or never.");
	return check_commands(cli, argc, argv, err);
}

void cli_release(struct cli *cli)
{
	for (size_t i = 0; i < cli_option_count; i++) {
		if (cli_options[i].kind == CLI_LIST)
			free(((struct cli_list *)(void *)((char *)cli + cli_options[i].offset))->items);
	}
	free(cli->words.items);
	*cli = (struct cli){0};
}
