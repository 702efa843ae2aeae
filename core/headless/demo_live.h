/* demo_live.h - the stand-in tenant that `rouse demo --live` asks: a program of its own on a loopback port, ended with us. */
#ifndef ROUSE_DEMO_LIVE_H
#define ROUSE_DEMO_LIVE_H

#include <stdint.h>
#include <sys/types.h>

struct error;

#define DEMO_LIVE_TENANT "contoso.example"
#define DEMO_LIVE_CLIENT "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"

/* Zero-initialise. */
struct demo_live {
	pid_t child;          /* 0: none */
	int keep;             /* our end of its standard input: it ends when this closes */
	char address[64];     /* `http://127.0.0.1:41234` */
};

/* Starts the stand-in with about `servers` servers and waits until it is ready. It is looked for beside this program and where `make
 * install` puts it; STATUS_UNAVAILABLE when it is not there. Puts its secret into ROUSE_CLIENT_SECRET. */
int demo_live_start(struct demo_live *live, uint32_t servers, struct error *err);
void demo_live_end(struct demo_live *live);

#endif
