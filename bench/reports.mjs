// Reports as they come in and what they leave behind: a part of `make bench`. The load comes from report_load, the bare loop and
// the fleet with 90 days behind it from store_bench.

import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { bench, config, folder, line, mib, ms, quantile, row, run, send, setUp, start, startHub, stop } from './harness.mjs';

const kKey = 'bench-key-of-no-use-elsewhere';
const kHosts = 1000;
const kConnections = [1, 16, 64, 256];
const kRounds = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 3);
const kFleet = Number(process.env.HOLDFAST_BENCH_HOSTS ?? 10_000);
const kAllDays = process.env.HOLDFAST_BENCH_ALL_DAYS === '1';
const kPerCustomer = 33;  // as store_bench fills it
const kPages = 300;
const kPruneSeconds = 30;
const kWarmUp = 10;  // the hub looks more closely at the first reports of a host

const keyed = (more = '') => `api: {report_api_key: ${kKey}}\n${more}`;
const count = (value) => Math.round(value).toLocaleString('en');
const last = (text) => JSON.parse(text.trim().split('\n').at(-1));

// Since its start; a peak, in bytes.
function peak(pid) { return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024; }

// Microseconds of processor time, kernel included.
function cpuTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function loadArguments(hub, options) {
  const all = { port: new URL(hub.url).port, key: kKey, hosts: kHosts, 'per-customer': kPerCustomer, ...options };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

function load(hub, options) {
  const before = cpuTime(hub.pid);
  const result = last(run('report_load', loadArguments(hub, options)));
  if (result.errors + result.duplicates > 0) throw new Error(`not all reports were stored: ${JSON.stringify(result)}`);
  return { ...result, hub_cpu: (cpuTime(hub.pid) - before) / Math.max(1, result.reports) };
}

const better = (a, b) => (a && a.per_second > b.per_second ? a : b);

// The hub and the bare loops begin with the same database. Rounds take turns, so that all see the same noise; the best of each counts.
async function measureRates() {
  run('store_bench', ['fill', join(folder, 'rates'), String(kHosts)]);
  const filled = join(folder, 'filled.db');
  copyFileSync(join(folder, 'rates', 'holdfast.db'), filled);
  const bare = (connections, what) => last(run('store_bench', ['bare', filled, String(kHosts), String(connections), what]));
  const best = {};
  let fullest = 0;
  for (let round = 0; round < kRounds; ++round) {
    for (const connections of kConnections) {
      const found = (best[connections] ??= {});
      found.packed = better(found.packed, bare(connections, 'packed'));
      found.all = better(found.all, bare(connections, 'all'));
      found.sent = better(found.sent, bare(connections, 'sent'));
      const hub = await measureHub(filled, connections);
      found.hub = better(found.hub, hub);
      fullest = Math.max(fullest, hub.peak);
    }
  }
  for (const connections of kConnections) showRate(connections, best[connections]);
  row(`  the hub at its fullest, ${count(kHosts)} hosts`, mib(fullest), '< 64 MB');
}

async function measureHub(filled, connections) {
  const data = join(folder, 'rates');
  rmSync(data, { recursive: true });
  mkdirSync(data, { mode: 0o700 });
  copyFileSync(filled, join(data, 'holdfast.db'));
  const hub = await startHub(config('rates', keyed('log: {level: warning}\n')));
  load(hub, { connections, 'warm-up': kWarmUp, seconds: 0 });
  const result = load(hub, { connections, seconds: 3 });
  result.peak = peak(hub.pid);
  await stop(hub);
  return result;
}

function showRate(connections, { hub, all, sent, packed }) {
  const aimed = connections === 64;
  const share = (bare) => `${(hub.per_second / bare.per_second).toFixed(2)} of ${count(bare.per_second)}`;
  row(`Reports of 4 KiB, ${connections} at once`, `${count(hub.per_second)} /s, p50 ${ms(hub.p50)}, p99 ${ms(hub.p99)}`, aimed ? '> 12,000 /s, p99 < 50 ms' : '');
  row('  share of a bare loop that writes all rows of a report', share(all), '');
  row('  the same with rows of 4 KiB alone', share(sent), aimed ? '>= 0.6' : '');
  row('  the same with rows as small as the hub packs them', share(packed), '');
  row('  processor time a report, hub and client', `${hub.hub_cpu.toFixed(0)} + ${hub.cpu_us.toFixed(0)} us`, '');
}

// A fleet that has reported for 90 days. All reports of that time are 20 GB, so unless asked for them there are those of the last
// day and of the one that is pruned, and roll-ups of all days.
async function fillFleet() {
  const filled = last(run('store_bench', ['fill', join(folder, 'fleet'), String(kFleet), ...(kAllDays ? ['all'] : [])]));
  row(`${count(kFleet)} hosts, roll-ups of 90 days, reports of ${kAllDays ? 'as many' : '2'}`, mib(filled.bytes), '');
}

// As quickly as 64 connections can, while the hub removes what became too old since yesterday; then it is left alone to finish.
async function measurePrune() {
  const hub = await startHub(config('fleet', keyed('log: {level: info}\nretention: {prune_schedule: "* * * * *"}\n')));
  const began = performance.now();
  const sending = start('report_load', loadArguments(hub, { hosts: kFleet, connections: 64, seconds: kPruneSeconds }));
  const result = last((await line(sending, /^(\{.*\})\n/m))[1]);
  const pruned = await line(hub, /Removed what is too old reports=(\d+)/, { log: true });
  const seconds = (performance.now() - began) / 1000;
  row('  ingest while it prunes, 64 at once', `${count(result.per_second)} /s, p50 ${ms(result.p50)}, p99 ${ms(result.p99)}`, 'p99 < 100 ms');
  const quiet = load(hub, { hosts: kFleet, connections: 64, seconds: kPruneSeconds });
  row('  the same when nothing is left to prune', `${count(quiet.per_second)} /s, p50 ${ms(quiet.p50)}, p99 ${ms(quiet.p99)}`, '');
  row(`  pruning ${count(Number(pruned[1]))} reports`, `${seconds.toFixed(0)} s, of which ${kPruneSeconds} under that load`, '');
  await stop(hub);
}

// Milliseconds to the first byte of the page.
function firstByte(url, path, cookie) {
  return new Promise((done, failed) => {
    const before = performance.now();
    request(url + path, { headers: { cookie } }, (answer) => {
      if (answer.statusCode !== 200) return failed(new Error(`${path}: ${answer.statusCode}`));
      answer.once('data', () => done(performance.now() - before)).resume();
    }).on('error', failed).end();
  });
}

async function measurePage(hub, cookie, what, pathOf) {
  const times = [];
  for (let i = 0; i < kPages; ++i) times.push(await firstByte(hub.url, pathOf(i), cookie));
  row(`  ${what}, first byte`, `p50 ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}`, 'p99 < 50 ms');
}

// While all hosts report every 15 minutes.
async function measurePages() {
  const hub = await startHub(config('fleet', keyed('log: {level: warning}\n')));
  const cookie = await setUp(hub);
  const sending = start('report_load', loadArguments(hub, { hosts: kFleet, connections: 16, 'per-second': kFleet / 900, seconds: 600 }));
  const hosts = JSON.parse((await send(hub.url, 'GET', '/api/v1/hosts?limit=1000', undefined, cookie)).text).hosts;
  await measurePage(hub, cookie, 'fleet page', () => '/');
  await measurePage(hub, cookie, 'fleet page with a filter', () => '/?q=disk%3E70');
  await measurePage(hub, cookie, 'host page with 24 h', (i) => `/hosts/${hosts[i % hosts.length].id}`);
  await measurePage(hub, cookie, 'host page with 30 d', (i) => `/hosts/${hosts[i % hosts.length].id}?range=30d`);
  row('  the hub at its fullest', mib(peak(hub.pid)), '');
  await stop(sending);
  await stop(hub);
}

await bench(measureRates, fillFleet, measurePrune, measurePages);
