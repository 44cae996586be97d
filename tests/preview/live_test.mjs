// The contract of live pages in a real browser: what hx-sse and our fragments do when the stream breaks.
// usage: node --test live_test.mjs, with PREVIEW naming the folder that web_preview wrote
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage, serve } from './site.mjs';

const folder = process.env.PREVIEW;
const event = (name) => readFileSync(join(folder, 'events', `${name}.txt`), 'utf8');
const lastLine = 60; // the page has lines 1 to 17, the events have 18 to 60
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

// A hub in small: sends the lines after Last-Event-ID, or after the query's `after`, and breaks when told to.
function hub({ breakAt = [], goneAfter = Infinity, signedOut = false, silent = false } = {}) {
  const asked = [];
  let connections = 0;
  const stream = async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    asked.push({ after: url.searchParams.get('after'), lastEventId: request.headers['last-event-id'] ?? null });
    if (signedOut || ++connections > goneAfter) return response.writeHead(401, { 'Content-Type': 'text/html' }).end('<title>x</title><p>Sign in</p>');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    if (silent) return response.write(event('heartbeat'));
    const start = Number(request.headers['last-event-id'] ?? url.searchParams.get('after')) + 1;
    const stop = breakAt.shift();
    response.write(event('job'));
    for (let line = start; line <= (stop ?? lastLine); line++) response.write(event(`log-${line}`));
    if (stop) {
      response.write(event(`log-${stop + 1}`).slice(0, 25)); // the connection is cut in the middle of an event
      await waitForLine(self.page, stop); // a reset takes away what the browser did not read yet
      response.destroy();
    }
  };
  const self = { stream, asked };
  return self;
}

async function open(t, hub) {
  const { server, url } = await serve(folder, hub.stream);
  const page = hub.page = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/job.html`);
  t.after(async () => { await page.context().close(); server.closeAllConnections(); server.close(); });
  return page;
}
const numbers = (page) => page.$$eval('#log-lines > p', (lines) => lines.map((line) => Number(line.dataset.n)));
const waitForLine = (page, line) => page.waitForSelector(`#log-lines > p[data-n="${line}"]`, { state: 'attached' });
const inOrder = Array.from({ length: lastLine }, (_, index) => index + 1);

test('lines that come live are appended once and in order', async (t) => {
  const page = await open(t, hub());
  await waitForLine(page, lastLine);
  assert.deepEqual(await numbers(page), inOrder);
  assert.deepEqual(page.complaints, []);
});

test('a stream that breaks again and again loses no line and doubles none', async (t) => {
  const server = hub({ breakAt: [20, 20, 33, 47] });
  const page = await open(t, server);
  await waitForLine(page, lastLine);
  assert.deepEqual(await numbers(page), inOrder);
  const ids = server.asked.map((ask) => Number(ask.lastEventId)); // none is 0: what was not yet read is sent again
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
  assert.equal(ids.at(-1), 47);
  assert.ok(server.asked.every((ask) => ask.after === '17'));
});

test('log lines are shown as they are, never as HTML', async (t) => {
  const page = await open(t, hub());
  await waitForLine(page, 18);
  const text = await page.$eval('#log-lines > p[data-n="18"] > span', (element) => element.textContent);
  assert.equal(text, 'live line 18\r\nwith <hx-partial> "in" it');
});

test('progress, counts and title change in place', async (t) => {
  const page = await open(t, hub());
  await page.waitForSelector('.pct:text("80%")');
  assert.equal(await page.textContent('.side .n-waiting'), '7 waiting');
  assert.match(await page.title(), /^80% Backup app-01/);
  assert.equal(await page.isVisible('[data-live]'), true);
});

test('an open dialog stays open while the page changes below it', async (t) => {
  const page = await open(t, hub());
  await page.click('summary:has-text("Cancel job")');
  await page.waitForSelector('.pct:text("80%")');
  assert.equal(await page.isVisible('dialog[open] >> text=Keep the job'), true);
});

test('a reader without a session is told so and nothing is asked any more', async (t) => {
  for (const options of [{ signedOut: true }, { breakAt: [19], goneAfter: 1 }]) {
    const server = hub(options);
    const page = await open(t, server);
    await page.waitForSelector('#signed-out:visible');
    const asked = server.asked.length;
    await page.waitForTimeout(2500);
    assert.equal(server.asked.length, asked);
    assert.equal(await page.textContent('h1'), 'Backup app-01 Running');
    }
});

test('a bye from the hub ends the stream', async (t) => {
  const server = hub();
  server.stream = (request, response) => {
    server.asked.push({});
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(event('bye'));
  };
  const page = await open(t, server);
  await page.waitForSelector('#signed-out:visible');
  await page.waitForTimeout(1500);
  assert.equal(server.asked.length, 1);
});

test('a stream that falls silent is shown as stale within 35 seconds and asked for again', async (t) => {
  const server = hub({ silent: true });
  const { server: site, url } = await serve(folder, server.stream);
  const page = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  t.after(async () => { await page.context().close(); site.closeAllConnections(); site.close(); });
  await page.clock.install();
  await page.goto(`${url}/job.html`);
  await page.waitForSelector('[data-live]:visible');
  await page.clock.fastForward(36_000);
  await page.waitForSelector('#stale:visible');
  await page.clock.runFor(3_000);
  await page.waitForSelector('#stale', { state: 'hidden' });
  assert.ok(server.asked.length >= 2);
});

test('a hub that is gone is told of within seconds', async (t) => {
  const { server: site, url } = await serve(folder, hub({ silent: true }).stream);
  const page = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  t.after(() => page.context().close());
  await page.clock.install();
  await page.goto(`${url}/job.html`);
  await page.waitForSelector('[data-live]:visible');
  assert.equal(await page.locator(':root.not-live').count(), 0);
  const broken = page.waitForEvent('requestfailed'); // the page's clock runs faster than the news of a connection
  site.closeAllConnections();
  site.close();
  await broken;
  for (let seconds = 0; seconds < 10 && !await page.isVisible('#stale'); ++seconds) await page.clock.runFor(1000);
  assert.equal(await page.textContent('[data-live]'), 'Not live');
  assert.equal(await page.locator(':root.not-live').count(), 1);
});

test('a hub that is away at first is asked again', async (t) => {
  const server = hub();
  const answer = server.stream;
  let first = true;
  server.stream = (request, response) => {
    if (first) { first = false; return request.socket.destroy(); }
    return answer(request, response);
  };
  const page = await open(t, server);
  await waitForLine(page, lastLine);
  assert.deepEqual(await numbers(page), inOrder);
});
