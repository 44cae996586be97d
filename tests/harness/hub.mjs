// A hub with a data folder of its own, on a port of its own that it keeps over restarts.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kPrograms } from './world.mjs';

let count = 0;

export class Hub {
  // `config`: sections of hub.yaml over the defaults; `env`: over the file.
  constructor(world, { config = {}, env = {} } = {}) {
    this.world = world;
    this.env = env;
    this.folder = world.path(`hub-${++count}`);
    this.dataDir = join(this.folder, 'data');
    this.config = { ...config, server: { listen: '127.0.0.1:0', data_dir: this.dataDir, ...config.server }, log: { level: 'debug', ...config.log } };
  }

  async start() {
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, 'hub.yaml');
    await writeFile(file, JSON.stringify(this.config, null, 2));
    this.child = this.world.spawn('hub', join(kPrograms, 'holdfast-hub'), ['serve', '--config', file, ...(this.arguments ?? [])], { env: this.env });
    this.url = (await this.child.line(/^Holdfast is listening on (\S+)\n/m))[1];
    this.config.server.listen = new URL(this.url).host;
    if (!this.setupLink) this.setupLink = await this.findSetupLink();
  }

  // While there is no user, the link is printed after the address.
  async findSetupLink() {
    if (this.config.auth?.password_hash || this.config.auth?.disabled) return undefined;
    return (await this.child.line(/^Set up: (\S+)\n/m))[1];
  }

  // What SIGKILL does to it is what a power cut does to its process.
  async kill() { await this.child.stop('SIGKILL'); }
  stop() { return this.child.stop('SIGTERM'); }

  async restart() {
    await this.stop();
    await this.start();
  }
}
