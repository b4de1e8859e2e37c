// What holds for all claims, rules and times: order and repetition are nothing, time moves only at deadlines, and
// every finding agrees with the table of reasons.

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/assessment.ts';
import { parseDecimal } from '../../src/domain/decimal.ts';
import type { Claim } from '../../src/domain/fact.ts';
import { isBreak, REASONS, STAGES } from '../../src/domain/reasons.ts';
import { assess } from '../../src/matching/assess.ts';
import { EMPTY_STATE, evolve, type PaymentState } from '../../src/matching/evolve.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { asOfs, claimSets, claimsShuffled, rulesInputs } from './claim-pools.ts';
import { callback, fold, line, order, poll, refund, refundLine, t } from './given.ts';

const RUNS = { numRuns: 400 };
const assessed = (claims: readonly Claim[], rules: unknown, asOf: number) =>
  assess(fold(claims), compileRules(parseRules(rules)), asOf);

describe('evolve', () => {
  it('gives one state for every order and repetition', () => {
    fc.assert(
      fc.property(claimsShuffled, ({ claims, shuffled }) => {
        expect(fold(shuffled)).toEqual(fold(claims));
      }),
      RUNS,
    );
  });

  it('gives the very same state back for a claim that it knows', () => {
    fc.assert(
      fc.property(claimSets, (claims) => {
        const state = fold(claims);
        for (const claim of claims) expect(evolve(state, structuredClone(claim))).toBe(state);
      }),
      RUNS,
    );
  });

  it('changes no state that it was given', () => {
    fc.assert(
      fc.property(claimSets, claimSets, (first, second) => {
        const state = fold(first);
        const before = structuredClone(state);
        second.reduce(evolve, state);
        expect(state).toEqual(before);
      }),
      RUNS,
    );
  });

  it('has no claims at first', () => {
    expect(assessed([], {}, t('9 00:00'))).toMatchObject({
      payment: 'closed',
      settlement: 'closed',
      findings: [],
      money: [],
      next_deadline: null,
    });
  });
});

describe('assess', () => {
  it('gives one assessment for every order and repetition', () => {
    fc.assert(
      fc.property(claimsShuffled, rulesInputs, asOfs, ({ claims, shuffled }, rules, asOf) => {
        expect(assessed(shuffled, rules, asOf)).toEqual(assessed(claims, rules, asOf));
      }),
      RUNS,
    );
  });

  it('changes no state, and gives the same again', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, (claims, input, asOf) => {
        const [state, rules] = [fold(claims), compileRules(parseRules(input))];
        const before = structuredClone(state);
        const first = assess(state, rules, asOf);
        expect(assess(state, rules, asOf)).toEqual(first);
        expect(state).toEqual(before);
      }),
      RUNS,
    );
  });

  it('reads the same until its next deadline, which is always to come', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, fc.nat(1_000_000), (claims, input, asOf, part) => {
        const [state, rules] = [fold(claims), compileRules(parseRules(input))];
        const first = assess(state, rules, asOf);
        const deadline = first.next_deadline ?? asOf + 400 * 86_400_000;
        expect(deadline).toBeGreaterThan(asOf);
        const between = asOf + Math.floor(((deadline - 1 - asOf) * part) / 1_000_000);
        for (const at of [between, deadline - 1]) expect(assess(state, rules, at)).toEqual(first);
      }),
      RUNS,
    );
  });

  it('opens a break at the same instant whenever it is looked at', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, asOfs, (claims, rules, one, other) => {
        const openings = new Map(assessed(claims, rules, one).findings.map((each) => [identity(each), each.opened_at]));
        for (const finding of assessed(claims, rules, other).findings) {
          const known = openings.get(identity(finding));
          if (known !== undefined) expect(finding.opened_at).toBe(known);
        }
      }),
      RUNS,
    );
  });
});

describe('every finding', () => {
  const eachFinding = (check: (finding: Finding) => void) =>
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, (claims, rules, asOf) => {
        for (const finding of assessed(claims, rules, asOf).findings) check(finding);
      }),
      RUNS,
    );

  it('has the stage and kind of its reason', () => {
    eachFinding(({ stage, kind, reason }) => {
      if (reason !== null)
        expect({ stage, kind }).toEqual({ stage: REASONS[reason].stage, kind: REASONS[reason].kind });
    });
  });

  it('tells amounts where its reason is about money, and words or dates elsewhere', () => {
    eachFinding(({ reason, expected, observed, difference }) => {
      if (reason === null || REASONS[reason].unit === 'money') {
        for (const amount of [expected, observed, difference]) expect(amount === null || isAmount(amount)).toBe(true);
      } else expect(difference).toBe(null);
    });
  });

  it('has observed - expected for its difference', () => {
    eachFinding(({ expected, observed, difference }) => {
      if (difference === null) return;
      const [left, right, gap] = [expected, observed, difference].map((text) => parseDecimal(text!)!);
      expect(right!.digits - left!.digits).toBe(gap!.digits);
      expect([left!.scale, right!.scale]).toEqual([gap!.scale, gap!.scale]);
    });
  });

  it('is told once', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, (claims, rules, asOf) => {
        const names = assessed(claims, rules, asOf).findings.map(
          ({ stage, kind, reason, subject, currency }) => `${stage} ${kind} ${reason} ${subject} ${currency}`,
        );
        expect(names).toEqual([...new Set(names)]);
      }),
      RUNS,
    );
  });
});

describe('every standing', () => {
  it('is unmatched where there is a break, and only there', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, (claims, rules, asOf) => {
        const assessment = assessed(claims, rules, asOf);
        for (const stage of STAGES) {
          const broken = assessment.findings.some((finding) => finding.stage === stage && isBreak(finding.reason));
          expect(assessment[stage] === 'unmatched').toBe(broken);
        }
      }),
      RUNS,
    );
  });

  it('is told by a finding where it is matched, and only there', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, (claims, rules, asOf) => {
        const assessment = assessed(claims, rules, asOf);
        for (const stage of STAGES) {
          const reporting = assessment.findings.filter(
            (finding) => finding.stage === stage && finding.kind === 'matched' && finding.reason === null,
          );
          expect(reporting).toHaveLength(assessment[stage] === 'matched' ? 1 : 0);
        }
      }),
      RUNS,
    );
  });
});

describe('money', () => {
  it('is told once for each currency, and returns at most what it received', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, (claims, rules, asOf) => {
        const { money } = assessed(claims, rules, asOf);
        const currencies = money.map((each) => each.currency);
        expect(currencies).toEqual([...new Set(currencies)]);
        for (const { received, returned } of money) {
          expect(received).toBeGreaterThanOrEqual(0n);
          expect(returned).toBeGreaterThanOrEqual(0n);
          expect(returned).toBeLessThanOrEqual(received);
        }
      }),
      RUNS,
    );
  });

  it('does not depend on the time', () => {
    fc.assert(
      fc.property(claimSets, rulesInputs, asOfs, asOfs, (claims, rules, one, other) => {
        expect(assessed(claims, rules, one).money).toEqual(assessed(claims, rules, other).money);
      }),
      RUNS,
    );
  });
});

describe('seven claims of one payment', () => {
  const seven: readonly Claim[] = [
    order(),
    callback({ status: 'pending', at: t('2 08:01') }),
    callback(),
    poll({ at: t('2 08:06') }),
    refund(),
    line(),
    refundLine(),
  ];

  it('give one state and one assessment in all 5,040 orders (B16)', () => {
    const rules = compileRules(parseRules({}));
    const asOf = t('9 00:00');
    const state = fold(seven);
    const assessment = assess(state, rules, asOf);
    expect(assessment).toMatchObject({ payment: 'matched', settlement: 'matched', next_deadline: null });
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 100000n }]);
    let [orders, different] = [0, 0];
    for (const end of foldedInAllOrders(EMPTY_STATE, seven)) {
      orders++;
      if (!isDeepStrictEqual(end, state) || !isDeepStrictEqual(assess(end, rules, asOf), assessment)) different++;
    }
    expect({ orders, different }).toEqual({ orders: 5040, different: 0 });
  });
});

function* foldedInAllOrders(state: PaymentState, rest: readonly Claim[]): Generator<PaymentState> {
  if (rest.length === 0) yield state;
  for (const [at, claim] of rest.entries()) yield* foldedInAllOrders(evolve(state, claim), rest.toSpliced(at, 1));
}

function isAmount(text: string): boolean {
  return parseDecimal(text) !== undefined;
}

/** All of a finding but the time since when it holds. */
function identity({ opened_at, ...rest }: Finding): string {
  return JSON.stringify(rest);
}
