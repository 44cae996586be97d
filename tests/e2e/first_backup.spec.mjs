// The whole way of somebody new: set up, sign in, accept a host, say what goes where, back up, and get it back.

import { makeTree } from '../harness/files.mjs';
import { Restic } from '../harness/restic.mjs';
import { kPassword } from '../harness/world.mjs';
import { expect, submit, test } from './fixtures.mjs';

test('from the set-up link to a restored backup', async ({ page, world }) => {
  const hub = await world.hub();
  const source = world.path('source');
  await makeTree(source, { megabytes: 5 });

  await test.step('set up and sign in again', async () => {
    await page.goto(hub.setupLink);
    await submit(page, '/setup', { name: 'ana', password: kPassword, password_again: kPassword });
    await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeVisible();
    await page.locator('form[action="/logout"] button').first().click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await submit(page, '/login', { name: 'ana', password: kPassword });
    await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible();
  });

  const agent = world.agent('harbour');
  await test.step('accept a host by its fingerprint', async () => {
    await page.goto(`${hub.url}/hosts/pending`);
    const announcing = agent.announce(hub);
    const [, fingerprint] = await announcing.line(/((?:[0-9a-f]{4} ){15}[0-9a-f]{4})/);
    await expect(page.locator('#pending-list')).toContainText('harbour');
    await page.getByRole('link', { name: 'Approve… harbour' }).click();
    const compare = page.locator('#compare');
    await expect.poll(async () => (await compare.innerText()).replace(/\s+/g, '')).toContain(fingerprint.replaceAll(' ', ''));
    await compare.locator('[name="fingerprint"]').fill(fingerprint);
    await expect(compare.locator('[data-result="match"]')).toBeVisible();
    await compare.getByRole('button', { name: 'Approve host' }).click();
    expect((await announcing.ended).code).toBe(0);
    await agent.readIdentity();
    agent.start();
  });

  await test.step('say where backups go and what is backed up', async () => {
    await page.goto(`${hub.url}/repositories/new`);
    await submit(page, '/repositories', { name: 'Vault', url: world.path('vault'), password: 'repository password', password_again: 'repository password' });
    await expect(page.getByRole('heading', { name: 'Vault' })).toBeVisible();
    await page.goto(`${hub.url}/hosts/${agent.host}`);
    await page.locator(`form[action="/hosts/${agent.host}/repositories"] select`).selectOption({ label: 'Vault' });
    await submit(page, `/hosts/${agent.host}/repositories`);
    await submit(page, `/hosts/${agent.host}/source-groups`, { name: 'Everything', paths: source });
    await expect(page.getByRole('button', { name: 'Back up now' }).or(page.getByText('Back up now…'))).toBeVisible();
  });

  await test.step('back up and watch it succeed', async () => {
    await page.goto(`${hub.url}/hosts/${agent.host}`);
    await submit(page, `/hosts/${agent.host}/backup`);
    await expect(page).toHaveURL(/\/jobs\/[0-9A-Z]{26}$/);
    await expect(page.locator('#job-head')).toContainText('Done');
  });

  await test.step('restic has the files, and gives them back', async () => {
    const vault = new Restic(world, world.path('vault'), 'repository password');
    const snapshots = await vault.snapshots();
    expect(snapshots.map((snapshot) => snapshot.paths)).toEqual([[source]]);
    await vault.assertRestores(snapshots[0].short_id, source);
  });

  await page.goto(hub.url);
  await expect(page.locator(`#host-${agent.host}`)).toContainText('OK');
});
