// POST /api/v1/report: documents that are wrong, member by member, and those that are only odd.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from '../harness/openapi.mjs';
import { changesNothing, customersHub, sampleReport } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kReport = '/api/v1/report';

const kBodies = {
  nothing: '',
  blanks: ' \n',
  'not JSON': '{"customer_id":',
  'an array': '[{"customer_id":"acme"}]',
  'a string': '"acme"',
  null: 'null',
  'more than one value': '{"customer_id":"acme"} {}',
  'followed by rubbish': '{"customer_id":"acme"}x',
  'with a comma too many': '{"customer_id":"acme",}',
  'with a comment': '{"customer_id":"acme"/* one */}',
  'in single quotes': "{'customer_id':'acme'}",
  'with a bare word': '{"customer_id":"acme","x":undefined}',
  'with NaN': '{"customer_id":"acme","x":NaN}',
  'with a control character': '{"customer_id":"acme","x":"\u0001"}',
  'with half a surrogate pair': '{"customer_id":"acme","host":"\\ud800"}',
  'not UTF-8': Buffer.from('{"customer_id":"acme","x":"\xff\xfe"}', 'latin1'),
  'not UTF-8 in a name': Buffer.from('{"customer_id":"acme","\xc3":1}', 'latin1'),
  'cut within a character': Buffer.from('{"customer_id":"acme","x":"é"}').subarray(0, -3),
  'UTF-16': Buffer.from('{"customer_id":"acme"}', 'utf16le'),
  'nested 10,000 deep': `{"customer_id":"acme","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  'nested 10,000 deep and cut': `{"customer_id":"acme","x":${'{"x":'.repeat(10_000)}`,
  'with a member twice': '{"customer_id":"acme","customer_id":"acme"}',
  'without a customer': '{"host":"nas-01"}',
  'with a customer of null': '{"customer_id":null}',
};

test('what is not a report in JSON and UTF-8 is refused with a sentence', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  await changesNothing(admin, async () => {
    for (const [what, body] of Object.entries(kBodies)) {
      const answer = await owner.send('POST', kReport, body);
      assert.equal(answer.status, 422, `${what}: ${answer.text}`);
      assert.match(answer.json.error.message, /.{10,}\.$/, what);
    }
  });
}));

const kSlugs = ['', 'a', 'x'.repeat(65), 'Acme', 'a b', 'ácme', '../etc', 'a/b', 'a\u0000b', "a'--", '<b>', 'x'.repeat(50_000)];

test('a customer id that cannot be is refused', inWorld(async (world) => {
  const { fleet, admin } = await customersHub(world);
  await changesNothing(admin, async () => {
    for (const slug of kSlugs) {
      const error = await fleet.refuses(422, 'report_invalid', 'POST', kReport, { customer_id: slug });
      assert.match(error.message, /customer_id/);
    }
  });
  for (const slug of ['ab', 'x'.repeat(64), '0.9_-z', '..']) await fleet.post(kReport, { customer_id: slug }, 201);
}));

// Every member of the published schema: its path, its schema, and a document that has `value` there.
async function members(hub) {
  const { document } = await openApi(hub);
  const resolve = (schema) => (schema.$ref ? { ...document.components.schemas[schema.$ref.split('/').at(-1)], ...schema } : schema);
  const found = [];
  const visit = (place, schema, wrap) => {
    const resolved = resolve(schema);
    if (place) found.push({ place, schema: resolved, wrap });
    for (const [name, member] of Object.entries(resolved.properties ?? {})) {
      visit(place ? `${place}.${name}` : name, member, (value) => wrap(`{"${name}":${value}}`));
    }
    if (resolved.items) visit(`${place}[0]`, resolved.items, (value) => wrap(`[${value}]`));
  };
  visit('', { $ref: 'x/Report' }, (value) => value.replace(/^\{("customer_id")?/, (all, own) => (own ? all : '{"customer_id":"acme",')));
  return found;
}

// A document of which `place` is left out: by the answer. Only one without a customer is refused.
async function isNamed(owner, place, document) {
  const answer = await owner.send('POST', kReport, document);
  if (place === 'customer_id') return assert.equal(answer.status, 422, answer.text);
  assert.equal(answer.status, 201, `${document}: ${answer.text}`);
  assert.ok(answer.json.warnings.some((each) => each.includes(place)), `${document}: ${answer.text}`);
}

const kValues = { string: '"x"', number: '1.5', integer: '7', boolean: 'true', array: '[]', object: '{}' };

// The kinds of value that a member may be. A whole number is a number as well.
function kindsOf(schema) {
  const said = [schema.type ?? [], (schema.enum ?? []).map((value) => typeof value), (schema.anyOf ?? []).map((each) => each.type)].flat(2);
  return new Set(said.flatMap((kind) => (kind === 'number' ? ['number', 'integer'] : [kind])));
}

test('a member of a wrong type is left out and named', inWorld(async (world) => {
  const { hub, owner } = await customersHub(world);
  const all = await members(hub);
  assert.ok(all.length > 50, `${all.length} members`);
  for (const { place, schema, wrap } of all) {
    const kinds = kindsOf(schema);
    for (const [, value] of Object.entries(kValues).filter(([each]) => !kinds.has(each))) await isNamed(owner, place, wrap(value));
  }
}));

test('a member that is null is one that is left out', inWorld(async (world) => {
  const { hub, owner } = await customersHub(world);
  for (const { place, wrap } of (await members(hub)).filter((each) => each.place !== 'customer_id' && !each.place.endsWith(']'))) {
    const answer = await owner.send('POST', kReport, wrap('null'));
    assert.equal(answer.status, 201, `${place}: ${answer.text}`);
  }
}));

// Numbers beyond what the schema allows, as they stand in JSON.
function beyond(schema) {
  const limits = [schema, ...(schema.anyOf ?? [])];
  const found = ['1e999', '-1e999'];
  for (const { minimum, maximum, exclusiveMaximum } of limits) {
    if (minimum !== undefined) found.push(String(minimum - 1));
    if (maximum !== undefined) found.push(String(maximum + 1));
    if (exclusiveMaximum !== undefined) found.push(BigInt(exclusiveMaximum).toString(), '1e300');
  }
  return found;
}

test('a number out of its range is left out and named', inWorld(async (world) => {
  const { hub, owner } = await customersHub(world);
  const numbers = (await members(hub)).filter(({ schema }) => kindsOf(schema).has('integer'));
  assert.ok(numbers.length > 25, `${numbers.length} numbers`);
  for (const { place, schema, wrap } of numbers) {
    const inPlace = (text) => (place.endsWith('load[0]') ? wrap(text).replace(`[${text}]`, `[${text},0,0]`) : wrap(text));
    for (const text of beyond(schema)) await isNamed(owner, place, inPlace(text));
    if (!kindsOf(schema).has('number')) await isNamed(owner, place, wrap('1.5'));
  }
}));

const kTimes = ['yesterday', '2026-02-30T00:00:00Z', '2026-11-22', '2026-11-22T24:00:00Z', '1969-12-31T23:59:59Z', '10000-01-01T00:00:00Z', '2026-11-22T06:21:00'];

test('a time that is none is left out and named', inWorld(async (world) => {
  const { hub, owner } = await customersHub(world);
  const times = (await members(hub)).filter(({ schema }) => schema.anyOf);
  assert.ok(times.length >= 4);
  for (const { place, wrap } of times) {
    for (const text of kTimes) await isNamed(owner, place, wrap(JSON.stringify(text)));
  }
}));

test('what was left out is on the page of the host, and in the document', inWorld(async (world) => {
  const { owner, admin, host } = await customersHub(world);
  const report = sampleReport();
  report.system.disks[0].percent = '91.5';
  const { warnings } = await owner.post(kReport, report, 201);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /^system\.disks\[0\]\.percent must be a number/);
  const { text } = await admin.send('GET', `/hosts/${host}`);
  assert.ok(text.includes('Left out of the last report') && text.includes('system.disks[0].percent'));
  assert.deepEqual((await owner.send('GET', `/api/v1/hosts/${host}/report`)).json, report);
}));

test('a report that is refused is told on the page of its host, in the API and in the log', inWorld(async (world) => {
  const { hub, owner, admin, host } = await customersHub(world);
  const document = JSON.stringify(sampleReport()).replace(/"percent":[0-9.]+/, '"percent":NaN');
  const error = await owner.refuses(422, 'report_invalid', 'POST', kReport, document);
  const shown = await admin.get(`/api/v1/hosts/${host}`);
  assert.equal(shown.refusal.reason, error.message);
  assert.ok((await admin.send('GET', `/hosts/${host}`)).text.includes('A report of this host was refused'));
  assert.match(hub.child.log, /report\.refused/);
  await owner.refuses(422, 'report_invalid', 'POST', kReport, '<html>');
  assert.match((await admin.get('/api/v1/customers/acme/summary')).refusal.reason, /JSON object/);
  assert.ok((await admin.send('GET', '/customers/acme')).text.includes('A report of this customer was refused'));
  await owner.post(kReport, sampleReport({ timestamp: new Date().toISOString() }), 201);
  assert.equal((await admin.get(`/api/v1/hosts/${host}`)).refusal, null);
}));

test('a report that could not even be read is told on the page of its customer', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  const reason = async () => (await admin.get('/api/v1/customers/acme/summary')).refusal?.reason;
  assert.equal((await owner.send('POST', kReport, 'not packed', { 'content-encoding': 'gzip' })).status, 400);
  assert.match(await reason(), /Content-Encoding/);
  assert.equal((await owner.send('POST', kReport, '{}', { 'content-encoding': 'br' })).status, 415);
  assert.match(await reason(), /gzip or zstd/);
  await owner.send('POST', kReport, 'x'.repeat(1_048_577)).catch(() => {});
  assert.match(await reason(), /1 MiB/);
}));

test('a thousand disks are taken, and the fullest is found', inWorld(async (world) => {
  const { owner, admin, host } = await customersHub(world);
  const disks = Array.from({ length: 1000 }, (_, i) => ({ mount: `/mnt/${i}`, device: `/dev/disk${i}`, total_bytes: 1000, used_bytes: i === 700 ? 960 : 100 }));
  const report = sampleReport();
  report.system.disks = disks;
  await owner.post(kReport, report, 201);
  const shown = await admin.get(`/api/v1/hosts/${host}`);
  assert.equal(shown.report.disk_percent, 96);
  assert.equal(shown.report.disk_mount, '/mnt/700');
  assert.equal(shown.report.disk_total_bytes, 1_000_000);
  assert.equal((await admin.send('GET', `/hosts/${host}`)).status, 200);
  report.system.disks.push({ mount: '/mnt/1000' });
  await isNamed(owner, 'system.disks must have at most 1000 entries', JSON.stringify(report));
}));

// A report with `text` in every member that is a text and may be any.
function filled(text, value = sampleReport()) {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((item) => filled(text, item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, kKept.has(name) ? item : filled(text, item)]));
}

const kKept = new Set(['customer_id', 'host', 'timestamp', 'status', 'boot_time', 'last_run', 'next_run']);

test('texts of 50 KB are taken, and pages show them', inWorld(async (world) => {
  const { owner, admin, host } = await customersHub(world);
  const report = filled('ű'.repeat(25_000));
  report.health = { status: 'warn', issues: ['é'.repeat(25_000)] };
  report.containers.items = [];
  report.system.disks = report.system.disks.slice(0, 1);
  await owner.post(kReport, report, 201);
  assert.deepEqual((await owner.send('GET', `/api/v1/hosts/${host}/report`)).json, report);
  for (const page of ['/', `/hosts/${host}`]) {
    const { status, text } = await admin.send('GET', page);
    assert.equal(status, 200, page);
    assert.ok(text.length < 3_000_000, `${page} is ${text.length} bytes`);
  }
  await isNamed(owner, 'host', JSON.stringify(sampleReport({ host: 'x'.repeat(50_000) })));
}));

const kHostile = {
  HTML: '<script>alert("hit")</script><img src=x onerror=alert(1)>',
  attributes: '" autofocus onfocus="alert(1)" x="',
  SQL: "'; DROP TABLE reports; DROP TABLE hosts; --",
  'SQL of a pattern': '%_\\',
  templates: '{{ 7 * 7 }}{% include "/etc/passwd" %}',
  formats: '%s%n{}{0}\r\nSet-Cookie: a=b',
  bidirectional: '\u202e\u0000\ufeff',
};

// What is hidden is written out.
const written = (text) => text.replaceAll(/[\u0000\u202e\ufeff]/g,
  (hidden) => `<U+${hidden.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);

test('HTML and SQL in every text stay text, in the API and in pages', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  for (const [what, text] of Object.entries(kHostile)) {
    const report = filled(text);
    report.host = text.replaceAll(/[\u0000-\u001f\u007f]/g, '').trim();
    report.health = { status: 'fail', issues: [text] };
    const { host_id: host } = await owner.post(kReport, report, 201);
    assert.deepEqual((await owner.send('GET', `/api/v1/hosts/${host}/report`)).json, report, what);
    const shown = await admin.get(`/api/v1/hosts/${host}`);
    assert.equal(shown.name, written(report.host), what);
    assert.equal(shown.report.issue, written(text), what);
    await pagesAreSafe(admin, host, shown.name, what);
    const words = shown.name.replaceAll('\\', '');
    if (words.includes('"')) continue;
    const found = await admin.get(`/api/v1/hosts?filter=${encodeURIComponent(`"${words}"`)}`);
    assert.deepEqual(found.hosts.map((each) => each.id), [host], what);
  }
}));

// No page has the text as markup, nor anything else that the text would do if it were taken for code.
async function pagesAreSafe(admin, host, text, what) {
  for (const page of ['/', `/hosts/${host}`, `/?q=${encodeURIComponent(text)}`]) {
    const answer = await admin.send('GET', page);
    assert.equal(answer.status, 200, `${what} at ${page}`);
    assert.doesNotMatch(answer.text, /<script>alert|<img src=x|" autofocus|> *49 *</, `${what} at ${page}`);
    assert.doesNotMatch(JSON.stringify(answer.headers), /a=b/, `${what} at ${page}`);
  }
}
