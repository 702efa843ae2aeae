"""Random expressions over the estate: columns and operators as they fit together, values that are near the rows' own."""
import kql

WORDS = ["sql", "SQL", "srv", "prod", "Prod", "win-servers", "win-servers-prod", "b\u00fcro", "B\u00dcRO", "server", "01",
         "1", "kilo", "null", "corp.example", "stra\u00dfe", "two", "a\"b", "\\", "'", "zz", "0.0", "last", "example",
         "\u0444\u0430\u0439\u043b", "x", "passive", "no-other-av", "stale"]
SPANS = ["0s", "1s", "2h", "1.5h", "12h", "1d", "6d", "7d", "168h", "604801s", "14d", "-1h", "30m",
         "timespan(7.00:00:00)", "timespan(0.12:00:01)", "time(2)"]
DATES = ["now()", "ago(1d)", "ago(7d)", "ago(14d)", "now(-2h)", "datetime(2026-11-13T07:00:00Z)", "datetime(2026-11-20)",
         "datetime(2026-11-06 07:00)", "datetime(2026-11-20T05:00:00Z)", "datetime(null)", "now() - 1d", "datetime(2026-11-13) + 7h"]
NUMBERS = ["0", "1", "2", "3", "-5", "15", "22", "9223372036854775807", "1.5", "0x10"]
KEYS = ['.Rack', '["Rack Row"]', "['site.code']", '["Rack"]', ".Nothing"]
STRINGS = ["DeviceName", "MachineGroup", "OSPlatform", "AvMode", "Verdict", "Flags", "Change", "OtherAv", "AvPlatformVersion",
           "OnboardingStatus", "Owner", "GatheredMode", "OSVersion"]
TEXT_OPS = [o for o in kql.WORDS] + ["==", "!=", "=~", "!~"] * 3
ORDERS = ["<", "<=", ">", ">=", "==", "!="]


class Guess:
    def __init__(self, rows, schema, rng):
        self.rng = rng
        self.values = sorted({row[c] for row in rows.values() for c in STRINGS if row.get(c)})
        self.kinds = {k: [n for n, kind in schema.items() if kind == k] for k in ("datetime", "timespan", "bool", "long")}

    def literal(self, text):
        quote = self.rng.choice("\"'")
        form = self.rng.random()
        if form < 0.2 and not any(ord(c) < 32 for c in text):
            return "@" + quote + text.replace(quote, quote * 2) + quote
        text = text.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\n", "\\n").replace("\t", "\\t")
        if form > 0.9:
            text = text if "\\" in text else "".join(self.spelled(c) for c in text)
        return quote + text + quote

    def spelled(self, char):
        return "\\u%04x" % ord(char) if char.isalpha() and ord(char) < 65536 and self.rng.random() < 0.3 else char

    def text(self):
        pick = self.rng.choice
        text = pick(WORDS) if self.rng.random() < 0.5 else pick(self.values)
        if self.rng.random() < 0.4 and len(text) > 1:
            start = self.rng.randrange(len(text))
            text = text[start:start + self.rng.randint(1, len(text))]
        change = self.rng.random()
        return text.upper() if change < 0.15 else text.lower() if change < 0.3 else text

    def string(self):
        pick = self.rng.choice
        name = pick(STRINGS) if self.rng.random() < 0.8 else "AdditionalFields" + pick(KEYS)
        if self.rng.random() < 0.1 and not name.startswith("Add"):
            return "['%s']" % name
        return "%s(%s)" % (pick(["tolower", "toupper"]), name) if self.rng.random() < 0.12 else name

    def several(self, make):
        return "(" + ", ".join(make() for _ in range(self.rng.randint(1, 4))) + ")"

    def comparison(self):
        pick, dice = self.rng.choice, self.rng.random()
        if dice < 0.04:       # one column's text in another's
            return "%s %s %s" % (self.string(), pick(TEXT_OPS), pick(STRINGS))
        if dice < 0.4:
            return "%s %s %s" % (self.string(), pick(TEXT_OPS), self.literal(self.text()))
        if dice < 0.52:
            return "%s %s %s" % (self.string(), pick(kql.LISTS), self.several(lambda: self.literal(self.text())))
        if dice < 0.6:
            name = pick([self.string(), pick(sum(self.kinds.values(), []))])
            return "%s(%s)" % (pick(["isempty", "isnotempty", "isnull", "isnotnull"]), name)
        if dice < 0.68:
            name = pick(self.kinds["bool"])
            return pick([name, "not(%s)" % name, "%s == %s" % (name, pick(["true", "false", "bool(null)", "0", "1"])),
                         "%s != %s" % (name, pick(["true", "false", "1", "0"])), "%s in (0, 1)" % name, "%s == %s" % (name, pick(self.kinds["bool"]))])
        kind = pick(["datetime", "timespan", "long"])
        name, pool = pick(self.kinds[kind]), {"datetime": DATES, "timespan": SPANS, "long": NUMBERS}[kind]
        if dice < 0.78:
            ends = (pick(pool), pick(pool)) if kind != "long" else (pick(["0", "1", "-5"]), pick(["2", "10", "22"]))
            return "%s %s (%s .. %s)" % (name, pick(["between", "!between"]), *ends)
        if dice < 0.84:
            return "%s %s %s" % (name, pick(["in", "!in"]), self.several(lambda: pick(pool)))
        if dice < 0.9:
            return "%s %s %s" % (name, pick(ORDERS), pick(self.kinds[kind]))
        return "%s %s %s" % (name, pick(ORDERS), pick(pool))

    def condition(self, depth):
        dice = self.rng.random()
        if depth == 0 or dice < 0.45:
            return self.comparison()
        if dice < 0.6:
            return "not(%s)" % self.condition(depth - 1)
        if dice < 0.7:
            return "(%s)" % self.condition(depth - 1)
        return "%s %s %s" % (self.condition(depth - 1), self.rng.choice(["and", "or"]), self.condition(depth - 1))
