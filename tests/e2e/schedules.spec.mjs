// Schedules: protecting a host with one click, and a schedule from its form to the jobs that it starts.

import { makeTree } from '../harness/files.mjs';
import { expect, expectAccessible, expectNoSidewaysScroll, submit, test } from './fixtures.mjs';

// A host with a repository and a source group, and a signed-in page.
async function readyHost(world, page) {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const source = world.path('source');
  await makeTree(source, { megabytes: 1 });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [source]);
  const [name, value] = hub.api.cookie.split(/=(.*)/s);
  await page.context().addCookies([{ name, value, url: hub.url }]);
  return { hub, agent };
}

test('a host is protected with one click, and its agent has the schedule', async ({ page, world }) => {
  const { hub, agent } = await readyHost(world, page);
  await page.goto(`${hub.url}/hosts/${agent.host}/backups`);
  await expect(page.getByText('No schedule.')).toBeVisible();
  await page.getByRole('button', { name: 'Protect this host' }).click();
  await expect(page.getByText('The host backs up every night from now on.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Nightly' })).toBeVisible();
  await expect.poll(async () => {
    const { version, acknowledged_version: acknowledged } = await hub.api.get(`/api/v1/hosts/${agent.host}/schedule`);
    return version > 0 && version === acknowledged;
  }).toBe(true);
  await page.reload();
  await expect(page.getByText('does not have the newest')).toHaveCount(0);
  await page.getByRole('link', { name: 'Nightly' }).click();
  await expect(page.locator('#schedule-times')).toContainText('Every day at 01:00');
  await expect(page.locator('[name="hosts"]')).toHaveValue('harbour');
});

test('a schedule is created, says what it would do while one types, runs, pauses and is deleted', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 422/);
  const { hub, agent } = await readyHost(world, page);
  await page.goto(`${hub.url}/schedules`);
  await expect(page.getByRole('heading', { name: 'No schedules yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Add the first schedule' }).click();
  const times = page.locator('#schedule-times');
  await page.locator('[name="cron"]').fill('0 25 * * *');
  await expect(times).toContainText('25 is not from 0 to 23');
  await submit(page, '/schedules', { name: 'Weekdays', hosts: 'harbor' });
  await expect(page.getByText('Hour: 25 is not from 0 to 23')).toBeVisible();
  await expect(page.locator('[name="name"]')).toHaveValue('Weekdays');
  await page.locator('[name="cron"]').fill('30 22 * * mon-fri');
  await expect(times).toContainText('22:30');
  await submit(page, '/schedules', {});
  await expect(page.getByText('The customer has no host of the name harbor.')).toBeVisible();
  await submit(page, '/schedules', { hosts: 'harbour' });
  await expect(page.getByRole('heading', { name: 'Weekdays' })).toBeVisible();
  await expect(times.locator('li')).toHaveCount(5);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  const address = page.url();

  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page).toHaveURL(/\/jobs$/);
  expect((await hub.api.get(`/api/v1/jobs?host=${agent.host}`)).jobs).toHaveLength(1);

  await page.goto(address);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.goto(`${hub.url}/schedules`);
  await expect(page.getByRole('row', { name: /Weekdays/ })).toContainText('Paused');
  await page.goto(address);
  await page.getByText('Delete schedule…').click();
  await page.getByRole('button', { name: 'Delete Weekdays' }).click();
  await expect(page.getByRole('heading', { name: 'No schedules yet' })).toBeVisible();
  expect((await hub.api.get(`/api/v1/hosts/${agent.host}/schedule`)).entries).toEqual([]);
});
