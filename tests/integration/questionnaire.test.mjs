// The questions that every endpoint of the published document is asked alike: another method, nobody's id, a body that is too
// large or no JSON. Who may ask at all is in keys.test.mjs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { furnishedHub, kNobody, targetOf } from '../harness/endpoints.mjs';
import { changesNothing } from '../harness/reports.mjs';
import { inWorld } from '../harness/world.mjs';

const kMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

// Somebody who may call the operation.
const callerOf = ({ admin, fleet }, { allowed }) => (allowed.includes('session') || allowed.length === 0 ? admin : fleet);

test('a key of one customer is answered by every endpoint, and the hub lives on', inWorld(async (world) => {
  const { hub, admin, owner, ids, operations } = await furnishedHub(world);
  assert.ok(operations.length > 50, `${operations.length} operations`);
  await changesNothing(admin, async () => {
    for (const { method, path, operation, allowed } of operations) {
      const { status, text } = await owner.send(method, targetOf(path, ids), operation.requestBody ? {} : undefined);
      const said = `${method} ${path}: ${status} ${text}`;
      if (!allowed.includes('key')) assert.ok(status < 500 && (allowed.length === 0 || [401, 403].includes(status)), said);
      else assert.equal(status, method === 'GET' ? 200 : 422, said);
    }
  });
  assert.equal(hub.child.running, true);
}));

test('a method that is not described is 405, and the answer says which are', inWorld(async (world) => {
  const { admin, ids, operations } = await furnishedHub(world);
  await changesNothing(admin, async () => {
    for (const path of new Set(operations.map((each) => each.path))) {
      const known = operations.filter((each) => each.path === path).map((each) => each.method);
      for (const method of kMethods.filter((each) => !known.includes(each))) {
        const answer = await admin.send(method, targetOf(path, ids));
        assert.equal(answer.status, 405, `${method} ${path}: ${answer.text}`);
        for (const each of known) assert.ok(answer.headers.allow.split(', ').includes(each), `${method} ${path}: ${answer.headers.allow}`);
      }
    }
  });
}));

// What is right in every other respect.
const kBodies = {
  testRepository: { host: kNobody },
  startJob: { operation: 'backup' },
  addSourceGroup: { name: 'x', paths: ['/x'] },
  changeSourceGroup: { name: 'x', paths: ['/x'] },
  changeSchedule: { name: 'x', cron: '@daily', timezone: 'UTC' },
  changeRepository: { name: 'x', url: '/x' },
  proveKey: { signature: Buffer.alloc(64).toString('base64') },
};

test('an id of nobody is 404', inWorld(async (world) => {
  const people = await furnishedHub(world);
  const { admin, ids, operations } = people;
  const named = operations.filter(({ path }) => path.includes('{'));
  assert.ok(named.length > 35, `${named.length} operations`);
  await changesNothing(admin, async () => {
    for (const each of named) {
      const names = [...each.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => (name === 'id' ? each.path.split('/')[3] : name));
      for (const name of names) {
        // Unlinking what is not linked is no error, and says nothing of what there is.
        if (each.operation.operationId === 'unlinkRepository' && name === 'repository') continue;
        // Any word is a tag.
        if (name === 'tag') continue;
        for (const id of [kNobody, 'no-ulid', '..%2F..', 'x'.repeat(2000)]) {
          await callerOf(people, each).refuses(404, undefined, each.method, targetOf(each.path, { ...ids, [name]: id }), kBodies[each.operation.operationId] ?? {});
        }
      }
    }
  });
}));

const kNoJson = {
  'half of JSON': '{"name":',
  'an array': '[1,2,3]',
  'a string': '"x"',
  'two values': '{} {}',
  'not UTF-8': Buffer.from('{"name":"\xff\xfe"}', 'latin1'),
  'nested 10,000 deep and cut': `{"name":${'['.repeat(10_000)}`,
};

test('a body that is no JSON object in UTF-8 is 422', inWorld(async (world) => {
  const people = await furnishedHub(world);
  const { admin, ids, operations } = people;
  const taking = operations.filter(({ operation }) => operation.requestBody);
  assert.ok(taking.length > 15, `${taking.length} operations`);
  await changesNothing(admin, async () => {
    for (const each of taking) {
      // An announcement that does not exist is 404 before its body is looked at.
      if (['acceptAnnouncement', 'proveKey'].includes(each.operation.operationId)) continue;
      for (const [what, body] of Object.entries(kNoJson)) {
        const answer = await callerOf(people, each).send(each.method, targetOf(each.path, ids), body);
        assert.ok(answer.status === 422 || answer.status === 429, `${each.method} ${each.path}, ${what}: ${answer.status} ${answer.text}`);
      }
    }
  });
}));

test('a body of many megabytes is 413', inWorld(async (world) => {
  const people = await furnishedHub(world);
  const { admin, ids, operations } = people;
  const body = JSON.stringify({ name: 'x'.repeat(9 * 1024 * 1024) });
  await changesNothing(admin, async () => {
    for (const each of operations.filter(({ operation }) => operation.requestBody)) {
      // The hub may end the connection while the body is still on its way.
      const answer = await callerOf(people, each).send(each.method, targetOf(each.path, ids), body).catch((error) => ({ status: 413, text: error.message }));
      assert.equal(answer.status, 413, `${each.method} ${each.path}: ${answer.text}`);
    }
  });
}));
