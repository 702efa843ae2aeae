"""Already joined findings: one row a device, the mode of both witnesses in one column. Makes them, and says what they mean."""
from estate import CLIENTS, DAY, MODES, NAMES, PLATFORMS, TICKS, Bad, Junk, moment, several
from judge import FRESHNESS, SILENCE, clean, decide, folded, iso


def make(rng, now, groups):
    """Rows of a joined export, with older rows of the same device among them."""
    rows = []
    for number in range(rng.choice([1, 5, 30])):
        device = "%040x" % rng.getrandbits(160)
        for time in several(rng, moment(rng, now, SILENCE), rng.choice([1, 1, 1, 2, 3])):
            mode = rng.choice(MODES)
            row = {"DeviceId": device, "DeviceName": rng.choice(NAMES).format(number), "MachineGroup": rng.choice(groups),
                   "OSPlatform": rng.choice(PLATFORMS * 3 + CLIENTS), "LastSeen": time,
                   "OnboardingStatus": rng.choice(["Onboarded", "Onboarded", "CanBeOnboarded", None]),
                   "SensorHealthState": rng.choice(["Active", "Active", "Inactive", None]), "AvMode": mode,
                   "AvSignatureVersion": None, "AvSignatureUpdateTime": None, "AssessedAt": None, "GatheredAt": None,
                   "IsApplicable": None, "IsCompliant": None, "Rack": rng.choice([None, "R%d" % number, "=1+1"])}
            if mode and rng.random() < 0.8:
                row["GatheredAt"] = moment(rng, now, FRESHNESS)
                row["AvSignatureVersion"] = rng.choice([None, "1.419.1.0"])
                row["AvSignatureUpdateTime"] = rng.choice([None, (now - 5 * DAY) * TICKS])
            if rng.random() < 0.8:
                row["IsApplicable"] = rng.choice([True] * 8 + [False, None, Junk("n/a")])
                row["IsCompliant"] = (mode in ("0", "Active")) != (rng.random() < 0.1)
                row["AssessedAt"] = rng.choice([None, moment(rng, now, FRESHNESS)])
            rows.append(row)
    rows += [dict(row) for row in rng.sample(rows, min(3, len(rows)))]
    rows += [Bad(dict(rng.choice(rows))) for _ in range(rng.choice([0, 0, 2]))]
    first = rows[:1]
    rest = rows[1:]
    rng.shuffle(rest)
    return first + rest


def expected(rows, scope, now):
    """What must be listed: {device id: cells}, and the figures of the rows."""
    wanted = [folded(group) for group in scope]
    latest, junk = {}, 0
    for row in rows:
        if isinstance(row, Bad):
            continue
        junk += sum(isinstance(value, Junk) for value in row.values())
        if row["DeviceId"] not in latest or row["LastSeen"] > latest[row["DeviceId"]]["LastSeen"]:
            latest[row["DeviceId"]] = row
    hosts = {}
    for device, row in latest.items():
        if not row["OSPlatform"].lower().startswith("windowsserver") or wanted and folded(row["MachineGroup"]) not in wanted:
            continue
        assessed = any(row[name] is not None for name in ("AssessedAt", "IsApplicable", "IsCompliant"))
        gathered = clean(row["AvMode"]) or row["GatheredAt"]
        assessment = {"IsApplicable": row["IsApplicable"], "IsCompliant": row["IsCompliant"], "Context": None}
        gathering = {"AdditionalFields": {"AvMode": row["AvMode"]}}
        verdict, conflict = decide(assessment if assessed else None, gathering if gathered else None)
        witness = max([time for time in (row["AssessedAt"], row["GatheredAt"]) if time is not None], default=None)
        flags = {"conflict"} if conflict else set()
        if witness is not None and now - witness // TICKS > FRESHNESS:
            flags.add("stale")
        if now - row["LastSeen"] // TICKS > SILENCE:
            flags.add("silent")
        if row["OnboardingStatus"] == "Onboarded" and row["SensorHealthState"] == "Active":
            flags.add("portal-healthy")
        cells = {name: clean(row[name]) for name in ("DeviceName", "MachineGroup", "OSPlatform", "AvMode", "AvSignatureVersion",
                                                     "IsApplicable", "IsCompliant")}
        cells.update({name: iso(row[name]) for name in ("LastSeen", "AssessedAt", "GatheredAt", "AvSignatureUpdateTime")})
        cells.update({"Verdict": verdict, "AdditionalFields.Rack": row["Rack"], "Flags": sorted(flags)})
        hosts[device] = cells
    bad = sum(isinstance(row, Bad) for row in rows)
    return hosts, "rows read %d: used %d, unreadable %d; cells not understood %d" % (len(rows), len(rows) - bad, bad, junk)
