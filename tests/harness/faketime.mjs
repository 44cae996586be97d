// Programs under clocks that are wrong: libfaketime shifts what they believe the time to be.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { kPrograms } from './world.mjs';

const kLibrary = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

// What a program sees of the time; waiting goes on as usual.
export const shifted = (by) => (by ? { LD_PRELOAD: kLibrary, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' } : {});

// The address sanitizer and libfaketime each begin by calling the other: then the build without sanitizers has the word.
export function reasonToSkip() {
  if (!existsSync(kLibrary)) return 'libfaketime is not installed';
  const { status } = spawnSync(join(kPrograms, 'holdfast-hub'), ['version'], { env: shifted('+1d') });
  return status === 0 ? false : 'this build does not run under libfaketime';
}
