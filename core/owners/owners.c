#include "core/owners/owners.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

/* Complaints are kept up to this many; a CMDB that fails would fill the memory else. */
#define COMPLAINTS_MAX 50

static const struct owners_ops *const back_ends[] = { &owners_csv, &owners_servicenow, &owners_rt };

const struct owners_ops *owners_named(const char *name)
{
	for (size_t i = 0; i < sizeof back_ends / sizeof *back_ends; i++)
		if (!strcmp(back_ends[i]->name, name))
			return back_ends[i];
	return NULL;
}

void owner_complain(struct owner_asking *asking, const char *format, ...)
{
	struct error sentence = {0};   /* cuts at a character where it is too long */
	va_list args;

	if (asking->complaint_count == COMPLAINTS_MAX)
		return;
	va_start(args, format);
	error_setv(&sentence, STATUS_DONE, format, args);
	va_end(args);
	asking->complaints = grow(asking->complaints, &asking->complaint_cap, asking->complaint_count + 1, sizeof *asking->complaints);
	asking->complaints[asking->complaint_count++] = xstrdup(sentence.text);
}

void owner_asking_release(struct owner_asking *asking)
{
	for (size_t i = 0; i < asking->complaint_count; i++)
		free(asking->complaints[i]);
	free(asking->complaints);
	free(asking->asked);
	owner_records_release(&asking->records);
	*asking = (struct owner_asking){0};
}
