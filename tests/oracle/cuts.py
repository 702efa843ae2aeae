"""Cuts a file of every form at every STEPth byte: a cut must be refused, make the run incomplete, be remarked on, or lose nothing.
A cut right behind a record of a CSV or JSON lines file cannot be seen, and is left out.

    cuts.py [--program PATH] [--step N] [--start N]"""
import argparse
import json
import os
import shutil
import subprocess
import tempfile

TIME = "2026-11-20T05:00:00.1234567Z"
IDS = ["a%039x" % number for number in range(3)]
ROWS = {
    "info": [{"Timestamp": TIME, "DeviceId": device, "DeviceName": "h\"%d,x" % n, "OSPlatform": "WindowsServer2022",
              "MachineGroup": "G\u00fc"} for n, device in enumerate(IDS)],
    "assessment": [{"Timestamp": TIME, "DeviceId": device, "ConfigurationId": "scid-2010", "IsApplicable": "1", "IsCompliant": "1",
                    "Context": [["0"]]} for device in IDS],
    "gathering": [{"Timestamp": TIME, "DeviceId": device, "AdditionalFields": {"AvMode": "0", "AvSignatureVersion": "1.4"}}
                  for device in IDS],
}
OPTIONS = {"info": "--device-info", "assessment": "--assessment", "gathering": "--gathering"}


def csv(rows, eol, last, quote_all):
    def cell(value):
        text = value if isinstance(value, str) else json.dumps(value)
        return '"%s"' % text.replace('"', '""') if quote_all or any(c in text for c in ',"\n') else text
    lines = [",".join(rows[0])] + [",".join(map(cell, row.values())) for row in rows]
    return eol.join(lines) + (eol if last else "")


def forms(rows):
    names = list(rows[0])
    columns = [{"name": name, "type": "String"} for name in names]
    yield "csv", csv(rows, "\n", True, False)
    yield "csv crlf", csv(rows, "\r\n", True, False)
    yield "csv quoted", csv(rows, "\n", False, True)
    yield "array", json.dumps(rows, ensure_ascii=False, indent=1)
    yield "lines", "".join(json.dumps(row) + "\n" for row in rows)
    yield "graph", json.dumps({"schema": columns, "results": rows})
    yield "legacy", json.dumps({"Stats": {}, "Schema": [{"Name": name, "Type": "String"} for name in names], "Results": rows})
    table = {"name": "PrimaryResult", "columns": columns, "rows": [list(row.values()) for row in rows]}
    yield "analytics", json.dumps({"tables": [table]})


def whole_records(form, data):
    """The places behind a whole record, where nothing is missing from what is left: before and behind its line end."""
    ends = {i for i in range(len(data)) if data[i:i + 1] == b"\n"} if form.startswith(("csv", "lines")) else set()
    # A CSV file that ends before its line end is remarked on.
    return {end + 1 for end in ends} | (ends if form in ("lines", "csv crlf") else set())


class Cutter:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.mkdtemp(prefix="cuts-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.env = {"PATH": "/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8", "ROUSE_NOW": "2026-11-20T07:00:00Z"}
        self.env.update({name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ})
        self.passed = self.failed = 0

    def call(self, *args):
        return subprocess.run([self.program, *args, "--store", "cut.db"], env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60)

    def write(self, name, data):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)

    def detect(self, files):
        for name in ("cut.db", "cut.db-wal", "cut.db-shm"):
            if os.path.exists(os.path.join(self.folder, name)):
                os.unlink(os.path.join(self.folder, name))
        return self.call("detect", *[arg for table, name in files.items() for arg in (OPTIONS[table], name)])

    def hosts(self):
        return self.call("list", "--all", "--format", "json", "--columns", "DeviceId,DeviceName,MachineGroup,LastSeen,AvMode,AvSignatureVersion,"
                         "IsCompliant,IsApplicable,AssessedMode,GatheredMode,Verdict,Flags").stdout

    def form(self, table, form, text, start, step):
        data, faults = text.encode(), []
        files = {name: name if name != table else "cut" for name in ROWS}
        for at in sorted(set(range(start % step, len(data), step)) - whole_records(form, data)):
            self.write("cut", data[:at])
            done = self.detect(files)
            if done.returncode == 0 and self.hosts() != self.whole and b"no line end" not in done.stderr:
                faults.append("cut at byte %d: exit 0, and not the same hosts: ...%r" % (at, data[max(0, at - 40):at]))
            elif done.returncode not in (0, 2, 65):
                faults.append("cut at byte %d: exit %d: %r" % (at, done.returncode, done.stderr[-300:]))
        print("%s oracle cuts of %s as %s" % ("not ok" if faults else "ok", table, form))
        for fault in faults[:5]:
            print("#   " + fault)
        self.failed += bool(faults)
        self.passed += not faults

    def all(self, start, step):
        for table, rows in ROWS.items():
            self.write(table, csv(rows, "\n", True, False).encode())
        self.detect({table: table for table in ROWS})
        self.whole = self.hosts()
        number = start
        for table, rows in ROWS.items():
            for form, text in forms(rows):
                self.form(table, form, text, number, step)
                number += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="./rouse")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    choice = parser.parse_args()
    cutter = Cutter(choice.program)
    try:
        cutter.all(choice.start, choice.step)
    finally:
        shutil.rmtree(cutter.folder)
    print("%d passed, %d failed" % (cutter.passed, cutter.failed))
    return 1 if cutter.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
