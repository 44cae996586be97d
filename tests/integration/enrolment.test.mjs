// How a machine becomes a host, both ways, and how its bearer is changed and taken away.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { join } from 'node:path';
import { Api } from '../harness/api.mjs';
import { waitFor } from '../harness/wait.mjs';
import { Wire } from '../harness/wire.mjs';
import { inWorld } from '../harness/world.mjs';

const kMachine = { name: 'harbour', hostname: 'harbour', os: 'Debian GNU/Linux 12 (bookworm)', arch: 'x86_64', agent_version: '0.1.0' };

// A machine that announces itself by hand: {announcement_id, fingerprint, publicKey, prove(nonce)}.
async function announceByHand(hub, name = 'harbour') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const { hostname, ...machine } = { ...kMachine, name };
  const made = await new Api(hub).post('/api/v1/agent/announce', { public_key: raw.toString('base64'), ...machine }, 202);
  const path = `/api/v1/agent/announcements/${made.announcement_id}`;
  const signature = (nonce, key = privateKey) => sign(null,
    Buffer.concat([Buffer.from(`holdfast-enrol-v1\n${made.announcement_id}\n`), Buffer.from(nonce, 'base64')]), key).toString('base64');
  return { ...made, path, signature };
}

const announcements = async (hub) => (await hub.api.get('/api/v1/announcements')).announcements;

test('a token makes a host, once', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const { token, command } = await hub.api.post('/api/v1/enrolment-tokens', {}, 201);
  assert.match(command, /holdfast-agent enroll --hub /);
  const agent = world.agent('harbour');
  await agent.enroll(hub, token);
  assert.equal((await stat(join(agent.stateDir, 'identity.json'))).mode & 0o777, 0o600);
  assert.equal((await stat(agent.stateDir)).mode & 0o777, 0o700);
  agent.start();
  assert.equal((await hub.api.hostConnected(agent.host)).name, 'harbour');

  await new Api(hub).refuses(410, undefined, 'POST', '/api/v1/agent/enroll', { token, ...kMachine });
  const late = world.agent('late');
  const refused = late.spawn(['enroll', '--hub', hub.url, '--token', token, '--name', 'late']);
  assert.notEqual((await refused.ended).code, 0);
  assert.match(refused.stderr + refused.stdout, /used|expired/);
  assert.equal((await hub.api.get('/api/v1/hosts')).hosts.length, 1);
}));

test('a token that never was is refused', inWorld(async (world) => {
  const hub = await world.signedInHub();
  await new Api(hub).refuses(401, undefined, 'POST', '/api/v1/agent/enroll', { token: 'hfe_made_up', ...kMachine });
  assert.deepEqual((await hub.api.get('/api/v1/hosts')).hosts, []);
}));

test('a removed token is refused', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const { id, token } = await hub.api.post('/api/v1/enrolment-tokens', {}, 201);
  await hub.api.remove(`/api/v1/enrolment-tokens/${id}`);
  await new Api(hub).refuses(401, undefined, 'POST', '/api/v1/agent/enroll', { token, ...kMachine });
}));

test('a token is stored nowhere as it is', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const { token } = await hub.api.post('/api/v1/enrolment-tokens', {}, 201);
  const agent = world.agent('harbour');
  await agent.enroll(hub, token);
  agent.start();
  await hub.api.hostConnected(agent.host);
  await hub.stop();
  const stored = await readFile(join(hub.dataDir, 'holdfast.db'), 'latin1');
  assert.equal(stored.includes(token), false);
  assert.equal(stored.includes(agent.identity.bearer), false);
  assert.equal(hub.child.log.includes(token), false);
  assert.equal(hub.child.log.includes(agent.identity.bearer), false);
  assert.equal(agent.child.log.includes(agent.identity.bearer), false);
}));

test('an announced machine shows the fingerprint that the hub shows, and works once accepted', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = world.agent('harbour');
  const announcing = agent.announce(hub);
  const printed = (await announcing.line(/((?:[0-9a-f]{4}[ :-]?){16})/))[1].replace(/[^0-9a-f]/g, '');
  const [pending] = await waitFor('the announcement', async () => { const all = await announcements(hub); return all.length && all; });
  assert.equal(pending.fingerprint, printed);
  const again = agent.spawn(['fingerprint']);
  await again.ended;
  assert.equal(again.stdout.replace(/[^0-9a-f]/g, '').slice(-64), printed);

  await hub.api.post(`/api/v1/announcements/${pending.id}/accept`, { name: 'mooring' });
  assert.equal((await announcing.ended).code, 0, announcing.stderr);
  await agent.readIdentity();
  agent.start();
  assert.equal((await hub.api.hostConnected(agent.host)).name, 'mooring');
  assert.deepEqual(await announcements(hub), []);
}));

test('a rejected machine is told and gets nothing', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const announcing = world.agent('harbour').announce(hub);
  const [pending] = await waitFor('the announcement', async () => { const all = await announcements(hub); return all.length && all; });
  await hub.api.post(`/api/v1/announcements/${pending.id}/reject`, {}, 204);
  assert.equal((await announcing.ended).code, 1);
  assert.match(announcing.stderr + announcing.stdout, /reject/i);
  assert.deepEqual((await hub.api.get('/api/v1/hosts')).hosts, []);
}));

test('a wrong signature gets no bearer, the right one does', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const machine = await announceByHand(hub);
  const stranger = new Api(hub);
  await stranger.refuses(409, undefined, 'POST', `${machine.path}/proof`, { signature: machine.signature('AAAA') });
  await hub.api.post(`/api/v1/announcements/${machine.announcement_id}/accept`, {});
  const { state, nonce } = await stranger.get(machine.path);
  assert.equal(state, 'accepted');

  const otherKey = generateKeyPairSync('ed25519').privateKey;
  await stranger.refuses(403, undefined, 'POST', `${machine.path}/proof`, { signature: machine.signature(nonce, otherKey) });
  await stranger.refuses(403, undefined, 'POST', `${machine.path}/proof`, { signature: machine.signature(Buffer.alloc(32).toString('base64')) });
  const { bearer, host_id: host } = await stranger.post(`${machine.path}/proof`, { signature: machine.signature(nonce) }, 201);
  (await Wire.greeted(hub, bearer)).close();
  assert.equal((await hub.api.get(`/api/v1/hosts/${host}`)).name, 'harbour');
}));

test('equal names are allowed and flagged', inWorld(async (world) => {
  const hub = await world.signedInHub();
  await world.connectedAgent(hub, 'harbour');
  await announceByHand(hub, 'harbour');
  await announceByHand(hub, 'mooring');
  const flagged = Object.fromEntries((await announcements(hub)).map((each) => [each.name, each.name_taken]));
  assert.deepEqual(flagged, { harbour: true, mooring: false });
}));

test('more than ten announcements a minute from one address are refused', inWorld(async (world) => {
  const hub = await world.signedInHub();
  for (let i = 0; i < 10; ++i) await announceByHand(hub, `host-${i}`);
  await assert.rejects(announceByHand(hub, 'host-11'), /429/);
  assert.equal((await announcements(hub)).length, 10);
}));

test('a new bearer replaces the old one without losing the host', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const old = agent.identity.bearer;
  await hub.api.post(`/api/v1/hosts/${agent.host}/rotate`, {}, 202);
  await waitFor('a new bearer', async () => { await agent.readIdentity(); return agent.identity.bearer !== old; });
  await waitFor('the old bearer to end', () => Wire.connect(hub, old).then((wire) => { wire.close(); return false; }, (error) => /401/.test(error.message)));
  await hub.api.hostConnected(agent.host);
  assert.equal((await hub.api.get('/api/v1/hosts')).hosts.length, 1);
}));

test('a revoked host stays, its agent does not get in, and a new token brings it back', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await waitFor('its first report', async () => (await hub.api.get(`/api/v1/hosts/${agent.host}`)).report);
  await hub.api.post(`/api/v1/hosts/${agent.host}/revoke`, {}, 204);
  const revoked = await hub.api.get(`/api/v1/hosts/${agent.host}`);
  assert.deepEqual([revoked.status, revoked.reason.split(';')[0]], ['warning', 'No valid agent token']);
  await hub.api.hostConnected(agent.host, false);
  await assert.rejects(Wire.connect(hub, agent.identity.bearer), /HTTP 401/);
  await waitFor('the agent to say so', () => /revoked|401|not valid|no longer/i.test(agent.child.stderr));
  await agent.stop();

  const { token } = await hub.api.post('/api/v1/enrolment-tokens', { host_id: agent.host }, 201);
  const host = agent.host;
  await agent.enroll(hub, token);
  assert.equal(agent.host, host);
  agent.start();
  await hub.api.hostConnected(host);
}));

test('a deleted host is gone, and so is its way in', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await hub.api.remove(`/api/v1/hosts/${agent.host}`, 202);
  await hub.api.refuses(404, undefined, 'GET', `/api/v1/hosts/${agent.host}`);
  await assert.rejects(Wire.connect(hub, agent.identity.bearer), /HTTP 401/);
}));
