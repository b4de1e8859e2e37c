// Money that goes back at Paystack, however it is told: by webhook, in lists, in a settlement; and the payment that it
// belongs to, also where the merchant's references are not those of Paystack.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { assess } from '../../../src/matching/assess.ts';
import { compileRules, parseRules } from '../../../src/matching/rules.ts';
import { sourceClaims } from '../../../src/projections/lookup.ts';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { fold, order as orderOf } from '../../matching/given.ts';
import { order, withLiveLedger } from '../../service/ledger/given-live-ledger.ts';
import { readBody } from '../body-reader.ts';

const RULES = compileRules(parseRules({}));
const ORDER = orderOf({ id: 'order:T-77', amount: '1000.00', placed_at: Date.parse('2026-06-01T11:00:00Z') });

const CHARGE = {
  ...{ id: 302961, status: 'success', reference: 'T-77', amount: 100000, currency: 'KES', fees: 1500 },
  ...{ paid_at: '2026-06-01T11:05:00.000Z', created_at: '2026-06-01T11:04:00.000Z', metadata: { order_id: 'O-9' } },
};
const EVENT = { transaction_reference: 'T-77', refund_reference: '1320', amount: '25000', currency: 'KES' };
const LISTED = {
  ...{ id: 9, transaction: 302961, dispute: null, settlement: null, amount: 25000, deducted_amount: 25000 },
  ...{ currency: 'KES', fully_deducted: true, status: 'processed', refunded_at: '2026-06-01T11:40:00.000Z' },
  ...{ createdAt: '2026-06-01T11:30:00.000Z' },
};
const DISPUTE = {
  ...{ id: 20, refund_amount: 25000, currency: 'KES', status: 'resolved', resolution: 'merchant-accepted' },
  ...{ transaction: { id: 302961, reference: 'T-77', metadata: '' }, resolvedAt: '2026-06-01T11:50:00.000Z' },
};
const OWN = { settings: { reference: 'metadata.order_id' } };

const webhook = (event: string, data: object, given: object = OWN) =>
  readBody(PAYSTACK, 'webhook', { event, data }, given).facts;
const listed = (data: unknown, given: object = OWN) => readBody(PAYSTACK, 'poll', { status: true, data }, given).facts;
const settled = (data: unknown, about: Record<string, string>, given: object = {}) =>
  readBody(PAYSTACK, 'settlement', { status: true, data }, { ...given, about });

/** The facts that lie under the order, however they came there. */
async function underOrder(reference: string, facts: readonly Fact[]): Promise<string[]> {
  return withLiveLedger(async ({ ledger }) => {
    await ledger.writer.append([order(reference), ...facts]);
    await ledger.loop.catchUp();
    const found = async () => sourceClaims((await ledger.reader.findKey(reference))?.claims ?? []);
    await expect.poll(async () => (await found()).length, { timeout: 5_000 }).toBe(facts.length + 1);
    return (await found()).map(({ id }) => id).sort();
  });
}

describe("an account whose references are the shop's own", () => {
  const charge = () => webhook('charge.success', CHARGE);

  test('keeps the reference of Paystack as an id of the payment', () => {
    expect(charge()).toMatchObject([
      { transaction_reference: 'O-9', body: { provider_transaction_id: '302961', aliases: { reference: 'T-77' } } },
    ]);
    expect('aliases' in webhook('charge.success', CHARGE, {})[0]!.body).toBe(false);
  });

  test.each([
    ['a webhook of a refund', () => webhook('refund.processed', EVENT)],
    ['a webhook of a refund without an id', () => webhook('refund.pending', { ...EVENT, refund_reference: null })],
    ['a refund of a list', () => listed([LISTED])],
    ['a webhook of a dispute', () => webhook('charge.dispute.resolve', DISPUTE)],
    ['a dispute of a list', () => listed([DISPUTE])],
    [
      'a refund of a settlement',
      () => settled([{ ...LISTED, settlement: 30 }], { settlements: '30@2026-06-02' }, OWN).facts,
    ],
  ])('finds the payment of %s', async (_what, facts) => {
    const returns = facts();
    expect(returns).toHaveLength(1);
    const all = [...charge(), ...returns];
    expect(await underOrder('O-9', all)).toEqual(['order:O-9', ...all.map(({ id }) => id)].sort());
  });

  test('takes the reference where the transaction beside has it', () => {
    const transaction = { ...DISPUTE.transaction, metadata: { order_id: 'O-9' } };
    expect(webhook('charge.dispute.resolve', { ...DISPUTE, transaction })).toMatchObject([
      { transaction_reference: 'O-9', body: { original_transaction_id: '302961' } },
    ]);
  });

  test('that takes the id of the transaction takes it of returns too', () => {
    const byId = { settings: { reference: 'id' } };
    expect(webhook('charge.success', CHARGE, byId)).toMatchObject([{ transaction_reference: '302961' }]);
    expect(listed([LISTED, DISPUTE], byId)).toMatchObject([
      { transaction_reference: '302961' },
      { transaction_reference: '302961' },
    ]);
  });
});

describe('a refund of a list', () => {
  test('has its own id and the one of the bank', () => {
    expect(listed([{ ...LISTED, bank_reference: '132013318360' }], {})).toMatchObject([
      {
        body: {
          ...{ kind: 'refund', status: 'succeeded', provider_transaction_id: '9', original_transaction_id: '302961' },
          aliases: { bank_reference: '132013318360' },
        },
      },
    ]);
  });

  test.each([
    ['processed', 'charged_back'],
    ['processing', 'disputed'],
    ['failed', 'unclassified'],
  ])('that a dispute led to and that is %s is the dispute, which is %s', (word, status) => {
    expect(listed([{ ...LISTED, status: word, dispute: 20 }], {})).toMatchObject([
      { body: { kind: 'chargeback', status, provider_transaction_id: '20', amount: '250.00' } },
    ]);
  });
});

describe('a refund that a webhook and a list name differently', () => {
  const webhooks = (...references: readonly string[]) =>
    references.flatMap((refund_reference) => webhook('refund.processed', { ...EVENT, refund_reference }, {}));
  const taken = (...ids: readonly number[]) =>
    settled(
      ids.map((id) => ({ ...LISTED, id, settlement: 30 })),
      { settlements: '30@2026-06-02' },
    ).facts;
  const lines = (settlement_id: string) => settled([CHARGE], { settlement_id, settlement_date: '2026-06-02' }).facts;

  test.each([
    ['one', ['1320'], [9], 25000n],
    ['two alike', ['1320', '1321'], [9, 10], 50000n],
    ['two alike of which one webhook was lost', ['1320'], [9, 10], 50000n],
  ])('is given back, and taken from the settlement, once for each: %s', (_what, references, ids, returned) => {
    const claims = [
      ORDER,
      ...webhook('charge.success', CHARGE, {}),
      ...webhooks(...references),
      ...listed(
        ids.map((id) => ({ ...LISTED, id })),
        {},
      ),
      ...lines('30'),
      ...taken(...ids),
    ];
    const { findings, money } = assess(fold(claims), RULES, Date.parse('2026-08-01T00:00:00Z'));
    expect(findings.flatMap(({ reason }) => reason ?? [])).toEqual([]);
    expect(money).toEqual([{ currency: 'KES', received: 100000n, returned }]);
  });

  test('and that no settlement took is missed', () => {
    const claims = [ORDER, ...webhook('charge.success', CHARGE, {}), ...webhooks('1320'), ...lines('30')];
    const { findings } = assess(fold(claims), RULES, Date.parse('2026-08-01T00:00:00Z'));
    expect(findings.flatMap(({ reason }) => reason ?? [])).toEqual(['REVERSAL_NOT_SETTLED']);
  });
});

describe('a refund in a settlement', () => {
  const about = { settlement_id: '30', settlement_date: '2026-06-02' };

  test.each([30, '30', { id: 30 }])('names it as %j', (settlement) => {
    expect(settled([{ ...LISTED, settlement }], about)).toMatchObject({
      rejects: [],
      facts: [
        {
          ...{ payout: '30', line: 'refund:9' },
          body: {
            ...{ line_type: 'refund', gross: '-250.00', fee: null, currency: 'KES', settlement_date: '2026-06-02' },
            ...{ provider_transaction_id: null, original_transaction_id: '302961' },
          },
        },
      ],
    });
  });

  test.each([
    ['no settlement', { settlement: null }],
    ['another settlement', { settlement: 31 }],
    ['a settlement that took nothing yet', { settlement: 30, deducted_amount: 0 }],
  ])('is no line of it with %s', (_what, more) => {
    expect(settled([{ ...LISTED, ...more }], about)).toMatchObject({ facts: [], rejects: [], ignored: [{ id: '9' }] });
  });

  test.each([
    ['no id', { id: null }, 'data[0].id'],
    ['no amount', { amount: null, deducted_amount: null }, 'data[0].deducted_amount'],
    ['words for an amount', { deducted_amount: 'ten' }, 'data[0].deducted_amount'],
    ['a settlement of another shape', { settlement: [30] }, 'data[0].settlement'],
  ])('is rejected by its field with %s', (_what, more, field) => {
    expect(settled([{ ...LISTED, settlement: 30, ...more }], about)).toMatchObject({ facts: [], rejects: [{ field }] });
  });

  test('counts what was deducted, not what was asked for', () => {
    const { facts } = settled([{ ...LISTED, settlement: 30, deducted_amount: 20000 }], about);
    expect(facts).toMatchObject([{ body: { gross: '-200.00' } }]);
  });
});
