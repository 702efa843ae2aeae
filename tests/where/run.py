"""Judges `--where`: rows of a table, expressions that are none, what is printed for them, random expressions, and Microsoft's parser.

    run.py --program PATH [--peers FOLDER] [--random N] [--made N] [--seed N] [--only TEXT]

Prints an `ok` or `not ok` line for each judgement. An open row (`?` in rows.tsv) is held against nobody: where rouse reads it otherwise,
a comment says so. --peers names the folder of real parts that holds Microsoft's own parser; without it that part says that it was left out."""
import argparse
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import kql
from guess import Guess

HERE = os.path.dirname(os.path.abspath(__file__))
NOW_TEXT = "2026-11-20T07:00:00Z"
NOW = kql.read_date(NOW_TEXT, 0)
LEFT = "\u00bb"
PLACE = re.compile(rb"at character (\d+)")
NULLS = re.compile(r"(?m)^rouse: (\d+) rows? ha(?:s|ve) no .*neither takes nor refuses.*\n  --where (.*)$")
SHOWN = ("DeviceId,DeviceName,MachineGroup,OSPlatform,OSVersion,LastSeen,OnboardingStatus,SensorHealthState,AvMode,AvEngineVersion,"
         "AvPlatformVersion,AvSignatureVersion,AvSignatureUpdateTime,AssessedAt,GatheredAt,IsApplicable,IsCompliant,ReportId,AssessedMode,"
         "GatheredMode,Verdict,Flags,SignatureAge,SeenAge,OtherAv,Change,FirstSeen,Owner,OwnerContact,Ticket,AcceptedUntil,Note,Marked,PortalUrl")
counts = {True: 0, False: 0}


def verdict(good, what, *more):
    counts[good] += 1
    print("%sok where %s" % ("" if good else "not ", what))
    for line in more if not good else ():
        print("#   " + line)


def plain(text):
    """One visible line of a text."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("\\\\", "\\")


class Program:
    def __init__(self, path, folder):
        self.path = os.path.abspath(path)
        self.store = os.path.join(folder, "where.db")
        self.env = {"PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "TERM": "dumb", "ROUSE_NOW": NOW_TEXT}
        self.env.update({k: v for k, v in os.environ.items() if k in ("ASAN_OPTIONS", "UBSAN_OPTIONS")})

    def run(self, *arguments):
        store = [] if arguments[0] == "demo" else ["--store", self.store]      # the demo has a store of its own, and throws it away
        done = subprocess.run([self.path, *store, *arguments], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        if done.returncode < 0 or b"Sanitizer" in done.stderr or b"runtime error:" in done.stderr:
            verdict(False, "no crash: " + repr(arguments)[:300], *done.stderr.decode(errors="replace").splitlines()[:8])
        return done

    def load(self):
        estate = os.path.join(HERE, "estate")
        names = {"device-info": "info.csv", "assessment": "assessment.csv", "gathering": "gathering.jsonl", "software": "software.csv"}
        return self.run("detect", *[w for k, n in names.items() for w in ("--" + k, os.path.join(estate, n))])

    def where(self, text):
        """(hosts or None, stderr) of an expression."""
        done = self.run("list", "--all", "--columns", "DeviceId", "--format", "csv", "--sort", "DeviceId", "--where", text)
        if done.returncode:
            return None, done.stderr
        return "".join(done.stdout.decode().split()[1:]), done.stderr

    def printed(self, text):
        """The canonical text of an expression, or None."""
        done = self.run("demo", "--hosts", "1", "--where", text)
        found = re.search(r"(?s)\nThe lists hold the rows where (.*?)\n\n", done.stdout.decode())
        return found[1] if found else None


def estate_rows():
    """The estate as the reference sees it, by host."""
    schema = json.load(open(os.path.join(HERE, "schema.json"), encoding="utf-8"))["tables"]["T"]
    rows = {}
    for line in open(os.path.join(HERE, "estate", "values.jsonl"), encoding="utf-8"):
        row = json.loads(line)
        for name, kind in schema.items():
            if kind == "datetime" and row.get(name):
                row[name] = kql.read_date(row[name], NOW)
            if kind == "timespan" and row.get(name) is not None:
                row[name] = kql.read_span(row[name])
        row["Flags"] = " ".join(row["Flags"])
        rows[row["DeviceId"]] = row
    for line in open(os.path.join(HERE, "estate", "gathering.jsonl"), encoding="utf-8"):
        row = json.loads(line)
        rows[row["DeviceId"]]["AdditionalFields"] = row["AdditionalFields"]
    return rows, schema


def table(name):
    """Rows of a table: (line, fields)."""
    for number, line in enumerate(open(os.path.join(HERE, name), encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line and not line.startswith("#"):
            yield number, line.split("\t", 2)


def raw(text):
    """The text of a row: \u2424 is a line end, {202e} the character with that number."""
    return re.sub(r"\{([0-9a-f]{4})\}", lambda m: chr(int(m[1], 16)), text.replace("\u2424", "\n"))


def hosts_of(field, every):
    if field.startswith("*"):
        return "".join(h for h in every if h not in field[2:])
    return field.strip("-")


def judge_rows(program, rows, schema, only):
    """Each row of rows.tsv: its hosts, and the same hosts for the text that is printed for it. Returns the accepted texts."""
    accepted, every = [], sorted(rows)
    for number, (kind, field, text) in table("rows.tsv"):
        text = raw(text)
        if only and only not in text:
            continue
        what = "rows.tsv:%d: %s" % (number, plain(text))
        hosts, said = program.where(text)
        wanted = hosts_of(field, every)
        if hosts is None:
            verdict(False, what, said.decode(errors="replace").strip())
            continue
        accepted.append(text)
        if kind == "?":
            verdict(True, what)
            if hosts != wanted:
                print("#   open: rouse selects %s, our reading is %s" % (hosts or "-", wanted or "-"))
        else:
            verdict(hosts == wanted, what, "is:     " + (hosts or "-"), "wanted: " + (wanted or "-"))
        again = program.printed(text)
        if again is not None:
            accepted.append(again)
        round_trip(program, number, text, again, hosts)
        accepted += judge_hint(program, number, text, hosts, said)
        wide, faults = judge_nulls(program, text, hosts, said, nulls_of(text, rows, schema) if kind == "=" else None)
        verdict(not faults, "rows.tsv:%d: what it leaves undecided is told: %s" % (number, plain(text)), *faults)
        accepted += wide
    return accepted


def judge_hint(program, number, text, hosts, said):
    """Where letter case hides rows, the expression that is offered shows them, hides none itself, and loses none. Returns it."""
    said = said.decode()
    counted = re.search(r"hides (\d+) row", said)
    offered = re.search(r"(?m)hides .*\n  --where (.*)$", said)
    if not counted:
        return []
    what = "rows.tsv:%d: what it hides is shown: %s" % (number, plain(text))
    if not offered:
        verdict(False, what, said)
        return []
    wide = shlex.split(offered[1])[0]
    shown, more = program.where(wide)
    good = shown is not None and set(shown) >= set(hosts) and len(shown) == len(hosts) + int(counted[1]) and b"hides" not in more
    verdict(good, what, said, "the expression offered selects %s, the one given %s" % (shown, hosts), more.decode(errors="replace"))
    return [wide]


def nulls_of(text, rows, schema):
    """How many rows the reference finds null: neither the expression nor not() of it selects them. None where it has two readings, or none."""
    # Patterns that Python does not read or not in time; a value of the bag that is no number is an open row of rows.tsv.
    if "regex" in text or "AdditionalFields" in text:
        return None
    taken, is_open = kql.select(text, rows, schema, NOW)
    refused, is_open_too = kql.select("not(" + text + "\n)", rows, schema, NOW)
    return None if is_open or is_open_too else len(rows) - len(taken) - len(refused)


def judge_nulls(program, text, hosts, said, wanted):
    """Rows for which an expression is null are counted as the reference counts them, and the expression that is offered shows them and
    no others. Returns it."""
    said = said.decode()
    told = NULLS.search(said)
    count = int(told[1]) if told else 0
    faults = [] if wanted in (None, count) else ["%d null rows are told of, the reference has %d" % (count, wanted)]
    if not told:
        if "neither" in said:
            faults.append("no expression is offered")
        return [], faults
    wide = shlex.split(told[2])[0]
    shown, more = program.where(wide)
    if shown is None or not set(shown) >= set(hosts) or len(shown) != len(hosts) + count or b"neither" in more:
        faults += ["the expression offered selects %s, the one given %s" % (shown, hosts), wide, more.decode(errors="replace")]
    return [wide], faults


def round_trip(program, number, text, again, hosts):
    what = "rows.tsv:%d: printed and read again: %s" % (number, plain(text))
    if again is None:
        verdict(False, what, "nothing was printed")
        return
    if again == text:
        verdict(True, what)
        return
    same, said = program.where(again)
    thrice = program.printed(again)
    verdict(same == hosts and thrice == again, what, "printed: " + again, "selects: %s, as given: %s" % (same, hosts),
            "printed once more: %s" % thrice, said.decode(errors="replace"))


def places(text):
    """The text without its signs, and the characters (from 1) before which they stood. At the end, blanks before it are as good."""
    found = []
    while LEFT in text:
        found.append(text.index(LEFT) + 1)
        text = text.replace(LEFT, "", 1)
    if found and found[-1] > len(text):
        found += range(len(text.rstrip()) + 1, len(text) + 2)
    return text, found


def judge_wrong(program, only):
    """Each row of wrong.tsv: refused with exit 64 in one sentence, at a fair place, with the words that help."""
    for number, (kind, words, text) in table("wrong.tsv"):
        text, fair = places(raw(text))
        if only and only not in text:
            continue
        what = "wrong.tsv:%d: %s" % (number, plain(text))
        done = program.run("list", "--all", "--where", text)
        said = done.stderr
        place = PLACE.search(said)
        faults = []
        if done.returncode != 64:
            faults.append("exit %d, not 64" % done.returncode)
        if done.stdout:
            faults.append("something is printed: %r" % done.stdout[:80])
        if not place or int(place[1]) not in fair:
            faults.append("the place is %s, not %s" % (place and int(place[1]), fair))
        if not re.search(words, said.decode(errors="replace").split("at character", 1)[-1], re.I):
            faults.append("no word of %s" % words)
        if said.count(b"\n") != 1 or re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", said):
            faults.append("not one clean line")
        verdict(not faults, what, *faults, "said: " + said.decode(errors="replace").strip())


def judge_random(program, rows, schema, count, seed):
    """Random expressions, where the reference is clear. Returns the accepted texts."""
    guess, accepted, wrong, judged = Guess(rows, schema, random.Random(seed)), [], [], 0
    for _ in range(count):
        text = guess.condition(3)
        wanted, is_open = kql.select(text, rows, schema, NOW)
        hosts, said = program.where(text)
        if hosts is not None:
            accepted.append(text)
        if is_open and hosts is not None:
            continue
        judged += 1
        wanted = "".join(sorted(wanted))
        wide, faults = judge_nulls(program, text, hosts or "", said, nulls_of(text, rows, schema))
        accepted += wide
        wrong += [text, *("  " + line for line in faults)] if faults else []
        if hosts != wanted:
            wrong += [text, "  is %s, wanted %s %s" % (hosts, wanted, said.decode(errors="replace").strip())]
    verdict(not wrong, "random: %d expressions, %d of them with one reading, seed %d" % (count, judged, seed), *wrong)
    return accepted


def parser_of(peers, folder):
    """The folder of Microsoft's parser, made ready, or None and why not."""
    source = os.path.join(peers or "", "validators")
    if not peers or not os.path.exists(os.path.join(source, "kql-check.mjs")):
        return None, "PEERS names no folder that holds it"
    if not shutil.which("node"):
        return None, "there is no node"
    if os.path.isdir(os.path.join(source, "node_modules", "@kusto")):
        return source, None
    copy = os.path.join(folder, "validators")
    os.makedirs(copy)
    for name in ("kql-check.mjs", "package.json", "package-lock.json"):
        shutil.copy(os.path.join(source, name), copy)
    if not shutil.which("npm") or subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=copy, capture_output=True, timeout=300).returncode:
        return None, "`npm ci` of it failed"
    return copy, None


def microsoft(parser, folder, texts):
    """What Microsoft's parser finds wrong with each text, as lines; empty for none. One call: it takes seconds to load."""
    files = []
    for i, text in enumerate(texts):
        files.append(os.path.join(folder, "%d.kql" % i))
        with open(files[-1], "w", encoding="utf-8", newline="") as out:
            out.write("T\n| where " + text + "\n")
    with open(os.path.join(folder, "answer"), "w+", encoding="utf-8") as answer:      # a pipe would be cut at 64 KiB
        subprocess.run(["node", os.path.join(parser, "kql-check.mjs"), *files, "--schema", os.path.join(HERE, "schema.json"), "--json"],
                       stdout=answer, timeout=300)
        answer.seek(0)
        report = json.load(answer)
    return ["" if one["ok"] else "; ".join(d["message"] for d in one["diagnostics"]) for one in report]


def made(program, folder, count):
    """Expressions that the generator of the unit tests makes, and their canonical texts, or None and why not. The program that prints them
    is compiled as the one that is judged was: its flags and its library lie beside it."""
    built, root = os.path.dirname(program.path), os.path.dirname(os.path.dirname(HERE))
    flags, library, binary = os.path.join(built, "flags"), os.path.join(built, "librouse.a"), os.path.join(folder, "made")
    if not os.path.exists(flags) or not os.path.exists(library):
        return None, "no library of rouse lies beside the program"
    wanted = ["-pie", "-o", binary, os.path.join(HERE, "made.c"), library, "-lpcre2-8", "-lutf8proc"]
    with open(flags, encoding="utf-8") as line:
        command = shlex.split(line.read())
    done = subprocess.run(command + wanted, cwd=root, capture_output=True, timeout=120)
    if done.returncode == 0:
        done = subprocess.run([binary, str(count)], capture_output=True, timeout=60)
    if done.returncode:
        verdict(False, "made: the generator is built and runs", *done.stderr.decode(errors="replace").splitlines()[:8])
        return None, "it does not run"
    return done.stdout.decode().split("\0")[:-1], None


def judge_microsoft(parser, folder, accepted):
    wrong = [(number, kind, places(raw(text))[0]) for number, (kind, _, text) in table("wrong.tsv")]
    answers = microsoft(parser, folder, accepted + [text for _, _, text in wrong])
    refused = [(text, answer) for text, answer in zip(accepted, answers) if answer]
    verdict(not refused, "microsoft: its parser takes all %d texts that rouse takes or prints" % len(accepted),
            *["%s: %s" % (plain(text), answer) for text, answer in refused])
    for (number, kind, text), answer in zip(wrong, answers[len(accepted):]):
        what = "microsoft: wrong.tsv:%d: its parser %s: %s" % (number, "refuses" if kind == "!" else "takes", plain(text))
        verdict((kind == "!") == bool(answer), what, answer)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--program", default="./rouse")
    options.add_argument("--peers", default=os.environ.get("PEERS"))
    options.add_argument("--random", type=int, default=250)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--made", type=int, default=1000)
    options.add_argument("--only")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.program, folder)
        done = program.load()
        verdict(done.returncode == 0, "the estate is read whole", done.stderr.decode(errors="replace"))
        rows, schema = estate_rows()
        shown = program.run("list", "--all", "--format", "jsonl", "--sort", "DeviceId", "--columns", SHOWN).stdout
        kept = open(os.path.join(HERE, "estate", "values.jsonl"), "rb").read()
        verdict(shown == kept, "the values of the estate are those of values.jsonl")
        accepted = judge_rows(program, rows, schema, options.only)
        judge_wrong(program, options.only)
        accepted += judge_random(program, rows, schema, options.random, options.seed)
        parser, why = parser_of(options.peers, folder)
        if parser:
            more, why = made(program, folder, options.made)
            verdict(True, "made: %d expressions and their canonical texts" % (len(more) // 2) if more else "made: left out: %s" % why)
            judge_microsoft(parser, folder, accepted + (more or []))
        else:
            verdict(True, "microsoft: its parser is left out: %s" % why)
    print("%d passed, %d failed" % (counts[True], counts[False]))
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
