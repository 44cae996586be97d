// Sources that are not what they seem, and hosts of one name in one repository: with the real programs and real restic.

import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { kNewestRestic, Restic } from '../harness/restic.mjs';
import { inWorld } from '../harness/world.mjs';

const kPassword = 'repository password';
const kRestics = { '0.14': 'restic', newest: kNewestRestic };

async function prepare(world, restic, paths) {
  await mkdir(world.path('good'));
  await writeFile(join(world.path('good'), 'file'), 'content');
  const hub = await world.signedInHub();
  const agent = await world.connectedAgent(hub, 'harbour', { restic });
  await hub.api.prepareBackup(agent.host, { url: world.path('vault'), password: kPassword }, paths);
  const ended = async (state) => hub.api.jobEnds((await hub.api.backUp(agent.host)).id, state);
  const host = () => hub.api.get(`/api/v1/hosts/${agent.host}`);
  return { hub, agent, ended, host };
}

for (const [name, restic] of Object.entries(kRestics)) {
  const skip = { skip: !restic && 'build/newest-restic is not there' };

  test(`an emptied source is no good backup, restic ${name}`, skip, inWorld(async (world) => {
    const { hub, ended, host } = await prepare(world, restic, [world.path('good')]);
    const good = await ended('succeeded');
    const before = (await host()).last_success_at;
    assert.ok(before);
    await rm(join(world.path('good'), 'file'));
    const { result } = await ended('failed');
    assert.equal(result.failure.code, 'source_empty');
    assert.ok(result.failure.message.includes(world.path('good')));
    assert.equal((await host()).last_success_at, before);
    const vault = new Restic(world, world.path('vault'), kPassword);
    assert.equal((await vault.snapshots()).length, 1);
    const log = (await hub.api.log(good.id)).map((line) => line.text);
    assert.ok(log.includes('Files: 1 new, 0 changed, 0 unmodified'), log.join('\n'));
  }));

  test(`a snapshot without a file is no good backup, restic ${name}`, skip, inWorld(async (world) => {
    await mkdir(join(world.path('folders'), 'empty'), { recursive: true });
    const { ended, host } = await prepare(world, restic, [world.path('folders')]);
    const { result } = await ended('partial');
    assert.equal(result.failure.code, 'no_files');
    assert.equal((await host()).last_success_at, null);
  }));

  test(`a source that cannot be reached does not stop the others, restic ${name}`, skip, inWorld(async (world) => {
    const loop = join(world.path('loop'), 'data');
    await symlink('loop', world.path('loop'));
    const { ended } = await prepare(world, restic, [world.path('good'), loop, join(world.path('good'), 'file', 'below')]);
    const { result } = await ended('partial');
    assert.equal(result.summary.files_processed, 1);
    assert.ok(result.failure.message.includes(`${loop} cannot be read: Too many levels of symbolic links.`), result.failure.message);
    assert.ok(result.failure.message.includes('below does not exist on this host.'), result.failure.message);
  }));
}

test('two hosts of one machine name are two hosts to restic', inWorld(async (world) => {
  const { hub, agent } = await prepare(world, 'restic', [world.path('good')]);
  const other = await world.connectedAgent(hub, 'quay');
  const { repository_ids: [repository] } = await hub.api.get(`/api/v1/hosts/${agent.host}`);
  await hub.api.link(other.host, repository);
  await hub.api.post(`/api/v1/hosts/${other.host}/source-groups`, { name: 'Everything', paths: [world.path('good')], excludes: [], tags: [] }, 201);
  for (const host of [agent.host, other.host, other.host]) await hub.api.jobEnds((await hub.api.backUp(host)).id, 'succeeded');
  const snapshots = await new Restic(world, world.path('vault'), kPassword).snapshots();
  const names = snapshots.sort((one, two) => Date.parse(one.time) - Date.parse(two.time)).map((snapshot) => snapshot.hostname);
  assert.equal(names.length, 3);
  assert.equal(new Set(names).size, 2);
  const shown = await hub.api.get(`/api/v1/hosts/${other.host}`);
  assert.deepEqual(shown.snapshot_hosts, [{ repository_id: repository, name: names[2] }]);
  assert.match(names[2], new RegExp(`^${names[0]}-[0-9a-z]{4}$`));
  assert.ok((await (await fetch(`${hub.url}/hosts/${other.host}`, { headers: { cookie: hub.api.cookie } })).text()).includes(`${names[2]} in restic`));
}));
