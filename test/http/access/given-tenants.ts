// For tests: three shops on one ledger, each with an account of its own, what each account truly says, and everything
// that one can say of another shop's orders.
import { type Fact, LINE_TYPES, PAYMENT_STATUSES } from '../../../src/domain/fact.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { OneRow } from '../../../src/producers/files/one-row.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import { initiatedFact } from '../../../src/producers/gateway-answers.ts';
import { NOON, order } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from '../api/given-api.ts';

export const TENANTS = ['a', 'b', 'c'] as const;
export type Tenant = (typeof TENANTS)[number];
export const RULES = parseRules({
  accounts: {
    ...Object.fromEntries(TENANTS.map((tenant) => [`mfs-africa/${tenant}`, [`shop-${tenant}`]])),
    'mfs-africa/main': ['*'],
  },
  merchants: Object.fromEntries(TENANTS.map((tenant) => [`shop-${tenant}`, { prefix: prefixOf(tenant) }])),
});
const EVENTS = [
  ...['success', 'failed', 'pending', 'expired', 'authorized', 'voided', 'reversed', 'blessed'].map(
    (word) => `payment.${word}`,
  ),
  ...['refund.success', 'chargeback.opened', 'chargeback.won', 'chargeback.lost'],
];
/** An order is paid, one has an attempt in progress, and one has nothing yet. */
export const STAGES = ['paid', 'tried', 'new'] as const;
type Stage = (typeof STAGES)[number];

export function prefixOf(tenant: Tenant): string {
  return `${tenant.toUpperCase()}-`;
}
export const refOf = (tenant: Tenant, stage: Stage) => `${prefixOf(tenant)}${stage}`;
export const idOf = (tenant: Tenant, stage: Stage) => `T-${tenant}-${stage}`;

function say(account: string, kind: FileKind, row: object): Fact {
  const context = { provider: 'mfs-africa', account, pseudonym: (text: string) => `#${text.length}` };
  const reading = new OneRow(CANONICAL_FORMATS[kind], context).read(JSON.stringify(row), 'x1', NOON);
  if ('fault' in reading) throw new Error(JSON.stringify(reading.fault));
  return reading.fact;
}

export const hook = (account: string, id: string, event: string, data: object) =>
  say(account, 'callbacks', {
    ...{ id, event, created_at: '2026-06-01T11:05:00Z' },
    data: { amount: '1000.00', currency: 'KES', completed_at: '2026-06-01T11:05:00Z', ...data },
  });

/** How a claim can name the payment of an order. */
function namesOf(victim: Tenant, stage: Stage): Readonly<Record<string, string>>[] {
  const id = idOf(victim, stage);
  return [
    { transaction_reference: refOf(victim, stage), transaction_id: id },
    { transaction_reference: refOf(victim, stage), transaction_id: `other-${id}`, original_transaction_id: id },
    { transaction_id: id },
    { transaction_id: `own-${id}`, original_transaction_id: id },
    { transaction_id: `by-${id}`, request_id: `Q-${id}`, operator_transaction_id: `O-${id}` },
  ];
}

/** Everything that an account can say of an order of another shop: each kind, by each way, under each name. */
export function attacksBy(account: Tenant, victim: Tenant): Fact[] {
  const facts: Fact[] = [];
  for (const stage of STAGES) {
    for (const [at, { original_transaction_id, ...named }] of namesOf(victim, stage).entries()) {
      const original = original_transaction_id === undefined ? {} : { original_transaction_id };
      const tag = `${account}-${victim}-${stage}-${at}`;
      for (const event of EVENTS) facts.push(hook(account, `${tag}-${event}`, event, { ...named, ...original }));
      // The id of an event that the victim's own account sent.
      facts.push(hook(account, `ev-${victim}-${stage}`, 'payment.failed', { ...named, ...original }));
      for (const status of PAYMENT_STATUSES) {
        const row = { amount: '1.00', currency: 'KES', updated_at: '2026-06-01T11:30:00Z', status };
        facts.push(say(account, 'polls', { ...named, ...row }));
      }
      for (const type of LINE_TYPES) {
        const dated = { currency: 'KES', settlement_date: '2026-06-02', fee_deduction: '500.00' };
        const comesIn = ['payment', 'fee', 'release', 'return_failed'].includes(type);
        const amount_received = comesIn ? '1.00' : '-1000.00';
        facts.push(
          say(account, 'settlements', { line_id: `L-${tag}`, ...named, ...original, type, amount_received, ...dated }),
        );
      }
    }
    for (const kind of ['payment', 'refund'] as const) {
      const ids = { provider_transaction_id: `I-${account}-${kind}`, request_id: null };
      const asked = { provider: 'mfs-africa', account, reference: refOf(victim, stage), raw: 'x1', receivedAt: NOON };
      const accepted = { kind, name: `${account}-${victim}-${stage}`, at: NOON };
      const original_transaction_id = kind === 'refund' ? idOf(victim, stage) : null;
      facts.push(
        initiatedFact(
          { ...asked, msisdn: '#9', operator: null },
          { ...accepted, ids: { ...ids, original_transaction_id } },
        ),
      );
    }
  }
  return facts;
}

/** What each account truly says of its own shop. */
export function truthOf(tenant: Tenant): Fact[] {
  const of = (stage: Stage) => {
    const id = idOf(tenant, stage);
    const ids = { transaction_id: id, request_id: `Q-${id}`, operator_transaction_id: `O-${id}` };
    return { transaction_reference: refOf(tenant, stage), ...ids };
  };
  const [paid, tried] = [of('paid'), of('tried')];
  const settled = { type: 'payment', amount_received: '1000.00', currency: 'KES', settlement_date: '2026-06-02' };
  return [
    ...STAGES.map((stage) => order(refOf(tenant, stage), { merchant: `shop-${tenant}` })),
    hook(tenant, `ev-${tenant}-paid`, 'payment.success', paid),
    hook(tenant, `ev-${tenant}-tried`, 'payment.failed', tried),
    say(tenant, 'settlements', { ...paid, ...settled }),
  ];
}

export async function withTenants(work: (given: Given, keys: Record<Tenant, string>) => Promise<void>): Promise<void> {
  await givenApi(async (given) => {
    given.ledger.loop.rules = RULES;
    const keys = Object.fromEntries(TENANTS.map((one) => [one, given.key('shop', `shop-${one}`)])) as never;
    await given.ledger.writer.append(TENANTS.flatMap(truthOf));
    await given.ledger.loop.catchUp();
    await work(given, keys);
  });
}
