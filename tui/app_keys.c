/* app_keys.c - what a key does: an action, text for a prompt, or a sentence that says why nothing was done. */
#include <signal.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "tui/app.h"

#define INTERRUPT_MS 2000     /* a second ^C within this leaves at once */

/* What a handler asked for that cannot wait for the end of the keys. */
unsigned app_carry_out(struct app *app, struct screen *screen, unsigned redo)
{
	if (redo & DO_CLOSE) {
		app_close(app, screen);
		redo |= DO_LAYOUT;
	}
	if (redo & DO_REBUILD) {
		app->stale = true;
		redo |= DO_DRAW;
	}
	if (redo & DO_QUIT)
		app->quit = true;
	if (redo & DO_SUSPEND) {
		app_save(app);
		term_suspend();
		redo |= DO_LAYOUT;
	}
	return redo & (DO_DRAW | DO_LAYOUT);
}

/* The first ^C stops a detection; without one it is `q`. A second one soon after leaves in any case, and nothing is asked. */
static unsigned interrupt(struct app *app)
{
	int64_t now = clock_ms();
	bool again = app->interrupt_ms && now - app->interrupt_ms < INTERRUPT_MS;

	app->interrupt_ms = now;
	if (!again && app_stop_posting(app))
		return DO_LAYOUT;
	if (again || session_job(app->session) != JOB_DETECT)
		return DO_QUIT;
	session_cancel(app->session);
	app_say(app, ROLE_MESSAGE, "Stopped; the run on the screen is as before. Ctrl-C again within 2 s leaves.");
	return DO_LAYOUT;
}

/* What an action lacks. A first run that is on its way needs no other advice than to wait for it. */
static const char *lacking(struct app *app, enum action_id id)
{
	const char *lacks = action_missing(id, app_have(app));

	if (lacks && actions[id].needs & NEED_RUN && !session_run(app->session) && session_job(app->session) == JOB_DETECT)
		return "There is no run yet: the first detection is under way, a moment more.";
	return lacks;
}

/* Valid here? Everything there? Then the screen may do it, or else it has its common meaning. */
unsigned app_act(struct app *app, enum action_id id)
{
	struct screen *screen = app_top(app);
	const char *lacks;
	unsigned redo;

	if (!action_valid(id, screen->ops->context)) {
		app_say(app, ROLE_MESSAGE, "%s: not on this screen.", actions[id].name);
		return DO_DRAW;
	}
	lacks = lacking(app, id);
	if (lacks) {
		app_say(app, ROLE_MESSAGE, "%s", lacks);
		return DO_DRAW;
	}
	redo = screen->ops->act(app, screen, id);
	if (redo & DO_PASS)
		redo = id == ACTION_INTERRUPT ? interrupt(app) : app_act_common(app, id);
	return app_carry_out(app, screen, redo);
}

static unsigned take_key(struct app *app, const struct key *key);

/* A key that is bound to nothing here. A wheel, a click and what the terminal sends of its own accord need no answer. */
static unsigned unbound(struct app *app, const struct key *key, bool dropped)
{
	const struct key esc = { .code = KEYCODE_ESC };
	struct strbuf name = STRBUF_INIT(64), help = STRBUF_INIT(64);
	struct key plain;
	unsigned redo;

	if (key->code >= KEYCODE_WHEEL_UP && key->code < KEYCODE_F0)
		return DO_DRAW;
	/* Esc and j that came in one packet look like alt and j; the plain key has no alt, so this goes one level deep. Alt and [ or O are
	 * rather an arrow key that a slow line tore apart. */
	if (!dropped && key->code != '[' && key->code != 'O' && key_split(key, &plain)) {
		redo = take_key(app, &esc);
		return redo | take_key(app, &plain);
	}
	key_format(key, &name);
	keymap_keys(app->map, app_top(app)->ops->context, ACTION_HELP, 1, &help);
	if (dropped)
		app_say(app, ROLE_MESSAGE, "%s does not go on with the keys before it; nothing was done.", strbuf_text(&name));
	else
		app_say(app, ROLE_MESSAGE, "Nothing is bound to %s here%s%s%s.", strbuf_text(&name), help.len ? "; " : "",
		        strbuf_text(&help), help.len ? " lists the keys" : "");
	/* A question covers the line of messages. */
	if (app_top(app)->ops->context == CONTEXT_CONFIRM)
		term_bell();
	strbuf_release(&name);
	strbuf_release(&help);
	return DO_DRAW;
}

/* Pasted text triggers nothing: it belongs into a prompt. */
static unsigned paste_begins(struct app *app, const struct key *key)
{
	if (key->code == KEYCODE_PASTE_END || app_top(app)->ops->typed)
		return DO_NOTHING;
	app_say(app, ROLE_MESSAGE, "Pasted text is taken only where text is typed; nothing was done.");
	return DO_DRAW;
}

/* Mouse events go to screens that take keys themselves; the keymap sees the rest. */
static bool is_mouse(const struct key *key)
{
	return key->code >= KEYCODE_WHEEL_UP && key->code <= KEYCODE_DOUBLE_CLICK;
}

/* One key: text for a prompt, an action, part of a sequence, or nothing. */
static unsigned take_key(struct app *app, const struct key *key)
{
	struct screen *top = app_top(app);
	const struct screen_ops *ops = top->ops;
	bool dropped = false, text = key_is_text(key) && key->code != ' ';
	bool digit = ops->digits && text && key->code >= '0' && key->code <= '9';
	unsigned redo;
	int id = KEYMAP_NONE;

	if (key->code == KEYCODE_PASTE_BEGIN || key->code == KEYCODE_PASTE_END)
		return paste_begins(app, key);
	if (!app->areas.fits)   /* nothing is shown, so nothing but leaving is done */
		return keymap_feed(app->map, CONTEXT_ALL, key, NULL) == ACTION_QUIT ? app_carry_out(app, top, DO_QUIT) : DO_NOTHING;
	if (!key->pasted && !(is_mouse(key) && ops->key))
		id = keymap_feed(app->map, ops->context, key, &dropped);
	/* Where letters narrow a list, only what is bound for that very list is no letter: j is a j there. */
	if (digit || (ops->typed && text && (id < ACTION_NONE || !(actions[id].contexts & 1u << ops->context)))) {
		keymap_cancel(app->map);
		id = KEYMAP_NONE;
	}
	if (id == KEYMAP_PENDING || id == KEYMAP_CANCELLED)
		return DO_DRAW;
	if (id > ACTION_NONE) {
		app->message[0] = '\0';
		return app_act(app, (enum action_id)id) | DO_DRAW;
	}
	if (ops->key && (ops->typed || !key->pasted) && (ops->typed || ops->digits || is_mouse(key))) {
		redo = ops->key(app, top, key);
		if (!(redo & DO_PASS))
			return app_carry_out(app, top, redo);
	}
	return key->pasted || is_mouse(key) ? DO_NOTHING : unbound(app, key, dropped);
}

/* Reads every key there is: five keys typed at once cost one rebuild and one frame. */
unsigned app_take_keys(struct app *app)
{
	unsigned redo = DO_NOTHING;
	struct key key;
	int got;

	while (!app->quit && (got = key_read(&key)) != 0) {
		if (got < 0) {
			app->gone = app->quit = true;
			app->status = 128 + SIGHUP;
			break;
		}
		redo |= take_key(app, &key);
		redo |= app_answered(app);
	}
	return redo;
}
