// Errors of the command line and of the files that steer it.

import { join } from 'node:path';
import { vi } from 'vitest';
import { reconcile } from '../../src/app/reconcile.ts';
import { writeFiles } from '../cli/cli-process.ts';
import { FakeMachine, YEAR } from '../runtime/fake-machine.ts';
import { command, type Provocations } from './provocation.ts';

const ORDERS = 'merchant,transaction_reference,amount,currency,placed_at\nshop-1,A-1,500,KES,2026-03-01T09:00:00Z\n';
const PERSON = ['people', 'create', '--data', '.', '--name', 'Asha Mushi', '--roles'];

export const USAGE: Provocations<
  | 'HESABU_USAGE'
  | 'HESABU_AS_OF_EARLIER'
  | 'HESABU_AS_OF_FUTURE'
  | 'HESABU_CLOCK_JUMPED'
  | 'HESABU_RULES_INVALID'
  | 'HESABU_MAPPING_INVALID'
  | 'HESABU_NOT_FOUND'
  | 'HESABU_KEY_UNKNOWN'
  | 'HESABU_PERSON_UNKNOWN'
  | 'HESABU_PERSON_EXISTS'
  | 'HESABU_ROLES_CONFLICT'
  | 'HESABU_ACCOUNT_UNKNOWN'
> = {
  HESABU_USAGE: (dir) => command(dir, 'reconcile'),
  HESABU_AS_OF_EARLIER: async (dir) => {
    const { 'orders.csv': orders } = writeFiles(dir, { 'orders.csv': ORDERS });
    const options = { orders: [orders], provider: 'mfs-africa', data: join(dir, 'books'), lang: 'en' } as const;
    await reconcile({ ...options, asOf: '2026-03-02T00:00:00Z' });
    return reconcile({ ...options, asOf: '2026-03-01T00:00:00Z' });
  },
  HESABU_AS_OF_FUTURE: (dir) => {
    writeFiles(dir, { 'orders.csv': ORDERS });
    vi.useFakeTimers({ now: Date.parse('2026-03-01T12:00:00Z'), toFake: ['Date'] });
    return reconcile({
      ...{ orders: [join(dir, 'orders.csv')], provider: 'mfs-africa', lang: 'en' },
      asOf: '2036-03-01T00:00:00Z',
    }).finally(() => vi.useRealTimers());
  },
  HESABU_CLOCK_JUMPED: async (dir) => {
    const { 'orders.csv': orders } = writeFiles(dir, { 'orders.csv': ORDERS });
    const machine = new FakeMachine();
    const options = {
      orders: [orders],
      provider: 'mfs-africa',
      data: join(dir, 'books'),
      lang: 'en',
      machine,
    } as const;
    await reconcile(options);
    machine.jump(YEAR);
    return reconcile(options);
  },
  HESABU_RULES_INVALID: (dir) => {
    writeFiles(dir, { 'orders.csv': ORDERS, 'rules.yaml': 'grace: { payment: 2h }' });
    return command(dir, 'reconcile', '--orders', 'orders.csv', '--rules', 'rules.yaml');
  },
  HESABU_MAPPING_INVALID: (dir) => {
    writeFiles(dir, { 'orders.csv': ORDERS, 'mapping.yaml': 'orders: { columns: { amuont: Paid } }' });
    return command(dir, 'reconcile', '--orders', 'orders.csv', '--mapping', 'mapping.yaml');
  },
  HESABU_NOT_FOUND: async (dir) => {
    const { 'orders.csv': orders } = writeFiles(dir, { 'orders.csv': ORDERS });
    await reconcile({ orders: [orders], provider: 'mfs-africa', data: join(dir, 'books'), lang: 'en' });
    return command(dir, 'trace', 'A-l', '--data', 'books');
  },
  HESABU_ACCOUNT_UNKNOWN: (dir) => {
    const rules = 'accounts: { mfs-africa/kenya: [shop-1], mfs-africa/uganda: [shop-2] }';
    writeFiles(dir, { 'polls.jsonl': '{}\n', 'rules.yaml': rules });
    return command(dir, 'reconcile', '--polls', 'polls.jsonl', '--rules', 'rules.yaml');
  },
  HESABU_KEY_UNKNOWN: (dir) => command(dir, 'keys', 'revoke', 'k7f3', '--data', '.'),
  HESABU_PERSON_UNKNOWN: (dir) => command(dir, 'people', 'disable', 'p-0f3a9c51be77', '--data', '.'),
  HESABU_PERSON_EXISTS: async (dir) => {
    const create = () => command(dir, ...PERSON, 'operator@shop-1');
    await create();
    return (await create()).replace(/p-[0-9a-f]{12}/, 'ID');
  },
  HESABU_ROLES_CONFLICT: (dir) => command(dir, ...PERSON, 'admin@*', 'approver@*'),
};
