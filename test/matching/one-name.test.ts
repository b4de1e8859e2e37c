// Payments of one key that go by one name at two providers: people know each by its own, whatever came first.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseId } from '../../src/domain/case-id.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { evolveAll } from '../../src/matching/evolve.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { asOfs, claimSets } from './claim-pools.ts';
import { callback, fold, line, order, refund } from './given.ts';

const RULES = compileRules(parseRules({}));
const at = <Of extends { readonly id: string }>(provider: string, claim: Of, account: string | null = null): Of => ({
  ...claim,
  ...{ provider, account, id: claim.id.replace('mfs-africa', account === null ? provider : `${provider}/${account}`) },
});
const namesOf = (claims: Parameters<typeof fold>[0], rules = RULES) =>
  readMatchGroup(fold(claims), rules).payments.map(({ name, id }) => [name, id]);

describe('one name', () => {
  const [first, second] = [callback({ amount: '600.00' }), at('paga', callback({ amount: '400.00' }))];

  it('at two providers is two payments, each with its provider, and each is known there by the name alone', () => {
    expect(namesOf([order(), first, second]).sort()).toEqual([
      ['P1 (mfs-africa)', 'P1'],
      ['P1 (paga)', 'P1'],
    ]);
    expect(namesOf([order(), first])).toEqual([['P1', 'P1']]);
  });

  it('at two accounts of a provider that speak for different shops has the account', () => {
    const accounts = { 'paga/one': ['shop-1', 'shop-2'], 'paga/two': ['shop-1'] };
    const claims = [at('paga', first, 'one'), at('paga', callback({ amount: '400.00' }), 'two')];
    expect(namesOf(claims, compileRules(parseRules({ accounts }))).sort()).toEqual([
      ['P1 (paga/one)', 'P1'],
      ['P1 (paga/two)', 'P1'],
    ]);
  });

  it('beside a number of another series and at two providers is three payments', () => {
    const asked = callback({ payment: 'P1', series: { provider_transaction_id: 'request' }, via: 'poll' });
    expect(namesOf([order(), first, asked, second]).sort()).toEqual([
      ['P1 (mfs-africa)', 'P1'],
      ['P1 (paga)', 'P1'],
      ['request P1', 'P1'],
    ]);
  });

  it('of two refunds is two, and the money that went back is that of both', () => {
    const claims = [order(), first, second, refund({ amount: '600.00' }), at('paga', refund({ amount: '400.00' }))];
    const { payments, returns } = readMatchGroup(fold(claims), RULES);
    const told = payments.map((payment) => {
      const { returned, returns: own } = returns.byPayment.get(payment)!;
      return [payment.name, returned, own.map(({ name, id }) => [name, id])];
    });
    expect(told.sort()).toEqual([
      ['P1 (mfs-africa)', 60000n, [['R1 (mfs-africa)', 'R1']]],
      ['P1 (paga)', 40000n, [['R1 (paga)', 'R1']]],
    ]);
  });

  it('that comes to a key with very many payments is read as if all came at once', () => {
    const many = Array.from({ length: 600 }, (_, n) => callback({ id: `m${n}`, payment: `M${n}`, amount: '10.00' }));
    const { state } = evolveAll({ claims: [] }, many);
    readMatchGroup(state, RULES);
    const grown = evolveAll(state, [at('paga', callback({ payment: 'M7', amount: '10.00' }))]).state;
    const names = readMatchGroup(grown, RULES).payments.map(({ name }) => name);
    expect(names.filter((name) => /^M7\b/.test(name)).sort()).toEqual(['M7 (mfs-africa)', 'M7 (paga)']);
    const again = evolveAll(grown, [at('paga', line({ payment: 'M8', gross: '10.00' }))]).state;
    expect(readMatchGroup(again, RULES).payments.map(({ name }) => name)).toEqual(
      readMatchGroup({ claims: [...again.claims] }, RULES).payments.map(({ name }) => name),
    );
  });

  it('is never that of two payments of a key, and no two breaks of a key have one case', () => {
    fc.assert(
      fc.property(claimSets, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), asOfs, (all, others, asOf) => {
        const claims = all.map((claim, place) => {
          const isOther = others[place % others.length] === true && claim.body.type !== 'OrderPlaced';
          return isOther ? at('paga', claim) : claim;
        });
        const state = fold(claims);
        const names = readMatchGroup(state, RULES, asOf).payments.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        const ids = assess(state, RULES, asOf).findings.flatMap((finding) => {
          const { reason, stage } = finding;
          return reason === 'SETTLEMENT_MISSING' ? [caseId({ ...finding, stage, reason, key: 'REF' })] : [];
        });
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 500 },
    );
  });
});
