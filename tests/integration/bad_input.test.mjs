// Bad input: a clear error with the right status, and nothing changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWorld } from '../harness/world.mjs';

const kNobody = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

// A hub with one host that has a repository and a source group; `changesNothing(body)` compares all of it before and after.
async function prepare(world) {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const { repository, group } = await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.folder], [world.path('vault')]);
  await agent.stop();
  await hub.api.hostConnected(agent.host, false);
  const everything = async () => {
    const { name } = await hub.api.get(`/api/v1/hosts/${agent.host}`);
    const lists = ['repositories', 'jobs', 'enrolment-tokens', 'announcements', `hosts/${agent.host}/source-groups`];
    return [name, ...await Promise.all(lists.map((list) => hub.api.get(`/api/v1/${list}`)))];
  };
  const changesNothing = async (body) => {
    const before = await everything();
    await body();
    assert.deepEqual(await everything(), before);
  };
  return { api: hub.api, host: agent.host, repository: repository.id, group: group.id, changesNothing };
}

test('things that do not exist are 404', inWorld(async (world) => {
  const { api, host, changesNothing } = await prepare(world);
  const group = { name: 'x', paths: ['/x'], excludes: [], tags: [] };
  await changesNothing(async () => {
    for (const id of [kNobody, 'no-ulid', '..%2F..']) {
      for (const path of [`hosts/${id}`, `jobs/${id}`, `jobs/${id}/log`, `repositories/${id}`]) await api.refuses(404, undefined, 'GET', `/api/v1/${path}`);
      await api.refuses(404, undefined, 'POST', `/api/v1/hosts/${id}/jobs`, { operation: 'backup' });
      await api.refuses(404, undefined, 'POST', `/api/v1/jobs/${id}/cancel`, {});
      await api.refuses(404, undefined, 'POST', `/api/v1/hosts/${id}/source-groups`, group);
      await api.refuses(404, undefined, 'PUT', `/api/v1/source-groups/${id}`, group);
      await api.refuses(404, undefined, 'PUT', `/api/v1/hosts/${host}/repositories/${id}`, {});
      await api.refuses(404, undefined, 'POST', `/api/v1/announcements/${id}/accept`, {});
      await api.refuses(404, undefined, 'GET', `/api/v1/agent/announcements/${id}`);
    }
    await api.refuses(404, undefined, 'GET', '/api/v1/no/such/thing');
  });
}));

test('a repository or a source group of nobody or of another host is refused', inWorld(async (world) => {
  const { api, host, changesNothing } = await prepare(world);
  const ask = (options) => api.refuses(404, undefined, 'POST', `/api/v1/hosts/${host}/jobs`, { operation: 'backup', ...options });
  await changesNothing(async () => {
    await ask({ repository_id: kNobody });
    await ask({ source_group_id: kNobody });
  });
}));

test('an address that cannot be read is 400', inWorld(async (world) => {
  const { api, changesNothing } = await prepare(world);
  await changesNothing(async () => {
    for (const path of ['/api/v1/hosts/%00', '/api/v1/hosts/%ff', '/api/v1/hosts/%zz', '/api/v1/hosts?q=%zz', '/ws/%zz']) {
      await api.refuses(400, 'bad_request', 'GET', path);
    }
    assert.match((await api.send('GET', '/hosts/%zz')).headers['content-type'], /^text\/html/);
  });
}));

test('a method that is not there is 405', inWorld(async (world) => {
  const { api } = await prepare(world);
  const answer = await api.send('DELETE', '/api/v1/jobs');
  assert.equal(answer.status, 405, answer.text);
  assert.match(answer.headers.allow, /GET/);
}));

const kBodies = {
  'nothing': '',
  'not JSON': '{"name":',
  'not an object': '[1,2,3]',
  'not UTF-8': Buffer.from('{"name":"\xff\xfe","paths":["/x"],"excludes":[],"tags":[]}', 'latin1'),
  'nested 10,000 deep': `{"name":${'['.repeat(10_000)}`,
  'of the wrong types': '{"name":7,"paths":"x","excludes":{},"tags":null}',
  'more than one value': '{"name":"x","paths":["/x"]} {}',
};

for (const [what, body] of Object.entries(kBodies)) {
  test(`a body that is ${what} is refused`, inWorld(async (world) => {
    const { api, host, changesNothing } = await prepare(world);
    await changesNothing(async () => {
      await api.refuses(422, undefined, 'POST', `/api/v1/hosts/${host}/source-groups`, body);
      await api.refuses(422, undefined, 'POST', '/api/v1/repositories', body);
      await api.refuses(422, undefined, 'POST', '/api/v1/schedules/preview', body);
      await api.refuses(422, undefined, 'POST', '/api/v1/agent/enroll', body);
      await api.refuses(422, undefined, 'POST', '/api/v1/agent/announce', body);
      await api.refuses(422, undefined, 'POST', '/api/v1/session', body);
    });
  }));
}

test('a body over the limit is 413', inWorld(async (world) => {
  const { api, host, changesNothing } = await prepare(world);
  const body = JSON.stringify({ name: 'x'.repeat(9 * 1024 * 1024), paths: ['/x'] });
  await changesNothing(() => tooLarge(api, `/api/v1/hosts/${host}/source-groups`, body));
  await changesNothing(() => tooLarge(api, '/api/v1/session', body));
}));

// The hub may end the connection while the body is still on its way.
async function tooLarge(api, path, body) {
  const answer = await api.send('POST', path, body).catch((error) => ({ status: 413, text: error.message }));
  assert.equal(answer.status, 413, answer.text);
}

const kGroups = {
  'no paths': { paths: [] },
  'a path that is relative': { paths: ['etc'] },
  'a path that looks like an option': { paths: ['--password-command=evil'] },
  'an empty path': { paths: [''] },
  'a path with a NUL': { paths: ['/etc\u0000/passwd'] },
  'a path that is too long': { paths: [`/${'x'.repeat(5000)}`] },
  'too many paths': { paths: Array.from({ length: 1001 }, (_, i) => `/${i}`) },
  'an exclude with a new line': { excludes: ['a\nb'] },
  'a tag with a comma': { tags: ['a,b'] },
  'no name': { name: '' },
  'a name with a new line': { name: 'a\nb' },
  'a name that is too long': { name: 'x'.repeat(200) },
};

test('source groups that cannot be are refused with a sentence', inWorld(async (world) => {
  const { api, host, group, changesNothing } = await prepare(world);
  await changesNothing(async () => {
    for (const [what, part] of Object.entries(kGroups)) {
      const body = { name: 'Other', paths: ['/etc'], excludes: [], tags: [], ...part };
      const error = await api.refuses(422, undefined, 'POST', `/api/v1/hosts/${host}/source-groups`, body);
      assert.match(error.message, /\.$/, what);
      await api.refuses(422, undefined, 'PUT', `/api/v1/source-groups/${group}`, body);
    }
  });
}));

const kRepositories = {
  'no address': { url: '' },
  'an address of no known kind': { url: 'ftp://example.org/x' },
  'an address that looks like an option': { url: '-o sftp.command=evil' },
  'a password in the address': { url: 'rest:https://user:secret@example.org/' },
  'a password behind a slash in the address': { url: 'rest:http://user:secret/x@example.org/' },
  'an rclone that runs a program': { url: 'rclone::webdav,url="http://127.0.0.1:9/",bearer_token_command="touch /tmp/x":y' },
  'an option for ssh': { url: 'sftp:-oProxyCommand=touch:/srv' },
  'no bucket': { url: 's3:https://example.org/' },
  'a folder above itself': { url: '/srv/../etc' },
  'a variable of another kind': { url: 'b2:bucket:path', environment: { AWS_ACCESS_KEY_ID: 'a' } },
  'a variable that runs a program': { url: 'rclone:remote:path', environment: { RCLONE_CONFIG_X_BEARER_TOKEN_COMMAND: 'touch /tmp/x' } },
  'a variable with a new line': { url: 'b2:bucket:path', environment: { B2_ACCOUNT_KEY: 'hidden-secret\nx' } },
  'a short password': { password: 'eleven byte' },
  'no password': { password: '' },
  'a password with a new line': { password: 'a\nb' },
  'half a login': { url: 'rest:https://example.org/', server_user: 'ana' },
  'a login where none is used': { server_user: 'ana', server_password: 'x' },
};

test('repositories that cannot be are refused with a sentence, without the secret', inWorld(async (world) => {
  const { api, repository, changesNothing } = await prepare(world);
  await changesNothing(async () => {
    for (const [what, part] of Object.entries(kRepositories)) {
      const body = { name: 'Other', url: '/srv/other', password: 'hidden-secret', ...part };
      const error = await api.refuses(422, undefined, 'POST', '/api/v1/repositories', body);
      assert.match(error.message, /\.$/, what);
      assert.doesNotMatch(JSON.stringify(error), /hidden-secret|user:secret/, what);
    }
    await api.refuses(422, undefined, 'PUT', `/api/v1/repositories/${repository}`, { name: 'Other', url: 'nowhere' });
  });
}));

test('secrets of a repository never come back', inWorld(async (world) => {
  const { api } = await prepare(world);
  const made = await api.addRepository({ name: 'Far', url: 'rest:https://example.org/', password: 'hidden-one-of-twelve', user: 'ana', serverPassword: 'hidden-two' });
  await api.put(`/api/v1/repositories/${made.id}`, { name: 'Farther', url: 'rest:https://example.org/x/' });
  for (const path of ['/api/v1/repositories', `/api/v1/repositories/${made.id}`, '/repositories']) {
    assert.doesNotMatch((await api.send('GET', path)).text, /hidden-(one|two)/);
  }
}));

test('an operation that does not exist is refused', inWorld(async (world) => {
  const { api, host, changesNothing } = await prepare(world);
  await changesNothing(() => api.refuses(422, undefined, 'POST', `/api/v1/hosts/${host}/jobs`, { operation: 'format' }));
}));

test('a host without a repository or a source group cannot be backed up', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const error = await hub.api.refuses(409, undefined, 'POST', `/api/v1/hosts/${agent.host}/jobs`, { operation: 'backup' });
  assert.match(error.message, /repository|source/);
  assert.deepEqual((await hub.api.get('/api/v1/jobs')).jobs, []);
}));

test('an announcement with a key that is none is refused', inWorld(async (world) => {
  const { api, changesNothing } = await prepare(world);
  const machine = { name: 'x', os: 'x', arch: 'x', agent_version: '1' };
  await changesNothing(async () => {
    for (const key of ['', 'not base64!', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')]) {
      await api.refuses(422, undefined, 'POST', '/api/v1/agent/announce', { public_key: key, ...machine });
    }
  });
}));

test('HTML and SQL in names are only text', inWorld(async (world) => {
  const { api, host } = await prepare(world);
  const name = `<script>alert(1)</script> '"; drop table hosts; --`;
  await api.patch(`/api/v1/hosts/${host}`, { name });
  assert.equal((await api.get(`/api/v1/hosts/${host}`)).name, name);
  const { text } = await api.send('GET', `/hosts/${host}`);
  assert.doesNotMatch(text, /<script>alert/);
  assert.match(text, /&lt;script&gt;alert/);
}));
