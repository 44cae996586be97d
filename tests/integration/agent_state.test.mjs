// The agent's programs and folders when something is wrong with them, and clocks that are.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { join } from 'node:path';
import { Hub } from '../harness/hub.mjs';
import { waitFor } from '../harness/wait.mjs';
import { inWorld, kPrograms } from '../harness/world.mjs';

const kFakeTime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const shifted = (offset) => ({ LD_PRELOAD: kFakeTime, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' });

// The address sanitizer and libfaketime do not go together: each calls the other before it is ready. What ships has none.
const canShift = existsSync(kFakeTime)
  && spawnSync(join(kPrograms, 'holdfast-agent'), ['version'], { env: { ...process.env, ...shifted('+0') } }).status === 0;

async function ends(world, program, args, options) {
  const child = world.spawn(program, join(kPrograms, program), args, options);
  return { ...await child.ended, said: child.stdout + child.stderr };
}

test('wrong flags end both programs with 2, and both tell their version in both ways', inWorld(async (world) => {
  for (const program of ['holdfast-hub', 'holdfast-agent']) {
    for (const args of [['--no-such-flag'], ['no-such-command'], ['--config'], ['--config', world.path('none.yaml')]]) {
      assert.equal((await ends(world, program, args)).code, 2, `${program} ${args}`);
    }
    const [flag, command] = [await ends(world, program, ['--version']), await ends(world, program, ['version'])];
    assert.deepEqual([flag.code, command.code], [0, 0]);
    assert.match(flag.said, new RegExp(`^${program} \\d+\\.\\d+`));
    assert.equal(flag.said, command.said);
    assert.equal((await ends(world, program, ['--help'])).code, 0);
  }
  for (const command of ['run', 'enroll', 'announce', 'fingerprint']) {
    assert.match((await ends(world, 'holdfast-agent', [command, '--help'])).said, /--state-dir/, command);
  }
}));

test('places are taken before and after the command', inWorld(async (world) => {
  for (const args of [['--state-dir', world.path('s'), 'fingerprint'], ['fingerprint', '--state-dir', world.path('s')]]) {
    const { code, said } = await ends(world, 'holdfast-agent', args);
    assert.equal(code, 1);
    assert.match(said, /not announced/);
  }
}));

// A server that answers each connection with the same bytes.
async function answering(world, bytes) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.atEnd(() => server.close());
  return server.address().port;
}

const enroll = (world, hub) => ends(world, 'holdfast-agent', ['enroll', '--hub', hub, '--token-file', '-', '--state-dir', world.path('state')], { input: 'hfe_token' });

test('https to a hub that speaks plain HTTP is explained', inWorld(async (world) => {
  const hub = await world.hub();
  const { code, said } = await enroll(world, hub.url.replace('http://', 'https://'));
  assert.equal(code, 1);
  assert.match(said, /does not speak TLS; its address may begin with http:\/\/, not https:\/\/\. /);
  assert.doesNotMatch(said, /SSL routines/);
}));

test('what a hub says reaches the terminal without control characters', inWorld(async (world) => {
  const body = JSON.stringify({ error: { code: 'x', message: '\u001b]0;owned\u0007\u009b31m \u202egnp' } });
  const port = await answering(world, `HTTP/1.1 410 Gone\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  const { code, said } = await enroll(world, `http://127.0.0.1:${port}`);
  assert.equal(code, 1);
  assert.match(said, /\\u001b\]0;owned\\u0007\\u009b31m \\u202egnp/);
  assert.doesNotMatch(said, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
}));

test('a hub on another machine without TLS is warned of', inWorld(async (world) => {
  const { said } = await enroll(world, 'http://hub.invalid');
  assert.match(said, /passwords of repositories .* in the clear/);
  assert.doesNotMatch((await enroll(world, 'http://127.0.0.1:9')).said, /in the clear/);
}));

test('a state directory that others can write to is refused', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await agent.stop();
  const refused = async (path, mode, pattern) => {
    await chmod(path, mode);
    agent.start();
    assert.equal((await agent.child.ended).code, 1);
    assert.match(agent.child.stderr, pattern);
    await chmod(path, 0o700);
  };
  await refused(agent.stateDir, 0o777, /can be written by others.*chmod go-w/);
  await refused(join(agent.stateDir, 'ledger'), 0o777, /ledger can be written by others/);
  await refused(join(agent.stateDir, 'identity.json'), 0o644, /identity\.json holds secrets.*chmod 600/);
}));

test('a data directory or a key that others can change is refused', inWorld(async (world) => {
  const hub = await world.hub();
  await hub.stop();
  for (const [path, mode, pattern] of [[hub.dataDir, 0o777, /can be written by others/], [join(hub.dataDir, 'secret.key'), 0o666, /secret\.key holds secrets/]]) {
    await chmod(path, mode);
    await assert.rejects(hub.start());
    assert.match(hub.child.stderr, pattern);
    assert.equal((await hub.child.ended).code, 1);
    await chmod(path, 0o700);
  }
  await hub.start();
}));

test('who removes hub.lock or agent.lock does not let a second one in', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await rm(join(agent.stateDir, 'agent.lock'));
  const second = agent.spawn(['run']);
  assert.equal((await second.ended).code, 1);
  assert.match(second.stderr, /another holdfast-agent/);
  await rm(join(hub.dataDir, 'hub.lock'));
  const other = new Hub(world);
  other.config.server.data_dir = hub.dataDir;
  await assert.rejects(other.start());
  assert.match(other.child.stderr, /another hub/);
}));

test('an agent with damaged folders runs, and obeys SIGTERM', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const damages = {
    'reports is a file': async () => {
      await rm(join(agent.stateDir, 'reports'), { recursive: true });
      await writeFile(join(agent.stateDir, 'reports'), 'x');
    },
    'ledger is a file': async () => {
      await rm(join(agent.stateDir, 'ledger'), { recursive: true });
      await writeFile(join(agent.stateDir, 'ledger'), 'x');
    },
    'a file named like a job': () => writeFile(join(agent.stateDir, 'ledger', '01J00000000000000000000J0B'), 'x'),
    'a hidden folder in reports': () => mkdir(join(agent.stateDir, 'reports', '.x', 'y'), { recursive: true }),
    'a damaged command': async () => {
      await mkdir(join(agent.stateDir, 'ledger', '01J00000000000000000000J0C'));
      await writeFile(join(agent.stateDir, 'ledger', '01J00000000000000000000J0C', 'command.json'), '{"type":');
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    await agent.stop();
    await damage();
    agent.start();
    await waitFor(`the agent to connect: ${name}`, () => /agent\.connected/.test(agent.child.stderr) || !agent.child.running);
    assert.equal((await agent.stop()).code, 0, `${name}: ${agent.child.stderr}`);
    agent.start();
  }
}));

test('a damaged identity ends the agent with a sentence', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  await agent.stop();
  await truncate(join(agent.stateDir, 'identity.json'), 20);
  agent.start();
  assert.equal((await agent.child.ended).code, 1);
  assert.match(agent.child.stderr, /agent\.failed.*identity\.json is damaged/);
}));

test('two machines with one identity slow down and say so', inWorld(async (world) => {
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub);
  const twin = world.agent('twin');
  await mkdir(twin.stateDir, { mode: 0o700 });
  await copyFile(join(agent.stateDir, 'identity.json'), join(twin.stateDir, 'identity.json'));
  twin.start();
  await waitFor('one of them to say so', () => [agent, twin].some(({ child }) => /agent\.twin/.test(child.stderr)));
  await waitFor('the other one to stay', () => [agent, twin].some(({ child }) => /agent\.connected/.test(child.stderr)));
  const takeovers = hub.child.stderr.match(/took over/g) ?? [];
  assert.ok(takeovers.length < 5, `${takeovers.length} takeovers`);
  assert.equal((await agent.stop()).code, 0);
  assert.equal((await twin.stop()).code, 0);
}));

for (const offset of ['-30d', '+30d', '-20y', '+70y']) {
  test(`an agent whose clock is off by ${offset} backs up and stops`, { skip: !canShift && 'libfaketime is missing or this build has a sanitizer' }, inWorld(async (world) => {
    const hub = await world.signedInHub();
    const agent = await world.connectedAgent(hub, 'harbour', { env: shifted(offset) });
    await mkdir(world.path('source'));
    await writeFile(world.path('source/letter'), 'Dear Ana');
    await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: 'repository password' }, [world.path('source')]);
    const job = await hub.api.jobEnds((await hub.api.backUp(agent.host)).id, 'succeeded');
    const finished = Date.parse(job.finished_at);
    assert.ok(Math.abs(finished - Date.now()) < 10 * 60_000, job.finished_at);
    assert.equal((await agent.stop()).code, 0);
    // Corrected meanwhile, or back: what is kept from then does no harm.
    agent.env = { ...agent.env, FAKETIME: '+0' };
    agent.start();
    await hub.api.hostConnected(agent.host);
    assert.equal((await agent.stop()).code, 0);
    assert.deepEqual((await readdir(join(agent.stateDir, 'ledger'))).filter((name) => name.endsWith('.damaged')), []);
  }));
}
