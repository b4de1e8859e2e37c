// Whether a proposed refund holds now, by the ledger as it stands, and what earlier ones of its order leave of it.

import type { Finding } from '../../../domain/assessment.ts';
import { readCaseId, shownProposalId, splitDecisionId } from '../../../domain/case-id.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatMinor, minorOf } from '../../../domain/money.ts';
import { assessEvidence } from '../../../matching/assess-key.ts';
import { type ProposalView, proposalsOf, refundsOf, resolutionsOf } from '../../../matching/decisions.ts';
import type { Payment } from '../../../matching/payments.ts';
import { returnsOf } from '../../../matching/returns.ts';
import { compileRules } from '../../../matching/rules.ts';
import type { ApiContext } from '../api-context.ts';
import { heldRefunds } from '../approval-requests.ts';
import type { AskedRefund } from '../asked-money.ts';
import type { KnownOrder } from '../known-order.ts';
import { isUnsent, type RefundProposal } from '../refund-proposals.ts';
import { leftOf } from '../refundable-amount.ts';
import type { ApiTables } from '../tables.ts';

export interface HoldingRefund {
  readonly view: ProposalView;
  readonly finding: Finding;
}

/**
 * What holds; `unwritten` where the ledger does not have it; `waits` where nobody approved it yet; `over` where it was
 * rejected, where evidence or another proposal has its place, or another refund of the finding comes first.
 */
export async function holdingRefund(
  { ledger: { loop, reader }, tables }: Pick<ApiContext, 'ledger' | 'tables'>,
  { id, reference }: RefundProposal,
): Promise<HoldingRefund | 'unwritten' | 'waits' | 'over'> {
  await loop.catchUp();
  const found = await reader.findKey(reference);
  const { decision } = splitDecisionId(id);
  if (found === undefined || found.decisions.every((one) => one.id !== decision)) return 'unwritten';
  const rules = compileRules(loop.rules);
  const { claims, decisions } = found;
  const evidence = assessEvidence(reference, { claims, decisions }, rules, reader.asOf);
  const views = proposalsOf(reference, decisions, rules, evidence);
  const view = views.find(({ proposal }) => proposal.id === decision);
  if (view === undefined || view.state === 'awaiting_approval') return 'waits';
  const { finding } = view;
  if (view.state !== 'effective' || finding === null || resolutionsOf(views).has(finding)) return 'over';
  const unsent = new Set(
    tables.refundProposals
      .of(reference)
      .filter(isUnsent)
      .map((one) => one.id),
  );
  const first = refundsOf(views.filter(({ proposal }) => !unsent.has(shownProposalId(proposal)))).get(finding);
  return first === view ? { view, finding } : 'over';
}

/** Throws HESABU_CASE_CHANGED where a proposal no longer holds whose refund was to be approved. */
export async function demandHolding(
  parts: Pick<ApiContext, 'ledger' | 'tables'>,
  proposal: RefundProposal,
): Promise<void> {
  if (typeof (await holdingRefund(parts, proposal)) !== 'string') return;
  const found = 'one that was rejected, or is about other evidence';
  throw new HesabuError('HESABU_CASE_CHANGED', { where: proposal.id, expected: 'a proposal that holds', found });
}

/** All of the order's money that is on its way back, or waits for it. */
export function refundsUnderWay(tables: Pick<ApiTables, 'refunds' | 'approvals'>, reference: string): AskedRefund[] {
  return [...tables.refunds.of(reference), ...heldRefunds(tables.approvals, reference)];
}

/**
 * The payment that is to be returned: that which the finding names, of a refund that failed its own, and otherwise the
 * latest of which so much is left. Throws HESABU_AMOUNT_RANGE where none has so much left.
 */
export function paymentFor(
  known: KnownOrder,
  { reason, subject, currency }: Finding,
  amount: string,
  asked: readonly AskedRefund[],
): Payment {
  const { payments, returns } = known.about;
  const paid = payments.filter((one) => one.succeeded && one.gross !== null && one.currency === currency);
  const isReturned = (one: Payment) => returnsOf(returns, one).returns.some(({ name }) => name === subject);
  const named =
    reason === 'REFUND_FAILED'
      ? paid.find(isReturned)
      : paid.find((one) => one.name === subject || one.ids.includes(subject));
  const hasLeft = (one: Payment) => leftOf(known, one, asked) >= minorOf(amount, currency!);
  const payment = named === undefined ? paid.findLast(hasLeft) : [named].find(hasLeft);
  if (payment !== undefined) return payment;
  const expected = 'at most what is left of one payment of the order';
  throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found: amount });
}

/** Reasons whose difference each return makes smaller; that of others only a payment that is returned in full does. */
const DEDUCTING: ReadonlySet<string> = new Set(['CANCELLED_BUT_PAID', 'REFUND_FAILED']);

/**
 * Throws HESABU_AMOUNT_RANGE: all that proposals send back comes to the difference at most, also where the finding
 * was another one in between.
 */
export function demandWithin(
  tables: Pick<ApiTables, 'refunds' | 'approvals' | 'refundProposals'>,
  { about, reference }: KnownOrder,
  finding: Finding,
  own: { readonly id: string; readonly amount: string },
): void {
  const { currency, difference, reason } = finding;
  const proposed = new Set(
    tables.refundProposals
      .of(reference)
      .filter((one) => one.id !== own.id && (reason !== 'REFUND_FAILED' || isOfSubject(one, finding)))
      .map(({ key }) => key),
  );
  const isCounted = ({ key, payment: name, transaction_id: id, currency: of }: AskedRefund) => {
    if (!proposed.has(key) || of !== currency) return false;
    const payment = about.payments.find(({ ids }) => ids.includes(name));
    if (payment === undefined) return true;
    const { inFull, returns } = returnsOf(about.returns, payment);
    const isDone = returns.some((one) => one.state === 'done' && one.id === id);
    return !(inFull || (isDone && DEDUCTING.has(reason!)));
  };
  const earlier = refundsUnderWay(tables, reference).filter(isCounted);
  const sent = earlier.reduce((sum, { amount }) => sum + minorOf(amount, currency!), 0n);
  const most = minorOf(difference!.replace('-', ''), currency!) - sent;
  if (minorOf(own.amount, currency!) <= most) return;
  const expected = `at most ${formatMinor(most > 0n ? most : 0n, currency!)} ${currency}, with what was sent before`;
  throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found: own.amount });
}

function isOfSubject({ id }: RefundProposal, { reason, subject }: Finding): boolean {
  const name = readCaseId(splitDecisionId(id).place);
  return name?.reason === reason && name.subject === subject;
}
