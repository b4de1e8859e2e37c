// Pages of cases against the plain definition: each row is looked at by itself.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReasonCode } from '../../../src/domain/reasons.ts';
import type { CaseState } from '../../../src/matching/case-state.ts';
import { AGES, Ageing, DUES } from '../../../src/projections/cases/case-ages.ts';
import { CaseColumns } from '../../../src/projections/cases/case-columns.ts';
import { idNumber } from '../../../src/projections/cases/case-ids.ts';
import { pageOfCases } from '../../../src/projections/cases/case-page.ts';
import {
  type AskedPage,
  CASE_SORTS,
  type CasePage,
  type CaseSort,
  FACETS,
  type Facet,
} from '../../../src/projections/cases/case-question.ts';
import { REFUND_SIGNS, type RefundSign, type SignOfRefunds } from '../../../src/projections/cases/case-refunds.ts';
import type { CaseRow } from '../../../src/projections/cases/case-rows.ts';
import { t } from '../../matching/given.ts';
import { rulesOf } from '../../task/world.ts';

const DAY = 24 * 3_600_000;
const NOW = t('20 09:00');
const AGEING = new Ageing(rulesOf({}).calendar, NOW);
const REASONS = ['AMOUNT_UNDER', 'AMOUNT_OVER', 'FEE_VARIANCE', 'STATUS_CONFLICT'] as const satisfies ReasonCode[];
const STATES = ['new', 'assigned', 'resolved'] as const satisfies CaseState[];
const CURRENCIES = ['KES', 'UGX'];

/** Also sums beyond what is exact as a number. */
const amounts = fc.oneof(fc.constantFrom(0n, 100n, 300n), fc.bigInt(2n ** 51n, 2n ** 54n));
const values = fc.uniqueArray(fc.tuple(fc.constantFrom(...CURRENCIES), amounts), {
  maxLength: 2,
  selector: ([currency]) => currency,
});
const days = fc.option(fc.integer({ min: 1, max: 30 }));

const drafts = fc.record({
  reason: fc.constantFrom(...REASONS),
  status: fc.constantFrom(...STATES),
  merchant: fc.constantFrom('shop-1', 'shop-2', 'shop-3'),
  operator: fc.option(fc.constantFrom('MPESA_KE', 'AIRTEL_KE')),
  owner: fc.option(fc.constantFrom('team-a', 'team-b')),
  team: fc.option(fc.constantFrom('team-a', 'team-b')),
  currency: fc.option(fc.constantFrom(...CURRENCIES)),
  isUnder: fc.boolean(),
  value: values,
  opened: days,
  due: days,
  refund: fc.option(fc.constantFrom(...REFUND_SIGNS, 'stopped' as const)),
  names: fc.subarray(['P-1', 'P-2', 'p-1']),
});

type Draft = typeof drafts extends fc.Arbitrary<infer Value> ? Value : never;

function rowOf({ reason, isUnder, currency, opened, due, names, refund, ...draft }: Draft, at: number): CaseRow {
  const finding: CaseRow['finding'] = {
    ...{ kind: 'unmatched', reason, subject: '' },
    stage: reason === 'FEE_VARIANCE' ? 'settlement' : 'payment',
    ...{ expected: '1.00', observed: '2.00', difference: isUnder ? '-1.00' : '1.00', currency },
    opened_at: opened === null ? null : t('1 08:00') + opened * DAY,
  };
  return {
    ...{ id: `case-${(at * 37) % 100}`, key: `Ab-${at % 7}`, provider: 'mfs-africa', standing: 'unmatched', finding },
    version: 0,
    refunds: refund === null ? null : { proposals: [refund], returns: [] },
    ids: at % 5 === 0 ? null : names.map(idNumber),
    ...{ resolution: null, reasons: [reason], entryId: `0-0-${at}`, assignment: null, routed: null, notes: 0 },
    ...{ due_at: due === null ? null : t('1 08:00') + due * DAY, ...draft },
  };
}

const RARELY = { nil: undefined, freq: 1 } as const;
const someOf = <Value>(all: readonly Value[]) => fc.option(fc.subarray([...all], { minLength: 1 }), RARELY);

const questions: fc.Arbitrary<AskedPage> = fc.record({
  filter: fc.record({
    status: someOf([...STATES, 'all' as const]),
    reason: someOf(REASONS),
    merchant: someOf(['shop-1', 'shop-2']),
    operator: someOf(['MPESA_KE', '-']),
    team: someOf(['team-a', '-']),
    currency: someOf(CURRENCIES),
    age: someOf(AGES as AskedPage['filter']['age'] & object),
    due: someOf(DUES),
    refund: someOf(['-', 'sent', 'failed'] as const),
  }),
  q: fc.option(
    fc.constantFrom<AskedPage['q'] & object>(
      { text: 'AB-', how: 'contains' },
      { text: 'Ab-3', how: 'reference' },
      { text: 'P-1', how: 'id' },
    ),
    RARELY,
  ),
  valueFrom: fc.option(fc.constantFrom('1.00', '3'), RARELY),
  merchants: fc.option(fc.constant(['shop-1', 'shop-3']), { freq: 1 }),
  sort: fc.constantFrom(...CASE_SORTS),
  limit: fc.integer({ min: 1, max: 8 }),
  now: fc.constant(NOW),
});

const valueIn: Readonly<Record<Facet, (row: CaseRow) => string>> = {
  status: ({ status }) => status,
  reason: ({ finding }) => finding.reason,
  stage: ({ finding }) => finding.stage,
  merchant: ({ merchant }) => merchant,
  provider: ({ provider }) => provider,
  operator: ({ operator }) => operator ?? '-',
  owner: ({ owner }) => owner ?? '-',
  team: ({ team }) => team ?? '-',
  currency: ({ finding, value }) => finding.currency ?? value[0]?.[0] ?? '-',
  age: ({ finding }) => AGES[AGEING.bucketOf(finding.opened_at)]!,
  due: ({ due_at }) => DUES[AGEING.dueOf(due_at)]!,
  refund: ({ refunds }) => (refunds === null ? null : signOf(refunds)) ?? '-',
};

/** Each refund of these is called as what became of it. */
const signOf: SignOfRefunds = ({ proposals: [name] }) => (name === 'stopped' ? null : (name as RefundSign));

function passes(row: CaseRow, { filter }: AskedPage, but?: Facet): boolean {
  return FACETS.every((facet) => {
    const asked: readonly string[] | undefined = filter[facet as keyof typeof filter];
    if (facet === but) return true;
    if (facet === 'status' && asked?.includes('all')) return true;
    return asked === undefined ? facet !== 'status' || row.status !== 'resolved' : asked.includes(valueIn[facet](row));
  });
}

/** Of those whose ids are in no row. */
const NAMED = new Set(['Ab-5']);

function isFound({ key, merchant, value, ids }: CaseRow, { q, merchants, valueFrom }: AskedPage): [boolean, boolean] {
  const byId = ids === null ? NAMED.has(key) : ids.includes(idNumber('P-1'));
  const byKey = q?.how === 'contains' ? key.toLowerCase().includes('ab-') : key === q?.text;
  const isSought = q === undefined || (q.how === 'id' ? byId : byKey);
  const least = (currency: string) => BigInt(Math.ceil(Number(valueFrom) * (currency === 'UGX' ? 1 : 100)));
  const isWithin = valueFrom === undefined || value.some(([currency, minor]) => minor >= least(currency));
  return [isSought && merchants?.includes(merchant) !== false, isWithin];
}

const orderOf: Readonly<Record<CaseSort, (row: CaseRow) => readonly (string | number)[]>> = {
  oldest: ({ finding, id }) => [finding.opened_at ?? 0, id],
  newest: ({ finding, id }) => [-(finding.opened_at ?? 0), id],
  due: ({ due_at, id }) => [due_at ?? Number.MAX_SAFE_INTEGER, id],
  value: (row) => [valueIn.currency(row), -Number(row.value[0]?.[1] ?? 0n), row.id],
  reference: ({ key, id }) => [key, id],
};

function compare(left: readonly (string | number)[], right: readonly (string | number)[]): number {
  const at = left.findIndex((one, place) => one !== right[place]);
  return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
}

function shown({ rows, sought, total, value, facets }: CasePage) {
  return {
    ...{ ids: rows.map(({ id }) => id), sought, total },
    value: [...value].sort(([left], [right]) => (left < right ? -1 : 1)),
    facets: FACETS.map((facet) => [...facets.get(facet)!].sort()),
  };
}

function defined(rows: readonly CaseRow[], question: AskedPage) {
  const sought = rows.filter((row) => isFound(row, question)[0]);
  const found = sought.filter((row) => isFound(row, question)[1]);
  const listed = found.filter((row) => passes(row, question));
  const order = orderOf[question.sort];
  const sorted = listed.toSorted((left, right) => compare(order(left), order(right)));
  const value = new Map<string, { over: bigint; under: bigint; other: bigint }>();
  for (const { finding, value: each } of listed) {
    const { reason, difference } = finding;
    const isUnder = difference!.startsWith('-') !== (reason === 'FEE_VARIANCE');
    const side = reason === 'STATUS_CONFLICT' ? 'other' : isUnder ? 'under' : 'over';
    for (const [currency, minor] of each) {
      const sum = value.get(currency) ?? { over: 0n, under: 0n, other: 0n };
      value.set(currency, { ...sum, [side]: sum[side] + minor });
    }
  }
  const facets = FACETS.map((facet) => {
    const counted = Map.groupBy(
      found.filter((row) => passes(row, question, facet)),
      valueIn[facet],
    );
    return [...counted].map(([name, { length }]) => [name, length]).sort();
  });
  return {
    ids: sorted.slice(0, question.limit + 1).map(({ id }) => id),
    ...{ sought: sought.length, total: listed.length },
    value: [...value].sort(([left], [right]) => (left < right ? -1 : 1)),
    facets,
  };
}

test('a page has the rows, the sums and the counts that each row for itself gives', () => {
  fc.assert(
    fc.property(
      fc.array(drafts, { maxLength: 60 }),
      fc.array(fc.nat(), { maxLength: 9 }),
      questions,
      (all, gone, q) => {
        const columns = new CaseColumns();
        const rows = all.map(rowOf);
        const places = rows.map((row) => columns.add(row));
        const removed = new Set(gone.map((one) => one % Math.max(1, rows.length)));
        for (const at of removed) if (at < rows.length) columns.remove(places[at]!);
        const left = rows.filter((_, at) => !removed.has(at));
        expect(shown(pageOfCases(columns, q, { ageing: AGEING, named: NAMED, signOf }))).toEqual(defined(left, q));
      },
    ),
    { numRuns: 500 },
  );
});
