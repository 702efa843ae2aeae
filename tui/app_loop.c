/* app_loop.c - the one loop: keys (app_keys.c), signals, a job's slice, one rebuild, one frame, then sleep until something happens. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/accept.h"
#include "core/model/expr.h"
#include "tui/app.h"
#include "tui/draw.h"

#define SLICE_MS 8            /* of a job between two looks at the keys */
#define FRAME_MS 100          /* between two frames that only show progress */
#define SAVE_PAUSE_MS 2000    /* after the last change of marks or view */
#define WAIT_MS 200           /* of a job that waits for a service: its progress counts seconds */
#define TICK_MS 30000         /* ages on the screen grow */

/* Handlers only wrote a byte; what a signal means is decided here, between two frames. */
static unsigned take_signals(struct app *app)
{
	unsigned redo = DO_NOTHING;
	int number;

	while (!app->quit && (number = term_signal_take()) != 0) {
		switch (number) {
		case SIGWINCH:
			redo |= term_resized() ? DO_LAYOUT : DO_NOTHING;
			break;
		case SIGINT:
			redo |= app_act(app, ACTION_INTERRUPT);
			break;
		case SIGTSTP:
			redo |= app_carry_out(app, app_top(app), DO_SUSPEND);
			break;
		case SIGTERM:
		case SIGHUP:
			app->quit = true;
			app->gone = number == SIGHUP;
			app->status = 128 + number;
			break;
		default:
			redo |= DO_LAYOUT;
		}
	}
	return redo;
}

/* The run on the screen stays: old data that says so is better than none. */
static unsigned detection_failed(struct app *app, const struct error *err)
{
	const struct run *run = session_run(app->session);

	snprintf(app->failed, sizeof app->failed, "%.*s", (int)sizeof app->failed - 1, err->text);
	if (run)
		app_tell(app, ROLE_ERROR, "Could not refresh: %s Run %lld stays on the screen.", err->text, (long long)run->id);
	else
		app_tell(app, ROLE_ERROR, "%s", err->text);
	return DO_LAYOUT;
}

/* The new run is on hand. Sort, filter, marks and the host under the cursor are kept. */
static unsigned run_swapped(struct app *app)
{
	const struct run *run = session_run(app->session);

	app->failed[0] = '\0';
	app->stored_order = false;
	app->newest_run = run->id;
	app_data_changed(app, true);
	app_tell(app, run_complete(run) ? ROLE_MESSAGE : ROLE_WARN,
	         "Run %lld is here: %s finding%s, %s new, %s resolved, %s vanished%s.", (long long)run->id,
	         NUMBER(run_findings(run)), run_findings(run) == 1 ? "" : "s",
	         NUMBER(run->changes[CHANGE_NEW]), NUMBER(run->changes[CHANGE_RESOLVED]), NUMBER(run->changes[CHANGE_VANISHED]),
	         run_complete(run) ? "" : "; it is INCOMPLETE");
	screen_ended_say(app);
	return DO_LAYOUT;
}

/* Also how the files of the command line are read at start. */
unsigned app_refresh(struct app *app)
{
	struct error err = {0};

	app->detect_next = false;
	if (session_detect(app->session, app->input, 0, &err))
		return detection_failed(app, &err);
	return DO_LAYOUT;
}

void app_look_for_newest(struct app *app)
{
	struct error ignored = {0};   /* only a hint in the title hangs on it */

	if (session_store(app->session))
		(void)store_newest(session_store(app->session), NULL, false, 0, &app->newest_run, &ignored);
}

unsigned app_open_run(struct app *app, int64_t run_id)
{
	struct error err = {0};
	bool found = false;

	if (session_job(app->session) == JOB_DETECT) {
		app_say(app, ROLE_MESSAGE, "A detection is under way: wait for it, or stop it with Ctrl-C.");
		return DO_DRAW;
	}
	if (session_load(app->session, run_id, APP_FIRST_ROWS, &found, &err) || !found) {
		app_say(app, ROLE_ERROR, "%s", found || err.text[0] ? err.text : "That run is not in the store any more.");
		return DO_DRAW;
	}
	app->stored_order = true;
	app_look_for_newest(app);
	app_data_changed(app, true);
	return DO_LAYOUT;
}

/* A new run is never swapped in under a picker, a question or a prompt that is about hosts; reading the stored one goes on. */
static bool job_must_wait(const struct app *app)
{
	return session_job(app->session) == JOB_DETECT &&
	       (app->closing.holds || (!app_top(app)->ops->whole && app_top(app)->ops->context != CONTEXT_PROMPT));
}

/* A detection is wanted, and nothing speaks against it now. */
static bool detection_is_due(const struct app *app)
{
	return app->detect_next && session_job(app->session) == JOB_NONE && !app->closing.holds;
}

/* A sign-in by device code: the person is told what to enter, once for each code. */
static unsigned ask_for_code(struct app *app)
{
	struct oauth_code code;
	bool asked = app->code_asked;

	app->code_asked = session_code(app->session, &code);
	if (!app->code_asked || asked)
		return DO_NOTHING;
	app_tell(app, ROLE_WARN, "Sign in: open %s, enter %s; o copies it", code.address, code.code);
	return DO_DRAW;
}

/* A few milliseconds of whatever is under way; frames that only show progress are spared. */
static unsigned step_job(struct app *app)
{
	enum job job = session_job(app->session);
	bool due = clock_ms() - app->frame_ms >= FRAME_MS;
	struct error err = {0};

	app->waiting = false;
	if (detection_is_due(app))
		return app_refresh(app);
	/* What is on the screen before what may replace it. */
	if (app_judge_busy(app))
		return app_judge_step(app, due);
	if (job_must_wait(app))
		return DO_NOTHING;
	switch (session_step(app->session, SLICE_MS, &err)) {
	case SESSION_IDLE:
		return DO_NOTHING;
	case SESSION_WAIT:
		app->waiting = true;
		return ask_for_code(app) | (due ? DO_DRAW : DO_NOTHING);
	case SESSION_MORE:
		return due ? DO_DRAW : DO_NOTHING;
	case SESSION_GREW:
		if (due)
			app_data_changed(app, false);
		return due ? DO_DRAW : DO_NOTHING;
	case SESSION_LOADED:
		app_data_changed(app, false);
		screen_ended_say(app);
		return DO_LAYOUT;
	case SESSION_SWAPPED:
		return run_swapped(app);
	case SESSION_FINISHED:
		return app_job_done(app, NULL);
	case SESSION_FAILED:
		if (job == JOB_DETECT)
			return detection_failed(app, &err);
		if (job != JOB_LOAD)
			return app_job_done(app, &err);
		app_tell(app, ROLE_ERROR, "%s The rows shown are not all.", err.text);
		return DO_LAYOUT;
	}
	return DO_NOTHING;
}

/* Anything that a pause should write to the store. */
static bool is_unsaved(const struct app *app)
{
	return app->state_dirty || app->saved_marks != session_marks(app->session)->generation;
}

/* Sleeps until a key, a signal, or the time for saving or for older ages. */
static unsigned sleep_until(struct app *app)
{
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = term_signal_fd(), .events = POLLIN } };
	bool busy = (session_job(app->session) != JOB_NONE && !job_must_wait(app)) ||
	            detection_is_due(app) || app_judge_busy(app);
	int timeout = !busy ? TICK_MS : app->waiting ? WAIT_MS : 0, ready;
	int64_t before = session_now(app->session);

	if (!busy && is_unsaved(app)) {
		int64_t left = app->touched_ms + SAVE_PAUSE_MS - clock_ms();

		if (left <= 0) {
			app_save(app);   /* what it has to say is drawn at once */
			return DO_DRAW;
		}
		timeout = (int)left;
	}
	if (app_news_wait(app) >= 0 && app_news_wait(app) < timeout)
		timeout = app_news_wait(app);
	/* Behind a question nobody takes what the network brings: waiting for it too would never sleep. */
	ready = job_must_wait(app) ? poll(fds, 2, timeout) : session_wait(app->session, fds, 2, timeout);
	if (ready < 0 && errno != EINTR)
		app->gone = app->quit = true;
	if (ready != 0)
		return DO_NOTHING;
	session_tick(app->session);
	app->lens.now = app->view.lens.now = session_now(app->session);
	if (session_now(app->session) / 60 == before / 60)
		return DO_NOTHING;
	/* Ages have grown and acceptances may have ended: what hangs on them is asked anew. */
	app->stale |= app->lens.acceptances && app->lens.acceptances->count;
	screen_ended_look(app);
	app->stale |= app->view.filter.expr && expr_needs_now(app->view.filter.expr);
	return DO_DRAW;
}

/* Draws what the round before asked for, sleeps, reads, works: always in this order, so that the first frame comes before
 * any work. */
int app_loop(struct app *app, struct error *err)
{
	unsigned redo = DO_LAYOUT;
	struct error unread;

	(void)err;
	while (!app->quit) {
		if (redo & DO_LAYOUT)
			app_layout(app);
		if (redo & (DO_LAYOUT | DO_DRAW)) {
			/* What the last frame could not read; no frame is asked for it, or a broken store would draw for ever. */
			if (session_bag_error(app->session, &unread))
				app_tell(app, ROLE_ERROR, "%s", unread.text);
			app_draw(app);
			app->frame_ms = clock_ms();
		}
		redo = sleep_until(app);
		redo |= app_take_keys(app) | app_news(app);
		redo |= take_signals(app);
		if (!app->quit)
			redo |= step_job(app);
	}
	app_save(app);
	return app->status;
}
