// An agent's side of the WebSocket by hand, to say what no good agent would.

import { WebSocket } from 'ws';
import { waitFor, within } from './wait.mjs';

export class Wire {
  // Connects with a bearer; rejects with the HTTP status when the hub refuses.
  static async connect(hub, bearer) {
    const wire = new Wire();
    wire.messages = [];
    wire.socket = new WebSocket(`${hub.url.replace('http', 'ws')}/ws/agent`, { headers: { authorization: `Bearer ${bearer}` }, maxPayload: 0 });
    wire.socket.on('message', (data) => wire.messages.push(JSON.parse(data)));
    wire.closed = new Promise((resolve) => wire.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    await within('the handshake', new Promise((resolve, reject) => {
      wire.socket.on('open', resolve).on('error', reject);
      wire.socket.on('unexpected-response', (_, answer) => reject(new Error(`HTTP ${answer.statusCode}`)));
    }));
    return wire;
  }

  static async greeted(hub, bearer, hello = {}) {
    const wire = await Wire.connect(hub, bearer);
    wire.say('hello', { ...kHello, time: new Date().toISOString(), ...hello });
    await wire.hears('welcome');
    return wire;
  }

  say(type, payload) { this.socket.send(JSON.stringify({ type, id: '', payload })); }
  raw(data) { this.socket.send(data); }

  hears(type) { return waitFor(`a ${type} message`, () => this.messages.find((message) => message.type === type)?.payload); }
  // How the hub ended the connection: {code, reason}.
  end() { return within('the connection to end', this.closed); }
  close() { this.socket.close(); }
}

export const kHello = {
  version: 1, agent_version: '0.1.0', hostname: 'wire', os: 'Debian GNU/Linux 12 (bookworm)', arch: 'x86_64', kernel: '6.1.0',
  restic_version: '0.14.0', jobs: [],
};
