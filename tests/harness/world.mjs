// Everything one test starts: its own folder, its own programs, all gone when it ends.

import { mkdtemp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from './agent.mjs';
import { Api } from './api.mjs';
import { Child } from './child.mjs';
import { Hub } from './hub.mjs';

const kRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const kPrograms = resolve(kRoot, process.env.HOLDFAST_BUILD ?? 'build/dev', 'bin');
export const kPassword = 'correct horse battery';

export class World {
  static async make() {
    const world = new World();
    world.folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
    await mkdir(join(world.folder, 'home'));
    return world;
  }

  children = [];
  closers = [];

  path(...parts) { return join(this.folder, ...parts); }

  // What the programs see: nothing of this machine's settings but where programs are, and how sanitizers are to behave.
  environment(extra = {}) {
    const kept = Object.entries(process.env).filter(([key]) => key === 'PATH' || key.endsWith('SAN_OPTIONS'));
    return { ...Object.fromEntries(kept), HOME: this.path('home'), LANG: 'C.UTF-8', TZ: 'UTC', ...extra };
  }

  spawn(name, command, args, { env, ...options } = {}) {
    const child = new Child(name, command, args, { ...options, env: this.environment(env) });
    this.children.push(child);
    return child;
  }

  // `close` runs when the test has ended, last one first.
  atEnd(close) { this.closers.push(close); }

  async hub(options) {
    const hub = new Hub(this, options);
    await hub.start();
    return hub;
  }

  // A hub with its first admin, signed in as `hub.api`.
  async signedInHub(options) {
    const hub = await this.hub(options);
    hub.api = await Api.setUp(hub);
    return hub;
  }

  agent(name, options) { return new Agent(this, name, options); }

  // An agent that is enrolled and connected. `agent.host` is its id.
  async connectedAgent(hub, name = 'harbour', options = {}) {
    const agent = this.agent(name, options);
    const { token } = await hub.api.post('/api/v1/enrolment-tokens', {}, 201);
    await agent.enroll(hub, token);
    agent.start();
    await hub.api.hostConnected(agent.host);
    return agent;
  }

  logs() {
    return this.children.map((child) => child.log.split('\n').slice(-80).join('\n')).join('\n');
  }

  async close() {
    for (const close of this.closers.reverse()) await close();
    for (const child of this.children) if (child.running) await child.stop('SIGKILL');
    for (const pid of await this.leftovers()) process.kill(pid, 'SIGKILL');
    if (!process.env.HOLDFAST_KEEP) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  // Processes of this test that its children left behind: a killed agent's restic, for one.
  async leftovers() {
    const found = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const read = (file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
      if (Number(pid) !== process.pid && ((await read('cmdline')) + (await read('environ'))).includes(this.folder)) found.push(Number(pid));
    }
    return found;
  }
}

// Wraps the body of a node:test: `test('…', inWorld(async (world) => { … }))`. A failure shows what the programs logged.
export function inWorld(body) {
  return async (context) => {
    const world = await World.make();
    try {
      await body(world, context);
    } catch (error) {
      console.error(world.logs());
      throw error;
    } finally {
      await world.close();
    }
  };
}
