// What files of each kind have in their cells, for the tests of plain rows: mostly what shops have, now and then an odd
// text.
import fc from 'fast-check';
import type { FileKind } from '../../src/producers/formats/format.ts';

export type Kind = Exclude<FileKind, 'bank'>;
type Columns = Readonly<Record<string, fc.Arbitrary<string>>>;

const ODD = [
  ...[
    '',
    ' ',
    ' x',
    'x ',
    '  ',
    'é',
    'é ',
    '日本',
    '😀',
    '\u00a0',
    '\u007f',
    '\u3000',
    '\u0085',
    '\ufeffx',
    '"q"',
    'a"b',
    "'",
    "'x",
    '\t',
    'a\tb',
    'a\u007f',
    'a\u0001',
  ],
  ...[
    '?x',
    '!x',
    '.',
    '..',
    'a b',
    '0',
    '-1',
    '-0',
    '-0.00',
    '00',
    '01.00',
    '1.',
    '.5',
    '1.5',
    '1.50',
    '1.500',
    '25.000',
  ],
  ...[
    '0.00',
    '1e3',
    '+1',
    '1,5',
    '123456789012345.00',
    '12345678901234.5',
    '99999999999999999999',
    '12345678901234567',
  ],
  ...[
    '0.155',
    '0.123456',
    '-12.50',
    '1.234,50',
    '1.234',
    '1,234.50',
    'KES',
    'UGX',
    'TND',
    'CLF',
    'kes',
    'XXQ',
    'TRUE',
    'T',
  ],
  ...['FALSE', '#N/A', '#REF!', '#12', '2.60601E+16', '1/2/2026', '2026-06-01', '2026-02-30', '2026-06-01T00:00:00Z'],
  ...['2026-13-01T00:00:00Z', '2026-06-01T24:00:00Z', '2026-06-01T00:00:00+03:00', '2026-06-01T00:00:00-19:00'],
  ...['2026-06-01 00:00:00Z', '2026-06-01T00:00:00.250Z', '1969-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '0999-01-01'],
  ...[
    '9999-12-31T23:59:59Z',
    '01/06/2026 09:30',
    '01/06/2026',
    'paid',
    'CANCELLED',
    'payment',
    'Refund',
    'payout',
    'fee',
  ],
  ...['reserve', 'unclassified', 'payment.success', 'Payment.Failed', 'refund.success', 'chargeback.lost', 'TA', 'odd'],
  ...[
    'total',
    'Total:',
    'Grand total',
    'subtotal',
    '合计',
    'x'.repeat(63),
    'x'.repeat(64),
    'x'.repeat(256),
    'x'.repeat(257),
  ],
  ...[
    'é'.repeat(200),
    '\\',
    '\\u0041',
    'null',
    '254712345678',
    '+254 712 345678',
    '0712345678',
    '10.0.0.1',
    'R-1',
    'P-1',
  ],
];
const odd = fc.constantFrom(...ODD);
const numbered = (prefix: string) => fc.nat(60).map((number) => `${prefix}${number}`);
const rarely = (cell: fc.Arbitrary<string>) =>
  fc.oneof({ arbitrary: cell, weight: 1 }, { arbitrary: fc.constant(''), weight: 2 });
export const mostly = (cell: fc.Arbitrary<string>) =>
  fc.oneof({ arbitrary: cell, weight: 40 }, { arbitrary: odd, weight: 1 });

const hundredths = fc.nat(500_000).map((units) => `${Math.floor(units / 100)}.${String(units % 100).padStart(2, '0')}`);
const amount = fc.oneof({ arbitrary: hundredths, weight: 8 }, { arbitrary: fc.nat(9_000).map(String), weight: 1 });
const fee = fc.oneof(hundredths, fc.constantFrom('', '0', '0.5', '1.255', '7.5000'));
const currency = fc.oneof(
  { arbitrary: fc.constant('KES'), weight: 8 },
  { arbitrary: fc.constantFrom('UGX', 'TND'), weight: 1 },
);
const time = fc
  .tuple(fc.nat(8), fc.nat(59), fc.constantFrom('Z', 'Z', '+03:00', '.120Z', '+0300'))
  .map(([day, minute, offset]) => `2026-06-0${day + 1}T10:${String(minute).padStart(2, '0')}:12${offset}`);
const date = fc.oneof(
  { arbitrary: fc.nat(8).map((day) => `2026-06-0${day + 1}`), weight: 8 },
  { arbitrary: time, weight: 1 },
);
const reference = fc.oneof(
  { arbitrary: numbered('MK1-'), weight: 24 },
  { arbitrary: numbered('TOT'), weight: 2 },
  { arbitrary: fc.constantFrom('Total', 'subtotal:'), weight: 1 },
);
const number = fc.constantFrom('254712345678', '+254 712 345 678', '0712345678', "'0712345678", 'none');

export const COLUMNS: Readonly<Record<Kind, Columns>> = {
  orders: {
    merchant: fc.constantFrom('shop-1', 'shop-2', 'Toko é', '市场'),
    transaction_reference: reference,
    amount,
    currency,
    placed_at: time,
    order_number: rarely(fc.constantFrom('1001', 'W-1', '#1001')),
    expires_at: rarely(time),
    status: fc.constantFrom('', 'paid', 'Fulfilled', 'awaiting_payment', 'cancelled'),
    status_at: rarely(time),
    msisdn: rarely(number),
    country: fc.constantFrom('', 'KE', 'UG'),
    operator: fc.constantFrom('', 'mpesa', 'Orangé', '254712345678', 'a@b.ke 0'),
    ip: rarely(fc.constant('10.0.0.1')),
    device_id: rarely(numbered('d')),
    updated_at: rarely(time),
    parent: fc.oneof({ arbitrary: fc.constant(''), weight: 30 }, { arbitrary: numbered('MK1-'), weight: 1 }),
  },
  callbacks: {
    id: fc.oneof({ arbitrary: numbered('evt_'), weight: 4 }, { arbitrary: fc.constant(''), weight: 1 }),
    event: fc.constantFrom(
      'payment.success',
      'payment.success',
      'payment.failed',
      'Payment.Pending',
      'refund.success',
      'odd',
    ),
    created_at: time,
    transaction_reference: fc.oneof({ arbitrary: reference, weight: 6 }, { arbitrary: fc.constant(''), weight: 1 }),
    transaction_id: numbered('P-'),
    amount,
    currency,
    status: fc.constant('success'),
    fee: rarely(fee),
    operator: fc.constantFrom('', 'mpesa', 'x 0712 345 678', 'ab@c.ke'),
    msisdn: rarely(number),
    completed_at: rarely(time),
    original_transaction_id: rarely(numbered('P-')),
    operator_transaction_id: rarely(numbered('QK')),
    request_id: rarely(numbered('r')),
  },
  polls: {
    transaction_reference: fc.oneof({ arbitrary: reference, weight: 6 }, { arbitrary: fc.constant(''), weight: 1 }),
    transaction_id: numbered('P-'),
    status: fc.constantFrom('succeeded', 'SUCCESS', 'MR101', 'pending', 'failed', 'odd'),
    amount,
    currency,
    fee: rarely(fee),
    updated_at: rarely(time),
    operator_transaction_id: rarely(numbered('QK')),
    request_id: rarely(numbered('r')),
  },
  settlements: {
    transaction_reference: fc.oneof({ arbitrary: reference, weight: 8 }, { arbitrary: fc.constant(''), weight: 1 }),
    transaction_id: numbered('P-'),
    type: fc.constantFrom('payment', 'payment', 'payment', 'Payment', 'refund', 'fee', 'payout', 'reserve', 'odd'),
    amount_received: fc.oneof(
      { arbitrary: amount, weight: 4 },
      { arbitrary: amount.map((text) => `-${text}`), weight: 1 },
    ),
    currency,
    fee_deduction: fee,
    settlement_date: date,
    line_id: rarely(numbered('L')),
    payout_id: rarely(numbered('PO')),
    settlement_currency: rarely(currency),
    settlement_amount: rarely(amount),
    fx_rate: rarely(fc.constantFrom('1.250', '0.0075', '130')),
    original_transaction_id: rarely(numbered('P-')),
    operator_transaction_id: rarely(numbered('QK')),
    request_id: rarely(numbered('r')),
    report_id: rarely(fc.constantFrom('2026-06-01', 'RP-1')),
    completed_at: rarely(time),
  },
};
/** How many of the columns a file must have. */
export const REQUIRED: Readonly<Record<Kind, number>> = { orders: 5, callbacks: 7, polls: 5, settlements: 7 };
export const KINDS = Object.keys(COLUMNS) as Kind[];
