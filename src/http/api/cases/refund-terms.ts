// Whether a proposed refund holds now, by the ledger as it stands, and what earlier ones of its order leave of it.

import type { Finding } from '../../../domain/assessment.ts';
import { shownProposalId, splitDecisionId } from '../../../domain/case-id.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { idOfName } from '../../../domain/key.ts';
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
import { isOtherAskedUnknown, type MarkReader } from './refund-marks.ts';

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
): Promise<HoldingRefund> {
  const holding = await holdingRefund(parts, proposal);
  if (typeof holding !== 'string') return holding;
  const found = 'one that was rejected, or is about other evidence';
  throw new HesabuError('HESABU_CASE_CHANGED', { where: proposal.id, expected: 'a proposal that holds', found });
}

/** All of the order's money that is on its way back, or waits for it. */
export function refundsUnderWay(tables: Pick<ApiTables, 'refunds' | 'approvals'>, reference: string): AskedRefund[] {
  return [...tables.refunds.of(reference), ...heldRefunds(tables.approvals, reference)];
}

/**
 * The payment that is to be returned: that which the finding names, of a refund that failed its own, and where it names
 * none the latest of which so much is left. Throws HESABU_AMOUNT_RANGE where none has so much left, and where what it
 * names is money of another key that people linked: its payer has it back there.
 */
export function paymentFor(
  known: KnownOrder,
  { reason, subject, currency }: Finding,
  amount: string,
  asked: readonly AskedRefund[],
): Payment {
  const { payments, returns } = known.about;
  const isNamed = (one: Payment) => {
    if (subject === '' || one.name === subject || one.ids.includes(subject)) return true;
    return reason === 'REFUND_FAILED' && returnsOf(returns, one).returns.some(({ name }) => name === subject);
  };
  const paid = payments.filter((one) => one.succeeded && one.gross !== null && one.currency === currency);
  const payment = paid.findLast((one) => isNamed(one) && leftOf(known, one, asked) >= minorOf(amount, currency!));
  if (payment !== undefined) return payment;
  const isElsewhere = !paid.some(isNamed);
  const expected = isElsewhere ? 'a payment of the order itself' : 'at most what is left of one payment of the order';
  const remedy = isElsewhere ? { remedy: 'Money that was linked to the order goes back where it came in.' } : {};
  throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found: amount, ...remedy });
}

/** Reasons whose difference each return makes smaller; that of others only a payment that is returned in full does. */
const DEDUCTING: ReadonlySet<string> = new Set(['CANCELLED_BUT_PAID', 'REFUND_FAILED']);

/**
 * Throws HESABU_AMOUNT_RANGE where more would go back than the difference, with all that went back of it, is on its way
 * or waits for that, by whichever way: nobody knows whether an earlier refund was for goods or of what was too much.
 */
export async function demandWithin(
  parts: MarkReader,
  known: KnownOrder,
  finding: Finding,
  own: { readonly key: string; readonly amount: string },
): Promise<void> {
  const { reference } = known;
  const { tables } = parts;
  const currency = finding.currency!;
  const asked = refundsUnderWay(tables, reference).filter(({ key }) => key !== own.key);
  const others = tables.refundProposals.of(reference).filter(({ key }) => key !== own.key);
  const hasLost = others.some((one) => isLost(tables, one)) || (await isOtherAskedUnknown(parts, reference, own.key));
  const most = hasLost ? 0n : minorOf(finding.difference!.replace('-', ''), currency) - goneBack(known, finding, asked);
  if (minorOf(own.amount, currency) <= most) return;
  const expected = `at most ${formatMinor(most > 0n ? most : 0n, currency)} ${currency}, with what goes back otherwise`;
  const other = `POST /v1/orders/${reference}/refunds`;
  const remedy = hasLost
    ? `Nobody knows whether an earlier refund of it was sent: ask the gateway. If it was not, ask for it by ${other}.`
    : `What goes back for goods is asked for by ${other}, and not by the case.`;
  throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found: own.amount, remedy });
}

/** Whether nobody knows if it was asked for, or how much it is: the ledger alone has that the gateway was asked. */
export function isLost({ refunds }: Pick<ApiTables, 'refunds'>, { state, key, reference }: RefundProposal): boolean {
  return state === 'unclear' && refunds.of(reference).every((asked) => asked.key !== key);
}

/** What of a finding's money went back and did not make its difference smaller, or may still go back. */
function goneBack(known: KnownOrder, { reason, subject, currency }: Finding, asked: readonly AskedRefund[]): bigint {
  const { payments, returns } = known.about;
  const isDeducting = DEDUCTING.has(reason!);
  const paid = payments.filter((one) => one.succeeded && one.gross !== null && one.currency === currency);
  let sum = 0n;
  for (const payment of paid) {
    const { returned, inFull, returns: own } = returnsOf(returns, payment);
    if (reason === 'REFUND_FAILED' && own.every(({ name }) => name !== subject)) continue;
    if (!isDeducting && inFull) continue;
    const back = payment.gross! - leftOf(known, payment, asked) - (isDeducting ? returned : 0n);
    if (back > 0n) sum += back;
    // Without a time nobody knows whether it came after the one that failed.
    if (reason === 'REFUND_FAILED') sum += sumOf(own.filter(({ at, state }) => state === 'done' && at === null));
  }
  // Whose payment is not known, or is none any more.
  const isOfNone = (id: string) => !paid.some(({ ids }) => ids.some((name) => idOfName(name) === id));
  for (const { payment, amount, currency: of } of asked) {
    if (of === currency && isOfNone(payment)) sum += minorOf(amount, of);
  }
  const ofNone = returns.unlinked.filter((one) => one.state !== 'failed' && (one.currency ?? currency) === currency);
  // One whose amount nobody says may be all of it.
  const all = paid.reduce((total, { gross }) => total + gross!, 0n);
  return sum + (ofNone.some(({ amount }) => amount === 0n) ? all : sumOf(ofNone));
}

function sumOf(amounts: readonly { readonly amount: bigint }[]): bigint {
  return amounts.reduce((sum, { amount }) => sum + amount, 0n);
}
