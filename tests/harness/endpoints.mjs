// Every endpoint of the published document, and a hub that has something for each of them to be about.

import { openApi } from './openapi.mjs';
import { customersHub } from './reports.mjs';

export const kNobody = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

// Those that ask neither for a session nor for a key.
export const kOpen = [
  'setUp', 'signIn', 'signOut', 'enrol', 'announce', 'announcementState', 'proveKey', 'rotateOwnBearer', 'showOpenApi', 'healthz', 'readyz',
];

// The people of customersHub, with `operations` and the `ids` that their paths name.
export async function furnishedHub(world) {
  const people = await customersHub(world);
  const { admin, owner, host } = people;
  const repository = await admin.addRepository({ name: 'Vault', url: world.path('vault'), password: 'repository password' });
  await admin.link(host, repository.id);
  const group = await admin.post(`/api/v1/hosts/${host}/source-groups`, { name: 'All', paths: ['/srv'] }, 201);
  const schedule = await admin.post('/api/v1/schedules', { name: 'Yearly', cron: '@yearly', timezone: 'UTC', applies_to: { hosts: [host] } }, 201);
  const job = await admin.backUp(host);
  const token = await admin.post('/api/v1/enrolment-tokens', {}, 201);
  const { reports } = await admin.get(`/api/v1/hosts/${host}/reports`);
  const ids = {
    hosts: host, customers: owner.customer, 'source-groups': group.id, repositories: repository.id, repository: repository.id,
    schedules: schedule.id, jobs: job.id, 'enrolment-tokens': token.id, key: owner.keyId, tag: 'lab', report: reports[0].id,
  };
  return { ...people, ids, operations: [...(await openApi(people.hub)).operations()] };
}

// The target of a path: `ids` by the resource that `{id}` belongs to, or by name; whatever is missing is nobody's.
export function targetOf(path, ids) {
  return path.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? ids[path.split('/')[3]] : ids[name]) ?? kNobody);
}
