// The page Add hosts: one line to run, and the page of the host opens by itself once it reports.

import { expect, submit, test } from './fixtures.mjs';
import { signedIn } from './signed_in.mjs';

test('a token, one line, and the host opens with its first report', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  await page.goto(`${hub.url}/hosts/add`);
  await submit(page, '/hosts/add');
  const command = await page.locator('#enrol-command').innerText();
  expect(command).toMatch(/^echo hfe_\S+ \| .*install\.sh/);
  const agent = world.agent('harbour');
  await agent.enroll(hub, command.match(/hfe_\S+/)[0]);
  const wait = page.locator('#enrolment');
  await expect(wait).toContainText('harbour is enrolled');
  await expect(page).toHaveURL(/\/hosts\/add/);
  agent.start();
  await expect(page).toHaveURL(`${hub.url}/hosts/${agent.host}`);
  await expect(page.locator('main')).not.toContainText('Never connected');
});

test('an approved host is not shown as one without a token', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  const announcing = world.agent('harbour').announce(hub);
  const [, fingerprint] = await announcing.line(/((?:[0-9a-f]{4} ){15}[0-9a-f]{4})/);
  await announcing.stop('SIGTERM');
  await page.goto(`${hub.url}/hosts/pending`);
  await page.getByRole('link', { name: 'Approve… harbour' }).click();
  await page.locator('#compare [name="fingerprint"]').fill(fingerprint);
  await page.locator('#compare').getByRole('button', { name: 'Approve host' }).click();
  await expect(page.locator('main')).toContainText('The host is approved.');
  await expect(page.locator('main')).toContainText('fetches its agent token');
  await expect(page.locator('main')).not.toContainText('no valid agent token');
  await expect(page.locator('main')).not.toContainText('not found on the host');
});
