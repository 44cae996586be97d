// The agents' WebSocket against agents that misbehave: each ends its own connection and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kHello, Wire } from '../harness/wire.mjs';
import { inWorld } from '../harness/world.mjs';

// A hub, the bearer of a host on it that no agent uses, and a second host whose agent must not notice anything.
async function prepare(world) {
  const hub = await world.signedInHub();
  const bystander = await world.connectedAgent(hub, 'bystander');
  const machine = world.agent('wire');
  await machine.enroll(hub, (await hub.api.post('/api/v1/enrolment-tokens', {}, 201)).token);
  const { bearer, host_id: host } = machine.identity;
  const untouched = async () => {
    await hub.api.hostConnected(bystander.host);
    assert.equal(bystander.child.stderr.match(/agent\.connected/g).length, 1);
  };
  return { hub, bearer, host, bystander, untouched };
}

const kBad = {
  'that is not JSON': (wire) => wire.raw('{"type":'),
  'of a type that does not exist': (wire) => wire.say('job.invented', {}),
  'without a payload': (wire) => wire.raw('{"type":"heartbeat"}'),
  'of the wrong shape': (wire) => wire.say('heartbeat', { time: 'yesterday' }),
  'that is nested deeply': (wire) => wire.raw(`{"type":"heartbeat","id":"","payload":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
  'in binary': (wire) => wire.raw(Buffer.from([0xde, 0xad, 0xbe, 0xef])),
  'that only a hub may say': (wire) => wire.say('command.cancel', { job: '01J0000000000000000000J0B1' }),
};

for (const [what, misbehave] of Object.entries(kBad)) {
  test(`a message ${what} ends the connection with a reason`, inWorld(async (world) => {
    const { hub, bearer, untouched } = await prepare(world);
    const wire = await Wire.greeted(hub, bearer);
    misbehave(wire);
    const { code, reason } = await wire.end();
    assert.ok(code === 4000 || code === 1003, `${code} ${reason}`);
    assert.ok(reason.length > 5, reason);
    await untouched();
  }));
}

test('a message over one megabyte ends the connection', inWorld(async (world) => {
  const { hub, bearer, untouched } = await prepare(world);
  const wire = await Wire.greeted(hub, bearer);
  wire.raw(JSON.stringify({ type: 'heartbeat', id: '', payload: { time: 'x'.repeat(1024 * 1024) } }));
  assert.ok([1009, 4000].includes((await wire.end()).code));
  await untouched();
}));

test('text that is not UTF-8 ends the connection', inWorld(async (world) => {
  const { hub, bearer, untouched } = await prepare(world);
  const wire = await Wire.greeted(hub, bearer);
  wire.socket._socket.write(maskedTextFrame(Buffer.from('{"type":"heartbeat\xff"}', 'latin1')));
  assert.ok([1006, 1007, 4000].includes((await wire.end()).code));
  await untouched();
}));

test('anything before hello ends the connection', inWorld(async (world) => {
  const { hub, bearer } = await prepare(world);
  const wire = await Wire.connect(hub, bearer);
  wire.say('heartbeat', { time: new Date().toISOString() });
  const { code } = await wire.end();
  assert.ok(code === 4000 || code === 4001, String(code));
}));

test('an agent that is too old is told to update', inWorld(async (world) => {
  const { hub, bearer } = await prepare(world);
  const wire = await Wire.connect(hub, bearer);
  wire.say('hello', { ...kHello, time: new Date().toISOString(), version: 0 });
  const { code, reason } = await wire.end();
  assert.equal(code, 4002);
  assert.match(reason, /[Uu]pdate|[Uu]pgrade/);
}));

test('the newest connection of a host wins', inWorld(async (world) => {
  const { hub, bearer, host } = await prepare(world);
  const first = await Wire.greeted(hub, bearer);
  const second = await Wire.greeted(hub, bearer);
  assert.equal((await first.end()).code, 4003);
  second.say('heartbeat', { time: new Date().toISOString() });
  await second.hears('heartbeat.ack');
  await hub.api.hostConnected(host);
}));

test('a clock one day off does not hurt', inWorld(async (world) => {
  const { hub, bearer, host } = await prepare(world);
  for (const offset of [-1, 1]) {
    const time = new Date(Date.now() + offset * 86_400_000).toISOString();
    const wire = await Wire.greeted(hub, bearer, { time });
    wire.say('heartbeat', { time });
    await wire.hears('heartbeat.ack');
    await hub.api.hostConnected(host);
    wire.close();
    await wire.end();
  }
}));

test('messages about the job of another host change nothing', inWorld(async (world) => {
  const { hub, bearer, bystander } = await prepare(world);
  await hub.api.prepareBackup(bystander.host, { url: world.path('vault'), password: 'repository password' }, [world.folder], [world.path('vault')]);
  await bystander.kill();
  await hub.api.hostConnected(bystander.host, false);
  const job = await hub.api.backUp(bystander.host);
  const before = await hub.api.job(job.id);

  const wire = await Wire.greeted(hub, bearer, { jobs: [{ job: job.id, last_sequence: 3 }] });
  assert.deepEqual((await wire.hears('welcome')).unknown_jobs, [job.id]);
  wire.say('job.started', { job: job.id, sequence: 1, at: new Date().toISOString() });
  await Promise.race([wire.end(), hub.api.get('/api/v1/hosts')]);
  assert.deepEqual(await hub.api.job(job.id), before);
  bystander.start();
  await hub.api.hostConnected(bystander.host);
}));

test('an agent is sent commands in the version that it speaks', inWorld(async (world) => {
  const { hub, bearer, host } = await prepare(world);
  await hub.api.prepareBackup(host, { url: world.path('vault'), password: 'repository password' }, ['/srv/data']);
  await hub.api.backUp(host);
  const sent = {};
  for (const version of [1, 2]) {
    const wire = await Wire.greeted(hub, bearer, { version });
    sent[version] = await wire.hears('command.run');
    wire.close();
    await wire.end();
  }
  assert.deepEqual([sent[1].operation, sent[1].sources.paths, sent[1].backup], ['backup', ['/srv/data'], undefined]);
  assert.deepEqual([sent[2].operation, sent[2].backup.sources.paths, sent[2].sources], ['backup', ['/srv/data'], undefined]);
}));

// One frame of text as a client masks it, without the checks of a client library.
function maskedTextFrame(payload) {
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
