// Orders of several merchants, as the slow reference has them: the whole is read as one plain order of what its parts
// come to, and each part stands with it, but for what is of that part alone.

import type { Standing } from '../../src/domain/assessment.ts';
import type { Claim } from '../../src/domain/fact.ts';
import { type Heard, type Order, readingsOf } from './claims.ts';
import { judge } from './reference.ts';
import type { Terms } from './terms.ts';
import { minor, sum, written } from './values.ts';

/** `key standing REASONS` of the whole W and its parts, whatever key a payment or return came under. */
export function judgeParts(given: ReadonlyMap<string, readonly Claim[]>, terms: Terms, asOf: number): string[] {
  const shop = (key: string) => given.get(key)!.filter(({ body }) => body.type === 'OrderPlaced') as Order[];
  const money = [...given.values()].flat().filter(({ body }) => body.type !== 'OrderPlaced');
  const keys = [...given.keys()].filter((key) => key !== 'W');
  const paidAt = money.flatMap(({ body, occurred_at }) => (isMoneyWord(body) ? [occurred_at!] : []))[0] ?? null;
  const parts = keys.map((key) => {
    const [placed] = shop(key) as [Order];
    const amount = minor(placed.body.amount, 'KES');
    const cancelledAt = placed.body.status === 'cancelled' ? placed.body.status_at! : null;
    const isOwed = cancelledAt === null || (paidAt !== null && cancelledAt > paidAt);
    return { key, placed, amount, cancelledAt, isOwed, returned: 0n };
  });
  giveBack(parts, given);
  const owed = parts.filter(({ isOwed }) => isOwed);
  const [own = null] = shop('W');
  const amounts = { owed: sum(owed.map(({ amount }) => amount)), all: sum(parts.map(({ amount }) => amount)) };
  const said = own === null ? null : minor(own.body.amount, 'KES');
  const differs = said !== null && said !== amounts.owed && said !== amounts.all;
  const expected = differs ? said : owed.length > 0 ? amounts.owed : (said ?? amounts.all);
  const order = asOne(own, parts, owed.length > 0, written(expected, 'KES'));
  const [heard] = readingsOf([order, ...money], terms) as [Heard];
  const { payment, settlement, told } = judge(heard, terms, asOf);
  const reasons = told.map(({ reason }) => reason as string).filter((reason) => !reason.startsWith('ORDER_'));
  if (differs) reasons.push('CONFLICTING_EVIDENCE');
  const stage = differs ? 'unmatched' : payment;
  const isPaid = paidAt !== null;
  return [
    text('W', worst(stage, settlement), reasons),
    ...parts.map(({ key, cancelledAt, isOwed, amount, returned }) => {
      if (cancelledAt !== null && !(isPaid && isOwed)) return text(key, 'closed', []);
      const isKept = cancelledAt !== null && returned < amount;
      return text(key, isKept ? 'unmatched' : worst(stage, settlement), isKept ? ['CANCELLED_BUT_PAID'] : []);
    }),
  ].sort();
}

type Part = { key: string; amount: bigint; cancelledAt: number | null; isOwed: boolean; returned: bigint };

/** A return under a part is that part's, as far as it goes; any other is that of the one part that it fits. */
function giveBack(parts: readonly Part[], given: ReadonlyMap<string, readonly Claim[]>): void {
  const owed = parts.filter(({ isOwed }) => isOwed);
  const returns = [...given].flatMap(([key, claims]) =>
    claims.flatMap(({ body, occurred_at: at }) => {
      const isReturn = body.type === 'PaymentObserved' && body.kind === 'refund';
      return isReturn ? [{ key, at: at!, amount: minor(body.amount!, 'KES'), id: body.provider_transaction_id! }] : [];
    }),
  );
  returns.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  let nobodys = sum(returns.map(({ amount }) => amount));
  const left = ({ amount, returned }: Part) => amount - returned;
  const give = (part: Part, amount: bigint) => {
    const most = amount < left(part) ? amount : left(part);
    part.returned += most;
    nobodys -= most;
  };
  for (const { key, amount } of returns) for (const part of owed) if (part.key === key) give(part, amount);
  for (const { key, amount } of returns) {
    if (amount > nobodys || owed.some((part) => part.key === key)) continue;
    const open = owed.filter((part) => left(part) > 0n);
    const cancelled = open.filter((part) => part.cancelledAt !== null);
    cancelled.sort((one, other) => one.cancelledAt! - other.cancelledAt! || (one.key < other.key ? -1 : 1));
    const fitting = open.filter((part) => left(part) === amount);
    const [first] = cancelled.filter((part) => left(part) === amount);
    if (first !== undefined) give(first, amount);
    else if (fitting.length === 1) give(fitting[0]!, amount);
    else if (open.length === 1) give(open[0]!, amount);
    else if (sum(cancelled.map(left)) === amount) for (const part of cancelled) give(part, left(part));
  }
  if (nobodys > 0n && nobodys >= sum(owed.map(left))) for (const part of owed) give(part, left(part));
}

/** The whole and its parts as one order. */
function asOne(
  own: Order | null,
  parts: readonly { placed: Order; cancelledAt: number | null }[],
  hasOwed: boolean,
  amount: string,
): Order {
  const [first] = parts.map(({ placed }) => placed) as [Order];
  const base = own ?? { ...first, id: 'order:W' };
  const { parent: _, ...body } = base.body;
  const one = { ...base, merchant: 'plaza', body: { ...body, amount } };
  if (own?.body.status === 'cancelled') return one;
  if (!hasOwed) {
    const status_at = Math.max(...parts.map(({ cancelledAt }) => cancelledAt!));
    return { ...one, body: { ...one.body, status: 'cancelled', status_at } };
  }
  const all = own === null ? parts.map(({ placed }) => placed) : [own, ...parts.map(({ placed }) => placed)];
  const counted = all.filter(({ body: { status } }) => status === 'paid');
  if (counted.length === 0) return { ...one, body: { ...one.body, status: 'awaiting_payment', status_at: null } };
  const status_at = Math.min(...counted.map(({ body }) => body.status_at ?? body.placed_at));
  return { ...one, body: { ...one.body, status: 'paid', status_at } };
}

function isMoneyWord(body: Claim['body']): boolean {
  return body.type === 'PaymentObserved' && body.kind === 'payment';
}

function worst(left: Standing, right: Standing): Standing {
  const order: Standing[] = ['closed', 'matched', 'pending', 'unmatched'];
  return order[Math.max(order.indexOf(left), order.indexOf(right))]!;
}

function text(key: string, standing: Standing, reasons: readonly string[]): string {
  return [key, standing, ...reasons.toSorted()].join(' ');
}
