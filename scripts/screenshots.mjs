#!/usr/bin/env node
// Takes a picture of every preview: light and dark, 1440 and 390 pixels wide.
// usage: screenshots.mjs PREVIEW_FOLDER OUTPUT_FOLDER [NAME...]
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, openPage, serve } from '../tests/preview/site.mjs';

const [folder, output, ...names] = process.argv.slice(2);
if (!output) {
  console.error('usage: screenshots.mjs PREVIEW_FOLDER OUTPUT_FOLDER [NAME...]');
  process.exit(2);
}
const files = (await readdir(folder)).filter((file) => file.endsWith('.html')).map((file) => file.slice(0, -5));
const wanted = names.length ? names : files;
await mkdir(output, { recursive: true });
const { server, url } = await serve(folder);
const browser = await launch();
for (const [width, height] of [[1440, 900], [390, 844]]) {
  for (const theme of ['light', 'dark']) {
    const page = await openPage(browser, { viewport: { width, height }, colorScheme: theme });
    for (const name of wanted) {
      await page.goto(`${url}/${name}.html`, { waitUntil: 'load' });
      await page.evaluate(() => document.fonts.ready);
      await page.setViewportSize({ width, height: Math.max(height, await page.evaluate(() => document.documentElement.scrollHeight)) });
      await page.screenshot({ path: join(output, `${name}-${theme}-${width}.png`), animations: 'disabled' });
      await page.setViewportSize({ width, height });
    }
    for (const complaint of page.complaints) console.error(complaint);
    await page.context().close();
  }
}
await browser.close();
server.closeAllConnections();
server.close();
