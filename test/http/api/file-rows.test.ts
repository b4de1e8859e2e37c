// Which row of which file a fact was, in a case, a transaction and the rows behind a figure of a statement.
import { expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const DAY = '2026-06-01';
const ORDERS = [
  'merchant,transaction_reference,amount,currency,placed_at',
  'shop-1,A-0,1000.00,KES,2026-06-01T11:00:00Z',
  'shop-1,A-1,1000.00,KES,2026-06-01T11:00:00Z',
];
/** The second line has lost its reference: another key has it, and gives it to the one that names the payment. */
const LINES = [
  'transaction_reference,transaction_id,type,line_id,amount_received,fee_deduction,currency,settlement_date',
  `A-9,P-A-9,payment,L-9,1000.00,15.00,KES,${DAY}`,
  `,P-A-1,payment,L-1,900.00,15.00,KES,${DAY}`,
];
const CASE = caseId({ key: 'A-1', stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' });

async function importFile(given: Given, kind: string, lines: readonly string[]): Promise<void> {
  const url = `/v1/imports?${new URLSearchParams({ kind, name: `${kind}.csv` })}`;
  const file = { payload: `${lines.join('\n')}\n`, headers: { 'content-type': 'text/csv' } };
  const { status } = await given.ask({ method: 'POST', url, key: given.key('operator', '*'), ...file });
  expect(status).toBe(201);
}

async function givenFiles(given: Given): Promise<void> {
  await importFile(given, 'orders', ORDERS);
  await given.ledger.writer.append([paid('A-1', { data: { amount: '900.00' } })]);
  await importFile(given, 'settlements', LINES);
}

type Placed = { readonly id: string; readonly import: number | null; readonly row: number | null };
const placesOf = (claims: readonly Placed[]) =>
  Object.fromEntries(claims.map(({ id, import: of, row }) => [id.replace(/.*:/, ''), [of, row]]));

test('facts have their row where it is asked for, also those that another key gave', () =>
  givenApi(async (given) => {
    await givenFiles(given);
    const key = given.key('auditor', '*');
    const shown = async (url: string) => (await given.ask({ url, key })).json;
    const places = { 'A-1': [1, 3], 'ev-A-1': [null, null], 'L-1': [2, 3] };
    const { transaction } = await shown(`/v1/cases/${CASE}?file_rows=100`);
    expect(placesOf(transaction.claims)).toEqual(places);
    expect(placesOf((await shown('/v1/transactions/A-1?file_rows=100')).claims)).toEqual(places);
    const plain = await shown(`/v1/cases/${CASE}`);
    expect(placesOf(plain.transaction.claims)).toEqual({ ...places, 'A-1': [1, null], 'L-1': [2, null] });
    const few = await shown('/v1/transactions/A-1?file_rows=1');
    expect(few.claims.filter(({ row }: Placed) => row !== null)).toHaveLength(1);
  }));

test('rows behind a figure name the file and the row that they are from', () =>
  givenApi(async (given) => {
    await givenFiles(given);
    const key = given.key('auditor', '*');
    const rows = async (query: string) =>
      (await given.ask({ url: `/v1/statements/${DAY}/lines?${query}`, key })).json.rows.map(
        ({ fact, import: of, row }: Placed & { fact: string }) => [fact.replace(/.*:/, ''), of, row],
      );
    expect(await rows('line=settled&file_rows=100&merchant=shop-1')).toEqual([['L-1', 2, 3]]);
    expect(await rows('line=settled&merchant=shop-1')).toEqual([['L-1', null, null]]);
    expect(await rows('line=received&file_rows=100')).toEqual([
      ['ev-A-1', null, null],
      ['L-9', 2, 2],
    ]);
  }));

test('who sees single merchants sees no row of a file that may be of all', () =>
  givenApi(async (given) => {
    await givenFiles(given);
    const key = given.key('operator', 'shop-1');
    const { json } = await given.ask({ url: '/v1/transactions/A-1?file_rows=100', key });
    expect(json.claims.map(({ row }: Placed) => row)).toEqual(json.claims.map(() => null));
    const lines = await given.ask({ url: `/v1/statements/${DAY}/lines?line=settled&file_rows=100`, key });
    expect(lines.json.rows).toMatchObject([{ import: null, row: null }]);
  }));
