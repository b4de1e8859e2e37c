// Orders of several merchants: one payment for all parts, matched under the whole, and where each part then stands.
// Every example comes in one piece and in many, in several orders, and must end at the same outcome root.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryId } from '../../src/domain/entry.ts';
import { type Claim, isFromSource, type OrderPlaced, type SourceBody } from '../../src/domain/fact.ts';
import { isIdentityKey } from '../../src/domain/key.ts';
import { entriesAfter } from '../../src/projections/entry-feed.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { callback, line, order, poll, refund, refundLine, t, withdrawn } from '../matching/given.ts';
import { refundRequest, statusChange } from '../matching/given-shop.ts';
import { type Coming, comings, type Keyed, Running, rulesOf, run, shuffled } from './world.ts';

type Given = Readonly<Record<string, readonly Claim[]>>;

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };

/** A part of W: of merchant a 600.00, of merchant b 400.00. */
const part = (merchant: 'a' | 'b', more: Partial<OrderPlaced> = {}) =>
  order({ id: `order:W-${merchant}`, merchant, amount: merchant === 'a' ? '600.00' : '400.00', parent: 'W', ...more });
const whole = (more: Partial<OrderPlaced> = {}) => order({ id: 'order:W', merchant: 'plaza', ...more });
const cancelled = (merchant: 'a' | 'b', at: number) => part(merchant, { status: 'cancelled', status_at: at });

function factsOf(given: Given): Keyed[] {
  return Object.entries(given).flatMap(([key, claims]) =>
    claims.filter(isFromSource).map((claim: Claim<SourceBody>) => ({ key, claim })),
  );
}

/** In how many orders and pieces each example comes. */
const COMINGS = Number(process.env.HESABU_TEST_WORLDS ?? 2);

/** `key standing REASONS` of each reference, whatever the order and the pieces. */
async function stands(given: Given, input: unknown = {}): Promise<string[]> {
  const rules = rulesOf(input);
  const facts = factsOf(given);
  const once = await run(facts, WHOLE, rules);
  for (const [again, coming] of fc.sample(fc.tuple(shuffled(facts), comings), { numRuns: COMINGS, seed: 5 })) {
    const other = await run(again, coming, rules);
    expect(other.standings).toEqual(once.standings);
    expect(other.root).toBe(once.root);
    for (let partition = 0; partition < coming.partitions; partition++) {
      const { task } = replayPartition(
        other.log,
        partition,
        (hash) => other.rules.get(hash)!,
        () => {},
      );
      expect(task.head).toEqual(other.group.heads[partition]);
    }
  }
  const shown = once.standings.filter(({ key }) => !isIdentityKey(key));
  return shown.map(({ key, standing, reasons }) => [key, standing, ...reasons.toSorted()].join(' '));
}

const settled = [callback(), line()];

describe('one payment for the parts of several merchants', () => {
  it('is matched to their sum, and each part stands with it', async () => {
    const parts = { 'W-a': [part('a')], 'W-b': [part('b')] };
    expect(await stands({ W: settled, ...parts })).toEqual(['W matched', 'W-a matched', 'W-b matched']);
    expect(await stands({ W: [whole(), ...settled], ...parts })).toEqual(['W matched', 'W-a matched', 'W-b matched']);
    expect(await stands({ W: [callback()], ...parts })).toEqual([
      'W unmatched SETTLEMENT_MISSING',
      'W-a unmatched',
      'W-b unmatched',
    ]);
  });

  it('may come under a part, be settled by part, and without a reference', async () => {
    const lines = {
      'W-a': [part('a'), line({ id: 'l1', gross: '600.00' })],
      'W-b': [part('b'), line({ id: 'l2', gross: '400.00' })],
    };
    const all = ['W matched', 'W-a matched', 'W-b matched'];
    expect(await stands({ W: [callback()], ...lines })).toEqual(all);
    expect(await stands({ 'W-a': [part('a'), callback()], 'W-b': [part('b')], '?mfs-africa:P1': [line()] })).toEqual(
      all,
    );
    expect(await stands({ W: [whole(), callback()], ...lines })).toEqual(all);
  });

  it('that is too small is told once, under the whole', async () => {
    const short = [callback({ amount: '900.00' }), line({ gross: '900.00' })];
    expect(await stands({ W: short, 'W-a': [part('a')], 'W-b': [part('b')] })).toEqual([
      'W unmatched AMOUNT_UNDER',
      'W-a unmatched',
      'W-b unmatched',
    ]);
  });

  it('that never came closes the whole and its parts, and is missed once where a shop counts on it', async () => {
    expect(await stands({ 'W-a': [part('a')], 'W-b': [part('b')] })).toEqual(['W closed', 'W-a closed', 'W-b closed']);
    expect(await stands({ 'W-a': [part('a', { status: 'paid' })], 'W-b': [part('b')] })).toEqual([
      'W unmatched PAYMENT_MISSING',
      'W-a unmatched',
      'W-b unmatched',
    ]);
  });
});

describe('whose word counts for the whole', () => {
  const accounts = { 'mfs-africa/ours': ['a'], 'mfs-africa/theirs': ['c'] };
  const said = (account: string) => [callback({ account, via: 'poll' }), line({ account })];
  const parts = { 'W-a': [part('a')], 'W-b': [part('b')] };

  it('is that of an account of any of its merchants, where it has no order of its own', async () => {
    expect(await stands({ W: said('ours'), ...parts }, { accounts })).toEqual([
      'W matched',
      'W-a matched',
      'W-b matched',
    ]);
    expect(await stands({ W: said('theirs'), ...parts }, { accounts })).toEqual([
      'W closed FOREIGN_ACCOUNT',
      'W-a closed',
      'W-b closed',
    ]);
    expect(await stands({ ...parts, 'W-a': [part('a'), ...said('theirs')] }, { accounts })).toEqual([
      'W closed FOREIGN_ACCOUNT',
      'W-a closed',
      'W-b closed',
    ]);
  });
});

describe('the order of the whole', () => {
  it('that says another sum than its parts is a conflict that names both', async () => {
    const given = { W: [whole({ amount: '1100.00' }), ...settled], 'W-a': [part('a')], 'W-b': [part('b')] };
    expect(await stands(given)).toEqual([
      'W unmatched AMOUNT_UNDER CONFLICTING_EVIDENCE',
      'W-a unmatched',
      'W-b unmatched',
    ]);
  });

  it('cancelled without money closes its parts', async () => {
    const given = { W: [whole({ status: 'cancelled' })], 'W-a': [part('a')], 'W-b': [part('b')] };
    expect(await stands(given)).toEqual(['W closed', 'W-a closed', 'W-b closed']);
  });

  it('in another currency than a part leaves that part unmatched', async () => {
    const given = {
      W: settled,
      'W-a': [part('a', { amount: '1000.00' })],
      'W-b': [part('b', { amount: '40', currency: 'UGX' })],
    };
    expect(await stands(given)).toEqual(['W matched', 'W-a matched', 'W-b unmatched CURRENCY_MISMATCH']);
  });
});

describe('a part alone', () => {
  const rest = { amount: '400.00' };

  it('cancelled before the payment leaves the whole with the others', async () => {
    const given = { 'W-a': [cancelled('a', t('2 08:02'))], 'W-b': [part('b')] };
    const paid = [callback(rest), line({ gross: '400.00' })];
    const all = ['W matched', 'W-a closed', 'W-b matched'];
    expect(await stands({ W: paid, ...given })).toEqual(all);
    // A shop may restate the whole, or leave it as it was.
    expect(await stands({ W: [whole(rest), ...paid], ...given })).toEqual(all);
    expect(await stands({ W: [whole(), ...paid], ...given })).toEqual(all);
    expect(await stands({ W: settled, ...given })).toEqual(['W unmatched AMOUNT_OVER', 'W-a closed', 'W-b unmatched']);
  });

  it('cancelled after the payment is owed back until as much was returned', async () => {
    const given = {
      'W-a': [part('a'), statusChange('cancelled', t('2 10:00'), { merchant: 'a' })],
      'W-b': [part('b')],
    };
    const back = [refund({ amount: '600.00', at: t('2 11:00') }), refundLine({ gross: '-600.00' })];
    expect(await stands({ W: settled, ...given })).toEqual([
      'W matched',
      'W-a unmatched CANCELLED_BUT_PAID',
      'W-b matched',
    ]);
    const all = ['W matched', 'W-a matched', 'W-b matched'];
    expect(await stands({ W: [...settled, ...back], ...given })).toEqual(all);
    expect(await stands({ W: settled, ...given, 'W-a': [...given['W-a'], ...back] })).toEqual(all);
    // Of what was given back of another part, nothing is this one's.
    const other = [refund({ amount: '400.00', at: t('2 11:00') }), refundLine({ gross: '-400.00' })];
    expect(await stands({ W: settled, ...given, 'W-b': [...given['W-b'], ...other] })).toEqual([
      'W matched',
      'W-a unmatched CANCELLED_BUT_PAID',
      'W-b matched',
    ]);
  });

  it('of which its shop gave back something waits for that alone', async () => {
    const asks = refundRequest({ merchant: 'a', amount: '100.00' });
    const given = { W: settled, 'W-a': [part('a'), asks], 'W-b': [part('b')] };
    expect(await stands(given)).toEqual(['W matched', 'W-a unmatched CANCELLED_BUT_PAID', 'W-b matched']);
    const back = [refund({ amount: '100.00', at: t('2 12:30') }), refundLine({ gross: '-100.00' })];
    expect(await stands({ ...given, W: [...settled, ...back] })).toEqual(['W matched', 'W-a matched', 'W-b matched']);
  });

  it('whose refund failed is told once, under the whole', async () => {
    const failed = [
      refund({ amount: '100.00', at: t('2 12:30') }),
      refund({ amount: '100.00', status: 'failed', at: t('3 12:30') }),
    ];
    const asks = refundRequest({ merchant: 'a', amount: '100.00' });
    const given = { 'W-a': [part('a'), asks], 'W-b': [part('b')] };
    const told = ['W unmatched REFUND_FAILED', 'W-a unmatched', 'W-b unmatched'];
    expect(await stands({ W: [...settled, ...failed], ...given })).toEqual(told);
    expect(await stands({ W: settled, ...given, 'W-a': [...given['W-a'], ...failed] })).toEqual(told);
    const again = [
      refund({ payment: 'R2', amount: '100.00', at: t('4 09:00') }),
      refundLine({ payment: 'R2', gross: '-100.00' }),
    ];
    expect(await stands({ W: [...settled, ...failed, ...again], ...given })).toEqual([
      'W matched',
      'W-a matched',
      'W-b matched',
    ]);
  });

  it('expires with the whole, each with its own amount and under its own merchant', async () => {
    const facts = factsOf({ 'W-a': [part('a')], 'W-b': [cancelled('b', t('2 08:30'))] });
    const { log } = await run(facts, WHOLE, rulesOf({}));
    const { entries } = entriesAfter(log, null, 1_000);
    const over = new Set(entries.flatMap(({ supersedes }) => supersedes));
    const standing = entries.filter(({ partition, height, index }) => !over.has(entryId(partition, height, index)));
    const told = standing.flatMap(({ key, merchant, finding: { stage, reason, expected, opened_at } }) => {
      return stage === 'payment' && reason !== null ? [[key, merchant, reason, expected, opened_at]] : [];
    });
    expect(told.sort()).toEqual([
      ['W', '', 'ORDER_EXPIRED', '600.00', t('3 08:00')],
      ['W-a', 'a', 'ORDER_EXPIRED', '600.00', t('3 08:00')],
      ['W-b', 'b', 'ORDER_CANCELLED', '400.00', t('2 08:30')],
    ]);
  });

  it('that is the whole of another one is refused, and money under it stays visible', async () => {
    const given = { V: settled, W: [whole({ parent: 'V' })], 'W-a': [part('a')] };
    expect(await stands(given)).toEqual(['V matched', 'W matched', 'W-a unmatched CONFLICTING_EVIDENCE']);
  });
});

describe('the parts of a whole', () => {
  it('follow where it goes: withdrawn, moved to another whole, no longer parts', async () => {
    const moved = part('b', { parent: 'V' });
    const later = { ...moved, stated_at: t('3 00:00') };
    expect(await stands({ W: settled, 'W-a': [part('a', { amount: '1000.00' })], 'W-b': [part('b'), later] })).toEqual([
      'V closed',
      'W matched',
      'W-a matched',
      'W-b closed',
    ]);
    const said = { ...part('b'), import_id: 4 };
    expect(
      await stands({ W: settled, 'W-a': [part('a', { amount: '1000.00' })], 'W-b': [said, withdrawn(said)] }),
    ).toEqual(['W matched', 'W-a matched']);
  });

  it('stand as of any time where the whole stands, whatever came in between', async () => {
    const rules = rulesOf({});
    const facts = factsOf({
      W: [whole(), callback(), poll({ at: t('2 09:00') }), line()],
      'W-a': [part('a')],
      'W-b': [part('b')],
    });
    for (const asOf of [t('2 08:00'), t('2 08:06'), t('3 15:59'), t('3 16:00'), t('9 00:00')]) {
      const running = new Running(3);
      await running.append(facts.slice(1), 2);
      await running.advance(t('2 07:00'), rules);
      await running.append(facts.slice(0, 1), 2);
      await running.advance(asOf, rules);
      const [one, ...parts] = running.standings.map(({ standing }) => standing);
      expect(parts).toEqual([one, one]);
    }
  });
});
