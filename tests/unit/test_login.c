/* test_login.c - signing in to a service: each way, tokens that end, a 401 in between, and sentences that say which option to look at. The
 * server runs in the test, the clock is the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/login.h"
#include "tests/unit/memory.h"
#include "tests/unit/talk_make.h"

#define HEAD(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define TOKEN(name, life) { HEAD("200 OK") "{\"access_token\":\"" name "\",\"token_type\":\"Bearer\",\"expires_in\":" life "}", true }
#define SECRET "s3cr3t&W=rd%/+\"x"
#define CODED "s3cr3t%26W%3Drd%25%2F%2B%22x"

/* One sign-in at one server. */
struct scene {
	struct loopback server;
	struct talk *talk;
	struct login login;
	struct login_setup setup;
	char token_url[128], file[64];
	struct error err;
};

static void open_scene(struct scene *scene, enum login_way way, const struct loopback_line *script, size_t lines)
{
	int fd;

	*scene = (struct scene){ .file = "/tmp/rouse-login-XXXXXX" };
	fd = mkstemp(scene->file);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, SECRET "\n", sizeof SECRET), sizeof SECRET);
	close(fd);
	talk_make(&scene->server, &scene->talk, script, lines);
	snprintf(scene->token_url, sizeof scene->token_url, "http://127.0.0.1:%u/oauth_token.do", scene->server.port);
	scene->setup = (struct login_setup){
		.who = "ServiceNow", .way = way, .user = "svc", .client = "abc 1", .header = "x-sn-apikey: ", .token_url = scene->token_url,
		.place = { .what = "the secret of ServiceNow", .variable = "ROUSE_TEST_LOGIN", .file = scene->file },
		.section = "servicenow",
	};
}

static void close_scene(struct scene *scene)
{
	login_release(&scene->login);
	talk_free(&scene->talk);
	loopback_close(&scene->server);
	unlink(scene->file);
}

static enum step run(struct scene *scene)
{
	enum step step;

	while ((step = login_step(&scene->login, &scene->err)) == STEP_WAIT) {
		struct pollfd fd = { login_fd(&scene->login), POLLIN, 0 };

		loopback_step(&scene->server);
		talk_wait(scene->talk, &fd, fd.fd >= 0, 5);
		now += 20;
	}
	return step;
}

static void begin(struct scene *scene)
{
	login_init(&scene->login, scene->talk, &scene->setup);
}

static struct talk_ask sign(const struct scene *scene)
{
	struct talk_ask ask = { .who = "ServiceNow" };

	login_sign(&scene->login, &ask);
	return ask;
}

static void plain_ways(void **state)
{
	static const enum login_way ways[] = { LOGIN_NONE, LOGIN_BASIC, LOGIN_HEADER };

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct scene scene;

		open_scene(&scene, ways[i], NULL, 0);
		begin(&scene);
		assert_int_equal(run(&scene), STEP_DONE);
		struct talk_ask ask = sign(&scene);

		assert_true(ways[i] == LOGIN_BASIC ? slice_is(ask.basic, "svc:" SECRET) : !ask.basic.text);
		assert_true(ways[i] == LOGIN_HEADER ? slice_is(ask.secret_header, "x-sn-apikey: " SECRET) : !ask.secret_header.text);
		assert_null(ask.bearer.text);
		assert_false(login_renew(&scene.login));
		assert_int_equal(run(&scene), STEP_DONE);
		assert_int_equal(talk_requests(scene.talk), 0);
		close_scene(&scene);
	}
}

static void bearer(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_BEARER, NULL, 0);
	begin(&scene);
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(slice_is(sign(&scene).bearer, SECRET));
	close_scene(&scene);
}

/* A command takes steps; its descriptor can be waited for. */
static void command(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_BASIC, NULL, 0);
	scene.setup.place.file = NULL;
	scene.setup.place.command = "sleep 0.1; echo word";
	begin(&scene);
	assert_int_equal(login_fd(&scene.login), -1);
	assert_int_equal(login_step(&scene.login, &scene.err), STEP_WAIT);
	assert_true(login_fd(&scene.login) >= 0);
	assert_int_equal(run(&scene), STEP_DONE);
	assert_int_equal(login_fd(&scene.login), -1);
	assert_true(slice_is(sign(&scene).basic, "svc:word"));
	login_release(&scene.login);
	scene.setup.place.command = "exit 3";
	begin(&scene);
	assert_int_equal(run(&scene), STEP_FAILED);
	has(scene.err.text, "The command for the secret of ServiceNow failed with status 3");
	/* Given up in the middle. */
	login_release(&scene.login);
	scene.setup.place.command = "sleep 20";
	begin(&scene);
	assert_int_equal(login_step(&scene.login, &scene.err), STEP_WAIT);
	close_scene(&scene);
}

/* Owners and tickets sign in to one service with one variable, which the environment loses at the first. */
static void variable_for_two(void **state)
{
	struct login other;
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_BASIC, NULL, 0);
	setenv("ROUSE_TEST_LOGIN", "word", 1);
	begin(&scene);
	login_init(&other, scene.talk, &scene.setup);
	assert_int_equal(run(&scene), STEP_DONE);
	assert_null(getenv("ROUSE_TEST_LOGIN"));
	assert_int_equal(login_step(&other, &scene.err), STEP_DONE);
	assert_true(slice_is(secret_text(&other.made), "svc:word"));
	assert_true(slice_is(sign(&scene).basic, "svc:word"));
	login_release(&other);
	close_scene(&scene);
}

static void nothing_set(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_HEADER, NULL, 0);
	scene.setup.place.file = NULL;
	scene.setup.option = "token_file";
	begin(&scene);
	assert_int_equal(run(&scene), STEP_FAILED);
	assert_int_equal(scene.err.status, STATUS_CONFIG);
	assert_string_equal(scene.err.text, "Nothing gives the secret of ServiceNow: set ROUSE_TEST_LOGIN, or name a file that holds it in "
	                    "[servicenow] token_file.");
	close_scene(&scene);
	open_scene(&scene, LOGIN_BASIC, NULL, 0);
	scene.setup.user = NULL;
	begin(&scene);
	assert_int_equal(run(&scene), STEP_FAILED);
	has(scene.err.text, "[servicenow] user must be set");
	close_scene(&scene);
}

/* -- tokens -- */

static void client_credentials(void **state)
{
	const struct loopback_line script[] = { TOKEN("t1", "1800"), TOKEN("t2", "40"), TOKEN("t3", "\"90\"") };
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_OAUTH, LINES(script));
	begin(&scene);
	assert_int_equal(run(&scene), STEP_DONE);
	has(scene.server.asked[0], "POST /oauth_token.do HTTP/1.1\r\n");
	has(scene.server.asked[0], "Content-Type: application/x-www-form-urlencoded\r\n");
	has(scene.server.asked[0], "\r\n\r\ngrant_type=client_credentials&client_id=abc%201&client_secret=" CODED);
	has_not(scene.server.asked[0], "Authorization");
	assert_true(slice_is(sign(&scene).bearer, "t1"));
	/* Used until a minute before its end. */
	now += 1738000;
	assert_int_equal(run(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 1);
	now += 3000;
	assert_int_equal(run(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 2);
	assert_true(slice_is(sign(&scene).bearer, "t2"));
	/* A short life: until its half. */
	assert_int_equal(run(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 2);
	now += 21000;
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(slice_is(sign(&scene).bearer, "t3"));
	close_scene(&scene);
}

static void password_grant(void **state)
{
	const struct loopback_line script[] = { TOKEN("t1", "1800") };
	char file[] = "/tmp/rouse-login-XXXXXX";
	int fd = mkstemp(file);
	struct scene scene;

	(void)state;
	assert_int_equal(write(fd, "client+word\n", 12), 12);
	close(fd);
	open_scene(&scene, LOGIN_PASSWORD, LINES(script));
	begin(&scene);
	assert_int_equal(run(&scene), STEP_FAILED);
	has(scene.err.text, "[servicenow] client_secret_file");
	login_release(&scene.login);
	scene.setup.client_place = (struct secret_place){ .what = "the client secret of ServiceNow", .file = file };
	begin(&scene);
	assert_int_equal(run(&scene), STEP_DONE);
	has(scene.server.asked[0], "grant_type=password&client_id=abc%201&client_secret=client%2Bword&username=svc&password=" CODED);
	login_release(&scene.login);
	/* Both by command, one after the other. */
	scene.setup.place.file = scene.setup.client_place.file = NULL;
	scene.setup.place.command = "echo one";
	scene.setup.client_place.command = "sleep 0.05; echo two";
	begin(&scene);
	scene.server.asked_count = 0;
	free(scene.server.asked[0]);
	assert_int_equal(run(&scene), STEP_DONE);
	has(scene.server.asked[0], "client_secret=two&username=svc&password=one");
	close_scene(&scene);
	unlink(file);
}

/* After a 401 one new token, and not a third; when that one ends in its time there may be another 401. */
static void renewed_once(void **state)
{
	const struct loopback_line script[] = { TOKEN("t1", "1800"), TOKEN("t2", "1800"), TOKEN("t3", "1800"), TOKEN("t4", "1800") };
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_OAUTH, LINES(script));
	begin(&scene);
	assert_false(login_renew(&scene.login));   /* there is none yet */
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(login_renew(&scene.login));
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(slice_is(sign(&scene).bearer, "t2"));
	assert_false(login_renew(&scene.login));
	assert_int_equal(run(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 2);
	now += 1800000;
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(slice_is(sign(&scene).bearer, "t3"));
	assert_true(login_renew(&scene.login));
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(slice_is(sign(&scene).bearer, "t4"));
	close_scene(&scene);
}

static void refused(void **state)
{
	static const struct { const char *answer; enum status status; const char *parts[3]; } rows[] = {
		{ HEAD("401 Unauthorized") "{\"error\":\"invalid_client\",\"error_description\":\"the secret " SECRET " is wrong\"}", STATUS_NO_PERMISSION,
		  { "refused the sign-in (401)", "Check [servicenow] client and secret_file (or ROUSE_TEST_LOGIN).", NULL } },
		{ HEAD("401 Unauthorized") "{\"error_description\":\"access_denied\",\"error\":\"server_error\"}", STATUS_NO_PERMISSION,
		  { "ServiceNow refused the sign-in (401): access_denied. Check [servicenow] client and secret_file", "A hint.", NULL } },
		{ HEAD("400 Bad") "{\"error\":\"you sent grant_type=client_credentials&client_secret=" CODED "\"}", STATUS_NO_PERMISSION,
		  { "you sent", "***", NULL } },
		{ HEAD("403 Forbidden") "", STATUS_NO_PERMISSION, { "ServiceNow (127.0.0.1) answered 403", "Check [servicenow] client", NULL } },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>Sign in</html>", STATUS_UNAVAILABLE,
		  { "something that is no JSON", "sign-in portal", NULL } },
		{ HEAD("200 OK") "{\"access_token\":\"\"}", STATUS_UNAVAILABLE, { "no token that can be used", NULL } },
		{ HEAD("200 OK") "{\"access_token\":\"a b\"}", STATUS_UNAVAILABLE, { "no token that can be used", NULL } },
		{ HEAD("200 OK") "{\"access_token\":12}", STATUS_UNAVAILABLE, { "no token that can be used", NULL } },
		{ "HTTP/1.1 302 Found\r\nLocation: https://sso.example.com/\r\nConnection: close\r\n\r\n", STATUS_FAILED, { "a redirect to sso.example.com", NULL } },
		{ HEAD("404 Not Found") "{}", STATUS_FAILED, { "answered 404", NULL } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct loopback_line script[] = { { rows[i].answer, true } };
		struct scene scene;

		open_scene(&scene, LOGIN_OAUTH, LINES(script));
		scene.setup.hint = "A hint.";
		begin(&scene);
		assert_int_equal(run(&scene), STEP_FAILED);
		assert_int_equal(scene.err.status, rows[i].status);
		for (size_t at = 0; at < 3 && rows[i].parts[at]; at++)
			has(scene.err.text, rows[i].parts[at]);
		has_not(scene.err.text, "s3cr3t");
		assert_int_equal(scene.server.asked_count, 1);
		close_scene(&scene);
	}
}

/* The token endpoint has bad moments too; afterwards a sign-in that failed can be tried again. */
static void token_service_away(void **state)
{
	static const char down[] = "HTTP/1.1 503 Down\r\nConnection: close\r\n\r\n";
	const struct loopback_line script[] = { { down, true }, { NULL, true }, TOKEN("t1", "1800"), { HEAD("401 No") "{}", true }, TOKEN("t2", "1800") };
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_OAUTH, LINES(script));
	begin(&scene);
	assert_int_equal(run(&scene), STEP_DONE);
	assert_int_equal(scene.server.asked_count, 3);
	assert_true(login_renew(&scene.login));
	assert_int_equal(run(&scene), STEP_FAILED);
	assert_int_equal(run(&scene), STEP_DONE);
	assert_true(slice_is(sign(&scene).bearer, "t2"));
	close_scene(&scene);
}

static void refused_later(void **state)
{
	const struct talk_reply no = { .status = 401, .outcome = TALK_REFUSED, .why = "ServiceNow (dev1.example) answered 401: User Not Authenticated." };
	const struct talk_reply rights = { .status = 403, .outcome = TALK_REFUSED, .why = "ServiceNow (dev1.example) answered 403: Insufficient rights." };
	struct scene scene;

	(void)state;
	open_scene(&scene, LOGIN_BASIC, NULL, 0);
	scene.setup.hint = "Since June 2026 instances may refuse basic sign-in.";
	begin(&scene);
	assert_int_equal(login_refused(&scene.login, &no, &scene.err), -1);
	assert_int_equal(scene.err.status, STATUS_NO_PERMISSION);
	assert_string_equal(scene.err.text, "ServiceNow (dev1.example) answered 401: User Not Authenticated. Check [servicenow] user and secret_file "
	                    "(or ROUSE_TEST_LOGIN). Since June 2026 instances may refuse basic sign-in.");
	assert_int_equal(login_refused(&scene.login, &rights, &scene.err), -1);
	has(scene.err.text, "Insufficient rights. The account lacks rights");
	has_not(scene.err.text, "June");
	close_scene(&scene);
}

/* While it is signed in there are copies, so that this can fail; after the end neither the secret nor the token is left. */
static void memory_is_wiped(void **state)
{
	static const char secret[] = { 'Q' ^ 1, 'u' ^ 1, 'e' ^ 1, 'r' ^ 1, 'f' ^ 1, 'l' ^ 1, 'o' ^ 1, 'e' ^ 1, 't' ^ 1, 'e' ^ 1, '7' ^ 1, '7' ^ 1 };
	static const char command[] = "printf 'Quer'; printf 'floete77'";   /* not as one text here */
	/* As the loopback server cannot make a token: it repeats the secret as one. */
	char answer[200];
	struct loopback_line script[] = { { answer, true }, { HEAD("401 No") "{}", true } };
	struct scene scene;

	(void)state;
	if (memory_places(secret, sizeof secret, 1) < 0)
		skip();
	open_scene(&scene, LOGIN_OAUTH, LINES(script));
	scene.setup.place.file = NULL;
	scene.setup.place.command = command;
	int n = snprintf(answer, sizeof answer, "%s{\"access_token\":\"", HEAD("200 OK"));
	for (size_t i = 0; i < sizeof secret; i++)
		answer[n++] = (char)(secret[i] ^ 1);
	snprintf(answer + n, sizeof answer - (size_t)n, "\",\"expires_in\":1800}");
	begin(&scene);
	assert_int_equal(run(&scene), STEP_DONE);
	explicit_bzero(answer, sizeof answer);
	assert_int_equal(sign(&scene).bearer.len, sizeof secret);
	assert_true(memory_places(secret, sizeof secret, 1) > 0);
	assert_true(login_renew(&scene.login));
	assert_int_equal(run(&scene), STEP_FAILED);
	close_scene(&scene);
	assert_int_equal(memory_places(secret, sizeof secret, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_ways), cmocka_unit_test(bearer), cmocka_unit_test(command), cmocka_unit_test(variable_for_two),
		cmocka_unit_test(nothing_set), cmocka_unit_test(client_credentials), cmocka_unit_test(password_grant),
		cmocka_unit_test(renewed_once), cmocka_unit_test(refused), cmocka_unit_test(token_service_away), cmocka_unit_test(refused_later),
		cmocka_unit_test(memory_is_wiped),
	};

	unsetenv("ROUSE_HURRY");
	unsetenv("ROUSE_TEST_LOGIN");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
