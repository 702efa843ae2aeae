/* test_antivirus.c - the table of other vendors' antivirus products: spellings of inventories, and what those vendors also sell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/antivirus_parts.h"
#include "tests/unit/script.h"

#include "core/model/antivirus.h"

/* Vendor, name, product; none: it is no antivirus. */
static const char *const rows[][3] = {
	/* as the software inventory spells them */
	{ "crowdstrike", "falcon", "CrowdStrike Falcon" }, { "crowdstrike", "falcon_sensor_platform", "CrowdStrike Falcon" },
	{ "crowdstrike", "windows_sensor", "CrowdStrike Falcon" }, { "sentinelone", "sentinel_agent", "SentinelOne" },
	{ "sophos", "endpoint_agent", "Sophos" }, { "sophos", "sophos_server_protection", "Sophos" },
	{ "mcafee", "endpoint_security", "Trellix (McAfee)" }, { "trellix", "endpoint_security_threat_prevention", "Trellix (McAfee)" },
	{ "mcafee", "virusscan_enterprise", "Trellix (McAfee)" }, { "fireeye", "endpoint_agent", "Trellix HX (FireEye)" },
	{ "symantec", "endpoint_protection", "Symantec Endpoint Protection" }, { "nortonlifelock", "norton_360", "Norton" },
	{ "trendmicro", "apex_one", "Trend Micro" }, { "trendmicro", "deep_security_agent", "Trend Micro" },
	{ "trend_micro", "worry-free_business_security_agent", "Trend Micro" }, { "eset", "file_security", "ESET" },
	{ "eset", "eset_server_security", "ESET" }, { "kaspersky", "kaspersky_security_for_windows_server", "Kaspersky" },
	{ "kaspersky_lab", "endpoint_security_for_windows", "Kaspersky" }, { "bitdefender", "endpoint_security_tools", "Bitdefender" },
	{ "vmware", "carbon_black_cloud", "VMware Carbon Black" }, { "carbonblack", "cb_defense_sensor", "VMware Carbon Black" },
	{ "blackberry", "cylanceprotect", "Cylance" }, { "cylance", "cylance_protect", "Cylance" }, { "cybereason", "activeprobe", "Cybereason" },
	{ "paloaltonetworks", "cortex_xdr_agent", "Palo Alto Cortex XDR" }, { "palo_alto_networks", "traps", "Palo Alto Cortex XDR" },
	{ "f-secure", "server_security", "WithSecure (F-Secure)" }, { "withsecure", "elements_agent", "WithSecure (F-Secure)" },
	{ "webroot", "secureanywhere", "Webroot" }, { "malwarebytes", "endpoint_agent", "Malwarebytes" },
	{ "pandasecurity", "panda_adaptive_defense_360", "WatchGuard (Panda)" }, { "watchguard", "watchguard_epdr", "WatchGuard (Panda)" },
	{ "gdata-software", "security_client", "G DATA" }, { "gdata", "security_client", "G DATA" }, { "g_data_software_ag", "g_data_antivirus", "G DATA" },
	{ "avast", "business_security", "Avast" }, { "avg", "anti-virus", "AVG" }, { "avira", "antivirus_server", "Avira" },
	{ "checkpoint", "endpoint_security", "Check Point Harmony Endpoint" }, { "fortinet", "forticlient", "Fortinet FortiClient" },
	{ "fortinet", "fortiedr_collector", "Fortinet FortiClient" }, { "cisco", "amp_for_endpoints", "Cisco Secure Endpoint" },
	{ "comodo", "client_security", "Xcitium (Comodo)" }, { "deepinstinct", "d-client", "Deep Instinct" },
	{ "elastic", "elastic_endpoint", "Elastic Defend" }, { "acronis", "cyber_protect", "Acronis Cyber Protect" },
	{ "ahnlab", "v3_net_for_windows_server", "AhnLab V3" }, { "qihoo", "360_total_security", "Qihoo 360" },
	{ "quickheal", "seqrite_endpoint_security", "Quick Heal Seqrite" }, { "drweb", "dr.web_anti-virus_for_windows_servers", "Dr.Web" },
	{ "k7computing", "endpoint_security", "K7" }, { "heimdalsecurity", "heimdal_thor_agent", "Heimdal" },
	{ "emsisoft", "emsisoft_anti-malware", "Emsisoft" }, { "vipre", "business_agent", "VIPRE" }, { "microworld", "escan_corporate", "eScan" },
	{ "qianxin", "tianqing", "QiAnXin Tianqing" }, { "sangfor", "endpoint_secure", "Sangfor Endpoint Secure" },
	{ "clamav", "clamav", "ClamAV" }, { "datto", "datto_av", "Datto AV" }, { "n-able", "managed_antivirus", "N-able Managed Antivirus" },
	/* as people write them */
	{ "CrowdStrike, Inc.", "CrowdStrike Windows Sensor", "CrowdStrike Falcon" }, { "SOPHOS Ltd", "Intercept X", "Sophos" },
	{ "Trend Micro Inc.", "Trend Micro Deep Security Agent", "Trend Micro" }, { "AO Kaspersky Lab", "Kaspersky Endpoint Security", "Kaspersky" },
	/* false friends: agents, consoles, VPN clients, tools */
	{ "mcafee", "agent", NULL }, { "trellix", "trellix_agent", NULL }, { "mcafee", "epolicy_orchestrator", NULL }, { "mcafee", "dlp_endpoint", NULL },
	{ "mcafee", "webadvisor", NULL }, { "mcafee", "endpoint_security_platform", NULL }, { "mcafee", "safe_connect", NULL },
	{ "symantec", "endpoint_protection_manager", NULL }, { "symantec", "endpoint_encryption", NULL }, { "symantec", "liveupdate", NULL },
	{ "norton", "norton_secure_vpn", NULL }, { "norton", "norton_utilities", NULL }, { "norton", "norton_password_manager", NULL },
	{ "trendmicro", "apex_central", NULL }, { "trendmicro", "deep_security_manager", NULL }, { "trendmicro", "deep_security_notifier", NULL },
	{ "trendmicro", "trend_micro_endpoint_basecamp", NULL },
	{ "eset", "management_agent", NULL }, { "eset", "eset_inspect_connector", NULL }, { "eset", "protect", NULL }, { "eset", "online_scanner", NULL },
	{ "kaspersky", "security_center", NULL }, { "kaspersky", "kaspersky_security_center_network_agent", NULL },
	{ "kaspersky", "virus_removal_tool", NULL }, { "kaspersky", "secure_connection", NULL }, { "kaspersky", "password_manager", NULL },
	{ "bitdefender", "bitdefender_agent", NULL }, { "bitdefender", "vpn", NULL }, { "sophos", "sophos_connect", NULL },
	{ "sophos", "ssl_vpn_client", NULL }, { "sophos", "enterprise_console", NULL }, { "sophos", "autoupdate", NULL },
	{ "vmware", "tools", NULL }, { "vmware", "carbon_black_app_control_agent", NULL }, { "vmware", "carbon_black_edr_sensor", NULL },
	{ "carbonblack", "cb_response_sensor", NULL }, { "cylance", "cylanceoptics", NULL }, { "cylance", "cylance_optics", NULL },
	{ "arcticwolf", "arctic_wolf_agent", NULL }, { "paloaltonetworks", "globalprotect", NULL }, { "paloaltonetworks", "cortex_xsoar", NULL },
	{ "f-secure", "freedome_vpn", NULL }, { "f-secure", "policy_manager_console", NULL }, { "withsecure", "elements_connector", NULL },
	{ "webroot", "dns_protection_agent", NULL }, { "webroot", "webroot_dns_protection", NULL }, { "malwarebytes", "adwcleaner", NULL },
	{ "malwarebytes", "malwarebytes_browser_guard", NULL }, { "malwarebytes", "malwarebytes_support_tool", NULL },
	{ "pandasecurity", "panda_endpoint_agent", NULL }, { "watchguard", "mobile_vpn_with_ssl_client", NULL },
	{ "avast", "secureline_vpn", NULL }, { "avast", "avast_secure_browser", NULL }, { "avast", "antivirus_uninstall_tool", NULL },
	{ "avast", "avast_cleanup_premium", NULL }, { "avg", "avg_tuneup", NULL }, { "avira", "phantom_vpn", NULL }, { "avira", "software_updater", NULL },
	{ "checkpoint", "endpoint_security_vpn", NULL }, { "checkpoint", "smartconsole", NULL }, { "checkpoint", "harmony_browse", NULL },
	{ "fortinet", "forticlient_vpn", NULL }, { "fortinet", "forticlient_endpoint_management_server", NULL }, { "cisco", "secure_client", NULL },
	{ "cisco", "anyconnect_secure_mobility_client", NULL }, { "cisco", "umbrella_roaming_client", NULL }, { "comodo", "dragon", NULL },
	{ "elastic", "elastic_agent", NULL }, { "elastic", "kibana", NULL }, { "acronis", "true_image", NULL }, { "acronis", "backup", NULL },
	{ "drweb", "dr.web_cureit", NULL }, { "emsisoft", "emergency_kit", NULL }, { "crowdstrike", "falcon_logscale_collector", NULL },
	{ "crowdstrike", "falcon_sensor_uninstall_tool", NULL }, { "tencent", "wechat", NULL }, { "lavasoft", "web_companion", NULL },
	/* other vendors' agents, and names that only look alike */
	{ "huntress", "huntress_agent", NULL }, { "rapid7", "insight_agent", NULL }, { "qualys", "cloud_agent", NULL }, { "tanium", "tanium_client", NULL },
	{ "zscaler", "client_connector", NULL }, { "threatlocker", "threatlocker", NULL }, { "thales", "sentinel_hasp_runtime", NULL },
	{ "avgeek", "antivirus", NULL }, { "safenet", "sentinel_agent", NULL }, { "some company", "antivirus", NULL }, { "camtasia", "antivirus", NULL },
	/* Microsoft's own */
	{ "microsoft", "defender_antivirus", NULL }, { "microsoft", "defender_for_endpoint", NULL }, { "Microsoft Corporation", "Windows Defender", NULL },
	{ "microsoft", "system_center_endpoint_protection", NULL }, { "microsoft", "security_essentials", NULL },
	{ "microsoft", "forefront_endpoint_protection", NULL },
	{ "", "", NULL }, { "", "falcon_sensor", NULL }, { "crowdstrike", "", NULL },
};

static void names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *name = antivirus_name(slice_of(rows[i][0]), slice_of(rows[i][1]));
		if (name != rows[i][2] && (!name || !rows[i][2] || strcmp(name, rows[i][2]) != 0))
			fail_msg("%s %s: %s", rows[i][0], rows[i][1], name ? name : "none");
	}
}

/* A word that rules a row out may stand at the end of a long name. */
static void long_names(void **state)
{
	(void)state;
	char name[400];
	memset(name, ' ', sizeof name);
	memcpy(name, "falcon sensor", 13);
	assert_non_null(antivirus_name(slice_of("crowdstrike"), (struct slice){ name, 150 }));
	memcpy(name + 397, "vpn", 3);
	assert_null(antivirus_name(slice_of("crowdstrike"), (struct slice){ name, sizeof name }));
	assert_null(antivirus_name((struct slice){ name, sizeof name }, slice_of("falcon")));
	assert_null(antivirus_name(slice_of(NULL), slice_of(NULL)));
	assert_null(antivirus_name(slice_of("crowdstrike"), slice_of(NULL)));
}

static void table_is_sound(void **state)
{
	(void)state;
	assert_true(antivirus_product_count >= 35);
	for (size_t i = 0; i < antivirus_product_count; i++) {
		const struct antivirus_product *product = &antivirus_products[i];
		assert_null(strchr(product->name, ','));   /* several are joined with commas */
		assert_true(*product->vendor && *product->words && *product->not);
		assert_non_null(strstr(product->not, "vpn"));
		assert_null(strstr(product->vendor, "microsoft"));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(product->name, antivirus_products[k].name);
	}
}

/* Several on a host are all named, in byte order, once each; software that is no antivirus leaves the host bare, and so does none at all. */
static void on_hosts(void **state)
{
	(void)state;
	static const char *const script[] = {
		"inv|both|-1h|os=WindowsServer2022", "gat|both|-1h|mode=1", "sw|both||vendor=sophos|name=endpoint_agent",
		"sw|both||vendor=eset|name=server_security", "sw|both||vendor=sophos|name=intercept_x", "sw|both||vendor=eset|name=management_agent",
		"inv|bare|-1h|os=WindowsServer2022", "gat|bare|-1h|mode=1", "sw|bare||vendor=microsoft|name=defender_antivirus",
		"inv|silent|-1h|os=WindowsServer2022", "gat|silent|-1h|mode=1",
	};
	struct estate estate;
	struct run run;
	struct detection detection;
	struct scope scope = script_scope(NULL, 0);
	estate_init(&estate);
	for (size_t i = 0; i < sizeof script / sizeof *script; i++)
		script_row(&estate, script[i]);
	script_detect(&estate, &scope, &run, &detection);
	uint32_t both = script_find(&run, "both"), bare = script_find(&run, "bare"), silent = script_find(&run, "silent");
	assert_text(table_text(&run.rows, TEXT_OTHER_AV, both), "ESET, Sophos");
	assert_int_equal(run.rows.flags[both] & (FLAG_OTHER_AV | FLAG_NO_OTHER_AV), FLAG_OTHER_AV);
	assert_int_equal(run.rows.flags[bare] & (FLAG_OTHER_AV | FLAG_NO_OTHER_AV), FLAG_NO_OTHER_AV);
	assert_int_equal(run.rows.flags[silent] & (FLAG_OTHER_AV | FLAG_NO_OTHER_AV), FLAG_NO_OTHER_AV);
	assert_true(run.gaps.software);
	assert_int_equal(run.gaps.unlisted, 1);
	detection_release(&detection);
	run_release(&run);
	estate_release(&estate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), cmocka_unit_test(long_names), cmocka_unit_test(table_is_sound), cmocka_unit_test(on_hosts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
