// Schedules: what one would do, what they are, and that they run, with the hub and without it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { reasonToSkip, shifted } from '../harness/faketime.mjs';
import { makeTree } from '../harness/files.mjs';
import { kNewestRestic, Restic } from '../harness/restic.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

const kPath = '/api/v1/schedules/preview';

test('a schedule is previewed in words, with its next runs and what setting the clocks does to it', inWorld(async (world) => {
  const { api } = await world.signedInHub();
  const preview = await api.post(kPath, { cron: '15 2 * * *', timezone: 'Europe/Budapest', from: '2026-11-29T12:00:00Z', count: 2 });
  assert.deepEqual(preview, {
    sentence: 'Every day at 02:15',
    next_runs: [{ at: '2026-11-30T01:15:00.000Z', local: '2026-11-30T02:15', note: null }, { at: '2026-12-01T01:15:00.000Z', local: '2026-12-01T02:15', note: null }],
    warnings: ['On Sun 28 Mar 2027, 03:00: Clocks are set forward past its time: it runs when they are.'],
  });
  const hourly = await api.post(kPath, { cron: '@hourly', timezone: 'Europe/Budapest', from: '2027-10-30T23:30:00Z' });
  assert.deepEqual(hourly.next_runs.map(({ local }) => local.slice(11)), ['02:00', '02:00', '03:00', '04:00', '05:00']);
  assert.equal(hourly.next_runs[0].note, 'Clocks are set back: this time comes twice.');
  const beyond = await api.post(kPath, { cron: '0 12 1 7 *', timezone: 'Europe/Budapest', from: '2060-01-01T00:00:00Z', count: 1 });
  assert.equal(beyond.next_runs[0].at, '2060-07-01T10:00:00.000Z', 'summer time goes on after 2037');
  assert.equal((await api.post(kPath, { cron: '* * * * *', timezone: 'UTC' })).next_runs.length, 5);
}));

test('a schedule that cannot be is refused, and the field is named', inWorld(async (world) => {
  const { api } = await world.signedInHub();
  const refused = async (body, code, start) => {
    const { message } = await api.refuses(422, code, 'POST', kPath, { cron: '0 1 * * *', timezone: 'UTC', ...body });
    assert.ok(message.startsWith(start), message);
  };
  await refused({ cron: '0 25 * * *' }, 'schedule_invalid', 'cron: hour: 25 is not from 0 to 23');
  await refused({ cron: '0 0 31 4 *' }, 'schedule_never_due', 'cron: day: ');
  for (const timezone of ['Mars/Olympus', '', '../../etc/passwd', '/usr/share/zoneinfo/UTC', 'localtime', 'x'.repeat(100_000)])
    await refused({ timezone }, 'timezone_unknown', 'timezone: ');
  for (const count of [0, -1, 51, 2 ** 53]) await refused({ count }, 'field_invalid', 'count ');
  await refused({ count: 1.5 }, 'field_invalid', 'count ');
  await refused({ from: 'yesterday' }, 'field_invalid', 'from ');
  await refused({ cron: 7 }, 'field_invalid', 'cron ');
}));

const kNightly = { name: 'Nightly', cron: '0 3 * * *', timezone: 'Europe/Budapest', window_minutes: 60 };

test('a schedule is created, changed and removed, and answers say what it does', inWorld(async (world) => {
  const { api } = await world.signedInHub();
  const schedule = await api.post('/api/v1/schedules', { ...kNightly, applies_to: { tags: ['web'] } }, 201);
  assert.equal(schedule.sentence, 'Every day at 03:00');
  assert.deepEqual(schedule.warnings, ['It applies to no host.']);
  assert.equal(schedule.customer, 'default');
  assert.equal(schedule.next_runs.length, 5);
  assert.deepEqual((await api.get('/api/v1/schedules')).schedules, [schedule]);
  const path = `/api/v1/schedules/${schedule.id}`;
  await api.put(path, { ...kNightly, enabled: false, missed: 'skip', cron: '@weekly' });
  const changed = await api.get(path);
  assert.equal(changed.sentence, 'Sundays at 00:00');
  assert.deepEqual([changed.enabled, changed.missed, changed.next_runs, changed.applies_to], [false, 'skip', [], { hosts: [], tags: [] }]);
  await api.refuses(409, 'nothing_to_run', 'POST', `${path}/run`, {});
  await api.refuses(409, 'name_taken', 'POST', '/api/v1/schedules', kNightly);
  await api.remove(path);
  await api.refuses(404, 'no_such_schedule', 'GET', path);
  await api.refuses(404, 'no_such_schedule', 'PUT', path, kNightly);
}));

test('a schedule that cannot be stored is refused, the field is named, and nothing changed', inWorld(async (world) => {
  const { api } = await world.signedInHub();
  const refused = async (body, field) => {
    const { message } = await api.refuses(422, undefined, 'POST', '/api/v1/schedules', { ...kNightly, ...body });
    assert.ok(message.startsWith(field), message);
  };
  const kNobody = '01J00000000000000000000000';
  await refused({ name: '' }, 'name');
  await refused({ name: 'x'.repeat(101) }, 'name');
  await refused({ cron: '0 3 * *' }, 'cron');
  await refused({ timezone: 'Nowhere' }, 'timezone');
  for (const window_minutes of [-1, 1441, 2 ** 53, -(2 ** 53)]) await refused({ window_minutes }, 'window_minutes');
  await refused({ missed: 'twice' }, 'missed');
  await refused({ enabled: 'yes' }, 'enabled');
  await refused({ customer: 'nobody' }, 'customer');
  for (const hosts of [[kNobody], ['x'], ['']]) await refused({ applies_to: { hosts } }, 'hosts');
  await refused({ applies_to: [] }, 'applies_to');
  await refused({ applies_to: { tags: [''] } }, 'tags');
  await refused({ applies_to: { tags: Array.from({ length: 1001 }, (_, i) => `t${i}`) } }, 'tags');
  await refused({ applies_to: { tags: 'web' } }, 'tags');
  await refused({ source_groups: [kNobody] }, 'source_groups');
  await refused({ repositories: [kNobody] }, 'repositories');
  assert.deepEqual((await api.get('/api/v1/schedules')).schedules, []);
}));

// An agent whose clock shows two seconds before a minute begins: what is due each minute is due then.
const beforeTheMinute = () => shifted(`+${(118 - new Date().getSeconds()) % 60}s`);

async function protectedHost(world, options) {
  const source = world.path('source');
  await makeTree(source, { megabytes: 1 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', options);
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [source]);
  const schedule = await hub.api.post('/api/v1/schedules', { ...kNightly, cron: '* * * * *', window_minutes: 0, applies_to: { hosts: [agent.host] } }, 201);
  await waitFor('the agent to have the schedule', async () => {
    const { version, acknowledged_version: acknowledged, entries } = await hub.api.get(`/api/v1/hosts/${agent.host}/schedule`);
    return version > 0 && acknowledged === version && entries.length === 1 && entries[0].target_count === 1;
  });
  return { hub, agent, schedule };
}

const jobsOf = async (hub, agent) => (await hub.api.get(`/api/v1/jobs?host=${agent.host}&limit=50`)).jobs;
const scheduledJob = (hub, agent) => waitFor('a job of the schedule', async () => (await jobsOf(hub, agent))[0]);

for (const [name, restic] of [["Debian's restic", undefined], ['the newest restic', kNewestRestic]]) {
  test(`a schedule backs up when it is due, with ${name}`, { skip: reasonToSkip() || (name.includes('newest') && !restic && 'build/newest-restic is not there') }, inWorld(async (world) => {
    const { hub, agent, schedule } = await protectedHost(world, { env: beforeTheMinute(), ...(restic && { restic }) });
    const job = await hub.api.jobEnds((await scheduledJob(hub, agent)).id, 'succeeded');
    assert.equal(job.schedule_id, schedule.id);
    assert.equal(job.requested_by, 'schedule Nightly');
    assert.match(job.scheduled_at, /:00\.000Z$/);
    await hub.api.remove(`/api/v1/schedules/${schedule.id}`);
    const kept = await hub.api.job(job.id);
    assert.deepEqual([kept.schedule_id, kept.scheduled_at], [null, job.scheduled_at]);
    const vault = new Restic(world, world.path('vault'), 'repository password', restic ?? 'restic');
    await vault.snapshot(job.result.summary.snapshot_id);
  }));
}

test('while the hub is down an agent backs up by itself, and hands its jobs in later, each once', { skip: reasonToSkip() }, inWorld(async (world) => {
  const { hub, agent, schedule } = await protectedHost(world, { env: {} });
  await hub.kill();
  await agent.kill();
  // Two days later: the clock of the machine says so.
  agent.env = { ...agent.env, ...shifted('+2d') };
  agent.start();
  await waitFor('a backup without the hub', () => /job\.finished .*succeeded/.test(agent.child.log));
  await agent.kill();
  agent.env = { ...agent.env, ...shifted('+0d') };
  await hub.start();
  agent.start();
  hub.api = await Api.signIn(hub);
  const job = await hub.api.jobEnds((await scheduledJob(hub, agent)).id, 'succeeded');
  assert.equal(job.schedule_id, schedule.id);
}));

test('running a schedule now starts a job for each of its hosts', inWorld(async (world) => {
  const { hub, schedule } = await protectedHost(world, {});
  const { jobs } = await hub.api.post(`/api/v1/schedules/${schedule.id}/run`, {}, 202);
  assert.ok(jobs.length >= 1);
  assert.equal((await hub.api.job(jobs[0])).requested_by, 'admin');
}));

test('a host whose stored sources are damaged does not keep others from their schedules', inWorld(async (world) => {
  const { hub, agent: first } = await protectedHost(world, {});
  const second = await world.connectedAgent(hub, 'lighthouse');
  const { repositories } = await hub.api.get('/api/v1/repositories');
  await hub.api.link(second.host, repositories[0].id);
  await hub.api.post(`/api/v1/hosts/${second.host}/source-groups`, { name: 'Logs', paths: ['/var/log'] }, 201);
  const child = world.spawn('sqlite3', 'sqlite3', [join(hub.dataDir, 'holdfast.db'), "UPDATE source_groups SET sources = 'damaged' WHERE name = 'Everything'"]);
  assert.equal((await child.ended).code, 0, child.stderr);
  await hub.api.post('/api/v1/schedules', { ...kNightly, name: 'Of both', applies_to: { hosts: [first.host, second.host] } }, 201);
  await waitFor('the second agent to have its schedule', () => /schedules\.stored.*schedules=1/.test(second.child.log));
}));
