// The list of cases beside a running ledger: a page is answered from the last round that ended, without a question.
import { expect, test } from 'vitest';
import type { Ask, QueryName } from '../../../src/engine/executors/queries.ts';
import { LiveCases } from '../../../src/service/ledger/live-cases.ts';
import type { LiveLedger } from '../../../src/service/ledger/live-ledger.ts';
import { NOON, order, paid, withLiveLedger } from './given-live-ledger.ts';

const ASKED = { filter: {}, merchants: null, sort: 'reference', limit: 10, now: NOON } as const;
const MILLIS_MAX = 60_000;

/** Cases beside the ledger's own, whose questions are counted, and held up where a test says so. */
function casesOf(ledger: LiveLedger) {
  const asked: QueryName[] = [];
  const held = { until: Promise.resolve(), error: null as Error | null };
  const ask: Ask = async (query) => {
    asked.push(query.query);
    await held.until;
    if (held.error !== null) throw held.error;
    return ledger.reconciler.executors.ask(query);
  };
  const cases = new LiveCases({
    ask,
    routing: () => ROUTING,
    rules: () => ledger.loop.rules,
    answerMillisMax: MILLIS_MAX,
  });
  const keys = async () => (await cases.page(ASKED)).rows.map(({ key }) => key);
  return { cases, asked, held, keys };
}

const ROUTING = [] as const;
const short = (reference: string) => [order(reference), paid(reference, { data: { amount: '990.00' } })];

async function read(ledger: LiveLedger, reference: string): Promise<void> {
  await ledger.writer.append(short(reference));
  await ledger.loop.catchUp();
}

test('a page is answered from what was told after the last round, whatever the ledger does meanwhile', () =>
  withLiveLedger(async ({ ledger }) => {
    const { cases, asked, held, keys } = casesOf(ledger);
    await read(ledger, 'A-1');
    await cases.afterRound();
    expect(asked).toEqual([]);
    expect(await keys()).toEqual(['A-1']);
    expect(asked).toEqual(['caseChanges']);
    await read(ledger, 'A-2');
    const { promise, resolve } = Promise.withResolvers<void>();
    held.until = promise;
    const telling = cases.afterRound();
    expect(await keys()).toEqual(['A-1']);
    expect(await keys()).toEqual(['A-1']);
    resolve();
    await telling;
    expect(await keys()).toEqual(['A-1', 'A-2']);
    expect(asked).toEqual(['caseChanges', 'caseChanges']);
  }));

test('after a fault the next page asks again, and is told all', () =>
  withLiveLedger(async ({ ledger }) => {
    const { cases, held, keys } = casesOf(ledger);
    await read(ledger, 'A-1');
    expect(await keys()).toEqual(['A-1']);
    await read(ledger, 'A-2');
    held.error = new Error('the thread ended');
    await cases.afterRound();
    await expect(keys()).rejects.toThrow('the thread ended');
    held.error = null;
    expect(await keys()).toEqual(['A-1', 'A-2']);
  }));

test('no search asks the ledger', () =>
  withLiveLedger(async ({ ledger }) => {
    const { cases, asked, keys } = casesOf(ledger);
    await read(ledger, 'A-1');
    await keys();
    const search = async (how: 'reference' | 'id' | 'contains', text: string) => {
      return (await cases.page({ ...ASKED, q: { how, text } })).sought;
    };
    expect(await Promise.all([search('reference', 'A-1'), search('contains', 'a-')])).toEqual([1, 1]);
    expect(asked).toEqual(['caseChanges']);
    expect(await Promise.all([search('id', 'P-A-1'), search('id', 'A-1')])).toEqual([1, 0]);
    expect(asked).toEqual(['caseChanges']);
  }));

test('but for the ids of a key with very many claims, which are not in the list', () =>
  withLiveLedger(async ({ ledger }) => {
    const { cases, asked, keys } = casesOf(ledger);
    const more = Array.from({ length: 1_001 }, (_, at) =>
      paid('A-1', { id: `ev-${at}`, data: { amount: `${at + 1}.00` } }),
    );
    await ledger.writer.append([order('A-1'), ...more, paid('A-1', { id: 'last', data: { transaction_id: 'P-X' } })]);
    await read(ledger, 'A-2');
    await keys();
    const found = async (text: string) => {
      const { rows } = await cases.page({ ...ASKED, q: { how: 'id', text } });
      return [...new Set(rows.map(({ key }) => key))];
    };
    expect([await found('P-X'), await found('P-A-2'), await found('P-Y')]).toEqual([['A-1'], ['A-2'], []]);
    expect(asked.slice(1)).toEqual(['keysWithId', 'keysWithId', 'keysWithId']);
  }));

test('who waits for a round finds it in the list', () =>
  withLiveLedger(async ({ ledger }) => {
    for (let at = 1; at <= 5; at++) {
      await read(ledger, `A-${at}`);
      expect((await ledger.cases.page(ASKED)).total).toBe(at);
    }
  }));
