/* faults.c - which requests an order to fail is for, and the replies that need nothing of the real one. */
#include <string.h>

#include "tests/tenant/tenant.h"

#define HUGE_BYTES (50 << 20)

const char tenant_fault_kinds[] = " status hang reset empty cut trickle html badgzip redirect huge badjson error delay ";
const char tenant_fault_keys[] = " match fault times after part parts query status bytes ms rows body location headers ";

/* ---- taking ---- */

struct request { const struct call *call; const struct query *query; };

static bool falls_under(const struct fault *fault, const void *asked)
{
	const struct request *request = asked;
	const struct query *query = request->query;

	if (!strstr(request->call->path, fault->match))
		return false;
	if (*fault->query && (!query || strcmp(query_kind_names[query->kind], fault->query) != 0))
		return false;
	if (fault->part >= 0 && (!query || query->part != fault->part))
		return false;
	return fault->parts < 0 || (query && query->parts == fault->parts);
}

void tenant_fault(struct tenant *tenant, const struct call *call, const struct query *query, struct fault *fault)
{
	*fault = (struct fault){ .kind = FAULT_NONE };
	pthread_mutex_lock(&tenant->standin.lock);
	fault_take(&tenant->standin, falls_under, &(struct request){ call, query }, call->entry, fault);
	pthread_mutex_unlock(&tenant->standin.lock);
}

/* ---- replies that need nothing of the real one ---- */

static void status_reply(const struct call *call, const struct fault *fault, struct reply *reply)
{
	reply_status(reply, call->path, fault->status < 0 ? 500 : (unsigned)fault->status);
	if (*fault->body) {
		text_clear(&reply->body);
		text_adds(&reply->body, fault->body);
	}
}

static void html_reply(const struct fault *fault, struct reply *reply)
{
	reply->status = fault->status < 0 ? 200 : (unsigned)fault->status;
	reply->type = "text/html; charset=utf-8";
	text_adds(&reply->body, *fault->body ? fault->body : "<!DOCTYPE html><html><head><title>Web proxy: sign in</title></head><body><h1>Sign in to use "
	                                                     "the network</h1></body></html>\n");
}

/* A gzip header, and then no deflate stream. */
static void gzip_reply(struct reply *reply)
{
	reply_json(reply, 200);
	text_add(&reply->body, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
	for (int i = 0; i < 500; i++)
		text_addc(&reply->body, (char)(i * 37 + 0xf0));
	pairs_add(&reply->headers, "Content-Encoding", "gzip");
}

bool fault_reply(struct tenant *tenant, const struct call *call, const struct fault *fault, struct reply *reply)
{
	switch (fault->kind) {
	case FAULT_STATUS:
		status_reply(call, fault, reply);
		break;
	case FAULT_HTML:
		html_reply(fault, reply);
		break;
	case FAULT_BADGZIP:
		gzip_reply(reply);
		break;
	case FAULT_REDIRECT:
		reply->status = fault->status < 0 ? 307 : (unsigned)fault->status;
		reply->type = "text/plain";
		pairs_add(&reply->headers, "Location", *fault->location ? fault->location : "https://elsewhere.example/v1.0/security/runHuntingQuery");
		break;
	case FAULT_HUGE:
		reply_json(reply, 200);
		reply->stream = stream_of_rubbish(tenant, fault->bytes < 0 ? HUGE_BYTES : fault->bytes);
		stream_entry(reply->stream, call->entry);
		break;
	default:
		if (!fault_ends(fault, reply))
			return false;
	}
	fault_add_headers(fault, reply);
	return true;
}
