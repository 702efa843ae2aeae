/* oauth_ask.c - the requests of a sign-in: what stands in each form. */
#include <stdio.h>
#include <sys/random.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/io/oauth_inner.h"

#define METADATA "http://169.254.169.254"
#define FORM_MAX 262144
#define FORM_ROOM 32768   /* more than any form but one with an outside token of unheard-of length */
#define ANSWER_S 60

static void add_field(struct strbuf *form, const char *name, struct slice value)
{
	strbuf_addf(form, "%s%s=", form->len ? "&" : "", name);
	http_encode(form, value);
}

static void add_scope(const struct oauth *oauth, struct strbuf *form)
{
	struct strbuf scope = STRBUF_INIT(1024);

	strbuf_addf(&scope, "%s/.default", oauth->options->resource);
	/* A person's sign-in may be renewed without asking again. */
	if (oauth->options->way == OAUTH_DEVICE)
		strbuf_adds(&scope, " offline_access");
	add_field(form, "scope", slice_of(strbuf_text(&scope)));
	strbuf_release(&scope);
}

static void add_token_url(const struct oauth *oauth, struct strbuf *url, const char *what)
{
	strbuf_addf(url, "%s/%s/oauth2/v2.0/%s", oauth->options->login, oauth->options->tenant, what);
}

static int post(struct oauth *oauth, const char *what, const struct strbuf *form, struct error *err)
{
	static const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded", "Accept: application/json", NULL };
	struct strbuf url = STRBUF_INIT(2048);
	int failed;

	add_token_url(oauth, &url, what);
	struct http_ask ask = { .method = "POST", .url = strbuf_text(&url), .headers = headers, .whole_s = ANSWER_S,
	                        .body = { strbuf_text(form), form->len } };
	failed = form->overflow ? error_set(err, STATUS_CONFIG, "The sign-in's form is too long.")
	                        : http_start(oauth->http, &ask, &oauth->request, err);
	strbuf_release(&url);
	return failed;
}

/* A random version-4 UUID: the assertion's id, which no server takes twice. */
static int new_id(char id[37], struct error *err)
{
	unsigned char b[16];

	if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
		return error_set(err, STATUS_FAILED, "The system gave no random bytes.");
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(id, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6],
	         b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
	return 0;
}

/* The signed assertion, or the outside token, which is read anew each time as it changes under us. */
static int add_assertion(struct oauth *oauth, struct strbuf *form, struct error *err)
{
	struct strbuf url = STRBUF_INIT(2048), assertion = STRBUF_INIT(FORM_MAX);
	struct secret outside = { NULL, 0 };
	int64_t now;
	char id[37];
	int failed;

	secret_reserve(&assertion, FORM_ROOM);
	if (oauth->options->way == OAUTH_FEDERATED) {
		struct secret_place place = { .what = "the federated token", .file = oauth->options->federated_file };

		failed = secret_read_shared(&outside, &place, err);
		strbuf_add(&assertion, outside.bytes ? outside.bytes : "", outside.len);
	} else {
		add_token_url(oauth, &url, "token");
		failed = clock_real(&now, err) || new_id(id, err) ||
		         oauth_assertion(oauth->options, strbuf_text(&url), now, id, &assertion, err);
	}
	if (!failed) {
		add_field(form, "client_assertion_type", slice_of("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
		add_field(form, "client_assertion", (struct slice){ strbuf_text(&assertion), assertion.len });
	}
	secret_wipe(&outside);
	strbuf_wipe(&assertion);
	strbuf_release(&url);
	return failed ? -1 : 0;
}

int oauth_ask_token(struct oauth *oauth, struct error *err)
{
	struct strbuf form = STRBUF_INIT(FORM_MAX);
	int failed = 0;

	secret_reserve(&form, FORM_ROOM);
	add_field(&form, "client_id", slice_of(oauth->options->client));
	switch (oauth->stage) {
	case STAGE_POLL:
		add_field(&form, "grant_type", slice_of("urn:ietf:params:oauth:grant-type:device_code"));
		add_field(&form, "device_code", secret_text(&oauth->device_code));
		break;
	case STAGE_REFRESH:
		add_field(&form, "grant_type", slice_of("refresh_token"));
		add_field(&form, "refresh_token", secret_text(&oauth->refresh));
		add_scope(oauth, &form);
		break;
	default:
		add_field(&form, "grant_type", slice_of("client_credentials"));
		add_scope(oauth, &form);
		if (oauth->options->way == OAUTH_SECRET)
			add_field(&form, "client_secret", secret_text(&oauth->secret));
		else
			failed = add_assertion(oauth, &form, err);
	}
	if (!failed)
		failed = post(oauth, "token", &form, err);
	strbuf_wipe(&form);
	return failed;
}

int oauth_ask_code(struct oauth *oauth, struct error *err)
{
	struct strbuf form = STRBUF_INIT(FORM_MAX);
	int failed;

	add_field(&form, "client_id", slice_of(oauth->options->client));
	add_scope(oauth, &form);
	failed = post(oauth, "devicecode", &form, err);
	strbuf_release(&form);
	return failed;
}

/* The metadata service answers on the machine itself and must never be asked through a proxy. */
int oauth_ask_metadata(struct oauth *oauth, struct error *err)
{
	static const char *const headers[] = { "Metadata: true", NULL };
	const struct oauth_options *options = oauth->options;
	struct strbuf url = STRBUF_INIT(2048);
	int failed;

	strbuf_addf(&url, "%s/metadata/identity/oauth2/token?api-version=2018-02-01&resource=",
	            options->metadata ? options->metadata : METADATA);
	http_encode(&url, slice_of(options->resource));
	if (options->client)
		strbuf_addf(&url, "&client_id=%s", options->client);
	struct http_ask ask = { .method = "GET", .url = strbuf_text(&url), .headers = headers, .direct = true, .connect_s = 2,
	                        .whole_s = ANSWER_S };
	failed = http_start(oauth->http, &ask, &oauth->request, err);
	strbuf_release(&url);
	return failed;
}

int oauth_ask_az(struct oauth *oauth, struct error *err)
{
	struct strbuf command = STRBUF_INIT(2048);
	struct secret_place place = { .what = "the token (az account get-access-token)" };
	int done;

	strbuf_addf(&command, "az account get-access-token --resource '%s' --query accessToken --output tsv", oauth->options->resource);
	if (oauth->options->tenant)
		strbuf_addf(&command, " --tenant '%s'", oauth->options->tenant);
	place.command = strbuf_text(&command);
	done = secret_begin(&oauth->run, &place, &oauth->secret, err);
	strbuf_release(&command);
	return done < 0 ? -1 : 0;
}

