// SIGKILL in the middle of a backup, many times over: no lost line, no doubled line, no job that hangs, and none that says
// succeeded without a snapshot.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { join } from 'node:path';
import { FakeRestic } from '../harness/fake_restic.mjs';
import { addData, makeTree } from '../harness/files.mjs';
import { Restic } from '../harness/restic.mjs';
import { Gate, RestServer } from '../harness/servers.mjs';
import { inWorld } from '../harness/world.mjs';

const kRounds = Number(process.env.HOLDFAST_KILL_ROUNDS ?? 8);

async function prepare(world) {
  const rest = await RestServer.start(world);
  const gate = await Gate.start(world, rest.address);
  const source = world.path('source');
  await makeTree(source);
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const repository = rest.repository('harbour', gate.address);
  await hub.api.prepareBackup(agent.host, repository, [source]);
  return { hub, api: hub.api, agent, gate, source, vault: new Restic(world, join(rest.folder, 'harbour'), repository.password) };
}

// The moments of a backup at which something is killed: each waits for its moment.
const kMoments = {
  'just asked for': async () => {},
  running: async ({ api, id }) => { await api.jobIn(id, 'running'); },
  'in the middle': async ({ gate }) => { await gate.hasHeld(); },
  'about to end': async ({ gate }) => {
    await gate.hasHeld();
    gate.open();
  },
};

// A backup of data that is new, killed at the moment of this round by `kill`.
async function backUpAndKill(round, parts, kill) {
  const { api, agent, gate, source } = parts;
  await addData(source, 1, `round-${round}`);
  gate.close();
  const { id } = await api.backUp(agent.host);
  await Object.values(kMoments)[round % 4]({ ...parts, id });
  await kill();
  gate.open();
  return id;
}

// What must be true of all jobs when everything has ended.
async function assertAllIsWell(api, vault, ids) {
  const snapshots = await vault.snapshots();
  const claimed = [];
  for (const id of ids) {
    const job = await api.jobEnds(id);
    const snapshot = job.result.summary?.snapshot_id;
    if (['succeeded', 'partial'].includes(job.state)) assert.ok(snapshot, 'success means a snapshot');
    if (job.state !== 'succeeded') assert.ok(job.result.failure.next_step, JSON.stringify(job));
    if (snapshot) {
      assert.equal(snapshots.filter((each) => each.id.startsWith(snapshot)).length, 1, `snapshot ${snapshot} of ${id}`);
      claimed.push(snapshot);
    }
    const sequences = (await api.log(id)).map((line) => line.sequence);
    assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b), 'each line once, in order');
  }
  assert.equal(new Set(claimed).size, claimed.length, 'no two jobs claim one snapshot');
  return { snapshots, claimed };
}

test('the hub killed over and over', inWorld(async (world) => {
  const parts = await prepare(world);
  const ids = [];
  for (let round = 0; round < kRounds; ++round) {
    ids.push(await backUpAndKill(round, parts, async () => {
      await parts.hub.kill();
      await parts.hub.start();
    }));
    await parts.api.jobEnds(ids.at(-1), 'succeeded');
  }
  const { snapshots, claimed } = await assertAllIsWell(parts.api, parts.vault, ids);
  assert.equal(snapshots.length, claimed.length, 'nothing ran twice');
}));

test('the agent killed over and over', inWorld(async (world) => {
  const parts = await prepare(world);
  const ids = [];
  for (let round = 0; round < kRounds; ++round) {
    ids.push(await backUpAndKill(round, parts, async () => {
      await parts.agent.kill();
      parts.agent.start();
    }));
    await parts.api.jobEnds(ids.at(-1));
  }
  ids.push((await parts.api.backUp(parts.agent.host)).id);
  await parts.api.jobEnds(ids.at(-1), 'succeeded');
  await assertAllIsWell(parts.api, parts.vault, ids);
  assert.deepEqual(await resticProcesses(world), [], 'no restic is left over');
}));

test('restic killed over and over', inWorld(async (world) => {
  const parts = await prepare(world);
  const ids = [];
  for (let round = 0; round < kRounds; ++round) {
    ids.push(await backUpAndKill(2, parts, async () => {
      for (const pid of await resticProcesses(world)) process.kill(pid, 'SIGKILL');
    }));
    const { result } = await parts.api.jobEnds(ids.at(-1), 'failed');
    assert.match(result.failure.message, /kill/i);
  }
  ids.push((await parts.api.backUp(parts.agent.host)).id);
  await parts.api.jobEnds(ids.at(-1), 'succeeded');
  const { snapshots } = await assertAllIsWell(parts.api, parts.vault, ids);
  assert.equal(snapshots.length, 1);
  await parts.vault.must('check');
}));

test('hub and agent killed together', inWorld(async (world) => {
  const parts = await prepare(world);
  const ids = [];
  for (let round = 0; round < kRounds; ++round) {
    ids.push(await backUpAndKill(round, parts, async () => {
      await Promise.all([parts.hub.kill(), parts.agent.kill()]);
      parts.agent.start();
      await parts.hub.start();
    }));
    await parts.api.jobEnds(ids.at(-1));
  }
  await assertAllIsWell(parts.api, parts.vault, ids);
}));

test('the hub killed over and over under a flood of lines loses none and doubles none', inWorld(async (world) => {
  const lines = 40_000;
  const restic = await FakeRestic.make(world, { lines });
  await makeTree(world.path('source'), { megabytes: 0 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic: restic.program });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  await restic.close();
  const { id } = await hub.api.backUp(agent.host);
  for (let round = 0; round < kRounds; ++round) {
    await hub.api.jobWhen(id, 'logging', (job) => job.log_lines > (round / kRounds) * lines * 0.8);
    if (round === kRounds >> 1) await restic.open();
    await hub.kill();
    await hub.start();
  }
  await hub.api.jobEnds(id);
  assert.deepEqual(numbered(await hub.api.log(id)), Array.from({ length: lines }, (_, i) => `line ${i + 1}`));
}));

test('the agent killed under a flood of lines keeps every line it had taken', inWorld(async (world) => {
  const restic = await FakeRestic.make(world, { lines: 6_000 });
  await makeTree(world.path('source'), { megabytes: 0 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic: restic.program });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  for (let round = 0; round < kRounds; ++round) {
    await restic.close();
    const { id } = await hub.api.backUp(agent.host);
    await hub.api.jobWhen(id, 'logging', (job) => job.log_lines > round * 50);
    const seen = numbered(await hub.api.log(id));
    await agent.kill();
    agent.start();
    await hub.api.jobEnds(id, 'failed');
    const kept = numbered(await hub.api.log(id));
    assert.deepEqual(kept, Array.from({ length: kept.length }, (_, i) => `line ${i + 1}`), 'no gap and no double');
    assert.ok(kept.length >= seen.length, 'what the hub showed is still there');
  }
}));

const numbered = (log) => log.map((line) => line.text).filter((text) => /^line \d+$/.test(text));

// The restic processes of this test's agents.
async function resticProcesses(world) {
  const found = [];
  for (const pid of await world.leftovers()) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() === 'restic') found.push(pid);
  }
  return found;
}
