// The hub in a pocket: what is needed on the go works at phone width, by touch.

import { makeTree } from '../harness/files.mjs';
import { kPassword } from '../harness/world.mjs';
import { expect, expectNoSidewaysScroll, submit, test } from './fixtures.mjs';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('sign in, find the host, back up, read how it went', async ({ page, world }) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await makeTree(world.path('source'));
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  await page.goto(hub.url);
  await submit(page, '/login', { name: 'admin', password: kPassword });
  await page.getByRole('link', { name: 'harbour' }).first().tap();
  await expect(page.getByRole('heading', { name: 'harbour' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await submit(page, `/hosts/${agent.host}/backup`);
  await expect(page.locator('#job-head')).toContainText('Done');
  await expectNoSidewaysScroll(page);
  await page.getByRole('navigation', { name: 'Primary, compact' }).getByRole('link', { name: /Jobs/ }).tap();
  await expect(page.locator('#jobs-finished')).toContainText('harbour');
  await expectNoSidewaysScroll(page);
});
