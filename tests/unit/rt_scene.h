/* rt_scene.h - a Request Tracker made of scripted answers, for the tests of both its back ends. */
#ifndef ROUSE_RT_SCENE_H
#define ROUSE_RT_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/io/json.h"
#include "core/io/talk.h"
#include "tests/unit/loopback.h"

#define SCENE_LINES 24

/* One answer. */
struct said {
	int status;
	const char *body;
	const char *etag;     /* NULL: none */
};

/* A server with a script, a client, and a configuration that names it. */
struct scene {
	struct loopback server;
	struct loopback_line script[SCENE_LINES];
	char *answers[SCENE_LINES];   /* owned */
	size_t count;
	struct talk *talk;
	struct config *config;
	struct error err;
};

static inline int64_t scene_clock(void)
{
	return clock_ms();
}

static inline void scene_open(struct scene *scene, const struct said *said, size_t count, const char *const *sets, size_t set_count)
{
	const char *all[16];
	char url[64];

	*scene = (struct scene){ .count = count };
	assert_true(count <= SCENE_LINES && set_count < 15);
	for (size_t i = 0; i < count; i++) {
		struct strbuf text = STRBUF_INIT((size_t)1 << 20);

		if (said[i].status > 0) {
			strbuf_addf(&text, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n", said[i].status,
			            strlen(said[i].body));
			if (said[i].etag)
				strbuf_addf(&text, "ETag: %s\r\n", said[i].etag);
			strbuf_addf(&text, "\r\n%s", said[i].body);
			scene->answers[i] = xstrdup(strbuf_text(&text));
		}
		/* Status 0: the answer is lost. */
		scene->script[i] = (struct loopback_line){ scene->answers[i], said[i].status <= 0 };
		strbuf_release(&text);
	}
	loopback_open(&scene->server, scene->script, count, scene_clock);
	snprintf(url, sizeof url, "rt.url=http://127.0.0.1:%u/", scene->server.port);
	all[0] = url;
	for (size_t i = 0; i < set_count; i++)
		all[i + 1] = sets[i];
	assert_int_equal(setenv("ROUSE_RT_TOKEN", "1-27-0123456789abcdef", 1), 0);
	assert_int_equal(config_load(&scene->config, "/dev/null", all, set_count + 1, &scene->err), 0);
	assert_int_equal(talk_new(&scene->talk, scene->config, &scene->err), 0);
}

static inline void scene_close(struct scene *scene)
{
	talk_free(&scene->talk);
	config_free(&scene->config);
	loopback_close(&scene->server);
	for (size_t i = 0; i < scene->count; i++)
		free(scene->answers[i]);
}

static inline void scene_wait(struct scene *scene)
{
	loopback_step(&scene->server);
	talk_wait(scene->talk, NULL, 0, 5);
}

static inline void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static inline void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in: %s", part, text);
}

/* The body of a request that was asked is one whole JSON value. */
static inline void asked_json(const struct scene *scene, size_t at)
{
	const char *body = strstr(scene->server.asked[at], "\r\n\r\n");
	struct json_object object = {0};

	assert_non_null(body);
	assert_int_equal(json_object_read(&object, slice_of(body + 4)), 1);
	json_object_release(&object);
}

#endif
