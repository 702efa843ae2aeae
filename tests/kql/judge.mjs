// judge.mjs FOLDER VALIDATORS [ROUSE]   judges what print.c wrote into FOLDER, prints `ok NAME` or `not ok NAME`. VALIDATORS holds kql-check.mjs and
// rule-check.mjs with Microsoft's parser. With ROUSE, random raw tables go through the queries and through the program, device by device.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kusto } from './kusto.mjs';
import { estates } from './estates.mjs';

const [folder, validators, rouse] = process.argv.slice(2).map((p) => resolve(p));
const here = dirname(fileURLToPath(import.meta.url)), top = join(here, '../..');
const require = createRequire(`${validators}/x.js`), yaml = require('yaml');
const file = (name) => join(folder, name), read = (name) => readFileSync(file(name), 'utf8');
let failed = 0;
const verdict = (good, name, ...why) => {
  console.log(`${good ? 'ok' : 'not ok'} kql: ${name}`);
  if (!good) { failed++; for (const line of why.slice(0, +(process.env.WHY ?? 8))) console.log(`#   ${String(line).slice(0, 900)}`); }
};

// Schemas: Microsoft's tables as the judge has them, and what is missing there.
const schema = (base, add, name) => {
  const all = JSON.parse(readFileSync(join(validators, 'schema', base)));
  Object.assign(all.tables, add(all.tables));
  writeFileSync(file(name), JSON.stringify(all));
  return file(name);
};
const xdr = schema('defender-xdr.json', () => ({ DeviceTvmSoftwareInventory: { DeviceId: 'string', DeviceName: 'string', OSPlatform: 'string', OSVersion: 'string',
  OSArchitecture: 'string', SoftwareVendor: 'string', SoftwareName: 'string', SoftwareVersion: 'string', EndOfSupportStatus: 'string', ProductCodeCpe: 'string' } }), 'xdr.json');
const workspace = schema('log-analytics.json', (t) => ({ DefenderAssessment_CL: t.DeviceTvmSecureConfigurationAssessment, DefenderGathering_CL: t.DeviceTvmInfoGathering }), 'workspace.json');

const check = (names, ...options) => {
  const answer = openSync(file('answer.json'), 'w');   // a pipe would be cut when the judge ends
  const out = spawnSync(process.execPath, [join(validators, 'kql-check.mjs'), ...names.map(file), '--json', ...options], { stdio: ['ignore', answer, 'pipe'], encoding: 'utf8' });
  closeSync(answer);
  if (!read('answer.json')) throw new Error(out.stderr);
  return JSON.parse(read('answer.json')).map((r, i) => ({ ...r, name: names[i] }));
};
const complaints = (reports) => reports.flatMap((r) => r.diagnostics.map((d) => `${r.name}:${d.line}:${d.col} ${d.code} ${d.message}`));
const columns = (r) => (r.result ?? []).map((c) => `${c.name}:${c.type}`).join(',');

const lines = read('queries.tsv').trimEnd().split('\n').map((l) => l.split('\t')).map(([group, name, names]) => ({ group, name,
  wanted: names ? names.split(',').map((hex) => Buffer.from(hex, 'hex').toString('utf8')) : [] }));
const of = (group) => lines.filter((l) => l.group === group);
const lower = (s) => [...s].map((c) => { const l = c.toLowerCase(); return [...l].length === 1 ? l : [...l][0]; }).join('');
const string = (s) => s.split(',').map((c) => c.includes(':') ? c : `${c}:string`).join(',');

const FINDINGS = string('DeviceId,DeviceName,MachineGroup,OSPlatform,OSVersion,LastSeen:datetime,OnboardingStatus,SensorHealthState,IsExcluded,ReportId:long,'
  + 'AssessedAt:datetime,IsApplicable,IsCompliant,AssessedMode,GatheredAt:datetime,GatheredMode,AvEngineVersion,AvPlatformVersion,AvSignatureVersion,'
  + 'AvSignatureUpdateTime,AdditionalFields,Verdict');
const EXPECTED = { findings: FINDINGS, census: string('MachineGroup,Partial,Server,Merged,Devices:long'), software: string('DeviceId,SoftwareVendor,SoftwareName'),
  rule: (time) => string(`${time}:datetime,ReportId:long,DeviceId,DeviceName,MachineGroup,OSPlatform,Verdict,Mode,OnboardingStatus,SensorHealthState,`
    + 'AvSignatureVersion,AvSignatureUpdateTime,AssessedAt:datetime,GatheredAt:datetime') };

// -- hostile names change literals alone --
const template = lines.find((l) => l.group === 'template').name;
const hostile = of('hostile');
const [plain, ...reports] = check([template, ...hostile.map((l) => l.name)], '--schema', xdr, '--expect', FINDINGS, '--ci', 'MachineGroup,DeviceName', '--same-shape', file(template));
verdict(!complaints([plain, ...reports]).length, `${hostile.length * 10} hostile names leave the shape and the columns alone`, ...complaints([plain, ...reports]));
const wrong = reports.filter((r, i) => {
  const at = plain.literals.indexOf('a'), names = hostile[i].wanted.map(lower);
  return JSON.stringify(r.literals) !== JSON.stringify([...plain.literals.slice(0, at), ...names, ...plain.literals.slice(at + names.length)]);
});
verdict(!wrong.length, 'each hostile name is read back as it was, in lower case', ...wrong.map((r) => r.name));

// -- each query, each way of filling it --
const variants = (dialect) => ['findings', 'census', 'rule', 'software'].flatMap((g) => of(g)).filter((l) => l.name.startsWith(dialect));
for (const [dialect, path, time] of [['xdr', xdr, 'Timestamp'], ['sentinel', workspace, 'TimeGenerated']]) {
  const rules = of('body').filter((l) => l.name.startsWith('rule-xdr') === (dialect === 'xdr') && !l.name.endsWith('.yaml')).map((l) => {
    const body = JSON.parse(read(l.name));
    writeFileSync(file(`${l.name}.kql`), dialect === 'xdr' ? body.queryCondition.queryText : body.properties.query);
    return { group: 'rule', name: `${l.name}.kql` };
  });
  const all = [...variants(dialect), ...rules], more = dialect === 'xdr' ? ['literals.kql'] : [];
  const said = check([...all.map((l) => l.name), ...more], '--schema', path, '--ci', 'MachineGroup,DeviceName');
  const off = said.slice(0, all.length).filter((r, i) => columns(r) !== (typeof EXPECTED[all[i].group] === 'function' ? EXPECTED[all[i].group](time) : EXPECTED[all[i].group]));
  verdict(all.length > 90 || dialect === 'xdr', `${dialect}: ${all.length} queries were made`);
  verdict(!complaints(said).length, `${dialect}: Microsoft's parser and type checker take all of them`, ...complaints(said));
  verdict(!off.length, `${dialect}: all have the columns that are expected`, ...off.map((r) => `${r.name}: ${columns(r)}`));
  if (more.length) verdict(JSON.stringify(said.at(-1).literals) === JSON.stringify(of('literals')[0].wanted), '1,000 literals, NUL among them, are read back as they were');
  const fixed = rules.filter((l) => /datetime\(2\d\d\d/.test(read(l.name)) || !/ago\(/.test(read(l.name)));
  verdict(!fixed.length, `${dialect}: no rule has a fixed time`, ...fixed.map((l) => l.name));
}

// -- rules --
const arm = ['rule-arm.json', 'rule-arm-hostile.json'];
const said = spawnSync(process.execPath, [join(validators, 'rule-check.mjs'), ...arm.map(file), '--schema', workspace], { encoding: 'utf8' });
verdict(said.status === 0, "Sentinel's schema and Microsoft's limits take the ARM bodies", said.stdout, said.stderr);
const yamls = of('body').filter((l) => l.name.endsWith('.yaml'));
const odd = yamls.filter((l) => {
  const rule = yaml.parse(read(l.name)), body = JSON.parse(read(l.name.replace('yaml', 'arm').replace('.yaml', '.json'))).properties;
  return rule.query !== body.query || rule.description !== body.description || rule.name !== body.displayName || rule.queryFrequency !== '1d' || rule.queryPeriod !== '14d'
    || rule.triggerOperator !== 'gt' || rule.triggerThreshold !== 0 || rule.eventGroupingSettings.aggregationKind !== 'AlertPerResult' || rule.version !== '1.0.0'
    || JSON.stringify(rule.entityMappings) !== JSON.stringify(body.entityMappings) || JSON.stringify(rule.customDetails) !== JSON.stringify(body.customDetails);
});
verdict(yamls.length > 90 && !odd.length, `${yamls.length} YAML templates say what the ARM bodies say`, ...odd.map((l) => l.name));
let python = '';
try {
  python = execFileSync('python3', ['-c', 'import sys, json, yaml\nfor p in sys.argv[1:]: print(json.dumps(yaml.safe_load(open(p, encoding="utf-8", newline=""))["query"]))', ...yamls.map((l) => file(l.name))], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
} catch { /* no python, or without yaml */ }
if (python) verdict(python.trimEnd().split('\n').every((l, i) => JSON.parse(l) === yaml.parse(read(yamls[i].name)).query), 'a second reader of YAML reads the same');
const body = JSON.parse(read('rule-xdr.json'));
const hosts = body.detectionAction.alertTemplate.entityMappings.hosts[0];
verdict(body.id && body.displayName && body.status === 'enabled' && body.schedule.frequency === 'P1D' && body.schedule.lookback === 'P30D'
  && ['Timestamp', 'ReportId', hosts.deviceIdColumn, hosts.nameColumn].every((c) => EXPECTED.rule('Timestamp').includes(`${c}:`)), 'the XDR body has what a custom detection needs');

// -- decisions --
const run = await kusto(validators), decide = readFileSync(join(top, 'core/detections/verdict.kql'), 'utf8');
const unhex = (hex) => Buffer.from(hex, 'hex').toString();
const rows = read('verdicts.tsv').trimEnd().split('\n').map((line) => {
  const [a, g, applicable, compliant, assessed, gathered, doubt, want] = line.split('\t');
  return { AssessedAt: a === '1' ? new Date() : null, GatheredAt: g === '1' ? new Date() : null, IsApplicable: applicable, IsCompliant: compliant,
    AssessedMode: unhex(assessed), GatheredMode: unhex(gathered), Verdict: doubt === '1' ? 'unknown' : '', AdditionalFields: doubt === '2' ? 'junk' : '', want, line };
});
const differ = run(`T\n${decide}`, { T: rows }).filter((r) => r.Verdict !== r.want);
verdict(rows.length > 10000 && !differ.length, `verdict.kql decides as verdict.c in ${rows.length} combinations`, ...differ.map((r) => `${r.line} is ${r.Verdict}`));
if (rouse) estates({ run, folder, rouse, read, verdict });
else verdict(true, 'random tables are left out: ROUSE names no program');
process.exit(failed ? 1 : 0);
