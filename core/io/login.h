/* login.h - how a configured service is signed in to: key, basic, token or OAuth client credentials, with the secret from where the
 * configuration says.
 *
 * Secrets are read once, when first needed (a command may be asked: that takes steps), and kept in wiped memory. A variable that two
 * sign-ins of one client share is read once for both (talk_kept()). */
#ifndef ROUSE_LOGIN_H
#define ROUSE_LOGIN_H

#include <stdint.h>

#include "core/base/step.h"
#include "core/io/secret.h"
#include "core/io/talk.h"

enum login_way {
	LOGIN_NONE,
	LOGIN_BASIC,     /* user:secret */
	LOGIN_BEARER,    /* Authorization: Bearer SECRET */
	LOGIN_HEADER,    /* a header of its own: header_name and a prefix, then the secret */
	LOGIN_OAUTH,     /* client_credentials at token_url; the token as Bearer, refreshed before its end and once on 401 */
	LOGIN_PASSWORD,  /* OAuth's password grant: user and secret, with client and client_secret */
};

/* Borrowed; lives as long as the login. */
struct login_setup {
	const char *who;                   /* `ServiceNow` */
	enum login_way way;
	struct secret_place place;         /* of the secret */
	struct secret_place client_place;  /* LOGIN_PASSWORD: of the client's secret */
	const char *user;                  /* LOGIN_BASIC, LOGIN_PASSWORD */
	const char *client;                /* LOGIN_OAUTH, LOGIN_PASSWORD: client_id */
	const char *header;                /* LOGIN_HEADER: `x-sn-apikey: ` or `Authorization: token ` */
	const char *token_url;             /* LOGIN_OAUTH, LOGIN_PASSWORD */
	const char *section;               /* of the configuration, for sentences: `servicenow`; NULL: none is named */
	const char *option;                /* that gives the secret there: `secret_file`; NULL: that */
	const char *hint;                  /* a sentence for a refused sign-in, beside what to check; NULL: none */
};

/* Zero-initialise, then login_init(). */
struct login {
	struct login_setup setup;
	struct talk *talk;                 /* borrowed */
	struct secret secret, client_secret, token, made;   /* `made`: the header or user:secret; all wiped */
	struct secret_run run;
	struct talk_call *call;            /* for a token */
	int64_t token_until_ms;            /* monotonic; a minute before its end, or half of a short life */
	int state;                         /* inside */
	bool renewed;                      /* the token was fetched anew after a 401; not again before it ends */
};

void login_init(struct login *login, struct talk *talk, const struct login_setup *setup);
/* Makes it ready to sign a request: STEP_DONE, STEP_WAIT, or STEP_FAILED with a sentence. */
enum step login_step(struct login *login, struct error *err);
/* Puts the authorisation into an ask; what it borrows lives as long as the login. After STEP_DONE. */
void login_sign(const struct login *login, struct talk_ask *ask);
/* After a 401: true when a new token was asked for and the question may be put once more (after login_step() again). */
bool login_renew(struct login *login);
/* Sets err for an answer of 401 or 403: what was said, and which option to look at. Returns -1. */
int login_refused(const struct login *login, const struct talk_reply *reply, struct error *err);
/* The descriptor of a secret's command to wait for, or -1. */
int login_fd(const struct login *login);
void login_release(struct login *login);

#endif
