// Repositories as a person sets them up: tried out from a host, initialised by a button, reached with variables.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { join } from 'node:path';
import { kNewestRestic, Restic } from '../harness/restic.mjs';
import { RestServer, SftpServer } from '../harness/servers.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

const kPassword = 'repository password';

async function hubWith(world, repository, agentOptions = {}) {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', agentOptions);
  const made = await hub.api.addRepository(repository);
  await hub.api.link(agent.host, made.id);
  return { hub, agent, api: hub.api, repository: made };
}

async function makeSource(world) {
  await mkdir(world.path('source'));
  await writeFile(world.path('source/file'), 'hello');
}

// Tries the repository out and returns its steps, such as "opened: passed".
async function tryOut({ api, repository, agent }, initialise = false) {
  await api.post(`/api/v1/repositories/${repository.id}/test`, { host: agent.host, initialise }, 202);
  const done = await waitFor('the test to end', async () => {
    const newest = await api.get(`/api/v1/repositories/${repository.id}/test`);
    return newest.state !== 'running' && newest;
  });
  assert.equal(done.state, 'finished');
  return done.steps.map(({ step, state, failure }) => `${step}: ${state}${failure ? ` (${failure.code})` : ''}`);
}

const kMissing = ['reached: passed', 'opened: failed (repository_missing)', 'written: skipped', 'deleted: skipped'];
const kMade = ['reached: passed', 'created: passed', 'opened: passed', 'written: passed', 'deleted: passed'];
const kGood = kMade.filter((step) => !step.startsWith('created'));

for (const restic of [undefined, kNewestRestic]) {
  const name = restic ? 'the newest restic' : 'restic 0.14';
  const skip = restic === undefined ? false : !kNewestRestic;

  test(`a local folder is tried out and initialised, with ${name}`, { skip }, inWorld(async (world) => {
    const made = await hubWith(world, { url: world.path('vault'), password: kPassword }, { restic });
    assert.deepEqual(await tryOut(made), kMissing);
    assert.deepEqual(await tryOut(made, true), kMade);
    assert.deepEqual(await tryOut(made), kGood);
    const vault = new Restic(world, world.path('vault'), kPassword, restic);
    assert.equal(JSON.parse(await vault.must('key', 'list', '--json')).length, 1, 'the key of the test is gone');
    assert.deepEqual(await vault.snapshots(), []);
  }));

  test(`an append-only REST server says that nothing can be deleted, with ${name}`, { skip }, inWorld(async (world) => {
    const rest = await RestServer.start(world);
    const made = await hubWith(world, rest.repository('harbour'), { restic });
    const appendOnly = [...kMade.slice(0, -1), 'deleted: failed (delete_refused)'];
    assert.deepEqual(await tryOut(made, true), appendOnly);
    assert.deepEqual(await tryOut(made), appendOnly.filter((step) => !step.startsWith('created')));
    const vault = new Restic(world, join(rest.folder, 'harbour'), kPassword, restic);
    assert.equal(JSON.parse(await vault.must('key', 'list', '--json')).length, 2, 'one key stays, however often it is tested');
  }));

  test(`sftp is tried out, with ${name}`, { skip }, inWorld(async (world) => {
    const sftp = await SftpServer.start(world);
    const made = await hubWith(world, sftp.repository('harbour'), { restic, path: [sftp.clientPath] });
    assert.deepEqual(await tryOut(made, true), kMade);
  }));
}

test('a test names what is wrong', inWorld(async (world) => {
  const made = await hubWith(world, { url: world.path('vault'), password: kPassword });
  await tryOut(made, true);
  await made.api.put(`/api/v1/repositories/${made.repository.id}`, { name: 'Vault', url: world.path('vault'), password: 'another password' });
  assert.deepEqual(await tryOut(made), ['reached: passed', 'opened: failed (wrong_password)', 'written: skipped', 'deleted: skipped']);
  await made.api.put(`/api/v1/repositories/${made.repository.id}`, { name: 'Vault', url: 'rest:http://127.0.0.1:1/' });
  assert.equal((await tryOut(made))[0], 'reached: failed (unreachable)');
}));

test('a test runs only where the repository is used and an agent is connected', inWorld(async (world) => {
  const made = await hubWith(world, { url: world.path('vault'), password: kPassword });
  const other = await world.connectedAgent(made.hub, 'north');
  const address = `/api/v1/repositories/${made.repository.id}/test`;
  await made.api.refuses(409, 'host_not_linked', 'POST', address, { host: other.host });
  await made.api.refuses(422, 'field_invalid', 'POST', address, { host: 'harbour' });
  await made.api.refuses(404, 'no_test', 'GET', address);
  await made.agent.stop();
  await made.api.hostConnected(made.agent.host, false);
  await made.api.refuses(409, 'host_not_connected', 'POST', address, { host: made.agent.host });
}));

// A restic that writes down what it was given.
async function nosyRestic(world) {
  const program = world.path('nosy-restic');
  await writeFile(program, `#!/bin/sh
[ "$1" = version ] && { echo 'restic 0.14.0 compiled with go1.19.8 on linux/amd64'; exit; }
env >${world.path('seen')}.new
for f in "$GOOGLE_APPLICATION_CREDENTIALS"; do [ -f "$f" ] && { stat -c %a "$f"; cat "$f"; } >${world.path('seen-file')}; done
mv ${world.path('seen')}.new ${world.path('seen')}
echo "Fatal: the key was $B2_ACCOUNT_KEY" >&2
exit 1
`, { mode: 0o755 });
  return program;
}

async function environmentOf(world, made) {
  const job = await made.api.jobEnds((await made.api.backUp(made.agent.host, { initialise: false })).id, 'failed');
  const seen = Object.fromEntries((await readFile(world.path('seen'), 'utf8')).split('\n').map((line) => line.split(/=(.*)/s)));
  return { job, seen };
}

test('variables of a repository reach restic, are never shown, and are replaced and cleared one by one', inWorld(async (world) => {
  const restic = await nosyRestic(world);
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic });
  const { api } = hub;
  const environment = { B2_ACCOUNT_ID: 'account', B2_ACCOUNT_KEY: 'K001-hidden-key', HTTPS_PROXY: 'http://proxy.example:3128' };
  const repository = await api.post('/api/v1/repositories', { name: 'B2', url: 'b2:bucket:path', password: kPassword, environment }, 201);
  assert.deepEqual(repository.environment, ['B2_ACCOUNT_ID', 'B2_ACCOUNT_KEY', 'HTTPS_PROXY']);
  await makeSource(world);
  await api.link(agent.host, repository.id);
  await api.post(`/api/v1/hosts/${agent.host}/source-groups`, { name: 'All', paths: [world.path('source')] }, 201);
  const made = { api, agent, repository };

  const { job, seen } = await environmentOf(world, made);
  for (const [name, value] of Object.entries(environment)) assert.equal(seen[name], value);
  const log = (await api.send('GET', `/api/v1/jobs/${job.id}/log`)).text;
  assert.match(log, /the key was \*\*\*/);
  for (const path of [`/api/v1/jobs/${job.id}`, `/api/v1/jobs/${job.id}/log`, `/api/v1/repositories/${repository.id}`, `/repositories/${repository.id}`]) {
    assert.doesNotMatch((await api.send('GET', path)).text, /hidden-key/, path);
  }
  for (const file of ['holdfast.db', 'holdfast.db-wal']) {
    const bytes = await readFile(join(hub.dataDir, file)).catch(() => Buffer.alloc(0));
    assert.equal(bytes.includes('hidden-key'), false, file);
  }

  await api.put(`/api/v1/repositories/${repository.id}`, { name: 'B2', url: 'b2:bucket:path', environment: { B2_ACCOUNT_KEY: 'K002-other', HTTPS_PROXY: null } });
  const later = await environmentOf(world, made);
  assert.deepEqual([later.seen.B2_ACCOUNT_ID, later.seen.B2_ACCOUNT_KEY, later.seen.HTTPS_PROXY], ['account', 'K002-other', undefined]);
}));

test('a key of Google is handed over as a private file that is gone afterwards', inWorld(async (world) => {
  const restic = await nosyRestic(world);
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic });
  const key = '{\n  "type": "service_account",\n  "private_key": "hidden"\n}';
  const repository = await hub.api.post('/api/v1/repositories',
    { name: 'GCS', url: 'gs:bucket:/path', password: kPassword, environment: { GOOGLE_APPLICATION_CREDENTIALS: key } }, 201);
  await makeSource(world);
  await hub.api.link(agent.host, repository.id);
  await hub.api.post(`/api/v1/hosts/${agent.host}/source-groups`, { name: 'All', paths: [world.path('source')] }, 201);
  const { seen } = await environmentOf(world, { api: hub.api, agent, repository });
  assert.equal(await readFile(world.path('seen-file'), 'utf8'), `600\n${key}`);
  await assert.rejects(readFile(seen.GOOGLE_APPLICATION_CREDENTIALS), { code: 'ENOENT' });
}));

test('what is missing is named before restic starts', inWorld(async (world) => {
  const made = await hubWith(world, { url: 'b2:bucket:path', password: kPassword });
  await makeSource(world);
  await made.api.post(`/api/v1/hosts/${made.agent.host}/source-groups`, { name: 'All', paths: [world.path('source')] }, 201);
  const job = await made.api.jobEnds((await made.api.backUp(made.agent.host)).id, 'failed');
  assert.equal(job.result.failure.code, 'credentials_missing');
  assert.match(job.result.failure.message, /B2_ACCOUNT_ID and B2_ACCOUNT_KEY/);
}));

test('the repository is made from its page, whatever the host has backed up before', inWorld(async (world) => {
  const made = await hubWith(world, { url: world.path('vault'), password: kPassword });
  await makeSource(world);
  await made.api.post(`/api/v1/hosts/${made.agent.host}/source-groups`, { name: 'All', paths: [world.path('source')] }, 201);
  await made.api.jobEnds((await made.api.backUp(made.agent.host)).id, 'succeeded');
  const second = await made.api.addRepository({ name: 'Second', url: world.path('second'), password: kPassword });
  await made.api.link(made.agent.host, second.id);
  const failed = await made.api.jobEnds((await made.api.backUp(made.agent.host, { repository_id: second.id, initialise: false })).id, 'failed');
  assert.equal(failed.result.failure.code, 'repository_missing');
  assert.match((await made.api.send('GET', `/jobs/${failed.id}`)).text, /Initialise repository and retry/);
  assert.match((await made.api.send('GET', `/hosts/${made.agent.host}`)).text, /name="initialise"/, 'the host offers it again');
  assert.deepEqual(await tryOut({ ...made, repository: second }, true), kMade);
  await made.api.jobEnds((await made.api.backUp(made.agent.host, { repository_id: second.id, initialise: false })).id, 'succeeded');
}));

test('a source group too large for one message is refused when it is stored', inWorld(async (world) => {
  const made = await hubWith(world, { url: world.path('vault'), password: kPassword });
  const paths = Array.from({ length: 900 }, (_, number) => `/${number}${'p'.repeat(1100)}`);
  const error = await made.api.refuses(422, 'paths_too_large', 'POST', `/api/v1/hosts/${made.agent.host}/source-groups`, { name: 'Large', paths });
  assert.match(error.message, /800 KiB/);
  await made.api.hostConnected(made.agent.host);
}));
