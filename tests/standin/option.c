#include "tests/standin/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t *number_at(void *values, const struct option *option)
{
	return (int64_t *)(void *)((char *)values + option->at);
}

static const struct option *find(const struct option_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->rows[i].name, name) == 0)
			return &table->rows[i];
	return NULL;
}

static bool set_number(void *values, const struct option *option, const char *value, struct text *complaint)
{
	long long least, most;
	char *end;
	long long number = strtoll(value, &end, 10);

	if (!*value || *end) {
		text_addf(complaint, "--%s is a number, not `%s`.", option->name, value);
		return false;
	}
	if (option->choices && sscanf(option->choices, "%lld|%lld", &least, &most) == 2 && (number < least || number > most)) {
		text_addf(complaint, "--%s is from %lld to %lld.", option->name, least, most);
		return false;
	}
	*number_at(values, option) = number;
	return true;
}

static bool set_choice(void *values, const struct option *option, const char *value, struct text *complaint)
{
	int64_t number = 0;

	for (const char *word = option->choices; *word; number++) {
		size_t n = strcspn(word, "|");

		if (strlen(value) == n && strncmp(word, value, n) == 0) {
			*number_at(values, option) = number;
			return true;
		}
		word += word[n] ? n + 1 : n;
	}
	text_addf(complaint, "--%s is one of %s.", option->name, option->choices);
	return false;
}

static bool set_text(void *values, const struct option *option, const char *value, struct text *complaint)
{
	char *text = (char *)values + option->at;

	if (strlen(value) >= OPTION_TEXT_MAX) {
		text_addf(complaint, "--%s has at most %d bytes.", option->name, OPTION_TEXT_MAX - 1);
		return false;
	}
	memset(text, 0, OPTION_TEXT_MAX);
	memcpy(text, value, strlen(value));
	return true;
}

static bool set(void *values, const struct option *option, const char *value, struct text *complaint)
{
	switch (option->kind) {
	case OPTION_NUMBER:
	case OPTION_FLAG:
		return set_number(values, option, value, complaint);
	case OPTION_CHOICE:
		return set_choice(values, option, value, complaint);
	case OPTION_TEXT:
		return set_text(values, option, value, complaint);
	case OPTION_TIME:
		break;
	}
	*number_at(values, option) = *value ? time_read(value, strlen(value)) : time_now();
	if (*number_at(values, option) != NO_TIME)
		return true;
	text_addf(complaint, "--%s is a time as 2026-11-22T06:00:00Z.", option->name);
	return false;
}

bool option_set(const struct option_table *table, void *values, const char *name, const char *value, bool live, struct text *complaint)
{
	const struct option *option = find(table, name);

	if (!option) {
		text_addf(complaint, "There is no option --%s; see --help.", name);
		return false;
	}
	if (live && !option->live) {
		text_addf(complaint, "--%s cannot change while the server runs.", name);
		return false;
	}
	return set(values, option, value, complaint);
}

void option_defaults(const struct option_table *table, void *values)
{
	struct text complaint = { 0 };

	memset(values, 0, table->size);
	for (size_t i = 0; i < table->count; i++)
		set(values, &table->rows[i], table->rows[i].start, &complaint);
	text_release(&complaint);
}

static void help(const struct option_table *table)
{
	puts(table->about);
	for (size_t i = 0; i < table->count; i++) {
		const struct option *option = &table->rows[i];
		bool words = option->kind == OPTION_CHOICE;

		printf("  --%-18s %s [%s]%s%s\n", option->name, option->help, option->start, words ? " " : "", words ? option->choices : "");
	}
}

/* Takes the option at argv[*i] and its values; *i is then the last of them. */
static bool take(const struct option_table *table, void *values, int argc, char **argv, int *i, struct text *complaint)
{
	const char *name = argv[*i] + 2;
	const struct option *option;

	if (strncmp(argv[*i], "--", 2) != 0) {
		text_addf(complaint, "`%s` is no option; see --help.", argv[*i]);
		return false;
	}
	option = find(table, name);
	if (option && option->kind == OPTION_FLAG)
		return set(values, option, "1", complaint);
	if (table->two && strcmp(name, table->two) == 0 && *i + 2 < argc) {
		*i += 2;
		return option_set(table, values, table->first, argv[*i - 1], false, complaint) &&
		       option_set(table, values, table->second, argv[*i], false, complaint);
	}
	if (*i + 1 == argc) {
		text_addf(complaint, "%s needs a value.", argv[*i]);
		return false;
	}
	return option_set(table, values, name, argv[++*i], false, complaint);
}

int option_read(const struct option_table *table, void *values, int argc, char **argv)
{
	struct text complaint = { 0 };
	bool good = true;

	for (int i = 1; i < argc && good; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			help(table);
			return 1;
		}
		good = take(table, values, argc, argv, &i, &complaint);
	}
	if (!good)
		fprintf(stderr, "%s: %s\n", table->program, text_string(&complaint));
	text_release(&complaint);
	return good ? 0 : -1;
}
