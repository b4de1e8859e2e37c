// What the API shows of a claim: every member of it, in the form that its document promises.

import { expect, test } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { Transaction } from '../../src/http/api/schemas/ledger.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { transactionView } from '../../src/projections/transaction-view.ts';
import { callback, fold, line, order, t } from '../matching/given.ts';

function viewOf(...claims: readonly Claim[]) {
  const found = { key: 'REF', partition: 0, claims: fold(claims).claims, decisions: [], entryIds: [], isVacant: false };
  return transactionView(found, compileRules(parseRules({})), t('2 12:00'));
}

const Shown = Transaction.omit({ risk: true, exchanges: true });

test('a callback that nobody signed is shown as such, and decides as inconclusive', () => {
  const view = viewOf(order(), callback({ id: 'e1', hint: true }));
  const [said] = view.claims;
  expect(said).toMatchObject({ unsigned: true, body: { hint: true, status: 'succeeded', amount: '1000.00' } });
  const status = view.decided[1]!.decisions.find(({ field }) => field === 'status');
  expect(status).toMatchObject({ value: 'inconclusive', ground: 'unsigned', by: ['mfs-africa:callback:e1'] });
  expect(view.amounts.paid).toBe(null);
  expect(Shown.safeParse(view).error).toBe(undefined);
});

test('further ids, a reading without a time and a row with one are members like others', () => {
  const aliases = { receipt: 'R1', session: 'S1' };
  const claims = [callback({ aliases, untimed: true }), line({ aliases, at: t('3 09:00') })];
  const view = viewOf(order({ parent: 'WHOLE' }), ...claims);
  expect(view.claims.map(({ unsigned }) => unsigned)).toEqual([false, false, false]);
  expect(view.claims.map(({ body }) => body.aliases)).toEqual([aliases, aliases, undefined]);
  expect(Shown.safeParse(view).error).toBe(undefined);
});

test('a claim that a file said names its import, and what came in by itself none', () => {
  const view = viewOf(order(), callback(), { ...line(), import_id: 3 });
  expect(view.claims.map(({ topic, import: from }) => [topic, from])).toEqual([
    ['callbacks.v1', null],
    ['settlements.v1', 3],
    ['orders.v1', null],
  ]);
  expect(Shown.safeParse(view).error).toBe(undefined);
});
