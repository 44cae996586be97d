// A program that talks like restic 0.14 and backs nothing up, for output that the real one gives only on a bad day.

import { chmod, rm, writeFile } from 'node:fs/promises';

export class FakeRestic {
  // Prints `lines` numbered lines ("line 1", …) as fast as it can when its gate opens, then ends with `exitCode`.
  static async make(world, { lines = 0, exitCode = 0, progress = '' } = {}) {
    const fake = new FakeRestic();
    fake.program = world.path('fake-restic');
    fake.gate = world.path('fake-restic.gate');
    await writeFile(fake.program, script({ lines, exitCode, progress, gate: fake.gate }));
    await chmod(fake.program, 0o755);
    return fake;
  }

  // While the gate is closed, a backup that has printed half of its lines does not go on.
  async close() { await writeFile(this.gate, ''); }
  async open() { await rm(this.gate, { force: true }); }
}

const kSnapshot = 'ab'.repeat(32);

function script({ lines, exitCode, progress, gate }) {
  return `#!/usr/bin/python3
import json, os, signal, sys, time
if "version" in sys.argv:
    print("restic 0.14.0 compiled with go1.19.8 on linux/amd64")
    sys.exit()
if "backup" not in sys.argv:
    sys.exit()
signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
def say(first, last):
    for start in range(first, last + 1, 100):
        os.write(2, b"".join(b"line %d\\n" % n for n in range(start, min(start + 100, last + 1))))
sys.stdout.buffer.write(bytes.fromhex("${Buffer.from(progress, 'latin1').toString('hex')}"))
sys.stdout.flush()
say(1, ${lines} // 2)
while os.path.exists(${JSON.stringify(gate)}):
    time.sleep(0.01)
say(${lines} // 2 + 1, ${lines})
if ${exitCode} in (0, 3):
    print(json.dumps({"message_type": "summary", "files_new": 1, "data_added": 1, "total_files_processed": 1,
                      "total_bytes_processed": 1, "total_duration": 0.1, "snapshot_id": "${kSnapshot}"}))
sys.exit(${exitCode})
`;
}
