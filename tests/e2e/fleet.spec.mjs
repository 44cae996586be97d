// The fleet at a glance: filter, order, layout, live values, CSV, and all of it by keyboard.

import { readFile } from 'node:fs/promises';
import { Reporter } from '../harness/reporter.mjs';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from './fixtures.mjs';
import { signedIn } from './signed_in.mjs';

async function smallFleet(world) {
  const hub = await world.signedInHub();
  const harbour = await Reporter.make(hub, 'harbour', 'Harbour office');
  await harbour.send('app-01');
  await harbour.send('app-02', { disk: 93 });
  await harbour.send('pg-primary', { health: 'fail', issues: ['the pool is degraded'] });
  return { hub, harbour };
}

const names = (page) => page.locator('#hosts tbody .nm').allInnerTexts();
const row = (page, name) => page.locator('#hosts tbody tr', { has: page.getByRole('link', { name, exact: true }) });

test('the worst host is first, with its reason, and the tiles add up', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  expect(await names(page)).toEqual(['pg-primary', 'app-02', 'app-01']);
  await expect(row(page, 'pg-primary')).toContainText('the pool is degraded');
  await expect(row(page, 'app-02')).toContainText('93%');
  const tiles = await page.locator('#fleet-band .big').allInnerTexts();
  expect(tiles.map(Number)).toEqual([1, 1, 1, 0]);
  await expect(page.locator('#fleet-band')).toContainText('1 unhealthy');
  await expect(page.locator('#fleet-band')).toContainText('1 disk');
});

test('typing filters, the address keeps it, and a filter that is half typed keeps the list and says why', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  const search = page.getByRole('searchbox', { name: 'Filter hosts' });
  await search.pressSequentially('app');
  await expect.poll(() => names(page)).toEqual(['app-02', 'app-01']);
  await expect(search).toBeFocused();
  expect(new URL(page.url()).searchParams.get('q')).toBe('app');
  await page.reload();
  expect(await names(page)).toEqual(['app-02', 'app-01']);
  await search.fill('disk:>90');
  await expect.poll(() => names(page)).toEqual(['app-02']);
  await search.fill('disk:>full');
  await expect(page.locator('#q-error')).toContainText('disk:>full');
  await expect(search).toHaveValue('disk:>full');
  await expect(search).toHaveAttribute('aria-invalid', 'true');
  expect(await names(page)).toEqual(['app-02']);
  await search.fill('zzz');
  await expect(page.getByText('3 hosts are hidden by this filter.')).toBeVisible();
  await page.getByRole('link', { name: 'Clear filter' }).click();
  await expect(page.locator('#hosts tbody tr')).toHaveCount(3);
});

test('what is done to selected hosts is done once, and what is missing is told in the menu', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 422/);
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  await page.getByText('With selected hosts…').click();
  await page.getByLabel('Do', { exact: true }).selectOption('Add the tag');
  await page.getByRole('button', { name: 'Do it' }).click();
  await expect(page.locator('#bulk-error')).toHaveText('Select at least one host in the list.');
  const selected = page.getByLabel('Select app-01');
  await selected.evaluate((box) => { box.checked = true; });
  await page.getByLabel('Tag, to add or remove').fill('two words');
  await page.getByRole('button', { name: 'Do it' }).click();
  await expect(page.locator('#bulk-error')).toContainText('without spaces');
  await expect(selected).toBeChecked();
  const host = await selected.getAttribute('value');
  await page.getByLabel('Do', { exact: true }).selectOption('Pause');
  await page.getByRole('button', { name: 'Do it' }).click();
  await expect(page.getByRole('heading', { name: 'Pause: done for 1 of 1 host' })).toBeVisible();
  await hub.api.post(`/api/v1/hosts/${host}/resume`, {}, 204);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Pause: done for 1 of 1 host' })).toBeVisible();
  expect((await hub.api.get(`/api/v1/hosts/${host}`)).status).not.toBe('paused');
  await page.getByRole('link', { name: 'Back to the fleet' }).click();
  await expect(page.locator('#hosts tbody tr')).toHaveCount(3);
});

test('columns sort, hide and are remembered', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  await page.getByRole('columnheader', { name: 'Host' }).getByRole('link').click();
  await expect(page.getByRole('columnheader', { name: 'Host' })).toHaveAttribute('aria-sort', 'ascending');
  expect(await names(page)).toEqual(['app-01', 'app-02', 'pg-primary']);
  await page.getByRole('columnheader', { name: 'Host' }).getByRole('link').click();
  expect(await names(page)).toEqual(['pg-primary', 'app-02', 'app-01']);
  await page.getByText('Columns', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Memory' }).uncheck();
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.locator('th.memory')).toBeHidden();
  await page.goto(hub.url);
  await expect(page.locator('th.memory')).toBeHidden();
  await page.getByRole('button', { name: 'Compact' }).click();
  await expect(page).toHaveURL(/density=compact/);
  expect((await row(page, 'app-01').boundingBox()).height).toBeLessThan(36);
});

test('a report changes its row in place, and rows do not move by themselves', async ({ page, world }) => {
  const { hub, harbour } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  await expect(page.locator('[data-live]').first()).toHaveText('Live');
  await harbour.send('app-01', { cpu: 77, health: 'fail', issues: ['fan is broken'] });
  await expect(row(page, 'app-01')).toContainText('77%');
  await expect(row(page, 'app-01')).toContainText('fan is broken');
  expect(await names(page)).toEqual(['pg-primary', 'app-02', 'app-01']);
  await expect(page.locator('#fleet-band .big').first()).toHaveText('2');
  await expect(page.locator('#fleet-changed')).toContainText('Order changed for 1 host.', { timeout: 15_000 });
  await page.getByRole('link', { name: 'Sort again' }).click();
  await expect.poll(async () => (await names(page)).at(-1)).toBe('app-02');
});

test('where nothing streams the page asks for itself', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/Failed to fetch|ERR_FAILED|network error/i);
  const { hub, harbour } = await smallFleet(world);
  await signedIn(page, hub);
  await page.route('**/ui/stream*', (route) => route.abort());
  await page.clock.install();
  await page.goto(hub.url);
  await harbour.send('app-01', { cpu: 88 });
  await page.clock.fastForward(36_000);
  await page.clock.runFor(2_000);
  await expect(row(page, 'app-01')).toContainText('88%');
  await expect(page.locator('[data-live]').first()).toHaveText('Every 60 s');
});

test('the grid shows each host as a cell and opens it', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  await page.getByRole('link', { name: 'Grid' }).click();
  await expect(page.locator('.cells > p')).toHaveCount(3);
  await expect(page.locator('.cells > p.d')).toHaveAttribute('title', /pg-primary: .*degraded/);
  await page.getByRole('link', { name: 'Disk' }).click();
  await expect(page.locator('.cells > p.w')).toHaveAttribute('title', /app-02/);
  await expectAccessible(page);
  await page.locator('.cells > p.w').click();
  await expect(page.getByRole('heading', { name: 'app-02' })).toBeVisible();
});

test('the table is exported as it is filtered, on all pages', async ({ page, world }) => {
  const { hub, harbour } = await smallFleet(world);
  await harbour.send('=evil', {});
  await signedIn(page, hub);
  await page.goto(`${hub.url}/?q=customer:harbour`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(head.split(',')).toContain('disk_total_bytes');
  expect(lines).toHaveLength(4);
  expect(text).toContain('"\'=evil"');
  expect(text).toContain(String(2 ** 40));
});

test('keys move through rows, search, and go elsewhere', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'app-02', exact: true })).toBeFocused();
  await page.keyboard.press('k');
  await expect(page.getByRole('link', { name: 'pg-primary', exact: true })).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('jk?');
  await expect(page.getByRole('heading', { name: 'No host matches “jk?”' })).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await expect(page.getByRole('link', { name: 'app-02', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { name: 'Customers' })).toBeVisible();
  await page.goBack();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/hosts\/[0-9A-Z]{26}$/);
});

test('a page that is left while it loads reports no failure', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  for (const path of ['/', '/customers', '/', '/settings', '/', '/?layout=grid', '/', '/customers']) await page.goto(hub.url + path, { waitUntil: 'commit' });
  await page.goto(hub.url);
  await expect(page.getByRole('searchbox')).toBeVisible();
});

test('the palette finds hosts, customers and pages', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.goto(hub.url);
  await page.keyboard.press('Control+k');
  const input = page.getByRole('combobox');
  await expect(input).toBeFocused();
  await expect(page.getByRole('option', { name: /Settings/ })).toBeVisible();
  await input.pressSequentially('pg');
  await expect(page.locator('[role="option"]')).toHaveCount(1);
  await expect(page.locator('[role="option"]')).toHaveAttribute('aria-selected', 'true');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'pg-primary' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option', { name: /pg-primary/ })).toBeVisible();
  await page.getByRole('combobox').fill('harbour');
  await page.getByRole('option', { name: /Harbour office/ }).click();
  await expect(page.getByRole('heading', { name: 'Harbour office' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('nothing at all like this');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox')).toBeHidden();
});

test('the fleet fits a phone', async ({ page, world }) => {
  const { hub } = await smallFleet(world);
  await signedIn(page, hub);
  await page.setViewportSize({ width: 360, height: 780 });
  for (const path of ['/', '/?layout=grid', '/customers', '/customers/harbour', '/settings']) {
    await page.goto(hub.url + path);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  }
  await page.goto(hub.url);
  await expect(row(page, 'app-02')).toContainText('Warning');
  await expect(row(page, 'app-02').locator('td.disk')).toBeVisible();
});

test('sixty hosts come in pages of fifty', async ({ page, world }) => {
  const hub = await world.signedInHub();
  const harbour = await Reporter.make(hub);
  for (let i = 0; i < 60; i++) await harbour.send(`host-${String(i).padStart(2, '0')}`);
  await signedIn(page, hub);
  await page.goto(`${hub.url}/?sort=name`);
  await expect(page.locator('#hosts tbody tr')).toHaveCount(50);
  await page.getByRole('link', { name: 'Next', exact: true }).click();
  expect(await names(page)).toEqual(Array.from({ length: 10 }, (_, i) => `host-${50 + i}`));
  await page.getByRole('link', { name: 'First', exact: true }).click();
  expect((await names(page))[0]).toBe('host-00');
});
