// The refunds that a shop made, against what providers say went back or failed to.

import type { Request } from './claims.ts';
import { key, type Read, returnedOf, returnsOfPayment } from './payment-stage.ts';
import type { Payment } from './payments.ts';
import type { Return } from './returns.ts';
import { last, minor, sum } from './values.ts';
import type { Verdict } from './verdict.ts';

/** The returns of a payment that failed and did not come back, each with what the payer still lacks of it. */
export function failedOf(read: Read, payment: Payment): (Return & { readonly missing: bigint })[] {
  const all = returnsOfPayment(read, payment);
  const failed = all.filter(({ state, back }) => state === 'failed' && back.length === 0);
  return failed.flatMap((each) => {
    const currency = each.currency ?? payment.amount?.currency ?? null;
    if (currency === null) return [];
    // The payer has the money by what was returned since.
    const since = all.filter((other) => {
      const isOfCurrency = other.currency === null || other.currency === currency;
      const isSince = other.at !== null && (each.at === null || other.at >= each.at);
      return other.state === 'done' && isOfCurrency && isSince;
    });
    const again = sum(since.map(({ amount }) => amount));
    return [{ ...each, missing: again < each.amount ? each.amount - again : 0n }];
  });
}

/** What a shop gave back, and nobody says that it went back or that it failed to, is still with the shop. */
export function judgeRequests(verdict: Verdict, read: Read, money: readonly Payment[]): void {
  const { heard, terms } = read;
  for (const currency of new Set(heard.requests.map(({ body }) => body.currency))) {
    const paid = money.filter(({ amount }) => amount?.currency === currency);
    const gross = sum(paid.map(({ amount }) => amount!.gross));
    const returned = sum(paid.map((payment) => returnedOf(read, payment)));
    const failed = sum(paid.map((payment) => sum(failedOf(read, payment).map(({ missing }) => missing))));
    const when = ({ body, occurred_at }: Request) => body.at ?? occurred_at ?? Number.POSITIVE_INFINITY;
    const requests = heard.requests.filter(({ body }) => body.currency === currency).sort((a, b) => when(a) - when(b));
    const sums = requests.map((_, at) =>
      sum(requests.slice(0, at + 1).map(({ body }) => minor(body.amount, currency))),
    );
    const capped = sums.map((asked) => (asked < gross ? asked : gross));
    const open = capped.findIndex((asked) => asked > returned + failed);
    if (open < 0) continue;
    const since = when(requests[open]!);
    const sights = paid.map(({ sightAt }) => sightAt);
    const deadline = since === Number.POSITIVE_INFINITY ? null : last([since, ...sights])! + terms.grace.return;
    if (!verdict.passed('payment', deadline)) continue;
    const about = { expected: gross - capped.at(-1)!, observed: gross - returned, currency };
    verdict.money('payment', 'CANCELLED_BUT_PAID', key(deadline), about);
  }
}
