// Facts without a reference: where they end does not depend on when they, or what names their payment, came.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { identityKey } from '../../src/domain/key.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import { type Ask, answerOf, QUERIES } from '../../src/engine/executors/queries.ts';
import { runResolution } from '../../src/engine/resolution-run.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { DEFAULT_RULES, parseRules } from '../../src/matching/rules.ts';
import { callback, line, order, refundLine, t } from '../matching/given.ts';
import { END, type Keyed, Running, rulesOf } from './world.ts';

const RULES = parseRules({});

/** A fact as a file gave it: under a reference, or with ids alone. */
type Given = Keyed | { readonly key: null; readonly claim: Claim };

const id = fc.constantFrom('T1', 'T2', 'T3', 'T4');
const operator = fc.constantFrom(null, 'OP1', 'OP2');
const number = fc.integer({ min: 1, max: 99 });

/** Payments are known under one reference each: T1 is R1's, and so on. */
const direct: fc.Arbitrary<Given> = fc.tuple(fc.constantFrom('1', '2', '3'), number).map(([at, n]) => {
  const key = `R${at}`;
  const claims: Claim[] = [
    order({ id: `order:${key}` }),
    callback({ id: `mfs-africa:callback:${key}-${n}`, provider_transaction_id: `T${at}` }),
  ];
  return { key, claim: claims[n % 2]! };
});

const unnamed: fc.Arbitrary<Given> = fc.tuple(id, operator, number, fc.boolean()).map(([name, op, n, isRefund]) => {
  const ids = { provider_transaction_id: name, operator_transaction_id: op };
  const claimId = `mfs-africa:line:${name}-${op}-${n}-${isRefund}`;
  return { key: null, claim: isRefund ? refundLine({ id: claimId, ...ids }) : line({ id: claimId, ...ids }) };
});

async function come(pieces: readonly (readonly Given[])[]): Promise<Running> {
  const running = new Running(3);
  const rules = rulesOf({});
  const ask: Ask = async (query) => {
    const group = running.group;
    return QUERIES[query.query].merge([answerOf(query, group, () => rules)]);
  };
  for (const piece of pieces) {
    await running.append(
      piece.filter((given) => given.key !== null),
      3,
    );
    for (const { key, claim } of piece) if (key === null) await appendUnresolved(running, claim);
    await running.advance(END, rules);
    const { appended } = await runResolution(running.log, ask, DEFAULT_RULES, END);
    if (appended) await running.advance(END, rules);
  }
  return running;
}

async function appendUnresolved({ log }: Running, claim: Claim): Promise<void> {
  const { provider_transaction_id } = claim.body as { provider_transaction_id: string };
  const transaction_reference = identityKey(claim.provider, provider_transaction_id);
  const builder = new BatchBuilder();
  const envelope = { transaction_reference, received_at: 0, raw: '1/1', report: null, line: null, payout: null };
  builder.addFact({ ...envelope, ...claim });
  const partition = partitionOf(transaction_reference, log.partitions);
  await log.append([{ topic: 'unresolved.v1', partition, source: 1, ...builder.take() }]);
}

const givens = fc.array(fc.oneof(direct, unnamed), { maxLength: 12 });

describe('facts without a reference', () => {
  test('end under the same keys in any order and any pieces', () =>
    fc.assert(
      fc.asyncProperty(
        givens.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.integer({ min: 1, max: 5 }),
        async ([all, again], size) => {
          const pieces = Array.from({ length: Math.ceil(again.length / size) }, (_, at) =>
            again.slice(at * size, (at + 1) * size),
          );
          const [once, other] = [await come([all]), await come(pieces)];
          expect(other.standings).toEqual(once.standings);
          expect(other.root).toBe(once.root);
        },
      ),
      { numRuns: 150 },
    ));

  test('count as if they had named it, where another fact names their payment', async () => {
    const known = [order({ id: 'order:R1' }), callback({ provider_transaction_id: 'T1' })];
    const lost = line({ provider_transaction_id: 'T1' });
    const named = known.map((claim) => ({ key: 'R1', claim }));
    const late = await come([[{ key: null, claim: lost }], named]);
    const whole = await come([[...named, { key: 'R1', claim: lost }]]);
    expect(late.standings).toEqual([{ key: 'R1', standing: 'matched', reasons: [] }]);
    expect(late.root).toBe(whole.root);
  });

  test('stand under an identity until then, which gives them up', async () => {
    const lost = line({ provider_transaction_id: 'T1' });
    const first = await come([[{ key: null, claim: lost }]]);
    expect(first.standings).toEqual([{ key: '?mfs-africa:T1', standing: 'unmatched', reasons: ['ORDER_MISSING'] }]);
    const named = [order({ id: 'order:R1' }), callback({ provider_transaction_id: 'T1' })];
    const later = await come([[{ key: null, claim: lost }], named.map((claim) => ({ key: 'R1', claim }))]);
    expect(later.standings.map(({ key }) => key)).toEqual(['R1']);
  });

  test('reach a reference through one another, by ids that they share', async () => {
    const byOperator = callback({ provider_transaction_id: 'T9', operator_transaction_id: 'OP1' });
    const through = line({ provider_transaction_id: 'T1', operator_transaction_id: 'OP1' });
    const far = refundLine({ provider_transaction_id: 'T1' });
    const all = [
      { key: 'R1', claim: order({ id: 'order:R1' }) },
      { key: 'R1', claim: byOperator },
    ];
    const running = await come([[{ key: null, claim: far }], [{ key: null, claim: through }], all]);
    expect(running.standings.map(({ key }) => key)).toEqual(['R1']);
  });

  test('wait for their grace before money is shown without a reference', async () => {
    const lost = callback({ provider_transaction_id: 'T1', at: t('24 23:30') });
    expect(RULES.grace.resolution).toBe('PT1H');
    expect((await come([[{ key: null, claim: lost }]])).standings).toEqual([]);
  });
});
