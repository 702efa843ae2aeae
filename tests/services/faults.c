/* faults.c - which requests an order to fail is for, and what it makes of the replies. */
#include <stdio.h>
#include <string.h>

#include "tests/services/services.h"

const char world_fault_kinds[] = " status hang reset empty cut html error delay redirect drop clip forget ";
const char world_fault_keys[] = " match method having fault done times after status bytes ms body location fields headers ";

static bool falls_under(const struct fault *fault, const void *asked)
{
	const struct call *call = asked;

	if (!strstr(call->raw, fault->match) || (*fault->method && strcmp(fault->method, call->method) != 0))
		return false;
	return !*fault->having || strstr(text_string(&call->body), fault->having);
}

bool world_fault(struct world *world, const struct call *call, struct fault *fault)
{
	return fault_take(&world->standin, falls_under, call, call->entry, fault);
}

bool fault_names_field(const struct fault *fault, const char *field)
{
	size_t n = strlen(field);

	for (const char *at = fault->fields; *at; at += strcspn(at, ","), at += *at == ',')
		if (strncmp(at, field, n) == 0 && (!at[n] || at[n] == ','))
			return true;
	return false;
}

/* ---- replies ---- */

static void html_page(struct reply *reply, unsigned status, const char *title)
{
	reply->status = status;
	reply->type = "text/html; charset=utf-8";
	text_clear(&reply->body);
	text_addf(&reply->body, "<!DOCTYPE html><html><head><title>%s</title></head><body><h1>%s</h1></body></html>\n", title, title);
}

/* A list that ends in an error, with 200: a quota killed the query while it was streamed (facts 1.5). */
static void late_error(struct reply *reply)
{
	static const char error[] = "\"error\":{\"message\":\"Transaction cancelled: maximum execution time exceeded\",\"detail\":\"maximum execution time "
	                            "exceeded Check logs for error trace or enable glide.rest.debug property to verify REST request processing\"},"
	                            "\"status\":\"failure\"}";
	const char *end = NULL;

	for (const char *at = text_string(&reply->body); (at = strchr(at, '}')) != NULL; at++)
		if (at < text_string(&reply->body) + reply->body.len - 3 && (!end || at < text_string(&reply->body) + reply->body.len / 2))
			end = at;
	reply_json(reply, 200);
	if (end)
		reply->body.len = (size_t)(end + 1 - reply->body.at);
	else
		text_clear(&reply->body), text_adds(&reply->body, "{\"result\":[");
	text_room(&reply->body, 0);
	reply->body.at[reply->body.len] = '\0';
	text_addf(&reply->body, "],%s", error);
}

void fault_spoil(const struct call *call, const struct fault *fault, struct reply *reply)
{
	switch (fault->kind) {
	case FAULT_STATUS:
		reply_status(call, reply, fault->status < 0 ? 500 : (unsigned)fault->status);
		break;
	case FAULT_CUT:
		reply->cut = fault->bytes < 0 ? (int64_t)reply->body.len / 2 : fault->bytes;
		break;
	case FAULT_HTML:
		html_page(reply, fault->status < 0 ? 200 : (unsigned)fault->status, "Sign in");
		break;
	case FAULT_ERROR:
		late_error(reply);
		break;
	case FAULT_DELAY:
		reply->wait_ms = fault->ms < 0 ? 1000 : fault->ms;
		break;
	case FAULT_REDIRECT:
		html_page(reply, fault->status < 0 ? 302 : (unsigned)fault->status, "Found");
		pairs_add(&reply->headers, "Location", *fault->location ? fault->location : "https://elsewhere.example/login.do");
		break;
	default:
		fault_ends(fault, reply);
	}
	if (*fault->body) {
		text_clear(&reply->body);
		text_adds(&reply->body, fault->body);
	}
	fault_add_headers(fault, reply);
}

/* ---- the documented body of a status ---- */

static void snow_status(const struct call *call, struct reply *reply, unsigned status)
{
	switch (status) {
	case 401:
		snow_error(reply, 401, "User Not Authenticated", "Required to provide Auth information");
		break;
	case 403:
		snow_error(reply, 403, "Operation Failed", "ACL Exception Update Failed due to security constraints");
		break;
	case 404:
		snow_error(reply, 404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
		break;
	case 400:
		snow_error(reply, 400, "Requested URI does not represent any resource", call->path);
		break;
	case 429:
		snow_error(reply, 429, "Rate limit exceeded", "Too many requests");   /* (MEM) */
		break;
	case 202:
		reply_json(reply, 202);
		text_clear(&reply->body);
		text_adds(&reply->body, "{}");
		break;
	case 500:
		snow_error(reply, 500, "Transaction cancelled: maximum execution time exceeded", NULL);
		break;
	default:
		html_page(reply, status, "The instance is temporarily unavailable");
	}
}

static void slack_status(struct reply *reply, unsigned status)
{
	static const struct { unsigned status; const char *word; } words[] = { { 400, "invalid_payload" }, { 403, "invalid_token" }, { 404, "no_service" },
		{ 410, "channel_is_archived" }, { 429, "rate_limited" }, { 500, "rollup_error" }, { 200, "ok" } };

	text_clear(&reply->body);
	reply->status = status;
	reply->type = "text/html";
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].status == status)
			text_adds(&reply->body, words[i].word);
}

void reply_status(const struct call *call, struct reply *reply, unsigned status)
{
	char message[80];

	snprintf(message, sizeof message, "%s", status == 429 ? "Rate limit exceeded." : status == 404 ? "null for uri" : "Internal server error");
	if (call->service == SERVICE_SLACK) {
		slack_status(reply, status);
	} else if (call->service == SERVICE_CLOUD || call->service == SERVICE_CENTER) {
		text_clear(&reply->body);
		if (status == 502 || status == 503 || status == 504)
			html_page(reply, status, "Jira is temporarily unavailable");
		else
			jira_error(reply, status, message);
	} else if (call->service == SERVICE_TEAMS) {
		reply_json(reply, status);
		text_clear(&reply->body);
		if (status != 202)
			text_addf(&reply->body, "{\"error\":{\"code\":\"%u\",\"message\":\"%s\"}}", status, message);
	} else {
		snow_status(call, reply, status);
	}
}
