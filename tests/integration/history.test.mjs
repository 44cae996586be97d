// Points over time, of a host and of a customer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customersHub, sampleReport } from '../harness/reports.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld } from '../harness/world.mjs';

const kHour = 3_600_000;

// A report of acme's nas-01 as it was `hours` ago, with these percentages.
function reportAt(hours, cpu, disk = 50) {
  const report = sampleReport({ timestamp: new Date(Date.now() - hours * kHour).toISOString() });
  report.system.cpu.percent = cpu;
  report.system.disks = [{ mount: '/srv', percent: disk }];
  return report;
}

test('the last day is there report by report', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  for (const [hours, cpu] of [[20, 10], [10, 20], [1, 30]]) await owner.post('/api/v1/report', reportAt(hours, cpu), 201);
  for (const path of [`hosts/${host}`, 'customers/acme', `customers/${owner.customer}`]) {
    const history = await owner.get(`/api/v1/${path}/history?period=24h`);
    assert.equal(history.step, 'raw');
    assert.deepEqual(history.points.map((point) => point.cpu_percent), [10, 20, 30, 12.5], path);
    assert.deepEqual(history.points[0].disks, { '/srv': 50 }, path);
    assert.equal(new Date(history.to) - new Date(history.from), 24 * kHour);
    const { from: _, to: __, ...plain } = await owner.get(`/api/v1/${path}/history`);
    assert.deepEqual(plain.points, history.points, 'a day is what is shown when nothing else is asked for');
  }
}));

test('long periods are rolled up', inWorld(async (world) => {
  const { hub, owner, host } = await customersHub(world);
  for (const [hours, cpu, disk] of [[24 * 300, 40, 10], [24 * 60, 60, 20], [24 * 20, 80, 30], [24 * 5, 20, 40]]) {
    await owner.post('/api/v1/report', reportAt(hours, cpu, disk), 201);
  }
  await hub.restart(); // which rolls up at once
  const historyOf = (period) => owner.get(`/api/v1/hosts/${host}/history?period=${period}`);
  const year = await waitFor('days', async () => {
    const history = await historyOf('1y');
    return history.points.length >= 4 && history;
  });
  assert.equal(year.step, 'day');
  assert.deepEqual(year.points.slice(0, 4).map((point) => point.cpu_percent_max), [40, 60, 80, 20]);
  assert.deepEqual(year.points.slice(0, 4).map((point) => point.disk_percent_max), [10, 20, 30, 40]);
  for (const [period, points] of Object.entries({ '24h': 1, '7d': 2, '30d': 3, '90d': 4 })) {
    const history = await historyOf(period);
    assert.equal(history.points.reduce((sum, point) => sum + point.reports, 0), points, period);
    assert.deepEqual(history.points.map((point) => point.at), history.points.map((point) => point.at).sort(), period);
    assert.equal(history.points.at(-1).cpu_percent, 12.5, period);
  }
}));

test('many reports make about 500 points at most', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  for (let i = 1; i <= 700; ++i) await owner.post('/api/v1/report', reportAt(i / 30, i % 100), 201);
  const { points } = await owner.get(`/api/v1/hosts/${host}/history?period=24h`);
  assert.ok(points.length > 300 && points.length <= 500, `${points.length} points`);
}));

test('from and to bound what is told', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  for (const hours of [9, 6, 3]) await owner.post('/api/v1/report', reportAt(hours, hours), 201);
  const ago = (hours) => encodeURIComponent(new Date(Date.now() - hours * kHour).toISOString());
  const cpus = async (query) => (await owner.get(`/api/v1/hosts/${host}/history?${query}`)).points.map((point) => point.cpu_percent);
  assert.deepEqual(await cpus(`from=${ago(7)}&to=${ago(2)}`), [6, 3]);
  assert.deepEqual(await cpus(`from=${ago(5)}`), [3, 12.5]);
  assert.deepEqual(await cpus(`from=${ago(2)}&to=${ago(1)}`), []);
  assert.deepEqual(await cpus(`from=${encodeURIComponent('2020-01-01T00:00:00+02:00')}&to=2020-01-02T00:00:00Z`), []);
}));

// Each minute of an hour that is over, with what went through and what containers used.
function reportWithTraffic(minutes, rate) {
  const report = sampleReport({ timestamp: new Date(Date.now() - minutes * 60_000).toISOString() });
  report.system.network = { received_bytes_per_second: rate, sent_bytes_per_second: rate / 2 };
  report.system.disk_io = { read_bytes_per_second: 0, written_bytes_per_second: rate * 16 };
  report.containers.items[0].cpu_percent = rate / 1024;
  return report;
}

test('what goes through networks and disks, and what containers use, is kept in every range and drawn', inWorld(async (world) => {
  const { hub, owner, admin, host } = await customersHub(world);
  for (let minute = 0; minute < 30; ++minute) await owner.post('/api/v1/report', reportWithTraffic(2 * 24 * 60 + minute, 1024), 201);
  await owner.post('/api/v1/report', reportWithTraffic(30, 2048), 201);
  const traffic = (point) => [point.network_received_bytes_per_second, point.network_sent_bytes_per_second, point.disk_read_bytes_per_second, point.disk_written_bytes_per_second];
  const day = (await owner.get(`/api/v1/hosts/${host}/history?period=24h`)).points;
  assert.deepEqual(traffic(day[0]), [2048, 1024, 0, 32_768]);
  assert.deepEqual(day[0].containers.web, { cpu_percent: 2, memory_bytes_max: 400_000_000 });
  await hub.restart(); // which rolls up at once
  const week = await waitFor('hours', async () => {
    const { points } = await owner.get(`/api/v1/hosts/${host}/history?period=7d`);
    return points.length >= 2 && points;
  });
  assert.deepEqual(traffic(week[0]), [1024, 512, 0, 16_384]);
  assert.equal(week[0].containers.web.cpu_percent, 1);
  assert.equal(Math.round(week[0].containers.db.memory_bytes_max / 1e6), 700);
  const page = await admin.exchange('GET', `/hosts/${host}`, undefined, {});
  for (const title of ['Network', 'Disk I/O', 'CPU of containers', 'Memory of containers']) assert.match(page.text, new RegExp(`<b>${title}</b>`), title);
  assert.match(page.text, new RegExp(`href="/hosts/${host}\\?container=web"`));
  const ofOne = await admin.exchange('GET', `/hosts/${host}?container=web`, undefined, {});
  assert.match(ofOne.text, /<b>CPU of web<\/b>/);
}));

test('what a report does not say is left out of its point', inWorld(async (world) => {
  const { owner } = await customersHub(world);
  const { host_id: host } = await owner.post('/api/v1/report', { customer_id: 'acme', host: 'plain' }, 201);
  const [point] = (await owner.get(`/api/v1/hosts/${host}/history`)).points;
  assert.deepEqual(Object.keys(point), ['at', 'reports']);
}));

test('ranges that cannot be are refused', inWorld(async (world) => {
  const { owner, admin, host } = await customersHub(world);
  const wrong = ['period=1h', 'period=7', 'period=-7d', 'period=7D', 'period=99999999999999999999d', 'from=yesterday', 'to=2026-11-22T00:00:00Z', 'from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z',
    'from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:00Z', 'period=7d&from=2026-11-22T00:00:00Z', 'from=2026-02-30T00:00:00Z', 'from=10000-01-01T00:00:00Z'];
  for (const reader of [owner, admin]) {
    for (const path of [`hosts/${host}`, 'customers/acme']) {
      for (const query of wrong) await reader.refuses(422, undefined, 'GET', `/api/v1/${path}/history?${query}`);
    }
  }
}));

test('a customer without a report has no history', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  await admin.post('/api/v1/customers', { slug: 'quiet' }, 201);
  await admin.refuses(404, undefined, 'GET', '/api/v1/customers/quiet/history');
}));
