// The published schema of reports says what the hub takes: the documents that the hub's own tests read are valid by it, and
// those of which it refuses all or leaves out something are not. Needs no hub.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';

const read = async (path) => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'));
const report = (name) => read(`../data/reports/${name}.json`);

async function validator() {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  return ajv.compile(await read('../../docs/reference/report.schema.json'));
}

test('reports that the hub takes are valid by the schema', async () => {
  const validate = await validator();
  for (const name of ['minimal', 'full', 'existing-controller']) {
    assert.ok(validate(await report(name)), `${name}: ${JSON.stringify(validate.errors)}`);
  }
});

test('reports that the hub refuses, or of which it leaves something out, are not valid by the schema', async () => {
  const validate = await validator();
  const wrong = [...await report('refused'), ...await report('left-out')];
  assert.ok(wrong.length > 100);
  for (const { document, sentence } of wrong) {
    assert.ok(!validate(document), `${JSON.stringify(document)} is valid, but: ${sentence}`);
  }
});

test('the documentation shows a report that is tested', async () => {
  const text = (path) => readFile(new URL(path, import.meta.url), 'utf8');
  const examples = (await text('../../docs/reference/reports.md')).split('```json\n').slice(1).map((part) => part.split('```')[0]);
  assert.ok(examples.includes(await text('../data/reports/full.json')));
});

test('lists that are too long for the hub are not valid by the schema', async () => {
  const validate = await validator();
  const list = (length, item) => Array.from({ length }, () => item);
  const member = (members) => ({ customer_id: 'acme', ...members });
  for (const [limit, make] of [
    [1000, (length) => member({ health: { issues: list(length, 'x') } })],
    [1000, (length) => member({ system: { disks: list(length, {}) } })],
    [5000, (length) => member({ containers: { items: list(length, {}) } })],
  ]) {
    assert.ok(validate(make(limit)));
    assert.ok(!validate(make(limit + 1)));
  }
});

test('a number above 2^63-1 is not valid by the schema', async () => {
  const validate = await validator();
  for (const cores of [1e19, 2 ** 63]) assert.ok(!validate({ customer_id: 'acme', system: { cpu: { cores } } }));
});
