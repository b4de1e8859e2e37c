// Which export of its provider a file is, and what is said of a file that is none, or of another network.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { fileReading } from '../../../src/providers/registry.ts';
import { EXPORTS_FOLDER } from '../../providers/file-samples.ts';
import { ORDER_HEADER, orderRow, read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';
import { partsOf, zip } from './workbook-parts.ts';

const sample = (name: string) => readFileSync(new URL(name, EXPORTS_FOLDER), 'utf8');
const readOf = (provider: string, kind: FileKind, text: string, account: string | null = null) =>
  read(kind, text, { provider, account, ...fileReading(provider, kind, undefined) });

/** The refusal of a file, without the name of the file. */
async function refusal(provider: string, kind: FileKind, text: string): Promise<string> {
  const error = await readOf(provider, kind, text).catch((thrown: Error) => thrown);
  return (error as Error).message.replaceAll(/\S*given\.txt/g, 'FILE');
}

describe('under the name of a provider', () => {
  test('a file in our own form is read as that', async () => {
    const { facts } = await readOf('mpesa', 'settlements', `${SETTLEMENT_HEADER}\nA,P,payment,5,KES,,2026-06-02\n`);
    expect(facts).toMatchObject([{ provider: 'mpesa', transaction_reference: 'A' }]);
  });

  test('JSON rows in our own form are read as that, though they leave members out', async () => {
    const data = { transaction_reference: 'A', transaction_id: 'P' };
    const text = JSON.stringify({ id: 'e', event: 'payment.failed', created_at: '2026-06-01T08:00:00Z', data });
    expect((await readOf('paystack', 'callbacks', text)).facts).toMatchObject([{ body: { status: 'failed' } }]);
  });

  test('a kind without an export is read plainly', async () => {
    const { facts } = await readOf('mpesa', 'orders', `${ORDER_HEADER}\n${orderRow('A')}\n`);
    expect(facts).toHaveLength(1);
  });

  test('a file that is none of its exports is refused with their names and what it lacks', async () => {
    const text = 'Completion Time,Transaction Status,Paid In,Details\n01-06-2026 08:00:00,Completed,5,x\n';
    expect(await refusal('mpesa', 'settlements', text)).toBe(
      'HESABU_HEADER_INVALID: FILE: the header does not fit the format; expected settlements of mpesa: its ' +
        'organisation statement, or the columns transaction_reference, transaction_id, type, amount_received, ' +
        'currency, fee_deduction, settlement_date, found a file that lacks Withdrawn, Reason Type of the ' +
        'organisation statement. Export it anew with these columns, or give a mapping: hesabu mapping suggest FILE.',
    );
  });

  test.each(['\t', ';', '|'])('an export may have another separator: %j', async (separator) => {
    const text = sample('flutterwave-settlement.csv').replaceAll(',', separator);
    expect((await readOf('flutterwave', 'settlements', text)).facts).toHaveLength(3);
  });

  test('an export may lack columns that rows do without', async () => {
    const text = 'Name,Financial Status,Total,Currency,Created at\n#1,paid,5.00,KES,2026-06-01 12:00:00 +0300\n';
    const { facts, faults } = await readOf('shopify', 'orders', text);
    expect([facts.length, faults]).toEqual([1, []]);
  });

  test('orders without a shop are of the account, otherwise of the provider', async () => {
    const text = sample('woocommerce-orders.jsonl');
    const merchants = async (account: string | null) =>
      (await readOf('woocommerce', 'orders', text, account)).facts.map(({ merchant }) => merchant);
    expect(await merchants(null)).toEqual(['woocommerce']);
    expect(await merchants('duka-1')).toEqual(['duka-1']);
  });

  test('an export may have been saved as a workbook, with another sheet before it', async () => {
    const text = (cell: string) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`;
    const number = (cell: string) => `<c><v>${cell}</v></c>`;
    const header = ['Reference number', 'Amount paid', 'Paystack fee', 'Settlement date', 'Transaction ID', 'Currency'];
    const row = [text('NG-1'), number('25000.5'), number('475'), text('2026-06-02'), number('5120001'), text('NGN')];
    const sheets = {
      Notes: `<row>${text('Exported')}${text('by hand')}</row>`,
      Payouts: `<row>${header.map(text).join('')}</row><row>${row.join('')}</row>`,
    };
    const { facts, faults } = await read('settlements', zip(partsOf({ sheets })), {
      ...{ provider: 'paystack', ...fileReading('paystack', 'settlements', undefined) },
    });
    expect(faults).toEqual([]);
    expect(facts.map(settledOf)).toMatchObject([{ gross: '25000.50', fee: '475.00', settlement_date: '2026-06-02' }]);
  });

  test('orders may be a list of JSON', async () => {
    const text = `[${sample('woocommerce-orders.jsonl').trim()}]`;
    expect((await readOf('woocommerce', 'orders', text)).facts).toMatchObject([{ transaction_reference: '727' }]);
  });

  test('a total that the rows of a statement do not come to is told: nothing is taken', async () => {
    const cut = sample('mpesa-statement.csv')
      .split('\n')
      .filter((line) => !line.includes('TF2DDD0004,01'))
      .join('\n');
    const { facts, result } = await readOf('mpesa', 'settlements', cut);
    expect(facts).toEqual([]);
    expect(result.lack).toMatchObject({ expected: expect.stringContaining('1855'), found: '1750' });
    expect(result.totals).toMatchObject([{ name: 'Paid In', stated: '1855', found: '1750' }, { name: 'Withdrawn' }]);
  });

  test('rejected rows of an export can be corrected and given back', async () => {
    const text = sample('paystack-payouts.csv').replace('475.00', 'x475');
    const { rejects } = await readOf('paystack', 'settlements', text);
    const original = rejects[0]!.original!;
    const names = ['file', 'line', 'field', 'code', 'message', ...original.map(([name]) => name)];
    const cells = ['p.csv', '2', 'fee_deduction', 'X', 'y', ...original.map(([, cell]) => cell)];
    const quote = (cell: string) => `"${cell.replace('x475', '475.00')}"`;
    const given = `${names.join(',')}\n${cells.map(quote).join(',')}\n`;
    const { facts, faults } = await readOf('paystack', 'settlements', given);
    expect([facts.map(({ transaction_reference }) => transaction_reference), faults]).toEqual([['NG-1'], []]);
  });
});

describe('a file of a network that nobody named', () => {
  test.each([
    ['paystack-payouts.csv', 'settlements', 'This looks like a Paystack payout export; use --provider paystack.'],
    ['mpesa-statement.csv', 'settlements', 'This looks like an M-Pesa organisation statement; use --provider mpesa.'],
    ['shopify-orders.csv', 'orders', 'This looks like a Shopify orders export; use --provider shopify.'],
    [
      'shopify-orders.csv',
      'settlements',
      'This looks like a Shopify orders export; use --orders and --provider shopify.',
    ],
    ['paystack-webhooks.jsonl', 'callbacks', 'This looks like a Paystack webhook; use --provider paystack.'],
    ['woocommerce-orders.jsonl', 'orders', 'This looks like a WooCommerce orders export; use --provider woocommerce.'],
  ] as const)('%s as %s is refused with what reads it', async (name, kind, remedy) => {
    expect(await refusal('mfs-africa', kind, sample(name))).toContain(`Nothing was taken. ${remedy}`);
  });

  test('is refused though its members have names of ours', async () => {
    const data = { transaction_reference: 'PK-1', refund_reference: '1', amount: '5000', currency: 'NGN' };
    const said = await refusal('mfs-africa', 'callbacks', JSON.stringify({ event: 'refund.processed', data }));
    expect(said).toContain('use --provider paystack.');
  });

  test('under the name of another network is refused as well', async () => {
    const said = await refusal('paystack', 'settlements', sample('mpesa-statement.csv'));
    expect(said).toContain('This looks like an M-Pesa organisation statement; use --provider mpesa.');
  });

  test('that no mapping can say is refused, under its name too', async () => {
    for (const provider of ['mfs-africa', 'mpesa']) {
      const said = await refusal(provider, 'callbacks', sample('mpesa-stk.jsonl'));
      expect(said).toContain('This (STK push result) is not read, and no mapping can say it.');
    }
  });
});
