// Every preview, in both themes and at every width: no accessibility violation, no sideways scroll, nothing that the
// content policy blocks.
// usage: node --test pages_test.mjs, with PREVIEW naming the folder that web_preview wrote
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, before, describe, test } from 'node:test';
import { launch, openPage, serve } from './site.mjs';

const folder = process.env.PREVIEW;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const names = readdirSync(folder).filter((file) => file.endsWith('.html')).map((file) => file.slice(0, -5));
const rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], preload: false };
let browser, site;
before(async () => { browser = await launch(); site = await serve(folder); });
after(async () => { await browser.close(); site.server.closeAllConnections(); site.server.close(); });

// A page that loads itself anew after a while stays as it is while it is looked at.
async function openStill(page, name) {
  await page.goto(`${site.url}/${name}.html`);
  await page.evaluate(() => { for (let timer = setTimeout(() => {}); timer > 0; --timer) clearTimeout(timer); });
}

async function violations(page) {
  const session = await page.context().newCDPSession(page); // an isolated world: the content policy stays as it is
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { contextId, expression: axe });
  const expression = `axe.run(document, ${JSON.stringify(rules)}).then((result) => JSON.stringify(result.violations.map((v) => [v.id, v.nodes.map((n) => n.target.join(' '))])))`;
  const { result } = await session.send('Runtime.evaluate', { contextId, expression, awaitPromise: true });
  return JSON.parse(result.value);
}

describe('every page', { concurrency: true }, () => {
  for (const [width, theme] of [[1440, 'light'], [1440, 'dark'], [390, 'light'], [390, 'dark']]) {
    test(`no accessibility violation at ${width} in ${theme}`, async () => {
      const page = await openPage(browser, { viewport: { width, height: 900 }, colorScheme: theme, reducedMotion: 'reduce' });
      const found = {};
      for (const name of names) {
        await openStill(page, name);
        const bad = await violations(page);
        if (bad.length) found[name] = bad;
      }
      assert.deepEqual(found, {});
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }

  test('no page scrolls sideways at any width', async () => {
    const page = await openPage(browser, {});
    const found = [];
    for (const name of names) {
      await openStill(page, name);
      for (const width of [360, 390, 768, 1024, 1440, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
        if (scroll > width) found.push(`${name} at ${width}: ${scroll}`);
        const charts = await page.evaluate(() => [...document.querySelectorAll('.chart')].filter((chart) => chart.getBoundingClientRect().right > innerWidth || chart.scrollWidth > chart.clientWidth + 1).length);
        if (charts) found.push(`${name} at ${width}: ${charts} charts too wide`);
        const cut = await page.evaluate(() => [...document.querySelectorAll('.code pre, #hosts .nm:not([title])')].filter((text) => text.scrollWidth > text.clientWidth).length);
        if (cut) found.push(`${name} at ${width}: ${cut} commands or names cut`);
      }
    }
    assert.deepEqual(found, []);
    await page.context().close();
  });
});

test('menus open inside the screen', async () => {
  const page = await openPage(browser, {});
  const outside = [];
  let seen = 0;
  for (const name of names) {
    await openStill(page, name);
    for (const width of await page.$$eval('.menu', (menus) => menus.length) ? [360, 390, 768, 1024, 1440] : []) {
      await page.setViewportSize({ width, height: 900 });
      const bodies = await page.$$eval('.menu', (menus) => menus.filter((menu) => menu.checkVisibility()).map((menu) => {
        menu.open = true;
        const { left, right } = menu.querySelector('.menu-body').getBoundingClientRect();
        const scroll = document.documentElement.scrollWidth;
        menu.open = false;
        return { left, right, scroll };
      }));
      seen += bodies.length;
      for (const { left, right, scroll } of bodies)
        if (left < 0 || right > width || scroll > width) outside.push(`${name} at ${width}: ${left} to ${right}, page ${scroll}`);
    }
  }
  assert.ok(seen > 20, `${seen} menus`);
  assert.deepEqual(outside, []);
  await page.context().close();
});

// What a dialog has the keyboard on when it opens: where something can be lost, the button that loses nothing.
async function focusOfDialog(page, details) {
  await details.evaluate((element) => element.querySelector('summary').click());
  const focused = () => details.evaluate((element) => {
    const dialog = element.querySelector('dialog'), active = document.activeElement;
    if (!dialog.open || active === dialog || !dialog.contains(active)) return null;
    return dialog.querySelector('[data-close][autofocus]') ? (active.matches('[data-close]') ? 'the safe button' : 'another') : 'a control';
  });
  let found = null;
  for (let tries = 0; tries < 20 && !found; ++tries) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
    found = await focused();
  }
  await details.evaluate((element) => element.querySelector('dialog').close());
  return found;
}

test('a dialog takes the focus, on the safe button where it has one', async () => {
  const page = await openPage(browser, {});
  const bad = [];
  let seen = 0;
  for (const name of names) {
    await openStill(page, name);
    for (const details of await page.$$('[data-dialog]:not([open])')) {
      if (!await (await details.$('summary')).isVisible()) continue;
      ++seen;
      const focus = await focusOfDialog(page, details);
      if (focus !== 'the safe button' && focus !== 'a control') bad.push(`${name}: ${focus}`);
    }
  }
  assert.ok(seen > 5, `${seen} dialogs`);
  assert.deepEqual(bad, []);
  await page.context().close();
});

test('pages work without script', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${site.url}/job.html`);
  assert.equal(await page.locator('#log-lines > p').count(), 17);
  await page.click('summary:has-text("Cancel job")');
  await page.waitForSelector('dialog button:has-text("Cancel job")');
  assert.equal(await page.locator('[data-live]').isVisible(), false);
  assert.equal(await page.locator('[data-close]').first().isVisible(), false);
  await page.context().close();
});

test('a grid of 10,000 hosts is small', () => {
  const page = readFileSync(join(folder, 'parts', 'fleet-grid-10000.html'));
  assert.ok(page.length < 600_000, `${page.length} bytes`);
});

test('pages keep to the budget', () => {
  for (const name of names) assert.ok(gzipSync(readFileSync(join(folder, `${name}.html`))).length < 60_000, name);
  const scripts = readdirSync(join(folder, 'assets')).filter((file) => file.endsWith('.js'));
  const sum = scripts.reduce((total, file) => total + gzipSync(readFileSync(join(folder, 'assets', file))).length, 0);
  assert.ok(sum < 40_000, `${sum} bytes of script`);
});
