// Which of several words about one payment holds. The order of precedence is decided here and nowhere else.

import type { PaymentStatus } from '../domain/fact.ts';
import type { Observation } from './claims.ts';

/** What a status means: whether it is the last word, and whether money came in. */
interface Meaning {
  readonly final: boolean;
  readonly money: boolean;
  /** Breaks a tie between two words of one source and time: the one that follows later in a payment's life. */
  readonly rank: number;
}

const MEANINGS: Readonly<Record<PaymentStatus, Meaning>> = {
  unclassified: { final: false, money: false, rank: 0 },
  initiated: { final: false, money: false, rank: 1 },
  pending: { final: false, money: false, rank: 2 },
  inconclusive: { final: false, money: false, rank: 3 },
  authorised: { final: false, money: false, rank: 4 },
  failed: { final: true, money: false, rank: 5 },
  expired: { final: true, money: false, rank: 6 },
  voided: { final: true, money: false, rank: 7 },
  succeeded: { final: true, money: true, rank: 8 },
  // A dispute is open, but nobody disputes a payment that was not made.
  disputed: { final: false, money: true, rank: 9 },
  reversed: { final: true, money: true, rank: 10 },
  refunded: { final: true, money: true, rank: 11 },
  charged_back: { final: true, money: true, rank: 12 },
};

export function isFinal(status: PaymentStatus): boolean {
  return MEANINGS[status].final;
}

export function meansMoney(status: PaymentStatus): boolean {
  return MEANINGS[status].money;
}

/** Statuses that follow success and tell that all of it went back. */
export function meansReturned(status: PaymentStatus): boolean {
  return status === 'reversed' || status === 'refunded' || status === 'charged_back';
}

type Compare = (left: Observation, right: Observation) => number;

/** That a gateway took a request says nothing of what became of it: any other word, of whichever source, says more. */
const bySaying: Compare = (left, right) =>
  Number(left.body.status !== 'initiated') - Number(right.body.status !== 'initiated');
const byFinality: Compare = (left, right) => Number(isFinal(left.body.status)) - Number(isFinal(right.body.status));
const bySource: Compare = (left, right) => Number(left.body.via === 'poll') - Number(right.body.via === 'poll');
const byTime: Compare = (left, right) => compareTimes(left.occurred_at, right.occurred_at);
const byMoney: Compare = (left, right) => Number(meansMoney(left.body.status)) - Number(meansMoney(right.body.status));
const byRank: Compare = (left, right) => MEANINGS[left.body.status].rank - MEANINGS[right.body.status].rank;
const byMeaning: Compare = (left, right) => byMoney(left, right) || byRank(left, right);

function compareTimes(left: number | null, right: number | null): number {
  if (left === right) return 0;
  if (left === null) return -1;
  return right === null ? 1 : left - right;
}

/** For the status: a word that says something, a final word, a poll's, the later, the one that means money. */
const forStatus: Compare = (left, right) =>
  bySaying(left, right) ||
  byFinality(left, right) ||
  bySource(left, right) ||
  byTime(left, right) ||
  byMeaning(left, right);

/** For the amount and its currency: a poll's word, and of one source's as for the status. */
const forAmount: Compare = (left, right) =>
  bySource(left, right) || byFinality(left, right) || byTime(left, right) || byMeaning(left, right);

/** For what became of the money: the later word, since a return follows success; then a poll's. */
const forReturn: Compare = (left, right) => byTime(left, right) || bySource(left, right) || byMeaning(left, right);

/** The best of the words whose status somebody could read; claims come in one order, so equals decide alike. */
export function bestStatus(observations: readonly Observation[]): Observation | undefined {
  return best(observations, forStatus, (claim) => claim.body.status !== 'unclassified');
}

export function bestAmount(observations: readonly Observation[]): Observation | undefined {
  return best(observations, forAmount, (claim) => claim.body.amount !== null && claim.body.currency !== null);
}

/** The word on whether the money is still with us. */
export function bestMoneyWord(observations: readonly Observation[]): Observation | undefined {
  return best(observations, forReturn, (claim) => meansMoney(claim.body.status));
}

function best(
  observations: readonly Observation[],
  compare: Compare,
  speaks: (claim: Observation) => boolean,
): Observation | undefined {
  let found: Observation | undefined;
  for (const claim of observations) {
    if (speaks(claim) && (found === undefined || compare(claim, found) > 0)) found = claim;
  }
  return found;
}

/** What decided between the best word and the next best; `only` where there was no other, `same` where nothing did. */
export type Criterion = 'final' | 'poll' | 'later' | 'money' | 'rank' | 'only' | 'same';

export interface Choice {
  readonly claim: Observation;
  readonly criterion: Criterion;
}

/** The steps of forStatus and of forAmount, with their names: for explaining, where speed does not matter. */
const STATUS_STEPS: Steps = [
  ['final', byFinality],
  ['poll', bySource],
  ['later', byTime],
  ['money', byMoney],
  ['rank', byRank],
];
const AMOUNT_STEPS: Steps = [
  ['poll', bySource],
  ['final', byFinality],
  ['later', byTime],
  ['money', byMoney],
  ['rank', byRank],
];
type Steps = readonly (readonly [Criterion, Compare])[];

export function whyStatus(observations: readonly Observation[]): Choice | undefined {
  return explained(observations, bestStatus, STATUS_STEPS);
}

export function whyAmount(observations: readonly Observation[]): Choice | undefined {
  return explained(observations, bestAmount, AMOUNT_STEPS);
}

function explained(observations: readonly Observation[], choose: typeof bestStatus, steps: Steps): Choice | undefined {
  const claim = choose(observations);
  if (claim === undefined) return undefined;
  const second = choose(observations.filter((other) => other !== claim));
  if (second === undefined) return { claim, criterion: 'only' };
  const step = steps.find(([, compare]) => compare(claim, second) !== 0);
  return { claim, criterion: step?.[0] ?? 'same' };
}
