// Programs under test as child processes, with what they print.

import { spawn } from 'node:child_process';
import { waitFor, within } from './wait.mjs';

export class Child {
  constructor(name, command, args, { env = {}, cwd, input } = {}) {
    this.name = name;
    this.stdout = '';
    this.stderr = '';
    this.running = true;
    this.process = spawn(command, args, { env, cwd, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    this.process.stdout.setEncoding('utf8').on('data', (text) => { this.stdout += text; });
    this.process.stderr.setEncoding('utf8').on('data', (text) => { this.stderr += text; });
    this.ended = new Promise((resolve) => {
      const end = (how) => {
        this.running = false;
        resolve(how);
      };
      this.process.on('close', (code, signal) => end({ code, signal }));
      this.process.on('error', (error) => {
        this.stderr += `${error.message}\n`;
        end({ code: null, signal: null });
      });
    });
    if (input !== undefined) this.process.stdin.on('error', () => {}).end(input);
  }

  get pid() { return this.process.pid; }

  // The first match of `pattern` in the standard output; an error when the program ends without it.
  async line(pattern) {
    const match = await waitFor(`${this.name} to print ${pattern}`, () => this.stdout.match(pattern) ?? !this.running);
    if (match === true) throw new Error(`${this.name} has ended:\n${this.stderr}`);
    return match;
  }

  // Sends the signal and waits for the end. Returns {code, signal}.
  async stop(signal = 'SIGTERM') {
    if (this.running) this.process.kill(signal);
    return within(`${this.name} to end on ${signal}`, this.ended);
  }

  get log() { return `--- ${this.name}\n${this.stdout}${this.stderr}`; }
}

// Runs a program to its end: {code, signal, stdout, stderr}.
export async function run(command, args, options = {}) {
  const child = new Child(command, command, args, options);
  const how = await within(`${command} ${args.join(' ')}`, child.ended, 120_000);
  return { ...how, stdout: child.stdout, stderr: child.stderr };
}
