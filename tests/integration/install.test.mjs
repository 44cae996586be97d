// The one line of the page Add hosts: it installs the agent that lies beside the hub, enrols and starts it. Here below a
// folder, and with a systemctl that only writes down what it is asked for.

import assert from 'node:assert/strict';
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Api } from '../harness/api.mjs';
import { inWorld } from '../harness/world.mjs';

async function machine(world) {
  const bin = world.path('bin');
  await mkdir(bin);
  await writeFile(join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >> ${world.path('systemctl')}\n`);
  await chmod(join(bin, 'systemctl'), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, ROOT: world.path('root'), HOLDFAST_AGENT_STATE_DIR: world.path('state') };
  const run = async (command) => {
    const child = world.spawn('install', 'sh', ['-c', command.replaceAll('sudo ', '')], { env });
    return { ...(await child.ended), log: child.log };
  };
  return { run, systemctl: () => readFile(world.path('systemctl'), 'utf8') };
}

const isRoot = process.getuid() === 0;

test('one line installs, enrols and starts an agent', { skip: !isRoot && 'only root installs' }, inWorld(async (world) => {
  const hub = await world.signedInHub();
  const { install_command: command, token } = await hub.api.post('/api/v1/enrolment-tokens', {}, 201);
  const { run, systemctl } = await machine(world);
  const { code, log } = await run(command);
  assert.equal(code, 0, log);
  const root = world.path('root');
  assert.equal(await readFile(join(root, 'etc/systemd/system/holdfast-agent.service'), 'utf8'),
    await readFile(new URL('../../packaging/systemd/holdfast-agent.service', import.meta.url), 'utf8'));
  await access(join(root, 'usr/local/bin/holdfast-agent'));
  assert.match(await systemctl(), /enable holdfast-agent\nrestart holdfast-agent\n$/);
  const { host_id: host } = JSON.parse(await readFile(world.path('state', 'identity.json'), 'utf8'));
  assert.equal((await hub.api.get(`/api/v1/hosts/${host}`)).connected, false);
  assert.equal(log.includes(token), false, 'the token is in no output');

  const again = await run(command);
  assert.equal(again.code, 1);
  assert.match(again.log, /has the token expired\?/);
}));

test('only who has an enrolment token is given the agent', inWorld(async (world) => {
  const hub = await world.signedInHub();
  for (const path of ['/install/holdfast-agent', '/install/holdfast-agent.service']) {
    for (const bearer of [undefined, 'hfe_made_up']) assert.equal((await new Api(hub, { bearer }).exchange('GET', path, undefined, {})).status, 401);
  }
  const script = await new Api(hub).exchange('GET', '/install.sh', undefined, {});
  assert.equal(script.status, 200);
  assert.match(script.text, /^#!\/bin\/sh/);
}));
