/* trust_guard.c - limits so wide that they guard nothing. The configuration may say so, but not unnoticed. */
#include <inttypes.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/trust.h"

#define SHARE_WIDE 5000u              /* hundredths of a percent; from half on */
#define SPAN_WIDE (30 * SPAN_DAY)     /* beyond a month */
#define YEAR_WIDE (366 * SPAN_DAY)    /* of an acceptance: beyond a year, a leap year too */

static void share_words(unsigned share, const char *name, const char *words, struct strbuf *out)
{
	if (share >= SHARE_WIDE)
		strbuf_addf(out, "[limits] %s is %u.%02u %%%s: %s.", name, share / 100, share % 100,
		            share >= 10000 ? ", so it is switched off" : "", words);
}

static void span_words(int64_t span, int64_t wide, const char *name, const char *words, struct strbuf *out)
{
	if (span <= wide)
		return;
	strbuf_addf(out, "[limits] %s is ", name);
	age_format(out, span);
	strbuf_addf(out, ": %s.", words);
}

static void platform_words(const struct scope *scope, struct strbuf *out)
{
	for (size_t i = 0; i < scope->platform_count && !out->len; i++)
		if (!*scope->platforms[i])
			strbuf_adds(out, "[scope] os_platform is empty: every device of any platform counts as a server.");
}

bool trust_guard(const struct scope *scope, unsigned number, struct strbuf *out)
{
	size_t before = out->len;
	switch (number) {
	case 0:
		share_words(scope->drop, "drop", "findings and servers may fall by that much, and nothing is said", out);
		break;
	case 1:
		share_words(scope->unreadable, "unreadable", "that many rows may be lost, and the run counts as complete", out);
		break;
	case 2:
		share_words(scope->unenriched, "unenriched", "that many servers may lack a witness, and the run counts as complete", out);
		break;
	case 3:
		span_words(scope->freshness, SPAN_WIDE, "freshness", "no earlier is a feed that has stopped noticed, or a host stale", out);
		break;
	case 4:
		span_words(scope->silence, SPAN_WIDE, "silence", "no earlier is a host that is not seen any more flagged", out);
		break;
	case 5:
		span_words(scope->acceptance, YEAR_WIDE, "acceptance", "for so long may an accepted host stay out of the list", out);
		break;
	default:
		platform_words(scope, out);
	}
	return out->len > before;
}
