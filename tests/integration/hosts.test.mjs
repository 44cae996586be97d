// Hosts: list, filter, sort, change, pause, and their last reports.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesNothing, customersHub, minutesAgo, sampleReport } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kNobody = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const kHosts = '/api/v1/hosts';

const names = (page) => page.hosts.map((host) => host.name);

// Reports of hosts h-00, h-01, … of acme, each fuller than the one before.
async function addHosts(owner, count, parts = () => ({})) {
  for (let i = 0; i < count; ++i) {
    const report = sampleReport({ host: `h-${String(i).padStart(2, '0')}`, ...parts(i) });
    report.system.disks = [{ mount: '/', percent: i }];
    await owner.post('/api/v1/report', report, 201);
  }
}

async function allPages(reader, query) {
  const found = [];
  for (let after = ''; after !== null;) {
    const page = await reader.get(`${kHosts}?${query}&after=${encodeURIComponent(after)}`);
    found.push(...names(page));
    after = page.next;
  }
  return found;
}

test('the list comes page by page, in each order, without gap or double', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  await addHosts(owner, 25);
  const expected = Array.from({ length: 25 }, (_, i) => `h-${String(i).padStart(2, '0')}`);
  for (const reader of [admin, owner]) {
    assert.deepEqual(await allPages(reader, 'filter=h-&sort=name&limit=10'), expected);
    assert.deepEqual(await allPages(reader, 'filter=h-&sort=-name&limit=10'), [...expected].reverse());
    for (const sort of ['worst', 'backup', 'cpu', 'memory', 'disk', 'seen', 'customer', '-worst', '-disk']) {
      assert.deepEqual((await allPages(reader, `filter=h-&sort=${sort}&limit=7`)).sort(), expected, sort);
    }
  }
  const fullest = await admin.get(`${kHosts}?filter=h-&sort=disk&limit=1`);
  assert.deepEqual(names(fullest), ['h-24']);
}));

test('the worst come first, and counts are of all and of those that match', inWorld(async (world) => {
  const { admin, owner } = await customersHub(world);
  await owner.post('/api/v1/report', sampleReport({ host: 'poorly', health: { status: 'warn', issues: ['a fan'] } }), 201);
  await owner.post('/api/v1/report', sampleReport({ host: 'broken', health: { status: 'fail', issues: ['on fire'] } }), 201);
  const page = await admin.get(kHosts);
  assert.deepEqual(names(page).slice(0, 2), ['broken', 'poorly']);
  assert.match(page.hosts[0].reason, /on fire/);
  const down = await admin.get(`${kHosts}?filter=status:down`);
  assert.deepEqual(names(down), ['broken']);
  assert.deepEqual([down.total.total, down.matching.total, down.matching.down], [4, 1, 1]);
}));

test('the list takes the filters of the fleet', inWorld(async (world) => {
  const { admin, owner, host } = await customersHub(world);
  await addHosts(owner, 5);
  await admin.patch(`${kHosts}/${host}`, { tags: ['Prod', 'nas'] });
  const matching = async (filter) => names(await admin.get(`${kHosts}?sort=name&filter=${encodeURIComponent(filter)}`));
  assert.deepEqual(await matching('tag:prod'), ['nas-01']);
  assert.deepEqual(await matching('customer:other'), ['far-01']);
  assert.deepEqual(await matching('h- disk>2'), ['h-03', 'h-04']);
  assert.deepEqual(await matching('h- -h-01 disk:<=2'), ['h-00', 'h-02']);
  assert.deepEqual(await matching('kind:agent'), []);
  assert.deepEqual(await matching("x' OR '1'='1"), []);
}));

test('queries that cannot be are refused', inWorld(async (world) => {
  const { admin, owner, host } = await customersHub(world);
  for (const reader of [admin, owner]) {
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'sort=best', 'sort=--name', 'sort=Name', 'after=nonsense', 'filter=disk:>full', 'filter=status:sad']) {
      await reader.refuses(422, undefined, 'GET', `${kHosts}?${query}`);
    }
    await reader.refuses(422, undefined, 'GET', `${kHosts}/${host}/reports?limit=0`);
  }
}));

test('name, tags, notes and customer of a host are changed, one or all', inWorld(async (world) => {
  const { admin, owner, outsider, host } = await customersHub(world);
  const shown = () => admin.get(`${kHosts}/${host}`);
  await admin.patch(`${kHosts}/${host}`, { name: 'The NAS' });
  await admin.patch(`${kHosts}/${host}`, { tags: ['prod', 'Cellar', 'prod'] });
  assert.deepEqual([(await shown()).name, (await shown()).tags], ['The NAS', ['cellar', 'prod']]);
  await admin.patch(`${kHosts}/${host}`, { name: 'Moved', tags: [], notes: 'on the top shelf', customer: 'other' });
  const moved = await shown();
  assert.deepEqual([moved.name, moved.tags, moved.notes, moved.customer.slug], ['Moved', [], 'on the top shelf', 'other']);
  await owner.refuses(404, 'no_such_host', 'GET', `${kHosts}/${host}`);
  await outsider.get(`${kHosts}/${host}`);
  assert.equal((await outsider.post('/api/v1/report', sampleReport({ customer_id: 'other' }), 201)).host_id, host, 'it reports by the name that it had');
}));

test('a change that cannot be in one part is not made in another', inWorld(async (world) => {
  const { admin, host } = await customersHub(world);
  const before = await admin.get(`${kHosts}/${host}`);
  const wrong = [
    [422, { name: '' }], [422, { name: 7 }], [422, { name: 'a\nb' }], [422, { tags: 'prod' }], [422, { tags: ['two words'] }], [422, { tags: [7] }],
    [422, { notes: 'x'.repeat(20_000) }], [422, { notes: {} }], [404, { customer: 'nobody' }], [404, { customer: kNobody }], [422, { customer: [] }],
  ];
  for (const [status, part] of wrong) {
    await admin.refuses(status, undefined, 'PATCH', `${kHosts}/${host}`, { name: 'fine', tags: ['fine'], notes: 'fine', ...part });
    assert.deepEqual(await admin.get(`${kHosts}/${host}`), before, JSON.stringify(part).slice(0, 100));
  }
}));

test('a host does not move to where its name is taken', inWorld(async (world) => {
  const { admin, outsider, host } = await customersHub(world);
  await outsider.post('/api/v1/report', sampleReport({ customer_id: 'other' }), 201);
  await changesNothing(admin, () => admin.refuses(409, 'name_taken', 'PATCH', `${kHosts}/${host}`, { customer: 'other', name: 'x' }));
}));

test('a paused host raises nothing until it is resumed', inWorld(async (world) => {
  const { admin, owner, host } = await customersHub(world);
  await owner.post('/api/v1/report', sampleReport({ health: { status: 'fail', issues: ['on fire'] } }), 201);
  await admin.post(`${kHosts}/${host}/pause`, { reason: 'new disks' }, 204);
  const paused = await admin.get(`${kHosts}/${host}`);
  assert.deepEqual([paused.status, paused.pause.reason, paused.pause.until, paused.pause.by], ['paused', 'new disks', null, 'admin']);
  assert.deepEqual(names(await admin.get(`${kHosts}?filter=status:paused`)), ['nas-01']);
  await admin.post(`${kHosts}/${host}/resume`, {}, 204);
  assert.equal((await admin.get(`${kHosts}/${host}`)).status, 'down');
  assert.equal((await admin.send('POST', `${kHosts}/${host}/pause`)).status, 204, 'without a body');
}));

test('a host is removed with its reports, and a report makes it anew', inWorld(async (world) => {
  const { admin, owner, host } = await customersHub(world);
  await admin.remove(`${kHosts}/${host}`, 202);
  for (const part of ['', '/report', '/reports', '/history']) await admin.refuses(404, 'no_such_host', 'GET', `${kHosts}/${host}${part}`);
  const again = await owner.post('/api/v1/report', sampleReport(), 201);
  assert.notEqual(again.host_id, host);
  assert.equal((await owner.get(`${kHosts}/${again.host_id}/reports`)).reports.length, 1);
}));

test('hosts and reports that do not exist are 404', inWorld(async (world) => {
  const { admin, owner, host, outsider } = await customersHub(world);
  const [{ id: other }] = (await outsider.get(kHosts)).hosts;
  const [{ id: report }] = (await owner.get(`${kHosts}/${host}/reports`)).reports;
  await changesNothing(admin, async () => {
    for (const id of [kNobody, 'no-ulid', '..%2F..']) {
      for (const reader of [admin, owner]) {
        for (const part of ['', '/report', '/reports', `/reports/${report}`, '/history']) await reader.refuses(404, undefined, 'GET', `${kHosts}/${id}${part}`);
      }
      await admin.refuses(404, undefined, 'PATCH', `${kHosts}/${id}`, { name: 'x' });
      for (const part of ['pause', 'resume']) await admin.refuses(404, undefined, 'POST', `${kHosts}/${id}/${part}`, {});
    }
    for (const id of ['0', '-1', '999999', 'x', '1x', '99999999999999999999', '1.0']) await admin.refuses(404, 'no_such_report', 'GET', `${kHosts}/${host}/reports/${id}`);
    await admin.refuses(404, 'no_such_report', 'GET', `${kHosts}/${other}/reports/${report}`);
  });
}));

test('a host that has not reported has no report', inWorld(async (world) => {
  const { hub, admin } = await customersHub(world);
  const agent = world.agent('silent');
  await agent.enroll(hub, (await admin.post('/api/v1/enrolment-tokens', {}, 201)).token);
  await admin.refuses(404, 'no_report', 'GET', `${kHosts}/${agent.host}/report`);
  assert.deepEqual((await admin.get(`${kHosts}/${agent.host}/reports`)).reports, []);
  assert.equal((await admin.get(`${kHosts}/${agent.host}`)).report, null);
}));

test('the last reports are listed newest first', inWorld(async (world) => {
  const { owner, host } = await customersHub(world);
  for (const minutes of [30, 10, 20]) await owner.post('/api/v1/report', sampleReport({ timestamp: minutesAgo(minutes) }), 201);
  const { reports } = await owner.get(`${kHosts}/${host}/reports`);
  assert.equal(reports.length, 4);
  assert.deepEqual(reports.map((each) => each.at), reports.map((each) => each.at).sort().reverse());
  assert.deepEqual((await owner.get(`${kHosts}/${host}/reports?limit=2`)).reports, reports.slice(0, 2));
}));

test('another method is 405', inWorld(async (world) => {
  const { admin, host } = await customersHub(world);
  for (const [method, path] of [['POST', ''], ['PUT', `/${host}`], ['POST', `/${host}/report`], ['DELETE', `/${host}/reports`], ['POST', `/${host}/history`], ['GET', `/${host}/pause`]]) {
    const answer = await admin.send(method, kHosts + path);
    assert.equal(answer.status, 405, `${method} ${path}: ${answer.text}`);
    assert.ok(answer.headers.allow);
  }
}));
