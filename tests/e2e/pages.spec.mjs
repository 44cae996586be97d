// Every page in both themes, on a desk and on a phone: accessible, nothing sticks out, nothing is asked of anybody else.

import { generateKeyPairSync } from 'node:crypto';
import { Api } from '../harness/api.mjs';
import { makeTree } from '../harness/files.mjs';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from './fixtures.mjs';
import { signedIn } from './signed_in.mjs';

const kDesk = { width: 1280, height: 900 };
const kPhone = { width: 390, height: 844 };

// Accessibility is scanned where theme and width both differ: it takes seconds each time.
async function look(page, url) {
  for (const { colorScheme, viewport, scan } of [
    { colorScheme: 'light', viewport: kDesk, scan: true },
    { colorScheme: 'light', viewport: kPhone },
    { colorScheme: 'dark', viewport: kDesk },
    { colorScheme: 'dark', viewport: kPhone, scan: true },
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await page.goto(url);
    await expect(page.locator('h1')).toBeVisible();
    await expectNoSidewaysScroll(page);
    if (scan) await expectAccessible(page);
  }
}

test('pages before sign-in', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 404/);
  const hub = await world.hub();
  await look(page, hub.setupLink);
  await Api.setUp(hub);
  await look(page, `${hub.url}/login`);
});

test('pages of a hub that has nothing yet', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  for (const path of ['/', '/hosts/add', '/hosts/pending', '/jobs', '/repositories', '/repositories/new']) await look(page, hub.url + path);
});

test('pages of a hub with hosts, jobs and repositories', async ({ page, world }) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour-with-quite-a-long-name-for-a-phone-0123456789');
  await makeTree(world.path('source'));
  const { repository } = await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  const done = await hub.api.jobEnds((await hub.api.backUp(agent.host)).id, 'succeeded');
  const wrong = await hub.api.addRepository({ name: 'Nowhere', url: 'rest:http://127.0.0.1:1/', password: 'repository password' });
  await hub.api.link(agent.host, wrong.id);
  const failed = await hub.api.jobEnds((await hub.api.backUp(agent.host, { repository_id: wrong.id })).id, 'failed');
  await announce(hub, 'mooring');
  await signedIn(page, hub);
  const paths = ['/', `/hosts/${agent.host}`, '/hosts/pending', '/jobs', `/jobs/${done.id}`, `/jobs/${failed.id}`, '/repositories', `/repositories/${repository.id}`];
  for (const path of paths) await look(page, hub.url + path);
});

test('a page that does not exist says so', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 404/);
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  await look(page, `${hub.url}/no/such/page`);
  await look(page, `${hub.url}/hosts/01ARZ3NDEKTSV4RRFFQ69G5FAV`);
});

test('error pages have the navigation of all pages, but not for strangers', async ({ page, world, expectedMessages }) => {
  expectedMessages.push(/status of 40[45]/);
  const hub = await world.signedInHub();
  const navigation = page.getByRole('navigation', { name: 'Primary', exact: true });
  for (const path of ['/no/such/page', '/jobs/nothing', '/login/']) {
    await page.goto(hub.url + path);
    await expect(page.locator('h1')).toBeVisible();
    await expect(navigation).toHaveCount(0);
  }
  await signedIn(page, hub);
  for (const path of ['/no/such/page', '/jobs/nothing', '/settings/clock']) {
    await page.goto(hub.url + path);
    await expect(page.getByText(/Error 4\d\d/)).toBeVisible();
    await expect(navigation.getByRole('link', { name: 'Customers' })).toBeVisible();
  }
  await navigation.getByRole('link', { name: 'Jobs' }).click();
  await expect(page.locator('h1')).toHaveText('Jobs');
});

test('each page leads to what the manual says of it', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  const link = page.getByRole('navigation', { name: 'Primary', exact: true }).getByRole('link', { name: 'Manual' });
  const chapters = {
    '/': ['The fleet', 'fleet'], '/hosts/add': ['Adding hosts', 'adding-hosts'], '/repositories': ['Repositories', 'repositories'],
    '/settings': ['hub.yaml', 'hub'], '/customers': ['Customers and their keys', 'customers'],
  };
  for (const [path, [title, chapter]] of Object.entries(chapters)) {
    await page.goto(hub.url + path);
    await link.click();
    await expect(page.locator('h1')).toHaveText(title);
    await expect(page).toHaveURL(new RegExp(`/manual/\\w+/${chapter}$`));
  }
  await page.goto(`${hub.url}/manual`);
  await expect(page.locator('h1')).toHaveText('Install');
  await page.getByRole('navigation', { name: 'Chapters' }).getByRole('link', { name: 'Filters' }).click();
  await look(page, page.url());
  await look(page, `${hub.url}/manual/reference/api`);
});

test('lists say which part of how many they show', async ({ page, world }) => {
  const hub = await world.signedInHub();
  await signedIn(page, hub);
  for (let i = 0; i < 51; i += 1) await hub.api.addRepository({ name: `Vault ${String(i).padStart(2, '0')}`, url: `/srv/vault-${i}`, password: 'repository password' });
  await page.goto(`${hub.url}/repositories`);
  await expect(page.locator('.pager')).toContainText('1–50 of 51 repositories');
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.locator('.pager')).toContainText('51–51 of 51 repositories');
  await expect(page.getByRole('link', { name: 'Vault 50' })).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByRole('link', { name: 'Vault 00' })).toBeVisible();
});

test('pages work without script', async ({ browser, world }) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await makeTree(world.path('source'));
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
  const { id } = await hub.api.backUp(agent.host);
  await hub.api.jobEnds(id, 'succeeded');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signedIn(page, hub);
  await page.goto(`${hub.url}/jobs/${id}`);
  await expect(page.locator('#job-head')).toContainText('Done');
  await page.goto(hub.url);
  await expect(page.locator(`#host-${agent.host}`)).toContainText('harbour');
  await context.close();
});

async function announce(hub, name) {
  const { publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  await new Api(hub).post('/api/v1/agent/announce', { public_key: key, name, os: 'Debian GNU/Linux 12 (bookworm)', arch: 'x86_64', agent_version: '0.1.0' }, 202);
}
