// Every preview, in both themes and at every width: no accessibility violation, no sideways scroll, nothing that the
// content policy blocks.
// usage: node --test pages_test.mjs, with PREVIEW naming the folder that web_preview wrote
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
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

// Looks at the page as it is now; what it looks with is loaded once. In an isolated world: the content policy stays as it is.
async function axeOn(page) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { contextId, expression: axe });
  const expression = `axe.run(document, ${JSON.stringify(rules)}).then((result) => result.violations.map((v) => v.id + ' ' + v.nodes.map((n) => n.target.join(' ')).join(', ')))`;
  return async () => {
    const { result } = await session.send('Runtime.evaluate', { contextId, expression, awaitPromise: true, returnByValue: true });
    return result.value;
  };
}

const themes = ['light', 'dark'];

// A page is loaded once for each of the two widths that matter most, and looked at in both themes there.
async function violationsOf(page, name) {
  const found = [];
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await openStill(page, name);
    const check = await axeOn(page);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      for (const violation of await check()) found.push(`${name} at ${width} in ${colorScheme}: ${violation}`);
    }
  }
  return found;
}

// At the width of the last look: 390.
async function sidewaysOf(page, name) {
  const found = [];
  for (const width of [360, 390, 768, 1024, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const { scroll, charts, cut } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      charts: [...document.querySelectorAll('.chart')].filter((chart) => chart.getBoundingClientRect().right > innerWidth || chart.scrollWidth > chart.clientWidth + 1).length,
      cut: [...document.querySelectorAll('.code pre, #hosts .nm:not([title])')].filter((text) => text.scrollWidth > text.clientWidth).length,
    }));
    if (scroll > width) found.push(`${name} at ${width}: ${scroll}`);
    if (charts) found.push(`${name} at ${width}: ${charts} charts too wide`);
    if (cut) found.push(`${name} at ${width}: ${cut} commands or names cut`);
  }
  return found;
}

let menusSeen = 0, dialogsSeen = 0;

async function menusOutsideOf(page, name) {
  const outside = [];
  for (const width of await page.$$eval('.menu', (menus) => menus.length) ? [360, 390, 768, 1024, 1440] : []) {
    await page.setViewportSize({ width, height: 900 });
    const bodies = await page.$$eval('.menu', (menus) => menus.filter((menu) => menu.checkVisibility()).map((menu) => {
      menu.open = true;
      const { left, right } = menu.querySelector('.menu-body').getBoundingClientRect();
      const scroll = document.documentElement.scrollWidth;
      menu.open = false;
      return { left, right, scroll };
    }));
    menusSeen += bodies.length;
    for (const { left, right, scroll } of bodies)
      if (left < 0 || right > width || scroll > width) outside.push(`${name} at ${width}: ${left} to ${right}, page ${scroll}`);
  }
  return outside;
}

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

async function unsafeDialogsOf(page, name) {
  const bad = [];
  for (const details of await page.$$('[data-dialog]:not([open])')) {
    if (!await (await details.$('summary')).isVisible()) continue;
    ++dialogsSeen;
    const focus = await focusOfDialog(page, details);
    if (focus !== 'the safe button' && focus !== 'a control') bad.push(`${name}: ${focus}`);
  }
  return bad;
}

// Two readers take the pages in turns, so that one loads while the other looks.
async function lookAtAll(looks) {
  const found = Object.fromEntries([...Object.keys(looks), 'complaints'].map((what) => [what, []]));
  const waiting = [...names];
  const reader = async () => {
    const page = await openPage(browser, { reducedMotion: 'reduce' });
    for (let name = waiting.shift(); name; name = waiting.shift())
      for (const [what, look] of Object.entries(looks)) found[what].push(...await look(page, name));
    found.complaints.push(...page.complaints);
    await page.context().close();
  };
  await Promise.all([reader(), reader()]);
  return found;
}

test('every page is accessible in both themes, fits every width, opens menus inside the screen and dialogs on what is safe', async () => {
  const found = await lookAtAll({ violations: violationsOf, sideways: sidewaysOf, menus: menusOutsideOf, dialogs: unsafeDialogsOf });
  assert.deepEqual(found, { violations: [], sideways: [], menus: [], dialogs: [], complaints: [] });
  assert.ok(menusSeen > 20, `${menusSeen} menus`);
  assert.ok(dialogsSeen > 5, `${dialogsSeen} dialogs`);
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

test('cells of the grid are large enough for a finger on a phone', async () => {
  const page = await openPage(browser, { viewport: { width: 390, height: 844 } });
  await openStill(page, 'fleet-grid');
  const { width, height } = await page.locator('.cells > p').first().boundingBox();
  assert.ok(width >= 24 && height >= 24, `${width} by ${height}`);
  await page.context().close();
});

test('tables of the manual fit a phone', async () => {
  const page = await openPage(browser, { viewport: { width: 390, height: 844 } });
  for (const name of names.filter((each) => each.startsWith('manual-'))) {
    await openStill(page, name);
    const wide = await page.locator('.prose .tw').evaluateAll((frames) => frames.filter((frame) => frame.scrollWidth > frame.clientWidth).length);
    assert.equal(wide, 0, name);
  }
  await page.context().close();
});

test('a compact table cuts no reason of fewer than 60 letters', async () => {
  const page = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await openStill(page, 'fleet-compact');
  const cut = await page.locator('.hosts .sub2').evaluateAll((lines) => lines.filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.textContent));
  assert.deepEqual(cut.filter((text) => text.length < 60), []);
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
