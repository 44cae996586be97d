// Schedules: what one would do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
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
