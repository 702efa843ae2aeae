/* The message line: an answer to a key is seen before news take its place, and news are not lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "tui/app.h"

#define LONG_AGO_MS 60000

static int open_app(void **state)
{
	*state = xcalloc(1, sizeof(struct app));
	return 0;
}

static int close_app(void **state)
{
	free(*state);
	return 0;
}

/* As the loop does for a key that says something. */
static void answer(struct app *app, const char *text)
{
	app->message[0] = '\0';
	if (*text)
		app_say(app, ROLE_MESSAGE, "%s", text);
	(void)app_answered(app);
}

static void news_alone_are_shown_at_once(void **state)
{
	struct app *app = *state;

	app_tell(app, ROLE_WARN, "run %d", 1);
	assert_string_equal(app->message, "run 1");
	assert_int_equal(app->message_role, ROLE_WARN);
	assert_int_equal(app_news_wait(app), -1);
	app_tell(app, ROLE_ERROR, "run 2");
	assert_string_equal(app->message, "run 2");
}

static void answer_stays_before_news(void **state)
{
	struct app *app = *state;

	answer(app, "there is no run yet");
	app_tell(app, ROLE_WARN, "run 1");
	assert_string_equal(app->message, "there is no run yet");
	assert_int_equal(app_news(app), DO_NOTHING);
	assert_in_range(app_news_wait(app), 1, 10000);
	/* Time passes. */
	app->answered_ms -= LONG_AGO_MS;
	assert_int_equal(app_news_wait(app), 0);
	assert_int_equal(app_news(app), DO_DRAW);
	assert_string_equal(app->message, "run 1");
	assert_int_equal(app->message_role, ROLE_WARN);
	assert_int_equal(app_news_wait(app), -1);
}

/* A key that says nothing leaves the line to what waits; one that does keeps it waiting. */
static void next_key_frees_the_line(void **state)
{
	struct app *app = *state;

	answer(app, "there is no run yet");
	app_tell(app, ROLE_MESSAGE, "run 1");
	answer(app, "copied");
	assert_string_equal(app->message, "copied");
	answer(app, "");
	assert_string_equal(app->message, "run 1");
	/* News are no answer: newer ones replace them. */
	app_tell(app, ROLE_MESSAGE, "run 2");
	assert_string_equal(app->message, "run 2");
}

static void old_answer_gives_way(void **state)
{
	struct app *app = *state;

	answer(app, "copied");
	app->answered_ms -= LONG_AGO_MS;
	app_tell(app, ROLE_MESSAGE, "run 1");
	assert_string_equal(app->message, "run 1");
}

static void last_news_win(void **state)
{
	struct app *app = *state;

	answer(app, "copied");
	app_tell(app, ROLE_MESSAGE, "run 1");
	app_tell(app, ROLE_WARN, "run 2");
	app->answered_ms -= LONG_AGO_MS;
	assert_int_equal(app_news(app), DO_DRAW);
	assert_string_equal(app->message, "run 2");
	assert_int_equal(app_news(app), DO_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(news_alone_are_shown_at_once, open_app, close_app),
		cmocka_unit_test_setup_teardown(answer_stays_before_news, open_app, close_app),
		cmocka_unit_test_setup_teardown(next_key_frees_the_line, open_app, close_app),
		cmocka_unit_test_setup_teardown(old_answer_gives_way, open_app, close_app),
		cmocka_unit_test_setup_teardown(last_news_win, open_app, close_app),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
