// Signing in, and the ways in which it does not work.

import { kPassword } from '../harness/world.mjs';
import { expect, submit, test } from './fixtures.mjs';

test('a wrong password is said without saying what was wrong', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 4\d\d/);
  const hub = await world.signedInHub();
  await page.goto(`${hub.url}/login`);
  await submit(page, '/login', { name: 'admin', password: 'not the password' });
  await expect(page.locator('[name="password"]')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('[name="name"]')).toHaveValue('admin');
  await expect(page.locator('[name="password"]')).toHaveValue('');
});

test('whoever was sent to sign in arrives where they wanted to go', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await page.goto(`${hub.url}/repositories`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await submit(page, '/login', { name: 'admin', password: kPassword });
  await expect(page).toHaveURL(`${hub.url}/repositories`);
});

test('a set-up that cannot be says why and keeps what was typed', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 4\d\d/);
  const hub = await world.hub();
  await page.goto(hub.setupLink);
  await submit(page, '/setup', { name: 'ana', password: kPassword, password_again: `${kPassword}, and more` });
  await expect(page.locator('[name="password_again"]')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('[name="name"]')).toHaveValue('ana');
  await submit(page, '/setup', { password: kPassword, password_again: kPassword });
  await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeVisible();
});

test('where sign-in is off every page says so', async ({ page, world }) => {
  const hub = await world.hub({ config: { auth: { disabled: true } } });
  for (const path of ['/', '/jobs', '/repositories', '/hosts/add']) {
    await page.goto(hub.url + path);
    await expect(page.getByText('Sign-in is off.')).toBeVisible();
  }
});
