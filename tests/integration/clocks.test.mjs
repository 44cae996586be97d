// The hub under clocks that are wrong: libfaketime shifts what it believes the time to be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { reasonToSkip, shifted } from '../harness/faketime.mjs';
import { waitFor } from '../harness/wait.mjs';
import { Wire } from '../harness/wire.mjs';
import { inWorld } from '../harness/world.mjs';

const kOptions = { skip: reasonToSkip() };

async function restartAt(hub, by) {
  await hub.stop();
  hub.env = shifted(by);
  await hub.start();
}

const report = (host) => ({ customer_id: 'acme', host, timestamp: new Date().toISOString(), backup: { last_run: new Date().toISOString(), last_status: 'success' } });
const kKey = 'report-api-key-of-24-bytes';
const reportsOf = async (hub, id) => (await hub.api.get(`/api/v1/hosts/${id}/reports`)).reports.length;

test('a hub started once with its clock a year ahead removes nothing, says so, and recovers', kOptions, inWorld(async (world) => {
  const hub = await world.signedInHub({ config: { api: { report_api_key: kKey }, retention: { prune_schedule: '* * * * *' } } });
  const { host_id: host } = await new Api(hub, { bearer: kKey }).post('/api/v1/report', report('web'), 201);
  await restartAt(hub, '+365d');
  assert.match(hub.child.log, /hub\.clock_doubted/);
  const ready = await new Api(hub).exchange('GET', '/readyz', undefined, {});
  assert.equal(ready.status, 200);
  assert.match(ready.text, /clock/);
  const admin = await Api.signIn(hub);
  const page = await admin.exchange('GET', '/', undefined, { accept: 'text/html' });
  assert.match(page.text, /Is the clock of the hub right\?/);
  await restartAt(hub, undefined);
  hub.api = await Api.signIn(hub);  // by that clock the session had expired
  assert.equal(await reportsOf(hub, host), 1);
  assert.equal((await new Api(hub).exchange('GET', '/readyz', undefined, {})).text, 'ready\n');
}));

test('a person says that the clock is right, and the banner goes', kOptions, inWorld(async (world) => {
  const hub = await world.signedInHub();
  await restartAt(hub, '+30d');
  const admin = await Api.signIn(hub);
  const confirmed = await admin.exchange('POST', '/settings/clock', '', { 'content-type': 'application/x-www-form-urlencoded' });
  assert.equal(confirmed.status, 303, confirmed.text);
  const page = await admin.exchange('GET', '/', undefined, { accept: 'text/html' });
  assert.doesNotMatch(page.text, /Is the clock of the hub right\?/);
  await restartAt(hub, '+30d');
  assert.doesNotMatch(hub.child.log, /hub\.clock_doubted/);
}));

// Whichever of the two is wrong.
for (const by of ['-400d', '+400d', '-1h', '+1h']) {
  test(`a hub whose clock is off by ${by} stores no moment of an agent after its own`, kOptions, inWorld(async (world) => {
    const hub = await world.signedInHub();
    const machine = world.agent('wire');
    await machine.enroll(hub, (await hub.api.post('/api/v1/enrolment-tokens', {}, 201)).token);
    const { bearer, host_id: host } = machine.identity;
    await hub.api.prepareBackup(host, { url: world.path('vault'), password: 'repository password' }, [world.folder], [world.path('vault')]);
    await restartAt(hub, by);
    hub.api = await Api.signIn(hub);
    const job = await hub.api.backUp(host);
    const wire = await Wire.greeted(hub, bearer);
    wire.say('job.started', { job: job.id, sequence: 1, at: '2001-01-01T00:00:00Z' });
    wire.say('heartbeat', { time: '9999-12-31T23:59:59Z' });
    await wire.hears('heartbeat.ack');
    wire.say('job.finished', { job: job.id, sequence: 2, at: '9999-12-31T23:59:59Z',
      result: { state: 'succeeded', restic_version: '0.14.0',
        summary: { snapshot_id: 'a'.repeat(64), files_new: 1, files_changed: 0, files_unmodified: 0, bytes_added: 1, bytes_processed: 1, files_processed: 1, duration_seconds: 1 } } });
    const ended = await hub.api.jobEnds(job.id, 'succeeded');
    const [created, started, finished] = [ended.created_at, ended.started_at, ended.finished_at].map((time) => Date.parse(time));
    assert.ok(created <= started && started <= finished, JSON.stringify(ended));
    assert.ok(finished - created < 60_000, JSON.stringify(ended));
    wire.close();
  }));
}

test('a host that was enrolled by a clock ahead is heard when the clock is right again', kOptions, inWorld(async (world) => {
  const hub = await world.signedInHub();
  await restartAt(hub, '+90d');
  hub.api = await Api.signIn(hub);
  const agent = await world.connectedAgent(hub);
  await restartAt(hub, undefined);
  hub.api = await Api.signIn(hub);
  await hub.api.hostConnected(agent.host);
  const host = await waitFor('its status', async () => {
    const shown = await hub.api.get(`/api/v1/hosts/${agent.host}`);
    return shown.status !== 'down' && shown;
  });
  assert.ok(Date.parse(host.last_seen_at) <= Date.now() + 1000, host.last_seen_at);
}));
