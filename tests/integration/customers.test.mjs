// Customers: list, add, change, pause, remove.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesNothing, customersHub, minutesAgo, sampleReport } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kNobody = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const kCustomers = '/api/v1/customers';

const slugs = (page) => page.customers.map((customer) => customer.slug);

test('a customer is added, changed and removed', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  const answer = await admin.send('POST', kCustomers, { slug: 'harbour', name: 'The harbour' });
  assert.equal(answer.status, 201, answer.text);
  const made = answer.json;
  assert.equal(answer.headers.location, `${kCustomers}/${made.id}/summary`);
  assert.deepEqual([made.slug, made.name, made.status, made.hosts.total, made.report], ['harbour', 'The harbour', null, 0, null]);
  await admin.patch(`${kCustomers}/harbour`, { name: 'The old harbour', notes: 'two\nlines' });
  const shown = await admin.get(`${kCustomers}/${made.id}/summary`);
  assert.deepEqual([shown.name, shown.notes], ['The old harbour', 'two\nlines']);
  await admin.patch(`${kCustomers}/harbour`, { notes: '' });
  assert.deepEqual((await admin.get(`${kCustomers}/harbour/summary`)).name, 'The old harbour', 'what is not given stays');
  await admin.refuses(404, 'no_report', 'GET', `${kCustomers}/harbour`);
  await admin.remove(`${kCustomers}/harbour`);
  await admin.refuses(404, 'no_such_customer', 'GET', `${kCustomers}/${made.id}/summary`);
}));

test('a name may be left out', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  assert.equal((await admin.post(kCustomers, { slug: 'plain' }, 201)).name, 'plain');
}));

test('customers that cannot be are refused', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  await changesNothing(admin, async () => {
    for (const slug of ['', 'a', 'Upper', 'with blank', 'x'.repeat(65), '<b>', 7, null, ['ab']]) {
      await admin.refuses(422, undefined, 'POST', kCustomers, { slug, name: 'Fine' });
    }
    for (const name of ['', 'a\nb', 'x'.repeat(300), 7, {}]) {
      await admin.refuses(422, undefined, 'POST', kCustomers, { slug: 'fine', name });
      await admin.refuses(422, undefined, 'PATCH', `${kCustomers}/acme`, { name });
    }
    await admin.refuses(422, undefined, 'PATCH', `${kCustomers}/acme`, { notes: 'x'.repeat(20_000) });
    await admin.refuses(422, undefined, 'PATCH', `${kCustomers}/acme`, { notes: [] });
    for (const body of ['', '{', '[]', Buffer.from('{"slug":"\xff"}', 'latin1'), `{"slug":${'['.repeat(10_000)}`]) {
      await admin.refuses(422, undefined, 'POST', kCustomers, body);
      await admin.refuses(422, undefined, 'PATCH', `${kCustomers}/acme`, body);
    }
    await admin.refuses(409, 'slug_taken', 'POST', kCustomers, { slug: 'acme', name: 'Another' });
  });
}));

test('a customer with hosts or repositories stays', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  await changesNothing(admin, async () => {
    await admin.refuses(409, 'customer_in_use', 'DELETE', `${kCustomers}/acme`);
    const all = await admin.get(kCustomers);
    const standard = all.customers.find((each) => !['acme', 'other'].includes(each.slug));
    await admin.refuses(409, 'default_customer', 'DELETE', `${kCustomers}/${standard.id}`);
  });
}));

test('customers that do not exist are 404', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  await changesNothing(admin, async () => {
    for (const id of [kNobody, 'nobody', '..%2F..', 'ACME']) {
      for (const reader of [admin, owner]) {
        for (const part of ['', '/summary', '/history']) await reader.refuses(404, undefined, 'GET', `${kCustomers}/${id}${part}`);
      }
      await admin.refuses(404, undefined, 'PATCH', `${kCustomers}/${id}`, { name: 'x' });
      await admin.refuses(404, undefined, 'DELETE', `${kCustomers}/${id}`);
      for (const part of ['pause', 'resume']) await admin.refuses(404, undefined, 'POST', `${kCustomers}/${id}/${part}`, {});
    }
  });
}));

test('another method is 405', inWorld(async (world) => {
  const { admin } = await customersHub(world);
  for (const [method, path] of [['PUT', ''], ['DELETE', ''], ['POST', '/acme'], ['PUT', '/acme'], ['POST', '/acme/summary'], ['DELETE', '/acme/history']]) {
    const answer = await admin.send(method, kCustomers + path);
    assert.equal(answer.status, 405, `${method} ${path}: ${answer.text}`);
    assert.ok(answer.headers.allow);
  }
}));

test('the list comes page by page, without gap or double', inWorld(async (world) => {
  const { admin, fleet } = await customersHub(world);
  for (let i = 0; i < 25; ++i) await fleet.post('/api/v1/report', { customer_id: `c-${String(i).padStart(2, '0')}` }, 201);
  for (const reader of [admin, fleet]) {
    const found = [];
    const sizes = [];
    for (let after = ''; after !== null;) {
      const page = await reader.get(`${kCustomers}?limit=10&q=c-&after=${encodeURIComponent(after)}`);
      found.push(...slugs(page));
      sizes.push(page.customers.length);
      after = page.next;
    }
    assert.deepEqual(sizes, [10, 10, 5]);
    assert.deepEqual(found, Array.from({ length: 25 }, (_, i) => `c-${String(i).padStart(2, '0')}`));
  }
  assert.equal((await admin.get(`${kCustomers}?limit=1000`)).next, null);
}));

test('the list is filtered by text and by the worst host', inWorld(async (world) => {
  const { admin, fleet } = await customersHub(world);
  await fleet.post('/api/v1/report', sampleReport({ customer_id: 'sick', health: { status: 'fail', issues: ['on fire'] } }), 201);
  await fleet.post('/api/v1/report', sampleReport({ customer_id: 'sick', host: 'well' }), 201);
  await fleet.post('/api/v1/report', sampleReport({ customer_id: 'poorly', health: { status: 'warn' } }), 201);
  assert.deepEqual(slugs(await admin.get(`${kCustomers}?status=down`)), ['sick']);
  assert.deepEqual(slugs(await admin.get(`${kCustomers}?status=warning`)), ['poorly']);
  assert.deepEqual(slugs(await admin.get(`${kCustomers}?status=ok`)), ['acme', 'other']);
  assert.deepEqual(slugs(await admin.get(`${kCustomers}?q=ACME`)), ['acme'], 'in the slug');
  assert.deepEqual(slugs(await admin.get(`${kCustomers}?q=other%20company`)), ['other'], 'in the name');
  assert.deepEqual(slugs(await admin.get(`${kCustomers}?q=${encodeURIComponent("%' OR 1=1 --")}`)), []);
  const sick = await admin.get(`${kCustomers}/sick/summary`);
  assert.deepEqual([sick.status, sick.hosts.total, sick.hosts.down, sick.hosts.ok], ['down', 2, 1, 1]);
}));

test('queries that cannot be are refused', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  for (const reader of [admin, owner]) {
    for (const query of ['limit=0', 'limit=-1', 'limit=1001', 'limit=ten', 'limit=1e3', 'limit=99999999999999999999', 'status=bad', 'status=OK']) {
      await reader.refuses(422, 'query_invalid', 'GET', `${kCustomers}?${query}`);
    }
  }
}));

test('the report of a customer is that of the host which reported last', inWorld(async (world) => {
  const { owner } = await customersHub(world);
  const newest = await owner.post('/api/v1/report', sampleReport({ host: 'newest' }), 201);
  await owner.post('/api/v1/report', sampleReport({ host: 'older', timestamp: minutesAgo(90) }), 201);
  assert.equal((await owner.send('GET', `${kCustomers}/acme`)).json.host, 'newest');
  assert.equal((await owner.get(`${kCustomers}/acme/summary`)).report.host_id, newest.host_id);
}));

test('a paused customer raises nothing until it is resumed', inWorld(async (world) => {
  const { admin, owner, host } = await customersHub(world);
  await owner.post('/api/v1/report', sampleReport({ health: { status: 'fail', issues: ['on fire'] } }), 201);
  assert.equal((await admin.get(`/api/v1/hosts/${host}`)).status, 'down');
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await admin.post(`${kCustomers}/acme/pause`, { until, reason: 'moving house' }, 204);
  for (const path of [`hosts/${host}`, 'customers/acme/summary']) {
    const shown = await admin.get(`/api/v1/${path}`);
    assert.equal(shown.status, 'paused', path);
    assert.deepEqual([shown.pause.until, shown.pause.reason, shown.pause.by], [until, 'moving house', 'admin'], path);
    const told = (await owner.get(`/api/v1/${path}`)).pause;
    assert.deepEqual([told.until, told.reason, 'by' in told], [until, 'moving house', false], 'a key is not told who it was');
  }
  assert.equal('by' in (await owner.get(kCustomers)).customers[0].pause, false);
  assert.equal('by' in (await owner.get('/api/v1/hosts')).hosts[0].pause, false);
  await admin.post(`${kCustomers}/acme/resume`, {}, 204);
  const resumed = await admin.get(`/api/v1/hosts/${host}`);
  assert.deepEqual([resumed.status, resumed.pause], ['down', null]);
}));

test('a pause that cannot be is refused', inWorld(async (world) => {
  const { admin, host } = await customersHub(world);
  await changesNothing(admin, async () => {
    for (const path of [`${kCustomers}/acme/pause`, `/api/v1/hosts/${host}/pause`]) {
      for (const until of ['soon', '2020-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 7, []]) await admin.refuses(422, undefined, 'POST', path, { until });
      for (const reason of ['x'.repeat(300), 'two\nlines', 7]) await admin.refuses(422, undefined, 'POST', path, { reason });
      for (const body of ['{', '[]', 'null', Buffer.from('{"reason":"\xff"}', 'latin1')]) await admin.refuses(422, undefined, 'POST', path, body);
    }
  });
}));
