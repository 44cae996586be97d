// No green that rests on nothing: what counts as a backup, who is unprotected, and by which limits hosts are judged.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { customersHub, sampleReport } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kHosts = '/api/v1/hosts';
const ago = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();

function fill(folder, count) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (let i = 0; i < count; ++i) writeFileSync(join(folder, `file-${i}`), `${i}`);
}

test('a host that reports without a word of backups is unprotected until somebody says that it needs none', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  const { host_id: host } = await owner.post('/api/v1/report', sampleReport({ host: 'bare', backup: undefined }), 201);
  const shown = () => admin.get(`${kHosts}/${host}`);
  const bare = await shown();
  assert.deepEqual([bare.status, bare.unprotected, bare.last_backup_at], ['warning', true, null]);
  assert.match(bare.reason, /^Unprotected: no backup reported/);
  const listed = await admin.get(`${kHosts}?filter=status:unprotected`);
  assert.deepEqual(listed.hosts.map((each) => each.name), ['bare']);
  await admin.send('PATCH', `${kHosts}/${host}`, { needs_backup: false });
  const silenced = await shown();
  assert.deepEqual([silenced.status, silenced.unprotected, silenced.needs_backup], ['ok', false, false]);
  assert.equal((await admin.get(`${kHosts}?filter=status:unprotected`)).hosts.length, 0);
  await admin.send('PATCH', `${kHosts}/${host}`, { needs_backup: true });
  assert.equal((await shown()).status, 'warning');
}));

test('a partial run that a report tells of does not renew the last good backup', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  const send = (last_run, last_status) => owner.post('/api/v1/report', sampleReport({ host: 'half', backup: { last_run, last_status } }), 201);
  const good = ago(20);
  await send(good, 'success');
  const { host_id: host } = await send(ago(1), 'partial');
  const shown = await admin.get(`${kHosts}/${host}`);
  assert.equal(Date.parse(shown.last_backup_at), Date.parse(good));
  assert.equal(shown.reason, 'The last backup is incomplete');
  assert.deepEqual(shown.runs, ['succeeded', 'partial']);
}));

test('containers in trouble are a warning that names them', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  const items = Array.from({ length: 300 }, (_, i) => ({ name: `c-${i}`, state: i % 5 ? 'running' : i % 2 ? 'restarting' : 'exited' }));
  const { host_id: host } = await owner.post('/api/v1/report', sampleReport({ host: 'docker', containers: { items } }), 201);
  const shown = await admin.get(`${kHosts}/${host}`);
  assert.equal(shown.status, 'warning');
  assert.equal(shown.reason, '60 containers are in trouble: c-0, c-5, c-10 and others');
}));

test('the limits of a host come before those of its tag, its customer and the hub', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  const backup = { last_run: ago(30), last_status: 'success' };
  const { host_id: host } = await owner.post('/api/v1/report', sampleReport({ host: 'weekly', backup }), 201);
  const status = async () => (await admin.get(`${kHosts}/${host}`)).status;
  const from = async () => (await admin.get(`${kHosts}/${host}/limits`)).effective.backup_age_seconds.from;
  const put = async (path, hours) => assert.equal((await admin.send('PUT', path, { backup_age_seconds: hours * 3600 })).status, 204);
  assert.deepEqual([await status(), await from()], ['warning', 'hub']);
  await put('/api/v1/customers/acme/limits', 192);
  assert.deepEqual([await status(), await from()], ['ok', 'customer']);
  await admin.send('PATCH', `${kHosts}/${host}`, { tags: ['daily'] });
  await put('/api/v1/tag-limits/daily', 14);
  assert.deepEqual([await status(), await from()], ['down', 'tag']);
  await put(`${kHosts}/${host}/limits`, 200);
  assert.deepEqual([await status(), await from()], ['ok', 'host']);
  for (const wrong of [{ backup_age_seconds: 0 }, { disk_down_percent: 101 }, { failures_down: 'many' }, { disk_warning_percent: 90, disk_down_percent: 80 }, { silence_down_seconds: 1.5 }]) {
    assert.equal((await admin.send('PUT', `${kHosts}/${host}/limits`, wrong)).status, 422, JSON.stringify(wrong));
  }
  await admin.send('PUT', `${kHosts}/${host}/limits`, {});
  assert.equal(await from(), 'tag');
}));

test('a source group has a limit of its own', inWorld(async (world) => {
  const { admin, host } = await customersHub(world);
  const groups = `${kHosts}/${host}/source-groups`;
  const weekly = { name: 'Weekly', paths: ['/srv'], backup_age_seconds: 192 * 3600 };
  const { id } = await admin.post(groups, weekly, 201);
  const shown = async () => (await admin.get(groups)).source_groups.find((group) => group.id === id).backup_age_seconds;
  assert.equal(await shown(), 192 * 3600);
  for (const wrong of [0, -1, 59, 1e12, 1.5, 'weekly', true])
    assert.equal((await admin.send('PUT', `/api/v1/source-groups/${id}`, { ...weekly, backup_age_seconds: wrong })).status, 422, `${wrong}`);
  assert.equal(await shown(), 192 * 3600);
  assert.equal((await admin.send('PUT', `/api/v1/source-groups/${id}`, { ...weekly, backup_age_seconds: null })).status, 204);
  assert.equal(await shown(), null);
}));

test('a form for a source group that is gone says so', inWorld(async (world) => {
  const { admin, host } = await customersHub(world);
  const { id } = await admin.post(`${kHosts}/${host}/source-groups`, { name: 'Gone', paths: ['/srv'] }, 201);
  await admin.send('DELETE', `/api/v1/source-groups/${id}`);
  for (const group of [id, 'nonsense']) {
    const answer = await admin.send('POST', `/hosts/${host}/source-groups/${group}`, 'name=Gone&paths=/srv', { 'content-type': 'application/x-www-form-urlencoded' });
    assert.equal(answer.status, 404);
    assert.match(answer.text, /There is no such source group\./);
  }
}));

test('one request does one thing to many hosts and says what became of each', inWorld(async (world) => {
  const { admin, owner, host } = await customersHub(world);
  const { host_id: second } = await owner.post('/api/v1/report', sampleReport({ host: 'second' }), 201);
  const nobody = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const bulk = (action, parts = {}) => admin.post('/api/v1/bulk', { host_ids: [host, nobody, second], action, ...parts }, 200);
  const { results } = await bulk('add_tag', { tag: 'Lab' });
  assert.deepEqual(results.map((each) => each.error?.code ?? 'done'), ['done', 'no_such_host', 'done']);
  assert.deepEqual((await admin.get(`${kHosts}/${second}`)).tags, ['lab']);
  await bulk('pause', { reason: 'moving house' });
  assert.equal((await admin.get(`${kHosts}/${second}`)).status, 'paused');
  await bulk('resume');
  assert.equal((await admin.get(`${kHosts}/${second}`)).status, 'ok');
  assert.equal((await bulk('back_up')).results[0].error.code, 'no_source_group');
  for (const wrong of [{ host_ids: [], action: 'pause' }, { host_ids: [host], action: 'explode' }, { host_ids: ['x'], action: 'pause' }, { host_ids: [host], action: 'add_tag', tag: 'two words' }]) {
    assert.equal((await admin.send('POST', '/api/v1/bulk', wrong)).status, 422, JSON.stringify(wrong));
  }
}));

test('a source that is suddenly empty or small is no good backup, and a second group is not hidden by the first', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const api = hub.api;
  const { host } = await world.connectedAgent(hub);
  const source = world.path('source');
  fill(source, 40);
  const repository = await api.addRepository({ name: 'Vault', url: world.path('vault'), password: 'repository password' });
  await api.link(host, repository.id);
  const group = await api.post(`${kHosts}/${host}/source-groups`, { name: 'Files', paths: [source] }, 201);
  const run = async (initialise = false) => {
    const job = await api.post(`${kHosts}/${host}/jobs`, { operation: 'backup', source_group_id: group.id, initialise }, 202);
    return api.jobWhen(job.id, 'ended', (each) => each.result);
  };
  const shown = () => api.get(`${kHosts}/${host}`);

  assert.equal((await run(true)).verdict, 'good');
  const good = (await shown()).last_backup_at;
  assert.ok(good);

  fill(source, 3);
  const small = await run();
  assert.equal(small.verdict, 'shrunken');
  assert.match((await shown()).reason, /The last backup has 3 files, the last good one 40/);
  assert.equal((await shown()).last_backup_at, good);
  assert.equal((await api.send('POST', `/api/v1/jobs/${small.id}/accept`)).status, 200);
  assert.equal((await run()).verdict, 'good');
  assert.notEqual((await shown()).last_backup_at, good);

  fill(source, 0);
  assert.equal((await run()).verdict, null, 'the agent does not even make a snapshot of nothing');
  assert.match((await shown()).reason, /The last backup failed/);
  mkdirSync(join(source, 'folders', 'and', 'no', 'file'), { recursive: true });
  const empty = await run();
  assert.equal(empty.verdict, 'empty');
  assert.match((await shown()).reason, /The last backup has no files/);
  assert.equal((await api.send('POST', `/api/v1/jobs/${empty.id}/accept`)).status, 409);

  fill(source, 5);
  assert.equal((await run()).verdict, 'good');
  await api.post(`${kHosts}/${host}/source-groups`, { name: 'Databases', paths: [world.path('databases')] }, 201);
  const two = await shown();
  assert.equal(two.last_backup_at, null);
  assert.match(two.reason, /No backup of Databases yet/);
  assert.ok(two.source_groups[0].last_backup_at);
  assert.equal(two.source_groups[1].last_backup_at, null);
}));
