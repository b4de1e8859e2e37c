// Ids that a source counts in several series: one number may stand for a payment and for a request of another one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, isFromSource, type PaymentIds } from '../../src/domain/fact.ts';
import { isAboutPayment } from '../../src/domain/payment-ids.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { isUnsigned } from '../../src/matching/evidence.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { asOfs, claimSets } from './claim-pools.ts';
import { callback, fold, given, line, order, poll, refund, refundLine, t } from './given.ts';

const RULES = compileRules(parseRules({}));
const REQUEST = { series: { request_id: 'request' } };
const asked = (id: string, parts = {}) => poll({ id, payment: null, request_id: id, ...REQUEST, ...parts });

describe('one number in two series', () => {
  it('is two payments, each by its own name', () => {
    const claims = [order(), callback({ payment: '123', amount: '400.00' }), asked('123', { amount: '600.00' })];
    given(...claims)
      .at(t('2 09:00'))
      .shows({ payment: 'matched', settlement: 'pending' });
    expect(
      readMatchGroup(fold(claims), RULES)
        .payments.map(({ name }) => name)
        .sort(),
    ).toEqual(['123', 'request 123']);
  });

  it('is one payment where a claim has both', () => {
    const both = callback({ payment: '7', request_id: '123', ...REQUEST });
    const { payments } = readMatchGroup(fold([order(), asked('123'), both, line({ payment: '7' })]), RULES);
    expect(payments).toHaveLength(1);
  });

  it('returns and charges the payment that is meant', () => {
    const original = { series: { original_transaction_id: 'request' } };
    const claims = [
      ...[order(), callback({ payment: '123', amount: '400.00' }), asked('123', { amount: '600.00' })],
      refund({ payment: 'R1', original: '123', amount: '600.00', ...original }),
      refundLine({ payment: 'R1', original: '123', gross: '-600.00', ...original }),
      line({ id: 'f', line_type: 'fee', payment: null, original: '123', gross: '-5.00', ...original }),
    ];
    const { payments, returns, feeLines } = readMatchGroup(fold(claims), RULES);
    const told = payments.map((payment) => [
      ...[payment.gross, returns.byPayment.get(payment)!.returned, feeLines.of(payment).length],
    ]);
    expect(told.sort()).toEqual([
      [40000n, 0n, 0],
      [60000n, 60000n, 1],
    ]);
  });
});

/** The claims once more, with the series as a part of each id. */
function withPlainIds(claim: Claim): Claim {
  const { body } = claim;
  if (!isAboutPayment(body) || body.series === undefined) return claim;
  const { series, ...plain } = body;
  const numbered = (name: string, id: string) => (series[name] === undefined ? id : `${id} of ${series[name]}`);
  const fields = ['provider_transaction_id', 'operator_transaction_id', 'original_transaction_id'] as const;
  const ids: Partial<Record<keyof PaymentIds, string>> = {};
  for (const field of fields) if (body[field] !== null) ids[field] = numbered(field, body[field]);
  return { ...claim, body: { ...plain, ...ids } } as unknown as Claim;
}

it('means what ids of one series mean that differ in more than the number', () => {
  fc.assert(
    fc.property(claimSets, asOfs, (all, asOf) => {
      // Which of two contents of one event is used depends on all that it says.
      // What nobody signed connects ids of two series, and not two of one.
      const sure = all.filter((claim) => isFromSource(claim) && !isUnsigned(claim));
      const claims = sure.map((claim, at) => {
        return claim.body.type === 'OrderPlaced' ? claim : { ...claim, id: `${claim.id}${at}` };
      });
      const told = [claims, claims.map(withPlainIds)].map((some) => {
        const { findings, money, next_deadline, ...rest } = assess(fold(some), RULES, asOf);
        const sums = findings.map(({ stage, reason, expected, observed }) =>
          JSON.stringify([stage, reason, `${expected}`, `${observed}`]),
        );
        return { findings: sums.sort(), money, next_deadline, merchant: rest.merchant };
      });
      expect(told[0]).toEqual(told[1]);
    }),
    { numRuns: 1000 },
  );
});
