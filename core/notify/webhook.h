/* webhook.h - a digest that is posted to an address which is itself the secret: what Teams and Slack share.
 *
 * The address is read once, when first needed, from where the configuration says (a command may be asked: that takes steps), kept in wiped
 * memory, and never in a sentence. One more try after 429; an answer that was lost is not posted again. */
#ifndef ROUSE_WEBHOOK_H
#define ROUSE_WEBHOOK_H

#include "core/base/strbuf.h"
#include "core/io/secret.h"
#include "core/io/talk.h"
#include "core/notify/notify.h"

#define WEBHOOK_PAYLOAD_MAX ((size_t)1 << 20)

/* What is different from service to service. */
struct webhook_kind {
	const struct notify_ops *ops;
	const char *what;        /* for sentences: `the Teams address` */
	const char *variable;    /* ROUSE_TEAMS_URL */
	const char *file, *command;   /* names of options */
	/* Whether an address may be this service's. -1 with a sentence that does not hold it; *odd: it may, yet its host is an unknown one. */
	int (*shape)(const char *url, bool *odd, struct error *err);
	/* What became of it. -1 with a sentence and the mend. */
	int (*judge)(const struct talk_reply *reply, struct error *err);
};

/* A post under way. Lives on the heap; its first member is what the port hands out. */
struct webhook {
	struct notify notify;
	const struct webhook_kind *kind;
	struct talk *talk;            /* borrowed */
	struct secret_place place;    /* borrows from the configuration */
	struct secret url;            /* owned */
	struct secret_run run;
	struct strbuf body;           /* owned; the payload */
	struct talk_call *call;       /* owned */
	enum { WEBHOOK_IDLE, WEBHOOK_BEGUN, WEBHOOK_SECRET, WEBHOOK_HAVE, WEBHOOK_ASKED } state;
};

int webhook_make(const struct webhook_kind *kind, struct notify **notify, const struct config *config, struct talk *talk, struct error *err);
int webhook_begin(struct notify *notify, const struct digest *digest, struct error *err);
enum step webhook_step(struct notify *notify, struct error *err);
void webhook_check(struct notify *notify, struct checks *checks);
void webhook_show(struct notify *notify, const struct digest *digest, struct strbuf *out);
int webhook_fd(const struct notify *notify);
void webhook_free(struct notify *notify);

/* Sets err to why a post failed, with a mend behind it. Returns -1. */
int webhook_failed(const struct talk_reply *reply, const char *mend, struct error *err);
/* Whether a host is `name` or ends in `.name`, in any case. */
bool webhook_host_is(struct slice host, const char *name);

#endif
