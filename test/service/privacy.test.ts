// Telephone numbers, names, addresses and secrets, planted in every place at which somebody outside may put them, are
// in nothing that the service writes, but for the places of the list in docs/security.md (S24).

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partsOf, zip } from '../producers/files/workbook-parts.ts';
import { API_KEY, type Echo, echoingService } from './given-echo.ts';
import { KINDS, Planted, type PlantedKind, textsIn } from './markers.ts';

const planted = new Planted();
let echo: Echo;
let texts: string[];
let metrics: string;
let nth = 0;

const AT = '2026-06-01T07:05:00Z';
const payment = (data: object, more: object = {}) => {
  const ids = { transaction_reference: `A-${++nth}`, transaction_id: `P-${nth}` };
  const sums = { amount: '10.00', currency: 'KES', completed_at: AT };
  return JSON.stringify({
    id: `e-${nth}`,
    event: 'payment.success',
    created_at: AT,
    data: { ...ids, ...sums, ...data },
    ...more,
  });
};
/** A text of each kind for a place. */
const each = async (place: string, plant: (text: string, kind: PlantedKind) => Promise<unknown> | unknown) => {
  for (const kind of KINDS) await plant(planted.text(place, kind), kind);
};
const query = (name: string, text: string) => `?${name}=${encodeURIComponent(text)}`;

async function plantInWebhooks(): Promise<void> {
  const { webhook } = echo;
  for (const name of ['x-note', 'x-client-id', 'x-mfs-key', 'x-request-id', 'accept-language', 'referer']) {
    await each(`the header ${name} of a webhook`, (text) => webhook(payment({}), { headers: { [name]: text } }));
  }
  await each('the user agent of a webhook', (text) =>
    webhook(payment({}), { headers: { 'user-agent': `a/1 (${text})` } }),
  );
  await each('the query of a webhook', (text) => webhook(payment({}), { query: query('msisdn', text) }));
  await each('an unknown part of the query', (text) => webhook(payment({}), { query: query('q', text) }));
  await each('a field for the payer', (text) => webhook(payment({ msisdn: text })));
  await each('an unknown field', (text) => webhook(payment({ x_extra: text })));
  await each('an unknown field in others', (text) => webhook(payment({ a: [{ id: '7', b: [1, text] }] })));
  await each('JSON in a text', (text) => webhook(payment({ raw: JSON.stringify({ who: text }) })));
  await each('a note', (text) => webhook(payment({ note: text })));
  await each('the name of a field', (text) => webhook(payment({ [text]: 1 })));
  await each('a message', (text) => webhook(payment({ message: `of ${text}.` })));
  await each('a word of a network', (text) => webhook(payment({}, { event: `payment.${text}` })));
  await each('the name of an operator', (text) => webhook(payment({ operator: text })));
  await each('a reference', (text) => webhook(payment({ transaction_reference: text })));
  await each('an id', (text) => webhook(payment({ operator_transaction_id: text })));
  await each('a field that is not understood', (text) => webhook(payment({ completed_at: `x ${text}` })));
  await each('an amount or a time', (text) => webhook(payment({ amount: text })));
  await each('a body that is not understood', (text) => webhook(`<a><who>${text.replace('&', '+')}</who></a>`));
  await each('a form that is not understood', (text) => webhook(`who=${encodeURIComponent(text)}&a=1`));
  await each('a forged webhook', (text) =>
    webhook(payment({ x: text }), { secret: 'another', headers: { 'user-agent': text } }),
  );
}

/** A workbook of one sheet, of texts. */
function bookOf(rows: readonly (readonly string[])[]): Uint8Array {
  const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const xml = rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('');
  return zip([...partsOf({ sheets: { Sheet1: xml } })]);
}

async function plantInFiles(): Promise<void> {
  const head = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';
  const row = (more: string, amount = '10.00', date = '2026-06-01') =>
    `A-${++nth},P-${nth},payment,${amount},KES,0.10,${date},${more}\n`;
  const upload = (name: string, text: string | Uint8Array, more = '') =>
    echo.ask('POST', `/v1/imports?kind=settlements&name=${encodeURIComponent(name)}${more}`, text as string);
  await each('a cell of an unknown column', (text) => upload(`c${nth}.csv`, `${head},details\n${row(`"${text}"`)}`));
  await each('a cell of a personal column', (text) => upload(`p${nth}.csv`, `${head},msisdn\n${row(`"${text}"`)}`));
  await each('a rejected cell', (text) =>
    upload(`r${nth}.csv`, `${head},x\n${row('', '10.00', `"x ${text}"`)}${row('')}`),
  );
  await each('the name of a file', (text) => upload(`of_${text.replace('/', '-')}.csv`, `${head},x\n${row('')}`));
  await each('a mapping', (text) =>
    upload(`m${nth}.csv`, `${head},x\n${row('')}`, `&mapping=${encodeURIComponent(`a: "${text}"`)}`),
  );
  await each('a cell of a workbook', (text) =>
    upload(
      `w${nth}.xlsx`,
      bookOf([
        [...head.split(','), 'details'],
        [...row('').trim().split(',').slice(0, 7), text],
      ]),
    ),
  );
}

async function plantInGateway(): Promise<void> {
  const { answers, ask } = echo;
  const order = async (more: object = {}) => {
    const reference = `G-${++nth}`;
    await ask('POST', '/v1/orders', {
      merchant: 'duka',
      transaction_reference: reference,
      amount: '10.00',
      currency: 'KES',
      ...more,
    });
    return reference;
  };
  answers.set('/operators', {
    status: 200,
    body: { operators: [{ code: 'MPESA_KE', name: 'M-Pesa', country: 'KE', currencies: ['KES'] }] },
  });
  const pay = (reference: string) =>
    ask('POST', `/v1/orders/${reference}/payments`, {
      phone: planted.text('the phone of a payment', 'telephone number'),
      operator: 'MPESA_KE',
      country: 'KE',
    });
  await each('the error of a gateway', async (text) => {
    answers.set('/payments/initiate', { status: 400, body: { error: { code: 'X', message: `no ${text}` } } });
    await pay(await order());
  });
  await each('the answer of a gateway', async (text, kind) => {
    const body = { transaction_id: `P-${++nth}`, created_at: AT, echoed: text, to: [text] };
    answers.set('/payments/initiate', { status: 202, body, headers: { 'x-echo': kind === 'secret' ? API_KEY : text } });
    await pay(await order());
  });
  await each('a failure of a gateway', async (text) => {
    answers.set('/payments/initiate', { status: 500, body: `<html>${text}</html>` });
    await pay(await order());
  });
  await each('the reason of a refund', async (text) => {
    const reference = await order();
    await echo.webhook(payment({ transaction_reference: reference }));
    await echo.later(100);
    answers.set('/payments/refund', { status: 202, body: { refund_id: `R-${++nth}`, created_at: AT, reason: text } });
    await ask('POST', `/v1/orders/${reference}/refunds`, { amount: '1.00', reason: text });
  });
  await each('the answer to a poll', async (text) => {
    const reference = await order();
    answers.set('/payments/status', {
      status: 200,
      body: { transaction_reference: reference, status: 'pending', amount: '10.00', currency: 'KES', x: text },
    });
    await echo.later(3 * 60_000);
  });
}

async function plantInRequests(): Promise<void> {
  const { ask } = echo;
  const order = { merchant: 'duka', amount: '10.00', currency: 'KES' };
  const place = (more: object, headers = {}) =>
    ask('POST', '/v1/orders', { ...order, transaction_reference: `O-${++nth}`, ...more }, headers);
  await each('the number of a customer', (text) => place({ msisdn: text }));
  await each('the device of a customer', (text) => place({ device_id: text }));
  await each('the operator of an order', (text) => place({ operator: text }));
  await each('an unknown field of a request', (text) => place({ x: text }));
  await each('an invalid field of a request', (text) => place({ placed_at: `x ${text}` }));
  await each('a header of a request', (text) => place({}, { 'x-note': text }));
  await each('an idempotency key', (text) => place({}, { 'idempotency-key': text }));
  await each('a part of a path', (text) => ask('GET', `/v1/transactions/${encodeURIComponent(text)}`, undefined));
  await each('an unknown query', (text) => ask('GET', `/v1/entries${query('q', text)}`, undefined));
}

beforeAll(async () => {
  const place = 'the address of messages';
  const target = `/${planted.text(place, 'telephone number')}/${planted.text(place, 'mail address')}`;
  echo = await echoingService(target);
  await each('the answer to a message', (text) => echo.answers.set(target, { status: 500, body: `no ${text}` }));
  await plantInWebhooks();
  await plantInFiles();
  await plantInGateway();
  await plantInRequests();
  const report = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,x\n';
  const cells = KINDS.map(
    (kind) => `A-${++nth},P-${nth},payment,10.00,KES,0,2026-06-01,"${planted.text('a settlement report', kind)}"\n`,
  );
  echo.answers.set('/settlements/report', { status: 200, body: report + cells.join('') });
  await echo.later(26 * 3_600_000);
  metrics = await echo.ask('GET', '/metrics', undefined);
  await echo.end();
  texts = textsIn(echo.data);
}, 600_000);
afterAll(() => echo.remove());

/** The rows of the list of what stays in clear: a place, and the kinds. */
function listed(): string[] {
  const text = readFileSync('docs/security.md', 'utf8');
  const rows = text.slice(text.indexOf('| what stays in clear |')).split('\n\n', 1)[0]!.split('\n').slice(2);
  return rows.flatMap((row) => {
    const [place, kinds] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return kinds!.split(', ').map((kind) => `${place}: ${kind}`);
  });
}

test('S24: in forty places, nothing personal and no secret is written in clear but what the list has', () => {
  expect(planted.places.size).toBeGreaterThanOrEqual(40);
  expect(planted.foundIn(texts)).toEqual(listed().sort());
});

test('S24: neither the log nor the metrics have any of it, nor the API key that a gateway echoed', () => {
  expect(echo.lines.length).toBeGreaterThan(100);
  expect(planted.foundIn([...echo.lines, metrics])).toEqual([]);
  expect([...texts, ...echo.lines].filter((text) => text.includes(API_KEY))).toEqual([]);
});
