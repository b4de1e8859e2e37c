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

/** What decides between two words: above 0 where the left one holds, below 0 where the right one does. */
type Compare = (left: Observation, right: Observation) => number;

/** The criteria in which words may differ, by the names that an explanation gives them. */
const CRITERIA = {
  /** That a gateway took a request says nothing of what became of it: any other word, of whichever source, does. */
  progress: (left, right) => Number(left.body.status !== 'initiated') - Number(right.body.status !== 'initiated'),
  final: (left, right) => Number(isFinal(left.body.status)) - Number(isFinal(right.body.status)),
  poll: (left, right) => Number(left.body.via === 'poll') - Number(right.body.via === 'poll'),
  later: (left, right) => compareTimes(left.occurred_at, right.occurred_at),
  money: (left, right) => Number(meansMoney(left.body.status)) - Number(meansMoney(right.body.status)),
  rank: (left, right) => MEANINGS[left.body.status].rank - MEANINGS[right.body.status].rank,
} satisfies Record<string, Compare>;

type CriterionName = keyof typeof CRITERIA;

function compareTimes(left: number | null, right: number | null): number {
  if (left === right) return 0;
  if (left === null) return -1;
  return right === null ? 1 : left - right;
}

/** An order of precedence: the first criterion in which two words differ decides between them, and explains it. */
type Precedence = readonly { readonly name: CriterionName; readonly compare: Compare }[];

function precedence(...names: readonly CriterionName[]): Precedence {
  return names.map((name) => ({ name, compare: CRITERIA[name] }));
}

function compareBy(order: Precedence, left: Observation, right: Observation): number {
  for (let at = 0; at < order.length; at++) {
    const difference = order[at]!.compare(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Which words speak on a question at all, and the order of precedence among those that do. */
interface Question {
  readonly order: Precedence;
  readonly speaks: (claim: Observation) => boolean;
}

const STATUS: Question = {
  order: precedence('progress', 'final', 'poll', 'later', 'money', 'rank'),
  speaks: ({ body }) => body.status !== 'unclassified',
};
/** A poll is the gateway's own answer, so it speaks first on how much it was. */
const AMOUNT: Question = {
  order: precedence('poll', 'final', 'later', 'money', 'rank'),
  speaks: ({ body }) => body.amount !== null && body.currency !== null,
};
/** A return follows success, so the later word speaks first on what became of the money. */
const RETURN: Question = {
  order: precedence('later', 'poll', 'money', 'rank'),
  speaks: ({ body }) => meansMoney(body.status),
};

/** The best of the words whose status somebody could read. */
export function bestStatus(observations: readonly Observation[]): Observation | undefined {
  return best(observations, STATUS);
}

export function bestAmount(observations: readonly Observation[]): Observation | undefined {
  return best(observations, AMOUNT);
}

/** The word on whether the money is still with us. */
export function bestMoneyWord(observations: readonly Observation[]): Observation | undefined {
  return best(observations, RETURN);
}

/** Of equal words the first holds: claims come in one order, so the choice is always the same. */
function best(observations: readonly Observation[], { order, speaks }: Question): Observation | undefined {
  let found: Observation | undefined;
  for (const claim of observations) {
    if (speaks(claim) && (found === undefined || compareBy(order, claim, found) > 0)) found = claim;
  }
  return found;
}

/** What decided between the best word and the next best; `only` where there was no other, `same` where nothing did. */
export type Criterion = CriterionName | 'only' | 'same';

export interface Choice {
  readonly claim: Observation;
  readonly criterion: Criterion;
}

export function whyStatus(observations: readonly Observation[]): Choice | undefined {
  return explained(observations, STATUS);
}

export function whyAmount(observations: readonly Observation[]): Choice | undefined {
  return explained(observations, AMOUNT);
}

function explained(observations: readonly Observation[], question: Question): Choice | undefined {
  const claim = best(observations, question);
  if (claim === undefined) return undefined;
  const second = best(
    observations.filter((other) => other !== claim),
    question,
  );
  if (second === undefined) return { claim, criterion: 'only' };
  const decided = question.order.find(({ compare }) => compare(claim, second) !== 0);
  return { claim, criterion: decided?.name ?? 'same' };
}
