#include "core/notify/webhook.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/io/config.h"

#define WHOLE_S 30       /* of one try: a chat is not waited for as long as a record */
#define TRIES 2          /* one more after 429, or where nobody was reached */

static struct webhook *of(struct notify *notify)
{
	return (struct webhook *)notify;
}

int webhook_make(const struct webhook_kind *kind, struct notify **notify, const struct config *config, struct talk *talk, struct error *err)
{
	struct webhook *webhook = xcalloc(1, sizeof *webhook);

	(void)err;   /* an address that is not set is said when it is needed, and by check() */
	*webhook = (struct webhook){ .notify = { kind->ops }, .kind = kind, .talk = talk, .run = { .fd = -1 },
	                             .body = STRBUF_INIT(WEBHOOK_PAYLOAD_MAX) };
	webhook->place = (struct secret_place){ .what = kind->what, .variable = kind->variable, .file = config_text(config, kind->file),
	                                        .command = config_text(config, kind->command), .kept = talk_kept(talk, kind->variable) };
	*notify = &webhook->notify;
	return 0;
}

void webhook_free(struct notify *notify)
{
	struct webhook *webhook = of(notify);

	talk_end(&webhook->call);
	secret_cancel(&webhook->run);
	secret_wipe(&webhook->url);
	strbuf_release(&webhook->body);
	free(webhook);
}

int webhook_fd(const struct notify *notify)
{
	const struct webhook *webhook = (const struct webhook *)notify;

	return webhook->run.child ? webhook->run.fd : -1;
}

int webhook_begin(struct notify *notify, const struct digest *digest, struct error *err)
{
	struct webhook *webhook = of(notify);

	talk_end(&webhook->call);
	secret_cancel(&webhook->run);
	strbuf_clear(&webhook->body);
	notify->ops->encode(digest, &webhook->body);
	webhook->state = WEBHOOK_IDLE;
	if (webhook->body.overflow)
		return error_set(err, STATUS_FAILED, "The digest for %s is too long to be sent.", notify->ops->title);
	webhook->state = webhook->url.len ? WEBHOOK_HAVE : WEBHOOK_BEGUN;
	return 0;
}

/* -- the address -- */

/* In no file or command either: says which names there are. */
static int nothing_set(const struct webhook *webhook, struct error *err)
{
	const struct secret_place *place = &webhook->place;
	const char *value = getenv(place->variable);

	if ((value && *value) || place->file || place->command || (place->kept && place->kept->len))
		return 0;
	return error_set(err, STATUS_CONFIG, "There is no address to post the digest to: set %s, %s or %s.", webhook->kind->variable,
	                 webhook->kind->file, webhook->kind->command);
}

/* Whether the address may be asked at all, and is of the service's form. */
static int shape(const struct webhook *webhook, bool *odd, struct error *err)
{
	struct error why = { 0 };

	*odd = false;
	if (talk_check_url(webhook->url.bytes, webhook->kind->what, &why))
		return error_set(err, STATUS_CONFIG, "T%s", why.text + 1);   /* it begins with `the Teams address` */
	return webhook->kind->shape(webhook->url.bytes, odd, err);
}

/* Begins the post. Accept: a webhook answers in whatever it likes. */
static int ask(struct webhook *webhook, struct error *err)
{
	static const char *const headers[] = { "Accept: */*", NULL };
	struct talk_ask question = {
		.who = webhook->notify.ops->title, .method = "POST", .url = webhook->url.bytes, .secret_url = true, .write = true,
		.headers = headers, .type = "application/json; charset=utf-8", .body = { webhook->body.buf, webhook->body.len },
		.whole_s = WHOLE_S, .tries = TRIES,
	};
	bool odd;

	if (shape(webhook, &odd, err))
		return -1;
	return talk_begin(webhook->talk, &question, &webhook->call, err);
}

/* Moves the reading of the address on: 1, 0 or -1 as secret_step(). */
static int read_address(struct webhook *webhook, struct error *err)
{
	if (webhook->state == WEBHOOK_SECRET)
		return secret_step(&webhook->run, &webhook->url, err);
	if (nothing_set(webhook, err))
		return -1;
	return secret_begin(&webhook->run, &webhook->place, &webhook->url, err);
}

static enum step fail(struct webhook *webhook)
{
	talk_end(&webhook->call);
	webhook->state = WEBHOOK_IDLE;
	return STEP_FAILED;
}

static enum step judge(struct webhook *webhook, struct error *err)
{
	int bad = webhook->kind->judge(talk_reply(webhook->call), err);

	if (bad)
		return fail(webhook);
	talk_end(&webhook->call);
	webhook->state = WEBHOOK_IDLE;
	return STEP_DONE;
}

enum step webhook_step(struct notify *notify, struct error *err)
{
	struct webhook *webhook = of(notify);
	int read;

	switch (webhook->state) {
	case WEBHOOK_IDLE:
		return STEP_DONE;
	case WEBHOOK_BEGUN:
	case WEBHOOK_SECRET:
		read = read_address(webhook, err);
		if (read < 0)
			return fail(webhook);
		webhook->state = read ? WEBHOOK_HAVE : WEBHOOK_SECRET;
		return read ? STEP_MORE : STEP_WAIT;
	case WEBHOOK_HAVE:
		if (ask(webhook, err))
			return fail(webhook);
		webhook->state = WEBHOOK_ASKED;
		return STEP_WAIT;
	case WEBHOOK_ASKED:
		break;
	}
	return talk_step(webhook->call) == STEP_DONE ? judge(webhook, err) : STEP_WAIT;
}

/* -- judging, examining, showing -- */

int webhook_failed(const struct talk_reply *reply, const char *mend, struct error *err)
{
	const char *again = reply->outcome == TALK_UNCERTAIN ? " The digest may have arrived; it is not posted a second time." : "";

	return error_set(err, (enum status)talk_status(reply), "%s%s%s%s", reply->why, again, mend ? " " : "", mend ? mend : "");
}

bool webhook_host_is(struct slice host, const char *name)
{
	size_t n = strlen(name);

	if (host.len < n || !slice_is_nocase((struct slice){ host.text + host.len - n, n }, name))
		return false;
	return host.len == n || host.text[host.len - n - 1] == '.';
}

/* Waits for a command that gives the address; nothing is posted. */
void webhook_check(struct notify *notify, struct checks *checks)
{
	struct webhook *webhook = of(notify);
	struct strbuf mend = STRBUF_INIT(512);
	struct error err = { 0 };
	bool odd = false;

	strbuf_addf(&mend, "Give %s whole, as the service shows it, in %s, [%s] url_file or url_command.", webhook->kind->what,
	            webhook->kind->variable, notify->ops->name);
	if (nothing_set(webhook, &err) || (!webhook->url.len && secret_read(&webhook->url, &webhook->place, &err) < 0) ||
	    shape(webhook, &odd, &err)) {
		checks_add(checks, CHECK_FAILURE, notify->ops->name, strbuf_text(&mend), "%s", err.text);
		secret_wipe(&webhook->url);
	} else {
		struct slice host = http_host(webhook->url.bytes);

		checks_add(checks, odd ? CHECK_WARNING : CHECK_OK, notify->ops->name,
		           odd ? "That is fine for a gateway of your own; else copy the address from the service again." : "",
		           "T%s is there (%.*s)%s; nothing was posted.", webhook->kind->what + 1, (int)host.len, host.text,
		           odd ? ", at a host that is not the service's own" : "");
	}
	strbuf_release(&mend);
}

void webhook_show(struct notify *notify, const struct digest *digest, struct strbuf *out)
{
	strbuf_adds(out, "POST ***\nContent-Type: application/json; charset=utf-8\n\n");
	notify->ops->encode(digest, out);
	strbuf_addc(out, '\n');
}
