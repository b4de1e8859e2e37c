// Numbers that a network gives to several kinds of things: a refund, a dispute or a transfer that has the number of
// another order's payment is nothing of that payment.

import { describe, expect, test } from 'vitest';
import { namesIn } from '../../src/domain/payment-ids.ts';
import type { BodyKind } from '../../src/producers/bodies/body.ts';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { FLUTTERWAVE } from '../../src/providers/flutterwave/flutterwave.ts';
import { ONAFRIQ } from '../../src/providers/onafriq/onafriq.ts';
import { PAYSTACK } from '../../src/providers/paystack/paystack.ts';
import { fileReading, type RegisteredProvider } from '../../src/providers/registry.ts';
import { SHOPIFY } from '../../src/providers/shopify/shopify.ts';
import { order, t } from '../matching/given.ts';
import { read as readText } from '../producers/import-helpers.ts';
import { type Keyed, rulesOf, run } from '../task/world.ts';
import { readBody } from './body-reader.ts';

type Said = readonly [kind: BodyKind, body: unknown, about?: Readonly<Record<string, string>>];

/** Where the orders A-1, paid by the payment 123, and A-2, paid by 456, stand after what else was said. */
async function stood(provider: RegisteredProvider, ...said: readonly Said[]): Promise<string[]> {
  const settings = { currency: 'KES' };
  const orders = (['A-1', 'A-2'] as const).map((key, at): Keyed => {
    return {
      key,
      claim: order({ id: `order:${key}`, amount: at === 0 ? '1000.00' : '900.00', placed_at: t('2 08:00') }),
    };
  });
  const facts = said.flatMap(([kind, body, about = {}]) => {
    const { facts, rejects, unread } = readBody(provider, kind, body, { settings, about });
    expect([rejects, unread]).toEqual([[], null]);
    return facts.map((claim) => ({ key: claim.transaction_reference, claim }) as Keyed);
  });
  const ways = [[...orders, ...facts], [...facts, ...orders].reverse()].map((all) =>
    run(all, { partitions: 3, pieces: 2, batch: 1 }, rulesOf({})),
  );
  const [one, other] = await Promise.all(ways);
  expect(other!.root).toBe(one!.root);
  return one!.standings.map(({ key, standing, reasons }) => [key, standing, ...reasons].join(' '));
}

const answer = (data: unknown) => ({ status: 'success', message: 'fetched', data });
const at = '2026-03-02T08:05:00.000Z';

const REFUNDED = { amount: 90000, currency: 'KES', status: 'processed', refunded_at: '2026-03-02T10:00:00.000Z' };
const DISPUTED = {
  ...{ refund_amount: 90000, currency: 'KES', status: 'awaiting-merchant-feedback', created_at: at },
  transaction: { id: 456, reference: 'A-2' },
};

describe('Flutterwave', () => {
  const charge = (id: number, tx_ref: string, amount: number): Said => [
    'poll',
    answer({
      id,
      tx_ref,
      flw_ref: `FLW-${id}`,
      amount,
      currency: 'KES',
      app_fee: 10,
      status: 'successful',
      created_at: at,
    }),
  ];
  const charges = [charge(123, 'A-1', 1000), charge(456, 'A-2', 900)];

  test.each<[string, (id: number) => Said]>([
    [
      'refund of a list',
      (id) => [
        'poll',
        answer([{ id, tx_id: 456, amount_refunded: 900, status: 'completed', created_at: '2026-03-02T10:00:00.000Z' }]),
      ],
    ],
    [
      'refund that was asked for',
      (id) => [
        'initiation',
        answer({ id, tx_id: 456, amount_refunded: 900, status: 'new', created_at: '2026-03-02T10:00:00.000Z' }),
        { transaction_reference: 'A-2', original_transaction_id: '456' },
      ],
    ],
    [
      'chargeback',
      (id) => [
        'poll',
        answer([
          {
            id,
            transaction_id: 456,
            tx_ref: 'A-2',
            amount: 900,
            currency: 'KES',
            stage: 'new',
            status: 'lost',
            created_at: at,
          },
        ]),
      ],
    ],
    [
      'transfer',
      (id) => [
        'webhook',
        {
          event: 'transfer.completed',
          data: { id, reference: 'T-1', amount: 5, currency: 'KES', status: 'SUCCESSFUL', created_at: at },
        },
      ],
    ],
  ])('a %s', async (_, said) => {
    expect(await stood(FLUTTERWAVE, ...charges, said(123))).toEqual(await stood(FLUTTERWAVE, ...charges, said(99)));
  });
});

describe('Paystack', () => {
  const charge = (id: number, reference: string, amount: number): Said => [
    'poll',
    {
      status: true,
      message: 'fine',
      data: { id, reference, amount: amount * 100, currency: 'KES', fees: 1000, status: 'success', paid_at: at },
    },
  ];
  const charges = [charge(123, 'A-1', 1000), charge(456, 'A-2', 900)];

  test.each<[string, (id: number) => Said]>([
    [
      'refund of a list',
      (id) => ['poll', { status: true, data: [{ id, transaction: 456, deducted_amount: 90000, ...REFUNDED }] }],
    ],
    [
      'refund by webhook',
      (id) => [
        'webhook',
        { event: 'refund.processed', data: { ...REFUNDED, transaction_reference: 'A-2', refund_reference: `${id}` } },
      ],
    ],
    [
      'dispute',
      (id) => [
        'webhook',
        {
          event: 'charge.dispute.create',
          data: { id, ...DISPUTED },
        },
      ],
    ],
    [
      'transfer',
      (id) => [
        'webhook',
        {
          event: 'transfer.success',
          data: { id, reference: 'T-1', transfer_code: 'TRF_1', amount: 500, currency: 'KES', updated_at: at },
        },
      ],
    ],
    [
      'row of the ledger of a refund',
      (id) => [
        'settlement',
        {
          status: true,
          data: [
            { id: 7, model_responsible: 'Refund', model_row: id, difference: -90000, currency: 'KES', createdAt: at },
          ],
        },
      ],
    ],
    [
      'row of the ledger of a transfer',
      (id) => [
        'settlement',
        {
          status: true,
          data: [
            { id: 7, model_responsible: 'Transfer', model_row: id, difference: -500, currency: 'KES', createdAt: at },
          ],
        },
      ],
    ],
  ])('a %s', async (_, said) => {
    const plain = (stands: readonly string[]) => stands.map((one) => one.replace(/^\?paystack:\d+/, '?paystack'));
    expect(plain(await stood(PAYSTACK, ...charges, said(123)))).toEqual(
      plain(await stood(PAYSTACK, ...charges, said(99))),
    );
  });
});

test('a dispute of Shopify goes by no name of a transaction with its number', () => {
  const dispute = { id: 123, order_id: 'A-2', amount: '9.00', currency: 'KES', status: 'lost', initiated_at: at };
  const taken = { type: 'charge', amount: '9.00', fee: '0', currency: 'KES', processed_at: at, id: 1 };
  const line = { ...taken, source_order_id: 'A-1', source_order_transaction_id: 123, payout_id: 5 };
  const [disputed] = namesOfBody(SHOPIFY, 'webhook', dispute);
  const [charged] = namesOfBody(SHOPIFY, 'settlement', { transactions: [line] });
  expect([disputed?.length, charged]).toEqual([1, ['123']]);
  expect(disputed).not.toEqual(charged);
});

/** By what names the facts of a file go, each of which is what a body says by the same name. */
async function namesOfFile(provider: RegisteredProvider, kind: FileKind, text: string, written?: string) {
  const mapping = written === undefined ? undefined : parseMappings(written, 'mapping')[kind];
  const reading = await readText(kind, text, {
    ...{ provider: provider.name, mapping },
    ...fileReading(provider.name, kind, mapping, [provider]),
  });
  expect(reading.rejects).toEqual([]);
  return reading.facts.map(({ body }) => namesIn(body));
}

const namesOfBody = (provider: RegisteredProvider, kind: BodyKind, body: unknown) =>
  readBody(provider, kind, body, { settings: { currency: 'KES' } }).facts.map((fact) => namesIn(fact.body));

describe('a file goes by the names of bodies', () => {
  test('where it is of webhooks', async () => {
    const bodies = [
      { event: 'refund.processed', data: { ...REFUNDED, transaction_reference: 'A-2', refund_reference: '123' } },
      { event: 'charge.dispute.create', data: { id: 123, ...DISPUTED } },
    ];
    const text = bodies.map((body) => JSON.stringify(body)).join('\n');
    const names = await namesOfFile(PAYSTACK, 'callbacks', text);
    expect(names).toEqual(bodies.flatMap((body) => namesOfBody(PAYSTACK, 'webhook', body)));
    expect(new Set(names.flat()).size).toBe(3);
  });

  test("where a person's mapping says nothing of series, if a return names its payment too", async () => {
    const rows = ['A-2,123,456,refund,-900', 'A-2,456,456,refund,-900', 'A-2,456,,refund,-900', 'A-2,456,,payment,900'];
    const text = ['ref,id,charge,type,sum', ...rows].join('\n');
    const columns =
      'transaction_reference: ref, transaction_id: id, original_transaction_id: charge, amount_received: sum';
    const mapping = `settlements:
  columns: { ${columns}, type: type, fee_deduction: { when: [] } }
  constants: { currency: KES, settlement_date: 2026-03-03 }`;
    const [refund, ...others] = await namesOfFile(FLUTTERWAVE, 'settlements', text, mapping);
    const listed = { id: 123, tx_id: 456, amount_refunded: 900, status: 'completed', created_at: at };
    expect([refund]).toEqual(namesOfBody(FLUTTERWAVE, 'poll', answer([listed])));
    expect(others).toEqual([['456'], ['456'], ['456']]);
    const [own] = await namesOfFile(
      FLUTTERWAVE,
      'settlements',
      text,
      `${mapping}\n  series: { transaction_id: other }`,
    );
    expect(own).not.toEqual(refund);
    expect(own).toContain('456');
  });

  test("where it is the report of Onafriq's hub, whose transfers no collection is", async () => {
    const text = [
      [
        'Datestamp,Onafriq Transaction ID,Third_PartyID,Transaction_Type,Transaction_Status,Send_Currency',
        'Send_amount,Fee_Amount,Related_Transaction_ID',
      ].join(),
      '2026-06-02 08:00:00,123,A-1,Transfer,Success,KES,5.00,0,',
      '2026-06-02 09:00:00,124,A-1,Reversal,Success,KES,5.00,,123',
    ].join('\n');
    const [[transfer] = [], reversal] = await namesOfFile(ONAFRIQ, 'settlements', text);
    const told = { thirdPartyTransId: 'A-1', mfsTransId: '123', status: { code: 'MR101' }, amount: 5 };
    expect(namesOfBody(ONAFRIQ, 'webhook', told)).toEqual([[transfer]]);
    expect(transfer).not.toBe('123');
    expect(reversal).toContain(transfer);
  });
});
