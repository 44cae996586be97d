// No room for the database: an error that says so, nothing broken, and all is well again when there is room.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../harness/child.mjs';
import { Load, missing } from '../harness/load.mjs';
import { customersHub, sampleReport } from '../harness/reports.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

// Fills the disk with reports until they are refused, then makes room with `enlarge`.
async function fillAndEnlarge(world, people, { status, code, enlarge }) {
  const { hub, admin, owner } = people;
  const load = new Load(hub, owner.bearer, 'acme', 4);
  load.document = (worker, i) => ({ ...Load.prototype.document.call(load, worker, i), notes: noise(worker, i) });
  world.atEnd(() => load.stop());
  await waitFor('the disk to be full', () => (load.statuses.get(status) ?? 0) >= 5);
  await load.stop();

  const refused = await owner.refuses(status, code, 'POST', '/api/v1/report', sampleReport({ notes: noise(9, 9) }));
  assert.match(refused.message, /nothing of this was stored/);
  const answer = await owner.send('POST', '/api/v1/report', sampleReport({ notes: noise(9, 9) }));
  assert.ok(Number(answer.headers['retry-after']) >= 1);
  assert.deepEqual(await missing(load, admin), [], 'reading goes on');
  assert.equal((await admin.send('GET', '/healthz')).status, 200);

  await enlarge();
  await waitFor('a report to be taken', async () => (await owner.send('POST', '/api/v1/report', sampleReport())).status === 201);
  assert.equal((await admin.send('GET', '/readyz')).status, 200);
  await hub.restart();
  assert.deepEqual(await missing(load, admin), [], `of ${load.count} reports`);
  assert.deepEqual([...load.statuses.keys()].filter((each) => ![200, 201, status].includes(each)), [], 'nothing else happened');
  await hub.stop();
  const checked = await run('sqlite3', [join(hub.dataDir, 'holdfast.db'), 'PRAGMA integrity_check;'], { env: world.environment() });
  assert.equal(checked.stdout.trim(), 'ok', checked.stderr);
}

// Text that does not pack well.
function noise(worker, i) {
  let state = worker * 7919 + i + 1;
  return Array.from({ length: 1500 }, () => (state = (state * 48_271) % 2_147_483_647).toString(36)).join('');
}

test('a disk that fills up refuses reports and loses none', inWorld(async (world, context) => {
  const disk = world.path('disk');
  mkdirSync(disk);
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk], { env: world.environment() });
  if (mounted.code !== 0) return context.skip('mounting is not permitted here');
  world.atEnd(() => run('umount', ['--lazy', disk], { env: world.environment() }));
  const people = await customersHub(world, { config: { server: { data_dir: join(disk, 'data') } } });
  people.hub.dataDir = join(disk, 'data');
  await fillAndEnlarge(world, people, {
    status: 507, code: 'disk_full',
    enlarge: () => run('mount', ['-o', 'remount,size=200m', disk], { env: world.environment() }),
  });
}));

test('a limit on the size of files refuses reports and loses none', inWorld(async (world) => {
  const people = await customersHub(world);
  const limit = (size) => run('prlimit', ['--pid', String(people.hub.child.pid), `--fsize=${size}:`], { env: world.environment() });
  assert.equal((await limit(8 * 1024 * 1024)).code, 0);
  await fillAndEnlarge(world, people, { status: 503, code: 'database_failed', enlarge: () => limit('unlimited') });
}));
