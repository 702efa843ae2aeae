/* demo_loop.h - what the demo closes the loop with: a made-up CMDB and a folder of tickets, both in a folder of its own that is gone at the
 * end. Nothing leaves the machine. */
#ifndef ROUSE_DEMO_LOOP_H
#define ROUSE_DEMO_LOOP_H

#include <stdio.h>

struct error;
struct session;

#define DEMO_LOOP_SETS 6

/* Zero-initialise. */
struct demo_loop {
	char folder[512];      /* "": none */
	char owners[600];      /* FOLDER/owners.csv */
	char sets[DEMO_LOOP_SETS][700];   /* as options, over any configuration: `csv.file=FOLDER/owners.csv` */
};

/* Makes the folder. */
int demo_loop_start(struct demo_loop *loop, struct error *err);
/* Writes the CMDB of the run on hand to `path`: most hosts with the team of their role, some without a team, some missing, some twice with
 * different teams. */
int demo_loop_owners(struct session *session, const char *path, struct error *err);
/* Asks for owners, opens the ticket and prints it and the digest, as the daily job would have. */
int demo_loop_print(struct session *session, FILE *out, struct error *err);
/* Removes the folder and what is in it. */
void demo_loop_end(struct demo_loop *loop);

#endif
