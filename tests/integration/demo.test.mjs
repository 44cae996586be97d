// What `make run` starts: a hub and an enrolled agent with something to back up, as it was after each restart.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api } from '../harness/api.mjs';
import { Restic } from '../harness/restic.mjs';
import { within } from '../harness/wait.mjs';
import { inWorld, kPrograms } from '../harness/world.mjs';

const kScript = resolve(dirname(fileURLToPath(import.meta.url)), '../../scripts/run-demo');

async function startDemo(world) {
  const child = world.spawn('run-demo', kScript, ['--programs', kPrograms, '--state', world.path('demo')]);
  const url = (await child.line(/Holdfast is running: (\S+)/))[1];
  await child.line(/Ctrl-C stops it/);
  return { child, url, setupLink: child.stdout.match(/make your account: (\S+)/)?.[1] };
}

test('the first backup is one click away, and a restart finds everything as it was', inWorld(async (world) => {
  const first = await startDemo(world);
  const api = await Api.setUp(first);
  const [host] = (await api.get('/api/v1/hosts')).hosts;
  await api.hostConnected(host.id);
  const job = await api.jobEnds((await api.backUp(host.id)).id, 'succeeded');
  const password = (await readFile(world.path('demo/repository-password'), 'utf8')).trim();
  assert.ok(first.child.stdout.includes(`: ${password}\n`), 'the password is shown');
  const vault = new Restic(world, world.path('demo/repository'), password);
  assert.equal((await vault.snapshot(job.result.summary.snapshot_id)).paths.length, 1);
  const identity = await readFile(world.path('demo/agent/identity.json'));
  assert.deepEqual(await first.child.stop('SIGINT'), { code: 0, signal: null });
  assert.match(first.child.stdout, /Stopped/);

  const second = await startDemo(world);
  assert.equal(second.url, first.url);
  assert.equal(second.setupLink, undefined);
  api.hub = second;
  await api.hostConnected(host.id);
  assert.deepEqual((await api.get('/api/v1/hosts')).hosts.map((each) => each.id), [host.id]);
  assert.deepEqual(await api.job(job.id), job);
  assert.deepEqual(await readFile(world.path('demo/agent/identity.json')), identity);
  await second.child.stop('SIGINT');
}));

test('another program on its port does not keep the demo from starting', inWorld(async (world) => {
  const first = await startDemo(world);
  await first.child.stop('SIGTERM');
  const other = createServer();
  await new Promise((done) => other.listen(new URL(first.url).port, '127.0.0.1', done));
  world.atEnd(() => new Promise((done) => other.close(done)));
  const second = await startDemo(world);
  assert.notEqual(second.url, first.url);
  const api = await Api.setUp(second);
  await api.hostConnected((await api.get('/api/v1/hosts')).hosts[0].id);
  await second.child.stop('SIGINT');
}));

test('the demo ends when its hub ends, and says why', inWorld(async (world) => {
  const demo = await startDemo(world);
  for (const pid of await world.leftovers()) {
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith('holdfast-hub')) process.kill(pid, 'SIGKILL');
  }
  const { code } = await within('the demo to end', demo.child.ended);
  assert.equal(code, 1);
  assert.match(demo.child.stderr, /the hub has ended by itself/);
}));
