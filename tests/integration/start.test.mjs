// Starting and stopping the hub: configuration, readiness, one hub per data folder, an orderly end.

import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { join } from 'node:path';
import { Api } from '../harness/api.mjs';
import { Hub } from '../harness/hub.mjs';
import { waitFor } from '../harness/wait.mjs';
import { Wire } from '../harness/wire.mjs';
import { inWorld, kPrograms } from '../harness/world.mjs';

// Runs a hub that is expected to refuse its configuration; returns what it says.
async function refusal(world, yaml, env = {}) {
  const file = world.path('hub.yaml');
  await writeFile(file, yaml.replaceAll('DATA', world.path('data')));
  const child = world.spawn('hub', join(kPrograms, 'holdfast-hub'), ['--config', file], { env });
  const { code } = await child.ended;
  assert.notEqual(code, 0, child.stdout);
  return child.stderr;
}

test('a new hub is alive, ready, and keeps its secrets to itself', inWorld(async (world) => {
  const hub = await world.hub();
  const api = new Api(hub);
  assert.equal((await api.send('GET', '/healthz')).status, 200);
  assert.equal((await api.send('GET', '/readyz')).status, 200);
  for (const name of ['secret.key', 'setup-link', 'holdfast.db']) {
    assert.equal((await stat(join(hub.dataDir, name))).mode & 0o077, 0, `${name} is for the hub alone`);
  }
}));

test('the secret key outlives a restart', inWorld(async (world) => {
  const hub = await world.hub();
  const before = await readFile(join(hub.dataDir, 'secret.key'));
  await hub.restart();
  assert.deepEqual(await readFile(join(hub.dataDir, 'secret.key')), before);
}));

test('an unknown key is refused with its line and a guess', inWorld(async (world) => {
  const said = await refusal(world, 'server:\n  data_dir: DATA\n  lisen: 127.0.0.1:0\n');
  assert.match(said, /hub\.yaml:3: server\.lisen: /);
  assert.match(said, /server\.listen/);
}));

test('a wrong value is refused with its line and what would be right', inWorld(async (world) => {
  assert.match(await refusal(world, 'server:\n  data_dir: DATA\nretention:\n  max_days: many\n'), /hub\.yaml:4: retention\.max_days: must be a number/);
  assert.match(await refusal(world, 'server:\n  data_dir: DATA\nalerting:\n  stale_threshold: soon\n'), /hub\.yaml:4: alerting\.stale_threshold: must be/);
  assert.match(await refusal(world, 'auth:\n  password_hash: secret\nserver:\n  data_dir: DATA\n'), /hub\.yaml:2: auth\.password_hash: must be/);
}));

// It names /data and port 8080, which a test may not have: the environment moves those two, as it may.
test('the configuration of the hub before this one starts unchanged', inWorld(async (world) => {
  const file = join(import.meta.dirname, '../data/config/original-hub.yaml');
  const hub = world.spawn('hub', join(kPrograms, 'holdfast-hub'), ['--config', file], {
    env: { HOLDFAST_SERVER_LISTEN: '127.0.0.1:0', HOLDFAST_SERVER_DATA_DIR: world.path('data') },
  });
  const url = (await hub.line(/^Holdfast is listening on (\S+)\n/m))[1];
  const setupLink = (await hub.line(/^Set up: (\S+)\n/m))[1];
  const admin = await Api.setUp({ url, setupLink });
  const settings = (await admin.send('GET', '/settings')).text;
  assert.match(settings, /under 30\u00a0min.*30\u00a0min to (1\u00a0h|60\u00a0min).*over (1\u00a0h|60\u00a0min)/s, 'stale after 30 minutes, down after twice that');
  assert.match(settings, /Next pruning<\/dt><dd>[^<]* 04:30 Europe\/Budapest/);
  assert.equal((await hub.stop('SIGTERM')).code, 0);
}));

test('of a proxy only its address is taken, before anything is made', inWorld(async (world) => {
  const said = await refusal(world, 'server:\n  data_dir: DATA\n  trusted_proxies:\n    - 127.0.0.1\n    - nginx\n');
  assert.match(said, /hub\.yaml:5: server\.trusted_proxies: must be an address/);
  await assert.rejects(stat(world.path('data')));
}));

test('files of TLS that cannot be used are refused before anything is made', inWorld(async (world) => {
  await writeFile(world.path('x.pem'), 'no certificate');
  const said = await refusal(world, `server:\n  data_dir: DATA\n  tls_certificate: ${world.path('x.pem')}\n  tls_key: ${world.path('x.pem')}\n`);
  assert.match(said, /server\.tls_certificate and server\.tls_key: cannot use the certificate .*x\.pem/);
  await assert.rejects(stat(world.path('data')));
}));

test('an address that cannot be taken is refused before anything is made', inWorld(async (world) => {
  const said = await refusal(world, 'server:\n  data_dir: DATA\n  listen: 203.0.113.9:1234\n');
  assert.match(said, /server\.listen: cannot listen on 203\.0\.113\.9:1234/);
  await assert.rejects(stat(world.path('data')));
}));

test('what needs quotes in YAML is said with its key', inWorld(async (world) => {
  for (const value of ['*/15 * * * *', '* 3 * * *', '@daily']) {
    const said = await refusal(world, `server:\n  data_dir: DATA\nretention:\n  prune_schedule: ${value}\n`);
    assert.match(said, /hub\.yaml:4: retention\.prune_schedule: put the value in quotes/, value);
  }
}));

test('empty variables and those of a cluster are passed over', inWorld(async (world) => {
  const hub = await world.hub({ env: {
    HOLDFAST_SERVER_TLS_CERTIFICATE: '', HOLDFAST_RETENTION_MAX_DAYS: '', HOLDFAST_ALERTING_STALE_THRESHOLD: '', HOLDFAST_SERVER_TRUSTED_PROXIES: '',
    HOLDFAST_PORT: 'tcp://10.0.0.1:8080', HOLDFAST_SERVICE_HOST: '10.0.0.1', HOLDFAST_PORT_8080_TCP_ADDR: '10.0.0.1',
  } });
  assert.equal((await new Api(hub).send('GET', '/readyz')).status, 200);
}));

// Starts a hub again that must refuse; returns what it says.
async function refusesToStart(hub) {
  await assert.rejects(hub.start());
  assert.equal((await hub.child.ended).code, 1);
  return hub.child.stderr;
}

test('a database that is gone is not replaced by an empty one', inWorld(async (world) => {
  const hub = await world.hub();
  await hub.stop();
  const database = join(hub.dataDir, 'holdfast.db');
  const content = await readFile(database);
  for (const lose of [() => rm(database), () => truncate(database)]) {
    await lose();
    assert.match(await refusesToStart(hub), /secret\.key is here, but the database .*holdfast\.db is missing or empty.*--new/);
    await writeFile(database, content);
  }
  await hub.start();
  await hub.stop();
  await rm(database);
  hub.arguments = ['--new'];
  await hub.start();
  assert.equal((await new Api(hub).send('GET', '/readyz')).status, 200);
}));

test('a key that is gone or foreign is said at start', inWorld(async (world) => {
  const hub = await world.signedInHub();
  await hub.api.addRepository({ url: world.path('vault'), password: 'repository password' });
  await hub.stop();
  const file = join(hub.dataDir, 'secret.key');
  const key = await readFile(file);
  await rm(file);
  assert.match(await refusesToStart(hub), /but not the key of its secrets.*--new/);
  await assert.rejects(stat(file), 'none is made');
  await writeFile(file, 'ab'.repeat(32), { mode: 0o600 });
  assert.match(await refusesToStart(hub), /secret\.key is not the key of the secrets in/);
  await writeFile(file, key);
  await hub.start();
  assert.equal((await hub.api.get('/api/v1/repositories')).repositories.length, 1);
}));

test('a schedule and a time zone are checked before anything starts', inWorld(async (world) => {
  const retention = (line) => refusal(world, `server:\n  data_dir: DATA\nretention:\n  ${line}\n`);
  assert.match(await retention('prune_schedule: 0 25 * * *'), /hub\.yaml:4: retention\.prune_schedule: must be a time of day such as 04:30, or a schedule.*; hour: 25 is not/);
  assert.match(await retention('prune_schedule: 0 3 30 2 *'), /hub\.yaml:4: retention\.prune_schedule: is never due/);
  assert.match(await retention('timezone: Europe/Atlantis'), /hub\.yaml:4: retention\.timezone: must be the name of a time zone/);
  assert.match(await refusal(world, 'server:\n  data_dir: DATA\n', { HOLDFAST_RETENTION_TIMEZONE: 'CET/CEST' }), /HOLDFAST_RETENTION_TIMEZONE.*must be the name/);
}));

test('an unknown variable is refused by name', inWorld(async (world) => {
  assert.match(await refusal(world, 'server:\n  data_dir: DATA\n', { HOLDFAST_SERVER_LISEN: ':1' }), /HOLDFAST_SERVER_LISEN/);
}));

test('a configuration file that is not there is refused', inWorld(async (world) => {
  const child = world.spawn('hub', join(kPrograms, 'holdfast-hub'), ['--config', world.path('no.yaml')]);
  assert.notEqual((await child.ended).code, 0);
  assert.match(child.stderr, /no\.yaml/);
}));

test('the environment wins over the file, and secrets come from files', inWorld(async (world) => {
  // The hash of "correct horse battery", cost 4.
  await writeFile(world.path('hash'), `${kBcryptHash}\n`);
  await mkdir(world.path('elsewhere'));
  const hub = await world.hub({
    config: { auth: { password_hash: kOtherHash } },
    env: { HOLDFAST_AUTH_PASSWORD_HASH_FILE: world.path('hash'), HOLDFAST_SERVER_DATA_DIR: world.path('elsewhere/data') },
  });
  await Api.signIn(hub);
  await stat(world.path('elsewhere/data/holdfast.db'));
}));

test('without sign-in the hub listens on loopback only', inWorld(async (world) => {
  assert.match(await refusal(world, 'server:\n  data_dir: DATA\n  listen: 0.0.0.0:0\nauth:\n  disabled: true\n'), /auth\.disabled/);
  const hub = await world.hub({ config: { auth: { disabled: true } } });
  await new Api(hub).get('/api/v1/hosts');
}));

test('a limit for silence below the interval of reports is told at the start and in the settings', inWorld(async (world) => {
  const start = async (stale_threshold) => {
    const hub = await world.signedInHub({ config: { alerting: { stale_threshold } } });
    const settings = (await hub.api.send('GET', '/settings')).text;
    return [/alerting\.stale_threshold is shorter/.test(hub.child.stderr), settings.includes('id="short-silence"')];
  };
  assert.deepEqual(await start('12m'), [true, true]);
  assert.deepEqual(await start('15m'), [false, false]);
}));

test('a second hub on the same data folder is refused', inWorld(async (world) => {
  const first = await world.hub();
  const second = new Hub(world, {});
  second.config.server.data_dir = first.dataDir;
  await assert.rejects(second.start());
  assert.notEqual((await second.child.ended).code, 0);
  assert.match(second.child.stderr, /another|in use|running|lock/i);
  assert.equal((await new Api(first).send('GET', '/healthz')).status, 200);
}));

test('a database from a newer program is refused and left alone', inWorld(async (world) => {
  const hub = await world.hub();
  await hub.stop();
  const file = join(hub.dataDir, 'holdfast.db');
  await sqlite(world, file, 'pragma user_version = 999999');
  const before = await readFile(file);
  await assert.rejects(hub.start());
  assert.match(hub.child.stderr, /newer/);
  assert.deepEqual(await readFile(file), before);
}));

test('SIGTERM ends the hub within seconds, whatever is connected', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await openSocket(world, hub);
  const half = await openSocket(world, hub);
  half.write('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{');
  const stream = await openSocket(world, hub);
  stream.write(`GET /ui/stream?topics=pulse HTTP/1.1\r\nHost: x\r\nCookie: ${hub.api.cookie}\r\n\r\n`);
  await new Promise((resolve) => stream.once('data', resolve));
  const started = Date.now();
  assert.deepEqual(await hub.stop(), { code: 0, signal: null });
  assert.ok(Date.now() - started < 10_000, 'it takes a few seconds at most');
  assert.equal(agent.child.running, true);
}));

test('SIGINT ends hub and agent orderly', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  assert.equal((await agent.child.stop('SIGINT')).code, 0);
  await hub.api.hostConnected(agent.host, false);
  assert.equal((await hub.child.stop('SIGINT')).code, 0);
}));

test('a restart keeps everything, sessions included', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await mkdir(world.path('source'));
  await writeFile(world.path('source/file'), 'kept');
  const { repository, group } = await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  const job = await hub.api.jobEnds((await hub.api.backUp(agent.host)).id, 'succeeded');
  await hub.restart();
  await hub.api.hostConnected(agent.host);
  assert.equal((await hub.api.get(`/api/v1/repositories/${repository.id}`)).url, repository.url);
  assert.deepEqual((await hub.api.get(`/api/v1/hosts/${agent.host}/source-groups`)).source_groups.map((each) => each.id), [group.id]);
  assert.deepEqual(await hub.api.job(job.id), job);
}));

test('a hub that was stopped while it had an agent takes it back', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await hub.kill();
  await hub.start();
  await hub.api.hostConnected(agent.host);
  await waitFor('the agent to say that it is connected', () => agent.child.stderr.match(/agent\.connected/g)?.length >= 2);
}));

test('frames on the wire that are not HTTP end that connection alone', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const socket = connect(new URL(hub.url).port, '127.0.0.1');
  const ended = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
  socket.resume().write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x0d, 0x0a, 0x0d, 0x0a]));
  await ended;
  await assert.rejects(Wire.connect(hub, 'no such bearer'), /HTTP 401/);
  await hub.api.get('/api/v1/hosts');
}));

async function openSocket(world, hub) {
  const socket = connect(new URL(hub.url).port, '127.0.0.1');
  world.atEnd(() => socket.destroy());
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket.on('error', () => {});
}

async function sqlite(world, file, statement) {
  const child = world.spawn('sqlite3', 'sqlite3', [file, statement]);
  assert.equal((await child.ended).code, 0, child.stderr);
}

const kBcryptHash = '$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS';
const kOtherHash = '$2b$04$abcdefghijklmnopqrstuuhsldPA./HX/vGsGHrUavxAWgqxuIg2K';
