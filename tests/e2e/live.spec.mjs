// Live pages: they follow without being touched, and catch up after the stream broke.

import { FakeRestic } from '../harness/fake_restic.mjs';
import { makeTree } from '../harness/files.mjs';
import { Gate, RestServer } from '../harness/servers.mjs';
import { expect, submit, test } from './fixtures.mjs';
import { signedIn } from './signed_in.mjs';

test('a running job shows progress and the end without a reload', async ({ page, world }) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const rest = await RestServer.start(world);
  const gate = await Gate.start(world, rest.address);
  await makeTree(world.path('source'), { megabytes: 20 });
  await hub.api.prepareBackup(agent.host, rest.repository('harbour', gate.address), [world.path('source')]);
  await signedIn(page, hub);
  gate.close();
  const { id } = await hub.api.backUp(agent.host);
  await page.goto(`${hub.url}/jobs/${id}`);
  await gate.hasHeld();
  await expect(page.locator('#job-head')).toContainText('Running');
  await expect(page.locator('#job-progress')).toContainText('MiB');
  await expect(page.locator('#job-side .plot .line')).not.toHaveCount(0);
  gate.open();
  await expect(page.locator('#job-head')).toContainText('Done');
  await expect(page.locator('#job-side')).toBeVisible();
});

test('a running job is cancelled from its page', async ({ page, world }) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const rest = await RestServer.start(world);
  const gate = await Gate.start(world, rest.address);
  await makeTree(world.path('source'));
  await hub.api.prepareBackup(agent.host, rest.repository('harbour', gate.address), [world.path('source')]);
  await signedIn(page, hub);
  gate.close();
  const { id } = await hub.api.backUp(agent.host);
  await gate.hasHeld();
  await page.goto(`${hub.url}/jobs/${id}`);
  await submit(page, `/jobs/${id}/cancel`);
  await hub.api.jobEnds(id, 'cancelled');
  await expect(page.locator('#job-head')).toContainText('Cancelled');
});

test('after the hub was killed the page catches up, and every line is there once', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|Failed to fetch|network error/i);
  const lines = 300;
  const restic = await FakeRestic.make(world, { lines });
  await restic.close();
  await makeTree(world.path('source'), { megabytes: 0 });
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic: restic.program });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  await signedIn(page, hub);
  const { id } = await hub.api.backUp(agent.host);
  await page.goto(`${hub.url}/jobs/${id}`);
  await expect(page.getByText(`line ${lines / 2}`, { exact: true })).toBeVisible();
  await hub.kill();
  await restic.open();
  await hub.start();
  await expect(page.locator('#job-head')).toContainText('Done');
  await expect(page.getByText(`line ${lines}`, { exact: true })).toBeVisible();
  const texts = await page.locator('#log-lines p span').allInnerTexts();
  expect(texts.filter((text) => /^line \d+$/.test(text))).toEqual(Array.from({ length: lines }, (_, i) => `line ${i + 1}`));
});

test('the fleet page shows hosts come and go by itself', async ({ page, world }) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await signedIn(page, hub);
  await page.goto(hub.url);
  const agents = page.locator('.hub-line').first();
  await expect(agents).toContainText('1 of 1 agent connected');
  await agent.stop();
  await expect(agents).toContainText('0 of 1 agent connected');
  agent.start();
  await expect(agents).toContainText('1 of 1 agent connected');
});
