/* notify.h - the digest on its way to people: a port.
 *
 * notify.h    the port, and the table of back ends     notify.c    the table, and what payloads are made of
 * stdout.*    the digest as text                       command.*   any command, the digest on its input
 * teams.*     a Teams workflow; teams_card.* the Adaptive Card
 * slack.*     a Slack webhook; slack_blocks.* the message
 * webhook.*   what both share: a post to an address that is a secret
 *
 * Comes after the record and never holds it up: a failure here is said and counted, nothing else. Addresses of webhooks are secrets. */
#ifndef ROUSE_NOTIFY_H
#define ROUSE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/step.h"
#include "core/model/check.h"
#include "core/model/digest.h"

struct config;
struct strbuf;
struct talk;
struct notify;

struct notify_ops {
	const char *name;         /* as in `[notify] kind` */
	const char *title;        /* `Teams` */
	const char *word;         /* of success: `accepted` where nobody confirms that it was shown, `posted`, `printed`, `handed over` */
	int (*make)(struct notify **notify, const struct config *config, struct talk *talk, struct error *err);
	/* The payload, as it goes out. Appends. */
	void (*encode)(const struct digest *digest, struct strbuf *out);
	int (*begin)(struct notify *notify, const struct digest *digest, struct error *err);
	enum step (*step)(struct notify *notify, struct error *err);   /* STEP_FAILED: why */
	/* Examines the set-up (is there an address, has it the right shape, is the command there) without posting anything. */
	void (*check)(struct notify *notify, struct checks *checks);
	/* The request as --dry-run prints it: the address as ***. */
	void (*show)(struct notify *notify, const struct digest *digest, struct strbuf *out);
	int (*fd)(const struct notify *notify);   /* may be NULL */
	void (*free)(struct notify *notify);
};

/* First member of each back end's own struct. */
struct notify {
	const struct notify_ops *ops;
};

/* By name; NULL when there is no such back end. */
const struct notify_ops *notify_named(const char *name);
extern const struct notify_ops notify_stdout, notify_command, notify_teams, notify_slack;

#define NOTIFY_TEXT_MAX 4096

/* Appends a text as people may see it: control and bidi characters visible, cut to `most` bytes (above 8, below NOTIFY_TEXT_MAX) where a
 * character ends, with `...` behind. NULL is "". */
void notify_text(const char *text, size_t most, struct strbuf *out);
/* Whether an address may be a link in a message: https, or http to loopback, ASCII without what would end it, and not too long. */
bool notify_url_good(const char *url);

#endif
