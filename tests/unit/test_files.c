/* Files of every shape into the estate: what each cell means, what is counted, and the sentence for what cannot be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/model/bag.h"
#include "core/sources/files.h"

/* ---- running ---- */

static char folder[] = "/tmp/rouse-files-XXXXXX";

/* What one reading came to. */
struct outcome {
	struct estate estate;
	struct run run;
	struct source *source;
	struct error err;
	bool done;
};

/* Writes a file into the folder; the returned name lives until the next call with the same number. */
static const char *write_file(unsigned number, const char *name, struct slice text)
{
	static char paths[5][128];
	snprintf(paths[number], sizeof paths[number], "%s/%s", folder, name);
	FILE *file = fopen(paths[number], "wb");
	assert_non_null(file);
	if (text.len)
		assert_int_equal(fwrite(text.text, 1, text.len, file), text.len);
	fclose(file);
	return paths[number];
}

static void read_input(struct outcome *outcome, const struct files_input *input)
{
	*outcome = (struct outcome){0};
	estate_init(&outcome->estate);
	if (files_source_new(input, &outcome->estate, &outcome->run, &outcome->source, &outcome->err))
		return;
	enum step step;
	do
		step = outcome->source->ops->step(outcome->source, 0, &outcome->err);
	while (step == STEP_MORE);
	outcome->done = step == STEP_DONE;
	const struct input_counts *counts = &outcome->estate.input;
	assert_int_equal(counts->read, counts->used + counts->unreadable);
	for (int table = 0; table < 5; table++)
		assert_int_equal(outcome->estate.table[table].read,
		                 outcome->estate.table[table].used + outcome->estate.table[table].unreadable);
}

static void release(struct outcome *outcome)
{
	if (outcome->source)
		outcome->source->ops->free(outcome->source);
	estate_release(&outcome->estate);
	run_release(&outcome->run);
}

static const char info_header[] = "Timestamp,DeviceId,DeviceName,OSPlatform,MachineGroup\n";
static const char info_row[] = "2026-01-01T00:00:00Z,d1,h1,WindowsServer2019,g\n";

/* Reads `text` as the given table; raw witnesses get an inventory of one device. */
static void read_text(struct outcome *outcome, enum estate_table table, struct slice text)
{
	struct files_input input = {0};
	const char *path = write_file(0, "x.csv", text), *info = NULL;
	input.paths[table] = &path;
	input.count[table] = 1;
	if (table != TABLE_FINDINGS && table != TABLE_INVENTORY) {
		struct strbuf made = STRBUF_INIT(1000);
		strbuf_adds(&made, info_header);
		strbuf_adds(&made, info_row);
		info = write_file(1, "info.csv", (struct slice){ made.buf, made.len });
		input.paths[TABLE_INVENTORY] = &info;
		input.count[TABLE_INVENTORY] = 1;
		strbuf_release(&made);
	}
	read_input(outcome, &input);
}

/* ---- what the estate knows, as text ---- */

static void add_text(struct strbuf *out, const char *name, struct slice text)
{
	if (text.text)
		strbuf_addf(out, " %s=%.*s", name, (int)text.len, text.text);
}

static void add_time(struct strbuf *out, const char *name, int64_t ticks)
{
	if (ticks == TIME_NONE)
		return;
	strbuf_addf(out, " %s=", name);
	time_format(out, time_seconds(ticks));
	if (ticks % TICKS_PER_SECOND)
		strbuf_addf(out, "+%d", (int)(ticks % TICKS_PER_SECOND));
}

static void add_tri(struct strbuf *out, const char *name, uint8_t tri)
{
	if (tri != TRI_NONE)
		strbuf_addf(out, " %s=%s", name, tri == TRI_TRUE ? "yes" : "no");
}

static void add_bag(struct strbuf *out, struct slice bag)
{
	struct bag_pair pair;
	for (size_t at = 0; bag_next(bag, &at, &pair);)
		strbuf_addf(out, " [%c %.*s=%.*s]", (char)pair.kind, (int)pair.key.len, pair.key.text, (int)pair.value.len,
		            pair.value.text);
}

static void describe(const struct estate *estate, struct strbuf *out)
{
	for (uint32_t i = 0; i < estate->ids.count; i++) {
		const struct device *device = &estate->devices[i];
		strbuf_addf(out, "%s", map_key(&estate->ids, i).text);
		if (device->has_inventory)
			strbuf_adds(out, " I");
		add_time(out, "seen", device->seen);
		add_text(out, "name", estate_name(estate, device));
		add_text(out, "group", estate_text(estate, device->group));
		add_text(out, "os", estate_text(estate, device->platform));
		add_text(out, "merged", estate_text(estate, device->merged_to));
		add_tri(out, "excluded", device->excluded);
		if (device->report != TIME_NONE)
			strbuf_addf(out, " report=%lld", (long long)device->report);
		if (device->has_assessment) {
			strbuf_adds(out, device->assessment_doubtful ? " A?" : " A");
			add_time(out, "at", device->assessed_at);
			add_tri(out, "applicable", device->applicable);
			add_tri(out, "compliant", device->compliant);
			add_text(out, "mode", estate_text(estate, device->assessed_mode));
		}
		if (device->has_versions)
			strbuf_adds(out, " V");
		add_text(out, "vsig", estate_text(estate, device->versions_signature));
		add_text(out, "veng", estate_text(estate, device->versions_engine));
		add_text(out, "vplat", estate_text(estate, device->versions_platform));
		add_time(out, "vtime", device->versions_signature_time);
		if (device->has_gathering)
			strbuf_adds(out, device->gathering_doubtful ? " G?" : " G");
		add_time(out, "gat", device->gathered_at);
		add_text(out, "mode", estate_text(estate, device->gathered_mode));
		add_text(out, "eng", estate_text(estate, device->engine));
		add_text(out, "plat", estate_text(estate, device->av_platform));
		add_text(out, "sig", estate_text(estate, device->signature));
		add_time(out, "sigtime", device->signature_time);
		add_bag(out, estate_bag(estate, device));
		add_text(out, "other", estate_text(estate, device->other_av));
		strbuf_addc(out, '\n');
	}
}

#define INFO "Timestamp,DeviceId,DeviceName,OSPlatform,MachineGroup"
#define T1 "2026-01-01T00:00:00Z"
#define D1 "d1 I seen=" T1 " name=h1 group=g os=WindowsServer2019"
#define ASSESS "Timestamp,DeviceId,ConfigurationId,IsApplicable,IsCompliant,Context\n"
#define GATHER "Timestamp,DeviceId,AdditionalFields\n"

/* ---- cells ---- */

static const struct { enum estate_table table; const char *text, *wanted; unsigned cells; } good[] = {
	/* DeviceInfo: any order and letter case of columns, with and without what may be missing */
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,WindowsServer2019,g\n", D1 "\n", 0 },
	{ TABLE_INVENTORY, "machinegroup,EXTRA,DEVICEID,osplatform,deviceName,timestamp\ng ,x,d1,W, h1,2026-01-01 00:00:00.1234567\n",
	  "d1 I seen=" T1 "+1234567 name= h1 group=g  os=W\n", 0 },
	{ TABLE_INVENTORY, "\xef\xbb\xbf" INFO ",ReportId,IsExcluded,MergedToDeviceId\r\n" T1 ",d1,h1,W,g,9007199254740993,True,d2\r\n",
	  "d1 I seen=" T1 " name=h1 group=g os=W merged=d2 excluded=yes report=9007199254740993\n", 0 },
	{ TABLE_INVENTORY, INFO ",ReportId,IsExcluded\n" T1 ",d1,h1,W,g,12.0,0\n",
	  "d1 I seen=" T1 " name=h1 group=g os=W excluded=no report=12\n", 0 },
	{ TABLE_INVENTORY, INFO ",ReportId,IsExcluded\n" T1 ",d1,h1,W,g,99999999999999999999,maybe\n",
	  "d1 I seen=" T1 " name=h1 group=g os=W\n", 2 },
	{ TABLE_INVENTORY, "TimeGenerated;DeviceId;DeviceName;OSPlatform;MachineGroup\n" T1 ";d1;a,b;W;g\n",
	  "d1 I seen=" T1 " name=a,b group=g os=W\n", 0 },
	{ TABLE_INVENTORY, "Timestamp\tDeviceId\tDeviceName\tOSPlatform\tMachineGroup\n" T1 "\td1\ta;b\tW\tg\n",
	  "d1 I seen=" T1 " name=a;b group=g os=W\n", 0 },
	{ TABLE_INVENTORY, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"DeviceName\":\"h1\",\"OSPlatform\":\"W\",\"MachineGroup\":null,"
	  "\"ReportId\":9007199254740993,\"IsExcluded\":true}]",
	  "d1 I seen=" T1 " name=h1 os=W excluded=yes report=9007199254740993\n", 0 },
	{ TABLE_INVENTORY, "{\"schema\":[{\"name\":\"Timestamp\"},{\"name\":\"DeviceId\"},{\"name\":\"DeviceName\"},{\"name\":\"OSPlatform\"},"
	  "{\"name\":\"MachineGroup\"}],\"results\":[{\"timestamp\":\"" T1 "\",\"deviceId\":\"d1\",\"OSPLATFORM\":\"W\"}]}",
	  "d1 I seen=" T1 " os=W\n", 0 },
	{ TABLE_INVENTORY, "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"TimeGenerated\",\"type\":\"datetime\"},"
	  "{\"name\":\"DeviceId\"},{\"name\":\"DeviceName\"},{\"name\":\"OSPlatform\"},{\"name\":\"MachineGroup\"},{\"name\":\"ReportId\"}],"
	  "\"rows\":[[\"" T1 "\",\"d1\",\"h1\",\"W\",\"g\",12345678901234567]]}]}",
	  "d1 I seen=" T1 " name=h1 group=g os=W report=12345678901234567\n", 0 },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,\"two\nlines\",W,\"a\"\"b\"\n", "d1 I seen=" T1 " name=two\nlines group=a\"b os=W\n", 0 },
	/* assessment */
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,0,\"[[\"\"1\"\"]]\"\n", D1 " A at=" T1 " applicable=yes compliant=no mode=1\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,SCID-2010,TRUE,False,[[1]]\n", D1 " A at=" T1 " applicable=yes compliant=no mode=1\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,,,\n", D1 " A at=" T1 "\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,yes,x,Passive\n", D1 " A? at=" T1 "\n", 3 },
	/* one cell alone is enough for doubt; nothing is no doubt */
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,maybe,1,[[0]]\n", D1 " A? at=" T1 " compliant=yes mode=0\n", 1 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,maybe,[[0]]\n", D1 " A? at=" T1 " applicable=yes mode=0\n", 1 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,[[0\n", D1 " A? at=" T1 " applicable=yes compliant=yes\n", 1 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,[[\n", D1 " A? at=" T1 " applicable=yes compliant=yes\n", 1 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,0\n", D1 " A? at=" T1 " applicable=yes compliant=yes\n", 1 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,[{}]\n", D1 " A? at=" T1 " applicable=yes compliant=yes\n", 1 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,[ [ ] ]\n", D1 " A at=" T1 " applicable=yes compliant=yes\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1, Null \n", D1 " A at=" T1 " applicable=yes compliant=yes\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,null,Null,\n", D1 " A at=" T1 "\n", 0 },
	/* blanks around an id are no part of it */
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1, scid-2010\t,1,0,[[1]]\n", D1 " A at=" T1 " applicable=yes compliant=no mode=1\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1, scid-2011 ,1,0,[[1.2]]\n", D1 " V vsig=1.2\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1.0,0.0,\"\"\"[[\\\"\"0\\\"\"]]\"\"\"\n",
	  D1 " A at=" T1 " applicable=yes compliant=no mode=0\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,[]\n", D1 " A at=" T1 " applicable=yes compliant=yes\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS "x,,scid-2012,?,?,?\n,,scid-20100,,,\n" T1 ",d1,scid-2010,1,1,[[0.0]]\n",
	  D1 " A at=" T1 " applicable=yes compliant=yes mode=0\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2011,1,1,\"[[\"\"1.2\"\",\"\"1.1\"\",\"\"2026-01-02T03:04:05Z\"\",\"\"4.18\"\"]]\"\n",
	  D1 " V vsig=1.2 veng=1.1 vplat=4.18 vtime=2026-01-02T03:04:05Z\n", 0 },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2011,1,1,\"[[\"\"1.2\"\",null,\"\"soon\"\"]]\"\n", D1 " V vsig=1.2\n", 1 },
	{ TABLE_ASSESSMENT, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"ConfigurationId\":\"scid-2010\",\"IsApplicable\":true,"
	  "\"IsCompliant\":0,\"Context\":[[\"4\"]]}]", D1 " A at=" T1 " applicable=yes compliant=no mode=4\n", 0 },
	{ TABLE_ASSESSMENT, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"ConfigurationId\":\"scid-2010\",\"IsApplicable\":\"1\","
	  "\"IsCompliant\":null,\"Context\":\"[[\\\"4\\\"]]\"}]", D1 " A at=" T1 " applicable=yes mode=4\n", 0 },
	/* gathering */
	{ TABLE_GATHERING, GATHER T1 ",d1,\"{\"\"AvMode\"\":\"\"1\"\",\"\"avengineversion\"\":\"\"1.1\"\",\"\"AvPlatformVersion\"\":\"\"4.18\"\","
	  "\"\"AvSignatureVersion\"\":\"\"1.2\"\",\"\"AvSignatureUpdateTime\"\":\"\"2026-01-02T03:04:05.5Z\"\",\"\"Ring\"\":\"\"Broad\"\","
	  "\"\"N\"\":1.50,\"\"B\"\":true,\"\"Z\"\":null,\"\"O\"\":{\"\"a\"\":[1]}}\"\n",
	  D1 " G gat=" T1 " mode=1 eng=1.1 plat=4.18 sig=1.2 sigtime=2026-01-02T03:04:05Z+5000000 [t Ring=Broad] [j N=1.50] [j B=true]"
	  " [n Z=] [j O={\"a\":[1]}]\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,{\"AvMode\":1.0}\n", D1 " G gat=" T1 " mode=1\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,\n", D1 " G gat=" T1 "\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,null\n", D1 " G gat=" T1 "\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,oops\n", D1 " G? gat=" T1 "\n", 1 },
	{ TABLE_GATHERING, GATHER T1 ",d1,[1]\n", D1 " G? gat=" T1 "\n", 1 },
	{ TABLE_GATHERING, GATHER T1 ",d1,[ ]\n", D1 " G gat=" T1 "\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,[[]]\n", D1 " G gat=" T1 "\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,{}\n", D1 " G gat=" T1 "\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,[[\n", D1 " G? gat=" T1 "\n", 1 },
	/* a bag with two modes is no witness to rely on, in whatever order and letter case */
	{ TABLE_GATHERING, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"AdditionalFields\":{\"AvMode\":0,\"avmode\":1}}]",
	  D1 " G? gat=" T1 " mode=0\n", 1 },
	{ TABLE_GATHERING, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"AdditionalFields\":{\"AvMode\":0,\"AvMode\":0}}]",
	  D1 " G gat=" T1 " mode=0\n", 0 },
	{ TABLE_GATHERING, GATHER T1 ",d1,\"{\"\"AvMode\"\":null,\"\"AvSignatureUpdateTime\"\":\"\"never\"\"}\"\n", D1 " G gat=" T1 "\n", 1 },
	{ TABLE_GATHERING, GATHER T1 ",d1,{\"AvSignatureUpdateTime\":\"0001-01-01T00:00:00Z\"}\n", D1 " G gat=" T1 "\n", 0 },
	{ TABLE_GATHERING, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"LastSeenTime\":\"x\",\"DeviceName\":\"h\","
	  "\"AdditionalFields\":{\"AvMode\":4,\"k\":[1]}}]", D1 " G gat=" T1 " mode=4 [t LastSeenTime=x] [j k=[1]]\n", 0 },
	{ TABLE_GATHERING, "[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"AdditionalFields\":\"\\\"{\\\\\\\"AvMode\\\\\\\":\\\\\\\"5\\\\\\\"}\\\"\"}]",
	  D1 " G gat=" T1 " mode=5\n", 0 },
	{ TABLE_SOFTWARE, "DeviceId,SoftwareVendor,SoftwareName\nd1,microsoft,edge\n", D1 "\n", 0 },
	/* joined findings */
	{ TABLE_FINDINGS, "DeviceId,AvMode\nd1,1\nd2,\n", "d1 I G mode=1\nd2 I\n", 0 },
	{ TABLE_FINDINGS, "DeviceId,LastSeen,AvMode,Rack,AvFields\nd1," T1 ",1.0,7,{\"a\":1}\nd2,later,0,,\n",
	  "d1 I seen=" T1 " G mode=1 [t Rack=7] [b AvFields={\"a\":1}]\nd2 I G mode=0\n", 1 },
	{ TABLE_FINDINGS, "DeviceId,Timestamp,AssessedMode,GatheredMode,AvMode,IsApplicable,IsCompliant,AssessedAt,GatheredAt\n"
	  "d1," T1 ",0,1,1,true,false,2026-01-02,2026-01-03\nd2,,0,,0,,,,\nd3,,,,1,,,,\n",
	  "d1 I seen=" T1 " A at=2026-01-02T00:00:00Z applicable=yes compliant=no mode=0 G gat=2026-01-03T00:00:00Z mode=1\n"
	  "d2 I A mode=0\nd3 I G mode=1\n", 0 },
	/* the mode of a bag is found when no column has one; `{}` is no witness */
	{ TABLE_FINDINGS, "DeviceId;AvFields\nd1;{\"AvMode\":\"4\",\"AvEngineVersion\":\"1.1\"}\nd2;{ }\nd3;\nd4;{\"AvMode\"\n",
	  "d1 I G mode=4 eng=1.1 [b AvFields={\"AvMode\":\"4\",\"AvEngineVersion\":\"1.1\"}]\nd2 I\nd3 I\nd4 I G? [b AvFields={\"AvMode\"]\n", 1 },
	/* every text of the mode counts: two that differ are handed on as two witnesses */
	{ TABLE_FINDINGS, "DeviceId,GatheredMode,AvMode\nd1,0,1\nd2,0,Active\nd3,1,0\n",
	  "d1 I A mode=1 G mode=0\nd2 I G mode=0\nd3 I A mode=0 G mode=1\n", 0 },
	{ TABLE_FINDINGS, "DeviceId,AssessedMode,GatheredMode,AvMode\nd1,0,0,1\nd2,0, ,0\nd3,,0,0\nd4,0,,\nd5,0,,1\n",
	  "d1 I A mode=1 G mode=0\nd2 I A mode=0 G mode= \nd3 I G mode=0\nd4 I A mode=0\nd5 I A mode=0 G mode=1\n", 0 },
	{ TABLE_FINDINGS, "DeviceId;AvMode;AvFields\nd1;0;{\"AvMode\":\"1\"}\nd2;0;{\"AvMode\":0}\nd3;0;{\"AvMode\"\nd4;0;[]\nd5;0;x\n",
	  "d1 I A mode=0 G mode=1 [b AvFields={\"AvMode\":\"1\"}]\nd2 I G mode=0 [b AvFields={\"AvMode\":0}]\n"
	  "d3 I G? mode=0 [b AvFields={\"AvMode\"]\nd4 I G mode=0\nd5 I G? mode=0 [t AvFields=x]\n", 2 },
	{ TABLE_FINDINGS, "DeviceId;GatheredMode;AdditionalFields.AvMode\nd1;0;1\nd2;1;\nd3;;1\n",
	  "d1 I A mode=1 G mode=0\nd2 I G mode=1\nd3 I G mode=1\n", 0 },
	{ TABLE_FINDINGS, "DeviceId;AssessedMode;AdditionalFields.AvMode\nd1;0;0\n", "d1 I A mode=0 G mode=0\n", 0 },
	{ TABLE_FINDINGS, "[{\"DeviceId\":\"d1\",\"AdditionalFields\":{\"AvMode\":\"0\"},\"AvFields\":\"{\\\"AvMode\\\":5}\"},\n"
	  "{\"DeviceId\":\"d2\",\"AdditionalFields\":7,\"AvMode\":0},{\"DeviceId\":\"d3\",\"AdditionalFields\":[],\"AvMode\":0}]",
	  "d1 I A mode=5 G mode=0 [b AdditionalFields={\"AvMode\":\"0\"}] [b AvFields={\"AvMode\":5}]\n"
	  "d2 I G? mode=0 [j AdditionalFields=7]\nd3 I G mode=0\n", 1 },
	{ TABLE_FINDINGS, "DeviceId,AvMode,IsApplicable,IsCompliant\nd1,0,,nope\nd2,0,nope,\nd3,0,,\n",
	  "d1 I A? G mode=0\nd2 I A? G mode=0\nd3 I G mode=0\n", 2 },
	/* whoever wrote the row called it a finding; words that are no verdict say nothing */
	{ TABLE_FINDINGS, "DeviceId,AvMode,Verdict\nd1,0, Passive \nd2,0,active\nd3,0,fine\nd4,0,\n",
	  "d1 I G? mode=0\nd2 I G mode=0\nd3 I G mode=0\nd4 I G mode=0\n", 0 },
	/* a key with blanks around is the same key, row after row */
	{ TABLE_FINDINGS, "[{\" DeviceId\":\"d1\",\"AvMode\":\"1\"},{\"DeviceId \":\"d2\",\"AvMode\":\"1\",\"AVMODE\":\"1\"}]",
	  "d1 I G mode=1\nd2 I G mode=1\n", 0 },
	/* what only the analyst knows is kept and is no witness */
	{ TABLE_FINDINGS, "DeviceId,AvMode,Rack\nd1,,7\n", "d1 I [t Rack=7]\n", 0 },
	{ TABLE_FINDINGS, "DeviceId,AvMode,AdditionalFields.Ring\nd1,,Broad\n", "d1 I G [t Ring=Broad]\n", 0 },
	{ TABLE_FINDINGS, "DeviceId,IsCompliant,AdditionalFields.AvMode,AdditionalFields.AvEngineVersion\nd1,0,2,1.1\n",
	  "d1 I A compliant=no G mode=2 eng=1.1\n", 0 },
	/* our own exports: derived columns are left out but OtherAv, the guard is taken off, the flag excluded is kept */
	{ TABLE_FINDINGS, "DeviceId,DeviceName,AvMode,Verdict,Flags,OtherAv,Change,Note\nd1,'=h,1,passive,stale excluded,McAfee,new,x\n",
	  "d1 I name==h excluded=yes G? mode=1 other=McAfee\n", 0 },
	{ TABLE_FINDINGS, "DeviceId,DeviceName,AvMode,Verdict\nd1,'=h,1,passive\n", "d1 I name='=h G? mode=1\n", 0 },
	{ TABLE_FINDINGS, "[{\"DeviceId\":\"d1\",\"AvMode\":1,\"Extra\":{\"x\":1},\"N\":5,\"AvFields\":{\"b\":2},\"T\":\"t\",\"Z\":null}]",
	  "d1 I G mode=1 [j Extra={\"x\":1}] [j N=5] [b AvFields={\"b\":2}] [t T=t]\n", 0 },
	{ TABLE_FINDINGS, "{\"DeviceId\":\"d1\",\"AvMode\":\"1\"}\n{\"deviceid\":\"d2\",\"AVMODE\":\"0\"}\n", "d1 I G mode=1\nd2 I G mode=0\n", 0 },
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct outcome outcome;
		struct strbuf out = STRBUF_INIT(100000);
		read_text(&outcome, good[i].table, slice_of(good[i].text));
		describe(&outcome.estate, &out);
		if (!outcome.done || strcmp(strbuf_text(&out), good[i].wanted))
			print_error("case %zu: %s\n%s\n", i, good[i].text, outcome.err.text);
		assert_true(outcome.done);
		assert_string_equal(strbuf_text(&out), good[i].wanted);
		assert_int_equal(outcome.estate.input.cells, good[i].cells);
		assert_int_equal(outcome.estate.input.unreadable, 0);
		strbuf_release(&out);
		release(&outcome);
	}
}

/* Escapes that stand for no character are replaced and counted, in a row, in a bag and in a bag inside a string. */
static void test_escapes(void **state)
{
	static const char *const texts[] = {
		"[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"AdditionalFields\":{\"k\":\"a\\u0000b\"}}]",
		"[{\"Timestamp\":\"" T1 "\",\"DeviceId\":\"d1\",\"AdditionalFields\":\"{\\\"k\\\":\\\"a\\\\u0000b\\\"}\"}]",
		GATHER T1 ",d1,{\"k\":\"a\\u0000b\"}\n",
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct outcome outcome;
		struct strbuf out = STRBUF_INIT(1000);
		read_text(&outcome, TABLE_GATHERING, slice_of(texts[i]));
		assert_true(outcome.done);
		describe(&outcome.estate, &out);
		assert_string_equal(strbuf_text(&out), D1 " G gat=" T1 " [t k=a\xef\xbf\xbd" "b]\n");
		assert_int_equal(outcome.estate.input.replaced, 1);
		strbuf_release(&out);
		release(&outcome);
	}
}

/* ---- rows that cannot be read ---- */

static const struct { enum estate_table table; const char *text; unsigned used, unreadable; const char *sentence; bool cut; } bad_rows[] = {
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n" T1 ",d2\n", 1, 1, "x.csv:3: 2 fields where the header has 5", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,\"h\n1\",W,g\n\n" T1 ",d2,h,W,g,more\n", 1, 1, "x.csv:5: 6 fields where the header has 5", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n" T1 ",d2,h", 1, 1, "x.csv:3: 3 fields where the header has 5", true },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n\"a\nb\"\n", 1, 1, "x.csv:3: 1 field where the header has 5 (lines 3 to 4)", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n" T1 ",d2,\"h\"x,W,g\n", 1, 1, "x.csv:3: there is text after a closing quote", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n" T1 ",,h,W,g\n", 1, 1, "x.csv:3: there is no DeviceId", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n,d2,h,W,g\n", 1, 1, "x.csv:3: there is no Timestamp", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n0001-01-01T00:00:00Z,d2,h,W,g\n", 1, 1,
	  "x.csv:3: the Timestamp \"0001-01-01T00:00:00Z\" is no time", false },
	{ TABLE_INVENTORY, INFO "\n" T1 ",d1,h1,W,g\n\x1b[31m,d2,h,W,g\n", 1, 1, "x.csv:3: the Timestamp \"\\x1b[31m\" is no time", false },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,\n" T1 ",d1,,1,1,\n", 2, 1, "x.csv:3: there is no ConfigurationId", false },
	{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,1,1,\nx,d2,scid-2010,1,1,\n", 2, 1, "x.csv:3: the Timestamp \"x\" is no time", false },
	{ TABLE_GATHERING, GATHER T1 ",d1,\n" T1 ", ,{}\n", 2, 1, "x.csv:3: there is no DeviceId", false },
	{ TABLE_FINDINGS, "DeviceId,AvMode\nd1,1\n,1\n", 1, 1, "x.csv:3: there is no DeviceId", false },
	{ TABLE_FINDINGS, "DeviceId,AvMode,AvFields\nd1,1,{}\nd2,1,{\"a\":", 1, 1, "x.csv:3: the file ends inside the row", true },
	{ TABLE_FINDINGS, "[{\"DeviceId\":\"d1\",\"AvMode\":1},\n5]", 1, 1, "x.csv:2: the row is no object", false },
	{ TABLE_FINDINGS, "{\"DeviceId\":\"d1\",\"AvMode\":1}\n{\"DeviceId\":\"d2", 1, 1, "x.csv:2: the line ends inside the object", true },
	{ TABLE_FINDINGS, "{\"tables\":[{\"columns\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"}],\"rows\":[[\"d1\",1],\n[\"d2\"]]}]}", 1, 1,
	  "x.csv:2: 1 values where there are 2 columns", false },
	{ TABLE_FINDINGS, "[{\"DeviceId\":\"d1\",\"AvMode\":1},\n{\"DeviceId\":\"d2\",\"AvMode\":0,\"x\":2,\"avMODE\":1}]", 1, 1,
	  "x.csv:2: the key avMODE stands twice with different values", false },
	{ TABLE_FINDINGS, "{\"DeviceId\":\"d2\",\"DeviceId\":\"d3\",\"AvMode\":1}\n{\"DeviceId\":\"d1\",\"AvMode\":1}", 1, 1,
	  "x.csv:1: the key DeviceId stands twice with different values", false },
	{ TABLE_FINDINGS, "{\"DeviceId\":\"d1\",\"AvMode\":1}\n{\"DeviceId\":\"d2\",\"AvMode\":\"0\", \"x\":{}, \" AvMode\":null}", 1, 1,
	  "x.csv:2: the key  AvMode stands twice with different values", false },
};

static void test_bad_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
		struct outcome outcome;
		const char *const *sentences;
		uint64_t more = 99;
		read_text(&outcome, bad_rows[i].table, slice_of(bad_rows[i].text));
		if (!outcome.done)
			print_error("case %zu: %s\n", i, outcome.err.text);
		assert_true(outcome.done);
		size_t count = files_source_complaints(outcome.source, &sentences, &more);
		assert_int_equal(count, 1);
		assert_int_equal(more, 0);
		assert_string_equal(strrchr(sentences[0], '/') ? strstr(sentences[0], "x.csv") : sentences[0], bad_rows[i].sentence);
		assert_int_equal(outcome.estate.input.used, bad_rows[i].used);
		assert_int_equal(outcome.estate.input.unreadable, bad_rows[i].unreadable);
		bool cut = false;
		for (size_t k = 0; k < outcome.run.reason_count; k++)
			cut |= outcome.run.reasons[k].id == REASON_CUT;
		assert_int_equal(cut, bad_rows[i].cut);
		/* no device comes of a row that cannot be read */
		assert_int_equal(outcome.estate.ids.count, 1);
		release(&outcome);
	}
}

/* ---- files that cannot be read ---- */

static const struct { enum estate_table table; const char *text; size_t n; enum status status; const char *sentence; } refused[] = {
	{ TABLE_INVENTORY, "", 0, STATUS_DATA, "x.csv: the file is empty; export it again." },
	{ TABLE_INVENTORY, "\xef\xbb\xbf", 3, STATUS_DATA, "x.csv: the file is empty; export it again." },
	{ TABLE_INVENTORY, " \r\n\n", 4, STATUS_DATA, "x.csv: the file is empty; export it again." },
	{ TABLE_INVENTORY, "\xff\xfe" "a\0", 4, STATUS_DATA, "x.csv: it is UTF-16; save it as CSV UTF-8." },
	{ TABLE_INVENTORY, "\xfe\xff\0a", 4, STATUS_DATA, "x.csv: it is UTF-16; save it as CSV UTF-8." },
	{ TABLE_INVENTORY, "PK\x03\x04\0\0", 6, STATUS_DATA, "x.csv: it is binary or UTF-16, no text; save it as CSV UTF-8 or as JSON." },
	{ TABLE_INVENTORY, "\x1f\x8b" "abc", 5, STATUS_DATA, "x.csv: it is binary or UTF-16, no text; save it as CSV UTF-8 or as JSON." },
	{ TABLE_INVENTORY, INFO "\n", 0, STATUS_DATA, "x.csv: a header and no rows; that is not all clear: export it again." },
	{ TABLE_INVENTORY, INFO, 0, STATUS_DATA, "x.csv: a header and no rows; that is not all clear: export it again." },
	{ TABLE_INVENTORY, "[]", 0, STATUS_DATA, "x.csv: JSON and no rows; that is not all clear: export it again." },
	{ TABLE_FINDINGS, "{\"schema\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"}],\"results\":[]}", 0, STATUS_DATA,
	  "x.csv: a schema and no rows; that is not all clear: export it again." },
	{ TABLE_INVENTORY, "Timestamp,DeviceId,DeviceName,OSPlatform\n" T1 ",d,h,W\n", 0, STATUS_DATA,
	  "x.csv: the column MachineGroup is missing; export DeviceInfo with it." },
	{ TABLE_INVENTORY, "Timestamp,Device_Id,DeviceName,OSPlatform,MachineGroup\n", 0, STATUS_DATA,
	  "x.csv: the column DeviceId is missing; is Device_Id meant? Rename it, or export DeviceInfo again." },
	{ TABLE_ASSESSMENT, "Timestamp,DeviceId,IsApplicable,IsCompliant,Context\nx\n", 0, STATUS_DATA,
	  "x.csv: the column ConfigurationId is missing; export DeviceTvmSecureConfigurationAssessment with it." },
	{ TABLE_FINDINGS, "DeviceId,DeviceName\nd,h\n", 0, STATUS_DATA, "x.csv: there is no column that says anything of the antivirus; "
	  "findings need one of AvMode, GatheredMode, AssessedMode, IsCompliant, AvFields, AdditionalFields." },
	{ TABLE_FINDINGS, "[{\"DeviceName\":\"h\",\"AvMode\":1}]", 0, STATUS_DATA,
	  "x.csv: the column DeviceId is missing; export findings with it." },
	{ TABLE_FINDINGS, "DeviceId,AvMode,deviceid\nd,1,e\n", 0, STATUS_DATA,
	  "x.csv: the column deviceid stands twice in the header; remove one." },
	{ TABLE_FINDINGS, "DeviceId,AvMode\n,1\n,2\n", 0, STATUS_DATA,
	  "x.csv: none of its 2 rows can be read; line 2: there is no DeviceId. Export it again." },
	{ TABLE_FINDINGS, "DeviceId,AvMode\nd,1\ne,\"2\nf,3\n", 0, STATUS_DATA,
	  "x.csv:3: a quote opens here and is never closed: the file is cut; export it again." },
	{ TABLE_FINDINGS, "[{\"DeviceId\":\"d\",\"AvMode\":1},\n{\"Dev", 0, STATUS_DATA,
	  "x.csv:2: the file ends inside the JSON: it is cut (byte 35); export it again." },
	{ TABLE_FINDINGS, "{\"error\":{\"code\":\"BadRequest\",\"message\":\"no \x1b table\"}}", 0, STATUS_DATA,
	  "x.csv: the answer is an error, not data: BadRequest: no \\x1b table." },
	{ TABLE_FINDINGS, "{\"tables\":[{\"rows\":[[1]],\"columns\":[{\"name\":\"DeviceId\"}]}]}", 0, STATUS_DATA,
	  "x.csv:1: a row comes before the list of columns; export it again." },
	{ TABLE_FINDINGS, "{\"tables\":[{\"columns\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"},{\"name\":\"AVMODE\"}],"
	  "\"rows\":[[\"d1\",0,1]]}]}", 0, STATUS_DATA, "x.csv: the column AVMODE stands twice in the schema; remove one." },
	{ TABLE_FINDINGS, "hello world\n", 0, STATUS_DATA, "x.csv: the column DeviceId is missing; export findings with it." },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct outcome outcome;
		struct slice text = { refused[i].text, refused[i].n ? refused[i].n : strlen(refused[i].text) };
		read_text(&outcome, refused[i].table, text);
		assert_false(outcome.done);
		assert_int_equal(outcome.err.status, refused[i].status);
		const char *said = strstr(outcome.err.text, "x.csv");
		assert_non_null(said);
		if (refused[i].sentence)
			assert_string_equal(said, refused[i].sentence);
		release(&outcome);
	}
}

static void refuse_path(const char *path, enum status status, const char *sentence)
{
	struct outcome outcome;
	struct files_input input = { .paths = { [TABLE_FINDINGS] = &path }, .count = { [TABLE_FINDINGS] = 1 } };
	read_input(&outcome, &input);
	assert_false(outcome.done);
	assert_null(outcome.source);
	assert_int_equal(outcome.err.status, status);
	assert_non_null(strstr(outcome.err.text, sentence));
	release(&outcome);
}

static void test_paths(void **state)
{
	(void)state;
	refuse_path("/no/such/fi\x1ble.csv", STATUS_NO_INPUT, "/no/such/fi\\x1ble.csv: there is no such file");
	refuse_path(folder, STATUS_NO_INPUT, "it is a directory");
	if (geteuid()) {
		const char *path = write_file(0, "shut.csv", slice_of("DeviceId,AvMode\nd,1\n"));
		assert_int_equal(chmod(path, 0), 0);
		refuse_path(path, STATUS_NO_PERMISSION, "no permission");
	}
}

static void test_tables_together(void **state)
{
	struct outcome outcome;
	const char *path = "x.csv";
	struct files_input both = { .paths = { &path, NULL, NULL, NULL, &path }, .count = { 1, 0, 0, 0, 1 } };
	struct files_input none = { .paths = { NULL, &path, NULL, NULL, NULL }, .count = { 0, 1, 0, 0, 0 } };
	(void)state;
	read_input(&outcome, &both);
	assert_int_equal(outcome.err.status, STATUS_USAGE);
	release(&outcome);
	read_input(&outcome, &none);
	assert_int_equal(outcome.err.status, STATUS_USAGE);
	release(&outcome);
}

/* ---- the whole ---- */

/* Each raw table that is not given is a reason; several files of one table are read one after another. */
static void test_several_files(void **state)
{
	struct outcome outcome;
	struct strbuf out = STRBUF_INIT(10000);
	const char *paths[] = {
		write_file(0, "a.csv", slice_of(INFO "\n" T1 ",d1,h1,W,g\n" T1 ",d2,h2,W,g\n")),
		write_file(1, "b.json", slice_of("[{\"Timestamp\":\"2026-01-02T00:00:00Z\",\"DeviceId\":\"d1\",\"DeviceName\":\"h1\","
		                                 "\"OSPlatform\":\"W\",\"MachineGroup\":\"new\"}]")),
	};
	struct files_input input = { .paths = { [TABLE_INVENTORY] = paths }, .count = { [TABLE_INVENTORY] = 2 } };
	struct progress progress;
	(void)state;
	read_input(&outcome, &input);
	assert_true(outcome.done);
	describe(&outcome.estate, &out);
	assert_string_equal(strbuf_text(&out), "d1 I seen=2026-01-02T00:00:00Z name=h1 group=new os=W\n"
	                    "d2 I seen=" T1 " name=h2 group=g os=W\n");
	assert_int_equal(outcome.run.reason_count, 2);
	assert_int_equal(outcome.run.reasons[0].id, REASON_TABLE);
	assert_true(outcome.estate.given[TABLE_INVENTORY]);
	assert_false(outcome.estate.given[TABLE_GATHERING]);
	outcome.source->ops->progress(outcome.source, &progress);
	assert_int_equal(progress.rows, 3);
	assert_int_equal(progress.bytes, progress.bytes_total);
	strbuf_release(&out);
	release(&outcome);
}

/* Every cell that counts as missing though it has text is named, and so is a last line that may be cut. */
static void test_cell_complaints(void **state)
{
	static const struct { enum estate_table table; const char *text, *sentences[5]; } cases[] = {
		{ TABLE_INVENTORY, INFO ",ReportId,IsExcluded\n" T1 ",d1,h1,W,g,x,maybe\n",
		  { "x.csv:2: the cell ReportId could not be understood", "x.csv:2: the cell IsExcluded could not be understood" } },
		{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2010,yes,x,Passive\n",
		  { "x.csv:2: the cell IsApplicable could not be understood", "x.csv:2: the cell IsCompliant could not be understood",
		    "x.csv:2: the cell Context could not be understood" } },
		{ TABLE_ASSESSMENT, ASSESS T1 ",d1,scid-2011,1,1,Passive\n", { "x.csv:2: the cell Context could not be understood" } },
		{ TABLE_GATHERING, GATHER T1 ",d1,oops\n" T1 ",d1,{\"AvSignatureUpdateTime\":\"x\"}\n",
		  { "x.csv:2: the cell AdditionalFields could not be understood",
		    "x.csv:3: the cell AvSignatureUpdateTime could not be understood" } },
		{ TABLE_FINDINGS, "DeviceId,AvMode,LastSeen,AvFields,AssessedAt\nd1,0,x,y,z\n",
		  { "x.csv:2: the cell AvFields could not be understood", "x.csv:2: the cell LastSeen could not be understood",
		    "x.csv:2: the cell AssessedAt could not be understood" } },
		{ TABLE_FINDINGS, "DeviceId,AvMode\nd1,1",
		  { "x.csv:2: the last line has no line end; if the file was cut here, its last cell is not whole" } },
		{ TABLE_FINDINGS, "DeviceId,AvMode\nd1,1\n", { NULL } },
		{ TABLE_FINDINGS, "[{\"DeviceId\":\"d1\",\"AvMode\":1}]", { NULL } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct outcome outcome;
		const char *const *sentences;
		uint64_t more;
		size_t wanted = 0;
		read_text(&outcome, cases[i].table, slice_of(cases[i].text));
		assert_true(outcome.done);
		while (cases[i].sentences[wanted])
			wanted++;
		assert_int_equal(files_source_complaints(outcome.source, &sentences, &more), wanted);
		for (size_t k = 0; k < wanted; k++)
			assert_string_equal(strstr(sentences[k], "x.csv"), cases[i].sentences[k]);
		assert_int_equal(outcome.estate.input.unreadable, 0);
		for (size_t k = 0; k < outcome.run.reason_count; k++)
			assert_int_equal(outcome.run.reasons[k].id, REASON_TABLE);
		release(&outcome);
	}
}

/* Of several files of findings one without a group is enough to say so. */
static void test_missing_columns(void **state)
{
	static const struct { const char *first, *second; bool group, platform; } cases[] = {
		{ "DeviceId,AvMode,MachineGroup,OSPlatform\nd1,1,g,W\n", "DeviceId,AvMode,MachineGroup,OSPlatform\nd2,1,g,W\n", true, true },
		{ "DeviceId,AvMode,MachineGroup\nd1,1,g\n", "DeviceId,AvMode,OSPlatform\nd2,1,W\n", false, false },
		{ "DeviceId,AvMode,OSPlatform\nd1,1,W\n", "DeviceId,AvMode,MachineGroup,OSPlatform\nd2,1,g,W\n", false, true },
		/* pages of one file with columns of their own */
		{ "DeviceId,AvMode,MachineGroup,OSPlatform\nd1,1,g,W\n",
		  "{\"schema\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"},{\"name\":\"OSPlatform\"}],\"results\":[{\"DeviceId\":\"d2\","
		  "\"AvMode\":1}]}\n{\"schema\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"},{\"name\":\"MachineGroup\"},{\"name\":\"OSPlatform\"}],"
		  "\"results\":[{\"DeviceId\":\"d3\",\"AvMode\":1}]}", false, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct outcome outcome;
		const char *paths[] = { write_file(0, "a.csv", slice_of(cases[i].first)), write_file(1, "b.json", slice_of(cases[i].second)) };
		struct files_input input = { .paths = { [TABLE_FINDINGS] = paths }, .count = { [TABLE_FINDINGS] = 2 } };
		read_input(&outcome, &input);
		if (!outcome.done)
			print_error("%s\n", outcome.err.text);
		assert_true(outcome.done);
		assert_int_equal(outcome.estate.has_group_column, cases[i].group);
		assert_int_equal(outcome.estate.has_platform_column, cases[i].platform);
		release(&outcome);
	}
}

/* At most 20 sentences are kept; the rest is counted. */
static void test_many_complaints(void **state)
{
	struct strbuf text = STRBUF_INIT(100000);
	struct outcome outcome;
	const char *const *sentences;
	uint64_t more;
	(void)state;
	strbuf_adds(&text, "DeviceId,AvMode\nd1,1\n");
	for (int i = 0; i < 50; i++)
		strbuf_adds(&text, "short\n");
	read_text(&outcome, TABLE_FINDINGS, (struct slice){ text.buf, text.len });
	assert_true(outcome.done);
	assert_int_equal(files_source_complaints(outcome.source, &sentences, &more), 20);
	assert_int_equal(more, 30);
	assert_non_null(strstr(sentences[19], "x.csv:22: 1 field where the header has 2"));
	strbuf_release(&text);
	release(&outcome);
}

/* Invalid UTF-8 is replaced and counted, wherever the pieces of the file end; valid text is never touched. */
static void test_utf8(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		struct strbuf text = STRBUF_INIT(10 << 20);
		struct outcome outcome;
		uint32_t hosts = 0;
		strbuf_adds(&text, "DeviceId,DeviceName,AvMode\n");
		for (size_t i = 0; i < shift; i++)
			strbuf_adds(&text, "\n");
		while (text.len < 600000)
			strbuf_addf(&text, "d%u,\xe6\x97\xa5\xf0\x9f\x98\x80\xc3\xa9,1\n", hosts++);
		static const char tail[] = "bad,a\xff\xc3(\xed\xa0\x80\0b,1\nlast,\xf0\x9f\x98";
		strbuf_add(&text, tail, sizeof tail - 1);
		strbuf_adds(&text, ",1");
		read_text(&outcome, TABLE_FINDINGS, (struct slice){ text.buf, text.len });
		assert_true(outcome.done);
		assert_int_equal(outcome.estate.ids.count, hosts + 2);
		for (uint32_t i = 0; i < hosts; i++)
			assert_true(slice_is(estate_name(&outcome.estate, &outcome.estate.devices[i]), "\xe6\x97\xa5\xf0\x9f\x98\x80\xc3\xa9"));
		assert_int_equal(outcome.estate.input.replaced, 6 + 3);
		assert_true(slice_is(estate_name(&outcome.estate, &outcome.estate.devices[hosts]),
		                     "a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" "b"));
		strbuf_release(&text);
		release(&outcome);
	}
}

/* An answer that is only a part, or that ends where the service stops, is a reason and not silence. */
static void test_answers_with_reasons(void **state)
{
	struct outcome outcome;
	struct strbuf text = STRBUF_INIT(100 << 20);
	(void)state;
	read_text(&outcome, TABLE_FINDINGS, slice_of("{\"tables\":[{\"columns\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"}],\"rows\":[[\"d1\",1]]}],"
	                                             "\"error\":{\"code\":\"PartialError\",\"message\":\"half of it\"}}"));
	assert_true(outcome.done);
	assert_int_equal(outcome.run.reason_count, 1);
	assert_int_equal(outcome.run.reasons[0].id, REASON_PART);
	assert_non_null(strstr(outcome.run.reasons[0].sentence, "PartialError: half of it"));
	release(&outcome);
	/* one page of several */
	read_text(&outcome, TABLE_FINDINGS, slice_of("{\"schema\":[{\"name\":\"DeviceId\"},{\"name\":\"AvMode\"}],\"@odata.nextLink\":\"https://x\","
	                                             "\"results\":[{\"DeviceId\":\"d1\",\"AvMode\":1}]}"));
	assert_true(outcome.done);
	assert_int_equal(outcome.run.reason_count, 1);
	assert_int_equal(outcome.run.reasons[0].id, REASON_PART);
	release(&outcome);
	read_text(&outcome, TABLE_FINDINGS, slice_of("{\"@odata.nextLink\":null,\"results\":[{\"DeviceId\":\"d1\",\"AvMode\":1}]}"));
	assert_int_equal(outcome.run.reason_count, 0);
	release(&outcome);
	/* a stray quote that swallows lines is a reason, however small its share */
	strbuf_adds(&text, "DeviceId,AvMode\n\"1,1\n2,1\n\"3,1\n");
	for (int i = 4; i < 2000; i++)
		strbuf_addf(&text, "%d,1\n", i);
	read_text(&outcome, TABLE_FINDINGS, (struct slice){ text.buf, text.len });
	assert_true(outcome.done);
	assert_int_equal(outcome.run.reason_count, 1);
	assert_int_equal(outcome.run.reasons[0].id, REASON_UNREADABLE);
	assert_non_null(strstr(outcome.run.reasons[0].sentence, "lines 2 to 4"));
	release(&outcome);
	strbuf_clear(&text);
	/* an array among objects is a row that cannot be read, and stops nothing */
	read_text(&outcome, TABLE_FINDINGS, slice_of("[{\"DeviceId\":\"d1\",\"AvMode\":1},[],[1],{\"DeviceId\":\"d2\",\"AvMode\":1}]"));
	assert_true(outcome.done);
	assert_int_equal(outcome.estate.input.used, 2);
	assert_int_equal(outcome.estate.input.unreadable, 2);
	release(&outcome);
	/* a file that ends inside a character is cut */
	read_text(&outcome, TABLE_FINDINGS, slice_of("DeviceId,AvMode,MachineGroup\nd1,1,G\nd2,1,G\xc3"));
	assert_true(outcome.done);
	assert_true(outcome.run.reason_count >= 1);
	assert_int_equal(outcome.run.reasons[0].id, REASON_CUT);
	release(&outcome);
	/* a table of any form that has as many rows, unreadable ones too */
	strbuf_adds(&text, "DeviceId,AvMode\n,1\n");
	for (int i = 1; i < 99999; i++)
		strbuf_addf(&text, "%d,1\n", i);
	for (int rows = 99999; rows <= 100001; rows++, strbuf_adds(&text, "x,1\n")) {
		read_text(&outcome, TABLE_FINDINGS, (struct slice){ text.buf, text.len });
		assert_true(outcome.done);
		assert_int_equal(outcome.run.reason_count, rows == 100000);
		if (rows == 100000)
			assert_int_equal(outcome.run.reasons[0].id, REASON_LIMIT);
		release(&outcome);
	}
	strbuf_clear(&text);
	strbuf_adds(&text, "{\"results\":[{\"DeviceId\":\"0\",\"AvMode\":1}");
	for (int i = 1; i < 100000; i++)
		strbuf_addf(&text, ",{\"DeviceId\":\"%d\",\"AvMode\":1}", i);
	strbuf_adds(&text, "]}");
	read_text(&outcome, TABLE_FINDINGS, (struct slice){ text.buf, text.len });
	assert_true(outcome.done);
	assert_int_equal(outcome.run.reason_count, 1);
	assert_int_equal(outcome.run.reasons[0].id, REASON_LIMIT);
	strbuf_release(&text);
	release(&outcome);
}

/* A pipe has no size and comes in small pieces. */
static void test_pipe(void **state)
{
	struct outcome outcome;
	struct strbuf out = STRBUF_INIT(1000);
	const char *path = "-";
	struct files_input input = { .paths = { [TABLE_FINDINGS] = &path }, .count = { [TABLE_FINDINGS] = 1 } };
	int ends[2], kept = dup(STDIN_FILENO);
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "DeviceId,AvMode\nd1,1\n,0\n", 24), 24);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	read_input(&outcome, &input);
	dup2(kept, STDIN_FILENO);
	close(kept);
	assert_true(outcome.done);
	describe(&outcome.estate, &out);
	assert_string_equal(strbuf_text(&out), "d1 I G mode=1\n");
	const char *const *sentences;
	uint64_t more;
	assert_int_equal(files_source_complaints(outcome.source, &sentences, &more), 1);
	assert_string_equal(sentences[0], "standard input:3: there is no DeviceId");
	strbuf_release(&out);
	release(&outcome);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "x.csv", "info.csv", "a.csv", "b.json", "shut.csv" };
	char path[128];
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_escapes), cmocka_unit_test(test_bad_rows), cmocka_unit_test(test_refused), cmocka_unit_test(test_paths),
		cmocka_unit_test(test_tables_together), cmocka_unit_test(test_several_files), cmocka_unit_test(test_many_complaints),
		cmocka_unit_test(test_cell_complaints), cmocka_unit_test(test_missing_columns),
		cmocka_unit_test(test_utf8), cmocka_unit_test(test_answers_with_reasons), cmocka_unit_test(test_pipe),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
