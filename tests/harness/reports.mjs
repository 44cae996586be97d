// Nodes that report: what they send, by whose key, and in what packing.

import assert from 'node:assert/strict';
import { Api } from './api.mjs';

export const kFleetKey = 'the one key for all customers';

// A report as a node with two disks and two containers sends it; `parts` over it.
export function sampleReport(parts = {}) {
  return {
    customer_id: 'acme',
    host: 'nas-01',
    timestamp: new Date().toISOString(),
    controller_version: '1.4.2',
    health: { status: 'ok', issues: [] },
    system: {
      hostname: 'nas-01.acme.example', os: 'Debian GNU/Linux 12 (bookworm)', kernel: '6.1.0-31-amd64', arch: 'x86_64', uptime_seconds: 86_400,
      boot_time: '2026-11-08T06:21:00Z', cpu: { percent: 12.5, cores: 4, load: [0.5, 0.25, 0.125], temperature_celsius: 51.5 },
      memory: { total_bytes: 8_000_000_000, used_bytes: 3_000_000_000, percent: 37.5 }, swap: { total_bytes: 2_000_000_000, used_bytes: 0, percent: 0 },
      disks: [
        { mount: '/', device: '/dev/sda1', label: 'system', uuid: '5f0c2d2e', fstype: 'ext4', total_bytes: 100_000, used_bytes: 40_000, percent: 40, inodes_percent: 9, smart_status: 'passed' },
        { mount: '/srv', device: '/dev/sdb1', label: 'data', uuid: '0b9d6a5e', fstype: 'xfs', total_bytes: 1_000_000, used_bytes: 500_000, percent: 50, inodes_percent: 2, smart_status: 'passed' },
      ],
    },
    containers: {
      total: 2, running: 2, unhealthy: 0,
      items: [
        { name: 'web', image: 'nextcloud:30', state: 'running', health: 'healthy', restarts: 0, cpu_percent: 3.5, memory_bytes: 400_000_000 },
        { name: 'db', image: 'mariadb:11', state: 'running', health: 'healthy', restarts: 1, cpu_percent: 112.5, memory_bytes: 700_000_000 },
      ],
    },
    backup: {
      last_run: new Date(Date.now() - 3_600_000).toISOString(), last_status: 'success', age_seconds: 3600, snapshot_count: 61,
      repository_size_bytes: 812_000_000_000, next_run: new Date(Date.now() + 82_800_000).toISOString(),
    },
    config_hash: 'sha256:6b1f0ad7',
    ...parts,
  };
}

export const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

// A hub with the people that every endpoint is asked about: `admin` is signed in, `owner` has the key of the customer acme,
// `outsider` that of the customer other, `fleet` the key of hub.yaml, `nobody` has nothing. acme has the host nas-01.
export async function customersHub(world, { config, ...options } = {}) {
  const hub = await world.signedInHub({ config: { ...config, api: { report_api_key: kFleetKey } }, ...options });
  const people = { hub, admin: hub.api, fleet: new Api(hub, { bearer: kFleetKey }), nobody: new Api(hub) };
  for (const [person, slug] of [['owner', 'acme'], ['outsider', 'other']]) {
    const customer = await hub.api.post('/api/v1/customers', { slug, name: `The ${slug} company` }, 201);
    const made = await hub.api.post(`/api/v1/customers/${slug}/keys`, {}, 201);
    people[person] = new Api(hub, { bearer: made.key });
    people[person].customer = customer.id;
    people[person].keyId = made.id;
  }
  const received = await people.owner.post('/api/v1/report', sampleReport(), 201);
  await people.outsider.post('/api/v1/report', sampleReport({ customer_id: 'other', host: 'far-01' }), 201);
  return { ...people, host: received.host_id };
}

// What the admin sees of customers, hosts and reports; `changesNothing` compares it before and after.
export async function everything(admin) {
  const { customers } = await admin.get('/api/v1/customers?limit=1000');
  const { hosts } = await admin.get('/api/v1/hosts?limit=1000&sort=name');
  const reports = await Promise.all(hosts.map((host) => admin.get(`/api/v1/hosts/${host.id}/reports?limit=1000`)));
  return { customers: customers.map(({ name, slug, hosts: counts, pause, keys }) => ({ name, slug, counts, pause, keys })), hosts, reports };
}

export async function changesNothing(admin, body) {
  const before = await everything(admin);
  await body();
  assert.deepEqual(await everything(admin), before);
}

// zstd without compressing: frames of blocks as they are, or of one byte repeated, as RFC 8878 has them.
export function zstdFrame(bytes) {
  const blocks = [];
  for (let at = 0; at === 0 || at < bytes.length; at += kZstdBlock) blocks.push(bytes.subarray(at, at + kZstdBlock));
  return Buffer.concat([zstdHead(bytes.length), ...blocks.flatMap((block, i) => [zstdBlockHead(0, block.length, i === blocks.length - 1), block])]);
}

// A few hundred bytes that unpack to `megabytes`, within a window of 8 MiB.
export function zstdBomb(megabytes) {
  const count = megabytes * 8;
  const blocks = Array.from({ length: count }, (_, i) => [zstdBlockHead(1, kZstdBlock, i === count - 1), Buffer.from(' ')]);
  return Buffer.concat([kZstdMagic, Buffer.from([0x00, 0x68]), ...blocks.flat()]);
}

const kZstdBlock = 128 * 1024;
const kZstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

function zstdHead(size) {
  const head = Buffer.from([0xa0, 0, 0, 0, 0]);
  head.writeUInt32LE(size, 1);
  return Buffer.concat([kZstdMagic, head]);
}

function zstdBlockHead(type, size, last) {
  const head = Buffer.alloc(3);
  head.writeUIntLE((size << 3) | (type << 1) | Number(last), 0, 3);
  return head;
}
