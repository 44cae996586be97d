// POST /api/v1/report: what becomes of a report that is right, and who may send one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Api } from '../harness/api.mjs';
import { changesNothing, customersHub, kFleetKey, minutesAgo, sampleReport, zstdBomb, zstdFrame } from '../harness/reports.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

const kReport = '/api/v1/report';

test('a first report makes the customer and the host', inWorld(async (world) => {
  const { fleet, admin } = await customersHub(world);
  const document = sampleReport({ customer_id: 'new-one', host: 'box' });
  const received = await fleet.post(kReport, document, 201);
  assert.equal(received.customer_id, 'new-one');
  assert.equal(received.host, 'box');
  assert.equal(received.duplicate, false);
  const host = await admin.get(`/api/v1/hosts/${received.host_id}`);
  assert.equal(host.customer.slug, 'new-one');
  assert.equal(host.kind, 'report');
  assert.equal(host.status, 'ok');
  assert.equal(host.report.disk_percent, 50);
  assert.equal(host.report.disk_mount, '/srv');
  assert.equal(host.report.containers_running, 2);
  assert.deepEqual(host.latest_report, document);
  const { customers } = await admin.get('/api/v1/customers?q=new-one');
  assert.deepEqual(customers.map((each) => [each.slug, each.hosts.total, each.report.host_id]), [['new-one', 1, host.id]]);
}));

test('a customer id alone is a report', inWorld(async (world) => {
  const { fleet } = await customersHub(world);
  const received = await fleet.post(kReport, { customer_id: 'lonely' }, 201);
  assert.equal(received.host, 'lonely');
  assert.equal((await fleet.get(`/api/v1/hosts/${received.host_id}`)).report.cpu_percent, null);
}));

test('a report comes back exactly as it was sent', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  const document = '{ "host":"nas-01",\r\n\t"customer_id" : "acme", "unknown": {"a": [1.0, 1e2, -0, "\\u00e9 é \\/", null, true, {}]}, '
    + '"big": 123456789012345678901234567890, "health":{"status":"ok","new":[]}}\n';
  const { host_id: host } = await owner.post(kReport, document, 201);
  for (const reader of [owner, admin]) {
    for (const path of ['customers/acme', `customers/${owner.customer}`, `hosts/${host}/report`]) {
      const answer = await reader.send('GET', `/api/v1/${path}`);
      assert.equal(answer.text, document, path);
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.equal(answer.headers['x-holdfast-host'], host);
      assert.ok(Math.abs(new Date(answer.headers['x-holdfast-received-at']) - Date.now()) < 60_000);
      assert.ok(Math.abs(new Date(answer.headers['last-modified']) - Date.now()) < 60_000);
    }
  }
}));

test('the same report twice is one', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  const document = JSON.stringify(sampleReport());
  const first = await owner.post(kReport, document, 201);
  const second = await owner.post(kReport, document, 200);
  assert.deepEqual(second, { ...first, duplicate: true });
  const { reports } = await owner.get(`/api/v1/hosts/${host}/reports`);
  assert.equal(reports.length, 2, 'the one of the fixture and this one');
}));

test('a report from the past is stored in its place and changes nothing that is newer', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  const before = await owner.get(`/api/v1/hosts/${host}`);
  const timestamp = minutesAgo(600);
  const received = await owner.post(kReport, sampleReport({ timestamp, health: { status: 'fail' }, controller_version: '0.9' }), 201);
  assert.equal(received.at, timestamp);
  assert.equal(received.clock_ahead, false);
  assert.deepEqual(await owner.get(`/api/v1/hosts/${host}`), before);
  const { reports } = await owner.get(`/api/v1/hosts/${host}/reports`);
  assert.deepEqual(reports.map((each) => each.at), [before.report.at, timestamp], 'newest first');
  const old = await owner.get(`/api/v1/hosts/${host}/reports/${reports[1].id}`);
  assert.equal(old.controller_version, '0.9');
}));

test('a clock that is behind is noticed once reports come in step', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  const behind = () => owner.post(kReport, { customer_id: 'acme', host: 'behind', timestamp: minutesAgo(300) }, 201);
  const first = await behind();
  assert.equal(first.clock_behind, false);
  assert.equal((await admin.get(`/api/v1/hosts/${first.host_id}`)).status, 'down', 'it may have been kept back');
  const later = Date.now() + 1100;
  await waitFor('another second', () => Date.now() >= later);
  const second = await behind();
  assert.equal(second.clock_behind, true);
  assert.ok(Date.now() - new Date(second.at) < 60_000, second.at);
  const host = await admin.get(`/api/v1/hosts/${second.host_id}`);
  assert.equal(host.status, 'warning');
  assert.match(host.reason, /[Ii]ts clock is behind by 5 h/);
  assert.ok(host.report.clock_behind_seconds >= 17_999 && host.report.clock_behind_seconds < 18_060);
  assert.ok((await admin.send('GET', `/hosts/${second.host_id}`)).text.includes('The clock of this host is behind'));
}));

test('a clock that was never set is behind from the first report on', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  const { host_id: host } = await owner.post(kReport, { customer_id: 'acme', host: 'board', timestamp: '1970-01-01T00:00:12Z' }, 201);
  assert.match((await admin.get(`/api/v1/hosts/${host}`)).reason, /its clock is behind by \d\d years/);
}));

test('a clock in the future is flagged, and the report counts as made when it came', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  const sent = sampleReport({ timestamp: new Date(Date.now() + 86_400_000).toISOString() });
  const received = await owner.post(kReport, sent, 201);
  assert.equal(received.clock_ahead, true);
  assert.ok(new Date(received.at) <= new Date(), received.at);
  const { report } = await owner.get(`/api/v1/hosts/${host}`);
  assert.equal(report.clock_ahead, true);
  assert.equal(report.at, received.at);
  const answer = await owner.send('GET', `/api/v1/hosts/${host}/report`);
  assert.equal(answer.headers['x-holdfast-clock-ahead'], 'true');
  assert.deepEqual(answer.json, sent);
  assert.equal((await owner.post(kReport, sent, 200)).duplicate, true);
}));

test('reports without a timestamp count when they came, each of them', inWorld(async (world) => {
  const { owner } = await customersHub(world);
  for (let i = 0; i < 3; ++i) await owner.post(kReport, { customer_id: 'acme', host: 'plain', i }, 201);
  const { host_id: host } = await owner.post(kReport, { customer_id: 'acme', host: 'plain', i: 3 }, 201);
  assert.equal((await owner.get(`/api/v1/hosts/${host}/reports`)).reports.length, 4);
}));

const kPackings = { gzip: gzipSync, 'x-gzip': gzipSync, GZIP: gzipSync, zstd: zstdFrame, identity: (bytes) => bytes };

test('a body may be packed, and comes back unpacked', inWorld(async (world) => {
  const { owner } = await customersHub(world);
  for (const [encoding, pack] of Object.entries(kPackings)) {
    const document = JSON.stringify(sampleReport({ host: `packed-${encoding.toLowerCase()}`, notes: 'x'.repeat(300_000) }));
    const answer = await owner.send('POST', kReport, pack(Buffer.from(document)), { 'content-encoding': encoding });
    assert.equal(answer.status, 201, `${encoding}: ${answer.text}`);
    assert.equal((await owner.send('GET', `/api/v1/hosts/${answer.json.host_id}/report`)).text, document, encoding);
  }
}));

test('a body that cannot be unpacked is refused', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  const packed = gzipSync(JSON.stringify(sampleReport()));
  const refused = async (status, body, encoding) => {
    const answer = await sendLarge(owner, body, { 'content-encoding': encoding });
    assert.equal(answer.status, status, `${encoding}: ${answer.text}`);
  };
  await changesNothing(admin, async () => {
    await refused(415, packed, 'br');
    await refused(415, gzipSync(packed), 'gzip, gzip');
    await refused(400, packed.subarray(0, packed.length - 5), 'gzip');
    await refused(400, Buffer.from(JSON.stringify(sampleReport())), 'gzip');
    await refused(400, packed, 'zstd');
    await refused(400, zstdFrame(Buffer.from('{}')).subarray(0, 8), 'zstd');
    await refused(413, gzipSync(Buffer.alloc(50 * 1024 * 1024, ' ')), 'gzip');
    await refused(413, zstdBomb(50), 'zstd');
  });
}));

test('a report of 1 MiB is taken, one byte more is not', inWorld(async (world) => {
  const { owner, admin } = await customersHub(world);
  const sized = (bytes) => {
    const report = sampleReport({ notes: '' });
    report.notes = 'x'.repeat(bytes - JSON.stringify(report).length);
    return JSON.stringify(report);
  };
  const limit = 1024 * 1024;
  await owner.post(kReport, sized(limit), 201);
  await changesNothing(admin, async () => {
    assert.equal((await sendLarge(owner, sized(limit + 1))).status, 413);
    assert.equal((await sendLarge(owner, sized(9 * limit))).status, 413);
    assert.equal((await sendLarge(owner, gzipSync(sized(limit + 1)), { 'content-encoding': 'gzip' })).status, 413);
  });
}));

// The hub may end the connection while the body is still on its way.
async function sendLarge(api, body, headers) {
  return api.send('POST', kReport, body, headers).catch((error) => ({ status: 413, text: error.message }));
}

test('a key reports for its own customer only', inWorld(async (world) => {
  const { owner, outsider, fleet, admin } = await customersHub(world);
  await owner.post(kReport, sampleReport(), 201);
  await fleet.post(kReport, sampleReport({ host: 'nas-02' }), 201);
  await changesNothing(admin, async () => {
    await outsider.refuses(403, 'other_customer', 'POST', kReport, sampleReport());
    await outsider.refuses(403, 'other_customer', 'POST', kReport, sampleReport({ customer_id: 'nobody-yet' }));
  });
}));

test('without a valid key there is no report', inWorld(async (world) => {
  const { hub, nobody, admin, owner } = await customersHub(world);
  const agent = await world.connectedAgent(hub);
  await agent.stop();
  await admin.hostConnected(agent.host, false);
  const ask = async (headers, code = 'key_invalid') => {
    const answer = await nobody.send('POST', kReport, sampleReport(), headers);
    assert.equal(answer.status, 401, answer.text);
    assert.equal(answer.json.error.code, code);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
  };
  await changesNothing(admin, async () => {
    await ask({}, 'key_missing');
    await ask({ authorization: `Basic ${Buffer.from(`key:${owner.bearer}`).toString('base64')}` }, 'key_missing');
    await ask({ authorization: 'Bearer ' }, 'key_missing');
    await ask({ authorization: 'Bearer x' });
    await ask({ authorization: `Bearer ${owner.bearer}x` });
    await ask({ authorization: `Bearer ${agent.identity.bearer}` });
    await ask({ cookie: admin.cookie }, 'key_missing');
    assert.equal((await nobody.send('POST', `${kReport}?key=${owner.bearer}`, sampleReport())).status, 401);
  });
}));

test('a node needs no Origin', inWorld(async (world) => {
  const { hub, owner } = await customersHub(world);
  const headers = { authorization: `bearer ${owner.bearer}`, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(hub.url + kReport, { method: 'POST', headers, body: JSON.stringify(sampleReport()) });
  assert.equal(answer.status, 201);
  assert.equal((await fetch(hub.url + kReport, { method: 'POST', body: '{}' })).status, 401);
}));

test('without a configured key an empty one is worth nothing', inWorld(async (world) => {
  const hub = await world.signedInHub();
  for (const bearer of ['', kFleetKey]) {
    const answer = await new Api(hub).send('POST', kReport, sampleReport(), { authorization: `Bearer ${bearer}` });
    assert.equal(answer.status, 401, answer.text);
  }
}));

test('guessing keys is throttled, and a valid key gets in all the same', inWorld(async (world) => {
  const { nobody, owner, fleet, hub } = await customersHub(world);
  const statuses = [];
  let answer;
  for (let i = 0; i < 40 && statuses.at(-1) !== 429; ++i) {
    answer = await nobody.send('POST', kReport, sampleReport(), { authorization: `Bearer a guessed key ${i}` });
    statuses.push(answer.status);
  }
  assert.equal(statuses.at(-1), 429, statuses.join(' '));
  assert.equal(statuses[0], 401);
  assert.ok(Number(answer.headers['retry-after']) >= 1, JSON.stringify(answer.headers));
  await owner.post(kReport, sampleReport(), 201);
  assert.ok(kFleetKey.length >= 24, 'nobody guesses it');
  await fleet.post(kReport, sampleReport(), 201);
  assert.match(hub.child.stderr, /api\.key_refused/);
  for (const secret of ['a guessed key', owner.bearer, kFleetKey]) assert.equal(hub.child.log.includes(secret), false, 'no key is in the log');
}));

test('another method is 405', inWorld(async (world) => {
  const { owner } = await customersHub(world);
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await owner.send(method, kReport);
    assert.equal(answer.status, 405, answer.text);
    assert.equal(answer.headers.allow, 'POST');
  }
}));
