# findings.awk - a joined findings CSV of any size, the same bytes each time: awk -v rows=1000000 -f findings.awk > findings.csv
# Every row is a finding (mode 1), so that rows stored are rows shown. Names hold one of eight roles; about 3 % hold `sqlprd`.
function pick(n) {
	state = (state * 69069 + 12345) % 2147483648
	return int(state / 2147483648 * n)
}

BEGIN {
	state = 1
	split("fra lon nyc sin muc", site, " ")
	split("app web sqlprd sqldev dc fs bkp exch rds jmp print wsus ca adfs vpn hv mon log sync build db-a db-b db-c db-d q1 q2 q3 q4 q5 q6 q7 q8", role, " ")
	split("Win-Servers-Prod WIN-SERVERS-PROD Win-Servers-DMZ Win-Servers-Mgmt SQL-Cluster", group, " ")
	split("WindowsServer2012R2 WindowsServer2016 WindowsServer2019 WindowsServer2022", os, " ")
	print "DeviceId,DeviceName,MachineGroup,OSPlatform,OSVersion,LastSeen,OnboardingStatus,SensorHealthState,AvMode,AvEngineVersion," \
		"AvPlatformVersion,AvSignatureVersion,AvSignatureUpdateTime,AssessedAt,GatheredAt,IsApplicable,IsCompliant,ReportId,AdditionalFields"
	for (i = 0; i < rows; i++) {
		ring = pick(5)
		printf "%08x%08x%08x%08x%08x,%s-%s-%06d.emea.corp.example.net,%s,%s,10.0.%d.%d,2026-11-%02dT%02d:%02d:00Z,Onboarded,Active,1,1.1.%d.%d," \
			"4.18.%d.%d,1.%d.%d.0,2026-%02d-%02dT%02d:%02d:%02dZ,2026-11-20T03:%02d:00Z,2026-11-20T04:%02d:00Z,true,false,%d," \
			"\"{\"\"AvEngineRing\"\":\"\"%d\"\",\"\"AvIsEngineUptodate\"\":true,\"\"AvIsSignatureUptoDate\"\":false,\"\"AvPlatformRing\"\":\"\"%d\"\"}\"\n",
			pick(2147483647), pick(2147483647), pick(2147483647), pick(2147483647), i, site[pick(5) + 1], role[pick(32) + 1], i,
			group[pick(5) + 1], os[pick(4) + 1], 14393 + pick(6) * 1000, pick(4000), 1 + pick(19), pick(24), pick(60),
			24050 + pick(20), pick(10), 24050 + pick(20), pick(10), 400 + pick(20), pick(700), 1 + pick(11), 1 + pick(19), pick(24),
			pick(60), pick(60), pick(60), pick(60), i, ring, ring
	}
}
