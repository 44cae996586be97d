// The page of a host that reports: graphs, figures, reports as they were sent, and what people add to it.

import { Reporter } from '../harness/reporter.mjs';
import { expect, expectAccessible, expectNoSidewaysScroll, submit, test } from './fixtures.mjs';
import { signedIn } from './signed_in.mjs';

async function reportedHost(world, send) {
  const hub = await world.signedInHub();
  const reporter = await Reporter.make(hub, 'harbour', 'Harbour office');
  await send(reporter);
  const { hosts } = await hub.api.get('/api/v1/hosts');
  return { hub, reporter, id: hosts[0].id };
}

test('graphs show what came and leave a gap where nothing did', async ({ page, world }) => {
  const { hub, id } = await reportedHost(world, (reporter) => reporter.sendDay('pg-primary', { gap: [6, 7, 8] }));
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/${id}`);
  const cpu = page.locator('.chart', { hasText: 'CPU' });
  await expect(cpu.locator('.v')).toHaveText('10%');
  await expect(cpu.locator('rect.gap')).toHaveCount(1);
  expect((await cpu.locator('path.l1').getAttribute('d')).match(/M/g)).toHaveLength(2);
  await expect(cpu.getByRole('img')).toHaveAttribute('aria-label', /CPU, last 24 h: 10% to 55%/);
  await cpu.locator('.draw').hover({ position: { x: 4, y: 40 } });
  await expect(page.locator('[data-moment]')).toContainText(/\d\d:\d\d/);
  // Shortly before midnight UTC all of them are of one day, and of a single day no curve is drawn.
  const drawn = page.locator('.chart').first().or(page.getByRole('heading', { name: 'One day of reports so far' }));
  for (const range of ['1 y', '30 d', '7 d']) {
    await page.getByRole('group', { name: 'Range' }).getByRole('link', { name: range }).click();
    await expect(range === '7 d' ? page.locator('.chart').first() : drawn).toBeVisible();
    await expectNoSidewaysScroll(page);
  }
  await page.getByRole('link', { name: 'Table', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'CPU, highest' })).toBeVisible();
  await expectAccessible(page);
});

test('a new report changes figures and head without a reload', async ({ page, world }) => {
  const { hub, reporter, id } = await reportedHost(world, (reporter) => reporter.send('pg-primary'));
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/${id}`);
  await expect(page.locator('#host-figures')).toContainText('52%');
  await reporter.send('pg-primary', { disk: 91 });
  await expect(page.locator('#host-figures')).toContainText('91%');
  await expect(page.locator('#host-head')).toContainText('Warning');
  await expect(page.locator('#host-head')).toContainText('Disk /srv is 91% full');
});

test('reports are shown as text, whatever is in them', async ({ page, world }) => {
  const { hub, id } = await reportedHost(world, (reporter) => reporter.send('pg-primary', {
    health: 'warn', issues: ['<img src=x onerror=alert(1)>'], note: '"><script>alert(2)</script>',
  }));
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/${id}`);
  await expect(page.locator('#host-figures')).toContainText('<img src=x onerror=alert(1)>');
  await page.getByRole('navigation', { name: 'Host' }).getByRole('link', { name: 'Reports' }).click();
  await expect(page.locator('.raw-json')).toContainText('"note": "\\"><script>alert(2)</script>"');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download raw report' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^report-\d+\.json$/);
  await expectAccessible(page);
});

test('a host is named, tagged, described, moved and deleted', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 422/);
  const { hub, id } = await reportedHost(world, (reporter) => reporter.send('pg-primary'));
  await Reporter.make(hub, 'clinic', 'Kisvárda clinic');
  await signedIn(page, hub);
  const settings = `${hub.url}/hosts/${id}/settings`;
  await page.goto(settings);
  await submit(page, `/hosts/${id}/tags`, { tags: 'Prod, db' });
  await expect(page.locator('#host-head')).toContainText('prod');
  await submit(page, `/hosts/${id}/tags`, { tags: 'x'.repeat(60) });
  await expect(page.locator('#tags')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#tags')).toHaveValue('x'.repeat(60));
  await submit(page, `/hosts/${id}/notes`, { notes: 'Call Anna first.' });
  await submit(page, `/hosts/${id}/rename`, { name: 'pg-main' });
  await expect(page.getByRole('heading', { name: 'pg-main' })).toBeVisible();
  await page.locator('#customer').selectOption({ label: 'Kisvárda clinic' });
  await page.getByRole('button', { name: 'Move' }).click();
  await expect(page.getByRole('navigation', { name: 'Breadcrumb' })).toContainText('Kisvárda clinic');
  await page.goto(`${hub.url}/hosts/${id}`);
  await expect(page.getByText('Call Anna first.')).toBeVisible();
  await page.locator('#host-head').getByRole('link', { name: 'prod' }).click();
  await expect(page.locator('#hosts tbody tr')).toHaveCount(1);
  await page.goto(settings);
  await submit(page, `/hosts/${id}/delete`, { typed: 'pg-main' });
  await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeVisible();
});

test('a pause has an end and a reason, and counts in its own tile', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 422/);
  const { hub, id } = await reportedHost(world, (reporter) => reporter.send('pg-primary', { health: 'fail' }));
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/${id}/settings`);
  await submit(page, `/hosts/${id}/pause`, { until: '2020-01-01T08:00', reason: 'New disks' });
  await expect(page.locator('#pause-until')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#pause-reason')).toHaveValue('New disks');
  await submit(page, `/hosts/${id}/pause`, { until: '2090-01-01T08:00', reason: 'New disks' });
  await expect(page.locator('#host-head')).toContainText('Paused until');
  await page.goto(hub.url);
  expect((await page.locator('#fleet-band .big').allInnerTexts()).map(Number)).toEqual([0, 0, 0, 1]);
  await expect(page.locator('#hosts tbody')).toContainText('New disks');
  await page.goto(`${hub.url}/hosts/${id}/settings`);
  await submit(page, `/hosts/${id}/resume`);
  await expect(page.locator('#host-head')).toContainText('Down');
});

test('a host without an agent has nothing to press that needs one', async ({ page, world }) => {
  const { hub, id } = await reportedHost(world, (reporter) => reporter.send('pg-primary'));
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/${id}`);
  await expect(page.getByRole('heading', { name: 'pg-primary' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Back up/ })).toHaveCount(0);
  await expect(page.locator('#host-head')).toContainText('Reports without an agent');
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  }
});

test('pages of a host work without script', async ({ browser, world }) => {
  const { hub, id } = await reportedHost(world, (reporter) => reporter.sendDay('pg-primary'));
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/${id}?range=7d`);
  await expect(page.locator('.chart')).not.toHaveCount(0);
  await page.goto(`${hub.url}/?q=disk:>10&columns=disk`);
  await expect(page.locator('#hosts tbody tr')).toHaveCount(1);
  await context.close();
});
