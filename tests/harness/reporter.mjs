// A machine without an agent: it has a key of its customer and sends reports.

import { Api } from './api.mjs';

export class Reporter {
  // Makes the customer, if it is not there, and a key for it.
  static async make(hub, customer = 'harbour', name = customer) {
    const added = await hub.api.send('POST', '/api/v1/customers', { slug: customer, name });
    if (added.status !== 201 && added.status !== 409) throw new Error(added.text);
    const { key } = await hub.api.post(`/api/v1/customers/${customer}/keys`, {}, 201);
    return new Reporter(hub, customer, key);
  }

  constructor(hub, customer, key) {
    this.customer = customer;
    this.api = new Api(hub, { bearer: key });
  }

  // A host that is well unless `changes` says otherwise; `age` in seconds sends it from the past.
  send(host, { age = 0, cpu = 12, memory = 41, disk = 52, backupAge = 3600, health = 'ok', issues = [], containers = 3, ...more } = {}) {
    return this.api.post('/api/v1/report', {
      customer_id: this.customer,
      host,
      timestamp: new Date(Date.now() - age * 1000).toISOString(),
      controller_version: '3.2.0',
      health: { status: health, issues },
      system: {
        hostname: host, os: 'Debian GNU/Linux 12 (bookworm)', kernel: '6.1.0', arch: 'x86_64', uptime_seconds: 86400,
        cpu: { percent: cpu, cores: 4, load: [0.5, 0.4, 0.3] },
        memory: { total_bytes: 8 * 2 ** 30, used_bytes: Math.round(8 * 2 ** 30 * memory / 100), percent: memory },
        disks: [{ mount: '/srv', device: 'sda1', fstype: 'ext4', total_bytes: 2 ** 40, used_bytes: Math.round(2 ** 40 * disk / 100), percent: disk }],
      },
      containers: { total: containers, running: containers, unhealthy: 0, items: [] },
      backup: { last_run: new Date(Date.now() - (age + backupAge) * 1000).toISOString(), last_status: 'success', age_seconds: backupAge, snapshot_count: 7, repository_size_bytes: 2 ** 33 },
      ...more,
    }, 201);
  }

  // A whole day of reports, one each half hour, without those of hours `gap`.
  async sendDay(host, { gap = [] } = {}) {
    for (let half = 47; half >= 0; half--) {
      if (gap.includes(Math.floor(half / 2))) continue;
      await this.send(host, { age: half * 1800, cpu: 10 + (half % 10) * 5 });
    }
  }
}
