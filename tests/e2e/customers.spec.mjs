// Customers, and the keys that machines report with.

import { Api } from '../harness/api.mjs';
import { expect, expectAccessible, expectNoSidewaysScroll, submit, test } from './fixtures.mjs';
import { signedIn } from './signed_in.mjs';

test('a key is shown once, works, and ends when it is revoked', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 422/);
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  await page.goto(`${hub.url}/customers`);
  await submit(page, '/customers', { name: 'Harbour office', slug: 'Harbour!' });
  await expect(page.locator('#customer-slug')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#customer-name')).toHaveValue('Harbour office');
  await submit(page, '/customers', { name: 'Harbour office', slug: 'harbour' });
  await expect(page.getByRole('heading', { name: 'Harbour office' })).toBeVisible();
  await submit(page, '/customers/harbour/keys');
  const key = await page.locator('#new-key').innerText();
  expect(key).toMatch(/^hfk_/);
  await expect(page.locator('#first-report')).toContainText(key);
  await expectAccessible(page);
  await page.goto(`${hub.url}/customers/harbour`);
  expect(await page.content()).not.toContain(key);
  await expect(page.locator('#keys-panel')).toContainText(`…${key.slice(-4)}`);

  const machine = new Api(hub, { bearer: key });
  await machine.post('/api/v1/report', { customer_id: 'harbour', host: 'nas' }, 201);
  await page.reload();
  await expect(page.locator('#hosts tbody tr')).toHaveCount(1);
  await page.getByText('Revoke…').first().click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.locator('#keys-panel')).toContainText('No key yet');
  await machine.refuses(401, null, 'POST', '/api/v1/report', { customer_id: 'harbour', host: 'nas' });
});

test('the page of a customer hears of its first host', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await hub.api.post('/api/v1/customers', { slug: 'harbour', name: 'Harbour office' }, 201);
  const { key } = await hub.api.post('/api/v1/customers/harbour/keys', {}, 201);
  await signedIn(page, hub);
  await page.goto(`${hub.url}/customers/harbour`);
  await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeVisible();
  await expect(page.locator('[data-live]')).toBeVisible();
  await new Api(hub, { bearer: key }).post('/api/v1/report', { customer_id: 'harbour', host: 'nas' }, 201);
  await expect(page.locator('#hosts tbody tr')).toHaveCount(1, { timeout: 15_000 });
  await expect(page).toHaveURL(`${hub.url}/customers/harbour`);
  await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeHidden();
  await expect(page.locator('#fleet-changed .note')).toHaveCount(0);
});

test('rotating makes another key and lets the old one go on for a day', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await hub.api.post('/api/v1/customers', { slug: 'harbour', name: 'Harbour office' }, 201);
  const { key } = await hub.api.post('/api/v1/customers/harbour/keys', {}, 201);
  await signedIn(page, hub);
  await page.goto(`${hub.url}/customers/harbour`);
  await page.getByText('Rotate…').click();
  await page.getByRole('button', { name: 'Rotate keys' }).click();
  const fresh = await page.locator('#new-key').innerText();
  expect(fresh).not.toBe(key);
  await expect(page.locator('#keys-panel')).toContainText('expires in');
  for (const bearer of [key, fresh]) await new Api(hub, { bearer }).post('/api/v1/report', { customer_id: 'harbour' }, 201);
});

test('a customer is described, paused, resumed and deleted', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await hub.api.post('/api/v1/customers', { slug: 'harbour', name: 'Harbour office' }, 201);
  await signedIn(page, hub);
  await page.goto(`${hub.url}/customers/harbour`);
  await submit(page, '/customers/harbour', { name: 'Harbour', notes: 'Call Anna.' });
  await expect(page.getByRole('heading', { name: 'Harbour' })).toBeVisible();
  await expect(page.locator('#notes')).toHaveValue('Call Anna.');
  await submit(page, '/customers/harbour/pause', { reason: 'Moving house' });
  await expect(page.locator('main')).toContainText('Moving house');
  await submit(page, '/customers/harbour/resume');
  await expect(page.locator('#pause-reason')).toBeVisible();
  await page.getByText('Delete customer…').click();
  await expect(page.getByRole('button', { name: 'Delete Harbour' })).toBeDisabled();
  await page.locator('#typed').fill('harbour');
  await page.getByRole('button', { name: 'Delete Harbour' }).click();
  await expect(page).toHaveURL(`${hub.url}/customers`);
  await expect(page.getByRole('link', { name: 'Harbour' })).toHaveCount(0);
});

test('the list is searched and filtered', async ({ page, world }) => {
  const hub = await world.signedInHub();
  for (const slug of ['harbour', 'clinic']) await hub.api.post('/api/v1/customers', { slug, name: `The ${slug}` }, 201);
  await signedIn(page, hub);
  await page.goto(`${hub.url}/customers?q=clin`);
  await expect(page.getByRole('link', { name: 'The clinic' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'The harbour' })).toHaveCount(0);
  await page.goto(`${hub.url}/customers?status=down`);
  await expect(page.getByText('No customer matches')).toBeVisible();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${hub.url}/customers`);
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
});

test('one key for all customers is marked as a risk', async ({ page, world }) => {
  const hub = await world.signedInHub({ env: { HOLDFAST_API_REPORT_API_KEY: 'one-key-for-everybody-0123456789' } });
  await signedIn(page, hub);
  await page.goto(`${hub.url}/settings`);
  await expect(page.locator('#fleet-wide-key')).toContainText('This key grants access to every customer');
  expect(await page.content()).not.toContain('one-key-for-everybody');
  await expectAccessible(page);
});
