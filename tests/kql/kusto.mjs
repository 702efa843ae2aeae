// kusto.mjs - runs a query over rows: the few operators and functions that the queries of core/detections use, on Microsoft's own syntax tree.
//     const run = await kusto(FOLDER);  run(text, { DeviceInfo: [{...}] }, { now: ms })  ->  [{ column: value }]
// FOLDER holds node_modules/@kusto. What is not known here is an error, never a guess. Values: text, number, boolean, a time as Date, dynamic as
// Dyn, null. Text is never null in Kusto: a missing one reads as "".
import { createRequire } from 'node:module';

class Dyn { constructor(value) { this.value = value; } }

const text = (v) => v === null || v === undefined ? '' : v;
const hash32 = (s) => { let h = 2166136261; for (const c of Buffer.from(s)) h = Math.imul(h ^ c, 16777619) >>> 0; return h; };
const tostring = (v) => {
  if (v instanceof Dyn) v = v.value, v = v !== null && typeof v === 'object' ? JSON.stringify(v) : v;
  return v === null || v === undefined ? '' : v instanceof Date ? v.toISOString() : String(v);
};
// Kusto takes what is no JSON for a text.
const parseJson = (v) => {
  if (v instanceof Dyn) return v;
  if (text(v) === '') return new Dyn(null);
  try { return new Dyn(JSON.parse(v)); } catch { return new Dyn(v); }
};
const typeOf = (v) => {
  if (!(v instanceof Dyn)) return v === null ? 'null' : typeof v === 'string' ? 'string' : typeof v === 'number' ? 'long' : typeof v;
  const x = v.value;
  return x === null || x === undefined ? 'null' : Array.isArray(x) ? 'array' : typeof x === 'object' ? 'dictionary' : typeof x === 'number' ? Number.isInteger(x) ? 'long' : 'double' : typeof x === 'boolean' ? 'bool' : 'string';
};
const lower = (s) => text(s).replace(/[A-Z]/g, (c) => c.toLowerCase());
const tolower = (s) => [...text(s)].map((c) => { const l = c.toLowerCase(); return [...l].length === 1 ? l : [...l][0]; }).join('');
const isEmpty = (v) => v === null || v === undefined || tostring(v) === '';
const regex = (r, flags = '') => new RegExp(r, flags + 'u');
const element = (v, key) => {
  if (!(v instanceof Dyn) || v.value === null || typeof v.value !== 'object') return new Dyn(null);
  const own = Array.isArray(v.value) ? typeof key === 'number' && key < v.value.length : typeof key === 'string' && Object.hasOwn(v.value, key);
  return new Dyn(own ? v.value[key] : null);
};
const functions = {
  isempty: isEmpty, isnotempty: (v) => !isEmpty(v), isnull: (v) => v === null || v === undefined, isnotnull: (v) => v !== null && v !== undefined,
  not: (v) => v === null ? null : !v, tolower, tostring, gettype: typeOf, parse_json: parseJson,
  iff: (c, a, b) => c === true ? a : b, strcat: (...all) => all.map(tostring).join(''),
  case: (...all) => { for (let i = 0; i + 1 < all.length; i += 2) if (all[i] === true) return all[i + 1]; return all.at(-1); },
  trim: (r, s) => text(s).replace(regex(`^(?:${r})`), '').replace(regex(`(?:${r})$`), ''),
  replace_regex: (s, r, by) => text(s).replace(regex(r, 'g'), by.replace(/\\(\d)/g, '$$$1')),
  replace_string: (s, a, b) => text(s).split(a).join(b),
  bag_keys: (v) => new Dyn(typeOf(v) === 'dictionary' ? Object.keys(v.value) : null),
  hash: (v, n) => hash32(tostring(v)) % n,
};
const same = (a, b) => a instanceof Date || b instanceof Date ? a !== null && b !== null && +a === +b : typeof a === 'string' || typeof b === 'string' ? text(a) === text(b) : a === b;
const binary = {
  '==': same, '!=': (a, b) => !same(a, b), '=~': (a, b) => lower(a) === lower(b),
  '>': (a, b) => a !== null && b !== null && a > b, '<=': (a, b) => a !== null && b !== null && a <= b,
  startswith: (a, b) => lower(a).startsWith(lower(b)), contains: (a, b) => lower(a).includes(lower(b)), 'matches regex': (a, b) => regex(b).test(text(a)),
  and: (a, b) => a === true && b === true, or: (a, b) => a === true || b === true,
};

export async function kusto(folder) {
  const require = createRequire(`${folder}/x.js`);
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  const { KustoCode, Syntax } = Kusto.Language;
  const kind = (n) => System.Enum.toString(Syntax.SyntaxKind, n.Kind);
  const child = (n) => Array.from({ length: n.ChildCount }, (_, i) => n.GetChild(i)).filter(Boolean);
  const fail = (n) => { throw new Error(`kusto.mjs knows no ${kind(n)}: ${n.ToString()}`); };
  const leaf = (n) => n.ToString().trim();
  const listed = (n) => child(n).map((e) => kind(e) === 'SeparatedElement' ? child(e)[0] : e);
  const named = (n) => kind(n) === 'SimpleNamedExpression' ? [leaf(child(n)[0]), child(n)[2]] : [leaf(n), n];

  // An expression becomes a function of a row.
  const compile = (n, env) => {
    const k = kind(n), c = child(n);
    if (n.ChildCount === 1 && /^StringLiteral/.test(k)) { const v = n.LiteralValue; return () => v; }
    if (/^(Long|Int)Literal/.test(k)) { const v = Number(leaf(n)); return () => v; }
    if (k === 'BooleanLiteralExpression') { const v = leaf(n) === 'true'; return () => v; }
    if (k === 'DateTimeLiteralExpression') { const v = new Date(leaf(n).replace(/^datetime\(|\)$/g, '')); return () => v; }
    if (k === 'TimespanLiteralExpression') { const m = /^(\d+)([sd])$/.exec(leaf(n)) ?? fail(n), v = m[1] * (m[2] === 'd' ? 864e5 : 1e3); return () => v; }
    if (k === 'DynamicExpression') { const v = new Dyn(JSON.parse(leaf(n).replace(/^dynamic\(|\)$/g, ''))); return () => v; }
    if (k === 'NameReference') { const name = leaf(n); return (row) => { if (!(name in row)) throw new Error(`there is no column ${name}`); return row[name]; }; }
    if (k === 'ParenthesizedExpression') return compile(c[1], env);
    if (k === 'PathExpression') { const of = compile(c[0], env), key = leaf(c[2]); return (row) => element(of(row), key); }
    if (k === 'ElementExpression') { const of = compile(c[0], env), key = compile(child(c[1])[1], env); return (row) => element(of(row), key(row)); }
    if (k === 'FunctionCallExpression') {
      const name = leaf(c[0]), args = listed(child(c[1])[1]).map((a) => compile(a, env));
      if (name === 'ago') return (row) => new Date(env.now - args[0](row));
      const f = functions[name] ?? fail(n);
      return (row) => f(...args.map((a) => a(row)));
    }
    if (k === 'InExpression' || k === 'NotInExpression') {
      const left = compile(c[0], env), not = k === 'NotInExpression';
      const only = listed(child(c[2])[1]), table = only.length === 1 && kind(only[0]) === 'NameReference' && env.tables[leaf(only[0])];
      const set = table ? new Set(table.map((row) => Object.values(row)[0])) : new Set(only.map((e) => compile(e, env)({})));
      return (row) => set.has(text(left(row))) !== not;
    }
    if (k === 'HasAnyExpression') {
      const left = compile(c[0], env), words = listed(child(c[2])[1]).map((e) => lower(compile(e, env)({})));
      return (row) => { const terms = new Set(lower(left(row)).split(/[^a-z0-9\u0080-\uffff]+/)); return words.some((w) => terms.has(w)); };
    }
    if (c.length === 3) {
      const f = binary[leaf(c[1])] ?? fail(n), a = compile(c[0], env), b = compile(c[2], env);
      return (row) => f(a(row), b(row));
    }
    return fail(n);
  };

  const summarize = (n, rows, env) => {
    const parts = child(n), by = parts.find((p) => kind(p) === 'SummarizeByClause');
    const keys = by ? listed(child(by).find((p) => kind(p) === 'List')).map(named).map(([name, e]) => [name, compile(e, env)]) : [];
    const lists = parts.filter((p) => kind(p) === 'List'), groups = new Map();
    const sums = lists.flatMap(listed).filter((e) => !/Parameter/.test(kind(e))).map((e) => {
      const [name, call] = named(e), what = leaf(child(call)[0]), args = listed(child(child(call)[1])[1]);
      if (what === 'count') return (group) => ({ [name]: group.length });
      if (what !== 'arg_max') return fail(e);
      const order = compile(args[0], env), names = args.map(leaf);
      return (group) => {
        const best = group.reduce((a, b) => order(b) > order(a) ? b : a);
        return Object.fromEntries(names.map((x) => [x, best[x]]));
      };
    });
    for (const row of rows) {
      const key = keys.map(([, f]) => f(row)), id = JSON.stringify(key.map((v) => tostring(v)));
      if (!groups.has(id)) groups.set(id, { key, rows: [] });
      groups.get(id).rows.push(row);
    }
    return [...groups.values()].map((g) => Object.assign(Object.fromEntries(keys.map(([name], i) => [name, g.key[i]])), ...sums.map((f) => f(g.rows))));
  };

  const join = (n, rows, env) => {
    const parts = child(n), right = table(parts.find((p) => /NameReference|Parenthesized|Pipe/.test(kind(p))), env);
    if (!/kind=leftouter/.test(n.ToString())) fail(n);
    const key = leaf(child(parts.at(-1))[1]), index = Map.groupBy ? Map.groupBy(right, (r) => r[key]) : right.reduce((m, r) => m.set(r[key], [...(m.get(r[key]) ?? []), r]), new Map());
    const columns = env.columns.get(right) ?? Object.keys(right[0] ?? {});
    const merge = (a, b) => { const out = { ...a }; for (const name of columns) { let as = name; while (as in out) as += '1'; out[as] = b ? b[name] : null; } return out; };
    return rows.flatMap((row) => (index.get(row[key]) ?? [null]).map((other) => merge(row, other)));
  };

  const project = (n, rows, env, keep) => {
    const cells = listed(child(n).find((p) => kind(p) === 'List')).map(named).map(([name, e]) => [name, compile(e, env)]);
    const out = rows.map((row) => Object.assign(keep ? { ...row } : {}, Object.fromEntries(cells.map(([name, f]) => [name, f(row)]))));
    env.columns.set(out, cells.map(([name]) => name));
    return out;
  };

  const table = (n, env) => {
    const k = kind(n), c = child(n);
    if (k === 'ExpressionStatement' || k === 'ParenthesizedExpression') return table(c.length === 1 ? c[0] : c[1], env);
    if (k === 'NameReference') return env.tables[leaf(n)] ?? fail(n);
    if (k !== 'PipeExpression') return fail(n);
    const rows = table(c[0], env), op = c[2];
    switch (kind(op)) {
      case 'FilterOperator': { const f = compile(child(op).at(-1), env); return rows.filter((row) => f(row) === true); }
      case 'SummarizeOperator': return summarize(op, rows, env);
      case 'ExtendOperator': return project(op, rows, env, true);
      case 'ProjectOperator': return project(op, rows, env, false);
      case 'JoinOperator': return join(op, rows, env);
      default: return fail(op);
    }
  };

  return (query, tables, { now = Date.now() } = {}) => {
    const env = { tables: { ...tables }, now, columns: new Map() };
    let last = null;
    for (const statement of listed(KustoCode.Parse(query).Syntax.GetChild(1))) {
      if (kind(statement) === 'LetStatement') env.tables[leaf(child(statement)[1])] = table(child(statement)[3], env);
      else last = table(statement, env);
    }
    return last;
  };
}

export const value = { Dyn, tostring };
