#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tenant/kql.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static void add_token(struct tokens *tokens, enum token_kind kind, size_t start)
{
	if (tokens->count == tokens->cap) {
		tokens->cap = tokens->cap ? tokens->cap * 2 : 256;
		tokens->items = must_grow(tokens->items, tokens->cap * sizeof *tokens->items);
		tokens->starts = must_grow(tokens->starts, tokens->cap * sizeof *tokens->starts);
	}
	tokens->starts[tokens->count] = start;
	tokens->items[tokens->count++] = (struct token){ kind, NULL, tokens->bytes.len - start };
	text_addc(&tokens->bytes, '\0');
}

static void add_utf8(struct text *out, unsigned long cp)
{
	if (cp < 0x80) {
		text_addc(out, (char)cp);
	} else if (cp < 0x800) {
		text_addc(out, (char)(0xc0 | cp >> 6));
		text_addc(out, (char)(0x80 | (cp & 63)));
	} else {
		text_addc(out, (char)(0xe0 | cp >> 12));
		text_addc(out, (char)(0x80 | (cp >> 6 & 63)));
		text_addc(out, (char)(0x80 | (cp & 63)));
	}
}

/* One escape behind a backslash: \" \' \\ \t \n \r \0 \uXXXX. Returns the bytes it took, 0 for none that Kusto knows. */
static size_t read_escape(struct text *out, const char *at, const char *end)
{
	static const char from[] = "\"'\\tnr0abfv", to[] = "\"'\\\t\n\r\0\a\b\f\v";
	const char *known = at < end && *at ? memchr(from, *at, sizeof from - 1) : NULL;

	if (known) {
		text_addc(out, to[known - from]);
		return 1;
	}
	if (at + 5 <= end && *at == 'u') {
		char digits[5] = { at[1], at[2], at[3], at[4], 0 }, *stop;
		unsigned long cp = strtoul(digits, &stop, 16);

		if (*stop)
			return 0;
		add_utf8(out, cp);
		return 5;
	}
	return 0;
}

/* A literal from its opening quote. `verbatim`: @"..." with doubled quotes and no escapes. Returns NULL when it does not end on its line. */
static const char *read_literal(struct tokens *tokens, const char *at, const char *end, bool verbatim)
{
	char quote = *at++;
	size_t start = tokens->bytes.len;

	while (at < end && *at != '\n' && *at != '\r') {
		if (*at == quote && verbatim && at + 1 < end && at[1] == quote) {
			text_addc(&tokens->bytes, quote);
			at += 2;
		} else if (*at == quote) {
			add_token(tokens, TOKEN_TEXT, start);
			return at + 1;
		} else if (*at == '\\' && !verbatim) {
			size_t n = read_escape(&tokens->bytes, at + 1, end);

			if (!n)
				return NULL;
			at += 1 + n;
		} else {
			text_addc(&tokens->bytes, *at++);
		}
	}
	return NULL;
}

static const char *read_word(struct tokens *tokens, const char *at, const char *end)
{
	size_t start = tokens->bytes.len;
	bool number = isdigit((unsigned char)*at);
	const char *first = at;

	while (at < end && is_word(*at))
		at++;
	/* A name with a ~ or ! around: in~, !in~, !has. The bang is read with the signs. */
	if (!number && at < end && *at == '~')
		at++;
	text_add(&tokens->bytes, first, (size_t)(at - first));
	add_token(tokens, number ? TOKEN_NUMBER : TOKEN_NAME, start);
	/* datetime(2026-11-22T06:00:00Z): what is in the parentheses is one literal without quotes. */
	if (at - first == 8 && memcmp(first, "datetime", 8) == 0 && at < end && *at == '(') {
		const char *close = memchr(at, ')', (size_t)(end - at));

		if (!close)
			return NULL;
		start = tokens->bytes.len;
		text_add(&tokens->bytes, at + 1, (size_t)(close - at - 1));
		add_token(tokens, TOKEN_TIME, start);
		return close + 1;
	}
	return at;
}

static const char *read_sign(struct tokens *tokens, const char *at, const char *end)
{
	static const char *const two[] = { "==", "!=", "<=", ">=", "=~", "!~" };
	size_t start = tokens->bytes.len, n = 1;

	for (size_t i = 0; i < sizeof two / sizeof *two; i++)
		if (at + 1 < end && memcmp(at, two[i], 2) == 0)
			n = 2;
	text_add(&tokens->bytes, at, n);
	add_token(tokens, TOKEN_SIGN, start);
	return at + n;
}

bool tokens_read(struct tokens *tokens, const char *query, size_t n, struct text *complaint)
{
	const char *at = query, *end = query + n;

	while (at && at < end) {
		if (isspace((unsigned char)*at)) {
			at++;
		} else if (at + 1 < end && at[0] == '/' && at[1] == '/') {
			while (at < end && *at != '\n')
				at++;
		} else if (*at == '"' || *at == '\'') {
			at = read_literal(tokens, at, end, false);
		} else if (*at == '@' && at + 1 < end && (at[1] == '"' || at[1] == '\'')) {
			at = read_literal(tokens, at + 1, end, true);
		} else if (is_word(*at)) {
			at = read_word(tokens, at, end);
		} else if (strchr("|;,()[]{}=<>!.*+-/%:", *at)) {
			at = read_sign(tokens, at, end);
		} else {
			at = NULL;
		}
	}
	for (size_t i = 0; i < tokens->count; i++)
		tokens->items[i].text = tokens->bytes.at + tokens->starts[i];
	if (!at)
		text_adds(complaint, "A recognition error occurred. Token recognition error in the query. Fix syntax errors in your query.");
	return at != NULL;
}

void tokens_release(struct tokens *tokens)
{
	free(tokens->items);
	free(tokens->starts);
	text_release(&tokens->bytes);
	*tokens = (struct tokens){ 0 };
}

bool token_is(const struct tokens *tokens, size_t at, const char *text)
{
	return at < tokens->count && tokens->items[at].kind != TOKEN_TEXT && strcmp(tokens->items[at].text, text) == 0;
}

bool tokens_match(const struct tokens *tokens, size_t at, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");
		const struct token *token = at < tokens->count ? &tokens->items[at] : NULL;

		if (!token)
			return false;
		if (!(n == 1 && *words == '?') && (token->kind == TOKEN_TEXT || token->len != n || memcmp(token->text, words, n) != 0))
			return false;
		at++;
		words += words[n] ? n + 1 : n;
	}
	return true;
}

size_t tokens_find(const struct tokens *tokens, size_t at, size_t end, const char *words)
{
	while (at < end && !tokens_match(tokens, at, words))
		at++;
	return at < end ? at : end;
}
