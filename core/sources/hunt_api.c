#include <string.h>

#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "core/io/json.h"
#include "core/sources/hunt_inner.h"

const char *const hunt_api_names[HUNT_API_COUNT] = { "graph", "legacy", "workspace" };

#define MEGABYTE (UINT64_C(1) << 20)

/* Limits as documented: Graph 100,000 rows and 50 MB, the older API 100,000 rows and 124 MB, a workspace 500,000 rows and 64 MB (about 100 MB
 * by newer word). The size that is accepted is somewhat more than what the service allows itself: the service refuses, not we. */
const struct hunt_service hunt_services[HUNT_API_COUNT] = {
	[HUNT_GRAPH] = { "Microsoft Graph", "/v1.0/security/runHuntingQuery", "query", "timespan", NULL, "ThreatHunting.Read.All",
		"ThreatHunting.Read.All", 100000,
	                 128 * MEGABYTE, KQL_XDR },
	[HUNT_LEGACY] = { "the older hunting API", "/api/advancedhunting/run", "Query", NULL, NULL, "AdvancedHunting.Read.All",
		"AdvancedHunting.Read", 100000,
	                  256 * MEGABYTE, KQL_XDR },
	[HUNT_WORKSPACE] = { "Log Analytics", "/v1/workspaces/%s/query", "query", "timespan", NULL, "Data.Read", "Data.Read", 500000,
		256 * MEGABYTE,
	                     KQL_SENTINEL },
};

void hunt_address(const struct hunt_options *options, struct strbuf *out)
{
	const char *path = hunt_services[options->api].path;

	strbuf_adds(out, options->endpoint);
	for (; *path; path++) {
		if (path[0] == '%' && path[1] == 's') {
			http_encode(out, slice_of(options->workspace ? options->workspace : ""));
			path++;
		} else {
			strbuf_addc(out, *path);
		}
	}
}

/* The metadata of Graph writes the parameters small, and so do Microsoft's own clients; the page of the call writes them with capitals, and the
 * older API minds letter case. So a body that is refused is sent once more in the other spelling: hunt_respell(). */
static void add_key(const struct hunt_options *options, const char *key, struct strbuf *out)
{
	char first = options->capital_keys && options->api == HUNT_GRAPH ? (char)(key[0] & ~0x20) : key[0];

	strbuf_addf(out, "\"%c%s\":", first, key + 1);
}

bool hunt_respell(struct hunt_options *options, const struct http_answer *answer)
{
	static const char *const words[] = { "required", "request body", "parameter", "property" };
	struct strbuf folded = STRBUF_INIT(3 * HTTP_BODY_MAX);
	bool body = answer->status == 422;

	utf8_fold(&folded, strbuf_text(&answer->body), answer->body.len);
	for (size_t i = 0; answer->status == 400 && !body && i < sizeof words / sizeof *words; i++)
		body = bytes_find(strbuf_text(&folded), folded.len, words[i], strlen(words[i])) != NULL;
	strbuf_release(&folded);
	if (!body || options->api != HUNT_GRAPH || options->capital_keys)
		return false;
	options->capital_keys = true;
	return true;
}

/* The span is a second bound beside the query's own: the shorter of the two counts, so it is the whole month that the service keeps. */
void hunt_body(const struct hunt_options *options, struct slice query, struct strbuf *out)
{
	const struct hunt_service *service = &hunt_services[options->api];

	strbuf_addc(out, '{');
	add_key(options, service->query_key, out);
	json_string(out, query);
	if (service->span_key) {
		strbuf_addc(out, ',');
		add_key(options, service->span_key, out);
		strbuf_adds(out, "\"P30D\"");
	}
	strbuf_addc(out, '}');
}
