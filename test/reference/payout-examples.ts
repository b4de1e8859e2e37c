// Random payouts: lines under several references and of the account itself, what was paid, and what the bank received.

import fc from 'fast-check';
import type { Claim, LineType } from '../../src/domain/fact.ts';
import { partClaimId, sumOfParts } from '../../src/matching/payout-parts.ts';
import { payoutPartsOf } from '../../src/matching/payout-words.ts';
import { bankLine, fold, line, payoutPart, t } from '../matching/given.ts';
import type { Line } from './claims.ts';
import type { BankLine } from './payouts.ts';
import type { WrittenRules } from './terms.ts';
import { exact, halfUp, minus, plus, written } from './values.ts';

export interface PayoutExample {
  /** The claims of each reference that has lines in the payout. */
  readonly references: readonly (readonly Line[])[];
  /** The lines of the account itself and of the payout. */
  readonly own: readonly Line[];
  readonly bank: readonly BankLine[];
  readonly isNamed: boolean;
  readonly rules: WrittenRules;
  readonly times: readonly number[];
}

const RULES: readonly WrittenRules[] = [
  {},
  { payouts: { due: 'P2D', bank: 'P3D' } },
  { payouts: { due: 'P1D' } },
  { payouts: { bank: 'P0D' }, zone: 'Europe/London' },
  { payouts: { due: 'P2D', bank: 'P1D' }, zone: 'America/New_York', settlement: { holidays: ['2026-03-05'] } },
];

const DATES = ['2026-03-02', '2026-03-03', '2026-03-06', '2026-03-07', '2026-03-27'];
const dates = fc.constantFrom(...DATES);
const currencies = fc.constantFrom('KES', 'RWF', 'TND');
const AT_REFERENCES: readonly LineType[] = ['payment', 'payment', 'payment', 'refund', 'chargeback', 'return_failed'];
const OF_ACCOUNT: readonly LineType[] = ['fee', 'tax', 'reserve', 'release', 'adjustment', 'transfer'];
const OUT: readonly LineType[] = ['refund', 'chargeback', 'reserve'];

/** A line in the payout; the id is given where it is used, so that none is twice. */
const lines = (types: readonly LineType[], currency: string): fc.Arbitrary<Line> =>
  fc
    .record({
      type: fc.constantFrom(...types),
      minor: fc.constantFrom(0, 1, 500, 100_000, 100_001, 33_333),
      isOut: fc.boolean(),
      fee: fc.constantFrom(null, null, '0', '15', '0.58', '0.005'),
      date: dates,
      changed: fc.constantFrom(null, null, null, '7.58', '7.60'),
    })
    .map(({ type, minor, isOut, fee, date, changed }) => {
      const isBelow = OUT.includes(type) || (isOut && OF_ACCOUNT.includes(type) && type !== 'release');
      const sign = isBelow && minor !== 0 ? '-' : '';
      return line({
        ...{ line_type: type, gross: `${sign}${written(BigInt(minor), currency)}`, currency, fee },
        ...{ settlement_date: date, payout: 'PAY-9' },
        ...(changed === null ? {} : { settlement_currency: 'USD', settlement_amount: `${sign}${changed}` }),
      });
    });

const named = (some: readonly Line[], tag: string): Line[] =>
  some.map((each, at) => ({ ...each, id: `${each.id}-${tag}-${at}` }));

/** What the lines of the payout's own currency come to, so that most examples add up. */
function dueOf(all: readonly Line[], currency: string): bigint {
  const plain = all.filter(({ body }) => body.settlement_amount === null);
  const worth = plain.map(({ body }) => minus(exact(body.gross), exact(body.fee ?? '0')));
  return halfUp(worth.reduce(plus, exact('0')), currency);
}

const OFFSETS = [0n, 0n, 0n, 1n, -100n];

const settledLines = fc.record({
  currency: currencies,
  counts: fc.constantFrom<[number, number][]>([2, 1], [0, 2], [3, 0], [0, 0], [1, 1]),
});

export const payoutExamples: fc.Arbitrary<PayoutExample> = settledLines.chain(({ currency, counts: [refs, own] }) =>
  fc
    .record({
      references: fc.array(fc.array(lines(AT_REFERENCES, currency), { minLength: 1, maxLength: 3 }), {
        minLength: refs,
        maxLength: refs,
      }),
      own: fc.array(lines(OF_ACCOUNT, currency), { minLength: own, maxLength: own }),
      paid: fc.option(fc.record({ off: fc.constantFrom(...OFFSETS), date: dates, parts: fc.boolean() }), { freq: 4 }),
      banked: fc.option(fc.record({ off: fc.constantFrom(...OFFSETS), date: dates }), { freq: 3 }),
      isNamed: fc.constantFrom(true, true, true, true, false),
      rules: fc.constantFrom(...RULES),
      times: fc.constantFrom([t('3 09:00'), t('5 16:00'), t('9 16:00')], [t('6 16:00'), t('12 00:00'), t('31 16:00')]),
    })
    .map(({ references, own, paid, banked, ...rest }) => {
      const under = references.map((some, at) => named(some, `r${at}`));
      const account = named(own, 'own');
      const due = dueOf([...under.flat(), ...account], currency);
      const { isNamed } = rest;
      return {
        ...rest,
        references: isNamed ? under : [],
        own: isNamed
          ? [...account, ...(paid === null ? [] : paidOut(currency, due + paid.off, paid.date, paid.parts))]
          : [],
        bank:
          banked === null && isNamed
            ? []
            : [received(currency, due + (banked?.off ?? 1n), banked?.date ?? '2026-03-03', isNamed)],
      };
    }),
);

function paidOut(currency: string, minor: bigint, settlement_date: string, inParts: boolean): Line[] {
  const paid = (amount: bigint, id: string) =>
    line({
      ...{ id, line_type: 'payout', gross: written(-amount, currency), currency },
      ...{ settlement_date, payout: 'PAY-9', payment: 'PAY-9' },
    });
  return inParts ? [paid(minor - 7n, 'paid-a'), paid(7n, 'paid-b')] : [paid(minor, 'paid')];
}

function received(currency: string, minor: bigint, value_date: string, isNamed: boolean): BankLine {
  return bankLine({ currency, amount: written(minor, currency), value_date, payout: isNamed ? 'PAY-9' : null });
}

/** What the product's payout key has: the claims of its own, and what each reference told it, added up. */
export function claimsOfPayout({ references, own, bank }: PayoutExample): Claim[] {
  const parts = new Map<string, Claim>();
  for (const claims of references) {
    for (const { parts: told } of payoutPartsOf(fold(claims).claims).values()) {
      for (const part of told) {
        const known = parts.get(partClaimId(part));
        const sum = known?.body.type === 'PayoutPart' ? sumOfParts(known.body, part) : part;
        parts.set(partClaimId(part), payoutPart(sum));
      }
    }
  }
  return [...own, ...bank, ...parts.values()];
}
