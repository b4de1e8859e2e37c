// Whatever people and machines ask, decide, repeat and lose, in any order: never more goes back than was paid, and
// nothing large without two persons.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Team, withTeam } from './given-approvals.ts';

const THRESHOLD = 50_000n;
const PAID = 100_000n;
const HOUR = 3_600_000;
/** Who decides; the operator who asks has a key for it as well. */
const DECIDERS = ['own', 'juma', 'neema'] as const;

type Step =
  | { readonly do: 'ask'; readonly by: 'asha' | 'shop'; readonly minor: number; readonly again: boolean }
  | { readonly do: 'decide'; readonly by: (typeof DECIDERS)[number]; readonly which: number; readonly approve: boolean }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'lose the next answer' }
  | { readonly do: 'forget answers' };

const ask = fc.record({
  do: fc.constant('ask' as const),
  by: fc.constantFrom('asha' as const, 'shop' as const),
  minor: fc.oneof(fc.integer({ min: 1, max: 49_999 }), fc.integer({ min: 50_000, max: 70_000 })),
  again: fc.boolean(),
});
const decision = fc.record({
  do: fc.constant('decide' as const),
  by: fc.constantFrom(...DECIDERS),
  which: fc.nat({ max: 2 }),
  approve: fc.constantFrom(true, true, true, false),
});
const rarer = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 100 }) }),
  fc.constant({ do: 'lose the next answer' as const }),
  fc.constant({ do: 'forget answers' as const }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: ask, weight: 4 },
  { arbitrary: decision, weight: 6 },
  { arbitrary: rarer, weight: 2 },
);
const steps = fc.tuple(ask, fc.array(step, { minLength: 6, maxLength: 16 })).map(([first, rest]) => [first, ...rest]);

const decimal = (minor: number) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
const minorOf = (amount: string) => BigInt(amount.replace('.', ''));

let orders = 0;

test('asks, decisions, retries, losses and waits return at most what was paid, and large parts by two persons', () =>
  withTeam(async (team) => {
    const { given } = team;
    const own = given.keyOf('Asha', 'approver', '*');
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const reference = `R-${orders++}`;
        await given.ledger.writer.append([order(reference), paid(reference)]);
        const askedBefore = given.gateway.refunds.length;
        // Two at a time: what comes at once must be safe as well.
        for (let at = 0; at < list.length; at += 2) {
          await Promise.all(
            list.slice(at, at + 2).map((step, offset) => take({ ...team, own }, reference, step, at + offset)),
          );
        }
        const sent = new Map(
          given.gateway.refunds.slice(askedBefore).map((refund) => [refund.idempotencyKey, minorOf(refund.amount)]),
        );
        let sum = 0n;
        for (const [key, minor] of sent) {
          sum += minor;
          const approval = given.parts.tables.approvals.ofKey(key);
          if (minor < THRESHOLD && sum < THRESHOLD) continue;
          expect(approval?.decision?.by.person).toBeTypeOf('string');
          expect(approval?.decision?.by.person).not.toBe(approval?.asked_by.person);
        }
        expect(sum).toBeLessThanOrEqual(PAID);
      }),
      { numRuns: 40 },
    );
    expect(given.gateway.refunds.length).toBeGreaterThan(0);
  }));

type Deciding = Team & { readonly own: string };

async function take(
  { given, refund, decide, ...keys }: Deciding,
  reference: string,
  step: Step,
  at: number,
): Promise<void> {
  if (step.do === 'wait') given.clock.at += step.hours * HOUR;
  else if (step.do === 'lose the next answer') given.gateway.isAnswerLost = true;
  else if (step.do === 'forget answers') given.database.exec('DELETE FROM idempotency');
  else if (step.do === 'ask') {
    const name = `${reference}-${step.again ? 'again' : at}`;
    const minor = step.again ? 60_000 : step.minor;
    await refund(keys[step.by], { amount: decimal(minor) }, name, reference);
  } else {
    const all = given.parts.tables.approvals.page({ merchants: null, limit: 100 });
    const here = all.filter(({ request }) => request.kind === 'refund' && request.refund.reference === reference);
    const approval = here[step.which % Math.max(1, here.length)];
    if (approval !== undefined) await decide(keys[step.by], approval.id, step.approve ? 'approve' : 'refuse');
  }
}
