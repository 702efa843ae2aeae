#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/tenant/tenant.h"

enum face face_of(const char *path)
{
	return strncmp(path, "/v1.0/", 6) == 0 || strncmp(path, "/beta/", 6) == 0 ? FACE_GRAPH : strncmp(path, "/v1/", 4) == 0 ? FACE_WORKSPACE
	                                                                                                                      : FACE_LEGACY;
}

bool is_query_path(const char *path)
{
	size_t n = strlen(path);

	return strcmp(path, "/v1.0/security/runHuntingQuery") == 0 || strcmp(path, "/api/advancedhunting/run") == 0 ||
	       strcmp(path, "/api/advancedqueries/run") == 0 ||
	       (strncmp(path, "/v1/workspaces/", 15) == 0 && n > 21 && strcmp(path + n - 6, "/query") == 0);
}

void reply_json(struct reply *reply, unsigned status)
{
	reply->status = status;
	reply->type = "application/json; charset=utf-8";
	text_clear(&reply->body);
}

/* Facts 1.4: Graph's envelope with innerError, the older API's with target, Log Analytics' with neither. */
void reply_error(struct reply *reply, enum face face, unsigned status, const char *code, const char *message)
{
	struct text *out = &reply->body;
	char one[37], two[37];

	random_uuid(one);
	random_uuid(two);
	reply_json(reply, status);
	text_adds(out, "{\"error\":{\"code\":");
	text_json(out, code, strlen(code));
	text_adds(out, ",\"message\":");
	text_json(out, message, strlen(message));
	if (face == FACE_GRAPH) {
		text_adds(out, ",\"innerError\":{\"date\":\"");
		text_time(out, time_now(), 0);
		out->len--;   /* Graph writes it without a zone */
		text_addf(out, "\",\"request-id\":\"%s\",\"client-request-id\":\"%s\"}", one, two);
	} else if (face == FACE_LEGACY) {
		text_addf(out, ",\"target\":\"%s\"", one);
	}
	text_adds(out, "}}");
}

/* Facts 1.4, the generic 429 of Graph: a code and a message within innerError. */
static void reply_throttled(struct reply *reply)
{
	char id[37];

	random_uuid(id);
	reply_json(reply, 429);
	text_addf(&reply->body, "{\"error\":{\"code\":\"TooManyRequests\",\"innerError\":{\"code\":\"429\",\"date\":\"2020-08-18T12:51:51\",\"message\":"
	          "\"Please retry after\",\"request-id\":\"%s\",\"status\":\"429\"},\"message\":\"Please retry again later.\"}}", id);
}

void reply_status(struct reply *reply, const char *path, unsigned status)
{
	enum face face = face_of(path);

	if (strstr(path, "/oauth2/"))
		reply_entra(reply, status, status == 429 || status >= 500 ? "temporarily_unavailable" : "invalid_request", status == 429 ? 90055 : 90033,
		            "A transient error has occurred. Please try again.");
	else if (status == 429 && face == FACE_GRAPH)
		reply_throttled(reply);
	else if (status == 429)
		reply_error(reply, face, 429, "TooManyRequests", "You have exceeded the number of calls of this tenant. Please retry again later.");
	else if (status >= 500)
		reply_error(reply, face, status, face == FACE_LEGACY ? "InternalServerError" : "UnknownError", "");
	else if (status == 401)
		reply_error(reply, face, 401, face == FACE_LEGACY ? "Unauthorized" : "InvalidAuthenticationToken",
		            "Access token has expired or is not yet valid.");
	else if (status == 403)
		reply_error(reply, face, 403, face == FACE_GRAPH ? "Forbidden" : face == FACE_LEGACY ? "Forbidden" : "InsufficientAccessError",
		            "Missing application roles. API required roles: ThreatHunting.Read.All, application roles: Alert.Read.All,Incident.Read.All.");
	else if (status == 404)
		reply_error(reply, face, 404, face == FACE_WORKSPACE ? "PathNotFoundError" : "NotFound", "The requested path does not exist");
	else
		reply_error(reply, face, status, "BadRequest", "'summarize' operator: Failed to resolve scalar expression named 'X'. Fix semantic errors in "
		                                               "your query.");
}

void reply_entra(struct reply *reply, unsigned status, const char *error, int number, const char *format, ...)
{
	struct text description = { 0 }, stamp = { 0 }, *out = &reply->body;
	char trace[37], correlation[37], message[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	random_uuid(trace);
	random_uuid(correlation);
	text_time(&stamp, time_now(), 0);
	stamp.at[10] = ' ';
	text_addf(&description, "AADSTS%d: %s\r\nTrace ID: %s\r\nCorrelation ID: %s\r\nTimestamp: %s", number, message, trace, correlation, stamp.at);
	reply_json(reply, status);
	/* Line ends are \r\n within the text, as Entra has them. */
	text_addf(out, "{\"error\":\"%s\",\"error_description\":", error);
	text_json(out, description.at, description.len);
	text_addf(out, ",\"error_codes\":[%d],\"timestamp\":\"%s\",\"trace_id\":\"%s\",\"correlation_id\":\"%s\",\"error_uri\":"
	          "\"https://login.microsoftonline.com/error?code=%d\"}", number, stamp.at, trace, correlation, number);
	text_release(&description);
	text_release(&stamp);
}
