"""Writes rows of typed values as files, in every form and encoding that rouse reads. Returns where the unreadable rows stand."""
import datetime
import json

from estate import SCHEMA, TICKS, Bad, Junk

FORMS = ("csv", "semicolon", "array", "pretty", "lines", "graph", "legacy", "analytics")
EPOCH = datetime.datetime(1970, 1, 1)


def time_text(rng, ticks):
    """One of the spellings of a time; always with as many digits as it needs."""
    seconds, rest = divmod(ticks, TICKS)
    zone = rng.choice(["Z", "Z", "", "+02:00", "-05:30", "+00:00", "z"])
    shift = {"+02:00": 7200, "-05:30": -19800}.get(zone, 0)
    text = (EPOCH + datetime.timedelta(seconds=seconds + shift)).strftime("%Y-%m-%dT%H:%M:%S")
    digits = ("%07d" % rest).rstrip("0")
    digits += "0" * rng.randrange(0, 8 - len(digits))
    return (text.replace("T", " ") if rng.random() < 0.3 else text) + ("." + digits if digits else "") + zone


def json_text(rng, value):
    return json.dumps(value, ensure_ascii=rng.random() < 0.5, separators=rng.choice([(",", ":"), (", ", ": ")]))


def value_for(rng, kind, value, in_json):
    """A typed value as it goes into the file: a text for CSV, anything that JSON has for JSON. None stays: missing."""
    if value is None or isinstance(value, Junk):
        return value if value is None else str(value)
    if kind == "time":
        return time_text(rng, value)
    if kind == "bool":
        words = ["true", "True", "1", "TRUE"] if value else ["false", "False", "0", "FALSE"]
        return rng.choice(words + [value, int(value)] * 2 if in_json else words)
    if kind == "dynamic":
        return value if in_json and rng.random() < 0.6 else json_text(rng, value)
    if kind == "long":
        return value if in_json and rng.random() < 0.7 else str(value)
    return value


def columns_of(rng, table):
    columns = list(SCHEMA[table])
    rng.shuffle(columns)
    return columns


# -- CSV --

def csv_cell(rng, text, separator, quote_all):
    if text is None:
        return '""' if quote_all else ""
    must = any(c in text for c in ('"', "\n", "\r", separator))
    if must or quote_all or rng.random() < 0.15:
        return '"' + text.replace('"', '""') + '"'
    return text


def write_csv(rng, table, rows, separator):
    columns = columns_of(rng, table)
    eol = rng.choice(["\n", "\r\n"])
    quote_all = rng.random() < 0.3
    case = rng.choice([str, str, str.lower, str.upper])
    text = "\ufeff" if rng.random() < 0.4 else ""
    text += separator.join(csv_cell(rng, case(name), separator, quote_all) for name, _ in columns) + eol
    bad = []
    for row in rows:
        cells = [csv_cell(rng, value_for(rng, kind, (row.row if isinstance(row, Bad) else row).get(name), False), separator, quote_all)
                 for name, kind in columns]
        if isinstance(row, Bad):
            bad.append(text.count("\n") + 1)
            spoil_cells(rng, table, columns, cells, quote_all)
        text += separator.join(cells) + eol
    # Without a last line end a broken last row may be a cut one.
    last = rows[-1].row if isinstance(rows[-1], Bad) else rows[-1]
    if rng.random() < 0.3 and not any(isinstance(value, Junk) for value in last.values()):
        text = text[: -len(eol)]
    return text, bad


def spoil_cells(rng, table, columns, cells, quote_all):
    at = {name: i for i, (name, _) in enumerate(columns)}
    wrong = rng.choice(["short", "long", "id", "time", "no time"])
    if wrong == "short":
        del cells[rng.randrange(2, len(cells)):]
    elif wrong == "long" or "time" in wrong and "Timestamp" not in at:
        cells.append("more")
    elif wrong == "id":
        cells[at["DeviceId"]] = '""' if quote_all else ""
    else:
        cells[at["Timestamp"]] = rng.choice(["", "-"] if wrong == "no time" else ["yesterday", "2026-13-01T00:00:00Z", "20/11/2026 05:00"])


# -- JSON --

def spoil_object(rng, row, first):
    # What begins with no bracket is told to be CSV, so the first line of JSON lines is always an object.
    wrong = rng.choice(["scalar", "id", "time", "no time"][first:])
    if wrong == "scalar":
        return rng.choice([7, "row", None, True])
    if wrong == "id" or "Timestamp" not in row:
        row["DeviceId"] = rng.choice(["", None])
    elif wrong == "time":
        row["Timestamp"] = rng.choice(["never", "2026-02-30T00:00:00Z", "12:00"])
    else:
        row["Timestamp"] = rng.choice(["", None])
    return row


def objects(rng, table, rows, case):
    """The rows as JSON values, members in any order, missing values as null, as absent or as empty text."""
    columns = columns_of(rng, table)
    ordered = rng.random() < 0.5
    for row in rows:
        order = list(columns)
        if not ordered:
            rng.shuffle(order)
        source = row.row if isinstance(row, Bad) else row
        made = {name: value_for(rng, kind, source.get(name), True) for name, kind in order}
        if isinstance(row, Bad):
            made = spoil_object(rng, made, row is rows[0])
        if isinstance(made, dict):
            made = {case(name): "" if value is None and rng.random() < 0.2 else value for name, value in made.items()
                    if value is not None or rng.random() < 0.5}
        yield made


def odd_case(rng):
    return rng.choice([str, str, str.lower, lambda name: name[0].lower() + name[1:]])


def dump_list(items, opening, closing, spread):
    """The items between an opening and a closing text; the line on which each begins."""
    text, lines = opening, []
    for i, item in enumerate(items):
        if i:
            text += ","
        if spread:
            text += "\n"
        lines.append(text.count("\n") + 1)
        text += json.dumps(item, ensure_ascii=spread, indent=2 if spread and i % 2 else None)
    return text + closing, lines


def bad_lines(rows, lines):
    return [line for row, line in zip(rows, lines) if isinstance(row, Bad)]


def write_json(rng, table, rows, form):
    if form == "lines":
        items = [json_text(rng, item) for item in objects(rng, table, rows, odd_case(rng))]
        eol = rng.choice(["\n", "\r\n"])
        end = eol if rng.random() < 0.7 or isinstance(rows[-1], Bad) else ""
        text = ("\ufeff" if rng.random() < 0.2 else "") + eol.join(items) + end
        return text, bad_lines(rows, range(1, len(rows) + 1))
    spread = form == "pretty" or rng.random() < 0.3
    types = {"time": "DateTime", "text": "String", "long": "Int64", "bool": "Boolean", "dynamic": "Dynamic"}
    if form in ("array", "pretty"):
        opening, closing = rng.choice(["[", "\n [", "\ufeff["]), rng.choice(["]", "\n]\n"])
        text, lines = dump_list(objects(rng, table, rows, odd_case(rng)), opening, closing, spread)
    elif form == "graph":
        key = rng.choice(["name", "Name"])
        schema = [{key: name, "type": types[kind]} for name, kind in SCHEMA[table]]
        opening = '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#x","schema":%s,"results":[' % json_text(rng, schema)
        closing = "]}"
        if rng.random() < 0.2:
            opening, closing = '{"results":[', '],"schema":%s}' % json_text(rng, schema)
        text, lines = dump_list(objects(rng, table, rows, odd_case(rng)), opening, closing, spread)
    elif form == "legacy":
        schema = [{"Name": name, "Type": types[kind]} for name, kind in SCHEMA[table]]
        stats = {"ExecutionTime": 4.6, "resource_usage": {"cpu": {"total cpu": "00:00:19"}}}
        opening = '{"Stats":%s,"Schema":%s,"Results":[' % (json.dumps(stats), json_text(rng, schema))
        text, lines = dump_list(objects(rng, table, rows, str), opening, "]}", spread)
    else:
        return write_analytics(rng, table, rows, spread)
    return text, bad_lines(rows, lines)


def write_analytics(rng, table, rows, spread):
    """`tables` with columns and rows of values; an unreadable row has the wrong length, no id or no time."""
    columns = columns_of(rng, table)
    items = []
    for row in rows:
        source = row.row if isinstance(row, Bad) else row
        made = {name: value_for(rng, kind, source.get(name), True) for name, kind in columns}
        if isinstance(row, Bad):
            made = spoil_object(rng, made, row is rows[0])
        items.append(list(made.values()) if isinstance(made, dict) else made if made != [] else [1])
    names = [{"name": name, "type": {"long": "long", "text": "string", "time": "datetime"}.get(kind, kind)} for name, kind in columns]
    text, lines = dump_list(items, '{"tables":[{"name":"PrimaryResult","columns":%s,"rows":[' % json_text(rng, names), "]}]}", spread)
    return text, bad_lines(rows, lines)


def write(rng, table, rows, path):
    """Writes a file in a form of its own choice. Returns the form and the lines of the rows that cannot be read."""
    form = rng.choice(FORMS)
    if form in ("csv", "semicolon"):
        text, bad = write_csv(rng, table, rows, "," if form == "csv" else ";")
    else:
        text, bad = write_json(rng, table, rows, form)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return form, bad
