/* test_oauth_assert.c - client assertions, judged by the openssl program; keys that cannot be used; options that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/io/json.h"
#include "core/io/oauth_inner.h"

#define NOW INT64_C(1795000000)
#define AUDIENCE "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"

/* A folder with keys and certificates, made once by the openssl program. */
struct keys { char folder[64]; bool there; };

static int run(const struct keys *keys, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int shell(const char *command)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

/* A command of the shell in the folder; its status. */
static int run(const struct keys *keys, const char *format, ...)
{
	char command[4096];
	int n = snprintf(command, sizeof command, "cd %s && ", keys->folder);
	va_list args;

	va_start(args, format);
	vsnprintf(command + n, sizeof command - (size_t)n, format, args);
	va_end(args);
	return shell(command);
}

static int set_up(void **state)
{
	struct keys *keys = calloc(1, sizeof *keys);

	if (!keys)
		return -1;
	memcpy(keys->folder, "/tmp/rouse-keys-XXXXXX", 23);
	if (!mkdtemp(keys->folder))
		return -1;
	keys->there = run(keys, "umask 077; { openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.crt -days 2 -subj /CN=rouse && "
	                  "cat rsa.key rsa.crt > both.pem && cat rsa.crt rsa.key > turned.pem && openssl x509 -in rsa.crt -pubkey -noout > rsa.pub && "
	                  "openssl pkcs8 -topk8 -in rsa.key -passout pass:word -out locked.key && cat locked.key rsa.crt > locked.pem && "
	                  "openssl rsa -in rsa.key -traditional -out old.key && cat old.key rsa.crt > old.pem && "
	                  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.crt -days 2 -subj /CN=ec && "
	                  "cat ec.key ec.crt > ec.pem && openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.crt -days 2 -subj /CN=other && "
	                  "cat rsa.key other.crt > mixed.pem; } >log 2>&1") == 0;
	*state = keys;
	return 0;
}

static int tear_down(void **state)
{
	struct keys *keys = *state;
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", keys->folder);
	shell(command);
	free(keys);
	return 0;
}

/* Leaves a test out, with a word, where there is no openssl program. */
static const struct keys *keys_of(void **state)
{
	const struct keys *keys = *state;

	if (!keys->there) {
		print_message("left out: the openssl program is missing or made no keys\n");
		skip();
	}
	return keys;
}

static void write_file(const struct keys *keys, const char *name, const char *bytes, size_t n)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", keys->folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static int make(const struct keys *keys, const char *name, bool rs256, struct strbuf *out, struct error *err)
{
	char path[128];
	struct oauth_options options = { .way = OAUTH_CERTIFICATE, .client = "client\"1", .rs256 = rs256, .certificate = path };

	snprintf(path, sizeof path, "%s/%s", keys->folder, name);
	return oauth_assertion(&options, AUDIENCE, NOW, "id-1", out, err);
}

/* The member of an object as text; of a part of the assertion. */
static void expect_member(struct slice json, const char *key, const char *wanted)
{
	struct json_object object = { 0 };
	bool found = false;

	assert_int_equal(json_object_read(&object, json), 1);
	for (size_t i = 0; i < object.count; i++)
		if (slice_is(object.members[i].key, key)) {
			found = true;
			if (!slice_is(object.members[i].text, wanted))
				fail_msg("%s is %.*s", key, (int)object.members[i].text.len, object.members[i].text.text);
		}
	if (!found)
		fail_msg("there is no %s", key);
	json_object_release(&object);
}

/* The thumbprint as the openssl program says it, in base64url. */
static void thumbprint(const struct keys *keys, const char *digest, char out[64])
{
	char path[128];
	FILE *file;

	assert_int_equal(run(keys, "openssl x509 -in rsa.crt -outform DER | openssl dgst -%s -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=' > thumb", digest), 0);
	snprintf(path, sizeof path, "%s/thumb", keys->folder);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_non_null(fgets(out, 64, file));
	fclose(file);
}

/* Takes an assertion apart, checks its words, and has its signature judged. */
static void expect_assertion(const struct keys *keys, const char *name, bool rs256)
{
	struct strbuf out = STRBUF_INIT(65536), part = STRBUF_INIT(65536);
	struct error err = { 0 };
	char thumb[64];
	const char *dot, *last;

	if (make(keys, name, rs256, &out, &err))
		fail_msg("%s: %s", name, err.text);
	dot = strchr(out.buf, '.');
	last = strrchr(out.buf, '.');
	assert_true(dot && last > dot);
	thumbprint(keys, rs256 ? "sha1" : "sha256", thumb);
	assert_true(base64url_read(&part, (struct slice){ out.buf, (size_t)(dot - out.buf) }));
	expect_member((struct slice){ part.buf, part.len }, "alg", rs256 ? "RS256" : "PS256");
	expect_member((struct slice){ part.buf, part.len }, "typ", "JWT");
	expect_member((struct slice){ part.buf, part.len }, rs256 ? "x5t" : "x5t#S256", thumb);
	strbuf_clear(&part);
	assert_true(base64url_read(&part, (struct slice){ dot + 1, (size_t)(last - dot - 1) }));
	expect_member((struct slice){ part.buf, part.len }, "aud", AUDIENCE);
	expect_member((struct slice){ part.buf, part.len }, "iss", "client\"1");
	expect_member((struct slice){ part.buf, part.len }, "sub", "client\"1");
	expect_member((struct slice){ part.buf, part.len }, "jti", "id-1");
	expect_member((struct slice){ part.buf, part.len }, "nbf", "1795000000");
	expect_member((struct slice){ part.buf, part.len }, "iat", "1795000000");
	expect_member((struct slice){ part.buf, part.len }, "exp", "1795000600");
	strbuf_clear(&part);
	assert_true(base64url_read(&part, slice_of(last + 1)));
	write_file(keys, "sig", part.buf, part.len);
	write_file(keys, "data", out.buf, (size_t)(last - out.buf));
	static const char pss[] = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32";
	assert_int_equal(run(keys, "openssl dgst -sha256 %s -verify rsa.pub -signature sig data >log 2>&1", rs256 ? "" : pss), 0);
	/* The judge can say no. */
	out.buf[last - out.buf - 1] ^= 1;
	write_file(keys, "data", out.buf, (size_t)(last - out.buf));
	assert_int_not_equal(run(keys, "openssl dgst -sha256 %s -verify rsa.pub -signature sig data >log 2>&1", rs256 ? "" : pss), 0);
	strbuf_release(&out);
	strbuf_release(&part);
}

static void signatures(void **state)
{
	const struct keys *keys = keys_of(state);

	expect_assertion(keys, "both.pem", false);
	expect_assertion(keys, "turned.pem", false);   /* the certificate first */
	expect_assertion(keys, "old.pem", false);      /* BEGIN RSA PRIVATE KEY */
	expect_assertion(keys, "both.pem", true);
}

static void expect_refusal(const struct keys *keys, const char *name, bool rs256, enum status status, const char *part)
{
	struct strbuf out = STRBUF_INIT(65536);
	struct error err = { 0 };

	if (make(keys, name, rs256, &out, &err) == 0)
		fail_msg("%s was taken", name);
	assert_int_equal(err.status, status);
	if (!strstr(err.text, part))
		fail_msg("%s: \"%s\" is not in: %s", name, part, err.text);
	assert_null(strstr(err.text, "BEGIN"));
	strbuf_release(&out);
}

static void keys_refused(void **state)
{
	const struct keys *keys = keys_of(state);

	expect_refusal(keys, "rsa.key", false, STATUS_CONFIG, "holds no certificate");        /* before the signature, so that no token is asked for */
	expect_refusal(keys, "locked.pem", false, STATUS_CONFIG, "without a pass phrase");    /* and nobody is asked for it */
	expect_refusal(keys, "ec.pem", false, STATUS_CONFIG, "must be an RSA key");
	expect_refusal(keys, "ec.pem", true, STATUS_CONFIG, "must be an RSA key");            /* it could sign, in a way that nobody would take */
	expect_refusal(keys, "mixed.pem", false, STATUS_CONFIG, "is not the one of the key");
	expect_refusal(keys, "missing.pem", false, STATUS_NO_INPUT, "missing.pem");
	assert_int_equal(run(keys, "cp rsa.crt alone.pem && chmod 600 alone.pem && : > empty.pem && chmod 600 empty.pem && cp both.pem open.pem && chmod 644 open.pem && "
	                     "head -c 900 rsa.key > cut.pem && chmod 600 cut.pem && head -c 65000 /dev/urandom > noise.pem && chmod 600 noise.pem"), 0);
	expect_refusal(keys, "alone.pem", false, STATUS_CONFIG, "holds no private key");
	expect_refusal(keys, "empty.pem", false, STATUS_CONFIG, "holds no private key");
	expect_refusal(keys, "cut.pem", false, STATUS_CONFIG, "holds no private key");
	expect_refusal(keys, "noise.pem", false, STATUS_CONFIG, "holds no private key");
	expect_refusal(keys, "open.pem", false, STATUS_NO_PERMISSION, "others can read it; run: chmod 600");
}

/* ---- options ---- */

static void expect_options(struct oauth_options options, const char *part)
{
	struct oauth *oauth = NULL;
	struct error err = { 0 };
	int failed = oauth_new(&oauth, NULL, &options, &err);

	if (!part) {
		if (failed)
			fail_msg("%s", err.text);
		assert_int_equal(oauth_state(oauth), OAUTH_IDLE);
		assert_int_equal(oauth_token(oauth).len, 0);
		oauth_free(&oauth);
	} else {
		if (!failed)
			fail_msg("no refusal with \"%s\"", part);
		assert_int_equal(err.status, STATUS_CONFIG);
		if (!strstr(err.text, part))
			fail_msg("\"%s\" is not in: %s", part, err.text);
	}
	assert_null(oauth);
}

static void options(void **state)
{
	static const struct oauth_options good = { .way = OAUTH_CERTIFICATE, .login = "https://login.microsoftonline.com", .tenant = "contoso.example", .client = "c-1",
	                                           .resource = "https://graph.microsoft.com", .certificate = "x" };
	struct oauth_options o = good;

	(void)state;
	expect_options(o, NULL);
	o.certificate = NULL;
	expect_options(o, "certificate must name a PEM file");
	o = good, o.tenant = "";
	expect_options(o, "tenant must be");
	o.tenant = "contoso/../x";
	expect_options(o, "tenant must be");
	o.tenant = "x'; rm -rf /";
	expect_options(o, "tenant must be");
	o = good, o.client = NULL;
	expect_options(o, "client must be");
	o.client = "a b";
	expect_options(o, "client must be");
	o = good, o.login = "http://login.example";
	expect_options(o, "[graph] login: login.example may only be asked over https");
	o = good, o.resource = "graph";
	expect_options(o, "[graph] resource: ");
	o.resource = "https://graph.example/'$(id)'";
	expect_options(o, "[graph] resource");
	o = good, o.way = OAUTH_FEDERATED;
	expect_options(o, "must name the outside token");
	o.federated_file = "x";
	expect_options(o, NULL);
	o = good, o.way = OAUTH_MANAGED, o.tenant = o.client = o.login = NULL;
	expect_options(o, NULL);
	o.client = "a&b";
	expect_options(o, "client must be");
	o = good, o.way = OAUTH_AZ, o.tenant = o.client = o.login = NULL;
	expect_options(o, NULL);
	o.tenant = "'";
	expect_options(o, "tenant must be");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(signatures), cmocka_unit_test(keys_refused), cmocka_unit_test(options) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
