/* antivirus.c - the table of other vendors' antivirus products.
 *
 * Adding one is one row. It is looked up for each row of a software inventory, hundreds for each device, so the vendor is
 * compared first and the name only when the vendor is known. */
#include "core/model/antivirus.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define WORDS_MAX 192   /* bytes of a vendor or software name that are looked at */

/* One product. A row is it when the vendor starts with `vendor` and the name holds one of `words` and none of `not`; each is a
 * list of phrases with | between, and phrases match whole words. Both sides are compared in lower case with single blanks for
 * any sign: `CrowdStrike, Inc.` is `crowdstrike inc`, `falcon_sensor` is `falcon sensor`. */
struct product {
	const char *name;        /* as shown; holds no comma */
	const char *vendor, *words, *not;
};

/* What vendors of antivirus also sell; it does not protect a host. */
#define TOOLS "vpn|uninstaller|removal|remover|encryption|password|console|management server|web advisor|webadvisor|" \
	"safe connect"

static const struct product products[] = {
	{ "CrowdStrike Falcon", "crowdstrike", "falcon|sensor|crowdstrike", TOOLS },
	{ "SentinelOne", "sentinelone|sentinel labs", "sentinel agent|sentinelone|sentinel one|agent", TOOLS },
	{ "Sophos", "sophos",
	  "anti virus|antivirus|endpoint|intercept x|home|server protection|sophos endpoint agent",
	  TOOLS },
	{ "Trellix (McAfee)", "mcafee|musarubra|trellix",
	  "endpoint security|virusscan|total protection|antivirus|livesafe|internet security|threat prevention|"
	  "move antivirus",
	  TOOLS },
	{ "Trellix HX (FireEye)", "trellix|fireeye|musarubra", "hx|endpoint agent|endpoint security agent|xagt", TOOLS },
	{ "Symantec Endpoint Protection", "symantec|broadcom",
	  "endpoint protection|endpoint security|antivirus|norton",
	  TOOLS "|manager|data loss prevention" },
	{ "Norton", "norton|nortonlifelock|gen digital", "norton|antivirus|360|internet security", TOOLS },
	{ "Trend Micro", "trend micro|trendmicro",
	  "apex one|deep security agent|officescan|worry free|antivirus|server protect|serverprotect|"
	  "vision one endpoint|internet security|maximum security|security agent",
	  TOOLS "|manager" },
	{ "ESET", "eset",
	  "antivirus|nod32|endpoint security|file security|server security|mail security|internet security|"
	  "smart security",
	  TOOLS "|management agent" },
	{ "Kaspersky", "kaspersky|ao kaspersky",
	  "endpoint security|anti virus|antivirus|security for windows|security for windows server|"
	  "internet security|total security|small office security|kaspersky free|kaspersky plus|kaspersky standard",
	  TOOLS "|network agent|administration" },
	{ "Bitdefender", "bitdefender",
	  "endpoint security|endpoint security tools|antivirus|gravityzone|internet security|total security|"
	  "bitdefender agent",
	  TOOLS },
	{ "VMware Carbon Black", "vmware|carbon black|bit9|broadcom",
	  "carbon black|cb defense|cb protection|cloud sensor|cb response",
	  TOOLS "|server" },
	{ "Cylance", "cylance|blackberry", "cylance|cylanceprotect|protect|cylance protect", TOOLS },
	{ "Cybereason", "cybereason", "cybereason|activeprobe|sensor|endpoint", TOOLS },
	{ "Palo Alto Cortex XDR", "palo alto|paloalto", "cortex|cortex xdr|traps", TOOLS "|globalprotect" },
	{ "WithSecure (F-Secure)", "f secure|fsecure|withsecure",
	  "elements|client security|server security|antivirus|anti virus|safe|psb|total|computer protection",
	  TOOLS "|freedome|policy manager" },
	{ "Webroot", "webroot|opentext|carbonite", "webroot|secureanywhere", TOOLS },
	{ "Malwarebytes", "malwarebytes|threatdown",
	  "malwarebytes|endpoint agent|endpoint protection|anti malware|threatdown",
	  TOOLS "|adwcleaner|privacy" },
	{ "WatchGuard (Panda)", "panda|watchguard",
	  "panda|endpoint protection|adaptive defense|epdr|endpoint agent|antivirus|dome",
	  TOOLS },
	{ "G DATA", "g data|gdata", "antivirus|internet security|security client|total security|endpoint protection", TOOLS },
	{ "Avast", "avast",
	  "antivirus|avast|business security|premium security|free antivirus",
	  TOOLS "|cleanup|secureline|driver updater|browser|secure browser" },
	{ "AVG", "avg",
	  "antivirus|avg|internet security|business security|protection",
	  TOOLS "|tuneup|driver updater|browser|secure browser" },
	{ "Avira", "avira", "antivirus|avira|free security|antivir", TOOLS "|phantom|system speedup" },
	{ "Check Point Harmony Endpoint", "check point|checkpoint|zone labs",
	  "endpoint security|harmony endpoint|harmony|zonealarm|sandblast",
	  TOOLS "|remote access|smartconsole" },
	{ "Fortinet FortiClient", "fortinet", "forticlient|fortiedr|enforcer", "vpn|forticlient vpn|console" },
	{ "Cisco Secure Endpoint", "cisco|sourcefire|immunet",
	  "secure endpoint|amp for endpoints|immunet|advanced malware protection",
	  TOOLS },
	{ "Xcitium (Comodo)", "comodo|xcitium|itarian",
	  "antivirus|internet security|client security|advanced endpoint protection|xcitium",
	  TOOLS "|dragon" },
	{ "Deep Instinct", "deep instinct|deepinstinct", "deep instinct|d client|agent|prevention", TOOLS },
	{ "Elastic Defend", "elastic|elasticsearch|endgame",
	  "elastic defend|elastic endpoint|endpoint security|endgame|elastic endpoint security",
	  TOOLS },
	{ "Acronis Cyber Protect", "acronis", "cyber protect|cyber protection|active protection", TOOLS "|true image" },
	{ "AhnLab V3", "ahnlab", "v3|ahnlab|safe transaction", TOOLS },
	{ "Qihoo 360", "qihoo|360", "total security|360 safe|antivirus|endpoint security", TOOLS },
	{ "Quick Heal Seqrite", "quick heal|seqrite",
	  "quick heal|seqrite|endpoint security|antivirus|total security",
	  TOOLS },
	{ "Dr.Web", "dr web|drweb|doctor web", "dr web|drweb|security space|anti virus|antivirus", TOOLS },
	{ "K7", "k7", "k7|antivirus|endpoint security|total security", TOOLS },
	{ "Heimdal", "heimdal", "heimdal|antivirus|thor", TOOLS },
	{ "Emsisoft", "emsisoft", "emsisoft|anti malware|enterprise security|business security", TOOLS "|emergency kit" },
	{ "VIPRE", "vipre|threattrack|sunbelt", "vipre|antivirus|endpoint security|advanced security", TOOLS },
	{ "Rising", "rising", "rising antivirus|rising", TOOLS },
};

#define PRODUCT_COUNT (sizeof products / sizeof products[0])

/* Writes the words of a text: lower case, one blank between, one before and after: ` falcon sensor `. A text that is too long
 * is cut, which can only hide words far behind a product's name. */
static void words_of(struct slice text, char out[WORDS_MAX])
{
	size_t n = 0;
	out[n++] = ' ';
	for (size_t i = 0; text.text && i < text.len && n < WORDS_MAX - 2; i++) {
		unsigned char c = (unsigned char)text.text[i];
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c | 0x20);
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
		if (word)
			out[n++] = (char)c;
		else if (out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = '\0';
}

/* Whether the phrase of n bytes is in the words as whole words. */
static bool holds(const char *words, const char *phrase, size_t n)
{
	for (const char *at = words; (at = strchr(at, ' ')) && at[1]; at++)
		if (strncmp(at + 1, phrase, n) == 0 && at[1 + n] == ' ')
			return true;
	return false;
}

static bool holds_any(const char *words, const char *list)
{
	for (size_t n; *list; list += list[n] ? n + 1 : n) {
		n = strcspn(list, "|");
		if (holds(words, list, n))
			return true;
	}
	return false;
}

/* Whether the vendor starts with one of the list, on a word's end: `avg` is not `avgeek`. */
static bool vendor_is(const char *words, const char *list)
{
	for (size_t n; *list; list += list[n] ? n + 1 : n) {
		n = strcspn(list, "|");
		if (strncmp(words + 1, list, n) == 0 && words[1 + n] == ' ')
			return true;
	}
	return false;
}

const char *antivirus_name(struct slice vendor, struct slice software)
{
	char by[WORDS_MAX], name[WORDS_MAX];
	bool named = false;
	words_of(vendor, by);
	for (size_t i = 0; i < PRODUCT_COUNT; i++) {
		if (!vendor_is(by, products[i].vendor))
			continue;
		/* Most software is of vendors that are not listed; its name is never looked at. */
		if (!named)
			words_of(software, name);
		named = true;
		if (holds_any(name, products[i].words) && !holds_any(name, products[i].not))
			return products[i].name;
	}
	return NULL;
}
