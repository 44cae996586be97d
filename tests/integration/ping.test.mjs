// Hosts that can only call an address: ping keys, and heartbeats in the form of Healthchecks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { customersHub } from '../harness/reports.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

const hostNamed = async (admin, name) => {
  const { hosts } = await admin.get(`/api/v1/hosts?filter=${encodeURIComponent(`"${name}"`)}`);
  assert.equal(hosts.length, 1, name);
  return admin.get(`/api/v1/hosts/${hosts[0].id}`);
};

// A call as a script makes it: no header, whatever method.
async function call(hub, path, method = 'GET', body = undefined) {
  const answer = await fetch(hub.url + path, { method, body });
  return { status: answer.status, text: await answer.text() };
}

test('a ping makes the host, by GET, HEAD and POST', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  const { key } = await admin.post('/api/v1/customers/acme/ping-keys', {}, 201);
  assert.match(key, /^hfp_/);
  for (const [i, method] of ['GET', 'HEAD', 'POST'].entries()) {
    const { status, text } = await call(hub, `/api/v1/ping/${key}/router-${i}`, method, method === 'POST' ? 'anything' : undefined);
    assert.equal(status, 200, method);
    assert.equal(text, method === 'HEAD' ? '' : 'OK\n');
    const host = await hostNamed(admin, `router-${i}`);
    assert.equal(host.status, 'ok');
    assert.equal(host.ping.kind, 'success');
    assert.equal(host.kind, 'report');
  }
  assert.equal((await call(hub, `/api/v1/ping/${key}/two%20words`)).status, 200);
  assert.equal((await hostNamed(admin, 'two words')).name, 'two words');
  const { id } = await hostNamed(admin, 'router-0');
  const page = (await admin.send('GET', `/hosts/${id}`)).text;
  assert.match(page, /<dt>Last ping<\/dt>/);
  assert.doesNotMatch(page, /first report|Last report|reports over the API/i, 'none is waited for');
}));

test('a heartbeat takes what scripts send to Healthchecks', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  const { key: uuid } = await admin.post('/api/v1/customers/acme/heartbeats', { host: 'nightly', every: '1d' }, 201);
  const say = async (rest, method, body) => {
    const { status, text } = await call(hub, `/ping/${uuid}${rest}`, method, body);
    assert.equal(status, 200, `${rest}: ${text}`);
    return hostNamed(admin, 'nightly');
  };
  assert.equal((await say('/start')).ping.kind, 'start');
  assert.equal((await say('')).ping.kind, 'success');
  const failed = await say('/fail', 'POST', 'rsync: no route to host\nmore');
  assert.equal(failed.status, 'down');
  assert.equal(failed.reason, 'The last ping tells of a failure: rsync: no route to host');
  assert.equal((await say('/log', 'POST', 'still trying')).status, 'down');
  assert.equal((await say('/0')).status, 'ok');
  assert.equal((await say('/3')).ping.detail, 'exit code 3');
  assert.equal((await say('', 'HEAD')).status, 'ok');
  assert.equal((await hostNamed(admin, 'nightly')).ping.every_seconds, 86_400);
}));

test('a ping key can do nothing else, and nothing else can ping', inWorld(async (world) => {
  const { hub, admin, owner } = await customersHub(world);
  const { key } = await admin.post('/api/v1/customers/acme/ping-keys', {}, 201);
  const { key: uuid } = await admin.post('/api/v1/customers/acme/heartbeats', { host: 'nightly' }, 201);
  for (const bearer of [key, uuid]) {
    const holder = new Api(hub, { bearer });
    await holder.refuses(403, 'ping_key', 'GET', '/api/v1/hosts');
    await holder.refuses(403, 'ping_key', 'POST', '/api/v1/report', { customer_id: 'acme' });
  }
  assert.equal((await call(hub, `/api/v1/ping/${owner.bearer}/nas`)).status, 403);
  for (const path of ['/ping/x', `/ping/${uuid}/other`, `/ping/${uuid}/256`, `/ping/${key}`, `/api/v1/ping/${uuid.replace(/^./, 'z')}/nas`, '/ping/00000000-0000-4000-8000-000000000000'])
    assert.equal((await call(hub, path)).status, 404, path);
  for (const method of ['PUT', 'DELETE', 'PATCH']) assert.equal((await call(hub, `/ping/${uuid}`, method)).status, 405, method);
}));

test('keys in addresses are not in the log', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  const { key } = await admin.post('/api/v1/customers/acme/ping-keys', {}, 201);
  const { key: uuid } = await admin.post('/api/v1/customers/acme/heartbeats', { host: 'nightly' }, 201);
  for (const path of [`/api/v1/ping/${key}/nas`, `/api/v1/ping/${key}/nas/fail`, `/ping/${uuid}`, `/ping/${uuid}/1`, `/ping/${key}/nas/nonsense`]) await call(hub, path);
  await waitFor('a line about the last one', () => hub.child.log.includes('/ping/{key}/{first}/{second}'));
  for (const secret of [key, uuid]) assert.ok(!hub.child.log.includes(secret));
}));

test('a ping key that is revoked ends at once, and rotating the keys for reports leaves it', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  const { id, key } = await admin.post('/api/v1/customers/acme/ping-keys', {}, 201);
  await admin.post('/api/v1/customers/acme/keys/rotate', {}, 201);
  const { keys } = await admin.get('/api/v1/customers/acme/keys');
  const listed = keys.find((each) => each.id === id);
  assert.equal(listed.kind, 'ping');
  assert.equal(listed.expires_at, null);
  assert.equal((await call(hub, `/ping/${key}/nas`)).status, 200);
  await admin.remove(`/api/v1/customers/acme/keys/${id}`);
  assert.equal((await call(hub, `/ping/${key}/nas`)).status, 404);
}));

test('heartbeats that cannot be are refused', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  const kHeartbeats = '/api/v1/customers/acme/heartbeats';
  for (const body of [{}, { host: '' }, { host: 7 }, { host: 'x'.repeat(300) }, { host: 'a', every: 'soon' }, { host: 'a', every: '3650d' }])
    await admin.refuses(422, undefined, 'POST', kHeartbeats, body);
}));

test('the pages make ping keys and heartbeats, and show them once', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  const send = (path, form) => fetch(`${hub.url}/customers/acme/${path}`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers: { origin: hub.url, cookie: admin.cookie },
  });
  const made = await send('heartbeats', { host: 'nightly', every: '26h' });
  assert.equal(made.status, 303);
  const { text } = await admin.send('GET', made.headers.get('location').replace(hub.url, ''));
  const [, uuid] = text.match(/\/ping\/([0-9a-f-]{36})/);
  assert.equal((await call(hub, `/ping/${uuid}`)).status, 200);
  assert.ok(text.includes('heartbeat of nightly'));
  assert.ok(!(await admin.send('GET', '/customers/acme')).text.includes(uuid));
  assert.equal((await send('heartbeats', { host: 'x', every: 'never' })).status, 422);
  assert.equal((await send('ping-keys', {})).status, 303);
}));
