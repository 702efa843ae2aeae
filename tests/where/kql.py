"""A second reading of KQL's `where`, made from Microsoft's published reference alone: text to tree, tree and row to true, false or null.

Where the reference is silent or speaks with two tongues, both readings are kept (DOUBTS): an expression on which they differ is open, and
nobody is judged by it. Pages named in comments are files of data-explorer/kusto/query in MicrosoftDocs/dataexplorer-docs."""
import datetime
import re

TICK = 10_000_000                      # ticks of 100 ns in a second: scalar-data-types/datetime.md
EPOCH = datetime.datetime(1, 1, 1)

# What the reference leaves open; each may be turned to its other reading.
DOUBTS = {
    "ascii_terms": False,     # datatypes-string-operators.md: "alphanumeric characters"; its edition of 2020: "ASCII alphanumeric"
    "empty_word": True,       # `has ""`: no page says; True: each text has it
    "loose_ends": True,       # `has "-sql"`: a word that begins or ends with a separator; True: that end needs no boundary
    "number_as_text": True,   # dynamic 8 == "8": "you must cast the value", dynamic.md; True: compared as text
    "sticky_words": False,    # `!has`, `!contains`, `!~` on a dynamic null; True: null-values.md "sticky"; False: null as text is empty
    "null_equals": False,     # null == null: null in null-values.md, false in logical-operators.md (True)
    "special_case": False,    # tolower() of letters whose lower case is not one letter of its own: İ, ẞ, K (the Kelvin sign), final ς
}


SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class Wrong(Exception):
    pass


def fold(text):
    """Case-insensitive operators fold ASCII only: includes/in-operator-comparison.md."""
    return text.translate(SMALL)


def alnum(char):
    return char.isascii() and char.isalnum() if DOUBTS["ascii_terms"] else char.isalnum()


def word_in(text, word, left=True, right=True):
    """Whether `word` stands in `text` with the end of a term at the ends asked for: datatypes-string-operators.md, What is a term?"""
    if not word:
        return DOUBTS["empty_word"]
    if not DOUBTS["loose_ends"] and not (alnum(word[0]) and alnum(word[-1])):
        return None
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        opens = not left or at == 0 or not alnum(text[at - 1]) or not alnum(word[0])
        closes = not right or end == len(text) or not alnum(text[end]) or not alnum(word[-1])
        if opens and closes:
            return True
        at = text.find(word, at + 1)
    return False


STRING = {
    "==": lambda a, b: a == b, "=~": lambda a, b: a == b,
    "has": word_in, "hasprefix": lambda a, b: word_in(a, b, True, False), "hassuffix": lambda a, b: word_in(a, b, False, True),
    "contains": lambda a, b: b in a, "startswith": str.startswith, "endswith": str.endswith,
}
WORDS = [n + s + c for n in ("", "!") for s in ("has", "hasprefix", "hassuffix", "contains", "startswith", "endswith") for c in ("", "_cs")]
LISTS = ["in", "!in", "in~", "!in~", "has_any", "has_all"]

TOKEN = re.compile(r"""
    (?P<blank>\s+|//[^\n\r\u2028\u2029]*)
  | (?P<date>(?:datetime|date)\((?P<dbody>[^)]*)\))
  | (?P<span>(?:timespan|time)\((?P<sbody>[^)]*)\))
  | (?P<typed>(?:bool|boolean|long|int|real|double)\((?P<tbody>[^)]*)\))
  | (?P<text>@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<length>\d+(?:\.\d+)?(?:days|day|d|hours|hour|hrs|hr|h|minutes|minute|min|milliseconds|millisecond|millisec|millis|milli|ms|m|
        microseconds|microsecond|microsec|micros|micro|nanoseconds|nanosecond|nanosec|nanos|nano|seconds|second|sec|s|ticks|tick)(?![A-Za-z0-9_]))
  | (?P<number>0[xX][0-9a-fA-F]+|\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+)
  | (?P<op>!(?:between|has|hasprefix|hassuffix|contains|startswith|endswith)(?:_cs)?(?![A-Za-z0-9_])|!in~|!in(?![A-Za-z0-9_])|in~|matches\ regex
        |==|=~|!=|!~|<=|>=|<>|<|>|\.\.|[-+*/%().,\[\]])
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
""", re.X)


def unit(word):
    """timespan.md; the longer spellings are those of Microsoft's parser."""
    for start, ticks in (("milli", 10_000), ("micro", 10), ("nano", 0.01), ("ms", 10_000), ("m", 600_000_000), ("d", 864_000_000_000),
                         ("h", 36_000_000_000), ("s", TICK), ("t", 1)):
        if word.startswith(start):
            return ticks
    raise Wrong(word)


def read_length(text):
    number, word = re.fullmatch(r"(\d+(?:\.\d+)?)([a-z]+)", text).groups()
    return round(float(number) * unit(word)) if "." in number else int(int(number) * unit(word))


def read_text(token):
    if token[0] == "@":
        return token[2:-1].replace(token[1] * 2, token[1])
    simple = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}

    def one(m):
        e = m[1]
        return chr(int(e[1:], 16)) if e[0] in "ux" and len(e) > 1 else simple.get(e, e)
    return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", one, token[1:-1])


def read_span(body):
    body = body.strip().strip("\"'")
    sign = -1 if body.startswith("-") else 1
    body = body.lstrip("-")
    if body == "null":
        return None
    m = re.fullmatch(r"(\d+(?:\.\d+)?) seconds", body)
    if m:
        return sign * round(float(m[1]) * TICK)
    if re.fullmatch(r"\d+", body):
        return sign * int(body) * 864_000_000_000
    m = re.fullmatch(r"(?:(\d+)\.)?(\d+):(\d+)(?::(\d+)(?:\.(\d{1,7}))?)?", body)
    if m:
        d, h, mi, s, f = m.groups()
        return sign * ((((int(d or 0) * 24 + int(h)) * 60 + int(mi)) * 60 + int(s or 0)) * TICK + int((f or "0").ljust(7, "0")))
    return sign * read_length(body)


MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def read_date(body, now):
    """scalar-data-types/datetime.md, Supported formats."""
    body = body.strip().strip("\"'")
    if body == "":
        return now
    if body == "null":
        return None
    m = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?\s*(Z|GMT|[-+]\d{2}:\d{2})?", body)
    if m:
        y, mo, d, h, mi, s, f, z = m.groups()
    else:
        m = re.fullmatch(r"(?:[A-Za-z]+, )?(\d{1,2})[- ]([A-Za-z]{3})[- ](\d{2,4}) (\d{1,2}):(\d{2})(?::(\d{2}))?\s*(GMT)?", body)
        if not m:
            raise Wrong(body)
        d, mo, y, h, mi, s, z = m.groups()
        f, mo, y = None, MONTHS.index(mo.lower()) + 1, int(y) + (2000 if len(y) == 2 else 0)
    when = datetime.datetime(int(y), int(mo), int(d), int(h or 0), int(mi or 0), int(s or 0)) - EPOCH
    ticks = (when.days * 86400 + when.seconds) * TICK + int((f or "0").ljust(7, "0"))
    if z and z[0] in "+-":
        ticks -= (1 if z[0] == "+" else -1) * (int(z[1:3]) * 60 + int(z[4:6])) * 60 * TICK
    return ticks


class Parser:
    """or < and < equality, lists, between < relations < words < sums < products < signs."""

    def __init__(self, text, now):
        self.now, self.at, self.tokens, pos = now, 0, [], 0
        while pos < len(text):
            m = TOKEN.match(text, pos)
            if not m:
                raise Wrong(text[pos:])
            if not m["blank"]:
                self.tokens.append((next(k for k in ("date", "span", "typed", "text", "length", "number", "op", "name") if m[k] is not None), m))
            pos = m.end()
        self.tokens.append(("end", re.match("", "")))

    def peek(self):
        return self.tokens[self.at][1][0]

    def take(self, *wanted):
        if self.peek() in wanted and self.tokens[self.at][0] in ("op", "name"):
            self.at += 1
            return self.tokens[self.at - 1][1][0]
        return None

    def need(self, wanted):
        if not self.take(wanted):
            raise Wrong("expected %s, not %s" % (wanted, self.peek()))

    def whole(self):
        tree = self.any_of()
        if self.tokens[self.at][0] != "end":
            raise Wrong(self.peek())
        return tree

    def any_of(self):
        left = self.all_of()
        while self.take("or"):
            left = ("or", left, self.all_of())
        return left

    def all_of(self):
        left = self.equal()
        while self.take("and"):
            left = ("and", left, self.equal())
        return left

    def equal(self):
        left = self.relation()
        op = self.take("==", "!=", "=~", "!~", "<>", *LISTS, "between", "!between")
        if op in LISTS:
            self.need("(")
            items = [self.any_of()]
            while self.take(","):
                items.append(self.any_of())
            self.need(")")
            return (op, left, items)
        if op in ("between", "!between"):
            self.need("(")
            low = self.sum()
            self.need("..")
            high = self.sum()
            self.need(")")
            return (op, left, [low, high])
        return ("!=" if op == "<>" else op, left, self.relation()) if op else left

    def relation(self):
        left = self.word()
        op = self.take("<", "<=", ">", ">=")
        return (op, left, self.word()) if op else left

    def word(self):
        left = self.sum()
        op = self.take("matches regex", *WORDS)
        return (op, left, self.sum()) if op else left

    def sum(self):
        left = self.product()
        op = self.take("+", "-")
        while op:
            left = (op, left, self.product())
            op = self.take("+", "-")
        return left

    def product(self):
        left = self.sign()
        op = self.take("*", "/", "%")
        while op:
            left = (op, left, self.sign())
            op = self.take("*", "/", "%")
        return left

    def sign(self):
        if self.take("-"):
            return ("negative", self.sign())
        return self.sign() if self.take("+") else self.atom()

    def text(self):
        out = ""
        while self.tokens[self.at][0] == "text":        # string.md: adjacent literals are one
            out += read_text(self.peek())
            self.at += 1
        return out

    def atom(self):
        kind, m = self.tokens[self.at]
        if kind == "text":
            return ("value", "string", self.text())
        if self.take("("):
            inner = self.any_of()
            self.need(")")
            return inner
        if self.take("["):
            name = self.text()
            self.need("]")
            return self.path(name)
        self.at += 1
        if kind == "date":
            return ("value", "datetime", read_date(m["dbody"], self.now))
        if kind == "span":
            return ("value", "timespan", read_span(m["sbody"]))
        if kind == "length":
            return ("value", "timespan", read_length(m[0]))
        if kind == "typed":
            return self.typed(m[0].split("(")[0], m["tbody"].strip())
        if kind == "number":
            real = not m[0].lower().startswith("0x") and re.search("[.eE]", m[0])
            return ("value", "real", float(m[0])) if real else ("value", "long", int(m[0], 0))
        if kind != "name":
            raise Wrong(m[0])
        if m[0].lower() in ("true", "false") and m[0] in ("true", "false", "True", "False", "TRUE", "FALSE"):
            return ("value", "bool", m[0].lower() == "true")
        if self.take("("):
            arguments = []
            if not self.take(")"):
                arguments.append(self.any_of())
                while self.take(","):
                    arguments.append(self.any_of())
                self.need(")")
            return ("call", m[0], arguments)
        return self.path(m[0])

    def typed(self, kind, body):
        if body == "null":
            return ("value", {"boolean": "bool", "int": "long", "double": "real"}.get(kind, kind), None)
        if kind.startswith("bool"):
            return ("value", "bool", body.lower() in ("true", "1"))
        return ("value", "long", int(body, 0)) if kind in ("long", "int") else ("value", "real", float(body))

    def path(self, name):
        steps = []
        while True:
            if self.take("."):
                if self.take("["):
                    steps.append(self.text())
                    self.need("]")
                else:
                    steps.append(self.peek())
                    self.at += 1
            elif self.take("["):
                steps.append(self.text())
                self.need("]")
            else:
                return ("column", name, steps)


def parse(text, now):
    return Parser(text, now).whole()


def text_of(kind, value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def negate(value):
    return None if value is None else not value


def number(value):
    return value if isinstance(value, (int, float)) else None


def equal(a, b):
    """null-values.md, Equality and inequality of null values."""
    (ka, va), (kb, vb) = a, b
    if va is None and vb is None and "string" not in (ka, kb):
        return False if DOUBTS["null_equals"] else None
    if ka == "string" and kb == "string":
        return va == vb
    if "dynamic" in (ka, kb):
        if va is None or vb is None:
            return False
        if isinstance(va, str) != isinstance(vb, str):
            return text_of(ka, va) == text_of(kb, vb) if DOUBTS["number_as_text"] else False
        if isinstance(va, bool) != isinstance(vb, bool):
            return None
        return va == vb
    if va is None or vb is None:
        return False
    return va == vb


def either(left, right):
    return True if left is True or right is True else None if left is None or right is None else False


def both(left, right):
    return False if left is False or right is False else None if left is None or right is None else True


def lower(text, back=False):
    out = ""
    for char in text:
        other = char.upper() if back else char.lower()
        special = len(other) != 1 or char in "\u212a\u0130\u0131\u017f\u1e9e\u03c2"
        out += (other if len(other) == 1 else char) if not special or DOUBTS["special_case"] else char
    return out


class Judge:
    def __init__(self, row, kinds, now):
        self.row, self.kinds, self.now = row, kinds, now

    def value(self, tree):
        """(kind, value) of a tree."""
        op = tree[0]
        if op == "value":
            return tree[1], tree[2]
        if op == "column":
            return self.column(tree[1], tree[2])
        if op == "call":
            return self.call(tree[1], [self.value(t) for t in tree[2]])
        if op == "negative":
            kind, value = self.value(tree[1])
            return kind, None if value is None else -value
        if op in ("+", "-", "*", "/", "%"):
            return self.count(op, self.value(tree[1]), self.value(tree[2]))
        return "bool", self.truth(tree)

    def column(self, name, steps):
        kind = self.kinds[name]
        value = self.row.get(name)
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        if kind == "string" and value is None:
            value = ""
        return kind, value

    def call(self, name, args):
        if name == "now":
            return "datetime", self.now + (args[0][1] if args else 0)
        if name == "ago":
            return "datetime", None if args[0][1] is None else self.now - args[0][1]
        kind, value = args[0]
        if name == "not":
            return "bool", negate(value)
        if name in ("isempty", "isnotempty", "notempty"):
            return "bool", (value is None or value == "") != (name != "isempty")
        if name in ("isnull", "isnotnull", "notnull"):
            return "bool", (value is None) != (name != "isnull")
        if name in ("tolower", "toupper"):
            return "string", lower(text_of(kind, value), name == "toupper")
        if name == "tostring":
            return "string", text_of(kind, value)
        if name == "strlen":
            return "long", len(text_of(kind, value))
        raise Wrong(name)

    def count(self, op, a, b):
        (ka, va), (kb, vb) = a, b
        kinds = {ka, kb}
        if ka == "datetime" and kb == "datetime":
            out = "timespan"
        elif "datetime" in kinds:
            out = "datetime"
        elif ka == kb == "timespan":
            out = "real" if op == "/" else "timespan"
        elif "timespan" in kinds:
            out = "timespan"
        else:
            out = "real" if "real" in kinds else "long"
        if va is None or vb is None or number(va) is None or number(vb) is None:
            return out, None
        if op in "+-*":
            value = va + vb if op == "+" else va - vb if op == "-" else va * vb
        elif vb == 0:
            return out, None
        elif op == "/":
            value = va / vb if out != "long" else abs(va) // abs(vb) * (1 if (va < 0) == (vb < 0) else -1)
        else:
            value = va % abs(vb)      # numerical-operators.md: never negative
        return out, round(value) if out == "timespan" else value

    def truth(self, tree):
        op = tree[0]
        if op == "or":
            return either(self.truth(tree[1]), self.truth(tree[2]))
        if op == "and":
            return both(self.truth(tree[1]), self.truth(tree[2]))
        if op in ("value", "column", "call", "+", "-", "*", "/", "%", "negative"):
            return self.value(tree)[1]
        left = self.value(tree[1])
        if op in ("between", "!between"):
            return self.between(op, left, [self.value(t) for t in tree[2]])
        if op in LISTS:
            return self.listed(op, left, [self.value(t) for t in tree[2]])
        right = self.value(tree[2])
        if op in ("==", "!="):
            same = equal(left, right)
            return same if op == "==" else (False if same is False and left[1] is None and right[1] is None else negate(same))
        if op in ("<", "<=", ">", ">="):
            a, b = left[1], right[1]
            if a is None or b is None or number(a) is None or number(b) is None:
                return None
            return a < b if op == "<" else a <= b if op == "<=" else a > b if op == ">" else a >= b
        return self.words(op, left, right)

    def between(self, op, left, ends):
        low, high = ends[0][1], ends[1][1]
        if ends[1][0] == "timespan" and ends[0][0] == "datetime" and high is not None and low is not None:
            high = low + high
        if left[1] is None or low is None or high is None:
            values = [None if x is None or left[1] is None else y for x, y in ((low, low is not None and left[1] is not None and left[1] >= low),
                                                                             (high, high is not None and left[1] is not None and left[1] <= high))]
            inside = both(*values)
        else:
            inside = low <= left[1] <= high
        return inside if op == "between" else negate(inside)

    def words(self, op, left, right):
        plain = op.lstrip("!")
        if DOUBTS["sticky_words"] and any(kind == "dynamic" and value is None for kind, value in (left, right)):
            return None
        text, word = text_of(*left), text_of(*right)
        if plain == "matches regex":
            return re.search(word, text) is not None
        if plain.endswith("_cs"):
            plain = plain[:-3]
        elif plain != "==":
            text, word = fold(text), fold(word)
        found = STRING["=~" if plain == "~" else plain](text, word)
        return negate(found) if op[0] == "!" else found

    def listed(self, op, left, items):
        if op in ("has_any", "has_all"):
            found = [self.words("has", left, item) for item in items]
            out = found[0]
            for one in found[1:]:
                out = either(out, one) if op == "has_any" else both(out, one)
            return out
        out = False
        for item in items:
            same = self.words("=~", left, item) if op.endswith("~") else equal(left, item)
            out = either(out, same)
        return negate(out) if op[0] == "!" else out


def select(text, rows, kinds, now):
    """The rows, a set of keys, and whether the reference leaves it open."""
    tree = parse(text, now)
    answers = [{key for key, row in rows.items() if Judge(row, kinds, now).truth(tree) is True}]
    for doubt in DOUBTS:
        DOUBTS[doubt] = not DOUBTS[doubt]
        try:
            answers.append({key for key, row in rows.items() if Judge(row, kinds, now).truth(tree) is True})
        finally:
            DOUBTS[doubt] = not DOUBTS[doubt]
    return answers[0], any(answer != answers[0] for answer in answers)
