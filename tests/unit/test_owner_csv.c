/* test_owner_csv.c - owners from a CSV file: columns by name, rows that cannot be read, what is asked and what is not. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/io/config.h"
#include "core/owners/owners.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HOSTS_MAX 8

static char folder[] = "/tmp/rouse-owners-XXXXXX";

/* A file, what was asked of it, and what came. */
struct asking {
	struct config *config;
	struct owner_source *source;
	struct owner_asking asking;
	struct checks checks;
	struct error err;
	enum step step;
	unsigned steps;
	struct slice hosts[HOSTS_MAX];
	size_t host_count;
};

static void open_source(struct asking *asking, const char *bytes, size_t n)
{
	char path[128], set[160];
	const char *sets[] = { "owners.kind=csv", set };
	FILE *file;

	*asking = (struct asking){ 0 };
	snprintf(path, sizeof path, "%s/owners.csv", folder);
	snprintf(set, sizeof set, "csv.file=%s", path);
	unlink(path);
	if (bytes) {
		file = fopen(path, "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(bytes, 1, n, file), n);
		assert_int_equal(fclose(file), 0);
	}
	snprintf(path, sizeof path, "%s/config", folder);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(config_load(&asking->config, path, sets, 2, &asking->err), 0);
	assert_int_equal(owners_csv.make(&asking->source, asking->config, NULL, &asking->err), 0);
}

static void run_steps(struct asking *asking, int budget_ms)
{
	do {
		asking->step = owners_csv.step(asking->source, budget_ms, &asking->err);
		asking->steps++;
	} while (asking->step == STEP_MORE);
}

static void ask(struct asking *asking, const char *bytes, const char *const *hosts, size_t count)
{
	open_source(asking, bytes, bytes ? strlen(bytes) : 0);
	for (size_t i = 0; i < count; i++)
		asking->hosts[i] = slice_of(hosts[i]);
	asking->host_count = count;
	asking->step = STEP_FAILED;
	if (owners_csv.begin(asking->source, asking->hosts, count, &asking->asking, &asking->err) == 0)
		run_steps(asking, 1000);
}

static void check(struct asking *asking, const char *bytes)
{
	open_source(asking, bytes, bytes ? strlen(bytes) : 0);
	assert_int_equal(owners_csv.check(asking->source, &asking->checks, &asking->err), 0);
	run_steps(asking, 1000);
}

static void end(struct asking *asking)
{
	owners_csv.free(asking->source);
	owner_asking_release(&asking->asking);
	checks_release(&asking->checks);
	config_free(&asking->config);
}

/* What a host's column Owner would show; `unasked` when its question was not answered. */
static void expect_owner(const struct asking *asking, size_t host, const char *text, const char *contact)
{
	struct owner_index index = { 0 };
	struct strbuf shown = STRBUF_INIT(4096);
	struct owner owner;

	owner_init(&owner);
	owner_index_build(&index, &asking->asking.records);
	if (asking->asking.asked[host])
		owner_match(&index, asking->hosts[host], 1, &owner);
	owner_text(&owner, &shown);
	assert_string_equal(asking->asking.asked[host] ? strbuf_text(&shown) : "unasked", text);
	if (contact)
		assert_string_equal(owner.contact, contact);
	owner_release(&owner);
	owner_index_release(&index);
	strbuf_release(&shown);
}

/* -- headers -- */

static void columns_go_by_name(void **state)
{
	static const char *const host[] = { "srv-1" };
	static const char *const files[] = {
		"host,owner,contact\nsrv-1,team-a,a@x\n",
		("\xEF\xBB\xBF" "Contact,Owner Team,NAME\r\na@x,team-a,SRV-1\r\n"),
		"environment;DeviceName;TEAM;e-mail\nProd;Srv-1;team-a;a@x",
		"computer\tsupport_group\tmail\tx\nSRV-1.corp.example\tteam-a\ta@x\t\n",
		"\"fqdn\",\"group\",\"email\"\n\"srv-1.corp.example\",\"team-a\",\"a@x\"\n",
		"hostname,owner,owner_team,contact\nsrv-1,Some One,team-a,a@x\n",   /* a person, and the team */
		"\n\nhost,owner,contact\n\nsrv-1,team-a,a@x\n,,\n",
		"host , owner , contact\n srv-1 , team-a , a@x \n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct asking asking;

		ask(&asking, files[i], host, 1);
		assert_int_equal(asking.step, STEP_DONE);
		expect_owner(&asking, 0, "team-a", "a@x");
		assert_int_equal(asking.asking.complaint_count, 0);
		assert_int_equal(asking.asking.answered, 1);
		assert_int_equal(asking.asking.requests, 0);
		end(&asking);
	}
}

static void a_real_cmdb_is_read(void **state)
{
	static const char file[] =
		"name,owner_team,contact,environment\nSRV-APP-01,Windows Platform,winplat@example.test,Prod\n"
		"mgmt-01.corp.example.test,\"Identity, Access & Mgmt\",iam@example.test,Mgmt\nSRV-ORPHAN-02,,unknown@example.test,Prod\n"
		"SRV-DUP-01,Windows Platform,winplat@example.test,Prod\nsrv-dup-01,Database Services,dba@example.test,Test\n"
		"SRV-O'BRIEN-01,Windows Platform,winplat@example.test,Test\nSRV-QUOTE-\"01\",Windows Platform,winplat@example.test,Test\n"
		"SRV-\xC3\x9CMLAUT-01,Windows Platform,winplat@example.test,Test\n"
		"SRV-APP-17.corp.example.test,Windows Platform,\"\"\"Ops, 2nd line\"\" <ops2@example.test>\",Prod\n";
	static const char *const hosts[] = { "mgmt-01", "srv-orphan-02", "SRV-DUP-01", "srv-o'brien-01", "srv-quote-\"01\"",
		"srv-\xC3\xBCmlaut-01", "srv-app-17",
	                                     "srv-new-01" };
	struct asking asking;

	(void)state;
	ask(&asking, file, hosts, COUNT(hosts));
	assert_int_equal(asking.step, STEP_DONE);
	expect_owner(&asking, 0, "Identity, Access & Mgmt", "iam@example.test");
	expect_owner(&asking, 1, "?unowned", NULL);
	expect_owner(&asking, 2, "?2 match", NULL);
	expect_owner(&asking, 3, "Windows Platform", NULL);
	expect_owner(&asking, 4, "Windows Platform", NULL);
	expect_owner(&asking, 5, "Windows Platform", NULL);
	expect_owner(&asking, 6, "Windows Platform", "\"Ops, 2nd line\" <ops2@example.test>");
	expect_owner(&asking, 7, "?unknown", NULL);
	for (size_t i = 0; i < asking.asking.records.count; i++)   /* nothing but what was asked for */
		assert_string_not_equal(asking.asking.records.items[i].name, "SRV-APP-01");
	assert_string_equal(asking.asking.records.items[0].key, "owners.csv:3");
	assert_string_equal(asking.asking.records.items[0].field, "owner_team");
	end(&asking);
}

static void retired_records_stand_back(void **state)
{
	static const char *const hosts[] = { "srv-1", "srv-2", "srv-3" };
	struct asking asking;

	(void)state;
	ask(&asking,
		"host,team,team_id,retired\nsrv-1,old,1,2024-01-31\nsrv-1,new,2,\nsrv-2,a,3,no\nsrv-2,b,4,False\nsrv-3,last,5,yes\n", hosts, 3);
	expect_owner(&asking, 0, "new", NULL);
	expect_owner(&asking, 1, "?2 match", NULL);
	expect_owner(&asking, 2, "last", NULL);
	end(&asking);
	ask(&asking, "host,team,Status\nsrv-1,old,Retired\nsrv-1,new,In Use\nsrv-2,a,x\nsrv-2,b,DECOMMISSIONED\nsrv-3,last,live\n", hosts, 3);
	expect_owner(&asking, 0, "new", NULL);
	expect_owner(&asking, 1, "a", NULL);
	expect_owner(&asking, 2, "last", NULL);
	end(&asking);
}

/* -- what is wrong with a file -- */

static void rows_that_cannot_be_read_leave_hosts_unasked(void **state)
{
	static const char *const hosts[] = { "srv-1", "srv-2", "srv-9" };
	struct asking asking;

	(void)state;
	/* line 3 has a comma that nobody quoted, line 4 ends before its team, line 5 has text after a quote */
	ask(&asking, "host,team,contact\nsrv-1,team-a,a@x\nsrv-2,Web, "
		"DMZ,b@x\nsrv-3\n\"srv-4\"x,team-a,c@x\nsrv-5,team-a\n,team-b,d@x\n", hosts, 3);
	assert_int_equal(asking.step, STEP_DONE);
	expect_owner(&asking, 0, "team-a", "a@x");
	expect_owner(&asking, 1, "unasked", NULL);   /* never unknown: it may be in a row that could not be read */
	expect_owner(&asking, 2, "unasked", NULL);
	assert_int_equal(asking.asking.complaint_count, 2);
	assert_non_null(strstr(asking.asking.complaints[0], "3 rows cannot be read, the first in line 3."));
	assert_non_null(strstr(asking.asking.complaints[1], "1 rows name no host, the first in line 7."));
	end(&asking);
	ask(&asking, "host,team\nsrv-1,team-a\nsrv-2,\"team-b\nsrv-9,team-c\n", hosts, 3);   /* a quote that nothing closes */
	assert_int_equal(asking.step, STEP_DONE);
	expect_owner(&asking, 0, "team-a", NULL);
	expect_owner(&asking, 1, "unasked", NULL);
	expect_owner(&asking, 2, "unasked", NULL);
	assert_non_null(strstr(asking.asking.complaints[0], ":3: a quote opens here and is never closed"));
	end(&asking);
}

static void files_that_cannot_be_used_say_why(void **state)
{
	static const struct { const char *bytes; int status; const char *says; } files[] = {
		{ NULL, STATUS_NO_INPUT, "[csv] file: " },
		{ "", STATUS_DATA, "the file is empty" },
		{ "environment,contact\nx,y\n", STATUS_DATA, "no column names the host" },
		{ "host,contact\nx,y\n", STATUS_DATA, "no column names the team" },
		{ "\xFF\xFEh\0o\0", STATUS_DATA, "it is UTF-16" },
	};
	static const char *const host[] = { "srv-1" };

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct asking asking;

		ask(&asking, files[i].bytes, host, 1);
		assert_int_equal(asking.step, STEP_FAILED);
		assert_int_equal(asking.err.status, files[i].status);
		assert_non_null(strstr(asking.err.text, files[i].says));
		assert_non_null(strstr(asking.err.text, "owners.csv"));
		assert_int_equal(asking.asking.asked[0], 0);
		end(&asking);
		check(&asking, files[i].bytes);
		assert_int_equal(asking.step, STEP_DONE);
		assert_int_equal(asking.checks.count, 1);
		assert_int_equal(asking.checks.items[0].level, CHECK_FAILURE);
		assert_non_null(strstr(asking.checks.items[0].text, files[i].says));
		end(&asking);
	}
}

static void without_a_file_there_is_no_back_end(void **state)
{
	struct config *config = NULL;
	struct owner_source *source = NULL;
	struct error err = { 0 };
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/config", folder);
	assert_int_equal(config_load(&config, path, NULL, 0, &err), 0);
	assert_int_equal(owners_csv.make(&source, config, NULL, &err), -1);
	assert_int_equal(err.status, STATUS_CONFIG);
	assert_non_null(strstr(err.text, "[csv] file is not set"));
	config_free(&config);
}

static void the_examination_counts(void **state)
{
	struct asking asking;

	(void)state;
	check(&asking, "host,team\nsrv-1,a\nSRV-1,b\nsrv-2,\nsrv-3,A\n\"srv\"4,a\n");
	assert_int_equal(asking.checks.count, 3);
	assert_int_equal(asking.checks.items[0].level, CHECK_WARNING);
	assert_non_null(strstr(asking.checks.items[0].text, "1 rows cannot be read, the first in line 6."));
	assert_int_equal(asking.checks.items[1].level, CHECK_OK);
	assert_non_null(strstr(asking.checks.items[1].text, "4 rows, 3 hosts, 2 teams by the column team, 1 rows without a team."));
	assert_int_equal(asking.checks.items[2].level, CHECK_WARNING);
	assert_non_null(strstr(asking.checks.items[2].text, "1 rows name a host that another row names, the first is SRV-1."));
	end(&asking);
}

/* -- size -- */

static void a_large_file_is_read_in_slices(void **state)
{
	enum { ROWS = 60000 };
	struct strbuf file = STRBUF_INIT(1 << 24);
	struct asking asking;

	(void)state;
	strbuf_adds(&file, "host,team,contact\n");
	for (unsigned i = 0; i < ROWS; i++)
		strbuf_addf(&file, "srv-%u.corp.example,\"team, %u\",mail-%u@example.test\n", i, i % 97, i);
	open_source(&asking, strbuf_text(&file), file.len);
	asking.hosts[0] = slice_of("SRV-59999");
	asking.hosts[1] = slice_of("srv-60000");
	asking.host_count = 2;
	assert_int_equal(owners_csv.begin(asking.source, asking.hosts, 2, &asking.asking, &asking.err), 0);
	run_steps(&asking, 0);   /* no time at all: a slice a step */
	assert_int_equal(asking.step, STEP_DONE);
	assert_true(asking.steps > file.len / (64 << 10));
	expect_owner(&asking, 0, "team, 53", "mail-59999@example.test");
	expect_owner(&asking, 1, "?unknown", NULL);
	assert_int_equal(asking.asking.records.count, 1);
	/* begun anew before the end of the last one, and with the same answer */
	owner_asking_release(&asking.asking);
	assert_int_equal(owners_csv.begin(asking.source, asking.hosts, 2, &asking.asking, &asking.err), 0);
	owners_csv.step(asking.source, 0, &asking.err);
	owner_asking_release(&asking.asking);
	assert_int_equal(owners_csv.begin(asking.source, asking.hosts, 2, &asking.asking, &asking.err), 0);
	run_steps(&asking, 1000);
	expect_owner(&asking, 0, "team, 53", NULL);
	end(&asking);
	strbuf_release(&file);
}

static void bytes_that_are_no_text_are_told(void **state)
{
	static const char *const hosts[] = { "b\xC3\xBCro-1", "srv-2" };
	struct asking asking;

	(void)state;
	ask(&asking, "host,team\nb\xFCro-1,team-a\nsrv-2,team-b\n", hosts, 2);   /* Windows-1252 */
	expect_owner(&asking, 0, "unasked", NULL);
	expect_owner(&asking, 1, "team-b", NULL);
	assert_int_equal(asking.asking.complaint_count, 1);
	assert_non_null(strstr(asking.asking.complaints[0], "1 cells are not UTF-8."));
	end(&asking);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "owners.csv", "config" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_go_by_name), cmocka_unit_test(a_real_cmdb_is_read), cmocka_unit_test(retired_records_stand_back),
		cmocka_unit_test(rows_that_cannot_be_read_leave_hosts_unasked), cmocka_unit_test(files_that_cannot_be_used_say_why),
		cmocka_unit_test(without_a_file_there_is_no_back_end), cmocka_unit_test(the_examination_counts),
		cmocka_unit_test(a_large_file_is_read_in_slices), cmocka_unit_test(bytes_that_are_no_text_are_told),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
