// An agent with a state folder of its own.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kPrograms } from './world.mjs';

export class Agent {
  // `path`: folders before the usual PATH; `restic`: another program in its place.
  constructor(world, name, { path = [], restic, env = {} } = {}) {
    this.world = world;
    this.name = name;
    this.stateDir = world.path(`agent-${name}`);
    this.env = { HOLDFAST_AGENT_STATE_DIR: this.stateDir, PATH: [...path, process.env.PATH].join(':'), ...env };
    if (restic) this.env.HOLDFAST_AGENT_RESTIC_PROGRAM = restic;
  }

  spawn(args, input) {
    return this.world.spawn(`agent ${this.name} ${args[0]}`, join(kPrograms, 'holdfast-agent'), args, { env: this.env, input });
  }

  async enroll(hub, token) {
    const child = this.spawn(['enroll', '--hub', hub.url, '--token-file', '-', '--name', this.name], token);
    const { code } = await child.ended;
    assert.equal(code, 0, child.stderr);
    await this.readIdentity();
  }

  // Starts announcing; ends by itself when an admin has decided.
  announce(hub) { return this.spawn(['announce', '--hub', hub.url, '--name', this.name]); }

  async readIdentity() {
    this.identity = JSON.parse(await readFile(join(this.stateDir, 'identity.json'), 'utf8'));
    this.host = this.identity.host_id;
  }

  start() { this.child = this.spawn(['run']); }
  async kill() { await this.child.stop('SIGKILL'); }
  stop() { return this.child.stop('SIGTERM'); }
}
