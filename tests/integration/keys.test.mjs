// The keys of customers: made, shown once, rotated, revoked; and that each reaches its own customer and nothing else.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { join } from 'node:path';
import { Api } from '../harness/api.mjs';
import { furnishedHub, kOpen, targetOf } from '../harness/endpoints.mjs';
import { changesNothing, customersHub, kFleetKey, sampleReport } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kNobody = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const kKeys = '/api/v1/customers/acme/keys';

test('a key is shown once, and its hash is all that is kept', inWorld(async (world) => {
  const { hub, admin, owner } = await customersHub(world);
  const made = await admin.post(kKeys, {}, 201);
  assert.equal(made.hint, made.key.slice(-4));
  const { keys } = await admin.get(kKeys);
  assert.deepEqual(keys.map((key) => [key.id, key.hint, key.created_by, key.expires_at]),
    [[made.id, made.hint, 'admin', null], [owner.keyId, owner.bearer.slice(-4), 'admin', null]], 'newest first');
  await hub.stop();
  for (const name of ['holdfast.db', 'holdfast.db-wal']) {
    const stored = await readFile(join(hub.dataDir, name), 'latin1').catch(() => '');
    for (const key of [made.key, owner.bearer]) assert.equal(stored.includes(key), false, name);
  }
  for (const key of [made.key, owner.bearer]) assert.equal(hub.child.log.includes(key), false);
}));

test('a key outlives a restart, and says when it was used', inWorld(async (world) => {
  const { hub, admin, owner } = await customersHub(world);
  await hub.restart();
  await owner.post('/api/v1/report', sampleReport(), 201);
  await hub.restart();
  const [key] = (await admin.get(kKeys)).keys;
  assert.ok(Math.abs(new Date(key.last_used_at) - Date.now()) < 120_000, key.last_used_at);
}));

test('a rotated key and the one before it are both good for a day', inWorld(async (world) => {
  const { hub, admin, owner } = await customersHub(world);
  const made = await admin.post(`${kKeys}/rotate`, {}, 201);
  await new Api(hub, { bearer: made.key }).post('/api/v1/report', sampleReport(), 201);
  await owner.post('/api/v1/report', sampleReport({ host: 'nas-02' }), 201);
  const { keys } = await admin.get(kKeys);
  const hours = (new Date(keys.find((key) => key.id === owner.keyId).expires_at) - Date.now()) / 3_600_000;
  assert.ok(hours > 23 && hours <= 24, `${hours} h`);
  assert.equal(keys.find((key) => key.id === made.id).expires_at, null);
}));

test('a revoked key ends at once, the others stay', inWorld(async (world) => {
  const { hub, admin, owner } = await customersHub(world);
  const made = await admin.post(kKeys, {}, 201);
  await admin.remove(`${kKeys}/${owner.keyId}`);
  await owner.refuses(401, 'key_invalid', 'POST', '/api/v1/report', sampleReport());
  await owner.refuses(401, 'key_invalid', 'GET', '/api/v1/customers');
  await new Api(hub, { bearer: made.key }).post('/api/v1/report', sampleReport(), 201);
  await admin.refuses(404, 'no_such_key', 'DELETE', `${kKeys}/${owner.keyId}`);
}));

test('a key of another customer or of nobody is not revoked', inWorld(async (world) => {
  const { admin, owner, outsider } = await customersHub(world);
  await changesNothing(admin, async () => {
    for (const id of [outsider.keyId, kNobody, 'no-ulid']) await admin.refuses(404, undefined, 'DELETE', `${kKeys}/${id}`);
    for (const customer of ['nobody', kNobody]) {
      await admin.refuses(404, 'no_such_customer', 'GET', `/api/v1/customers/${customer}/keys`);
      await admin.refuses(404, 'no_such_customer', 'POST', `/api/v1/customers/${customer}/keys`);
      await admin.refuses(404, 'no_such_customer', 'POST', `/api/v1/customers/${customer}/keys/rotate`);
      await admin.refuses(404, 'no_such_customer', 'DELETE', `/api/v1/customers/${customer}/keys/${owner.keyId}`);
    }
  });
  await outsider.get('/api/v1/customers');
}));

test('a customer has a limited number of keys', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  let answer;
  for (let i = 0; i < 100 && answer?.status !== 409; ++i) answer = await admin.send('POST', kKeys, {});
  assert.equal(answer.status, 409, answer.text);
  assert.equal(answer.json.error.code, 'too_many_keys');
}));

test('the keys of a customer that is removed end with it', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  await admin.post('/api/v1/customers', { slug: 'short-lived' }, 201);
  const { key } = await admin.post('/api/v1/customers/short-lived/keys', {}, 201);
  const holder = new Api(hub, { bearer: key });
  await holder.get('/api/v1/customers');
  await admin.remove('/api/v1/customers/short-lived');
  await holder.refuses(401, 'key_invalid', 'GET', '/api/v1/customers');
}));

// --- every endpoint of the published document, asked by each person ---

test('a key is refused by every endpoint that is not for keys', inWorld(async (world) => {
  const { owner, fleet, admin, ids, operations } = await furnishedHub(world);
  await changesNothing(admin, async () => {
    let asked = 0;
    for (const { method, path, operation, allowed } of operations) {
      if (allowed.includes('key') || kOpen.includes(operation.operationId)) continue;
      for (const holder of [owner, fleet]) await holder.refuses(403, 'not_for_keys', method, targetOf(path, ids), {});
      ++asked;
    }
    assert.ok(asked > 30, `${asked} endpoints`);
  });
}));

test('beside a session a key still counts alone', inWorld(async (world) => {
  const { hub, owner, admin, ids } = await furnishedHub(world);
  const both = new Api(hub, { bearer: owner.bearer, cookie: admin.cookie });
  await both.refuses(403, 'not_for_keys', 'DELETE', `/api/v1/hosts/${ids.hosts}`);
  assert.deepEqual((await both.get('/api/v1/customers')).customers.map((each) => each.slug), ['acme']);
}));

test('a wrong key and none at all are refused by every endpoint', inWorld(async (world) => {
  const { hub, nobody, admin, operations, ids } = await furnishedHub(world);
  const agent = await world.connectedAgent(hub);
  await agent.stop();
  await admin.hostConnected(agent.host, false);
  await changesNothing(admin, async () => {
    for (const { method, path, operation, allowed } of operations) {
      if (allowed.length === 0) continue;
      const target = targetOf(path, ids);
      await nobody.refuses(401, undefined, method, target, {});
      if (operation.operationId === 'rotateOwnBearer') continue;
      const guess = new Api(hub, { bearer: agent.identity.bearer });
      const answer = await guess.send(method, target, {});
      assert.ok([401, 429].includes(answer.status), `${method} ${target}: ${answer.text}`);
    }
  });
}));

test('what a key may read, another customer gets nothing of', inWorld(async (world) => {
  const { owner, outsider, fleet, admin, operations, ids } = await furnishedHub(world);
  const readable = operations.filter(({ method, allowed }) => method === 'GET' && allowed.includes('key'));
  assert.ok(readable.length >= 9, `${readable.length} endpoints`);
  for (const { path } of readable) {
    const target = targetOf(path, ids);
    for (const reader of [owner, fleet, admin]) assert.equal((await reader.send('GET', target)).status, 200, target);
    const answer = await outsider.send('GET', target);
    if (path.includes('{')) assert.equal(answer.status, 404, target);
    else for (const secret of ['"slug":"acme"', ids.hosts, ids.customers]) assert.equal(answer.text.includes(secret), false, target);
  }
}));

test('lists and counts show a key its own customer only, whatever it asks for', inWorld(async (world) => {
  const { owner, fleet, host } = await customersHub(world);
  for (const query of ['', '?filter=customer:other', '?filter=-customer:acme', '?sort=customer&limit=1000']) {
    const { hosts, total, next } = await owner.get(`/api/v1/hosts${query}`);
    assert.deepEqual(hosts.map((each) => each.id), query.includes('other') || query.includes('-') ? [] : [host], query);
    assert.equal(total.total, 1, query);
    assert.equal(next, null);
  }
  for (const query of ['', '?q=other', '?after=a']) {
    const { customers } = await owner.get(`/api/v1/customers${query}`);
    assert.deepEqual(customers.map((each) => each.slug), query.includes('other') ? [] : ['acme'], query);
  }
  const all = (await fleet.get('/api/v1/customers')).customers.map((each) => each.slug);
  assert.deepEqual(all.filter((slug) => ['acme', 'other'].includes(slug)), ['acme', 'other']);
}));

test('what people note about a customer is not for its key', inWorld(async (world) => {
  const { owner, fleet, admin, host } = await customersHub(world);
  await admin.patch('/api/v1/customers/acme', { notes: 'pays late' });
  await admin.patch(`/api/v1/hosts/${host}`, { notes: 'in the cellar' });
  for (const path of ['customers/acme/summary', `hosts/${host}`]) {
    assert.ok((await admin.get(`/api/v1/${path}`)).notes.length > 5);
    for (const holder of [owner, fleet]) assert.equal('notes' in await holder.get(`/api/v1/${path}`), false, path);
  }
}));

test('the key of hub.yaml is gone when it is taken out', inWorld(async (world) => {
  const { hub, fleet } = await customersHub(world);
  await fleet.get('/api/v1/customers');
  delete hub.config.api;
  await hub.restart();
  await fleet.refuses(401, 'key_invalid', 'GET', '/api/v1/customers');
  assert.equal(fleet.bearer, kFleetKey);
}));
