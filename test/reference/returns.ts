// The returns of a key as the reference reads them: refunds, reversals and chargebacks, the lines that took their money
// and those that brought it back, and the payment that each of them returns.

import { type Heard, type Line, timeOf, type Word } from './claims.ts';
import { amountWord, idsOf, isFinal, isMoney, latestOf, type Payment } from './payments.ts';
import type { Terms } from './terms.ts';
import { linked } from './unsigned-links.ts';
import { abs, first, last, minor, sum } from './values.ts';

export interface Return {
  readonly names: readonly string[];
  /** Decides between two of one time. */
  readonly name: string;
  /** The payment that it returns; null where that is not known. */
  readonly payment: Payment | null;
  readonly isChargeback: boolean;
  /** Whether a callback, a poll or the payment's own status tells it, and not only a line. */
  readonly isReported: boolean;
  /** The lines that took the money, and those that brought it back. */
  readonly taken: Line[];
  readonly back: Line[];
  /** `none` was only asked for, or is a chargeback that was won; `open` is a chargeback without its outcome. */
  state: 'none' | 'open' | 'done' | 'failed';
  /** When it happened; of a failed one, when it failed. */
  at: number | null;
  /** Of a return in part that came back in part, what is left of it. */
  amount: bigint;
  readonly currency: string | null;
}

type Claims = (Word | Line)[];

const KINDS = ['refund', 'reversal', 'chargeback'];
const isLine = (claim: Word | Line): claim is Line => claim.body.type === 'SettlementLineReported';
const isBack = (line: Line) => line.body.line_type === 'return_failed';
export const lineMinor = ({ body }: Line): bigint => abs(minor(body.gross, body.currency));
export const sumOf = (lines: readonly Line[]): bigint => sum(lines.map(lineMinor));
const happened = (word: Word) => isMoney(word) && word.body.status !== 'disputed';

export function returnsOf(heard: Heard, payments: readonly Payment[], terms: Terms): Return[] {
  const words = heard.words.filter(({ body }) => KINDS.includes(body.kind));
  const lines = heard.lines.filter(({ body }) => [...KINDS, 'return_failed'].includes(body.line_type));
  const groups = groupsOf([...words, ...lines], heard, payments);
  const linked = groups.map((group) => ({ group, payment: originalOf(group, heard, payments) }));
  const unlinked = linked.filter(({ payment }) => payment === null);
  return [
    ...payments.flatMap((payment) => {
      const own = linked.filter((each) => each.payment === payment).map(({ group }) => group);
      return returnsOfPayment(payment, own, heard, payments, terms);
    }),
    ...unlinked.map(({ group }) => cameBack(readReturn(group, null, heard, payments, terms), terms)),
  ];
}

/** The ids of a return itself, which are not those of a payment. */
function ownIds(claim: Word | Line, heard: Heard, payments: readonly Payment[]): string[] {
  const known = payments.filter(({ voice }) => voice === heard.voiceOf(claim)).flatMap(({ names }) => names);
  return idsOf(claim.body).filter((id) => !known.includes(id));
}

/** Claims that share an own id are one return; without one, words of one kind, payment and amount are. */
function groupsOf(claims: Claims, heard: Heard, payments: readonly Payment[]): Claims[] {
  return linked(claims, (claim) => {
    const voice = heard.voiceOf(claim);
    const ids = ownIds(claim, heard, payments);
    if (ids.length > 0 || isLine(claim)) return ids.map((id) => `${voice}\n${id}`);
    const { kind, amount, currency, original_transaction_id } = claim.body;
    const payment = originalOf([claim], heard, payments)?.names[0] ?? original_transaction_id;
    return [`${voice}\nwithout an id: ${kind} of ${payment}, ${amount} ${currency}`];
  });
}

/** The payment that the claims name; where they name none, the key's only one. */
function originalOf(group: Claims, heard: Heard, payments: readonly Payment[]): Payment | null {
  const own = payments.filter(({ voice }) => voice === heard.voiceOf(group[0]!));
  const known = own.flatMap(({ names }) => names);
  const originals = group.flatMap(({ body }) => body.original_transaction_id ?? []);
  const others = group.flatMap(({ body }) => idsOf(body).filter((id) => known.includes(id)));
  // What a callback says in another currency is about another payment.
  const currency = told(group)?.body.currency ?? null;
  const fits = ({ amount }: Payment) => currency === null || amount === null || amount.currency === currency;
  const named = (ids: readonly string[]) => own.find((each) => fits(each) && each.names.some((id) => ids.includes(id)));
  if (originals.length + others.length > 0) return named(originals) ?? named(others) ?? null;
  const paid = payments.filter(({ isPaid }) => isPaid);
  const only = paid.length === 1 ? paid[0]! : payments.length === 1 ? payments[0]! : null;
  return only !== null && own.includes(only) && fits(only) ? only : null;
}

const wordsOf = (group: Claims): Word[] => group.filter((claim): claim is Word => !isLine(claim));

/** The word that tells how much: of one that means money, otherwise of any. */
function told(group: Claims): Word | null {
  const telling = wordsOf(group).filter(({ body }) => body.amount !== null && body.currency !== null);
  return amountWord(telling.filter(isMoney)) ?? amountWord(telling);
}

function readReturn(
  group: Claims,
  payment: Payment | null,
  heard: Heard,
  payments: readonly Payment[],
  terms: Terms,
): Return {
  const [words, lines] = [wordsOf(group), group.filter(isLine)];
  const [taken, back] = [lines.filter((line) => !isBack(line)), lines.filter(isBack)];
  const ids = [...new Set(group.flatMap((claim) => ownIds(claim, heard, payments)))];
  const word = told(group);
  // What only lines tell is told in the currency of the first of them.
  const [line] = (taken.length > 0 ? taken : back).toSorted(byDate(terms));
  const ofCurrency = (some: readonly Line[]) => some.filter(({ body }) => body.currency === line?.body.currency);
  const state = stateOf(words, taken, back);
  return {
    names: ids.length > 0 ? ids : group.map(({ id }) => id),
    name: (ids.length > 0 ? ids : group.map(({ id }) => id)).toSorted()[0]!,
    payment,
    isChargeback: group.some(
      ({ body }) => (body.type === 'PaymentObserved' ? body.kind : body.line_type) === 'chargeback',
    ),
    isReported: words.length > 0,
    taken,
    back,
    state,
    at: whenOf(state, words, lines, terms),
    amount:
      word !== null
        ? minor(word.body.amount!, word.body.currency!)
        : sumOf(ofCurrency(taken)) || sumOf(ofCurrency(back)),
    currency: word?.body.currency ?? line?.body.currency ?? null,
  };
}

const isChargeback = ({ body }: Word) => body.kind === 'chargeback';
const outcomesOf = (words: readonly Word[]) => words.filter(happened);

/** A chargeback's last outcome; of another return the last final word; a line alone took the money. */
function stateOf(words: readonly Word[], taken: readonly Line[], back: readonly Line[]): Return['state'] {
  if (words.some(isChargeback)) {
    const outcome = latestOf(outcomesOf(words));
    if (outcome === null) return 'open';
    return outcome.body.status === 'succeeded' ? 'none' : 'done';
  }
  const word = latestOf(words.filter(isFinal));
  if (word === null) return taken.length > 0 ? 'done' : back.length > 0 ? 'failed' : 'none';
  if (happened(word)) return 'done';
  return taken.length > 0 || words.some(happened) ? 'failed' : 'none';
}

function whenOf(state: Return['state'], words: readonly Word[], lines: readonly Line[], terms: Terms): number | null {
  const times = (some: readonly Word[]) => some.map(({ occurred_at }) => occurred_at);
  if (state === 'open') return first(times(words));
  if (words.some(isChargeback)) {
    return first(times(outcomesOf(words).filter(({ body }) => (state === 'none') === (body.status === 'succeeded'))));
  }
  const denied = times(words.filter((word) => isFinal(word) && !happened(word)));
  const done = times(words.filter(happened));
  // It failed with the first word that says so after it had happened, and happened with the first after it had failed.
  if (state === 'failed' && words.length > 0)
    return first(denied.filter((at) => at === null || at >= (last(done) ?? at)));
  const since = first(done.filter((at) => at === null || at >= (last(denied) ?? at)));
  return done.length > 0 ? since : first(lines.map((line) => timeOf(line, terms)));
}

/** The returns of one payment, with the lines that have no id of their own, and what its own status returned. */
function returnsOfPayment(
  payment: Payment,
  groups: readonly Claims[],
  heard: Heard,
  payments: readonly Payment[],
  terms: Terms,
): Return[] {
  const read = (group: Claims) => readReturn(group, payment, heard, payments, terms);
  const isBackOnly = (group: Claims) => group.every((claim) => isLine(claim) && isBack(claim));
  const isNameless = (group: Claims) =>
    group.every((claim) => isLine(claim) && ownIds(claim, heard, payments).length === 0);
  const others = groups.filter((group) => !isBackOnly(group));
  const returns = others.filter((group) => !isNameless(group)).map(read);
  const byStatus = statusReturn(payment, returns);
  if (byStatus !== null) returns.push(byStatus);
  const nameless = others.filter(isNameless).flat().filter(isLine).sort(byDate(terms));
  returns.push(...giveTaken(nameless, returns).map((line) => read([line])));
  // What only lines tell is what the status returned.
  const byLine = returns.filter(({ isReported }) => !isReported);
  if (byStatus?.state === 'done' && byStatus.taken.length === 0 && byLine.length > 0) {
    byStatus.taken.push(...byLine.flatMap(({ taken }) => taken));
    byStatus.back.push(...byLine.flatMap(({ back }) => back));
    for (const each of byLine) returns.splice(returns.indexOf(each), 1);
  }
  returns.sort(byTime);
  const strangers = groups.filter(isBackOnly).filter((group) => !giveBack(group as Line[], returns));
  return [...returns, ...strangers.map(read)].map((each) => cameBack(each, terms)).sort(byTime);
}

const byTime = (one: Return, other: Return) =>
  (one.at ?? Number.POSITIVE_INFINITY) - (other.at ?? Number.POSITIVE_INFINITY) || (one.name < other.name ? -1 : 1);
const byDate = (terms: Terms) => (one: Line, other: Line) =>
  timeOf(one, terms)! - timeOf(other, terms)! || (one.id < other.id ? -1 : 1);

/** What the payment's own status returned beyond the returns that were reported; or a dispute that it tells. */
function statusReturn(payment: Payment, reported: readonly Return[]): Return | null {
  const { amount, moneyWord, isPaid, names } = payment;
  if (!isPaid || moneyWord === null) return null;
  const { status } = moneyWord.body;
  const isDispute = status === 'disputed' && !reported.some((each) => each.isReported && each.isChargeback);
  const isOfPayment = ({ currency }: Return) => currency === null || currency === amount?.currency;
  const done = reported.filter((each) => each.state === 'done' && each.isReported && isOfPayment(each));
  const told = sum(done.map((each) => each.amount));
  const rest = (amount?.gross ?? 0n) - told;
  const isReturn = isReturned(payment) && rest > 0n;
  if (!isDispute && !isReturn) return null;
  return {
    names: [...names, moneyWord.id],
    name: moneyWord.id,
    payment,
    isChargeback: isDispute || status === 'charged_back',
    isReported: true,
    taken: [],
    back: [],
    state: isDispute ? 'open' : 'done',
    at: moneyWord.occurred_at,
    amount: isDispute ? (amount?.gross ?? 0n) : rest,
    currency: amount?.currency ?? null,
  };
}

/** Whether the payment's own status says that all of it went back. */
export const isReturned = ({ isPaid, moneyWord }: Payment): boolean =>
  isPaid && moneyWord !== null && ['reversed', 'refunded', 'charged_back'].includes(moneyWord.body.status);

/**
 * Each line goes to a return without a line that has its amount, then to one of which it may be a part, then to one of
 * its amount that failed, then to any without a line. Gives back those that are returns of their own.
 */
function giveTaken(lines: readonly Line[], returns: readonly Return[]): Line[] {
  const failed = returns.filter((each) => each.isReported && each.state === 'failed').sort(byTime);
  const waiting = returns
    .filter((each) => each.isReported && each.state === 'done' && each.taken.length + each.back.length === 0)
    .sort(byTime);
  return lines.filter((line) => {
    const amount = lineMinor(line);
    const of =
      waiting.find((each) => each.taken.length === 0 && each.amount === amount) ??
      waiting.find((each) => each.amount - sumOf(each.taken) >= amount) ??
      failed.find((each) => each.taken.length + each.back.length === 0 && each.amount === amount) ??
      waiting.find((each) => each.taken.length === 0);
    of?.taken.push(line);
    return of === undefined;
  });
}

/** Money that came back goes to the return that took this amount, otherwise to one that took more. */
function giveBack(lines: readonly Line[], returns: readonly Return[]): boolean {
  const amount = sumOf(lines);
  const left = (each: Return) => (sumOf(each.taken) || each.amount) - sumOf(each.back);
  const of = returns.find((each) => left(each) === amount) ?? returns.find((each) => left(each) > amount);
  of?.back.push(...lines);
  return of !== undefined;
}

/** Money that came back undoes a return as far as it goes, unless it was said later that it happened after all. */
function cameBack(each: Return, terms: Terms): Return {
  if (each.state !== 'done' || each.back.length === 0) return each;
  const at = last(each.back.map((line) => timeOf(line, terms)))!;
  if (each.isReported && each.at !== null && each.at > at) return each;
  const amount = sumOf(each.back);
  return amount < each.amount ? { ...each, amount: each.amount - amount } : { ...each, state: 'failed', at };
}
