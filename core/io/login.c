/* login.c - the steps of a sign-in: the secret, the client's secret, the token. See login.h. */
#include "core/io/login.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/http_text.h"
#include "core/io/oauth_inner.h"

#define FORM_MAX 65536
#define TOKEN_ANSWER_MAX ((uint64_t)65536)
#define SPARE_MS INT64_C(60000)
#define LIFE_S INT64_C(300)                 /* of a token that does not say */
#define LIFE_MAX_S INT64_C(172800)
#define TOKEN_WHOLE_S 60

/* Where a sign-in stands. */
enum {
	STATE_NEW,
	STATE_SECRET,   /* a command gives the secret */
	STATE_HAVE,     /* the secret is there */
	STATE_CLIENT,   /* a command gives the client's secret */
	STATE_ALL,      /* every secret is there; a token is not */
	STATE_TOKEN,    /* the token is asked for */
	STATE_READY,
};

static bool has_token(const struct login *login)
{
	return login->setup.way == LOGIN_OAUTH || login->setup.way == LOGIN_PASSWORD;
}

void login_init(struct login *login, struct talk *talk, const struct login_setup *setup)
{
	*login = (struct login){ .setup = *setup, .talk = talk, .run = { .fd = -1 } };
	if (!login->setup.place.kept)
		login->setup.place.kept = talk_kept(talk, setup->place.variable);
	if (!login->setup.client_place.kept)
		login->setup.client_place.kept = talk_kept(talk, setup->client_place.variable);
}

void login_release(struct login *login)
{
	talk_end(&login->call);
	secret_cancel(&login->run);
	secret_wipe(&login->secret);
	secret_wipe(&login->client_secret);
	secret_wipe(&login->token);
	secret_wipe(&login->made);
	*login = (struct login){ .run = { .fd = -1 } };
}

static enum step fail(struct login *login)
{
	login->state = STATE_NEW;
	return STEP_FAILED;
}

/* -- sentences -- */

/* `[servicenow] client and secret_file`. Appends. */
static void add_options(const struct login *login, struct strbuf *out)
{
	const struct login_setup *setup = &login->setup;
	const char *secret = setup->option ? setup->option : "secret_file";

	if (setup->section)
		strbuf_addf(out, "[%s] ", setup->section);
	if (setup->way == LOGIN_OAUTH)
		strbuf_adds(out, "client and ");
	else if (setup->way == LOGIN_PASSWORD)
		strbuf_adds(out, "client, client_secret_file, user and ");
	else if (setup->way == LOGIN_BASIC)
		strbuf_adds(out, "user and ");
	strbuf_adds(out, secret);
	if (setup->place.variable)
		strbuf_addf(out, " (or %s)", setup->place.variable);
}

/* `said` is a whole sentence. */
static int refuse(const struct login *login, const char *said, bool rights, struct error *err)
{
	struct strbuf text = STRBUF_INIT(900);

	strbuf_addf(&text, "%s ", said);
	if (rights) {
		strbuf_adds(&text, "The account lacks rights, or is not the right one: check ");
		add_options(login, &text);
		strbuf_adds(&text, ".");
	} else {
		strbuf_adds(&text, "Check ");
		add_options(login, &text);
		strbuf_adds(&text, ".");
	}
	if (login->setup.hint && !rights)
		strbuf_addf(&text, " %s", login->setup.hint);
	error_set(err, STATUS_NO_PERMISSION, "%s", strbuf_text(&text));
	strbuf_release(&text);
	return -1;
}

int login_refused(const struct login *login, const struct talk_reply *reply, struct error *err)
{
	return refuse(login, reply->why, reply->status == 403, err);
}

/* Whether anything gives it; else secret_begin() would speak of another section. */
static int check_place(const struct login *login, const struct secret_place *place, bool client, struct error *err)
{
	const char *value = place->variable ? getenv(place->variable) : NULL;
	const char *option = client ? "client_secret_file" : login->setup.option ? login->setup.option : "secret_file";

	if ((value && *value) || place->file || place->command || (place->kept && place->kept->len))
		return 0;
	return error_set(err, STATUS_CONFIG, "Nothing gives %s: set %s, or name a file that holds it in [%s] %s.",
	                 place->what ? place->what : "the secret", place->variable ? place->variable : "it",
	                 login->setup.section ? login->setup.section : login->setup.who, option);
}

/* -- secrets -- */

/* 1 when the secret is there, 0 while a command runs, -1. */
static int want_secret(struct login *login, const struct secret_place *place, struct secret *secret, bool client, struct error *err)
{
	int done;

	if (secret->len)
		return 1;
	if (login->state == STATE_SECRET || login->state == STATE_CLIENT)
		return secret_step(&login->run, secret, err);
	if (check_place(login, place, client, err))
		return -1;
	done = secret_begin(&login->run, place, secret, err);
	if (done == 0)
		login->state = client ? STATE_CLIENT : STATE_SECRET;
	return done;
}

/* user:secret, or the whole header. */
static int make_line(struct login *login, struct error *err)
{
	const struct login_setup *setup = &login->setup;
	const char *before = setup->way == LOGIN_BASIC ? setup->user : setup->header;
	struct strbuf line = STRBUF_INIT(FORM_MAX);
	int failed = 0;

	if (setup->way != LOGIN_BASIC && setup->way != LOGIN_HEADER)
		return 0;
	if (setup->way == LOGIN_BASIC && (!before || !*before || strchr(before, ':')))
		return error_set(err, STATUS_CONFIG, "%s: [%s] user must be set, and no colon may be in it.", setup->who,
		                 setup->section ? setup->section : "the configuration");
	secret_reserve(&line, strlen(before ? before : "") + login->secret.len + 2);
	strbuf_addf(&line, "%s%s", before ? before : "", setup->way == LOGIN_BASIC ? ":" : "");
	strbuf_add(&line, login->secret.bytes, login->secret.len);
	if (line.overflow)
		failed = error_set(err, STATUS_CONFIG, "%s: the secret is too long to be one.", setup->who);
	else
		secret_set(&login->made, (struct slice){ strbuf_text(&line), line.len });
	strbuf_wipe(&line);
	return failed;
}

/* -- the token -- */

static void add_field(struct strbuf *form, const char *name, struct slice value)
{
	if (form->len)
		strbuf_addc(form, '&');
	strbuf_addf(form, "%s=", name);
	http_encode(form, value);
}

static int ask_token(struct login *login, struct error *err)
{
	const struct login_setup *setup = &login->setup;
	const struct secret *client = setup->way == LOGIN_OAUTH ? &login->secret : &login->client_secret;
	struct strbuf form = STRBUF_INIT(FORM_MAX * 4);
	struct talk_ask ask = {
		.who = setup->who, .method = "POST", .url = setup->token_url, .type = "application/x-www-form-urlencoded", .secret_body = true,
		.hide = { secret_text(&login->secret), secret_text(&login->client_secret) }, .answer_max = TOKEN_ANSWER_MAX,
		.whole_s = TOKEN_WHOLE_S,
	};
	int failed;

	secret_reserve(&form, FORM_MAX * 4 - 1);
	add_field(&form, "grant_type", slice_of(setup->way == LOGIN_OAUTH ? "client_credentials" : "password"));
	add_field(&form, "client_id", slice_of(setup->client ? setup->client : ""));
	if (client->len)
		add_field(&form, "client_secret", secret_text(client));
	if (setup->way == LOGIN_PASSWORD) {
		add_field(&form, "username", slice_of(setup->user ? setup->user : ""));
		add_field(&form, "password", secret_text(&login->secret));
	}
	ask.body = (struct slice){ strbuf_text(&form), form.len };
	failed = form.overflow ? error_set(err, STATUS_CONFIG, "%s: the secret is too long to be one.", setup->who)
	                       : talk_begin(login->talk, &ask, &login->call, err);
	strbuf_wipe(&form);
	return failed;
}

static void keep_token(struct login *login, const struct oauth_reply *reply)
{
	int64_t life = reply->expires_s > LIFE_MAX_S ? LIFE_MAX_S : reply->expires_s > 0 ? reply->expires_s : LIFE_S;
	int64_t spare = life * 1000 / 2 < SPARE_MS ? life * 1000 / 2 : SPARE_MS;

	secret_set(&login->token, secret_text(&reply->access));
	login->token_until_ms = talk_now_ms(login->talk) + life * 1000 - spare;
	login->state = STATE_READY;
}

/* 400 invalid_client, 401 access_denied and the like: the secret is wrong, or the client; anything else is no refusal of ours. */
static int token_failed(const struct login *login, const struct talk_reply *answer, const struct oauth_reply *reply, struct error *err)
{
	struct strbuf said = STRBUF_INIT(800);
	const char *words = reply->description[0] ? reply->description : reply->error;

	if (answer->outcome == TALK_FINE)
		return error_set(err, STATUS_UNAVAILABLE, "%s: the sign-in was answered with %d and %s; %s.", login->setup.who, answer->status,
		                 answer->json ? "no token that can be used" : "something that is no JSON",
		                 answer->json ? "try again later" : "is a proxy or a sign-in portal between?");
	if (answer->status != 400 && answer->status != 401 && answer->status != 403)
		return talk_failed(answer, err);
	if (words[0])
		strbuf_addf(&said, "%s refused the sign-in (%d): %s%s", login->setup.who, answer->status, words,
		            words[strlen(words) - 1] == '.' ? "" : ".");
	else
		strbuf_adds(&said, answer->why);
	refuse(login, strbuf_text(&said), false, err);
	strbuf_release(&said);
	return -1;
}

static enum step token_step(struct login *login, struct error *err)
{
	const struct slice hide[] = { secret_text(&login->secret), secret_text(&login->client_secret) };
	const struct talk_reply *answer;
	struct oauth_reply reply;

	if (talk_step(login->call) != STEP_DONE)
		return STEP_WAIT;
	answer = talk_reply(login->call);
	oauth_reply_read_hiding(&reply, answer->body, hide, sizeof hide / sizeof *hide);
	if (answer->outcome == TALK_FINE && reply.access.len)
		keep_token(login, &reply);
	else
		token_failed(login, answer, &reply, err);
	oauth_reply_wipe(&reply);
	talk_end(&login->call);
	return login->state == STATE_READY ? STEP_DONE : fail(login);
}

/* -- steps -- */

/* Reads what is still missing. */
static enum step secrets_step(struct login *login, struct error *err)
{
	const struct login_setup *setup = &login->setup;
	int done = 1;

	if (login->state == STATE_NEW || login->state == STATE_SECRET) {
		done = want_secret(login, &setup->place, &login->secret, false, err);
		if (done > 0)
			login->state = STATE_HAVE;
	}
	if (done > 0 && setup->way == LOGIN_PASSWORD)
		done = want_secret(login, &setup->client_place, &login->client_secret, true, err);
	if (done > 0 && make_line(login, err))
		done = -1;
	if (done > 0)
		login->state = has_token(login) ? STATE_ALL : STATE_READY;
	return done > 0 ? STEP_DONE : done == 0 ? STEP_WAIT : fail(login);
}

enum step login_step(struct login *login, struct error *err)
{
	if (login->setup.way == LOGIN_NONE)
		return STEP_DONE;
	if (login->state == STATE_READY && has_token(login) && talk_now_ms(login->talk) >= login->token_until_ms) {
		login->state = STATE_ALL;
		login->renewed = false;
	}
	if (login->state == STATE_READY)
		return STEP_DONE;
	if (login->state < STATE_ALL) {
		enum step step = secrets_step(login, err);

		if (step != STEP_DONE || login->state == STATE_READY)
			return step;
	}
	if (login->state == STATE_ALL) {
		if (ask_token(login, err))
			return fail(login);
		login->state = STATE_TOKEN;
	}
	return token_step(login, err);
}

void login_sign(const struct login *login, struct talk_ask *ask)
{
	switch (login->setup.way) {
	case LOGIN_NONE: break;
	case LOGIN_BASIC: ask->basic = secret_text(&login->made); break;
	case LOGIN_BEARER: ask->bearer = secret_text(&login->secret); break;
	case LOGIN_HEADER: ask->secret_header = secret_text(&login->made); break;
	case LOGIN_OAUTH: case LOGIN_PASSWORD: ask->bearer = secret_text(&login->token); break;
	}
}

bool login_renew(struct login *login)
{
	if (!has_token(login) || login->renewed || login->state != STATE_READY)
		return false;
	secret_wipe(&login->token);
	login->renewed = true;
	login->state = STATE_ALL;
	return true;
}

int login_fd(const struct login *login)
{
	return login->state == STATE_SECRET || login->state == STATE_CLIENT ? login->run.fd : -1;
}
