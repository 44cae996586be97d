// What ends, ends everywhere at once: tokens, hosts and proofs, whatever a connection has said by then.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { kHello, Wire } from '../harness/wire.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

const hello = () => ({ ...kHello, time: new Date().toISOString() });

// A hub with a host that has a job waiting, whose command would hold the repository's password, and no agent.
async function prepare(world) {
  const hub = await world.signedInHub();
  const machine = world.agent('wire');
  await machine.enroll(hub, (await hub.api.post('/api/v1/enrolment-tokens', {}, 201)).token);
  const { bearer, host_id: host } = machine.identity;
  await hub.api.prepareBackup(host, { url: world.path('vault'), password: 'repository password' }, [world.folder], [world.path('vault')]);
  await hub.api.backUp(host);
  return { hub, bearer, host };
}

const kEndings = {
  revoked: (hub, host) => hub.api.post(`/api/v1/hosts/${host}/revoke`, {}, 204),
  deleted: (hub, host) => hub.api.remove(`/api/v1/hosts/${host}`, 202),
  'enrolled anew': async (hub, host) => {
    const { token } = await hub.api.post('/api/v1/enrolment-tokens', { host_id: host }, 201);
    await new Api(hub).post('/api/v1/agent/enroll', { token, name: 'wire', hostname: 'wire', os: '', arch: '', agent_version: '' }, 201);
  },
};

for (const [what, end] of Object.entries(kEndings)) {
  test(`a connection that has said nothing yet is told nothing after its host was ${what}`, inWorld(async (world) => {
    const { hub, bearer, host } = await prepare(world);
    const wire = await Wire.connect(hub, bearer);
    await end(hub, host);
    wire.say('hello', hello());
    assert.equal((await wire.end()).code, 4004);
    assert.deepEqual(wire.messages, []);
  }));

  test(`a connection that is greeted is closed when its host is ${what}`, inWorld(async (world) => {
    const { hub, bearer, host } = await prepare(world);
    const wire = await Wire.greeted(hub, bearer);
    await end(hub, host);
    assert.equal((await wire.end()).code, 4004);
    await assert.rejects(Wire.connect(hub, bearer), /HTTP 401/);
  }));
}

test('after a rotation the old token fetches the new one, again and again, and ends with its first use', inWorld(async (world) => {
  const { hub, bearer } = await prepare(world);
  const rotate = async (used) => (await new Api(hub, { bearer: used }).post('/api/v1/agent/rotate', {}, 201)).bearer;
  const fresh = await rotate(bearer);
  for (let i = 0; i < 20; ++i) assert.equal(await rotate(bearer), fresh);
  const old = await Wire.greeted(hub, bearer);
  await old.hears('credentials.rotate');
  const current = await Wire.greeted(hub, fresh);
  assert.equal((await old.end()).code, 4004);
  await assert.rejects(Wire.connect(hub, bearer), /HTTP 401/);
  current.close();
}));

test('a proof is good once, and not after its host was revoked', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const machine = new Api(hub);
  const { announcement_id: id } = await machine.post('/api/v1/agent/announce',
    { public_key: raw.toString('base64'), name: 'harbour', os: '', arch: '', agent_version: '' }, 202);
  const path = `/api/v1/agent/announcements/${id}`;
  const { host_id: host } = await hub.api.post(`/api/v1/announcements/${id}/accept`, {});
  const proof = async () => ({
    signature: sign(null, Buffer.concat([Buffer.from(`holdfast-enrol-v1\n${id}\n`), Buffer.from((await machine.get(path)).nonce, 'base64')]), privateKey).toString('base64'),
  });
  const first = await proof();
  const { bearer } = await machine.post(`${path}/proof`, first, 201);
  await machine.refuses(403, 'signature_wrong', 'POST', `${path}/proof`, first);
  (await Wire.greeted(hub, bearer)).close();
  await machine.refuses(404, 'no_such_announcement', 'POST', `${path}/proof`, first);
  await hub.api.post(`/api/v1/hosts/${host}/revoke`, {}, 204);
  await machine.refuses(404, 'no_such_announcement', 'POST', `${path}/proof`, first);
}));

test('cancel ends a job that nobody else will end', inWorld(async (world) => {
  const { hub, bearer, host } = await prepare(world);
  const [queued] = (await hub.api.get('/api/v1/jobs')).jobs;
  await hub.api.post(`/api/v1/jobs/${queued.id}/cancel`, {}, 202);
  assert.equal((await hub.api.job(queued.id)).state, 'cancelled');

  const begun = await hub.api.backUp(host);
  const wire = await Wire.greeted(hub, bearer);
  wire.say('job.started', { job: begun.id, sequence: 1, at: new Date().toISOString() });
  await hub.api.jobIn(begun.id, 'running');
  await hub.api.post(`/api/v1/hosts/${host}/revoke`, {}, 204);
  await wire.end();
  await hub.api.hostConnected(host, false);
  await hub.api.post(`/api/v1/jobs/${begun.id}/cancel`, {}, 202);
  await hub.api.jobEnds(begun.id, 'cancelled');
}));

test('two agents with one identity are named, and the job of neither fails', inWorld(async (world) => {
  const { hub, bearer, host } = await prepare(world);
  const [job] = (await hub.api.get('/api/v1/jobs')).jobs;
  const first = await Wire.greeted(hub, bearer);
  first.say('job.started', { job: job.id, sequence: 1, at: new Date().toISOString() });
  await hub.api.jobIn(job.id, 'running');
  const twin = await Wire.greeted(hub, bearer);
  assert.equal((await first.end()).code, 4003);
  const warned = await waitFor('the host to say so', async () => {
    const { status, reason } = await hub.api.get(`/api/v1/hosts/${host}`);
    return /Two agents/.test(reason) && { status, reason };
  });
  assert.equal(warned.status, 'warning');
  assert.equal((await hub.api.job(job.id)).state, 'running');
  const back = await Wire.connect(hub, bearer);
  back.say('hello', { ...hello(), jobs: [{ job: job.id, last_sequence: 1 }] });
  assert.equal((await back.end()).code, 4003, 'the one that is connected stays for a while');
  twin.close();
  await twin.end();
  const again = await Wire.greeted(hub, bearer, { jobs: [{ job: job.id, last_sequence: 1 }] });
  again.say('job.finished', { job: job.id, sequence: 2, at: new Date().toISOString(),
    result: { state: 'failed', restic_version: '0.14.0', failure: { code: 'x', message: 'as the agent says', next_step: '', detail: '' } } });
  await again.hears('job.ack');
  assert.equal((await hub.api.jobEnds(job.id, 'failed')).result.failure.message, 'as the agent says');
  again.close();
}));
