/* main.c - rouse-tenant: reads its options, exports the estate or serves it until it is told to stop. */
#include <stdlib.h>

#include "tests/tenant/tenant.h"

int main(int argc, char **argv)
{
	struct tenant *tenant = must_alloc(sizeof *tenant);
	struct options *options = &tenant->options;
	int code = 0, read;

	options_default(options);
	read = option_read(&options_table, options, argc, argv);
	estate_init(&tenant->estate, options);
	tenant->asked = must_alloc(JOURNAL_MAX * sizeof *tenant->asked);
	standin_init(&tenant->standin, tenant, &tenant_hooks, &options_table, options);
	if (read)
		code = read < 0 ? 64 : 0;
	else if (*options->client_cert && !certificate_read(&tenant->certificate, options->client_cert))
		code = 66;
	else if (*options->export_to)
		code = export_tables(&tenant->estate, options, options->export_to) ? 0 : 73;
	else
		code = standin_serve(&tenant->standin, &(struct standin_start){ options->port, options->with_stdin != 0, options->tls_cert, options->tls_key });
	standin_release(&tenant->standin);
	tokens_free(tenant);
	certificate_free(&tenant->certificate);
	free(tenant->asked);
	free(tenant);
	return code;
}
