/* servicenow.c - the way into ServiceNow, and rows out of an answer. See servicenow.h. */
#include "core/io/servicenow.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/utf8.h"
#include "core/io/config.h"

#define VALUE_MAX 255     /* bytes of a value in a condition */
#define NAME_MAX_BYTES 80
#define URL_BYTES_MAX 1000
#define SHOWN_MAX 200     /* bytes of a text from outside in a sentence */

/* -- the way in -- */

static int lacks(struct error *err, const char *option, const char *what)
{
	return error_set(err, STATUS_CONFIG, "%s is not set; %s.", option, what);
}

/* The members of the setup for one way to sign in. */
static int set_way(struct servicenow_site *site, const struct config *config, const char *way, struct error *err)
{
	struct login_setup *setup = &site->setup;

	setup->client = config_text(config, "servicenow.client");
	setup->user = config_text(config, "servicenow.user");
	setup->token_url = site->token_url;
	if (!strcmp(way, "oauth")) {
		setup->way = LOGIN_OAUTH;
		setup->place.what = "ServiceNow's client secret";
		return setup->client ? 0 : lacks(err, "servicenow.client", "write the client id of the OAuth application there");
	}
	if (!strcmp(way, "api-key")) {
		setup->way = LOGIN_HEADER;
		setup->header = "x-sn-apikey: ";
		setup->place.what = "ServiceNow's API key";
		return 0;
	}
	setup->place.what = "ServiceNow's password";
	if (!setup->user)
		return lacks(err, "servicenow.user", "write the user that signs in there");
	if (!strcmp(way, "basic")) {
		setup->way = LOGIN_BASIC;
		return 0;
	}
	setup->way = LOGIN_PASSWORD;
	setup->client_place = (struct secret_place){
		.what = "ServiceNow's client secret",
		.variable = "ROUSE_SERVICENOW_CLIENT_SECRET",
		.file = config_text(config, "servicenow.client_secret_file"),
		.command = config_text(config, "servicenow.client_secret_command"),
	};
	return setup->client ? 0 : lacks(err, "servicenow.client", "write the client id of the OAuth application there");
}

/* An address may have a path, where an instance stands behind a gateway. */
int servicenow_site_read(struct servicenow_site *site, const struct config *config, struct error *err)
{
	const char *url = config_text(config, "servicenow.url");
	struct strbuf address = STRBUF_INIT(2 * URL_BYTES_MAX);

	if (!url || !*url)
		return lacks(err, "servicenow.url", "write the address of the instance there: https://NAME.service-now.com");
	if (strlen(url) > URL_BYTES_MAX)
		return error_set(err, STATUS_CONFIG, "servicenow.url is longer than %d bytes.", URL_BYTES_MAX);
	if (talk_check_url(url, "servicenow.url", err))
		return -1;
	size_t len = strlen(url);

	while (len && url[len - 1] == '/')
		len--;
	site->base = xmemdup(url, len);
	talk_url(&address, site->base, "/oauth_token.do");
	site->token_url = xstrdup(strbuf_text(&address));
	strbuf_release(&address);
	site->setup = (struct login_setup){
		.who = "ServiceNow", .section = "servicenow",
		.place = { .variable = "ROUSE_SERVICENOW_SECRET", .file = config_text(config, "servicenow.secret_file"),
		           .command = config_text(config, "servicenow.secret_command") },
	};
	return set_way(site, config, config_text(config, "servicenow.sign_in"), err);
}

void servicenow_site_release(struct servicenow_site *site)
{
	free(site->base);
	free(site->token_url);
	*site = (struct servicenow_site){0};
}

/* Sentences for the two refusals that everybody meets first. */
void servicenow_mend(const struct servicenow_site *site, int status, struct strbuf *out)
{
	if (status == 401 && site->setup.way == LOGIN_BASIC)
		strbuf_adds(out, " Check user and password. Since June 2026 instances take basic sign-in only from accounts "
		                 "with web service access"
		                 " only, or the role snc_basic_auth_api_access: use sign_in = oauth or api-key.");
	else if (status == 401)
		strbuf_adds(out, " Check sign_in, client, user and the secret in [servicenow]; the account must be active.");
	else if (status == 403)
		strbuf_adds(out, " The account needs the right for this table; the role itil has it for incident, a rule of "
		                 "the instance may still"
		                 " refuse it.");
}

/* -- what may be asked -- */

bool servicenow_plain(struct slice value)
{
	static const char script[] = "javascript:";

	if (!value.len || value.len > VALUE_MAX || !utf8_valid(value.text, value.len))
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.text[i] == '^' || (unsigned char)value.text[i] < ' ' || value.text[i] == 0x7f)
			return false;
	return value.len < sizeof script - 1 || !slice_is_nocase((struct slice){ value.text, sizeof script - 1 }, script);
}

bool servicenow_name(const char *name, bool dots)
{
	static const char letters[] = ".abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t len = strlen(name);

	return len && len <= NAME_MAX_BYTES && strspn(name, dots ? letters : letters + 1) == len;
}

/* -- rows -- */

static void add_shown(struct strbuf *out, struct slice text)
{
	size_t n = text.len;

	if (n > SHOWN_MAX)
		for (n = SHOWN_MAX; n && ((unsigned char)text.text[n] & 0xc0) == 0x80;)
			n--;
	utf8_visible(out, text.text ? text.text : "", n);
}

/* `"error": {"message": "Transaction cancelled: maximum execution time exceeded", "detail": null}`. False when there is none. */
static bool has_error(struct servicenow_rows *rows, struct strbuf *why)
{
	const struct json_member *error = json_get(&rows->top, "error"), *part;

	if (!error || error->kind == JSON_NULL)
		return false;
	if (error->kind != JSON_NESTED || json_object_read(&rows->field, error->text) != 1) {
		add_shown(why, error->text);
		return true;
	}
	part = json_get(&rows->field, "message");
	add_shown(why, part ? part->text : slice_of("an error without a message"));
	part = json_get(&rows->field, "detail");
	if (part && part->kind == JSON_TEXT && part->text.len) {
		strbuf_adds(why, ": ");
		add_shown(why, part->text);
	}
	return true;
}

int servicenow_rows_read(struct servicenow_rows *rows, struct slice body, struct strbuf *why)
{
	rows->next = rows->broken = 0;
	rows->single = rows->given = false;
	if (json_object_read(&rows->top, body) != 1 || rows->top.array) {
		strbuf_adds(why, "the answer breaks off or is no JSON");
		return -1;
	}
	if (has_error(rows, why))
		return -1;
	const struct json_member *result = json_get(&rows->top, "result");

	if (!result || result->kind != JSON_NESTED || json_object_read(&rows->list, result->text) != 1) {
		strbuf_adds(why, "there is no result in the answer");
		return -1;
	}
	rows->single = !rows->list.array;
	return 0;
}

bool servicenow_rows_next(struct servicenow_rows *rows)
{
	if (rows->single) {
		bool fresh = !rows->given;

		rows->given = true;
		return fresh && json_object_read(&rows->row, json_get(&rows->top, "result")->text) == 1;
	}
	while (rows->next < rows->list.count) {
		const struct json_member *element = &rows->list.members[rows->next++];

		if (element->kind == JSON_NESTED && json_object_read(&rows->row, element->text) == 1 && !rows->row.array)
			return true;
		rows->broken++;
	}
	return false;
}

/* The three forms of a value: bare, {link, value}, {display_value, value}; null counts as empty. */
bool servicenow_get(struct servicenow_rows *rows, const char *field, bool shown, struct strbuf *out)
{
	const struct json_member *member = json_get(&rows->row, field);

	if (!member)
		return false;
	if (member->kind == JSON_NESTED) {
		if (json_object_read(&rows->field, member->text) != 1)
			return true;
		member = json_get(&rows->field, shown ? "display_value" : "value");
		if (!member)
			member = json_get(&rows->field, shown ? "value" : "display_value");
	}
	if (member && member->kind != JSON_NULL && member->kind != JSON_NESTED)
		strbuf_add(out, member->text.text, member->text.len);
	return true;
}

void servicenow_rows_release(struct servicenow_rows *rows)
{
	json_object_release(&rows->top);
	json_object_release(&rows->list);
	json_object_release(&rows->row);
	json_object_release(&rows->field);
	*rows = (struct servicenow_rows){0};
}
