// What every browser test has: a world of programs of its own, and a page that reports whatever a person would not want.

import { test as base, expect } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';
import { World } from '../harness/world.mjs';

export { expect };

export const test = base.extend({
  world: async ({}, use, info) => {
    const world = await World.make();
    await use(world);
    if (info.status !== info.expectedStatus) await info.attach('logs', { body: world.logs() });
    await world.close();
  },

  // Console messages that a test expects, because it breaks something on purpose.
  expectedMessages: async ({}, use) => { await use([]); },

  // The world outlives the page: a hub that goes away first would be one more problem.
  page: async ({ page, expectedMessages, world: _ }, use) => {
    const problems = watch(page);
    await use(page);
    expect(problems.filter((text) => !expectedMessages.some((expected) => expected.test(text)))).toEqual([]);
  },
});

// Collects errors, violations of the content policy, and requests that leave this machine's hub.
function watch(page) {
  const problems = [];
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (hostname !== '127.0.0.1' && protocol !== 'data:' && protocol !== 'blob:') problems.push(`request to ${request.url()}`);
  });
  return problems;
}

export async function expectAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

export async function expectNoSidewaysScroll(page) {
  const { content, window } = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: innerWidth }));
  expect(content).toBeLessThanOrEqual(window);
}

// Fills and sends the form with this action, opening what it is folded into.
export async function submit(page, action, fields = {}) {
  const form = page.locator(`form[action="${action}"]`).first();
  const folded = page.locator('details:not([open])', { has: form });
  if (await folded.count()) await folded.first().locator('summary').click();
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    if (value === true) await field.check();
    else await field.fill(value);
  }
  await form.locator('button:not([type="button"])').first().click();
}
