// Callbacks: the meaning of each event, its ids, and its optional fields.
import { describe, expect, test } from 'vitest';
import { IMPORT_ID, paymentOf, RECEIVED_AT, read } from '../import-helpers.ts';

const DATA = {
  transaction_reference: 'R1',
  transaction_id: 'T1',
  amount: '10.00',
  currency: 'KES',
  status: 'success',
  completed_at: '2026-01-31T09:00:05Z',
};
const BODY = { id: 'e1', event: 'payment.success', created_at: '2026-01-31T09:00:00Z', data: DATA };
const one = (body: unknown) => read('callbacks', `${JSON.stringify(body)}\n`);
const withData = (data: object) => ({ ...BODY, data: { ...DATA, ...data } });

describe('a callback', () => {
  test('becomes one fact', async () => {
    const extra = { fee: '0.125', operator: 'mpesa', msisdn: '+254700000001', request_id: 'Q1' };
    const { facts, topics } = await one(withData({ ...extra, operator_transaction_id: 'O1' }));
    expect(topics).toEqual(['callbacks.v1']);
    expect(facts).toEqual([
      {
        id: 'mfs-africa:callback:e1',
        provider: 'mfs-africa',
        account: null,
        merchant: '',
        transaction_reference: 'R1',
        occurred_at: Date.UTC(2026, 0, 31, 9, 0, 5),
        received_at: RECEIVED_AT,
        raw: `${IMPORT_ID}/1`,
        forwarded: false,
        stated_at: null,
        import_id: 7,
        report: null,
        line: null,
        payout: null,
        body: {
          type: 'PaymentObserved',
          via: 'callback',
          kind: 'payment',
          status: 'succeeded',
          word: null,
          provider_transaction_id: 'T1',
          original_transaction_id: null,
          operator_transaction_id: 'O1',
          request_id: 'Q1',
          amount: '10.00',
          currency: 'KES',
          fee: '0.125',
          operator: 'mpesa',
          msisdn: 'KE:hash(254700000001)',
        },
      },
    ]);
  });

  test.each([
    ['payment.success', 'payment', 'succeeded', null],
    ['payment.failed', 'payment', 'failed', null],
    ['payment.pending', 'payment', 'pending', null],
    ['payment.expired', 'payment', 'expired', null],
    ['payment.authorized', 'payment', 'authorised', null],
    ['payment.voided', 'payment', 'voided', null],
    ['refund.success', 'refund', 'succeeded', null],
    ['payment.reversed', 'reversal', 'succeeded', null],
    ['chargeback.opened', 'chargeback', 'disputed', null],
    ['chargeback.won', 'chargeback', 'succeeded', null],
    ['chargeback.lost', 'chargeback', 'charged_back', null],
    ['payment.delayed', 'payment', 'unclassified', 'payment.delayed'],
    ['refund.pending', 'refund', 'pending', null],
    ['refund.failed', 'refund', 'failed', null],
    ['refund.lost', 'refund', 'unclassified', 'refund.lost'],
    ['chargeback.updated', 'chargeback', 'unclassified', 'chargeback.updated'],
    ['toString', 'payment', 'unclassified', 'toString'],
  ])('of event %s is a %s that %s (B17)', async (event, kind, status, word) => {
    const { facts } = await one({ ...BODY, event });
    expect(paymentOf(facts[0])).toMatchObject({ kind, status, word });
  });

  test('is decided by its event, not by the status in its data', async () => {
    const { facts } = await one({ ...withData({ status: 'success' }), event: 'payment.failed' });
    expect(paymentOf(facts[0]).status).toBe('failed');
  });

  test.each([
    ['completed_at', BODY, Date.UTC(2026, 0, 31, 9, 0, 5)],
    ['else created_at', withData({ completed_at: null }), Date.UTC(2026, 0, 31, 9)],
    ['otherwise no time', { ...withData({ completed_at: '' }), created_at: null }, null],
  ])('happened at %s', async (_, body, at) => {
    const { facts } = await one(body);
    expect(facts[0]?.occurred_at).toBe(at);
  });

  test('has the id of the returned payment', async () => {
    const { facts } = await one({ ...withData({ original_transaction_id: 'T0' }), event: 'refund.success' });
    expect(paymentOf(facts[0])).toMatchObject({ provider_transaction_id: 'T1', original_transaction_id: 'T0' });
  });

  test('can come as CSV with the fields of data as columns', async () => {
    const { facts } = await read(
      'callbacks',
      'id,event,created_at,transaction_reference,transaction_id,amount,currency,status,completed_at\n' +
        'e1,payment.success,2026-01-31T09:00:00Z,R1,T1,10,KES,success,2026-01-31T09:00:05Z\n',
    );
    const fromJson = await one(BODY);
    expect(facts).toEqual(fromJson.facts.map((fact) => ({ ...fact, raw: `${IMPORT_ID}/2` })));
  });
});

describe('the id of a callback without an event id', () => {
  const idOf = async (body: object) => (await one({ ...body, id: undefined })).facts[0]?.id;

  test('is the same for the same claim, and for another amount of it', async () => {
    const id = await idOf(BODY);
    expect(id).toMatch(/^mfs-africa:callback:#[\w-]{22}$/);
    expect(await idOf(BODY)).toBe(id);
    expect(await idOf(withData({ amount: '11.00' }))).toBe(id);
  });

  test.each([
    ['event', { ...BODY, event: 'payment.failed' }],
    ['reference', withData({ transaction_reference: 'R2' })],
    ['transaction_id', withData({ transaction_id: 'T2' })],
    ['request_id', withData({ request_id: 'Q1' })],
    ['operator_transaction_id', withData({ operator_transaction_id: 'Q1' })],
    ['completed_at', withData({ completed_at: null })],
  ])('is another for another %s', async (_, body) => {
    expect(await idOf(body)).not.toBe(await idOf(BODY));
  });
});

describe('a callback without a reference', () => {
  const keyOf = async (event: string, data: object) => {
    const { facts, topics, faults } = await one({ ...BODY, event, data: { amount: '1', currency: 'KES', ...data } });
    return faults[0] ?? `${topics[0]} ${facts[0]?.transaction_reference}`;
  };

  test.each([
    ['payment.success', { transaction_id: 'T1', request_id: 'Q1' }, 'callbacks.v1 ?mfs-africa:T1'],
    ['payment.success', { transaction_reference: ' ', request_id: 'Q1' }, 'callbacks.v1 ?mfs-africa:Q1'],
    ['payment.success', { operator_transaction_id: 'O1' }, 'callbacks.v1 ?mfs-africa:O1'],
    ['refund.success', { original_transaction_id: 'T0' }, 'callbacks.v1 ?mfs-africa:T0'],
    ['payment.success', { original_transaction_id: 'T0' }, '1 transaction_reference HESABU_FIELD_MISSING'],
    ['refund.success', {}, '1 transaction_reference HESABU_FIELD_MISSING'],
    [
      'refund.success',
      { transaction_reference: '?x:1', transaction_id: 'T' },
      '1 transaction_reference HESABU_REFERENCE_INVALID',
    ],
  ])('of event %s with %j: %s', async (event, data, outcome) => {
    expect(await keyOf(event, data)).toBe(outcome);
  });
});

describe('amount and currency', () => {
  const without = withData({ amount: null, currency: '' });

  test.each(['payment.failed', 'payment.pending', 'payment.expired', 'payment.voided', 'payment.authorized', 'x'])(
    'can be absent in %s, but must be valid if present',
    async (event) => {
      const { facts } = await one({ ...without, event });
      expect(paymentOf(facts[0])).toMatchObject({ amount: null, currency: null });
      expect((await one({ ...withData({ amount: 'x' }), event })).faults).toEqual(['1 amount HESABU_AMOUNT_INVALID']);
      expect((await one({ ...withData({ currency: null }), event })).faults).toEqual([
        '1 currency HESABU_FIELD_MISSING',
      ]);
    },
  );

  test.each(['payment.success', 'refund.success', 'payment.reversed', 'chargeback.opened', 'chargeback.won'])(
    'are required in %s',
    async (event) => {
      expect((await one({ ...without, event })).faults).toEqual(['1 amount HESABU_FIELD_MISSING']);
      expect((await one({ ...withData({ currency: null }), event })).faults).toEqual([
        '1 currency HESABU_FIELD_MISSING',
      ]);
    },
  );

  test.each(['amount', 'fee'])('%s must not be negative, and can be zero', async (field) => {
    expect((await one(withData({ [field]: '-1' }))).faults).toEqual([`1 ${field} HESABU_AMOUNT_RANGE`]);
    expect((await one(withData({ [field]: '0' }))).faults).toEqual([]);
  });
});

describe('a fee', () => {
  test.each([
    ['RWF', '0', '0'],
    ['RWF', '0.58', '0.58'],
    ['RWF', '0.580', '0.58'],
    ['RWF', '0.0000000000000000055', '0.0000000000000000055'],
    ['KES', '15', '15.00'],
    ['KES', '15.5', '15.50'],
    ['KES', '15.5000', '15.50'],
    ['TND', '0.1250', '0.125'],
  ])('in %s of %s is %s', async (currency, fee, kept) => {
    const { facts } = await one(withData({ fee, currency, amount: '100' }));
    expect(paymentOf(facts[0]).fee).toBe(kept);
  });

  test.each([
    ['-0', 'INVALID'],
    ['1e2', 'INVALID'],
    ['abc', 'INVALID'],
    ['99999999999999999999', 'RANGE'],
  ])('of %s is refused: %s', async (fee, what) => {
    expect((await one(withData({ fee }))).faults).toEqual([`1 fee HESABU_AMOUNT_${what}`]);
  });
});

describe('JSON', () => {
  const written = (amount: string) => JSON.stringify(BODY).replace('"10.00"', amount);

  test.each([
    ['1000.00', 'UGX', '1000'],
    ['1000.10', 'KES', '1000.10'],
    ['92233720368547758.07', 'KES', '92233720368547758.07'],
  ])('numbers are read as written: %s %s is %s', async (number, currency, amount) => {
    const { facts } = await read('callbacks', written(number).replace('KES', currency));
    expect(paymentOf(facts[0]).amount).toBe(amount);
  });

  test.each([
    ['1e3', '1 amount HESABU_AMOUNT_INVALID'],
    ['1e400', '1 amount HESABU_AMOUNT_INVALID'],
    ['-0', '1 amount HESABU_AMOUNT_INVALID'],
    ['0.1000000000000000055', '1 amount HESABU_AMOUNT_PRECISION'],
    ['9223372036854775808', '1 amount HESABU_AMOUNT_RANGE'],
    ['NaN', '1  HESABU_JSON_INVALID'],
    ['1,000.00', '1  HESABU_JSON_INVALID'],
    ['01', '1  HESABU_JSON_INVALID'],
    ['[10]', '1 amount HESABU_FIELD_INVALID'],
    ['{"value":10}', '1 amount HESABU_FIELD_INVALID'],
    ['true', '1 amount HESABU_FIELD_INVALID'],
  ])('an amount of %s is refused: %s', async (number, fault) => {
    expect((await read('callbacks', written(number))).faults).toEqual([fault]);
  });

  test('numbers are exact in rows before and after the first row with numbers', async () => {
    const rows = ['"10.00"', '0.10,"fee":0.10', '"1.50"', '92233720368547758.07'].map(written);
    const { facts } = await read('callbacks', rows.join('\n'));
    expect(facts.map((fact) => paymentOf(fact).amount)).toEqual(['10.00', '0.10', '1.50', '92233720368547758.07']);
    expect(paymentOf(facts[1]).fee).toBe('0.10');
  });

  test('ids can be numbers beyond the exact integers', async () => {
    const { facts } = await read('callbacks', JSON.stringify(BODY).replace('"T1"', ' 9007199254740993'));
    expect(paymentOf(facts[0]).provider_transaction_id).toBe('9007199254740993');
  });

  test.each(['say \\":5,', ':5,', 'a\\\\', '{\\"amount\\":5}', '"x":5}'])(
    'a text that looks like a number is unchanged: %s',
    async (inner) => {
      const operator = inner.includes('\\') || !inner.includes('"') ? inner : inner.replaceAll('"', '\\"');
      const text = JSON.stringify(withData({ operator: '@', fee: 0 }))
        .replace('@', operator)
        .replace('"fee":0', '"fee":1.50');
      const { facts } = await read('callbacks', text);
      expect(paymentOf(facts[0])).toMatchObject({ operator: JSON.parse(`"${operator}"`), fee: '1.50' });
    },
  );

  test.each([
    ['[]', '2  HESABU_ROW_SHAPE'],
    ['"x"', '2  HESABU_ROW_SHAPE'],
    ['{"event":"payment.success"}', '2 data HESABU_ROW_SHAPE'],
    ['{"event":"payment.success","data":[]}', '2 data HESABU_ROW_SHAPE'],
    ['{"data":{}}', '2 event HESABU_FIELD_MISSING'],
    ['{"event":', '2  HESABU_JSON_INVALID'],
    ['{"event":"\\ud800","data":{}}', '2 event HESABU_ROW_ENCODING'],
    ['{"event":"a\\u0000b","data":{}}', '2 event HESABU_FIELD_INVALID'],
  ])('%s is refused: %s', async (text, fault) => {
    const good = JSON.stringify(BODY);
    const { faults, result } = await read('callbacks', `${good}\n${text}\n\n${good}\n`);
    expect(faults).toEqual([fault]);
    expect(result).toMatchObject({ rows: 3, rejected: 1 });
  });
});
