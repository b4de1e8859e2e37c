// The worked examples of networks by configuration, read as a reader of them would: by hesabu inspect.

import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../../src/app/inspect/inspect.ts';
import { readConfig } from '../../../src/service/config/config-file.ts';
import { writeFiles } from '../../cli/cli-process.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';

const pathOf = (name: string) => fileURLToPath(new URL(`../../../examples/networks/${name}.yaml`, import.meta.url));

async function inspect(network: string, as: 'webhook' | 'poll', body: unknown, signature?: string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = JSON.stringify(signature === undefined ? {} : { 'X-Helium-Signature': signature });
  const files = writeFiles(freshDirectory(), { 'body.txt': text, 'h.json': headers, secret: 'shh' });
  const proof = signature === undefined ? {} : { headers: files['h.json'], secretFile: files.secret };
  const options = { provider: 'generic', account: network, config: pathOf(network), now: '2026-06-01T12:00:00Z' };
  return inspectFile(files['body.txt'], { ...options, ...proof, as });
}

describe.each(['helium-money', 'pesapal', 'tingg', 'pawapay'])('the example %s', (network) => {
  it('is a configuration that the service takes', () => {
    expect(readConfig(pathOf(network)).accounts).toMatchObject([{ provider: 'generic', account: network }]);
  });
});

describe('a body of', () => {
  const helium = {
    ...{ event_id: 'e-1', status: 'successful', merchant_reference: 'A-1', transaction_id: 'H-1', amount: '1500.00' },
    ...{ currency: 'NGN', fee: 22.5, completed_at: '2026-06-01T11:00:00Z' },
  };

  it('Helium Money that is refused names the member of the body', async () => {
    const { rejects } = await inspect('helium-money', 'webhook', { ...helium, status: null });
    expect(rejects).toEqual([{ field: 'status', place: '', why: expect.any(String) }]);
    const poll = await inspect('pawapay', 'poll', { status: 'NOT_FOUND' });
    expect(poll.rejects).toMatchObject([{ field: 'data.metadata.orderId' }]);
  });

  it('Helium Money without a currency is in that of the account', async () => {
    const { facts } = await inspect('helium-money', 'webhook', { ...helium, currency: null });
    expect(facts).toMatchObject([{ body: { amount: '1500.00', currency: 'NGN' } }]);
    const other = await inspect('helium-money', 'webhook', { ...helium, currency: 'KES' });
    expect(other.facts).toMatchObject([{ body: { currency: 'KES' } }]);
  });

  it('Helium Money is a payment, signed as the account says', async () => {
    const signature = createHmac('sha256', 'shh').update(JSON.stringify(helium)).digest('hex');
    const told = await inspect('helium-money', 'webhook', helium, signature);
    expect(told).toMatchObject({
      verified: true,
      facts: [{ transaction_reference: 'A-1', body: { status: 'succeeded', amount: '1500.00', fee: '22.50' } }],
    });
    expect(told.facts[0]!.body).not.toHaveProperty('hint');
    expect(await inspect('helium-money', 'webhook', { ...helium, amount: '1' }, signature)).toMatchObject({
      verified: false,
    });
  });

  it('Pesapal is a hint without a status, and its answer decides', async () => {
    const form = 'OrderTrackingId=d0fa69d6&OrderNotificationType=IPNCHANGE&OrderMerchantReference=A-1';
    expect(await inspect('pesapal', 'webhook', form)).toMatchObject({
      facts: [
        {
          transaction_reference: 'A-1',
          body: { status: 'pending', amount: null, provider_transaction_id: 'd0fa69d6', hint: true },
        },
      ],
    });
    const answer = {
      ...{ payment_method: 'MpesaKE', amount: 1500, created_date: '2026-06-01T14:00:00.77', currency: 'KES' },
      ...{ confirmation_code: 'TF1', status_code: 1, merchant_reference: 'A-1' },
    };
    expect((await inspect('pesapal', 'poll', answer)).facts).toMatchObject([
      {
        transaction_reference: 'A-1',
        body: { status: 'succeeded', amount: '1500.00', operator_transaction_id: 'TF1' },
      },
    ]);
  });

  it('a list has a fact for each part, and tells the others by their places', async () => {
    const body = (status: string, amount: string) => {
      return { depositId: status, status, amount, currency: 'ZMW', created: '2026-06-01T11:00:00Z' };
    };
    const told = await inspect('pawapay', 'webhook', [body('COMPLETED', '1'), body('FAILED', 'x'), 7]);
    expect(told).toMatchObject({ unread: null, rejects: [{ field: '[1].amount', place: '[1]' }, { place: '[2]' }] });
    expect(told.facts).toHaveLength(1);
  });

  it.each([
    [178, 'succeeded'],
    [177, 'succeeded'],
    [179, 'succeeded'],
    [129, 'expired'],
    [99, 'failed'],
    [555, 'unclassified'],
  ])('Tingg with the code %i is %s', async (request_status_code, status) => {
    const body = {
      ...{ checkout_request_id: 7, merchant_transaction_id: 'A-1', request_status_code, amount_paid: 700.5 },
      ...{ request_currency_code: 'KES', service_charge_amount: 7, payment_date: '2026-06-01 14:00:00' },
    };
    expect((await inspect('tingg', 'webhook', body)).facts).toMatchObject([
      { transaction_reference: 'A-1', body: { status, amount: '700.50', provider_transaction_id: '7', hint: true } },
    ]);
  });

  it.each([
    ['COMPLETED', 'succeeded'],
    ['FAILED', 'failed'],
    ['PROCESSING', 'pending'],
  ])('pawaPay that is %s is %s', async (word, status) => {
    const body = {
      ...{ depositId: '8917c345', status: word, amount: '15', currency: 'ZMW', created: '2026-06-01T11:00:00Z' },
      ...{ providerTransactionId: 'ABC123', metadata: { orderId: 'A-1' } },
    };
    const ids = { provider_transaction_id: '8917c345', operator_transaction_id: 'ABC123' };
    expect((await inspect('pawapay', 'webhook', body)).facts).toMatchObject([
      { transaction_reference: 'A-1', body: { status, amount: '15.00', ...ids } },
    ]);
  });

  it('another shape is told with its field, and a form that names a member twice is unread', async () => {
    expect(await inspect('pawapay', 'webhook', { depositId: 'x' })).toMatchObject({
      facts: [],
      rejects: [{ field: 'status' }],
    });
    expect(await inspect('pesapal', 'webhook', 'a=1&a=2')).toMatchObject({ facts: [], unread: expect.any(String) });
    expect(await inspect('pesapal', 'webhook', 'OrderNotificationType=RECURRING&OrderTrackingId=1')).toMatchObject({
      ...{ facts: [], unread: null },
      ignored: [{ why: expect.any(String) }],
    });
  });
});

describe('a word that stands for no id', () => {
  const tracked = (id: string, reference: string) =>
    inspect(
      'pesapal',
      'webhook',
      `OrderTrackingId=${id}&OrderNotificationType=IPNCHANGE&OrderMerchantReference=${reference}`,
    );

  it('is none, and never names a payment', async () => {
    expect(await tracked('N/A', 'A-1')).toMatchObject({
      facts: [{ transaction_reference: 'A-1', body: { provider_transaction_id: null } }],
    });
    expect(await tracked('d0fa69d6', 'n/a')).toMatchObject({ facts: [{ transaction_reference: '?generic:d0fa69d6' }] });
    expect(await tracked('00000000-0000-0000-0000-000000000000', 'null')).toMatchObject({
      ...{ facts: [], ignored: [], unread: null },
      rejects: [{ field: '', why: expect.stringContaining('HESABU_FIELD_MISSING') }],
    });
  });
});
