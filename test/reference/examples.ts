// Random examples: the claims of one reference, from one or two scenarios with their mess, and the rules they are read
// by.

import fc from 'fast-check';
import { type Claim, isFromSource, type SourceBody } from '../../src/domain/fact.ts';
import { claimSets } from '../matching/claim-pools.ts';
import { t, withdrawn } from '../matching/given.ts';
import { PAYMENT_SCENARIOS } from './payment-scenarios.ts';
import { RETURN_SCENARIOS } from './return-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { scenes } from './scene.ts';
import type { WrittenRules } from './terms.ts';

export interface Example {
  readonly kinds: readonly string[];
  /** In any order, some of them several times. */
  readonly claims: readonly Claim[];
  readonly withdrawn: readonly Claim[];
  readonly rules: WrittenRules;
  readonly times: readonly number[];
}

const KES = { provider: 'mfs-africa', currency: 'KES' };
const ACCOUNTS = { 'mfs-africa/a': ['shop-1'], 'mfs-africa/b': ['shop-2'], 'mfs-africa/main': ['*'] };

/** The claims as the product has them, with what takes some of them back. */
export const claimsOf = ({ claims, withdrawn: taken }: Example): Claim[] => [
  ...claims,
  ...taken.map((claim) => withdrawn(claim)),
];

export const RULES: readonly WrittenRules[] = [
  {},
  {},
  { settlement: { unreported: ['mfs-africa'] } },
  { settlement: { unreported_returns: ['mfs-africa'] } },
  {
    tolerance: { KES: '0.50', UGX: '0.5', fx: '1' },
    fees: [
      { percent: '2' },
      { ...KES, percent: '1.5', flat: '0', max: '200', vat: '16' },
      { ...KES, percent: '1', amount_from: '500', valid_from: '2026-03-06', tolerance: '0.01' },
    ],
  },
  { zone: 'Africa/Nairobi', fees: [{ ...KES, percent: '1.5', min: '5', valid_to: '2026-03-07' }], accounts: ACCOUNTS },
  {
    zone: 'UTC',
    fees: [
      { ...KES, percent: '1.5', borne_by: 'payer' },
      { currency: 'KES', operator: 'mpesa', percent: '1', flat: '2', max: '9.5' },
      { currency: 'KES', country: 'KE', operator: 'mpesa', percent: '0.333', vat: '16', tolerance: '0.05' },
      { currency: 'RWF', percent: '1.5', borne_by: 'payer' },
      { currency: 'TND', percent: '2.5', amount_to: '45', tolerance: '0.0005' },
      { currency: 'TND', flat: '1.0005' },
    ],
  },
  { zone: 'Europe/London', settlement: { days: 2, holidays: ['2026-03-09'] }, grace: { payment: 'PT48H' } },
  { zone: 'America/New_York', settlement: { days: 0, weekend: [5] }, grace: { inconclusive: 'PT1H', return: 'PT12H' } },
];

/** What becomes of one claim on its way: it comes once, twice, never, or a second time with another content. */
/** Changes of one field, which leave a claim of its own id. */
const TWISTS = [
  'as poll',
  'later',
  'without an amount',
  'without ids',
  'without an original',
  'unsigned',
  'untimed',
  'of the other',
  'open',
  'denied',
  'done',
] as const;

type Arrival =
  | (typeof TWISTS)[number]
  | 'once'
  | 'twice'
  | 'lost'
  | 'other amount'
  | 'other time'
  | 'other fee'
  | 'unsigned too'
  | 'untimed too'
  | 'read again';

const arrivals = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Arrival>('once') },
  { weight: 4, arbitrary: fc.constant<Arrival>('twice') },
  { weight: 5, arbitrary: fc.constant<Arrival>('lost') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Arrival>(
      'other amount',
      'other time',
      'other fee',
      'unsigned too',
      'untimed too',
      'read again',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom<Arrival>(...TWISTS) },
);

function arriving(claim: Claim, arrival: Arrival): Claim[] {
  if (arrival === 'lost') return [];
  if (arrival === 'once') return [claim];
  const twist = TWISTS.find((each) => each === arrival);
  if (twist !== undefined) return [twisted(claim, twist)];
  if (arrival === 'read again') return readTwice(claim);
  return [claim, arrival === 'twice' ? structuredClone(claim) : changed(claim, arrival)];
}

/** A claim whose source gives no time; of a line, which has its date, once with the time of its row. */
function readTwice(claim: Claim): Claim[] {
  const { body } = claim;
  const again = (claim.occurred_at ?? t('2 12:00')) + 60_000;
  if (body.type === 'SettlementLineReported') return [claim, { ...claim, occurred_at: again }];
  if (body.type !== 'PaymentObserved') return [claim];
  const untimed: Claim = { ...claim, body: { ...body, untimed: true } };
  return [untimed, { ...untimed, occurred_at: again }];
}

function twisted({ occurred_at, body, ...claim }: Claim, twist: (typeof TWISTS)[number]): Claim {
  const same = { ...claim, occurred_at, body };
  const isLine = body.type === 'SettlementLineReported';
  if (!isLine && body.type !== 'PaymentObserved') return same;
  const ids = { provider_transaction_id: null, request_id: null, operator_transaction_id: null };
  if (twist === 'without ids') return { ...same, body: { ...body, ...ids } };
  if (twist === 'without an original') return { ...same, body: { ...body, original_transaction_id: null } };
  if (twist === 'of the other') return { ...same, body: { ...body, original_transaction_id: 'P2' } };
  if (isLine) return same;
  if (twist === 'untimed') return { ...same, body: { ...body, untimed: true } };
  if (twist === 'unsigned') return { ...same, body: body.via === 'callback' ? { ...body, hint: true } : body };
  if (twist === 'as poll') return { ...same, body: { ...body, via: 'poll' } };
  if (twist === 'later') return { ...same, occurred_at: occurred_at === null ? null : occurred_at + 30 * 3_600_000 };
  if (twist === 'without an amount') return { ...same, body: { ...body, amount: null, currency: null } };
  const status = ({ open: 'pending', denied: 'failed', done: 'succeeded' } as const)[twist];
  return { ...same, body: { ...body, status } };
}

/** The same claim id with another content. */
function changed({ body, ...claim }: Claim, arrival: Arrival): Claim {
  const less = (amount: string) => amount.replace(/[1-9]/, (digit) => `${+digit + 1}`.at(-1)!);
  if (body.type === 'OrderPlaced') {
    return { ...claim, body: { ...body, amount: less(body.amount) } };
  }
  if (body.type === 'SettlementLineReported') {
    const gross = arrival === 'other amount' ? less(body.gross) : body.gross;
    return { ...claim, body: { ...body, gross, fee: arrival === 'other fee' ? '1' : body.fee } };
  }
  if (body.type !== 'PaymentObserved') return { ...claim, body };
  if (arrival === 'untimed too') {
    const occurred_at = claim.occurred_at === null ? null : claim.occurred_at + 60_000;
    return { ...claim, occurred_at, body: { ...body, untimed: true } };
  }
  if (arrival === 'unsigned too') return { ...claim, body: body.via === 'callback' ? { ...body, hint: true } : body };
  const amount = arrival === 'other amount' && body.amount !== null ? less(body.amount) : body.amount;
  const occurred_at =
    claim.occurred_at === null || arrival !== 'other time' ? claim.occurred_at : claim.occurred_at + 60_000;
  return { ...claim, occurred_at, body: { ...body, amount, fee: arrival === 'other fee' ? '1' : body.fee } };
}

/** When a source said something, if it told. */
const statedAts = fc.constantFrom(null, null, t('2 07:00'), t('2 09:00'), t('3 09:00'));

/** What becomes of one claim: of what came twice, which import said it and when; and whether that is taken back. */
const treatments = fc.record({
  arrival: arrivals,
  stated: fc.tuple(statedAts, statedAts),
  imports: fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(1, 2)),
  isWithdrawn: fc.integer({ min: 0, max: 30 }).map((chance) => chance === 0),
});

type Treatment = typeof treatments extends fc.Arbitrary<infer Value> ? Value : never;

interface Told {
  readonly claims: readonly Claim[];
  /** Statements that their imports took back. */
  readonly withdrawn: readonly Claim[];
}

function treated(claim: Claim, { arrival, stated, imports, isWithdrawn }: Treatment): Told {
  const claims = arriving(claim, arrival).map((each, at): Claim => {
    return { ...each, stated_at: stated[at as 0 | 1], import_id: imports[at as 0 | 1] };
  });
  return { claims, withdrawn: isWithdrawn ? claims.slice(0, 1) : [] };
}

const messy = (claims: readonly Claim[]): fc.Arbitrary<Told> =>
  fc.array(treatments, { minLength: claims.length, maxLength: claims.length }).chain((each) => {
    const told = claims.map((claim, at) => treated(claim, each[at]!));
    const all = shuffled(told.flatMap((one) => one.claims));
    return all.map((some) => ({ claims: some, withdrawn: told.flatMap(({ withdrawn }) => withdrawn) }));
  });

const GOING_OUT = ['refund', 'reversal', 'chargeback', 'reserve', 'payout'];

/** The direction that a file may have. */
function directed({ body, ...claim }: Claim): Claim {
  if (body.type !== 'SettlementLineReported') return { ...claim, body };
  const amount = body.gross.replace('-', '');
  return { ...claim, body: { ...body, gross: GOING_OUT.includes(body.line_type) ? `-${amount}` : amount } };
}

/** Claims from small pools, of which most contradict each other. */
const anything = claimSets.map((claims) => claims.filter(isFromSource).map(ofOneSeries).map(directed));

/** The reference knows ids of one series alone; see test/matching/id-series.test.ts for what others mean. */
function ofOneSeries(claim: Claim<SourceBody>): Claim<SourceBody> {
  if (!('series' in claim.body)) return claim;
  const { series: _, ...body } = claim.body;
  return { ...claim, body };
}

const shuffled = (claims: Claim[]): fc.Arbitrary<Claim[]> =>
  fc.shuffledSubarray(claims, { minLength: claims.length, maxLength: claims.length });

/** Moments around every time that a scenario tells, and long after all of them. */
const MOMENTS = [
  '2 08:00',
  '2 08:20',
  '3 08:00',
  '3 16:00',
  '4 16:00',
  '5 08:05',
  '6 16:00',
  '7 04:00',
  '9 21:00',
  '10 16:00',
];
const LATE = [...MOMENTS.map(t), t('12 03:00'), t('29 00:00'), t('31 16:00'), t('31 16:00') + 9 * 86_400_000];
const times = fc.uniqueArray(fc.constantFrom(...LATE), { minLength: 3, maxLength: 3 });

export const SCENARIOS: Readonly<Record<string, Scenario>> = { ...PAYMENT_SCENARIOS, ...RETURN_SCENARIOS };
const scenarios = Object.entries(SCENARIOS);

/** Two scenarios under one reference are mostly of one order, and rarely of two that conflict. */
const tellings = fc
  .tuple(fc.constantFrom(...scenarios), fc.option(fc.constantFrom(...scenarios), { freq: 2 }))
  .chain(([first, second]) =>
    fc.tuple(scenes, scenes, fc.integer({ min: 0, max: 9 })).chain(([scene, other, chance]) => {
      const more = { ...(chance === 0 ? other : scene), tag: '2' };
      return fc.record({
        kinds: fc.constant(second === null ? [first[0]] : [first[0], second[0]]),
        first: first[1](scene),
        second: second === null ? fc.constant([]) : second[1](more),
      });
    }),
  );

const readings = { rules: fc.constantFrom(...RULES), times };

const told: fc.Arbitrary<Example> = tellings.chain(({ kinds, first, second }) =>
  fc
    .record({ arrived: messy([...first, ...second]), ...readings })
    .map(({ arrived, ...rest }) => ({ kinds, ...arrived, ...rest })),
);

const pooled: fc.Arbitrary<Example> = fc
  .record({ arrived: anything.chain(messy), ...readings })
  .map(({ arrived, ...rest }) => ({ kinds: ['anything at all'], ...arrived, ...rest }));

export const examples: fc.Arbitrary<Example> = fc.oneof(
  { weight: 4, arbitrary: told },
  { weight: 1, arbitrary: pooled },
);
