"""Makes small random estates: rows of the raw tables with typed values, full of traps. Knows nothing of files or verdicts."""

TICKS = 10_000_000          # in a second
DAY = 86_400
TABLES = ("info", "assessment", "gathering", "software")

# Column and kind of value, by table. Columns that rouse has no use for are there on purpose.
SCHEMA = {
    "info": [("Timestamp", "time"), ("DeviceId", "text"), ("DeviceName", "text"), ("OSPlatform", "text"), ("OSVersion", "text"),
             ("MachineGroup", "text"), ("ReportId", "long"), ("OnboardingStatus", "text"), ("SensorHealthState", "text"),
             ("IsExcluded", "bool"), ("MergedToDeviceId", "text"), ("ClientVersion", "text"), ("PublicIP", "text")],
    "assessment": [("Timestamp", "time"), ("DeviceId", "text"), ("DeviceName", "text"), ("OSPlatform", "text"),
                   ("ConfigurationId", "text"), ("ConfigurationImpact", "long"), ("IsCompliant", "bool"), ("IsApplicable", "bool"),
                   ("Context", "dynamic"), ("IsExpectedUserImpact", "bool")],
    "gathering": [("Timestamp", "time"), ("LastSeenTime", "time"), ("DeviceId", "text"), ("DeviceName", "text"),
                  ("OSPlatform", "text"), ("AdditionalFields", "dynamic")],
    "software": [("DeviceId", "text"), ("DeviceName", "text"), ("OSPlatform", "text"), ("SoftwareVendor", "text"),
                 ("SoftwareName", "text"), ("SoftwareVersion", "text")],
    "findings": [("DeviceId", "text"), ("DeviceName", "text"), ("MachineGroup", "text"), ("OSPlatform", "text"),
                 ("LastSeen", "time"), ("OnboardingStatus", "text"), ("SensorHealthState", "text"), ("AvMode", "text"),
                 ("AvSignatureVersion", "text"), ("AvSignatureUpdateTime", "time"), ("AssessedAt", "time"), ("GatheredAt", "time"),
                 ("IsApplicable", "bool"), ("IsCompliant", "bool"), ("Rack", "text")],
}

# Names that fold together, and names that only look as if they did.
GROUPS = [
    ["win-servers-prod", "WIN-Servers-Prod", "Win-Servers-PROD", "win-servers-prod ", " win-servers-prod", "win-servers-pr0d",
     "win-servers", "win-servers-prod-2"],
    ["B\u00fcro-Server", "B\u00dcRO-SERVER", "b\u00fcro-server", "Bu\u0308ro-Server", "Buro-Server", "Buero-Server"],
    ["Stra\u00dfe", "STRA\u00dfE", "STRA\u1e9eE", "STRASSE", "strasse", "stra\u00dfe\u00a0"],
    ["\u0130zmir", "izmir", "IZMIR", "\u0131zmir", "i\u0307zmir"],
    ["\u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3", "\u03c3\u03b9\u03c3\u03c5\u03c6\u03bf\u03c3",
     "\u03c3\u03b9\u03c3\u03c5\u03c6\u03bf\u03c2"],
    ["Kilo", "\u212ailo", "kilo", "\u041a\u0438\u043bo"],
    ["\u0416\u0443\u043a;1,2", "\u0416\u0423\u041a;1,2", "\u0436\u0443\u043a;1;2"],
    ["UnassignedGroup", "unassignedgroup", ""],
]

NAMES = ["srv{}.corp.example", "SQL{}", "=cmd|'/c calc'!A{}", "@sum(A{})", "+{}", "-{}", '"quoted" {}', "semi;colon,{}", " blanks {} ",
         "two\nlines {}", "cr\r\nlf {}", "tab\t{}", "\x1b[31mred{}\x07", "\u202egnp.{}", "\u200b{}", "emoji \U0001f980{}", "null{}",
         "'{}", "back\\slash\\{}", "</script>{}", "{{}}{}", "\u00fcber-{}", "${{HOME}}{}", "%s%n{}", "a\u0301{}", "\u2028{}"]

PLATFORMS = ["WindowsServer2012R2", "WindowsServer2016", "WindowsServer2019", "WindowsServer2022", "WindowsServer2025", "windowsserver2022",
             "WINDOWSSERVER2019", "WindowsServer"]
CLIENTS = ["Windows10", "Windows11", "Linux", "Ubuntu", "macOS", "Windows Server 2019", "xWindowsServer2019", " WindowsServer2019",
           "WindowsServe"]
MODES = ["0"] * 12 + ["1"] * 8 + ["4", "4", "5", "5", "2", "2", "3", "6", "7", "9", "-1", "x", "", None, "10", "41", "Passive", "Active"]
OTHER = [("symantec", "endpoint_protection"), ("mcafee", "endpoint_security"), ("sophos", "intercept_x")]
PLAIN = [("google", "chrome"), ("microsoft", "windows_server_2022"), ("notepad++", "notepad++"), ("7-zip", "7-zip")]


class Junk(str):
    """The text of a cell that is no value of its kind."""


class Bad:
    """A row that cannot be read; the file's writer decides what is wrong with it."""

    def __init__(self, row):
        self.row = row


class World:
    """The tables of one day, with the configuration."""

    def __init__(self, rng, now):
        self.rng, self.now = rng, now
        self.rows = {table: [] for table in TABLES}
        self.sets = []                    # --set options
        self.scope, self.canaries = [], []
        self.given = set(TABLES)


class Host:
    def __init__(self, rng, number, groups):
        self.id = "%040x" % rng.getrandbits(160) if rng.random() < 0.95 else "Dev-\u00e4 %d" % number
        self.number = number
        self.roll(rng, groups)
        self.name = rng.choice(NAMES).format(number) if rng.random() < 0.5 else "srv%03d.corp.example" % number
        if rng.random() < 0.04:
            self.name = rng.choice(["", None, "reimaged.corp.example", "x" * 5000])

    def roll(self, rng, groups):
        """Takes a state; a later day takes another."""
        self.group = rng.choice(groups)
        self.platform = rng.choice(PLATFORMS) if rng.random() < 0.85 else rng.choice(CLIENTS)
        self.mode = rng.choice(MODES)
        self.merged = rng.random() < 0.05
        self.split = rng.random() < 0.1   # the witnesses disagree
        self.gone = False


def moment(rng, now, limit):
    """Ticks of a time in the past: mostly fresh, at times about a limit, at times old."""
    p = rng.random()
    if p < 0.8:
        seconds = rng.randrange(1, 2 * DAY)
    elif p < 0.9:
        seconds = limit + rng.choice([-1, 0, 1, 2, 3600])
    else:
        seconds = rng.randrange(2 * DAY, 40 * DAY)
    ticks = (now - seconds) * TICKS
    if rng.random() < 0.4:
        ticks += rng.randrange(10 ** rng.randrange(1, 8)) * 10 ** rng.randrange(0, 4) % TICKS
    return ticks


def several(rng, newest, count):
    """Distinct times, the first the newest."""
    times = [newest]
    while len(times) < count:
        times.append(times[-1] - rng.choice([1, 10, TICKS, 3600 * TICKS, rng.randrange(1, 9 * DAY * TICKS)]))
    return times


def inventory(world, host, groups):
    rng = world.rng
    if rng.random() < 0.03:
        return
    newest = moment(rng, world.now, 14 * DAY)
    times = several(rng, newest, rng.choice([1, 1, 1, 2, 3, 4]))
    rows = []
    for i, time in enumerate(times):
        true = i == 0
        other = {True: "", False: rng.choice(["%040x" % rng.getrandbits(160)] * 4 + [host.id, host.id.upper(), "None", "0" * 40, " - "])}
        row = {"Timestamp": time, "DeviceId": host.id, "DeviceName": host.name,
               "OSPlatform": host.platform if true or rng.random() < 0.7 else rng.choice(PLATFORMS + CLIENTS),
               "OSVersion": rng.choice(["10.0.20348", "10.0", "6.3", "", None]),
               "MachineGroup": host.group if true else rng.choice(groups),
               "ReportId": rng.choice([None, 0, 7, 123456, 9007199254740993, 637000000000000001]),
               "OnboardingStatus": rng.choice(["Onboarded"] * 5 + ["CanBeOnboarded", "Unsupported", "", None]),
               "SensorHealthState": rng.choice(["Active"] * 5 + ["Inactive", "Misconfigured", "", None]),
               "IsExcluded": rng.choice([False] * 8 + [True, None]),
               "MergedToDeviceId": other[not (host.merged if true else rng.random() < 0.15)] or rng.choice(["", None]),
               "ClientVersion": rng.choice(["10.8560.25364.1036", None]), "PublicIP": "192.0.2.%d" % (host.number % 250)}
        rows.append(row)
    if rng.random() < 0.15:
        row = dict(rows[0], Timestamp=newest + rng.randrange(1, 900 * TICKS), OSPlatform=rng.choice(["", None]),
                   MachineGroup=rng.choice(["", None] + groups), MergedToDeviceId=rng.choice(["", None, "f" * 40]))
        rows.append(row)
        if rng.random() < 0.1:
            rows = [row]
    if rng.random() < 0.04:
        # Equally new rows: the worse state must win in any order.
        rows.append(dict(rows[0], MachineGroup=rng.choice(groups), OSPlatform=rng.choice(PLATFORMS + CLIENTS)))
    if rng.random() < 0.02:
        row = dict(rows[0], IsExcluded=Junk(rng.choice(["maybe", "2", "yes?"])))
        rows[0] = row
    world.rows["info"] += rows


def context(rng, mode):
    if mode is None:
        return rng.choice([None, [], [[]], [[""]], [[None]]])
    if mode.isdigit() and rng.random() < 0.2:
        return [[int(mode)]]
    return [[mode] + rng.choice([[], ["x"], [None]])] + rng.choice([[], [["8"]]])


def assessed(world, host):
    rng = world.rng
    if rng.random() < 0.08:
        return
    rows = []
    mode = host.mode
    if host.split:
        mode = rng.choice(MODES)
    for i, time in enumerate(several(rng, moment(rng, world.now, 8 * DAY), rng.choice([1, 1, 2, 3]))):
        if i:
            mode = rng.choice(MODES)
        elif rng.random() < 0.05:
            mode = None
        active = mode in ("0", "Active")
        compliant = active if rng.random() < 0.93 else rng.choice([True, False, None])
        rows.append({"Timestamp": time, "ConfigurationId": "scid-2010", "IsCompliant": compliant,
                     "IsApplicable": rng.choice([True] * 10 + [False, False, None]), "Context": context(rng, mode)})
    if rng.random() < 0.3:
        rows.append({"Timestamp": moment(rng, world.now, 8 * DAY),
                     "ConfigurationId": rng.choice(["scid-2012", "scid-91", "scid-20100", "scid-201"]), "IsCompliant": rng.random() < 0.5, "IsApplicable": True, "Context": context(rng, rng.choice(MODES))})
    if rng.random() < 0.3:
        rows.append({"Timestamp": moment(rng, world.now, 8 * DAY), "ConfigurationId": "scid-2011", "IsCompliant": True, "IsApplicable": True,
                     "Context": [["1.409.%d.0" % host.number, "1.1.24080.9", "2026-11-01T02:03:04.5678Z", "4.18.24080.9"]]})
    if rng.random() < 0.03:
        rows[0]["IsCompliant"] = Junk("perhaps")
    if rng.random() < 0.03:
        rows[0]["Context"] = Junk(rng.choice(["[[\"1\"", "mode 1", "{{"]))
    if rng.random() < 0.04:
        rows.append(dict(rows[0], IsCompliant=rng.choice([True, False]), Context=context(rng, rng.choice(MODES))))
    for row in rows:
        row.update(DeviceId=host.id, DeviceName=host.name, OSPlatform=host.platform, ConfigurationImpact=9, IsExpectedUserImpact=False)
    world.rows["assessment"] += rows


def gathered(world, host):
    rng = world.rng
    if rng.random() < 0.06:
        return
    rows = []
    for i, time in enumerate(several(rng, moment(rng, world.now, 8 * DAY), rng.choice([1, 1, 2, 3]))):
        mode = rng.choice(MODES) if i else host.mode
        if not i and rng.random() < 0.05:
            mode = None
        bag = {"AvMode": int(mode) if mode and mode.isdigit() and rng.random() < 0.2 else mode}
        if mode is None and rng.random() < 0.5:
            del bag["AvMode"]
        if rng.random() < 0.8:
            bag["AvEngineVersion"] = "1.1.2409%d.1" % i
        if rng.random() < 0.8:
            bag["AvPlatformVersion"] = "4.18.2409%d.1" % i
        if rng.random() < 0.8:
            bag["AvSignatureVersion"] = rng.choice(["1.419.1.0", "1.419.10.0", "1.3.%d.0" % i])
        if rng.random() < 0.8:
            bag["AvSignatureUpdateTime"] = rng.choice(["2026-11-10T03:00:00Z", "2026-11-19 23:59:59.9999999", "2026-11-10T05:00:00+02:00",
                                                       "2026-11-09T21:30:00.5-05:30", "", None])
        if rng.random() < 0.03:
            bag["AvSignatureUpdateTime"] = Junk("yesterday")
        bag["AvSignatureRing"] = str(i)
        if rng.random() < 0.5:
            bag["AvScanResults"] = {"Quick": {"ScanStatus": "Completed", "Names": ["a", "\u00fc", "\U0001f980", "\n\"\\"]}}
        fields = bag if rng.random() < 0.96 else rng.choice([None, {}, Junk("{\"AvMode\":"), Junk("AvMode=1")])
        rows.append({"Timestamp": time, "LastSeenTime": time, "AdditionalFields": fields})
    if rng.random() < 0.04:
        mode = rng.choice(MODES)
        rows.append(dict(rows[0], AdditionalFields={"AvMode": mode, "AvSignatureRing": "tie"}))
    for row in rows:
        row.update(DeviceId=host.id, DeviceName=host.name, OSPlatform=host.platform)
    world.rows["gathering"] += rows


def software(world, host):
    rng = world.rng
    for vendor, name in rng.sample(PLAIN, rng.randrange(0, 3)) + ([rng.choice(OTHER)] if rng.random() < 0.25 else []):
        world.rows["software"].append({"DeviceId": host.id, "DeviceName": host.name, "OSPlatform": host.platform, "SoftwareVendor": vendor,
                                       "SoftwareName": name, "SoftwareVersion": "1.2"})


def spoil(world):
    """Duplicates, rows that cannot be read, and an order."""
    rng = world.rng
    for table in TABLES:
        rows = world.rows[table]
        if rows and rng.random() < 0.5:
            rows += [dict(row) for row in rng.sample(rows, min(len(rows), rng.randrange(0, 4)))]
        if rows and rng.random() < 0.4:
            # A row of a configuration that nobody asks for need not be readable.
            asked = [row for row in rows if row.get("ConfigurationId", "scid-2010") in ("scid-2010", "scid-2011")]
            rows += [Bad(dict(rng.choice(asked or rows))) for _ in range(rng.randrange(1, 4))] if asked else []
        order = rng.random()
        if order < 0.5 or table == "software":
            rng.shuffle(rows)
        else:
            rows.sort(key=lambda row: (row.row if isinstance(row, Bad) else row)["Timestamp"], reverse=order < 0.75)


def days(rng, now):
    """Yields the worlds of two days in a row: the same hosts and configuration, other states and rows."""
    families = rng.sample(GROUPS, rng.randrange(1, 4))
    groups = [group for family in families for group in family]
    hosts = [Host(rng, number, groups) for number in range(rng.choice([1, 3, 8, 20, 20, 40]))]
    plain = sum(rng.random() < 0.2 for _ in hosts)
    for host in hosts[:plain]:
        host.mode, host.split = "0", False
    scope = [] if rng.random() < 0.25 else [rng.choice(family) for family in families if rng.random() < 0.7] or [families[0][0]]
    scope = [group for group in scope if group]
    if scope and rng.random() < 0.15:
        scope.append(rng.choice(["No Such Group", scope[0].upper(), scope[0]]))
    canaries = [rng.choice(hosts).name] if rng.random() < 0.15 else []
    canaries = [name for name in canaries if name and name.startswith("srv")]
    given = set(TABLES) - ({"software"} if rng.random() < 0.5 else set())
    if rng.random() < 0.05:
        given -= {rng.choice(["assessment", "gathering"])}
    for day in (0, 1):
        world = World(rng, now + day * DAY)
        world.scope, world.canaries, world.given = scope, canaries, given
        for key, values in (("group", scope), ("canary", canaries)):
            world.sets += [arg for value in values for arg in ("--set", "scope.%s=%s" % (key, value))]
        if day:
            calm = rng.random() < 0.3
            for host in hosts:
                p = rng.random() + calm
                if p < 0.1:
                    host.gone = True
                elif p < 0.5:
                    host.roll(rng, groups)
            hosts += [Host(rng, 100 + n, groups) for n in range(rng.randrange(0, 4))]
        for host in hosts:
            if not host.gone:
                inventory(world, host, groups)
                assessed(world, host)
                gathered(world, host)
                software(world, host)
        world.rows = {table: rows if table in given else [] for table, rows in world.rows.items()}
        spoil(world)
        yield world
