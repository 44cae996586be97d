// A person's or a program's view of the hub over HTTP. Each request has a connection of its own: hubs get killed in between.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { openApi } from './openapi.mjs';
import { waitFor } from './wait.mjs';
import { kPassword } from './world.mjs';

const kFinal = ['succeeded', 'partial', 'failed', 'cancelled'];

export class Api {
  constructor(hub, { cookie, bearer } = {}) {
    this.hub = hub;
    this.cookie = cookie;
    this.bearer = bearer;
  }

  // Makes the first admin of a new hub, signed in.
  static async setUp(hub, name = 'admin', password = kPassword) {
    const api = new Api(hub);
    const token = new URL(hub.setupLink).searchParams.get('token');
    api.signedIn(await api.send('POST', '/api/v1/setup', { token, name, password }), 201);
    return api;
  }

  static async signIn(hub, name = 'admin', password = kPassword) {
    const api = new Api(hub);
    api.signedIn(await api.send('POST', '/api/v1/session', { name, password }), 201);
    return api;
  }

  signedIn(answer, status) {
    assert.equal(answer.status, status, answer.text);
    this.cookie = answer.headers['set-cookie'].map((cookie) => cookie.split(';')[0]).join('; ');
  }

  // {status, headers, text, json}, as the published document says. `body`: an object goes as JSON, a Buffer or string as it is.
  async send(method, path, body, headers = {}) {
    const answer = await this.exchange(method, path, body, headers);
    (await openApi(this.hub)).check(method, path, body, answer);
    return answer;
  }

  exchange(method, path, body, headers) {
    const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const all = { origin: this.hub.url, ...headers };
    if (this.cookie) all.cookie = this.cookie;
    if (this.bearer) all.authorization = `Bearer ${this.bearer}`;
    if (raw !== undefined) Object.assign(all, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(raw), ...headers });
    return new Promise((resolve, reject) => {
      const sent = request(this.hub.url + path, { method, headers: all, agent: false, timeout: 30_000 }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = (answer.headers['content-type'] ?? '').includes('json') ? JSON.parse(text) : undefined;
          resolve({ status: answer.statusCode, headers: answer.headers, text, json });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer`))).on('error', reject).end(raw);
    });
  }

  async expect(status, method, path, body) {
    const answer = await this.send(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  // An error answer with this status and code, and a message for people.
  async refuses(status, code, method, path, body, headers) {
    const answer = await this.send(method, path, body, headers);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    if (code) assert.equal(answer.json.error.code, code, answer.text);
    assert.ok(answer.json.error.message.length > 5, answer.text);
    return answer.json.error;
  }

  get(path, status = 200) { return this.expect(status, 'GET', path); }
  post(path, body = {}, status = 200) { return this.expect(status, 'POST', path, body); }
  put(path, body = {}, status = 204) { return this.expect(status, 'PUT', path, body); }
  patch(path, body = {}, status = 204) { return this.expect(status, 'PATCH', path, body); }
  remove(path, status = 204) { return this.expect(status, 'DELETE', path); }

  hostConnected(id, connected = true) {
    return waitFor(`host ${id} to be ${connected ? 'connected' : 'offline'}`, async () => {
      const host = await this.get(`/api/v1/hosts/${id}`);
      return host.connected === connected && host;
    });
  }

  // What a host needs for a backup: a repository linked to it, and a source group. Returns {repository, group}.
  async prepareBackup(host, repository, paths, excludes = []) {
    const made = await this.addRepository(repository);
    await this.link(host, made.id);
    const group = await this.post(`/api/v1/hosts/${host}/source-groups`, { name: 'Everything', paths, excludes, tags: ['test'] }, 201);
    return { repository: made, group };
  }

  addRepository({ name = 'Vault', url, password, user, serverPassword }) {
    const server = user ? { server_user: user, server_password: serverPassword } : {};
    return this.post('/api/v1/repositories', { name, url, password, ...server }, 201);
  }

  link(host, repository) { return this.expect(204, 'PUT', `/api/v1/hosts/${host}/repositories/${repository}`); }

  backUp(host, options = {}) {
    return this.post(`/api/v1/hosts/${host}/jobs`, { operation: 'backup', initialise: true, ...options }, 202);
  }

  job(id) { return this.get(`/api/v1/jobs/${id}`); }

  // The job, once `condition` holds for it.
  jobWhen(id, what, condition) {
    return waitFor(`job ${id} to be ${what}`, async () => {
      const job = await this.job(id);
      return condition(job) && job;
    });
  }

  jobIn(id, ...states) { return this.jobWhen(id, states.join(' or '), (job) => states.includes(job.state)); }

  // The job in a final state; an error that shows its result unless that is `state`.
  async jobEnds(id, state) {
    const job = await this.jobIn(id, ...kFinal);
    if (state) assert.equal(job.state, state, JSON.stringify(job.result));
    return job;
  }

  // All log lines, page by page.
  async log(id) {
    const lines = [];
    for (;;) {
      const page = (await this.get(`/api/v1/jobs/${id}/log?after=${lines.at(-1)?.sequence ?? 0}`)).lines;
      if (page.length === 0) return lines;
      lines.push(...page);
    }
  }
}
