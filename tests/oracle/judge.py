"""What the contract says of an estate: scope, verdicts, flags, counts, changes and reasons. Slow and plain on purpose."""
import datetime
import itertools

from estate import DAY, TABLES, TICKS, Bad, Junk

VERDICTS = ("active", "passive", "edr-block", "passive-audit", "disabled", "unknown", "unassessed")
BY_CODE = {"0": "active", "1": "passive", "2": "disabled", "4": "edr-block", "5": "passive-audit"}
WORDS = {"active": "0", "passive": "1", "disabled": "2", "other": "3", "edrblocked": "4", "passiveaudit": "5"}
FRESHNESS, SILENCE = 8 * DAY, 14 * DAY
FEW = 10          # fewer hosts than this are no reason
READ = {"info": ("IsExcluded",), "assessment": ("IsCompliant", "IsApplicable", "Context"), "gathering": ("AdditionalFields",),
        "software": ()}


def folded(text):
    """Unicode's simple lower-case mapping: one character each, so \u0130 is i and \u00df stays."""
    return "".join(c.lower() if len(c.lower()) == 1 else c.lower()[0] for c in text)


def clean(value):
    """Junk and empty texts are missing values."""
    return None if isinstance(value, Junk) or value == "" else value


def code(mode):
    """A mode as a code; None when there is none."""
    if mode is None or not str(mode).strip():
        return None
    text = str(mode).strip()
    return WORDS.get(text.lower(), text)


def assessed_mode(row):
    context = clean(row["Context"])
    try:
        return clean(context[0][0])
    except (TypeError, IndexError):
        return None


def bag_of(row):
    bag = row["AdditionalFields"]
    return bag if isinstance(bag, dict) else {}


def superseded(row):
    """Whether a row says that another record took this one's place; words, zeros and the record's own id are no other record."""
    target = (row["MergedToDeviceId"] or "").strip()
    return target.strip("0") != "" and target.lower() not in ("-", "none", "null", "n/a", row["DeviceId"].lower())


def newest(rows):
    """All rows of the newest time."""
    top = max((row["Timestamp"] for row in rows), default=None)
    return [row for row in rows if row["Timestamp"] == top]


def doubtful(assessment, gathering):
    """Whether a cell that speaks of mode or compliance could not be understood."""
    cells = [assessment[name] for name in ("IsApplicable", "IsCompliant", "Context")] if assessment else []
    if gathering:
        cells.append(gathering["AdditionalFields"])
    return any(isinstance(cell, Junk) for cell in cells)


def decide(assessment, gathering):
    """Verdict and conflict; what a doubtful witness meant to say may have been the opposite of active."""
    verdict, conflict = told(assessment, gathering)
    return ("unknown" if verdict == "active" and doubtful(assessment, gathering) else verdict), conflict


def told(assessment, gathering):
    """The same from the newest row of each witness as far as it can be read; None when there is no such row."""
    if assessment is None and gathering is None:
        return "unassessed", False
    applicable = assessment is not None and clean(assessment["IsApplicable"]) is not False
    if gathering is None and not applicable:
        return "unassessed", False
    a = code(assessed_mode(assessment)) if assessment else None
    g = code(bag_of(gathering).get("AvMode")) if gathering else None
    if a is not None and g is not None and a != g:
        return "unknown", True
    mode = g if g is not None else a if applicable else None
    if mode is None:
        return "unknown", False
    verdict = BY_CODE.get(mode, "unknown")
    compliant = clean(assessment["IsCompliant"]) if applicable else None
    if verdict == "active" and compliant is False:
        return "unknown", True
    return verdict, compliant is True and verdict != "active"


def iso(ticks):
    """Second precision, rounded down."""
    if ticks is None:
        return None
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=ticks // TICKS)).strftime("%Y-%m-%dT%H:%M:%SZ")


SIGNATURE_TIMES = {"2026-11-10T03:00:00Z": "2026-11-10T03:00:00Z", "2026-11-19 23:59:59.9999999": "2026-11-19T23:59:59Z",
                   "2026-11-10T05:00:00+02:00": "2026-11-10T03:00:00Z", "2026-11-09T21:30:00.5-05:30": "2026-11-10T03:00:00Z",
                   "2026-11-01T02:03:04.5678Z": "2026-11-01T02:03:04Z"}


class Verdict:
    """What must be shown of one server in scope. `loose`: equally new rows differ, only what holds in any order is told."""

    def __init__(self, world, info, assessments, versions, gatherings, products):
        first = info[0]
        self.id = first["DeviceId"]
        # Of equally new gathering rows one without a mode gives way to the other.
        telling = [row for row in gatherings if code(bag_of(row).get("AvMode")) is not None]
        pairs = list(itertools.product(assessments or [None], telling or gatherings or [None]))
        self.options = {decide(a, g) for a, g in pairs}
        self.loose = any(row != rows[0] for rows in (info, assessments, versions, gatherings) for row in rows)
        # Of equally new rows the worse counts: when any makes a finding, it is one.
        self.verdicts = {v for v, _ in self.options}
        if len(self.verdicts) > 1:
            self.verdicts = set(VERDICTS[1:])
        elif self.loose:
            self.verdicts = set(VERDICTS[1:]) if self.verdicts != {"active"} else {"active", "unknown", "passive"}
        self.flags, self.cells = set(), {}
        if self.loose:
            return
        a = assessments[0] if assessments else None
        g = gatherings[0] if gatherings else None
        now = world.now * TICKS
        if any(conflict for _, conflict in self.options):
            self.flags.add("conflict")
        witness = max([row["Timestamp"] for row in (a, g) if row], default=None)
        if witness is not None and now // TICKS - witness // TICKS > FRESHNESS:
            self.flags.add("stale")
        if now // TICKS - first["Timestamp"] // TICKS > SILENCE:
            self.flags.add("silent")
        if clean(first["IsExcluded"]):
            self.flags.add("excluded")
        if first["OnboardingStatus"] == "Onboarded" and first["SensorHealthState"] == "Active":
            self.flags.add("portal-healthy")
        if products:
            self.flags.add("other-av")
        elif "software" in world.given:
            self.flags.add("no-other-av")
        self.show(first, a, versions[0] if versions else None, g)

    def show(self, info, a, versions, g):
        bag = bag_of(g) if g else {}
        spare = versions["Context"][0] if versions else [None] * 4
        texts = {name: clean(info[name]) for name in ("DeviceId", "DeviceName", "MachineGroup", "OSPlatform", "OSVersion", "OnboardingStatus",
                                                      "SensorHealthState", "ReportId")}
        gathered, judged = bag.get("AvMode"), assessed_mode(a) if a else None
        mode = gathered if code(gathered) is not None else judged
        signature = bag.get("AvSignatureUpdateTime") if clean(bag.get("AvSignatureUpdateTime")) else spare[2]
        self.cells = dict(texts, LastSeen=iso(info["Timestamp"]), AvMode=None if clean(mode) is None else str(mode),
                          AvEngineVersion=bag.get("AvEngineVersion") or spare[1], AvPlatformVersion=bag.get("AvPlatformVersion") or spare[3],
                          AvSignatureVersion=bag.get("AvSignatureVersion") or spare[0], AvSignatureUpdateTime=SIGNATURE_TIMES.get(signature),
                          AssessedAt=iso(a["Timestamp"] if a else None), GatheredAt=iso(g["Timestamp"] if g else None),
                          IsApplicable=clean(a["IsApplicable"]) if a else None, IsCompliant=clean(a["IsCompliant"]) if a else None)
        self.cells["AdditionalFields.AvSignatureRing"] = bag.get("AvSignatureRing")


class Answer:
    """The expected run of a world."""

    def __init__(self, world):
        rows = {table: [row for row in world.rows[table] if not isinstance(row, Bad)] for table in TABLES}
        self.unreadable = {table: len(world.rows[table]) - len(rows[table]) for table in TABLES}
        self.read = {table: len(world.rows[table]) for table in TABLES}
        self.junk = sum(junk_cells(table, row) for table in TABLES for row in rows[table])
        by_id = {}
        for table in TABLES:
            for row in rows[table]:
                by_id.setdefault(row["DeviceId"], {t: [] for t in TABLES})[table].append(row)
        wanted = [folded(group) for group in world.scope]
        self.estate = dict.fromkeys(("in scope", "other platform", "other group", "merged", "no inventory row", "no platform"), 0)
        self.hosts, self.groups, self.torn = {}, [], False   # torn: equally new rows name two groups
        self.ungathered = self.assessed = self.orphans = 0
        witnesses = []
        for device, own in by_id.items():
            full = newest([row for row in own["info"] if row["OSPlatform"]])
            # Of equally new rows each counts for itself: any that keeps the device in scope does.
            servers = [row for row in full if row["OSPlatform"].lower().startswith("windowsserver")]
            inside = [row for row in full if not wanted or folded(row["MachineGroup"] or "") in wanted]
            place = ("no inventory row" if not own["info"] else "no platform" if not full else
                     "merged" if all(superseded(row) for row in full) else "other platform" if not servers else
                     "other group" if not inside else "in scope")
            self.estate[place] += 1
            if place != "in scope":
                self.orphans += place == "no inventory row" and (bool(own["gathering"]) or any(
                    row["ConfigurationId"] == "scid-2010" for row in own["assessment"]))
                continue
            # Among equally new rows the ones that keep it in scope stand first.
            full = inside + [row for row in full if row not in inside]
            scid = {name: newest([row for row in own["assessment"] if row["ConfigurationId"] == name])
                    for name in ("scid-2010", "scid-2011")}
            gathering = newest(own["gathering"])
            products = [row for row in own["software"] if row["SoftwareVendor"] in ("symantec", "mcafee", "sophos")]
            self.hosts[device] = Verdict(world, full, scid["scid-2010"], scid["scid-2011"], gathering, products)
            self.groups += [folded(row["MachineGroup"] or "") for row in inside]
            self.torn |= len({row["MachineGroup"] for row in full}) > 1
            self.ungathered += not gathering
            self.assessed += bool(scid["scid-2010"])
            witnesses += [row["Timestamp"] for row in scid["scid-2010"] + gathering]
        # Of the hosts in scope alone, which is stricter than the whole estate.
        self.newest_witness = max(witnesses, default=None)
        self.reasons = set(self.judge(world))

    def judge(self, world):
        """The reasons of incompleteness that hang on this run alone, by name."""
        if not self.hosts:
            return
        if any(self.unreadable[table] * 100 > self.read[table] for table in TABLES):
            yield "rows-unreadable"
        if not {"assessment", "gathering"} <= world.given or not self.assessed or self.ungathered == len(self.hosts):
            yield "table-missing"
        if "gathering" in world.given and self.ungathered * 5 > len(self.hosts):
            yield "enrichment-missing"
        unjudged = len(self.hosts) - self.assessed
        if "assessment" in world.given and self.assessed and unjudged >= FEW and unjudged * 5 > len(self.hosts):
            yield "assessment-missing"
        if self.orphans >= FEW and self.orphans * 5 > len(self.hosts) + self.orphans:
            yield "inventory-missing"
        if any(folded(group) not in self.groups for group in world.scope):
            yield "group-unmatched"
        if self.newest_witness is None or world.now - self.newest_witness // TICKS > FRESHNESS:
            yield "feed-stopped"


def junk_cells(table, row):
    if table == "assessment" and row["ConfigurationId"] not in ("scid-2010", "scid-2011"):
        return 0
    inner = bag_of(row).values() if table == "gathering" else ()
    return sum(isinstance(row[name], Junk) for name in READ[table]) + sum(isinstance(value, Junk) for value in inner)


def changes(before, after):
    """The change class of every server of the newer day, and who vanished; both are {device id: verdict} of in-scope servers."""
    def finding(days, device):
        return days.get(device, "active") != "active"
    change = {device: "persisting" if finding(before, device) and verdict != "active" else "new" if verdict != "active" else
              "resolved" if finding(before, device) else None for device, verdict in after.items()}
    return change, {device for device in before if finding(before, device) and device not in after}
