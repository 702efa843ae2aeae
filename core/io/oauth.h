/* oauth.h - signing in to Microsoft Entra: a bearer token, kept in memory alone. The only user of OpenSSL (libcrypto).
 *
 * oauth.c          ways of signing in, one small step at a time over http.h; refresh
 * oauth_ask.c      the requests
 * oauth_assert.c   client assertions: a JWT signed with a certificate's key (PS256 with x5t#S256, or RS256 with x5t)
 * oauth_token.c    answers of the token endpoint, and claims of a token (read, never trusted)
 *
 * libcrypto is loaded when an assertion is made, as libcurl is in http.c. */
#ifndef ROUSE_OAUTH_H
#define ROUSE_OAUTH_H

#include "core/io/http.h"
#include "core/io/retry.h"
#include "core/io/secret.h"

/* How to sign in: `[graph] sign_in`. */
enum oauth_way { OAUTH_SECRET, OAUTH_CERTIFICATE, OAUTH_FEDERATED, OAUTH_MANAGED, OAUTH_DEVICE, OAUTH_AZ, OAUTH_WAY_COUNT };
extern const char *const oauth_way_names[OAUTH_WAY_COUNT];   /* "secret", "certificate", "federated", "managed-identity", "device-code", "az" */

/* All borrowed, and alive as long as the struct oauth. */
struct oauth_options {
	enum oauth_way way;
	const char *login;           /* `https://login.microsoftonline.com`, without a slash at the end */
	const char *tenant, *client; /* client may be NULL for managed identity and az */
	const char *resource;        /* `https://graph.microsoft.com`; the scope is it + `/.default` */
	struct secret_place secret;  /* OAUTH_SECRET */
	const char *certificate;     /* OAUTH_CERTIFICATE: PEM with certificate and key, owner-only */
	bool rs256;                  /* for old set-ups, instead of PS256 */
	const char *federated_file;  /* OAUTH_FEDERATED: the outside token; read anew for each request */
	const char *metadata;        /* OAUTH_MANAGED: `http://169.254.169.254`; NULL: that */
};

enum oauth_state {
	OAUTH_IDLE,        /* no token, nothing under way */
	OAUTH_BUSY,        /* step it */
	OAUTH_CODE,        /* busy, and a person must enter the code: oauth_code() */
	OAUTH_READY,       /* oauth_token() has a token with half a minute or more to live, or a quarter of a short life */
	OAUTH_FAILED,      /* oauth_step() set the error */
};

/* What a person must do for a device code. Borrowed. */
struct oauth_code { const char *address, *code; int64_t expires_ms; /* monotonic */ };

/* What a token says of itself; decoded without a check, for people only. Texts cut to fit. */
struct oauth_claims {
	char audience[128], tenant[64], client[64];
	char roles[512];             /* of `roles`, or `scp` for a person; blanks between */
	int64_t expires;             /* seconds since 1970; TIME_NONE: not said */
};

struct oauth;

int oauth_new(struct oauth **oauth, struct http *http, const struct oauth_options *options, struct error *err);
void oauth_free(struct oauth **oauth);   /* wipes */
/* Begins to get a token unless there is a good one. `anew`: also then (after a 401). */
void oauth_want(struct oauth *oauth, bool anew);
/* Moves on; never waits. */
enum oauth_state oauth_step(struct oauth *oauth, struct error *err);
enum oauth_state oauth_state(const struct oauth *oauth);
struct slice oauth_token(const struct oauth *oauth);
bool oauth_code(const struct oauth *oauth, struct oauth_code *code);
/* When oauth_step() has something to do again (monotonic ms), for the wait of the loop. */
int64_t oauth_wake_ms(const struct oauth *oauth);
/* A descriptor to wait for beside the requests (a command's output), or -1. */
int oauth_fd(const struct oauth *oauth);
/* The claims of a token; false when it is none that can be read. */
bool oauth_claims(struct slice token, struct oauth_claims *claims);

/* Appends a signed client assertion (RFC 7523). `now` in seconds; `id` is the jti. */
int oauth_assertion(const struct oauth_options *options, const char *audience, int64_t now, const char *id, struct strbuf *out,
                    struct error *err);

#endif
