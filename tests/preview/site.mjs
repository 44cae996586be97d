// Serves a folder of previews under the content policy of the hub, and opens them in Chromium.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

// `stream(request, response)` answers GET /ui/stream; by default it stays open and says nothing.
export async function serve(folder, stream = openStream) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/ui/stream') return stream(request, response);
    if (pathname === '/ui/palette') return palette(folder, new URL(request.url, 'http://localhost').searchParams.get('q'), response);
    try {
      const path = normalize(pathname);
      const body = await readFile(join(folder, path));
      response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': policy });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

async function palette(folder, query, response) {
  response.writeHead(200, { 'Content-Type': types['.html'] });
  response.end(await readFile(join(folder, 'parts', query.startsWith('z') ? 'palette-nothing.html' : 'palette.html')));
}

export function openStream(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('event: heartbeat\ndata:\n\n');
}

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});

// A page that collects what the browser complains about: errors of scripts, and what the content policy blocked.
export async function openPage(browser, options) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Budapest', ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') page.complaints.push(message.text()); });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  return page;
}
