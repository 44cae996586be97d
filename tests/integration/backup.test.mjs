// Backups with real restic into real repositories, restored by restic alone and compared byte by byte.

import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { join } from 'node:path';
import { makeTree } from '../harness/files.mjs';
import { kNewestRestic, Restic } from '../harness/restic.mjs';
import { RestServer, SftpServer } from '../harness/servers.mjs';
import { inWorld } from '../harness/world.mjs';

const kRepositoryPassword = 'repository password';

// Backs up an odd tree into `repository`, and restores it from `localPath`, where that repository really is.
async function backUpAndRestore(world, { repository, localPath, agentOptions = {}, restic = 'restic' }) {
  const source = world.path('source');
  await makeTree(source, { megabytes: 3 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', agentOptions);
  await hub.api.prepareBackup(agent.host, repository, [source]);
  const job = await hub.api.jobEnds((await hub.api.backUp(agent.host)).id, 'succeeded');

  const vault = new Restic(world, localPath, repository.password, restic);
  const snapshot = await vault.snapshot(job.result.summary.snapshot_id);
  assert.deepEqual(snapshot.paths, [source]);
  assert.deepEqual(snapshot.tags, ['test']);
  assert.equal(job.result.exit_code, 0);
  assert.equal(job.result.summary.files_new > 10, true);
  await vault.assertRestores(snapshot.short_id, source);
  return { hub, agent, job };
}

const local = (world) => ({ repository: { url: world.path('vault'), password: kRepositoryPassword }, localPath: world.path('vault') });

test('a backup to a local folder comes back byte by byte', inWorld(async (world) => {
  const { job } = await backUpAndRestore(world, local(world));
  assert.equal(job.result.restic_version, '0.14.0');
}));

test('a backup to an append-only REST server comes back byte by byte', inWorld(async (world) => {
  const rest = await RestServer.start(world);
  await backUpAndRestore(world, { repository: rest.repository('harbour'), localPath: join(rest.folder, 'harbour') });
}));

test('a backup over sftp comes back byte by byte', inWorld(async (world) => {
  const sftp = await SftpServer.start(world);
  await backUpAndRestore(world, {
    repository: sftp.repository('harbour'), localPath: sftp.localPath('harbour'), agentOptions: { path: [sftp.clientPath] },
  });
}));

test('a backup with the newest restic comes back byte by byte', { skip: !kNewestRestic && 'build/newest-restic is not there' },
  inWorld(async (world) => {
    const { job } = await backUpAndRestore(world, { ...local(world), agentOptions: { restic: kNewestRestic }, restic: kNewestRestic });
    assert.notEqual(job.result.restic_version, '0.14.0');
  }));

test('the newest restic works with a REST server and with sftp', { skip: !kNewestRestic && 'build/newest-restic is not there' },
  inWorld(async (world) => {
    const rest = await RestServer.start(world);
    const sftp = await SftpServer.start(world);
    const source = world.path('source');
    await makeTree(source);
    const hub = await world.signedInHub();
    const agent = await world.connectedAgent(hub, 'harbour', { restic: kNewestRestic, path: [sftp.clientPath] });
    await hub.api.prepareBackup(agent.host, rest.repository('harbour'), [source]);
    const second = await hub.api.addRepository({ name: 'Far vault', ...sftp.repository('harbour') });
    await hub.api.link(agent.host, second.id);
    await hub.api.jobEnds((await hub.api.backUp(agent.host)).id, 'succeeded');
    await hub.api.jobEnds((await hub.api.backUp(agent.host, { repository_id: second.id })).id, 'succeeded');
  }));

test('folders with odd names are backed up, excludes are left out', inWorld(async (world) => {
  const sources = [`/-rf`, `/"quotes' $HOME`, '/a\nnew line', '/Ünï ☂', '/*?[x]'].map((name) => world.path('odd') + name);
  for (const source of sources) {
    await mkdir(source, { recursive: true });
    await writeFile(join(source, 'kept'), source);
    await writeFile(join(source, 'left.tmp'), source);
  }
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: kRepositoryPassword }, sources, ['*.tmp']);
  const job = await hub.api.jobEnds((await hub.api.backUp(agent.host)).id, 'succeeded');
  const target = world.path('restored');
  await new Restic(world, world.path('vault'), kRepositoryPassword).must('restore', job.result.summary.snapshot_id, '--target', target);
  for (const source of sources) {
    assert.deepEqual(await readdir(target + source), ['kept']);
    assert.equal(await readFile(join(target + source, 'kept'), 'utf8'), source);
  }
}));

// A backup that cannot be what it should; returns the failure that its job shows.
async function failureOf(world, prepare, state = 'failed') {
  const hub = await world.signedInHub();
  const source = world.path('source');
  await makeTree(source, { megabytes: 0 });
  const { repository = { url: world.path('vault'), password: kRepositoryPassword }, paths = [source], agentOptions, job: options } = await prepare(source) ?? {};
  const agent = await world.connectedAgent(hub, 'harbour', agentOptions);
  await hub.api.prepareBackup(agent.host, repository, paths);
  const job = await hub.api.jobEnds((await hub.api.backUp(agent.host, options)).id, state);
  assert.ok(job.result.failure.message.length > 10, JSON.stringify(job.result));
  assert.ok(job.result.failure.next_step.length > 10, JSON.stringify(job.result));
  return { ...job.result.failure, job, hub, agent };
}

test('a missing repository is not made unless told to', inWorld(async (world) => {
  const { code } = await failureOf(world, () => ({ job: { initialise: false } }));
  assert.equal(code, 'repository_missing');
}));

test('a wrong password says so', inWorld(async (world) => {
  const { code } = await failureOf(world, async () => {
    await new Restic(world, world.path('vault'), 'another password').must('init');
  });
  assert.equal(code, 'wrong_password');
}));

test('a server that is not there says so', inWorld(async (world) => {
  const { code } = await failureOf(world, () => ({ repository: { url: 'rest:http://127.0.0.1:1/vault/', password: 'repository password', user: 'u', serverPassword: 'hidden-secret' } }));
  assert.equal(code, 'unreachable');
}));

test('a wrong password of the server says so, and shows none', inWorld(async (world) => {
  const rest = await RestServer.start(world);
  const failure = await failureOf(world, () => ({ repository: { ...rest.repository('harbour'), serverPassword: 'hidden-secret' } }));
  const log = JSON.stringify(await failure.hub.api.log(failure.job.id));
  for (const text of [JSON.stringify(failure.job), log, failure.agent.child.log, failure.hub.child.log]) {
    assert.equal(text.includes('hidden-secret'), false);
    assert.equal(text.includes(kRepositoryPassword), false);
  }
}));

test('restic that is not installed says so', inWorld(async (world) => {
  const { code } = await failureOf(world, () => ({ agentOptions: { restic: '/no/such/restic' } }));
  assert.equal(code, 'restic_missing');
}));

test('a source that is missing makes a snapshot of the rest, and is not green', inWorld(async (world) => {
  const { message, detail, job } = await failureOf(world, (source) => ({ paths: [source, world.path('gone')] }), 'partial');
  assert.match(message + detail, /gone/);
  await new Restic(world, world.path('vault'), kRepositoryPassword).snapshot(job.result.summary.snapshot_id);
}));

test('sources that are all missing fail', inWorld(async (world) => {
  const { code } = await failureOf(world, () => ({ paths: [world.path('gone'), world.path('gone as well')] }));
  assert.equal(code, 'source_missing');
}));

test('a file that cannot be read makes the backup partial', inWorld(async (world) => {
  const { message, detail } = await failureOf(world, async (source) => {
    await writeFile(join(source, 'private'), 'nobody reads this');
    await chmod(join(source, 'private'), 0);
    return { agentOptions: { restic: await resticWithoutPrivileges(world) } };
  }, 'partial');
  assert.match(message + detail, /private/);
}));

// Root reads everything, unless the privilege to do so is taken away.
async function resticWithoutPrivileges(world) {
  if (userInfo().uid !== 0) return undefined;
  const program = world.path('restic-without-privileges');
  await writeFile(program, '#!/bin/sh\nexec setpriv --bounding-set=-dac_override,-dac_read_search restic "$@"\n');
  await chmod(program, 0o755);
  return program;
}
