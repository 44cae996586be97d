// Files to back up, and whether they came back.

import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, readdir, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const kOddNames = ['-rf', 'two words', 'a\nnew line', `"quotes' and $dollars`, 'Ünïcödé ☂', '*?[glob]', '\\back\\slash', '{"json":1}'];

// A tree with what backups trip over: odd names, a name that is not UTF-8, links, an empty file, modes, old dates. `megabytes`
// of random data besides.
export async function makeTree(folder, { megabytes = 1 } = {}) {
  await mkdir(join(folder, 'deep/er/and/deeper'), { recursive: true });
  for (const name of kOddNames) await writeFile(join(folder, name), `this is ${name}\n`);
  await writeFile(Buffer.concat([Buffer.from(`${folder}/not-utf8-`), Buffer.from([0xff, 0xfe, 0x80])]), 'bytes\n');
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'deep/er/and/deeper/script'), '#!/bin/sh\n');
  await chmod(join(folder, 'deep/er/and/deeper/script'), 0o750);
  await writeFile(join(folder, 'old'), 'from another century\n');
  await utimes(join(folder, 'old'), new Date('1999-12-31T23:59:59Z'), new Date('1999-12-31T23:59:59Z'));
  await symlink('deep/er', join(folder, 'link'));
  await symlink('/nowhere/at/all', join(folder, 'dangling'));
  await addData(folder, megabytes);
}

// Megabytes that no repository has seen before.
export async function addData(folder, megabytes, name = 'data') {
  for (let i = 0; i < megabytes; ++i) await writeFile(join(folder, `${name}-${i}`), randomBytes(1024 * 1024));
}

// {relative name: what it is} for everything below `folder`; names are Latin-1 of their bytes.
export async function describeTree(folder) {
  const found = {};
  const visit = async (path, name) => {
    const stat = await lstat(path);
    found[name] = await describe(path, stat);
    if (!stat.isDirectory()) return;
    for (const entry of await readdir(path, { encoding: 'buffer' })) {
      await visit(Buffer.concat([path, Buffer.from('/'), entry]), `${name}/${entry.toString('latin1')}`);
    }
  };
  await visit(Buffer.from(folder), '.');
  return found;
}

async function describe(path, stat) {
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return `link to ${(await readlink(path, { encoding: 'buffer' })).toString('latin1')}`;
  if (stat.isDirectory()) return `folder ${mode}`;
  const hash = createHash('sha256').update(await readFile(path)).digest('hex');
  return `file ${mode} ${Math.floor(stat.mtimeMs)} ${hash}`;
}
