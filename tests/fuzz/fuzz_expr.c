/* fuzz_expr.c - any bytes as an expression: read or refused with a sentence and a place inside; what is read is written, read again as the
 * same, and the completions at each of a few cursors are around it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/model/expr.h"
#include "core/model/expr_complete.h"

#define PRINT_MAX ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
	if (!truth)
		abort();
}

static void complete(const char *bytes, size_t len)
{
	struct expr_completions out = { 0 };
	char *text = xmemdup(bytes, len);

	len = strlen(text);
	for (size_t cursor = 0; cursor <= len; cursor += len / 4 + 1) {
		expr_complete(text, cursor, NULL, &out);
		require(out.from <= cursor && cursor <= out.to && out.to <= len);
	}
	expr_completions_release(&out);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf first = STRBUF_INIT(PRINT_MAX), second = STRBUF_INIT(PRINT_MAX);
	struct expr *expr = NULL, *again = NULL;
	struct expr_fault fault = { 0 };
	struct error err = { 0 };

	complete((const char *)data, size);
	if (expr_parse((const char *)data, size, &expr, &fault, &err)) {
		require(!expr && err.status == STATUS_USAGE && strstr(err.text, "wrong at character ") && *fault.expected);
		require(fault.at <= size && fault.len <= size - fault.at);
		return 0;
	}
	expr_print(expr, &first);
	require(!first.overflow);
	if (first.len <= EXPR_TEXT_MAX) {   /* escapes may make it longer than may be read */
		require(expr_parse(strbuf_text(&first), first.len, &again, NULL, &err) == 0);
		expr_print(again, &second);
		require(first.len == second.len && memcmp(strbuf_text(&first), strbuf_text(&second), first.len) == 0);
		require(expr_needs_bags(expr) == expr_needs_bags(again) && expr_needs_now(expr) == expr_needs_now(again));
	}
	expr_free(&expr);
	expr_free(&again);
	strbuf_release(&first);
	strbuf_release(&second);
	return 0;
}
