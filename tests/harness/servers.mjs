// Repositories that are not a local folder: an append-only REST server, with a gate before it, and sftp.

import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { run } from './child.mjs';
import { waitFor } from './wait.mjs';

// `rclone serve restic --append-only` on a folder. What it serves is a plain local repository below `folder`.
export class RestServer {
  static async start(world) {
    const server = new RestServer();
    server.folder = world.path('rest');
    await mkdir(server.folder, { recursive: true });
    server.user = 'harbour';
    server.password = randomBytes(12).toString('hex');
    server.child = world.spawn('rclone', 'rclone', ['serve', 'restic', '--append-only', '--addr', '127.0.0.1:0', '-v',
      '--user', server.user, '--pass', server.password, server.folder]);
    server.address = (await waitFor('rclone to listen', () => server.child.stderr.match(/http:\/\/(127\.0\.0\.1:\d+)/)))[1];
    return server;
  }

  // The repository `name` as an admin enters it, through `address` (a gate's, for one).
  repository(name, address = this.address) {
    return { url: `rest:http://${address}/${name}/`, password: 'repository password', user: this.user, serverPassword: this.password };
  }
}

// An HTTP proxy that can hold uploads of data: a backup that hangs on it is in its middle, for as long as a test likes.
export class Gate {
  static async start(world, target) {
    const gate = new Gate();
    gate.target = target;
    gate.closed = false;
    gate.held = [];
    gate.server = createServer((incoming, outgoing) => gate.take(incoming, outgoing));
    await new Promise((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
    gate.address = `127.0.0.1:${gate.server.address().port}`;
    world.atEnd(() => {
      gate.server.closeAllConnections();
      return new Promise((resolve) => gate.server.close(resolve));
    });
    return gate;
  }

  close() { this.closed = true; }

  open() {
    this.closed = false;
    for (const pass of this.held.splice(0)) pass();
  }

  // Until an upload waits at the closed gate.
  hasHeld() { return waitFor('an upload at the gate', () => this.held.length > 0); }

  take(incoming, outgoing) {
    const pass = () => this.forward(incoming, outgoing);
    if (this.closed && incoming.method === 'POST' && incoming.url.includes('/data/')) {
      this.held.push(pass);
      incoming.on('close', () => { this.held = this.held.filter((other) => other !== pass); });
    } else {
      pass();
    }
  }

  forward(incoming, outgoing) {
    const [host, port] = this.target.split(':');
    const forwarded = request({ host, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('error', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }
}

// A real sshd for sftp. It needs no port: ssh starts it for each connection and talks through a pipe.
export class SftpServer {
  static async start(world) {
    const server = new SftpServer();
    server.folder = world.path('sftp');
    const at = (name) => world.path('sftp', name);
    await mkdir(at('repositories'), { recursive: true });
    for (const key of ['host_key', 'user_key']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)], { env: world.environment() });
    await writeFile(at('authorized_keys'), await readFile(at('user_key.pub'), 'utf8'));
    await writeFile(at('sshd_config'), [`HostKey ${at('host_key')}`, `AuthorizedKeysFile ${at('authorized_keys')}`, 'StrictModes no',
      'UsePAM no', 'PasswordAuthentication no', 'PidFile none', 'Subsystem sftp internal-sftp', ''].join('\n'));
    await writeFile(at('known_hosts'), `vault ${await readFile(at('host_key.pub'), 'utf8')}`);
    await writeFile(at('ssh_config'), ['Host vault', `  User ${userInfo().username}`, `  IdentityFile ${at('user_key')}`, '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${at('known_hosts')}`, '  BatchMode yes', `  ProxyCommand /usr/sbin/sshd -i -f ${at('sshd_config')} -E ${at('sshd.log')}`, ''].join('\n'));
    await server.writeClient(at('bin'), at('ssh_config'));
    if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    return server;
  }

  // ssh reads the configuration of the account, wherever HOME points; a program before it in PATH names ours.
  async writeClient(folder, config) {
    this.clientPath = folder;
    await mkdir(folder);
    await writeFile(`${folder}/ssh`, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`);
    await chmod(`${folder}/ssh`, 0o755);
  }

  repository(name) { return { url: `sftp:vault:${this.folder}/repositories/${name}`, password: 'repository password' }; }
  localPath(name) { return `${this.folder}/repositories/${name}`; }
}

