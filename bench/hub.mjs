// Memory, start-up, run-now latency and idle agents: a part of `make bench`.

import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench, config, folder, line, mib, ms, quantile, resident, row, run, send, setUp, start, startHub, stop } from './harness.mjs';

const kFleet = Number(process.env.HOLDFAST_BENCH_AGENTS ?? 10_000);
const kStarts = 20;
const kRuns = 300;

async function measureStart() {
  const file = config('start');
  const times = [];
  for (let i = 0; i < kStarts; ++i) {
    const hub = await startHub(file);
    times.push(hub.startTime);
    if (i === kStarts - 1) row('Idle hub, resident', mib(resident(hub.pid)), '< 20 MiB');
    await stop(hub);
  }
  const bare = [];
  for (let i = 0; i < kStarts; ++i) {
    const before = performance.now();
    spawnSync('/bin/true');
    bare.push(performance.now() - before);
  }
  row('Start to first answer, median', `${ms(quantile(times, 0.5))} (${(quantile(times, 0.5) / quantile(bare, 0.5)).toFixed(0)} x /bin/true)`, '< 100 ms');
}

async function measureIdleAgent() {
  const hub = await startHub(config('agent'));
  const cookie = await setUp(hub);
  const token = JSON.parse((await send(hub.url, 'POST', '/api/v1/enrolment-tokens', undefined, cookie)).text).token;
  const state = join(folder, 'agent-state');
  run('holdfast-agent', ['enroll', '--hub', hub.url, '--token', token, '--state-dir', state]);
  const agent = start('holdfast-agent', ['run', '--state-dir', state]);
  for (let connected = false; !connected;) {
    const hosts = JSON.parse((await send(hub.url, 'GET', '/api/v1/hosts', undefined, cookie)).text).hosts;
    connected = hosts.some((host) => host.connected);
  }
  row('Idle agent, resident', mib(resident(agent.pid)), '< 8 MiB');
  await stop(agent);
  await stop(hub);
}

function seed(file, count) {
  const bearers = join(folder, `bearers-${count}`);
  writeFileSync(bearers, run('holdfast-hub', ['seed-fleet', '--config', file, '--count', String(count)]));
  return bearers;
}

async function connectFleet(hub, bearers, count) {
  const fleet = start('holdfast-fleetsim', ['--hub', hub.url, '--bearers', bearers, '--agents', String(count)]);
  await line(fleet, new RegExp(`^connected ${count}\n`, 'm'));
  return fleet;
}

// From sending the click to the moment its job is seen as started; polled without a pause, so it is an upper bound.
async function measureRunNow() {
  const count = Math.min(1000, kFleet);
  const file = config('run-now');
  const bearers = seed(file, count);
  const hub = await startHub(file);
  const cookie = await setUp(hub);
  const fleet = await connectFleet(hub, bearers, count);
  const hosts = JSON.parse((await send(hub.url, 'GET', '/api/v1/hosts?limit=1000', undefined, cookie)).text).hosts.map((host) => host.id);
  const times = [];
  const bare = [];
  for (let i = 0; i < kRuns; ++i) {
    const before = performance.now();
    const job = JSON.parse((await send(hub.url, 'POST', `/api/v1/hosts/${hosts[i % hosts.length]}/jobs`, { operation: 'backup' }, cookie)).text);
    for (let started = false; !started;) started = JSON.parse((await send(hub.url, 'GET', `/api/v1/jobs/${job.id}`, undefined, cookie)).text).started_at;
    times.push(performance.now() - before);
    const plain = performance.now();
    await send(hub.url, 'GET', '/healthz');
    bare.push(performance.now() - plain);
  }
  row(`Run now to job.started, ${count} agents, p50 / p99`, `${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.99))}`, 'p99 < 50 ms');
  row('  the same as multiples of one GET /healthz', `${(quantile(times, 0.5) / quantile(bare, 0.5)).toFixed(1)} / ${(quantile(times, 0.99) / quantile(bare, 0.99)).toFixed(1)}`, '');
  await stop(fleet);
  await stop(hub);
}

async function measureFleet() {
  const file = config('fleet');
  const bearers = seed(file, kFleet);
  const hub = await startHub(file);
  const alone = resident(hub.pid);
  const before = performance.now();
  const fleet = await connectFleet(hub, bearers, kFleet);
  const seconds = (performance.now() - before) / 1000;
  row(`${kFleet} idle agents, each`, `${((resident(hub.pid) - alone) / kFleet / 1024).toFixed(1)} KiB`, '< 15 KB');
  row(`  connecting all of them`, `${(kFleet / seconds).toFixed(0)} a second`, '');
  row(`  database with ${kFleet} hosts`, mib(statSync(join(folder, 'fleet', 'holdfast.db')).size), '');
  await stop(fleet);
  await stop(hub);
}

await bench(measureStart, measureIdleAgent, measureRunNow, measureFleet);
