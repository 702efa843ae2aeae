/* app_message.c - the message line: answers to keys, and news that nobody asked for.
 *
 * Both share one line. An answer is seen for ANSWER_MS before news take its place: `m` is pressed, "there is no run yet" is said, and
 * 20 ms later the run is here - who reads only the latter takes the key for lost. */
#include <stdarg.h>
#include <stdio.h>

#include "core/base/clock.h"
#include "tui/app.h"

#define ANSWER_MS 3000

/* Longer sentences are cut here; the message line is one line. */
void app_say(struct app *app, enum role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->message, sizeof app->message, format, args);
	va_end(args);
	app->message_role = role;
}

/* How long the answer on the line must still be seen; 0: it gives way. */
static int64_t answer_left(const struct app *app)
{
	int64_t left = app->answered_ms + ANSWER_MS - clock_ms();

	return app->message[0] && app->answered_ms && left > 0 ? left : 0;
}

void app_tell(struct app *app, enum role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->news, sizeof app->news, format, args);
	va_end(args);
	app->news_role = role;
	(void)app_news(app);
}

unsigned app_news(struct app *app)
{
	if (!app->news[0] || answer_left(app))
		return DO_NOTHING;
	app_say(app, app->news_role, "%s", app->news);
	app->news[0] = '\0';
	app->answered_ms = 0;
	return DO_DRAW;
}

unsigned app_answered(struct app *app)
{
	app->answered_ms = app->message[0] ? clock_ms() : 0;
	return app_news(app);
}

int app_news_wait(const struct app *app)
{
	return app->news[0] ? (int)answer_left(app) : -1;
}
