// The first admin, signing in and out, and what an unsafe request needs.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { inWorld, kPassword } from '../harness/world.mjs';

const kHashes = {
  $2a$: '$2a$04$ABCDEFGHIJKLMNOPQRSTUOKbX1EQ5QUUweNK1xiMnvBLqWlteb8XG',
  $2b$: '$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS',
  $2y$: '$2y$04$ABCDEFGHIJKLMNOPQRSTUOKbX1EQ5QUUweNK1xiMnvBLqWlteb8XG',
};

test('the set-up link makes one admin, once', inWorld(async (world) => {
  const hub = await world.hub();
  const token = new URL(hub.setupLink).searchParams.get('token');
  const stranger = new Api(hub);
  await stranger.refuses(401, undefined, 'POST', '/api/v1/setup', { token: `${token}x`, name: 'admin', password: kPassword });
  await stranger.refuses(422, undefined, 'POST', '/api/v1/setup', { token, name: 'admin', password: 'too short' });
  await stranger.refuses(422, undefined, 'POST', '/api/v1/setup', { token, name: 'no blanks', password: kPassword });
  const admin = await Api.setUp(hub);
  await admin.get('/api/v1/hosts');
  await stranger.refuses(404, undefined, 'POST', '/api/v1/setup', { token, name: 'other', password: kPassword });
}));

test('the file with the set-up link goes away with the need for it', inWorld(async (world) => {
  const hub = await world.hub();
  const file = join(hub.dataDir, 'setup-link');
  await new Api(hub).refuses(401, undefined, 'POST', '/api/v1/setup', { token: 'a guess', name: 'admin', password: kPassword });
  assert.ok(existsSync(file));
  await Api.setUp(hub);
  assert.ok(!existsSync(file));
}));

test('a restart before the set-up leaves a link that works', inWorld(async (world) => {
  const hub = await world.hub();
  hub.setupLink = undefined;
  await hub.restart();
  await Api.setUp(hub);
  await hub.restart();
  assert.doesNotMatch(hub.child.stdout, /Set up/);
}));

test('signing in needs the right name and password, and signing out ends it', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const stranger = new Api(hub);
  const wrong = await stranger.refuses(401, undefined, 'POST', '/api/v1/session', { name: 'admin', password: 'not the password' });
  assert.deepEqual(await stranger.refuses(401, undefined, 'POST', '/api/v1/session', { name: 'nobody', password: kPassword }), wrong);
  const admin = await Api.signIn(hub);
  await admin.get('/api/v1/hosts');
  await admin.remove('/api/v1/session');
  await admin.refuses(401, undefined, 'GET', '/api/v1/hosts');
  await hub.api.get('/api/v1/hosts');
}));

test('a script changes its own password, and other sessions end', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const other = await Api.signIn(hub);
  const change = (old_password, password) => hub.api.send('PUT', '/api/v1/account/password', { old_password, password });
  const wanted = 'quite another long password';
  assert.equal((await change('not the password', wanted)).status, 422);
  assert.equal((await change(kPassword, 'too short')).status, 422);
  assert.equal((await change(kPassword, wanted)).status, 204);
  await hub.api.get('/api/v1/hosts');
  await other.refuses(401, undefined, 'GET', '/api/v1/hosts');
  const stranger = new Api(hub);
  await stranger.refuses(401, undefined, 'PUT', '/api/v1/account/password', { old_password: wanted, password: kPassword });
  await stranger.refuses(401, undefined, 'POST', '/api/v1/session', { name: 'admin', password: kPassword });
  assert.equal((await stranger.send('POST', '/api/v1/session', { name: 'admin', password: wanted })).status, 201);
}));

test('a password of the configuration is changed there', inWorld(async (world) => {
  const hub = await world.hub({ config: { auth: { password_hash: kHashes.$2b$ } } });
  const admin = await Api.signIn(hub);
  const answer = await admin.send('PUT', '/api/v1/account/password', { old_password: kPassword, password: 'quite another long password' });
  assert.equal(answer.status, 409);
}));

test('the cookie is for this site, for the server, and for a week', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const answer = await new Api(hub).send('POST', '/api/v1/session', { name: 'admin', password: kPassword });
  const [cookie] = answer.headers['set-cookie'];
  assert.match(cookie, /; *HttpOnly/i);
  assert.match(cookie, /; *SameSite=(Lax|Strict)/i);
  assert.match(cookie, /; *Path=\//i);
  assert.match(cookie, /; *Max-Age=604800/i);
}));

for (const [kind, hash] of Object.entries(kHashes)) {
  test(`a ${kind} hash from the configuration signs in as admin`, inWorld(async (world) => {
    const hub = await world.hub({ config: { auth: { password_hash: hash } } });
    await (await Api.signIn(hub)).get('/api/v1/hosts');
    await new Api(hub).refuses(401, undefined, 'POST', '/api/v1/session', { name: 'admin', password: 'another password' });
  }));
}

test('guessing is throttled', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const stranger = new Api(hub);
  const answers = [];
  for (let i = 0; i < 30 && answers.at(-1)?.status !== 429; ++i) {
    answers.push(await stranger.send('POST', '/api/v1/session', { name: 'admin', password: `guess number ${i}` }));
  }
  assert.equal(answers.at(-1).status, 429, answers.map((answer) => answer.status).join(' '));
  assert.match(answers.at(-1).headers['retry-after'], /^[1-9]\d*$/);
  const page = await stranger.send('POST', '/login', 'name=admin&password=another+guess', { 'content-type': 'application/x-www-form-urlencoded' });
  assert.equal(page.status, 429);
  assert.match(page.headers['retry-after'], /^[1-9]\d*$/);
  await hub.api.get('/api/v1/hosts');
}));

test('without a session there is nothing to see', inWorld(async (world) => {
  const hub = await world.hub();
  const stranger = new Api(hub);
  for (const path of ['hosts', 'jobs', 'repositories', 'announcements', 'enrolment-tokens']) {
    await stranger.refuses(401, undefined, 'GET', `/api/v1/${path}`);
  }
  await stranger.refuses(401, undefined, 'POST', '/api/v1/enrolment-tokens', {});
  stranger.cookie = 'holdfast=guessed; __Host-holdfast=guessed';
  await stranger.refuses(401, undefined, 'GET', '/api/v1/hosts');
}));

test('an unsafe request from another site changes nothing', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const from = (headers) => hub.api.refuses(403, undefined, 'POST', '/api/v1/enrolment-tokens', {}, headers);
  await from({ origin: 'https://evil.example' });
  await from({ origin: 'null' });
  await from({ 'sec-fetch-site': 'cross-site' });
  assert.deepEqual((await hub.api.get('/api/v1/enrolment-tokens')).enrolment_tokens, []);
}));

test('a cookie beside a bearer is nobody, whichever page sends the two', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const bearer = { authorization: 'Bearer anything' };
  for (const origin of [hub.url, 'https://evil.example']) {
    await hub.api.refuses(401, undefined, 'POST', '/api/v1/enrolment-tokens', {}, { origin, ...bearer });
    await hub.api.send('DELETE', '/api/v1/session', undefined, { origin, ...bearer });
  }
  assert.deepEqual((await hub.api.get('/api/v1/enrolment-tokens')).enrolment_tokens, []);
}));

test('the hub knows its own address however it is written', inWorld(async (world) => {
  const hub = await world.hub({ config: { server: { public_url: 'http://Hub.Example:80/' }, auth: { password_hash: kHashes.$2b$ } } });
  const api = new Api(hub);
  const sign_in = (headers) => api.send('POST', '/api/v1/session', { name: 'admin', password: kPassword }, headers);
  assert.equal((await sign_in({ origin: 'http://hub.example' })).status, 201);
  assert.equal((await sign_in({ origin: '', referer: 'http://hub.example/login' })).status, 201);
  assert.equal((await sign_in({ origin: hub.url })).status, 201, 'the address that the request came to');
  for (const origin of ['https://hub.example', 'http://hub.example:8080', 'http://hub.example.evil.example', 'null']) {
    assert.equal((await sign_in({ origin })).status, 403, origin);
  }
  assert.equal((await sign_in({ origin: '', referer: 'http://hub.example.evil.example/' })).status, 403);
  assert.equal((await sign_in({ origin: '' })).status, 403);
}));

test('a page of another site gets no stream', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const status = (headers) => new Promise((resolve, reject) => {
    const asked = request(`${hub.url}/ui/stream?topics=pulse`, { headers: { cookie: hub.api.cookie, ...headers }, agent: false });
    asked.on('error', reject).on('response', (answer) => asked.destroy() && resolve(answer.statusCode)).end();
  });
  assert.equal(await status({}), 200);
  assert.equal(await status({ origin: hub.url }), 200);
  assert.equal(await status({ origin: 'https://evil.example' }), 403);
  assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403);
}));

test('a new sign-in ends the session before it', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const before = new Api(hub, { cookie: hub.api.cookie });
  hub.api.signedIn(await hub.api.send('POST', '/api/v1/session', { name: 'admin', password: kPassword }), 201);
  await hub.api.get('/api/v1/hosts');
  await before.refuses(401, undefined, 'GET', '/api/v1/hosts');
}));

test('an agent without a valid bearer is told that it needs one', inWorld(async (world) => {
  const hub = await world.hub();
  const answer = await new Api(hub, { bearer: 'guessed' }).send('POST', '/api/v1/agent/rotate', {});
  assert.equal(answer.status, 401);
  assert.equal(answer.headers['www-authenticate'], 'Bearer');
}));

test('every answer carries the headers that keep browsers strict', inWorld(async (world) => {
  const hub = await world.hub();
  for (const path of ['/login', '/api/v1/hosts', '/no/such/page', '/%zz', '/api/%zz']) {
    const { headers } = await new Api(hub).send('GET', path);
    assert.match(headers['content-security-policy'], /default-src 'none'|default-src 'self'/, path);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe-inline|unsafe-eval/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.ok(headers['referrer-policy'], path);
  }
}));
