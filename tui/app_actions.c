/* app_actions.c - actions that mean the same on each screen, and what is there for them to work on. */
#include "tui/app.h"
#include "tui/draw.h"
#include "tui/prompt.h"

/* Asked before each action, so that the table of actions alone decides what is possible. */
unsigned app_have(struct app *app)
{
	const struct run *run = session_run(app->session);
	const char *const *sentences;
	uint64_t more;
	unsigned have = NEED_ITEM;

	app_fresh(app);
	have |= view_current(&app->view) != MAP_NONE ? NEED_CURSOR : 0u;
	have |= app->view.count ? NEED_SHOWN : 0u;
	have |= session_marks(app->session)->count ? NEED_MARKS : 0u;
	have |= run ? NEED_RUN : 0u;
	have |= session_store(app->session) ? NEED_STORE | NEED_RUNS : 0u;
	have |= app->whole ? NEED_WHOLE : 0u;
	have |= (run && !run_complete(run)) || session_complaints(app->session, &sentences, &more) ? NEED_REASONS : 0u;
	have |= app->input ? NEED_SOURCE : 0u;
	have |= session_job(app->session) == JOB_NONE ? NEED_FREE : 0u;
	return have;
}

/* Enter in the prompt of `:`. */
static unsigned run_command(struct app *app, const char *text, struct slice subject)
{
	enum action_id id;
	const char *near;

	(void)subject;
	while (*text == ' ')
		text++;
	if (!*text)
		return DO_DRAW;
	id = action_named(slice_of(text));
	if (id != ACTION_NONE)
		return app_act(app, id);
	near = action_nearest(text);
	if (near)
		app_say(app, ROLE_ERROR, "There is no action \"%s\"; did you mean \"%s\"?", text, near);
	else
		app_say(app, ROLE_ERROR, "There is no action \"%s\".", text);
	return DO_DRAW;
}

static unsigned open_command(struct app *app)
{
	/* Only names that mean something on the screen below; the completer borrows them while the prompt is open. */
	struct prompt_ask ask = {
		.label = ":", .history = &app->histories.command, .done = run_command,
		.completer = { complete_name, app->command_names },
	};
	enum keymap_context context = app_top(app)->ops->context;
	size_t count = 0;
	int id;

	for (id = 1; id < ACTION_COUNT; id++)
		if (action_valid((enum action_id)id, context) && id != ACTION_COMMAND)
			app->command_names[count++] = actions[id].name;
	app->command_names[count] = NULL;
	prompt_open(app, &ask);
	return DO_LAYOUT;
}

/* Themes go round in the order of their table. */
static unsigned next_theme(struct app *app)
{
	const char *const *names = theme_names();
	int theme = term_theme() + 1;

	if (!term_colour()) {
		app_say(app, ROLE_MESSAGE, "This terminal shows no colours (NO_COLOR, --no-color or TERM), so there is one theme: mono.");
		return DO_DRAW;
	}
	if (!names[theme])
		theme = 0;
	term_set_theme(theme);
	app_touch(app, true);
	app_say(app, ROLE_MESSAGE, "Theme: %s", names[theme]);
	return DO_DRAW;
}

/* Off by default: a program that takes the mouse takes the terminal's own selection of text away. */
static unsigned toggle_mouse(struct app *app)
{
	term_set_mouse(!term_mouse());
	app_say(app, ROLE_MESSAGE, term_mouse() ? "Mouse on: wheel and clicks act here; hold Shift to select text."
	                                        : "Mouse off: the terminal selects text.");
	return DO_DRAW;
}

/* What no screen has a meaning of its own for. */
unsigned app_act_common(struct app *app, enum action_id id)
{
	switch (id) {
	case ACTION_QUIT:
		return DO_QUIT;
	case ACTION_BACK:
		return app->depth > 1 ? DO_CLOSE : DO_NOTHING;
	case ACTION_HELP:
		screen_help_open(app);
		return DO_LAYOUT;
	case ACTION_COMMAND:
		return open_command(app);
	case ACTION_EXPLAIN:
		screen_explain_open(app);
		return DO_LAYOUT;
	case ACTION_AUDIT:
		screen_audit_open(app);
		return DO_LAYOUT;
	case ACTION_ACCEPT_HOSTS:
		return screen_accept_hosts(app);
	case ACTION_ACCEPTANCES:
		screen_acceptances_open(app);
		return DO_LAYOUT;
	case ACTION_TREND:
		screen_trend_open(app);
		return DO_LAYOUT;
	case ACTION_TICKET:
		return screen_ticket_open(app);
	case ACTION_OWNERS:
		return screen_owners_open(app);
	case ACTION_DIGEST:
		return screen_digest_open(app);
	case ACTION_UNDO:
		return app_undo(app, false);
	case ACTION_REDO:
		return app_undo(app, true);
	case ACTION_REDRAW:
		term_redraw();
		return DO_LAYOUT;
	case ACTION_SUSPEND:
		return DO_SUSPEND;
	case ACTION_THEME:
		return next_theme(app);
	case ACTION_MOUSE:
		return toggle_mouse(app);
	default:
		return DO_NOTHING;
	}
}
