// Memory, start-up, run-now latency and idle agents: `make bench`. Figures depend on the machine, so each row names what it is
// compared with; a bench never fails because something was slow.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Agent, request } from 'node:http';

const kBin = resolve(process.env.HOLDFAST_BUILD ?? 'build/release', 'bin');
const kFleet = Number(process.env.HOLDFAST_BENCH_AGENTS ?? 10_000);
const kStarts = 20;
const kRuns = 300;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
// The programs refuse variables of theirs that they do not know.
const kEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
const running = [];
const rows = [];

function row(what, figure, aim) { rows.push([what, figure, aim]); }
function quantile(values, q) { return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]; }
function resident(pid) { return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024; }
const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const ms = (value) => `${value.toFixed(1)} ms`;

function start(name, args, options = {}) {
  const child = spawn(join(kBin, name), args, { stdio: ['ignore', 'pipe', 'pipe'], env: kEnvironment, ...options });
  child.output = '';
  child.complaints = '';
  child.stderr.on('data', (data) => { child.complaints = (child.complaints + data).slice(-2000); });
  child.stdout.on('data', (data) => { child.output += data; });
  running.push(child);
  return child;
}

function line(child, pattern) {
  return new Promise((done, failed) => {
    const look = () => { const found = pattern.exec(child.output); if (found) done(found); return found; };
    if (look()) return;
    child.stdout.on('data', look);
    child.on('exit', (code) => failed(new Error(`ended with ${code} before ${pattern}:\n${child.complaints}`)));
  });
}

function stop(child) {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.on('exit', done);
    child.kill('SIGTERM');
  });
}

const kept = new Agent({ keepAlive: true, maxSockets: 4 });
function send(url, method, path, body, cookie) {
  const raw = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((done, failed) => {
    const headers = { origin: url, ...(cookie && { cookie }), ...(raw && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(raw) }) };
    const sent = request(url + path, { method, headers, agent: kept }, (answer) => {
      let text = '';
      answer.on('data', (data) => { text += data; }).on('end', () => done({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on('error', failed).end(raw);
  });
}

function config(name) {
  const dir = join(folder, name);
  const file = `${dir}.yaml`;
  writeFileSync(file, `server: {listen: "127.0.0.1:0", data_dir: ${dir}}\nlog: {level: warning}\n`);
  return file;
}

async function startHub(file) {
  const before = performance.now();
  const hub = start('holdfast-hub', ['--config', file]);
  hub.url = (await line(hub, /^Holdfast is listening on (\S+)\n/m))[1];
  await send(hub.url, 'GET', '/healthz');
  hub.startTime = performance.now() - before;
  return hub;
}

async function setUp(hub) {
  const link = (await line(hub, /^Set up: (\S+)\n/m))[1];
  const token = new URL(link).searchParams.get('token');
  const answer = await send(hub.url, 'POST', '/api/v1/setup', { token, name: 'admin', password: 'bench-password-42' });
  return answer.headers['set-cookie'][0].split(';')[0];
}

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
  spawnSync(join(kBin, 'holdfast-agent'), ['enroll', '--hub', hub.url, '--token', token, '--state-dir', state], { env: kEnvironment });
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
  const made = spawnSync(join(kBin, 'holdfast-hub'), ['seed-fleet', '--config', file, '--count', String(count)], { maxBuffer: 1 << 28, env: kEnvironment });
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const bearers = join(folder, `bearers-${count}`);
  writeFileSync(bearers, made.stdout);
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

function print() {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column].length)));
  console.log(`${cpus()[0].model}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}\n`);
  for (const cells of [['What', 'Measured', 'Aim'], ...rows]) console.log(cells.map((cell, i) => cell.padEnd(widths[i])).join('   '));
}

try {
  await measureStart();
  await measureIdleAgent();
  await measureRunNow();
  await measureFleet();
  print();
} finally {
  for (const child of running) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
