// What the benches of a whole hub share: starting it, talking to it, and one table at the end. Figures depend on the machine, so
// each row names what it is compared with; a bench never fails because something was slow.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Agent, request } from 'node:http';

const kBin = resolve(process.env.HOLDFAST_BUILD ?? 'build/release', 'bin');
export const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
// The programs refuse variables of theirs that they do not know.
const kEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
const running = [];
const rows = [];

export function row(what, figure, aim) { rows.push([what, figure, aim]); }
export function quantile(values, q) { return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]; }
export function resident(pid) { return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024; }
export const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
export const ms = (value) => `${value.toFixed(1)} ms`;

export function start(name, args, options = {}) {
  const child = spawn(join(kBin, name), args, { stdio: ['ignore', 'pipe', 'pipe'], env: kEnvironment, ...options });
  child.output = '';
  child.complaints = '';
  child.stderr.on('data', (data) => { child.complaints = (child.complaints + data).slice(-2000); });
  child.stdout.on('data', (data) => { child.output += data; });
  running.push(child);
  return child;
}

// What matches in what the program prints, or in its log.
export function line(child, pattern, { log = false } = {}) {
  return new Promise((done, failed) => {
    const stream = log ? child.stderr : child.stdout;
    const look = () => { const found = pattern.exec(log ? child.complaints : child.output); if (found) done(found); return found; };
    if (look()) return;
    stream.on('data', look);
    child.on('exit', (code) => failed(new Error(`ended with ${code} before ${pattern}:\n${child.complaints}`)));
  });
}

// Runs a program to its end; what it printed.
export function run(name, args) {
  const done = spawnSync(join(kBin, name), args, { maxBuffer: 1 << 28, env: kEnvironment, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${name} ${args[0]}: ${done.stderr}`);
  return done.stdout;
}

export function stop(child) {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.on('exit', done);
    child.kill('SIGTERM');
  });
}

const kept = new Agent({ keepAlive: true, maxSockets: 4 });
export function send(url, method, path, body, cookie) {
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

export function config(name, more = 'log: {level: warning}\n') {
  const dir = join(folder, name);
  const file = `${dir}.yaml`;
  writeFileSync(file, `server: {listen: "127.0.0.1:0", data_dir: ${dir}}\n${more}`);
  return file;
}

export async function startHub(file) {
  const before = performance.now();
  const hub = start('holdfast-hub', ['--config', file]);
  hub.url = (await line(hub, /^Holdfast is listening on (\S+)\n/m))[1];
  await send(hub.url, 'GET', '/healthz');
  hub.startTime = performance.now() - before;
  return hub;
}

export async function setUp(hub) {
  const link = (await line(hub, /^Set up: (\S+)\n/m))[1];
  const token = new URL(link).searchParams.get('token');
  const answer = await send(hub.url, 'POST', '/api/v1/setup', { token, name: 'admin', password: 'bench-password-42' });
  return answer.headers['set-cookie'][0].split(';')[0];
}

export async function bench(...parts) {
  try {
    for (const part of parts) await part();
    print();
  } finally {
    for (const child of running) if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function print() {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column].length)));
  console.log(`${cpus()[0].model}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}\n`);
  for (const cells of [['What', 'Measured', 'Aim'], ...rows]) console.log(cells.map((cell, i) => cell.padEnd(widths[i])).join('   '));
}
