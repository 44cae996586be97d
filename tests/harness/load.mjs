// Nodes that report as fast as they can, and know which of their reports were acknowledged.

import { Agent, request } from 'node:http';
import { waitFor } from './wait.mjs';

const kReportsOfAHost = 200;

export class Load {
  // `workers` at once, each on a connection of its own that it keeps; `key`: of the customer `slug`.
  constructor(hub, key, slug, workers = 8) {
    this.hub = hub;
    this.key = key;
    this.slug = slug;
    this.acknowledged = new Map(); // host → the moments that came back with a 2xx
    this.statuses = new Map(); // how often each status came
    this.running = true;
    this.start = Date.now() - 30 * 86_400_000;
    this.workers = Array.from({ length: workers }, (_, i) => this.work(i));
  }

  get count() { return [...this.acknowledged.values()].reduce((sum, moments) => sum + moments.size, 0); }

  // Until so many more reports are acknowledged.
  async goesOn(more) {
    const target = this.count + more;
    await waitFor(`${more} more reports`, () => this.count >= target);
  }

  async stop() {
    this.running = false;
    await Promise.all(this.workers);
  }

  // What a worker's report number `i` says; the moment of each is another.
  document(worker, i) {
    const host = `load-${worker}-${Math.floor(i / kReportsOfAHost)}`;
    return { customer_id: this.slug, host, timestamp: new Date(this.start + i * 60_000).toISOString(), worker, i, notes: 'x'.repeat((i * 37) % 3000) };
  }

  // A report that got no 2xx is sent again, for it may or may not be there.
  async work(worker) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; this.running;) {
      const document = this.document(worker, i);
      const status = await this.send(agent, JSON.stringify(document)).catch(() => 0);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (status === 200 || status === 201) {
        if (!this.acknowledged.has(document.host)) this.acknowledged.set(document.host, new Map());
        this.acknowledged.get(document.host).set(document.timestamp, document);
        ++i;
      } else {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    agent.destroy();
  }

  send(agent, body) {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      request(`${this.hub.url}/api/v1/report`, { method: 'POST', agent, headers, timeout: 30_000 }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode)).on('error', reject);
      }).on('error', reject).on('timeout', function late() { this.destroy(new Error('no answer')); }).end(body);
    });
  }
}

// Which acknowledged reports `reader` does not find, each host's moments compared, and some documents of each byte by byte.
export async function missing(load, reader) {
  const hosts = new Map();
  for (let after = ''; after !== null;) {
    const page = await reader.get(`/api/v1/hosts?filter=load-&sort=name&limit=1000&after=${encodeURIComponent(after)}`);
    for (const host of page.hosts) hosts.set(host.name, host.id);
    after = page.next;
  }
  const lost = [];
  for (const [name, sent] of load.acknowledged) {
    const { reports } = hosts.has(name) ? await reader.get(`/api/v1/hosts/${hosts.get(name)}/reports?limit=1000`) : { reports: [] };
    const found = new Map(reports.map((each) => [each.at, each.id]));
    for (const at of sent.keys()) if (!found.has(at)) lost.push(`${name} at ${at}`);
    for (const [at, document] of [...sent].filter((_, i) => i % 25 === 0 && found.has([...sent.keys()][i]))) {
      const answer = await reader.send('GET', `/api/v1/hosts/${hosts.get(name)}/reports/${found.get(at)}`);
      if (answer.text !== JSON.stringify(document)) lost.push(`${name} at ${at} is another`);
    }
  }
  return lost;
}
