// For tests: two shops on one ledger that have the same kinds of things, and all that tells them from each other.
import { expect } from 'vitest';
import { caseId } from '../../src/domain/case-id.ts';
import type { withNotices } from '../service/given-notices.ts';
import { factOf, NOON, order, paid } from '../service/ledger/given-live-ledger.ts';

type World = Parameters<Parameters<typeof withNotices>[0]>[0];
type Headers = Readonly<Record<string, string>>;

export interface Shop {
  readonly merchant: string;
  /** It is part of every name of the shop, and of no other. */
  readonly word: string;
  /** By how much its first order was paid too little. */
  readonly less: string;
  readonly phone: string;
}

export const SHOPS = [
  { merchant: 'shop-alpha', word: 'ALPHA', less: '131.17', phone: '+254711000111' },
  { merchant: 'shop-bravo', word: 'BRAVO', less: '272.39', phone: '+254722000222' },
] as const satisfies readonly Shop[];

export const ROLES = ['operator', 'approver', 'auditor'] as const;

/** What the service made for a shop, by the names in requests. */
export interface Things {
  readonly reference: string;
  readonly payment: string;
  readonly case: string;
  readonly proposal: string;
  readonly content: string;
  readonly batch: string;
  readonly file: string;
  readonly exchange: string;
  readonly entry: string;
  readonly merchant: string;
  readonly person: string;
}

export interface PlacedShop extends Shop {
  readonly things: Things;
  readonly by: Readonly<Record<(typeof ROLES)[number], Headers>>;
}

/** Of the same form, and nobody's. */
export const NOTHING: Things = {
  ...{ reference: 'NOBODY-1', payment: 'P-NOBODY-1', merchant: 'shop-nobody', person: 'p-nobody' },
  case: caseId({ key: 'NOBODY-1', stage: 'payment', reason: 'AMOUNT_UNDER', subject: 'P-NOBODY-1' }),
  proposal: `${caseId({ key: 'NOBODY-1', stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' })}.${'cd'.repeat(32)}`,
  ...{ content: 'ce'.repeat(32), batch: `b-${'cd'.repeat(12)}`, file: 'cd'.repeat(32), exchange: 'x-NOBODY' },
  entry: '0-999999-0',
};

function factsOf({ merchant, word, less, phone }: Shop) {
  const amount = (1_000 - Number(less)).toFixed(2);
  const settled = { type: 'payment', amount_received: '1000.00', fee_deduction: '15.00', currency: 'KES' };
  const of = (number: number) => ({
    transaction_reference: `${word}-${number}`,
    transaction_id: `P-${word}-${number}`,
  });
  return [
    ...[order(`${word}-1`, { merchant, msisdn: phone }), paid(`${word}-1`, { data: { amount, msisdn: phone } })],
    // Of one amount and one phone in both shops: each could be what the other's lost payment was for.
    order(`${word}-2`, { merchant, status: 'paid', msisdn: '+254733000333' }),
    paid(null, { id: `ev-${word}-lost`, data: { transaction_id: `P-${word}-lost`, msisdn: '+254733000333' } }),
    ...[order(`${word}-3`, { merchant }), paid(`${word}-3`)],
    factOf('settlements', { ...of(3), ...settled, line_id: `L-${word}-3`, settlement_date: '2026-06-01' }),
    ...[order(`${word}-4`, { merchant }), paid(`${word}-4`, { data: { amount: '1333.00' } })],
  ];
}

/** Puts the facts of shops, and lets the people of each do what people do. */
export async function placeShops(world: World, shops: readonly Shop[]): Promise<readonly PlacedShop[]> {
  const { given } = world;
  await given.ledger.writer.append(shops.flatMap(factsOf));
  given.clock.at += 2 * 86_400_000;
  await given.ledger.loop.catchUp();
  const placed: PlacedShop[] = [];
  for (const shop of shops) placed.push(await work(world, shop));
  await given.ledger.loop.catchUp();
  return placed;
}

async function work({ given, post }: World, shop: Shop): Promise<PlacedShop> {
  const { word, merchant } = shop;
  const [operator, approver, auditor] = ROLES.map((role) => given.browserOf(`${word} ${role}`, { role, merchant }));
  const by = { operator: operator!, approver: approver!, auditor: auditor! };
  const get = async (url: string, headers = by.operator) => (await given.ask({ url, headers })).json;
  const { cases } = await get(`/v1/cases?q=${word}-1`);
  const [{ id, finding }] = cases;
  const file = await given.ask({
    ...{ method: 'POST', url: '/v1/attachments', payload: Buffer.from(`${word} file`) },
    headers: { ...by.operator, 'content-type': 'text/plain' },
  });
  const note = { text: `${word} note`, attachments: [file.json.sha256] };
  expect2xx(await post(by.operator, `/v1/cases/${id}/notes`, note));
  const wanted = { finding, kind: 'write_off', cause: 'goodwill', text: `${word} text` };
  const proposal = expect2xx(await post(by.operator, `/v1/cases/${id}/proposals`, wanted));
  const act = { act: 'assign', owner: `team-${word.toLowerCase()}`, due_at: null, waiting_on: null };
  const preview = expect2xx(await post(by.operator, '/v1/cases/bulk/preview', { act, filter: {} }));
  const batch = expect2xx(await post(by.operator, '/v1/cases/bulk', { token: preview.token }, `bulk-${word}`));
  const isFinished = () => given.parts.tables.batches.get(batch.id)!.finished_at !== null;
  await expect.poll(isFinished, { interval: 5 }).toBe(true);
  const view = { name: `${word} view`, url: '/desk/breaks' };
  expect2xx(await given.ask({ method: 'POST', url: '/v1/views', json: view, headers: by.operator }));
  expect2xx(await post(by.operator, '/v1/periods/2026-06-01/proposals', { merchant }));
  const body = { headers: {}, body: Buffer.from(`${word} body`) };
  given.exchanges.push({
    ...{ id: `x-${word}`, direction: 'in', at: NOON, elapsed_ms: 1, account: 'mfs-africa/main', method: 'POST' },
    ...{ url: '/webhooks', names: [`${word}-3`, `P-${word}-3`], request: body, status: 200, response: body },
    fault: null,
  });
  const { entries } = await given.ledger.reader.entriesAfter(null, 1_000);
  const own = entries.find(({ key }) => key === `${word}-1`)!;
  const person = (await get('/v1/me')).person.id;
  const things = {
    ...{ reference: `${word}-1`, payment: `P-${word}-1`, case: id, proposal: proposal.id, content: proposal.content },
    ...{ batch: batch.id, file: file.json.sha256, exchange: `x-${word}`, merchant, person },
    entry: `${own.partition}-${own.height}-${own.index}`,
  };
  return { ...shop, things, by };
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape, which were checked already.
function expect2xx({ status, json, text }: { status: number; json: any; text: string }): any {
  if (status >= 300) throw new Error(`${status}: ${text}`);
  return json;
}
