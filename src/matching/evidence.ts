// Which of several claims about one payment holds. Only this file decides the order of precedence.

import type { Claim, PaymentObserved, PaymentStatus } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';

type Observation = Claim<PaymentObserved>;

/** What a status means: whether it is final, and whether money came in. */
interface Meaning {
  readonly final: boolean;
  readonly money: boolean;
  /** Breaks a tie between two claims of one source and time: a status later in a payment's life has a higher rank. */
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
  // A dispute is not final, but it shows that the payment was made.
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

/** Statuses after success which mean that all the money was returned. */
export function meansReturned(status: PaymentStatus): boolean {
  return status === 'reversed' || status === 'refunded' || status === 'charged_back';
}

/** Whether nobody signed a claim. An answer to a poll is the provider's own, whatever is said of it. */
export function isUnsigned({ body }: Pick<Claim, 'body'>): boolean {
  return body.type === 'PaymentObserved' && body.via === 'callback' && body.hint === true;
}

/** Decides between two claims: above 0 if the left one holds, below 0 if the right one does. */
type Compare = (left: Observation, right: Observation, answeredUntil: number) => number;

/** The criteria in which claims may differ, by their names in an explanation. */
const CRITERIA = {
  /** `initiated` means only that the gateway took the request: any other status from any source says more. */
  progress: (left, right) => Number(left.body.status !== 'initiated') - Number(right.body.status !== 'initiated'),
  final: (left, right) => Number(isFinal(left.body.status)) - Number(isFinal(right.body.status)),
  /** What nobody signed may say that money came after a poll said that it was still to come: the next poll answers. */
  unanswered: (left, right, until) => Number(isUnanswered(left, until)) - Number(isUnanswered(right, until)),
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

/** An order of precedence: the first criterion in which two claims differ decides, and explains the decision. */
type Precedence = readonly { readonly name: CriterionName; readonly compare: Compare }[];

function precedence(...names: readonly CriterionName[]): Precedence {
  return names.map((name) => ({ name, compare: CRITERIA[name] }));
}

function compareBy(order: Precedence, left: Observation, right: Observation, answeredUntil: number): number {
  for (let at = 0; at < order.length; at++) {
    const difference = order[at]!.compare(left, right, answeredUntil);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Which claims answer a question, and the order of precedence among them. */
interface Question {
  readonly order: Precedence;
  readonly answers: (claim: Observation) => boolean;
}

const STATUS: Question = {
  order: precedence('progress', 'final', 'unanswered', 'poll', 'later', 'money', 'rank'),
  answers: ({ body }) => body.status !== 'unclassified',
};
/**
 * A word that means no money says at most what was asked for. Among the others a poll is the gateway's own answer, so
 * it comes first for the amount.
 */
const AMOUNT: Question = {
  order: precedence('money', 'poll', 'final', 'later', 'rank'),
  answers: ({ body }) => body.amount !== null && body.currency !== null,
};
/** A return follows success, so the later claim comes first for whether the money was returned. */
const RETURN: Question = {
  order: precedence('later', 'poll', 'money', 'rank'),
  answers: ({ body }) => meansMoney(body.status),
};

/** Whether a return happened is what was said last. */
const OUTCOME: Question = {
  order: precedence('later', 'poll', 'money', 'rank'),
  answers: ({ body }) => isFinal(body.status),
};

/** The best of the claims whose status the adapter could map. */
export function bestStatus(observations: readonly Observation[]): Observation | undefined {
  return best(observations, STATUS, answeredUntil(observations));
}

/** Where nothing waits for a poll: no claim is later. */
const ALL_ANSWERED = Number.POSITIVE_INFINITY;

/** Until when polls answered what nobody signed: for ever once one saw money, or where none ever told anything. */
function answeredUntil(observations: readonly Observation[]): number {
  if (!observations.some(mayMeanMoney)) return ALL_ANSWERED;
  let until = Number.NEGATIVE_INFINITY;
  let isAsked = false;
  for (const { body, occurred_at } of observations) {
    if (body.via !== 'poll') continue;
    if (meansMoney(body.status)) return ALL_ANSWERED;
    isAsked ||= body.status !== 'initiated' && body.status !== 'unclassified';
    if (occurred_at !== null && occurred_at > until) until = occurred_at;
  }
  return isAsked ? until : ALL_ANSWERED;
}

function isUnanswered(claim: Observation, until: number): boolean {
  return claim.occurred_at !== null && claim.occurred_at > until && mayMeanMoney(claim);
}

/** A word of money that nobody signed, as it is read: see unsigned-words.ts. */
function mayMeanMoney(claim: Observation): boolean {
  return claim.body.status === 'inconclusive' && isUnsigned(claim);
}

export function bestAmount(observations: readonly Observation[]): Observation | undefined {
  return best(observations, AMOUNT);
}

/**
 * The claims without those that a part of an authorised amount was released: beside a success they say that the rest
 * was never taken, and nothing about the payment.
 */
export function withoutReleases(observations: readonly Observation[], isSettled: boolean): readonly Observation[] {
  if (!observations.some(({ body }) => body.status === 'voided')) return observations;
  if (!isSettled && !observations.some(({ body }) => meansMoney(body.status))) return observations;
  const isRelease = ({ body }: Observation) =>
    body.status === 'voided' && observations.some((authorised) => isPartOf(body, authorised.body));
  return observations.some(isRelease) ? observations.filter((claim) => !isRelease(claim)) : observations;
}

function isPartOf(voided: PaymentObserved, { status, amount, currency }: PaymentObserved): boolean {
  if (status !== 'authorised' || amount === null || currency === null) return false;
  if (voided.amount === null || voided.currency !== currency) return false;
  return minorOf(voided.amount, currency) < minorOf(amount, currency);
}

/** The claim that decides whether a refund or reversal happened. */
export function bestOutcome(observations: readonly Observation[]): Observation | undefined {
  return best(observations, OUTCOME);
}

/** The claim that decides whether the money was returned. */
export function bestMoneyStatus(observations: readonly Observation[]): Observation | undefined {
  return best(observations, RETURN);
}

/** Among equal claims the first holds: claims are always in the same order, so the choice is always the same. */
function best(
  observations: readonly Observation[],
  { order, answers }: Question,
  answeredUntil = ALL_ANSWERED,
): Observation | undefined {
  let found: Observation | undefined;
  for (const claim of observations) {
    if (answers(claim) && (found === undefined || compareBy(order, claim, found, answeredUntil) > 0)) found = claim;
  }
  return found;
}

/** What decided between the best claim and the next best; `only` if there was no other, `same` if they are equal. */
export type Criterion = CriterionName | 'only' | 'same';

export interface Choice {
  readonly claim: Observation;
  readonly criterion: Criterion;
}

export function whyStatus(observations: readonly Observation[]): Choice | undefined {
  return explained(observations, STATUS, answeredUntil(observations));
}

export function whyAmount(observations: readonly Observation[]): Choice | undefined {
  return explained(observations, AMOUNT, ALL_ANSWERED);
}

function explained(observations: readonly Observation[], question: Question, until: number): Choice | undefined {
  const claim = best(observations, question, until);
  if (claim === undefined) return undefined;
  const others = observations.filter((other) => other !== claim);
  const second = best(others, question, until);
  if (second === undefined) return { claim, criterion: 'only' };
  const decided = question.order.find(({ compare }) => compare(claim, second, until) !== 0);
  return { claim, criterion: decided?.name ?? 'same' };
}
