// SIGKILL of the hub while reports come in, over and over: what was acknowledged is there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { run } from '../harness/child.mjs';
import { Load, missing } from '../harness/load.mjs';
import { customersHub } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kRounds = Number(process.env.HOLDFAST_KILL_ROUNDS ?? 8);

test('the hub killed over and over under load keeps every report that it acknowledged', inWorld(async (world) => {
  const { hub, admin, owner } = await customersHub(world);
  const load = new Load(hub, owner.bearer, 'acme');
  world.atEnd(() => load.stop());
  for (let round = 0; round < kRounds; ++round) {
    await load.goesOn(20 + round * 30); // at another moment each time
    await hub.kill();
    await hub.start();
  }
  await load.goesOn(50);
  await load.stop();
  assert.deepEqual(await missing(load, admin), [], `of ${load.count} reports`);
  await hub.kill();
  const checked = await run('sqlite3', [join(hub.dataDir, 'holdfast.db'), 'PRAGMA integrity_check; PRAGMA foreign_key_check;'], { env: world.environment() });
  assert.equal(checked.stdout.trim(), 'ok', checked.stderr);
}));
