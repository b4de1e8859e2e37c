// What networks give to people, of which files alone are read: made-up files in the form of each export, and their
// facts.

import { readFileSync } from 'node:fs';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { FLUTTERWAVE } from '../../src/providers/flutterwave/flutterwave.ts';
import { MPESA } from '../../src/providers/mpesa/mpesa.ts';
import { PAYSTACK } from '../../src/providers/paystack/paystack.ts';
import type { RegisteredProvider } from '../../src/providers/registry.ts';
import { SHOPIFY } from '../../src/providers/shopify/shopify.ts';
import { WOOCOMMERCE } from '../../src/providers/woocommerce/woocommerce.ts';
import type { FactSample, ProviderSample } from '../contract/provider/sample.ts';
import { FLUTTERWAVE_FURTHER } from './flutterwave/sample.ts';
import { MPESA_FURTHER } from './mpesa/sample.ts';
import { PAYSTACK_FURTHER } from './paystack/sample.ts';
import { SHOPIFY_FURTHER } from './shopify/sample.ts';
import { WOOCOMMERCE_FURTHER } from './woocommerce/sample.ts';

export const EXPORTS_FOLDER = new URL('../fixtures/exports/', import.meta.url);

interface ExportSample {
  readonly kind: FileKind;
  /** Its name in the folder of fixtures. */
  readonly file: string;
  readonly facts: readonly FactSample[];
}

const at = (text: string) => Date.parse(text);

const line = (
  transaction_reference: string,
  line_type: string,
  gross: string,
  currency: string,
  more: Readonly<Record<string, unknown>> = {},
): FactSample => ({ transaction_reference, body: { line_type, gross, currency, ...more } });

const payment = (
  transaction_reference: string,
  kind: string,
  status: string,
  amount: string,
  currency: string,
  more: Readonly<Record<string, unknown>> = {},
): FactSample => ({ transaction_reference, body: { via: 'callback', kind, status, amount, currency, ...more } });

const order = (
  transaction_reference: string,
  amount: string,
  currency: string,
  status: string,
  placed: string,
  more: Readonly<Record<string, unknown>> = {},
): FactSample => ({
  transaction_reference,
  body: { type: 'OrderPlaced', amount, currency, status, placed_at: at(placed), ...more },
});

const on = (day: string) => ({ settlement_date: day });
const id = (provider_transaction_id: string) => ({ provider_transaction_id });
const of = (original_transaction_id: string) => ({ original_transaction_id });

const MPESA_FILES: readonly ExportSample[] = [
  {
    kind: 'settlements',
    file: 'mpesa-statement.csv',
    facts: [
      line('!mpesa:TF2HHH0008', 'payout', '-1200.00', 'KES', on('2026-06-02')),
      line('!mpesa@2026-06-02', 'transfer', '-100.00', 'KES', id('TF2GGG0007')),
      line('?mpesa:TF2FFF0006', 'reversal', '-250.00', 'KES', { ...of('TF2BBB0002'), ...on('2026-06-02') }),
      line('?mpesa:TF2EEE0005', 'fee', '-5.00', 'KES', of('TF2DDD0004')),
      line('ord-73', 'payment', '105.00', 'KES', { ...id('TF2DDD0004'), original_transaction_id: null }),
      {
        ...line('ORD-72', 'payment', '250.00', 'KES', { ...id('TF2BBB0002'), ...on('2026-06-01') }),
        occurred_at: at('2026-06-01T09:05:03+03:00'),
      },
      line('?mpesa:TF2AAA0001', 'fee', '-8.25', 'KES', of('TF2AAA0001')),
      line('ORD-71', 'payment', '1500.00', 'KES', { ...id('TF2AAA0001'), fee: null, original_transaction_id: null }),
    ],
  },
  {
    kind: 'settlements',
    file: 'mpesa-till-statement.csv',
    facts: [
      line('?mpesa:TF3AAA0001', 'payment', '2000.00', 'KES', on('2026-06-03')),
      line('?mpesa:TF3BBB0002', 'fee', '-11.00', 'KES', of('TF3AAA0001')),
      line('!mpesa:TF3CCC0003', 'payout', '-1989.00', 'KES'),
      line('TILL-9', 'unclassified', '1.00', 'KES', { word: 'A Reason That Nobody Knows' }),
    ],
  },
  {
    kind: 'callbacks',
    file: 'mpesa-c2b.jsonl',
    facts: [
      {
        ...payment('ORD-71', 'payment', 'succeeded', '1500.00', 'KES', { ...id('TF2AAA0001'), msisdn: null }),
        occurred_at: at('2026-06-01T08:04:03+03:00'),
      },
      {
        ...payment('ORD-72', 'payment', 'succeeded', '250.00', 'KES', id('TF2BBB0002')),
        occurred_at: at('2026-06-01T09:05:03+03:00'),
      },
    ],
  },
];

const PAYSTACK_FILES: readonly ExportSample[] = [
  {
    kind: 'settlements',
    file: 'paystack-payouts.csv',
    facts: [
      line('NG-1', 'payment', '25000.00', 'NGN', { ...id('5120001'), fee: '475.00', ...on('2026-06-02') }),
      line('NG-2', 'payment', '1500.00', 'NGN', { ...id('5120002'), fee: '22.50', ...on('2026-06-02') }),
      line('CI-1', 'payment', '3500', 'XOF', { ...id('5120003'), fee: '68.25', ...on('2026-06-02') }),
    ],
  },
  {
    kind: 'callbacks',
    file: 'paystack-webhooks.jsonl',
    facts: [
      {
        ...payment('PK-1', 'payment', 'succeeded', '2000.00', 'NGN', { ...id('5120001'), fee: '30.00' }),
        occurred_at: at('2026-06-01T07:05:00Z'),
      },
      payment('PK-2', 'payment', 'succeeded', '3500', 'XOF', { ...id('5120002'), fee: '68.25' }),
      payment('PK-1', 'refund', 'pending', '500.00', 'NGN', { provider_transaction_id: null }),
      payment('PK-1', 'refund', 'succeeded', '500.00', 'NGN', id('1320')),
      payment('PK-2', 'chargeback', 'disputed', '3500', 'XOF', { ...id('3'), ...of('5120002') }),
      payment('PK-2', 'chargeback', 'charged_back', '3500', 'XOF', { ...id('3'), ...of('5120002') }),
    ],
  },
];

const FLUTTERWAVE_FILES: readonly ExportSample[] = [
  {
    kind: 'settlements',
    file: 'flutterwave-settlement.csv',
    facts: [
      line('ord-77', 'payment', '122000', 'RWF', { ...id('9001'), fee: '2108', ...on('2026-06-01') }),
      line('ord-78', 'payment', '100000.00', 'NGN', { ...id('9002'), fee: '1450.00', ...on('2026-06-01') }),
      line('ord-79', 'payment', '41.50', 'GHS', { ...id('9003'), fee: '0.59', ...on('2026-06-02') }),
    ],
  },
  {
    kind: 'callbacks',
    file: 'flutterwave-webhooks.jsonl',
    facts: [
      {
        ...payment('ord-77', 'payment', 'succeeded', '2000', 'RWF', { ...id('1001'), fee: '28.58' }),
        occurred_at: at('2026-06-01T09:00:00Z'),
      },
      payment('ord-78', 'payment', 'failed', '150.50', 'NGN', { ...id('1002'), fee: '2.10' }),
    ],
  },
];

const SHOPIFY_FILES: readonly ExportSample[] = [
  {
    kind: 'orders',
    file: 'shopify-orders.csv',
    facts: [
      order('#1001', '1500.00', 'KES', 'paid', '2026-06-01T11:58:00+03:00', {
        status_at: at('2026-06-01T12:00:03+03:00'),
      }),
      order('#1002', '250.00', 'KES', 'awaiting_payment', '2026-06-01T23:50:00+03:00', { status_at: null }),
      order('#1003', '90.00', 'KES', 'cancelled', '2026-06-02T07:59:00+03:00', {
        status_at: at('2026-06-02T10:00:00+03:00'),
      }),
    ],
  },
  {
    kind: 'settlements',
    file: 'shopify-payment-transactions.csv',
    facts: [
      line('#1001', 'payment', '37.90', 'EUR', { fee: '1.10', ...on('2026-06-05') }),
      line('#1001', 'refund', '-7.90', 'EUR', { fee: '0.00' }),
      line('#1002', 'chargeback', '-12.99', 'EUR', { fee: '15.00' }),
      line('!shopify:140769394954', 'adjustment', '-0.50', 'EUR'),
    ],
  },
  {
    kind: 'settlements',
    file: 'shopify-payouts.csv',
    facts: [
      line('!shopify:26-06-05', 'payout', '-76.90', 'EUR', on('2026-06-05')),
      line('!shopify:26-06-04', 'payout', '15.00', 'EUR', on('2026-06-04')),
    ],
  },
];

const WOOCOMMERCE_FILES: readonly ExportSample[] = [
  {
    kind: 'orders',
    file: 'woocommerce-orders.csv',
    facts: [
      order('727', '1500.00', 'KES', 'paid', '2026-06-30T20:50:00Z', { status_at: at('2026-06-30T20:52:00Z') }),
      order('728', '250.00', 'KES', 'fulfilled', '2026-06-30T20:55:00Z', { status_at: null }),
      order('729', '15000', 'UGX', 'awaiting_payment', '2026-06-30T21:10:00Z'),
      order('730', '90.00', 'KES', 'cancelled', '2026-06-30T21:20:00Z', { status_at: at('2026-07-01T21:00:00Z') }),
    ],
  },
  {
    kind: 'orders',
    file: 'woocommerce-orders.jsonl',
    facts: [order('727', '1500.00', 'KES', 'paid', '2026-06-30T20:50:00Z', { status_at: at('2026-06-30T20:52:00Z') })],
  },
];

/** What is said of a provider beside its files. */
interface Further extends Pick<ProviderSample, 'webhook' | 'gateway'> {
  readonly account?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

function sampleOf(
  provider: RegisteredProvider,
  files: readonly ExportSample[],
  { account = {}, secrets = {}, webhook, gateway }: Further = {},
): ProviderSample {
  return {
    provider,
    account: { provider: provider.name, account: 'main', merchants: ['shop-1'], ...account },
    secrets,
    ...(webhook === undefined ? {} : { webhook }),
    ...(gateway === undefined ? {} : { gateway }),
    files: files.map(({ kind, file, facts }) => ({
      ...{ kind, facts },
      text: readFileSync(new URL(file, EXPORTS_FOLDER), 'utf8'),
    })),
  };
}

/** In the order of the registry. */
export const FILE_SAMPLES: readonly ProviderSample[] = [
  sampleOf(MPESA, MPESA_FILES, MPESA_FURTHER),
  sampleOf(PAYSTACK, PAYSTACK_FILES, PAYSTACK_FURTHER),
  sampleOf(FLUTTERWAVE, FLUTTERWAVE_FILES, FLUTTERWAVE_FURTHER),
  sampleOf(SHOPIFY, SHOPIFY_FILES, SHOPIFY_FURTHER),
  sampleOf(WOOCOMMERCE, WOOCOMMERCE_FILES, WOOCOMMERCE_FURTHER),
];
