/* made.c - prints generated expressions and the canonical text of each, for the judgement of Microsoft's parser: made COUNT. NUL ends each. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/error.h"
#include "tests/unit/expr_make.h"

int main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	uint64_t seed = 1;

	for (long i = 0; i < count; i++) {
		struct strbuf text = STRBUF_INIT(EXPR_MAKE_MAX), printed = STRBUF_INIT(EXPR_TEXT_MAX);
		struct expr *expr = NULL;
		struct error err = { 0 };

		expr_make(&seed, &text);
		if (expr_parse(strbuf_text(&text), text.len, &expr, NULL, &err)) {
			fprintf(stderr, "%s\n    %s\n", strbuf_text(&text), err.text);
			return 1;
		}
		expr_print(expr, &printed);
		printf("%s%c%s%c", strbuf_text(&text), '\0', strbuf_text(&printed), '\0');
		expr_free(&expr);
		strbuf_release(&text);
		strbuf_release(&printed);
	}
	return fflush(stdout) ? 1 : 0;
}
