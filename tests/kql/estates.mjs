// estates.mjs - random raw tables, decided three ways: the queries run over them by kusto.mjs, rouse over the tables, and rouse over the answer of
// the query. Every host must come out the same.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { value } from './kusto.mjs';

const NOW = Date.parse('2026-11-20T06:00:00Z'), HOSTS = 400, DAY = 864e5;
const random = (seed) => () => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };

// What Context and AdditionalFields may look like; M is a mode.
const contexts = ['[["M"]]', '[["M"]]', '[["M"]]', '[["M","x"]]', '[[M]]', '["M"]', '[M]', ' [["M"]] ', '', 'null', '[]', '[[]]', '[[null]]', '[null]', '{}', '""', '[[""]]', '[[" M "]]', 'junk', '"M"', 'M', '{"a":"M"}', '[{"a":"M"}]', '[[["M"]]]', '[["M.0"]]', '[[true]]'];
const bags = ['{"AvMode":"M"}', '{"AvMode":"M"}', '{"AvMode":"M","AvEngineVersion":"1.1.2","AvSignatureVersion":"1.4.5"}', '{"AvMode":M}', '{"AvMode":null}', '{"AvMode":""}', '{}', '', '[]', '{"AvEngineVersion":"1.1.3"}', 'junk', '["M"]', '"M"', '{"avmode":"M"}', '{"AvMode":"M","avMode":"M"}', '{"x":{"AvMode":"M"}}', '{"AvModeDataRefreshTime":"2026-01-01"}', '{"AvMode":"M.0"}', '{"AvMode":{"a":"M"}}'];
const modes = ['0', '0', '0', '1', '1', '2', '3', '4', '5', '6'];

function generate(seed) {
  const next = random(seed), pick = (list) => list[Math.floor(next() * list.length)], some = (p) => next() < p;
  const time = (days) => new Date(NOW - Math.floor(next() * days * DAY)).toISOString();
  const tables = { DeviceInfo: [], DeviceTvmSecureConfigurationAssessment: [], DeviceTvmInfoGathering: [] };
  for (let i = 0; i < HOSTS; i++) {
    const id = (seed * 100000 + i).toString(16).padStart(40, '0'), name = `host${i}.example`;
    for (let n = some(0.05) ? 0 : some(0.3) ? 2 : 1; n; n--)
      tables.DeviceInfo.push({ Timestamp: time(20), DeviceId: id, DeviceName: name, MachineGroup: pick(['Prod', 'prod', 'BÜRO', 'büro', 'Other', '']), OSPlatform: pick(['WindowsServer2019', 'windowsserver2022', 'WindowsServer2016', 'Windows10', '']),
        OSVersion: '10', OnboardingStatus: pick(['Onboarded', 'CanBeOnboarded']), SensorHealthState: pick(['Active', 'Inactive']), IsExcluded: pick([true, false, null]), MergedToDeviceId: some(0.05) ? 'ff' : '', ReportId: Math.floor(next() * 1e6) });
    for (const scid of ['scid-2010', 'scid-2011', 'scid-2012'])
      for (let n = some(0.15) ? 0 : some(0.2) ? 2 : 1; n; n--)
        tables.DeviceTvmSecureConfigurationAssessment.push({ Timestamp: time(12), DeviceId: id, ConfigurationId: scid, IsApplicable: pick([true, true, true, false, null]), IsCompliant: pick([true, true, false, null]),
          Context: scid === 'scid-2011' ? pick(['[["1.9.1","1.9.2","2026-11-01T00:00:00Z","4.9"]]', '[["1.9.1"]]', '']) : pick(contexts).replaceAll('M', pick(modes)) });
    for (let n = some(0.2) ? 0 : some(0.2) ? 2 : 1; n; n--)
      tables.DeviceTvmInfoGathering.push({ Timestamp: time(12), DeviceId: id, AdditionalFields: pick(bags).replace(/M(?=["}\]]|\.0)/g, () => pick(modes)) });
  }
  return tables;
}

// As the engine holds them: times are times, and what is JSON is dynamic.
const typed = (tables) => Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.map((row) => ({ ...row, Timestamp: new Date(row.Timestamp) }))]));
const unlike = (a, b) => Object.keys(a).filter((k) => JSON.stringify(a[k]) !== JSON.stringify(b[k])).map((k) => `${k} ${JSON.stringify(a[k])} and ${JSON.stringify(b[k])}; `).join('');
const source = (raw, host) => [raw.DeviceTvmSecureConfigurationAssessment, raw.DeviceTvmInfoGathering].map((t) => t.filter((r) => r.DeviceId === host.DeviceId && r.ConfigurationId !== 'scid-2012')
  .map(({ DeviceId, ...rest }) => JSON.stringify(rest)).join(' ')).join(' | ');
// The one thing that a rule takes for unknown and rouse reads: another letter case of the key AvMode.
const spelled = (raw, host) => /"(avmode|avMode)"/.test(raw.DeviceTvmInfoGathering.filter((r) => r.DeviceId === host.DeviceId).sort((a, b) => a.Timestamp < b.Timestamp ? 1 : -1)[0]?.AdditionalFields);
const SCOPE = ['--set', 'scope.group=prod', '--set', 'scope.group=Büro'];
const SHOWN = 'DeviceId,DeviceName,MachineGroup,OSPlatform,LastSeen,Verdict,Flags,AvMode,AssessedMode,GatheredMode,IsApplicable,IsCompliant,AssessedAt,GatheredAt,AvEngineVersion,AvPlatformVersion,AvSignatureVersion,ReportId';

export function estates({ run, folder, rouse, read, verdict }) {
  const env = { ...process.env, ROUSE_NOW: new Date(NOW).toISOString(), XDG_CONFIG_HOME: join(folder, 'none'), XDG_STATE_HOME: join(folder, 'none') };
  const program = (...args) => { const r = spawnSync(rouse, args, { env, encoding: 'utf8', maxBuffer: 1 << 28 }); return { ...r, lines: r.stdout.split('\n').filter(Boolean) }; };
  const list = (store) => program('list', '--all', '--format', 'jsonl', '--sort', 'DeviceId', '--columns', SHOWN, '--store', store, ...SCOPE).lines;
  const table = (name, rows) => { const path = join(folder, name); writeFileSync(path, rows.map((r) => JSON.stringify(r)).join('\n') + '\n'); return path; };
  // The queries as they are sent, with times and groups of this estate.
  const query = (name) => read(name).replaceAll(/datetime\([^1][^)]*\)/g, (t) => t).replaceAll(/Timestamp > datetime\(2\d\d\d[^)]*\) and Timestamp <= datetime\(2\d\d\d[^)]*\)/g, 'Timestamp > ago(3000d)');
  const groups = (text) => text.replace('"win-servers-prod", "büro-server"', '"prod", "büro"');
  const differ = [], rules = [], parts = [], census = [];
  let hosts = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const raw = generate(seed), data = typed(raw), a = join(folder, `raw${seed}.db`), b = join(folder, `live${seed}.db`);
    program('detect', '--device-info', table('info.jsonl', raw.DeviceInfo), '--assessment', table('assessment.jsonl', raw.DeviceTvmSecureConfigurationAssessment),
      '--gathering', table('gathering.jsonl', raw.DeviceTvmInfoGathering), '--store', a, ...SCOPE);
    const find = run(groups(query('xdr-findings-01.kql')), data, { now: NOW });
    const answer = find.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v instanceof Date ? v.toISOString() : v])));
    program('detect', '--findings', table('answer.jsonl', answer), '--store', b, ...SCOPE);
    const local = list(a), live = list(b);
    hosts += local.length;
    if (local.length !== live.length) differ.push(`seed ${seed}: ${local.length} hosts of the tables, ${live.length} of the answer`);
    else local.forEach((line, i) => { if (line !== live[i]) differ.push(unlike(JSON.parse(line), JSON.parse(live[i])) + source(raw, JSON.parse(line))); });
    const events = new Map(run(groups(query('xdr-rule-01.kql')), data, { now: NOW }).map((r) => [r.DeviceId, value.tostring(r.Verdict)]));
    const shown = (rows) => rows.map((r) => JSON.stringify(r)).sort().join('\n');
    const split = [...Array(8).keys()].flatMap((part) => run(groups(query('xdr-findings-05.kql')).replaceAll('hash(DeviceId, 8) == 7', `hash(DeviceId, 8) == ${part}`), data, { now: NOW }));
    if (shown(split) !== shown(find)) parts.push(`seed ${seed}: ${split.length} hosts of 8 parts, ${find.length} of the whole`);
    const counted = run(query('xdr-census-01.kql'), data, { now: NOW }), sum = (keep) => counted.filter(keep).reduce((n, r) => n + r.Devices, 0);
    if (sum(() => true) !== new Set(raw.DeviceInfo.map((r) => r.DeviceId)).size || sum((r) => r.Partial === 'false' && r.Server === 'true' && r.Merged === 'false'
      && ['prod', 'büro'].includes(r.MachineGroup.toLowerCase())) !== local.length) census.push(`seed ${seed}: ${JSON.stringify(counted)}`);
    for (const host of local.map((l) => JSON.parse(l)))
      if (events.get(host.DeviceId) !== (host.Verdict === 'active' ? undefined : host.Verdict) && !(events.has(host.DeviceId) && spelled(raw, host))) rules.push(`${host.Verdict} is ${events.get(host.DeviceId) ?? 'active'} to the rule;${source(raw, host)}`);
  }
  verdict(hosts > 500 && !differ.length, `${hosts} hosts of random tables come out of the query as rouse decides them`, ...differ);
  verdict(!rules.length, 'the rule raises an event for each host that is not active, with its verdict', ...rules);
  verdict(!parts.length, 'eight parts together are the whole answer', ...parts);
  verdict(!census.length, 'the census counts every device once, and the scope as rouse does', ...census);
}
