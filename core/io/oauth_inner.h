/* oauth_inner.h - what the files of oauth.h share. */
#ifndef ROUSE_OAUTH_INNER_H
#define ROUSE_OAUTH_INNER_H

#include "core/io/oauth.h"

/* Where a sign-in stands. */
enum stage {
	STAGE_NONE,
	STAGE_COMMAND,    /* a command gives the secret, or az the token */
	STAGE_TOKEN,      /* the token endpoint, or the metadata service, is asked */
	STAGE_CODE,       /* a device code is asked for */
	STAGE_POLL,       /* a person is entering it */
	STAGE_REFRESH,    /* the refresh token is used */
	STAGE_PAUSE,      /* waits before the next try */
};

/* One sign-in. Tokens and secrets are in memory of their own, wiped at the end. */
struct oauth {
	struct http *http;                   /* borrowed */
	const struct oauth_options *options; /* borrowed */
	enum oauth_state state;
	enum stage stage, after;             /* `after`: what STAGE_PAUSE comes back to */
	struct http_request *request;        /* owned; NULL: none */
	struct secret_run run;               /* a command under way */
	struct secret secret;                /* the client's secret, or what az printed; kept for the next time */
	struct secret token, refresh, device_code;
	int64_t token_ends_ms;               /* monotonic */
	int64_t spare_ms;                    /* with less to live it is asked for anew */
	char user_code[64], address[256];
	int64_t code_ends_ms, interval_ms, wake_ms;
	struct retry retry;
};

/* An answer of the token or device code endpoint. Texts are copies; tokens are wiped by whoever holds this. */
struct oauth_reply {
	struct secret access, refresh, device_code;
	int64_t expires_s, interval_s;   /* 0: not said */
	char user_code[64], address[256];
	char error[64];                  /* `authorization_pending`; "" */
	char description[512];           /* the service's own words, its first line */
	int code;                        /* AADSTS number, 0: none */
};

/* Reads it; false when it is no JSON object. Numbers may be text, as the metadata service writes them. */
bool oauth_reply_read(struct oauth_reply *reply, struct slice body);
/* The same for an answer that may repeat what it was asked with: what is in `hide` becomes `***` in its words, as it is and as in a form. */
bool oauth_reply_read_hiding(struct oauth_reply *reply, struct slice body, const struct slice *hide, size_t count);
void oauth_reply_wipe(struct oauth_reply *reply);
/* The plain sentence for a refusal, with the mend. */
int oauth_refused(const struct oauth_reply *reply, const struct oauth_options *options, int status, struct error *err);

/* Start the request of a stage; -1 when it cannot even be asked. */
int oauth_ask_token(struct oauth *oauth, struct error *err);
int oauth_ask_code(struct oauth *oauth, struct error *err);
int oauth_ask_metadata(struct oauth *oauth, struct error *err);
/* Starts az, or has its token at once. */
int oauth_ask_az(struct oauth *oauth, struct error *err);

void base64url_add(struct strbuf *out, const unsigned char *bytes, size_t n);
/* Appends the bytes; false when the text is no base64url. */
bool base64url_read(struct strbuf *out, struct slice text);

#endif
