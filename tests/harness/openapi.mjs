// The document that the hub publishes at /api/openapi.json, and whether answers are as it says. Every answer that a test gets
// through Api goes through here: what is not described is an error.

import assert from 'node:assert/strict';
import { get } from 'node:http';
import Ajv2020 from 'ajv/dist/2020.js';

// What any address may answer without saying so (components/responses/default).
const kAnywhere = new Set(['400', '405', '413', '415', '431', '500', '503', '507']);
const kFormats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ };

let loading;

// The document of the program under test: the same for every hub of a test run.
export async function openApi(hub) {
  loading ??= load(hub).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

function load(hub) {
  return new Promise((resolve, reject) => {
    get(`${hub.url}/api/openapi.json`, { agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
        try {
          assert.equal(answer.statusCode, 200);
          resolve(new OpenApi(JSON.parse(Buffer.concat(chunks))));
        } catch (error) {
          reject(error);
        }
      });
    }).on('error', reject);
  });
}

export class OpenApi {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, allErrors: true, formats: kFormats });
    this.ajv.addSchema(closed(document), 'openapi', undefined, false);
    this.templates = Object.keys(document.paths).map((template) => ({ template, segments: template.split('/') }));
  }

  // Each operation: {method, path, operation, keys, people}: who may call it.
  *operations() {
    for (const [path, item] of Object.entries(this.document.paths)) {
      for (const method of ['get', 'put', 'post', 'patch', 'delete'].filter((each) => item[each])) {
        const allowed = (item[method].security ?? this.document.security).flatMap(Object.keys);
        yield { method: method.toUpperCase(), path, operation: item[method], allowed };
      }
    }
  }

  // The template that a target matches, literal segments first, or undefined.
  templateOf(target) {
    const segments = target.split('?')[0].split('/');
    const literals = (template) => template.segments.filter((segment) => !segment.startsWith('{')).length;
    return this.templates
      .filter((each) => each.segments.length === segments.length
        && each.segments.every((segment, i) => segment === segments[i] || (segment.startsWith('{') && segments[i] !== '')))
      .sort((a, b) => literals(b) - literals(a))[0]?.template;
  }

  // Throws when an answer is not described, or not as described. Pages are none of its business.
  check(method, target, body, answer) {
    if (!/^\/(api\/|healthz|readyz)/.test(target)) return;
    const what = `${method} ${target} → ${answer.status}`;
    const template = this.templateOf(target);
    const operation = template && (this.document.paths[template][method.toLowerCase()] ?? (method === 'HEAD' && this.document.paths[template].get));
    if (!operation) return target.startsWith('/api/') && this.checkError(what, answer, template ? [400, 405] : [400, 404]);
    const status = String(answer.status);
    const said = operation.responses[status] ?? (kAnywhere.has(status) && operation.responses.default);
    assert.ok(said, `${what}: the status is not described: ${answer.text}`);
    this.checkAnswer(what, said, answer, method);
    if (answer.status < 300) this.checkRequest(what, operation, body);
  }

  checkError(what, answer, statuses) {
    assert.ok(statuses.includes(answer.status), `${what}: nothing is described there`);
    this.validate(what, { $ref: 'openapi#/components/schemas/Error' }, answer.json);
  }

  checkAnswer(what, said, answer, method) {
    const response = this.resolve(said);
    for (const [name, { schema }] of Object.entries(response.headers ?? {})) {
      const value = answer.headers[name.toLowerCase()];
      if (value !== undefined && name !== 'Set-Cookie') this.validate(`${what}: ${name}`, schema, headerValue(schema, value));
    }
    if (!response.content) assert.equal(answer.text, '', `${what}: no body is described`);
    else if (method !== 'HEAD') this.checkBody(what, response.content, answer);
  }

  checkBody(what, content, answer) {
    const type = (answer.headers['content-type'] ?? '').split(';')[0];
    assert.ok(content[type], `${what}: the type ${type} is not described`);
    if (type === 'application/json') this.validate(what, content[type].schema, answer.json);
  }

  // What was accepted must be described too.
  checkRequest(what, operation, body) {
    const described = operation.requestBody && this.resolve(operation.requestBody);
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return;
    if (!described) assert.deepEqual(body, {}, `${what}: no request body is described`);
    else this.validate(`${what}, request`, open(described.content['application/json'].schema), body);
  }

  resolve(value) {
    return value.$ref ? value.$ref.slice(2).split('/').reduce((place, step) => place[step], this.document) : value;
  }

  validate(what, schema, value) {
    const key = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
    this.compiled ??= new Map();
    if (!this.compiled.has(key)) this.compiled.set(key, this.ajv.compile(closed(JSON.parse(key))));
    const valid = this.compiled.get(key);
    assert.ok(valid(value), `${what}: ${this.ajv.errorsText(valid.errors)}\n${JSON.stringify(value)?.slice(0, 2000)}`);
  }
}

const headerValue = (schema, value) => (schema.type === 'integer' ? Number(value) : value);

// Answers have no members but those described: each object that lists its members has no others.
function closed(value) {
  if (Array.isArray(value)) return value.map(closed);
  if (value === null || typeof value !== 'object') return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]));
  if (copy.type === 'object' && copy.properties && !('additionalProperties' in copy)) copy.additionalProperties = false;
  return copy;
}

// Requests may have any others.
const open = (schema) => ({ ...schema, additionalProperties: schema.additionalProperties ?? true });
