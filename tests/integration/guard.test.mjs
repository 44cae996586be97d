// What a request meets before any handler: where it comes from, who sends it, and how the answer goes back.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { furnishedHub, targetOf } from '../harness/endpoints.mjs';
import { changesNothing } from '../harness/reports.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld, kPassword } from '../harness/world.mjs';

const kForm = { 'content-type': 'application/x-www-form-urlencoded' };

// What the hub answers to a head whose body never comes.
function answerToHead(hub, method, path, headers) {
  const { port, host } = new URL(hub.url);
  const all = { host, 'content-length': 900_000, ...headers };
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').setTimeout(10_000, () => { socket.destroy(); resolve(0); });
    socket.on('data', (some) => {
      text += some;
      const status = text.match(/^HTTP\/1\.1 (\d+) /);
      if (status) { socket.destroy(); resolve(Number(status[1])); }
    });
    socket.on('error', reject).on('close', () => resolve(0));
    socket.write([`${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'));
  });
}

const kMachines = /^\/(api\/v1\/(agent\/|report$|ping\/)|ping\/)/;

test('nobody who may not come in has a body read', inWorld(async (world) => {
  const { hub, admin, ids, operations } = await furnishedHub(world);
  const changing = operations.filter(({ method }) => method !== 'GET');
  assert.ok(changing.length > 30, `${changing.length} operations`);
  await changesNothing(admin, async () => {
    for (const { method, path, allowed } of changing) {
      const target = targetOf(path, ids);
      if (!kMachines.test(path)) assert.equal(await answerToHead(hub, method, target, { origin: 'https://evil.example', cookie: admin.cookie }), 403, `${method} ${path} from elsewhere`);
      if (allowed.length > 0 && path !== '/api/v1/agent/rotate') assert.equal(await answerToHead(hub, method, target, { origin: hub.url }), 401, `${method} ${path} of nobody`);
    }
    assert.equal(await answerToHead(hub, 'POST', '/repositories', { origin: hub.url }), 303, 'a page leads to the sign-in');
    assert.equal(await answerToHead(hub, 'GET', '/login', {}), 413, 'a request that only asks has no large body');
    assert.equal(await answerToHead(hub, 'POST', '/login', { origin: hub.url }), 413);
  });
}));

test('without sign-in the hub answers to its own names alone, however others begin', inWorld(async (world) => {
  const hub = await world.hub({ config: { auth: { disabled: true }, server: { public_url: 'https://backup.example.org' } } });
  const { port } = new URL(hub.url);
  const ask = (host) => new Api(hub).send('GET', '/api/v1/hosts', undefined, { host });
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, '127.3.2.1', 'backup.example.org', 'Backup.Example.org:443']) {
    assert.equal((await ask(host)).status, 200, host);
  }
  for (const host of [`127.evil.example:${port}`, '[::1].evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', 'evil.example', 'xbackup.example.org', 'backup.example.org:8443', '127.0.0.256']) {
    const answer = await ask(host);
    assert.equal(answer.status, 403, host);
    assert.ok(answer.json.error.message.includes(host), answer.text);
  }
  const forged = await new Api(hub).send('POST', '/api/v1/enrolment-tokens', {}, { host: `127.evil.example:${port}`, origin: `http://127.evil.example:${port}` });
  assert.equal(forged.status, 403);
}));

test('a hub has as many addresses as are named, and a refusal names both sides', inWorld(async (world) => {
  const hub = await world.signedInHub({ config: { server: { public_url: ['https://backup.example.org', 'http://nas:8081'] } } });
  const change = (headers) => hub.api.send('POST', '/api/v1/enrolment-tokens', {}, headers);
  // The proxy of http://nas:8081 drops the port.
  assert.equal((await change({ host: 'nas', origin: 'http://nas:8081' })).status, 201);
  assert.equal((await change({ host: 'lan:8080', origin: 'http://lan:8080' })).status, 201);
  assert.equal((await change({ origin: 'https://backup.example.org' })).status, 201);
  const refused = await change({ host: 'nas', origin: 'http://nas:8082' });
  assert.equal(refused.status, 403);
  assert.match(refused.json.error.message, /came from http:\/\/nas:8082, and the hub is https:\/\/backup\.example\.org/);
  const page = await hub.api.send('POST', '/login', 'name=a&password=b', { ...kForm, origin: 'http://nas:8082' });
  assert.equal(page.status, 403);
  assert.match(page.headers['content-type'], /text\/html/, 'people get a page');
  assert.match(page.text, /came from http:\/\/nas:8082/);
}));

test('one address that fails keeps nobody out elsewhere', inWorld(async (world) => {
  const hub = await world.signedInHub({ config: { server: { trusted_proxies: ['127.0.0.1'] } } });
  const sign_in = (address, password) => new Api(hub).send('POST', '/api/v1/session', { name: 'admin', password }, { 'x-forwarded-for': address });
  const answers = [];
  for (let i = 0; i < 30 && answers.at(-1) !== 429; ++i) answers.push((await sign_in('203.0.113.9', `guess ${i}`)).status);
  assert.equal(answers.at(-1), 429, answers.join(' '));
  assert.equal((await sign_in('198.51.100.7', kPassword)).status, 201);
}));

test('too many sign-ins at once are told so, and none of them counts as a failure', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const sign_in = () => new Api(hub).send('POST', '/api/v1/session', { name: 'admin', password: kPassword });
  const answers = await Promise.all(Array.from({ length: 150 }, sign_in));
  const busy = answers.filter((answer) => answer.status === 503);
  for (const answer of answers) assert.ok([201, 429, 503].includes(answer.status), answer.text);
  for (const answer of busy) assert.equal(answer.json.error.code, 'busy');
  assert.ok(answers.some((answer) => answer.status === 201));
}));

// An event stream of a signed-in person; `text` is what came so far.
function openStream(world, hub, cookie) {
  const stream = { text: '', ended: false };
  const asked = request(`${hub.url}/ui/stream?topics=pulse`, { headers: { cookie }, agent: false });
  asked.on('error', () => {}).on('response', (answer) => {
    stream.status = answer.statusCode;
    answer.setEncoding('utf8').on('data', (some) => { stream.text += some; }).on('end', () => { stream.ended = true; }).on('error', () => {});
  }).end();
  world.atEnd(() => asked.destroy());
  return stream;
}

test('a stream ends with its session, and says so', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const leaving = await Api.signIn(hub);
  const [ends, stays] = [openStream(world, hub, leaving.cookie), openStream(world, hub, hub.api.cookie)];
  await waitFor('both streams to open', () => ends.status === 200 && stays.status === 200);
  await leaving.remove('/api/v1/session');
  await waitFor('the stream to say goodbye', () => ends.ended && ends.text.includes('event: bye'));
  assert.equal(stays.ended, false);
  assert.doesNotMatch(stays.text, /event: bye/);
}));

const form = (fields) => new URLSearchParams(fields).toString();

test('a person changes the password, which ends the other sessions', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const elsewhere = await Api.signIn(hub);
  const stream = openStream(world, hub, elsewhere.cookie);
  await waitFor('the stream to open', () => stream.status === 200);
  const change = (fields) => hub.api.send('POST', '/account/password', form(fields), kForm);
  const fresh = 'a brand-new password';
  assert.match((await hub.api.send('GET', '/account')).text, /Change password/);
  const wrong = await change({ old_password: 'not it', password: fresh, password_again: fresh });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /This is not the current password/);
  assert.match((await change({ old_password: kPassword, password: fresh, password_again: 'another one!' })).text, /not the same/);
  assert.match((await change({ old_password: kPassword, password: 'short', password_again: 'short' })).text, /at least 12 characters/);
  await elsewhere.get('/api/v1/hosts');
  assert.equal((await change({ old_password: kPassword, password: fresh, password_again: fresh })).status, 303);
  await waitFor('the other stream to end', () => stream.ended);
  await elsewhere.refuses(401, undefined, 'GET', '/api/v1/hosts');
  await hub.api.get('/api/v1/hosts');
  await new Api(hub).refuses(401, undefined, 'POST', '/api/v1/session', { name: 'admin', password: kPassword });
  await Api.signIn(hub, 'admin', fresh);
}));

test('a password of the configuration is changed there', inWorld(async (world) => {
  const hub = await world.hub({ config: { auth: { password_hash: '$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS' } } });
  const admin = await Api.signIn(hub);
  assert.match((await admin.send('GET', '/account')).text, /auth\.password_hash/);
  const answer = await admin.send('POST', '/account/password', form({ old_password: kPassword, password: 'x'.repeat(13), password_again: 'x'.repeat(13) }), kForm);
  assert.equal(answer.status, 409);
}));

test('what is shown only once is shown by a page that makes nothing', inWorld(async (world) => {
  const hub = await world.signedInHub();
  await hub.api.post('/api/v1/customers', { slug: 'acme', name: 'Acme' }, 201);
  for (const [path, secret] of [['/customers/acme/keys', /hfk_\w{38}/], ['/customers/acme/keys/rotate', /hfk_\w{38}/], ['/hosts/add', /hfe_\w{38}/]]) {
    const made = await hub.api.send('POST', path, '', kForm);
    assert.equal(made.status, 303, `${path}: ${made.text.slice(0, 200)}`);
    assert.doesNotMatch(made.headers.location, secret, 'no secret is in an address');
    const other = await Api.signIn(hub);
    assert.doesNotMatch((await other.send('GET', made.headers.location)).text, secret, 'another session sees nothing');
    const shown = await hub.api.send('GET', made.headers.location, undefined, { 'accept-encoding': 'gzip, zstd' });
    assert.match(shown.text, secret, path);
    assert.match(shown.headers['cache-control'], /no-store, no-transform/);
    assert.equal(shown.headers['content-encoding'], undefined, 'its size tells nothing of the secret');
    const again = await hub.api.send('GET', made.headers.location);
    assert.equal(again.status, 200);
    assert.doesNotMatch(again.text, secret);
  }
  const { keys } = await hub.api.get('/api/v1/customers/acme/keys');
  assert.equal(keys.length, 2);
  assert.equal((await hub.api.get('/api/v1/enrolment-tokens')).enrolment_tokens.length, 1);
}));

// The bytes as they came, which Api would take for text.
function raw(hub, path, headers) {
  return new Promise((resolve, reject) => {
    request(hub.url + path, { headers, agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject).end();
  });
}

test('pages, lists and files come compressed to whoever takes that', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const { text } = await hub.api.send('GET', '/');
  const style = text.match(/\/assets\/app-\w+\.css/)[0];
  for (const path of ['/', '/settings', '/api/openapi.json', style]) {
    const plain = await raw(hub, path, { cookie: hub.api.cookie });
    assert.equal(plain.headers['content-encoding'], undefined, path);
    const packed = await raw(hub, path, { cookie: hub.api.cookie, 'accept-encoding': 'gzip, deflate, br' });
    assert.equal(packed.headers['content-encoding'], 'gzip', path);
    assert.match(packed.headers.vary, /Accept-Encoding/i);
    assert.ok(packed.body.length < plain.body.length / 2, `${path}: ${packed.body.length} of ${plain.body.length}`);
    assert.ok(gunzipSync(packed.body).length > plain.body.length / 2);
  }
  const refused = await raw(hub, '/', { cookie: hub.api.cookie, 'accept-encoding': 'gzip;q=0' });
  assert.equal(refused.headers['content-encoding'], undefined);
}));

test('the set-up page says at once when its link is worth nothing, and leads in no circle', inWorld(async (world) => {
  const hub = await world.hub();
  const stranger = new Api(hub);
  const { pathname, search } = new URL(hub.setupLink);
  for (const target of [pathname, `${pathname}?token=guess`]) {
    const page = await stranger.send('GET', target);
    assert.equal(page.status, 401, target);
    assert.doesNotMatch(page.text, /href="\/login"/);
    assert.doesNotMatch(page.text, /type="password"/);
    assert.match(page.text, /setup-link/);
  }
  assert.match((await stranger.send('GET', pathname + search)).text, /type="password"/);
}));

test('a WebSocket that a proxy has made an ordinary request of says what the proxy must do', inWorld(async (world) => {
  const hub = await world.hub();
  const answer = await new Api(hub).send('GET', '/ws/agent');
  assert.equal(answer.status, 426);
  assert.match(answer.json.error.message, /proxy.*Upgrade/);
}));

test('a hub without TLS beyond its own machine warns in its log and on its pages', inWorld(async (world) => {
  const hub = await world.signedInHub({ config: { server: { listen: '0.0.0.0:0', trusted_proxies: [] } } });
  assert.match(hub.child.stderr, /server\.plain/);
  const behind = await world.signedInHub({ config: { server: { trusted_proxies: ['127.0.0.1'] } } });
  assert.doesNotMatch(behind.child.stderr, /server\.plain/);
  const seen = async (headers) => (await behind.api.send('GET', '/settings', undefined, headers)).text.includes('id="insecure"');
  assert.equal(await seen({ 'x-forwarded-for': '192.0.2.7' }), true);
  assert.equal(await seen({}), false);
}));

test('an error page names its request as the log does', inWorld(async (world) => {
  const hub = await world.hub();
  for (const path of ['/nowhere', '/hosts/%zz']) {
    const page = await (await fetch(hub.url + path, { headers: { accept: 'text/html' } })).text();
    const [, id] = page.match(/Request <code>([0-9a-f]{8})<\/code>/) ?? assert.fail(page);
    await waitFor('its line', () => new RegExp(`request=${id} `).test(hub.child.log));
  }
}));
