/* sign_in.c - signs in once and says what came of it, for sign_in.sh.
 *
 *     sign_in WAY [OPTION VALUE]...       one line each: `code ADDRESS CODE`, `token AUDIENCE ROLES`; or `refused SENTENCE` and status 1
 *
 * Options: --login --tenant --client --resource --variable --file --command --certificate --rs256 1 --federated --metadata, and
 *     --again 1           asks for another token when there is one, without a sign-in by hand where there is a way
 *     --raw FILE          writes the token there
 * WAY `present` sends an assertion that is not what the way would send: --audience --offset SECONDS --id JTI --tamper 1. */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/oauth_inner.h"

#define STEP_MS 100

/* What was asked for. */
struct wish {
	struct oauth_options options;
	const char *audience, *id, *raw;
	int64_t offset;
	bool again, tamper;
};

static void read_option(struct wish *wish, const char *name, const char *value)
{
	struct oauth_options *options = &wish->options;
	const struct { const char *name; const char **to; } texts[] = {
		{ "--login", &options->login }, { "--tenant", &options->tenant }, { "--client", &options->client }, { "--resource", &options->resource },
		{ "--variable", &options->secret.variable }, { "--file", &options->secret.file }, { "--command", &options->secret.command },
		{ "--certificate", &options->certificate }, { "--federated", &options->federated_file }, { "--metadata", &options->metadata },
		{ "--audience", &wish->audience }, { "--id", &wish->id }, { "--raw", &wish->raw },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].to = value;
			return;
		}
	if (strcmp(name, "--rs256") == 0)
		options->rs256 = true;
	else if (strcmp(name, "--again") == 0)
		wish->again = true;
	else if (strcmp(name, "--tamper") == 0)
		wish->tamper = true;
	else if (strcmp(name, "--offset") == 0)
		wish->offset = strtoll(value, NULL, 10);
	else
		die("There is no option %s.", name);
}

static int say_token(struct slice token, const struct wish *wish)
{
	struct oauth_claims claims;
	FILE *file;

	if (!oauth_claims(token, &claims)) {
		printf("token unreadable\n");
		return 0;
	}
	printf("token %s %s\n", claims.audience, claims.roles);
	if (wish->raw && (file = fopen(wish->raw, "wb")) != NULL) {
		fwrite(token.text, 1, token.len, file);
		fclose(file);
	}
	return 0;
}

static void wait_for(struct http *http, const struct oauth *oauth)
{
	struct pollfd fd = { oauth_fd(oauth), POLLIN, 0 };

	(void)http_wait(http, &fd, fd.fd >= 0, STEP_MS);
}

static int sign_in(struct http *http, const struct wish *wish, struct error *err)
{
	struct oauth *oauth;
	struct oauth_code code;
	enum oauth_state state;
	bool said = false;
	int rounds = wish->again ? 2 : 1, failed = 0;

	if (oauth_new(&oauth, http, &wish->options, err))
		return -1;
	while (!failed && rounds--) {
		oauth_want(oauth, true);
		while ((state = oauth_step(oauth, err)) == OAUTH_BUSY || state == OAUTH_CODE) {
			if (oauth_code(oauth, &code) && !said) {
				printf("code %s %s\n", code.address, code.code);
				fflush(stdout);
				said = true;
			}
			wait_for(http, oauth);
		}
		failed = state == OAUTH_READY ? say_token(oauth_token(oauth), wish) : -1;
	}
	oauth_free(&oauth);
	return failed;
}

/* The request of a certificate's way, with an assertion of one's own. */
static int present(struct http *http, const struct wish *wish, struct error *err)
{
	static const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded", NULL };
	struct strbuf form = STRBUF_INIT(65536), url = STRBUF_INIT(4096), assertion = STRBUF_INIT(65536);
	struct http_request *request;
	struct oauth_reply reply;
	int64_t now;
	int failed = -1;

	strbuf_addf(&url, "%s/%s/oauth2/v2.0/token", wish->options.login, wish->options.tenant);
	if (clock_real(&now, err) || oauth_assertion(&wish->options, wish->audience ? wish->audience : strbuf_text(&url), now + wish->offset,
	                                             wish->id ? wish->id : "one", &assertion, err))
		goto out;
	if (wish->tamper)
		assertion.buf[assertion.len / 2] = assertion.buf[assertion.len / 2] == 'A' ? 'B' : 'A';
	strbuf_addf(&form, "client_id=%s&grant_type=client_credentials&client_assertion_type="
	            "urn%%3Aietf%%3Aparams%%3Aoauth%%3Aclient-assertion-type%%3Ajwt-bearer&client_assertion=%s&scope=", wish->options.client,
	            strbuf_text(&assertion));
	http_encode(&form, slice_of(wish->options.resource));
	strbuf_adds(&form, "%2F.default");
	struct http_ask ask = { .method = "POST", .url = strbuf_text(&url), .headers = headers, .body = { form.buf, form.len } };
	if (http_start(http, &ask, &request, err))
		goto out;
	while (http_step(http), !http_answer(request))
		(void)http_wait(http, NULL, 0, STEP_MS);
	const struct http_answer *answer = http_answer(request);
	if (answer->failure != HTTP_NONE || !oauth_reply_read(&reply, (struct slice){ strbuf_text(&answer->body), answer->body.len }))
		error_set(err, STATUS_UNAVAILABLE, "no answer: %s", answer->why);
	else if (answer->status == 200)
		failed = say_token(secret_text(&reply.access), wish);
	else
		oauth_refused(&reply, &wish->options, answer->status, err);
	oauth_reply_wipe(&reply);
	http_end(&request);
out:
	strbuf_release(&form);
	strbuf_release(&url);
	strbuf_release(&assertion);
	return failed;
}

int main(int argc, char **argv)
{
	struct wish wish = { .options = { .way = OAUTH_WAY_COUNT, .resource = "https://graph.microsoft.com", .secret.what = "the client secret" } };
	bool presents = argc > 1 && strcmp(argv[1], "present") == 0;
	struct http *http;
	struct error err = { 0 };
	int failed;

	for (int way = 0; argc > 1 && way < OAUTH_WAY_COUNT; way++)
		if (strcmp(argv[1], oauth_way_names[way]) == 0 || (presents && way == OAUTH_CERTIFICATE))
			wish.options.way = (enum oauth_way)way;
	if (wish.options.way == OAUTH_WAY_COUNT)
		die("usage: sign_in WAY [OPTION VALUE]...");
	for (int i = 2; i + 1 < argc; i += 2)
		read_option(&wish, argv[i], argv[i + 1]);
	if (http_new(&http, NULL, &err))
		die("%s", err.text);
	failed = presents ? present(http, &wish, &err) : sign_in(http, &wish, &err);
	http_free(&http);
	if (failed)
		printf("refused %s\n", err.text);
	return failed != 0;
}
