// restic as the tests run it themselves, to see what an agent really left behind.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './child.mjs';
import { describeTree } from './files.mjs';

// Where scripts/fetch-newest-restic puts it; undefined where no mirror has it.
const newest = resolve(dirname(fileURLToPath(import.meta.url)), '../../build/newest-restic/restic');
export const kNewestRestic = existsSync(newest) ? newest : undefined;

export class Restic {
  // `url`: as restic takes it, with whatever user and password it needs.
  constructor(world, url, password, program = 'restic') {
    this.world = world;
    this.url = url;
    this.password = password;
    this.program = program;
  }

  run(...args) {
    const env = this.world.environment({
      RESTIC_REPOSITORY: this.url, RESTIC_PASSWORD: this.password, RESTIC_CACHE_DIR: this.world.path('restic-cache'),
    });
    return run(this.program, args, { env });
  }

  async must(...args) {
    const done = await this.run(...args);
    assert.equal(done.code, 0, `restic ${args.join(' ')}: ${done.stderr}`);
    return done.stdout;
  }

  async snapshots() { return JSON.parse(await this.must('snapshots', '--json', '--no-lock')) ?? []; }

  // The one snapshot that a job says it made.
  async snapshot(id) {
    const found = (await this.snapshots()).filter((snapshot) => snapshot.id.startsWith(id));
    assert.equal(found.length, 1, `snapshot ${id}`);
    return found[0];
  }

  // Restores `source` out of a snapshot, and compares every byte, name, mode and date.
  async assertRestores(id, source) {
    const target = this.world.path(`restored-${id}`);
    await this.must('restore', id, '--target', target, '--no-lock');
    assert.deepEqual(await describeTree(join(target, source)), await describeTree(source));
  }
}
