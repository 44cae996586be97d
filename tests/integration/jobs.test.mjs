// The life of a job: order, cancelling, the hub away, progress and log.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { FakeRestic } from '../harness/fake_restic.mjs';
import { addData, makeTree } from '../harness/files.mjs';
import { Restic } from '../harness/restic.mjs';
import { Gate, RestServer } from '../harness/servers.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

// A hub and an agent whose uploads wait at a gate when it is closed.
async function prepare(world, { megabytes = 1 } = {}) {
  const rest = await RestServer.start(world);
  const gate = await Gate.start(world, rest.address);
  const source = world.path('source');
  await makeTree(source, { megabytes });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const repository = rest.repository('harbour', gate.address);
  await hub.api.prepareBackup(agent.host, repository, [source]);
  const vault = new Restic(world, join(rest.folder, 'harbour'), repository.password);
  return { hub, api: hub.api, agent, gate, source, vault, rest };
}

test('jobs on one repository wait in order and say for what', inWorld(async (world) => {
  const { api, agent, gate, vault } = await prepare(world);
  gate.close();
  const jobs = [];
  for (let i = 0; i < 3; ++i) jobs.push((await api.backUp(agent.host)).id);
  await gate.hasHeld();
  for (const id of jobs.slice(1)) {
    const waiting = await api.jobWhen(id, 'waiting', (job) => job.waiting_reason);
    assert.equal(waiting.state, 'queued');
  }
  gate.open();
  const ended = [];
  for (const id of jobs) ended.push(await api.jobEnds(id, 'succeeded'));
  for (let i = 1; i < 3; ++i) assert.ok(ended[i].started_at >= ended[i - 1].finished_at, 'one after the other, in order');
  assert.equal((await vault.snapshots()).length, 3);
}));

test('jobs on different repositories do not wait for each other', inWorld(async (world) => {
  const { api, agent, gate, rest } = await prepare(world);
  const other = await api.addRepository({ name: 'Second vault', ...rest.repository('second') });
  await api.link(agent.host, other.id);
  gate.close();
  const held = (await api.backUp(agent.host)).id;
  await gate.hasHeld();
  await api.jobEnds((await api.backUp(agent.host, { repository_id: other.id })).id, 'succeeded');
  assert.equal((await api.job(held)).state, 'running');
  gate.open();
  await api.jobEnds(held, 'succeeded');
}));

test('a running job shows how far it is', inWorld(async (world) => {
  const { api, agent, gate } = await prepare(world, { megabytes: 20 });
  gate.close();
  const { id } = await api.backUp(agent.host);
  await gate.hasHeld();
  const job = await api.jobWhen(id, 'showing progress', ({ progress }) => progress?.bytes_total > 20 * 1024 * 1024);
  assert.ok(job.progress.fraction >= 0 && job.progress.fraction <= 1);
  assert.ok(job.progress.files_total > 20);
  gate.open();
  await api.jobEnds(id, 'succeeded');
}));

test('a list of jobs in one state shows none that runs', inWorld(async (world) => {
  const { api, agent, gate } = await prepare(world);
  gate.close();
  const { id } = await api.backUp(agent.host);
  await gate.hasHeld();
  const page = async (query) => (await api.exchange('GET', `/jobs${query}`, undefined, {})).text;
  const row = `id="job-${id}"`;
  assert.ok((await page('')).includes(row));
  assert.ok((await page(`?host=${agent.host}`)).includes(row));
  for (const state of ['failed', 'partial', 'succeeded', 'cancelled']) assert.ok(!(await page(`?state=${state}`)).includes(row), state);
  gate.open();
  await api.jobEnds(id, 'succeeded');
  assert.ok((await page('?state=succeeded')).includes(row));
}));

test('a job that has read everything is finishing until restic has ended', inWorld(async (world) => {
  const read = { message_type: 'status', percent_done: 1, total_files: 1, files_done: 1, total_bytes: 7, bytes_done: 7 };
  const restic = await FakeRestic.make(world, { progress: `${JSON.stringify(read)}\n` });
  await restic.close();
  await makeTree(world.path('source'), { megabytes: 0 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic: restic.program });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  const { id } = await hub.api.backUp(agent.host);
  await hub.api.jobWhen(id, 'showing progress', ({ progress }) => progress?.bytes_done === 7);
  for (const path of [`/jobs/${id}`, '/jobs']) assert.match((await hub.api.send('GET', path)).text, />Finishing</, path);
  await restic.open();
  await hub.api.jobEnds(id, 'succeeded');
  assert.doesNotMatch((await hub.api.send('GET', `/jobs/${id}`)).text, />Finishing</);
}));

test('a running job is cancelled, and the next one works', inWorld(async (world) => {
  const { api, agent, gate, vault } = await prepare(world);
  gate.close();
  const { id } = await api.backUp(agent.host);
  await gate.hasHeld();
  await api.post(`/api/v1/jobs/${id}/cancel`, {}, 202);
  const job = await api.jobEnds(id, 'cancelled');
  assert.ok(job.result.failure.message);
  assert.deepEqual(await vault.snapshots(), []);
  gate.open();
  await api.jobEnds((await api.backUp(agent.host)).id, 'succeeded');
  assert.equal((await vault.must('list', 'locks', '--no-lock')).trim(), '');
}));

test('a waiting job is cancelled without ever running', inWorld(async (world) => {
  const { api, agent, gate, vault } = await prepare(world);
  gate.close();
  const first = (await api.backUp(agent.host)).id;
  await gate.hasHeld();
  const second = (await api.backUp(agent.host)).id;
  await api.post(`/api/v1/jobs/${second}/cancel`, {}, 202);
  assert.equal((await api.jobEnds(second, 'cancelled')).started_at, null);
  gate.open();
  await api.jobEnds(first, 'succeeded');
  assert.equal((await vault.snapshots()).length, 1);
}));

test('a job that is cancelled while its agent is away never runs', inWorld(async (world) => {
  const { api, agent, vault } = await prepare(world);
  await agent.stop();
  await api.hostConnected(agent.host, false);
  const { id } = await api.backUp(agent.host);
  await api.post(`/api/v1/jobs/${id}/cancel`, {}, 202);
  agent.start();
  await api.jobEnds(id, 'cancelled');
  await api.jobEnds((await api.backUp(agent.host)).id, 'succeeded');
  assert.equal((await vault.snapshots()).length, 1);
}));

test('a job that has ended cannot be cancelled', inWorld(async (world) => {
  const { api, agent } = await prepare(world);
  const { id } = await api.backUp(agent.host);
  const ended = await api.jobEnds(id, 'succeeded');
  await api.refuses(409, undefined, 'POST', `/api/v1/jobs/${id}/cancel`, {});
  assert.deepEqual(await api.job(id), ended);
}));

test('a job for an agent that is away runs when it comes back', inWorld(async (world) => {
  const { api, agent, vault } = await prepare(world);
  await agent.stop();
  await api.hostConnected(agent.host, false);
  const { id } = await api.backUp(agent.host);
  agent.start();
  await api.jobEnds(id, 'succeeded');
  assert.equal((await vault.snapshots()).length, 1);
}));

test('while the hub is away the agent finishes, and hands everything in later', inWorld(async (world) => {
  const { hub, api, agent, gate, vault } = await prepare(world);
  gate.close();
  const { id } = await api.backUp(agent.host);
  await gate.hasHeld();
  await api.jobIn(id, 'running');
  await hub.kill();
  gate.open();
  const [snapshot] = await waitFor('the snapshot', async () => { const all = await vault.snapshots(); return all.length && all; });
  await waitFor('the agent to finish', () => agent.child.stderr.includes('job.finished'));
  await hub.start();
  const job = await api.jobEnds(id, 'succeeded');
  assert.ok(snapshot.id.startsWith(job.result.summary.snapshot_id));
}));

test('what the hub missed survives a kill of the agent too', inWorld(async (world) => {
  const { hub, api, agent, gate } = await prepare(world);
  gate.close();
  const { id } = await api.backUp(agent.host);
  await gate.hasHeld();
  await api.jobIn(id, 'running');
  await hub.kill();
  gate.open();
  await waitFor('the agent to finish', () => agent.child.stderr.includes('job.finished'));
  await agent.kill();
  await hub.start();
  agent.start();
  await api.jobEnds(id, 'succeeded');
}));

test('ten thousand lines a second are all there, in order, once', inWorld(async (world) => {
  const lines = 20_000;
  const restic = await FakeRestic.make(world, { lines });
  await makeTree(world.path('source'), { megabytes: 0 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic: restic.program });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  const { id } = await hub.api.backUp(agent.host);
  await hub.api.jobEnds(id);
  const log = await hub.api.log(id);
  const numbered = log.map((line) => line.text).filter((text) => /^line \d+$/.test(text));
  assert.deepEqual(numbered, Array.from({ length: lines }, (_, i) => `line ${i + 1}`));
}));

test('file names that are not UTF-8 show up readable', inWorld(async (world) => {
  const progress = '{"message_type":"status","percent_done":0.5,"total_files":2,"total_bytes":10,"current_files":["/odd/\xff\xfename"]}\n';
  const restic = await FakeRestic.make(world, { progress });
  await restic.close();
  await makeTree(world.path('source'), { megabytes: 0 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic: restic.program });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  const { id } = await hub.api.backUp(agent.host);
  const job = await hub.api.jobWhen(id, 'showing a file', ({ progress: at }) => at?.current_files?.length);
  assert.match(job.progress.current_files[0], /^\/odd\/\ufffd+name$/);
  await restic.open();
  await hub.api.jobEnds(id);
}));

test('jobs are listed newest first, by host and by state', inWorld(async (world) => {
  const { api, agent, source } = await prepare(world);
  const ids = [];
  for (let i = 0; i < 3; ++i) {
    await addData(source, 1, `more-${i}`);
    ids.unshift((await api.backUp(agent.host)).id);
    await api.jobEnds(ids[0], 'succeeded');
  }
  const listed = async (query) => (await api.get(`/api/v1/jobs${query}`)).jobs.map((job) => job.id);
  assert.deepEqual(await listed(''), ids);
  assert.deepEqual(await listed(`?host=${agent.host}&state=succeeded`), ids);
  assert.deepEqual(await listed('?state=failed'), []);
  assert.deepEqual(await listed(`?before=${ids[0]}`), ids.slice(1));
}));
