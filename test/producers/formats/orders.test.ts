// Orders: the result of each column, and what is rejected.
import { describe, expect, test } from 'vitest';
import { IMPORT_ID, ORDER_HEADER, orderOf, orderRow, RECEIVED_AT, read } from '../import-helpers.ts';

const FULL_HEADER = `${ORDER_HEADER},order_number,expires_at,status,status_at,msisdn,country,operator,ip,device_id`;
const one = (row: string) => read('orders', `${FULL_HEADER}\n${row}\n`);

describe('an order', () => {
  test('with every column becomes one fact, with personal data as hashes', async () => {
    const { facts, topics, result } = await one(
      'shop, R1 ,1500,KES,2026-01-31T09:00:00+03:00,N-7,2026-01-31T10:00:00Z,paid,2026-01-31T08:00:00Z,' +
        '+254 700-000001,KE,mpesa,10.0.0.1,dev-1',
    );
    expect(topics).toEqual(['orders.v1']);
    expect(result).toMatchObject({ rows: 1, rejected: 0 });
    expect(facts).toEqual([
      {
        id: 'order:R1',
        provider: 'mfs-africa',
        account: null,
        merchant: 'shop',
        transaction_reference: 'R1',
        occurred_at: Date.UTC(2026, 0, 31, 6),
        received_at: RECEIVED_AT,
        raw: `${IMPORT_ID}/2`,
        forwarded: false,
        stated_at: 1_769_904_000_000,
        import_id: 7,
        report: null,
        line: null,
        payout: null,
        body: {
          type: 'OrderPlaced',
          amount: '1500.00',
          currency: 'KES',
          placed_at: Date.UTC(2026, 0, 31, 6),
          expires_at: Date.UTC(2026, 0, 31, 10),
          status: 'paid',
          status_at: Date.UTC(2026, 0, 31, 8),
          order_number: 'N-7',
          country: 'KE',
          operator: 'mpesa',
          msisdn: 'KE:hash(254700000001)',
          ip: 'hash(10.0.0.1)',
          device: 'hash(dev-1)',
        },
      },
    ]);
  });

  test('with only the required columns awaits its payment, and has no other values', async () => {
    const { facts } = await read('orders', `${ORDER_HEADER}\n${orderRow('R1')}\n`);
    expect(orderOf(facts[0])).toEqual({
      type: 'OrderPlaced',
      amount: '10.00',
      currency: 'KES',
      placed_at: Date.UTC(2026, 0, 31, 9),
      expires_at: null,
      status: 'awaiting_payment',
      status_at: null,
      order_number: null,
      country: null,
      operator: null,
      msisdn: null,
      ip: null,
      device: null,
    });
  });

  test.each(['awaiting_payment', 'paid', 'fulfilled', 'cancelled'])('can be %s', async (status) => {
    const { facts } = await one(`${orderRow('R1')},,,${status},,,,,,`);
    expect(orderOf(facts[0]).status).toBe(status);
  });

  test('is identified by its reference after trimming and NFC, and case matters', async () => {
    const composed = 'Caf\u00e9';
    const decomposed = 'Cafe\u0301';
    const rows = [composed, decomposed, ' CAF\u00c9 '].map(orderRow).join('\n');
    const { facts } = await read('orders', `${ORDER_HEADER}\n${rows}\n`);
    expect(facts.map(({ id }) => id)).toEqual([`order:${composed}`, `order:${composed}`, 'order:CAF\u00c9']);
  });

  test('can have another order of columns, and unknown ones', async () => {
    const { facts } = await read(
      'orders',
      'note,currency,amount,placed_at,transaction_reference,merchant\nhi,KES,5,2026-01-31T09:00:00Z,R1,shop\n',
    );
    expect(facts[0]).toMatchObject({ merchant: 'shop', transaction_reference: 'R1', body: { amount: '5.00' } });
  });

  test('can come as JSONL with the same names, with its amount as written', async () => {
    const row = { merchant: 'shop', transaction_reference: 'R1', currency: 'KES', placed_at: '2026-01-31T09:00:00Z' };
    const text = JSON.stringify({ ...row, amount: 0 }).replace('"amount":0', '"amount": 1000.10');
    const { facts } = await read('orders', `${text}\n`);
    expect(orderOf(facts[0]).amount).toBe('1000.10');
  });
});

describe('an amount', () => {
  test.each([
    ['5', 'KES', '5.00'],
    ['1000.00', 'UGX', '1000'],
    ['1.500', 'TND', '1.500'],
    ['1.5', 'TND', '1.500'],
    ['92233720368547758.07', 'KES', '92233720368547758.07'],
    ['9223372036854775807', 'UGX', '9223372036854775807'],
  ])('of %s %s is %s', async (written, currency, amount) => {
    const { facts } = await one(`shop,R1,${written},${currency},2026-01-31T09:00:00Z,,,,,,,,,`);
    expect(orderOf(facts[0])).toMatchObject({ amount, currency });
  });

  test.each([
    ['', 'KES', 'MISSING'],
    ['0', 'KES', 'RANGE'],
    ['0.00', 'KES', 'RANGE'],
    ['-1', 'KES', 'RANGE'],
    ['-0', 'KES', 'INVALID'],
    ['+1', 'KES', 'INVALID'],
    ['NaN', 'KES', 'INVALID'],
    ['Infinity', 'KES', 'INVALID'],
    ['1e3', 'KES', 'INVALID'],
    ['1e400', 'KES', 'INVALID'],
    ['"1,000.00"', 'KES', 'INVALID'],
    ['1 000', 'KES', 'INVALID'],
    ['1.', 'KES', 'INVALID'],
    ['.5', 'KES', 'INVALID'],
    ['0x10', 'KES', 'INVALID'],
    ['\u0661', 'KES', 'INVALID'],
    ['1234.501', 'KES', 'PRECISION'],
    ['0.5', 'UGX', 'PRECISION'],
    ['92233720368547758.08', 'KES', 'RANGE'],
    ['9223372036854775808', 'UGX', 'RANGE'],
    ['1e3', 'XXQ', 'INVALID'],
  ])('of %s %s is refused: %s', async (written, currency, what) => {
    const { faults, result } = await one(`shop,R1,${written},${currency},2026-01-31T09:00:00Z,,,,,,,,,`);
    const code = what === 'MISSING' ? 'HESABU_FIELD_MISSING' : `HESABU_AMOUNT_${what}`;
    expect(faults).toEqual([`2 amount ${code}`]);
    expect(result).toMatchObject({ rows: 1, rejected: 1 });
  });
});

describe('a row is refused for its first fault', () => {
  test.each([
    [',R1,1,KES,2026-01-31T09:00:00Z,,,,,,,,,', 'merchant HESABU_FIELD_MISSING'],
    ['shop,,1,KES,2026-01-31T09:00:00Z,,,,,,,,,', 'transaction_reference HESABU_FIELD_MISSING'],
    ['shop,   ,1,KES,2026-01-31T09:00:00Z,,,,,,,,,', 'transaction_reference HESABU_FIELD_MISSING'],
    ['shop,?a:b,1,KES,2026-01-31T09:00:00Z,,,,,,,,,', 'transaction_reference HESABU_REFERENCE_INVALID'],
    ['shop,a\u0007b,1,KES,2026-01-31T09:00:00Z,,,,,,,,,', 'transaction_reference HESABU_REFERENCE_INVALID'],
    [`shop,${'r'.repeat(257)},1,KES,2026-01-31T09:00:00Z,,,,,,,,,`, 'transaction_reference HESABU_REFERENCE_INVALID'],
    ['shop,R1,1,,2026-01-31T09:00:00Z,,,,,,,,,', 'currency HESABU_FIELD_MISSING'],
    ['shop,R1,1,XXQ,2026-01-31T09:00:00Z,,,,,,,,,', 'currency HESABU_CURRENCY_UNKNOWN'],
    ['shop,R1,1,kex,2026-01-31T09:00:00Z,,,,,,,,,', 'currency HESABU_CURRENCY_UNKNOWN'],
    ['shop,R1,1,KES,,,,,,,,,,', 'placed_at HESABU_FIELD_MISSING'],
    ['shop,R1,1,KES,2026-01-31T09:00:00,,,,,,,,,', 'placed_at HESABU_TIME_INVALID'],
    ['shop,R1,1,KES,2026-06-31T09:00:00Z,,,,,,,,,', 'placed_at HESABU_TIME_INVALID'],
    ['shop,R1,1,KES,2026-01-31T09:00:00Z,,tomorrow,,,,,,,', 'expires_at HESABU_TIME_INVALID'],
    ['shop,R1,1,KES,2026-01-31T09:00:00Z,,,PAYED,,,,,,', 'status HESABU_FIELD_INVALID'],
    ['shop,R1,1,KES,2026-01-31T09:00:00Z,,,paid,2026,,,,,', 'status_at HESABU_TIME_INVALID'],
    [`shop,R1,1,KES,2026-01-31T09:00:00Z,${'n'.repeat(257)},,,,,,,,`, 'order_number HESABU_FIELD_INVALID'],
    [',,x,XXQ,never,,,,,,,,,', 'merchant HESABU_FIELD_MISSING'],
    ['shop,R1,-1,XXQ,never,,,,,,,,,', 'currency HESABU_CURRENCY_UNKNOWN'],
  ])('%s', async (row, fault) => {
    expect((await one(row)).faults).toEqual([`2 ${fault}`]);
  });

  test('with a message that says what was expected, what was found, and the remedy', async () => {
    const { rejects } = await one('shop,R1,"1,000.00",KES,2026-01-31T09:00:00Z,,,,,,,,,');
    expect(rejects).toMatchObject([
      {
        file: 'given.txt',
        line: 2,
        field: 'amount',
        code: 'HESABU_AMOUNT_INVALID',
        message:
          'this is not a plain decimal amount; expected a plain decimal, found "1,000.00". ' +
          'Write it like 1234.50: no separators, no exponent. ' +
          'A mapping with `thousands: [","]` reads it.',
      },
    ]);
  });

  test('and the found value is shortened, without terminal control characters', async () => {
    const { rejects } = await one(`shop,R1,\u001b[31m\u202e${'9'.repeat(500)},KES,2026-01-31T09:00:00Z,,,,,,,,,`);
    const found = /found (".*")\. /.exec(rejects[0]?.message ?? '')?.[1] ?? '';
    expect(found.startsWith('"\\u{1b}[31m\\u{202e}999')).toBe(true);
    expect(found.endsWith('9…"')).toBe(true);
    expect(found.length).toBe(62);
  });
});

describe('a part of an order of several merchants', () => {
  const PARTS = `${ORDER_HEADER},parent`;
  const parts = (...rows: string[]) => read('orders', [PARTS, ...rows, ''].join('\n'));

  test('names the whole, and an order without one is as before', async () => {
    const { facts } = await parts(`${orderRow('R1')}, W1 `, `${orderRow('R2')},`);
    expect(facts.map(orderOf)).toMatchObject([{ parent: 'W1' }, {}]);
    expect(Object.keys(orderOf(facts[1]))).not.toContain('parent');
  });

  test.each([
    ['itself', [`${orderRow('R1')},R1`], '2 parent HESABU_FIELD_INVALID'],
    ['a part', [`${orderRow('W1')},V1`, `${orderRow('R1')},W1`], '3 parent HESABU_FIELD_INVALID'],
    ['a whole, being one', [`${orderRow('R1')},W1`, `${orderRow('W1')},V1`], '3 parent HESABU_FIELD_INVALID'],
    ['no reference', [`${orderRow('R1')},?W1`], '2 parent HESABU_REFERENCE_INVALID'],
  ])('is rejected where its whole is %s', async (_, rows, rejected) => {
    const { rejects } = await parts(...rows);
    expect(rejects.map(({ line, field, code }) => `${line} ${field} ${code}`)).toEqual([rejected]);
  });
});
