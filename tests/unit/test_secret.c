/* test_secret.c - secrets from the environment, files and commands: what is taken, what is refused, and that no sentence repeats one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/secret.h"

#define SECRET "hunter2-correct-horse"

/* A folder of its own for each test. */
struct place { char folder[64], path[128]; };

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	if (!place)
		return -1;
	memcpy(place->folder, "/tmp/rouse-secret-XXXXXX", 25);
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->path, sizeof place->path, "%s/secret", place->folder);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char link[192];

	unlink(place->path);
	snprintf(link, sizeof link, "%s.link", place->path);
	unlink(link);
	rmdir(place->folder);
	free(place);
	return 0;
}

static void put(const char *path, const char *bytes, size_t n, mode_t mode)
{
	FILE *file;

	unlink(path);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static struct secret_place of_file(const char *path)
{
	return (struct secret_place){ .what = "the client secret", .file = path };
}

static struct secret_place of_command(const char *command)
{
	return (struct secret_place){ .what = "the client secret", .command = command };
}

static void expect_secret(const struct secret_place *place, const char *wanted)
{
	struct secret secret = { NULL, 0 };
	struct error err = { 0 };

	if (secret_read(&secret, place, &err))
		fail_msg("%s", err.text);
	assert_int_equal(secret.len, strlen(wanted));
	assert_string_equal(secret.bytes, wanted);
	secret_wipe(&secret);
	assert_null(secret.bytes);
}

static void expect_refusal(const struct secret_place *place, enum status status, const char *part)
{
	struct secret secret = { NULL, 0 };
	struct error err = { 0 };

	if (secret_read(&secret, place, &err) == 0)
		fail_msg("there was no refusal with \"%s\"", part);
	assert_null(secret.bytes);
	assert_int_equal(err.status, status);
	if (!strstr(err.text, part))
		fail_msg("\"%s\" is not in: %s", part, err.text);
	assert_null(strstr(err.text, SECRET));
	/* Nobody asked for the sentence. */
	assert_int_equal(secret_read(&secret, place, NULL), -1);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- environment ---- */

static void variable(void **state)
{
	struct secret_place place = { .what = "the client secret", .variable = "ROUSE_TEST_SECRET", .command = "echo other" };
	char *before;

	(void)state;
	setenv("ROUSE_TEST_SECRET", SECRET, 1);
	before = getenv("ROUSE_TEST_SECRET");
	expect_secret(&place, SECRET);
	assert_null(getenv("ROUSE_TEST_SECRET"));
	for (size_t i = 0; i < strlen(SECRET); i++)
		assert_int_equal(before[i], 0);          /* also where it lay */
	/* Gone, and empty, is not set: the next place counts. */
	expect_secret(&place, "other");
	setenv("ROUSE_TEST_SECRET", "", 1);
	expect_secret(&place, "other");
	place.command = NULL;
	expect_refusal(&place, STATUS_CONFIG, "Nothing gives the client secret: set ROUSE_TEST_SECRET");
	unsetenv("ROUSE_TEST_SECRET");

	/* A second detection of the same console asks again, and the environment has it no more. */
	struct secret kept = { NULL, 0 };

	place.kept = &kept;
	setenv("ROUSE_TEST_SECRET", SECRET, 1);
	expect_secret(&place, SECRET);
	assert_null(getenv("ROUSE_TEST_SECRET"));
	expect_secret(&place, SECRET);
	secret_wipe(&kept);
}

/* ---- files ---- */

static void file_content(void **state)
{
	struct place *place = *state;
	struct secret_place file = of_file(place->path);
	static char big[SECRET_MAX];

	put(place->path, SECRET, strlen(SECRET), 0600);
	expect_secret(&file, SECRET);
	put(place->path, SECRET " \t\r\n\n", strlen(SECRET) + 5, 0400);
	expect_secret(&file, SECRET);
	put(place->path, " a b ", 5, 0600);
	expect_secret(&file, " a b");
	put(place->path, "", 0, 0600);
	expect_refusal(&file, STATUS_CONFIG, "gives nothing");
	put(place->path, "\n \r\n", 4, 0600);
	expect_refusal(&file, STATUS_CONFIG, "gives nothing");
	put(place->path, SECRET "\n" SECRET "\n", 2 * strlen(SECRET) + 2, 0600);
	expect_refusal(&file, STATUS_CONFIG, "more than one line");
	put(place->path, SECRET "\0\n", strlen(SECRET) + 2, 0600);
	expect_refusal(&file, STATUS_CONFIG, "bytes that are no text");
	memset(big, 'x', sizeof big);
	put(place->path, big, sizeof big - 1, 0600);
	struct secret secret = { NULL, 0 };
	struct error err = { 0 };
	assert_int_equal(secret_read(&secret, &file, &err), 0);
	assert_int_equal(secret.len, sizeof big - 1);
	secret_wipe(&secret);
	put(place->path, big, sizeof big, 0600);
	expect_refusal(&file, STATUS_CONFIG, "too large");
}

static void file_modes(void **state)
{
	static const mode_t open_modes[] = { 0644, 0640, 0604, 0660, 0620, 0602, 0610, 0601, 0777 };
	struct place *place = *state;
	struct secret_place file = of_file(place->path);

	for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
		put(place->path, SECRET, strlen(SECRET), open_modes[i]);
		expect_refusal(&file, STATUS_NO_PERMISSION, "chmod 600 '/tmp/rouse-secret-");
	}
	unlink(place->path);
	expect_refusal(&file, STATUS_NO_INPUT, "No such file");
	if (geteuid() == 0) {   /* only root can give a file away */
		put(place->path, SECRET, strlen(SECRET), 0600);
		assert_int_equal(chown(place->path, 12345, 12345), 0);
		expect_refusal(&file, STATUS_NO_PERMISSION, "belongs to somebody else");
	} else {
		put(place->path, SECRET, strlen(SECRET), 0);
		expect_refusal(&file, STATUS_NO_PERMISSION, "Permission denied");
	}
}

/* A link is as good as what it points to; what is no file is refused, and never waited for. */
static void file_kinds(void **state)
{
	struct place *place = *state;
	char link[192];
	struct secret_place file = of_file(link), folder = of_file(place->folder), fifo = of_file(place->path), terminal = of_file("/dev/null");

	snprintf(link, sizeof link, "%s.link", place->path);
	put(place->path, SECRET, strlen(SECRET), 0600);
	assert_int_equal(symlink(place->path, link), 0);
	expect_secret(&file, SECRET);
	assert_int_equal(chmod(place->path, 0644), 0);
	expect_refusal(&file, STATUS_NO_PERMISSION, "others can read it");
	unlink(place->path);
	expect_refusal(&file, STATUS_NO_INPUT, "No such file");
	expect_refusal(&folder, STATUS_CONFIG, "is no file");
	expect_refusal(&terminal, STATUS_CONFIG, "is no file");
	assert_int_equal(mkfifo(place->path, 0600), 0);
	double began = seconds_now();
	expect_refusal(&fifo, STATUS_CONFIG, "is no file");
	assert_true(seconds_now() - began < 5);
}

static void other_files(void **state)
{
	struct place *place = *state;
	struct secret_place file = of_file(place->path);
	struct secret secret = { NULL, 0 };
	struct error err = { 0 };

	/* Of several lines: a key and its certificate. */
	put(place->path, "one\ntwo\n", 8, 0600);
	assert_int_equal(secret_read_file(&secret, &file, &err), 0);
	assert_string_equal(secret.bytes, "one\ntwo\n");
	assert_int_equal(chmod(place->path, 0644), 0);
	assert_int_equal(secret_read_file(&secret, &file, &err), -1);
	assert_int_equal(err.status, STATUS_NO_PERMISSION);
	/* What the platform puts there for us may be read by others. */
	put(place->path, SECRET "\n", strlen(SECRET) + 1, 0644);
	assert_int_equal(secret_read_shared(&secret, &file, &err), 0);
	assert_string_equal(secret.bytes, SECRET);
	secret_wipe(&secret);
}

/* ---- commands ---- */

static void commands(void **state)
{
	struct secret_place place = of_command("printf '" SECRET "\\r\\n'");

	(void)state;
	expect_secret(&place, SECRET);
	place = of_command("cat; echo " SECRET "; echo complaint >&2");   /* without input: cat ends at once */
	expect_secret(&place, SECRET);
	place = of_command("true");
	expect_refusal(&place, STATUS_CONFIG, "The command gives nothing");
	place = of_command("echo " SECRET "; exit 3");
	expect_refusal(&place, STATUS_CONFIG, "failed with status 3; run it by hand");
	place = of_command("echo " SECRET "; kill -9 $$");
	expect_refusal(&place, STATUS_CONFIG, "was ended by signal 9");
	place = of_command("no-such-command-" SECRET);
	expect_refusal(&place, STATUS_CONFIG, "failed with status 127");
	place = of_command("echo " SECRET "; echo " SECRET);
	expect_refusal(&place, STATUS_CONFIG, "more than one line");
	place = of_command("printf 'a\\000b'");
	expect_refusal(&place, STATUS_CONFIG, "bytes that are no text");
	double began = seconds_now();
	place = of_command("yes " SECRET);
	expect_refusal(&place, STATUS_CONFIG, "prints more than any secret is long");
	assert_true(seconds_now() - began < 10);
}

/* One that goes on in the background, or lets go of its output, is not waited for longer than itself. */
static void backgrounds(void **state)
{
	struct secret_place place = of_command("sleep 60 & echo " SECRET);
	struct secret_run run;
	struct secret secret = { NULL, 0 };
	struct error err = { 0 };
	double began = seconds_now();
	pid_t child;

	(void)state;
	expect_secret(&place, SECRET);
	assert_true(seconds_now() - began < 10);
	place = of_command("echo " SECRET "; exec >&-; sleep 60");
	began = seconds_now();
	assert_int_equal(secret_begin(&run, &place, &secret, &err), 0);
	child = run.child;
	for (int i = 0; i < 50; i++) {
		double from = seconds_now();
		assert_int_equal(secret_step(&run, &secret, &err), 0);
		assert_true(seconds_now() - from < 1);   /* a step never waits */
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	}
	secret_cancel(&run);
	assert_true(seconds_now() - began < 10);
	assert_int_equal(waitpid(child, NULL, WNOHANG), -1);   /* nobody is left to wait for */
	assert_null(secret.bytes);
	secret_cancel(&run);   /* harmless */
}

static void hangs(void **state)
{
	struct secret_place place = of_command("sleep 60");
	struct secret_run run;
	struct secret secret = { NULL, 0 };
	struct error err = { 0 };
	double began = seconds_now();

	(void)state;
	assert_int_equal(secret_begin(&run, &place, &secret, &err), 0);
	assert_int_equal(secret_step(&run, &secret, &err), 0);
	assert_int_equal(err.text[0], '\0');
	run.until_ms = 0;   /* as if half a minute had gone */
	assert_int_equal(secret_step(&run, &secret, &err), -1);
	assert_non_null(strstr(err.text, "gave no answer within 30 seconds"));
	assert_int_equal(run.child, 0);
	assert_true(seconds_now() - began < 10);
	/* At once, before the child has come to anything. */
	for (int i = 0; i < 20; i++) {
		assert_int_equal(secret_begin(&run, &place, &secret, &err), 0);
		secret_cancel(&run);
	}
	assert_true(seconds_now() - began < 10);
}

/* What else is secret does not go to the command; what it needs does. */
static void environment(void **state)
{
	struct secret_place place = of_command("env | grep -c -e '^ROUSE_' ; true");

	(void)state;
	setenv("ROUSE_OTHER_SECRET", SECRET, 1);
	setenv("ROUSE", "kept", 1);
	expect_secret(&place, "0");
	place = of_command("echo \"$ROUSE\"");
	expect_secret(&place, "kept");
	place = of_command("echo \"${PATH:+there}\"");
	expect_secret(&place, "there");
	assert_non_null(getenv("ROUSE_OTHER_SECRET"));   /* still ours */
	unsetenv("ROUSE_OTHER_SECRET");
	unsetenv("ROUSE");
}

static void order(void **state)
{
	struct place *place = *state;
	struct secret_place all = { .what = "the client secret", .variable = "ROUSE_TEST_SECRET", .file = place->path, .command = "echo command" };

	put(place->path, "file", 4, 0600);
	expect_secret(&all, "file");
	setenv("ROUSE_TEST_SECRET", "variable", 1);
	expect_secret(&all, "variable");
	/* A file that is named and not there is no reason to look elsewhere. */
	unlink(place->path);
	expect_refusal(&all, STATUS_NO_INPUT, "No such file");
}

static void memory(void **state)
{
	struct secret secret = { NULL, 0 };
	struct strbuf text = STRBUF_INIT(100000);
	char *before;

	(void)state;
	secret_set(&secret, slice_of("a"));
	secret_set(&secret, (struct slice){ "b\0c", 3 });
	assert_int_equal(secret_text(&secret).len, 3);
	assert_memory_equal(secret_text(&secret).text, "b\0c", 4);
	secret_wipe(&secret);
	secret_wipe(&secret);
	assert_null(secret_text(&secret).text);
	/* Room is made once: what is added later stays where it is. */
	strbuf_adds(&text, "head ");
	secret_reserve(&text, 50000);
	assert_string_equal(strbuf_text(&text), "head ");
	before = text.buf;
	for (int i = 0; i < 5000; i++)
		strbuf_adds(&text, "0123456789");
	assert_ptr_equal(text.buf, before);
	assert_int_equal(text.len, 50005);
	secret_reserve(&text, 1000000);   /* more than it may hold: as much as it may */
	assert_false(text.overflow);
	assert_int_equal(text.len, 50005);
	strbuf_release(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variable), TEST(file_content), TEST(file_modes), TEST(file_kinds), TEST(other_files), cmocka_unit_test(commands),
		cmocka_unit_test(backgrounds), cmocka_unit_test(hangs), cmocka_unit_test(environment), TEST(order), cmocka_unit_test(memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
