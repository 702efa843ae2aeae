/* main.c - rouse-services: reads its options, fills the CMDB and serves until it is told to stop. */
#include <stdlib.h>

#include "tests/services/services.h"

int main(int argc, char **argv)
{
	struct world *world = must_alloc(sizeof *world);
	struct settings *settings = &world->settings;
	int code, read;

	option_defaults(&settings_table, settings);
	read = option_read(&settings_table, settings, argc, argv);
	world->asked = must_alloc(JOURNAL_MAX * sizeof *world->asked);
	standin_init(&world->standin, world, &world_hooks, &settings_table, settings);
	if (read)
		code = read < 0 ? 64 : 0;
	else if (!seed(world))
		code = 66;
	else
		code = standin_serve(&world->standin, &(struct standin_start){ settings->port, settings->with_stdin != 0, "", "" });
	world_release(world);
	free(world);
	return code;
}
