// Polls: the meaning of raw statuses, and when two responses are the same claim.
import { describe, expect, test } from 'vitest';
import { PAYMENT_STATUSES } from '../../../src/domain/fact.ts';
import { paymentOf, read } from '../import-helpers.ts';

const POLL = {
  transaction_reference: 'R1',
  transaction_id: 'T1',
  status: 'success',
  amount: '10.00',
  currency: 'KES',
  updated_at: '2026-01-31T09:00:00Z',
  polled_at: '2026-01-31T09:05:00Z',
};
const one = (poll: object) => read('polls', JSON.stringify({ ...POLL, ...poll }));

describe('a poll', () => {
  test('names its account, in its id too', async () => {
    const [none, kenya] = [null, 'kenya'].map((account) => read('polls', JSON.stringify(POLL), { account }));
    const [bare] = (await none!).facts;
    const [named] = (await kenya!).facts;
    expect([bare?.account, named?.account]).toEqual([null, 'kenya']);
    expect(named?.id).toBe(bare?.id.replace('mfs-africa:', 'mfs-africa/kenya:'));
  });

  test('becomes one fact with the time of the last change of status', async () => {
    const { facts, topics } = await one({ fee: '0.15', operator_transaction_id: 'O1', request_id: 'Q1' });
    expect(topics).toEqual(['polls.v1']);
    expect(facts[0]).toMatchObject({
      occurred_at: Date.UTC(2026, 0, 31, 9),
      transaction_reference: 'R1',
      merchant: '',
    });
    expect(paymentOf(facts[0])).toEqual({
      type: 'PaymentObserved',
      via: 'poll',
      kind: 'payment',
      status: 'succeeded',
      word: null,
      provider_transaction_id: 'T1',
      original_transaction_id: null,
      operator_transaction_id: 'O1',
      request_id: 'Q1',
      amount: '10.00',
      currency: 'KES',
      fee: '0.15',
      operator: null,
      msisdn: null,
    });
  });

  test('without updated_at has no time of its own', async () => {
    expect((await one({ updated_at: null })).facts[0]?.occurred_at).toBeNull();
  });

  const own = PAYMENT_STATUSES.filter((status) => status !== 'unclassified');
  test.each<[string, string, string | null]>([
    ...own.map((status): [string, string, null] => [status, status, null]),
    ['success', 'succeeded', null],
    ['successful', 'succeeded', null],
    ['completed', 'succeeded', null],
    ['authorized', 'authorised', null],
    ['SUCCESS', 'succeeded', null],
    ['Pending', 'pending', null],
    ['MR101', 'succeeded', null],
    ['MR102', 'inconclusive', null],
    ['MR103', 'inconclusive', null],
    ['TA', 'inconclusive', null],
    ['mr101', 'unclassified', 'mr101'],
    ['ta', 'unclassified', 'ta'],
    ['cashed_out', 'unclassified', 'cashed_out'],
    ['unclassified', 'unclassified', 'unclassified'],
  ])('of status %s is %s', async (written, status, word) => {
    expect(paymentOf((await one({ status: written })).facts[0])).toMatchObject({ kind: 'payment', status, word });
  });

  test.each(['success', 'reversed', 'refunded', 'charged_back', 'MR101'])(
    'of status %s says how much',
    async (status) => {
      expect((await one({ status, amount: null })).faults).toEqual(['1 amount HESABU_FIELD_MISSING']);
      expect((await one({ status, currency: null })).faults).toEqual(['1 currency HESABU_FIELD_MISSING']);
    },
  );

  test.each(['failed', 'pending', 'initiated', 'expired', 'voided', 'authorised', 'TA', 'other'])(
    'of status %s need not',
    async (status) => {
      const { facts } = await one({ status, amount: null, currency: null });
      expect(paymentOf(facts[0])).toMatchObject({ amount: null, currency: null });
      expect((await one({ status, amount: '-1' })).faults).toEqual(['1 amount HESABU_AMOUNT_RANGE']);
    },
  );

  test.each([
    [{ status: '' }, '1 status HESABU_FIELD_MISSING'],
    [{ updated_at: '2026-01-31 09:00:00' }, '1 updated_at HESABU_TIME_INVALID'],
    [{ transaction_reference: null, transaction_id: null }, '1 transaction_reference HESABU_FIELD_MISSING'],
    [{ transaction_id: 'a\nb' }, '1 transaction_id HESABU_FIELD_INVALID'],
  ])('with %j is refused', async (change, fault) => {
    expect((await one(change)).faults).toEqual([fault]);
  });

  test('without a reference waits for resolution under its first id', async () => {
    const { facts, topics } = await one({ transaction_reference: null, request_id: 'Q1' });
    expect([topics[0], facts[0]?.transaction_reference]).toEqual(['polls.v1', '?mfs-africa:T1']);
  });
});

describe('two polls', () => {
  const idOf = async (change: object) => (await one(change)).facts[0]?.id;

  test('are one claim if they differ only in polled_at', async () => {
    const id = await idOf({});
    expect(id).toMatch(/^mfs-africa:poll:#[\w-]{22}$/);
    expect(await idOf({ polled_at: '2026-01-31T10:00:00Z' })).toBe(id);
    expect(await idOf({ polled_at: null })).toBe(id);
  });

  test.each(
    Object.entries({
      transaction_reference: 'R2',
      transaction_id: 'T2',
      status: 'pending',
      amount: '10.01',
      currency: 'USD',
      fee: '0',
      updated_at: '2026-01-31T09:00:01Z',
      operator_transaction_id: 'O1',
      request_id: 'O1',
    }),
  )('are two where they differ in %s', async (field, value) => {
    expect(await idOf({ [field]: value })).not.toBe(await idOf({}));
  });
});
