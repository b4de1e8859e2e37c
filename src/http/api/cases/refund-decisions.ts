// What is decided of a refund that somebody proposes: in the turn of its order, so that nothing is sent between what is
// looked at and what is written.

import type { Finding } from '../../../domain/assessment.ts';
import { shownProposalId } from '../../../domain/case-id.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant } from '../../../domain/time.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import type { CaseRefunds } from '../../../projections/cases/case-refunds.ts';
import type { ApiContext } from '../api-context.ts';
import { demandCall, gatewayOf } from '../gateway-calls.ts';
import { knownOrder, type OrderReader } from '../known-order.ts';
import type { OpenedCase } from '../opened-case.ts';
import { isUnsent, type RefundProposal } from '../refund-proposals.ts';
import { isAskedUnknown, keyOfRefund, type MarkReader } from './refund-marks.ts';
import { refundSigns } from './refund-signs.ts';
import { demandWithin, paymentFor, refundsUnderWay } from './refund-terms.ts';

type Tables = Pick<ApiContext, 'tables'>;

/** The request that proposes a refund, with what it says of the finding. */
interface Proposing {
  readonly call: OrderReader & { readonly parts: Pick<ApiContext, 'ledger' | 'tables' | 'gateways'> };
  readonly opened: Pick<OpenedCase, 'name' | 'merchant' | 'proposals'>;
  readonly finding: Finding;
  readonly amount: string;
}

/**
 * Stores that a refund is proposed, before the proposal itself. Throws HESABU_PROVIDER_CANNOT and HESABU_NOT_FOUND
 * where nobody could give the money back, HESABU_CASE_CHANGED where another refund of the finding may still be sent, or
 * was, and HESABU_AMOUNT_RANGE where with what goes back otherwise it is too much, or no payment has so much left.
 */
export async function beginRefund({ call, opened, finding, amount }: Proposing, id: string): Promise<void> {
  const { parts } = call;
  const { refundProposals } = parts.tables;
  // A request that is sent again: what it asks for was looked at, and may be sent by now.
  if (refundProposals.get(id) !== undefined) return;
  const { merchant } = opened;
  const reference = opened.name.key;
  demandCall(gatewayOf(parts, merchant), 'refund');
  for (const view of opened.proposals) {
    const other = shownProposalId(view.proposal);
    const refund = refundProposals.get(other);
    if (other === id || !isInTheWay(view, refund, finding)) continue;
    const found = `${other}, ${refund?.state ?? view.state}`;
    throw new HesabuError('HESABU_CASE_CHANGED', { where: reference, expected: 'no other refund of it', found });
  }
  const known = await knownOrder(call, reference);
  const key = keyOfRefund(id, reference, merchant);
  await demandWithin(parts, known, finding, { key, amount });
  paymentFor(known, finding, amount, refundsUnderWay(parts.tables, reference));
  refundProposals.add({ id, key, reference, merchant, at: parts.clock.now() });
}

/** Whether it may be sent, or was: of another finding only while it is not known how it ends. */
function isInTheWay({ proposal: { body }, state }: ProposalView, refund: RefundProposal | undefined, now: Finding) {
  if (body.kind !== 'refund' || (refund !== undefined && isUnsent(refund))) return false;
  if (refund !== undefined && isAsked(refund)) return refund.state !== 'sent' || body.finding === fingerprintOf(now);
  return state === 'effective' || state === 'awaiting_approval';
}

function isAsked({ state }: RefundProposal): boolean {
  return state === 'asked' || state === 'unclear' || state === 'sent';
}

/** Throws HESABU_CASE_CHANGED: what was stopped once is sent no more, whatever the evidence is by now. */
export function demandRefundOpen({ tables }: Tables, id: string): void {
  const refund = tables.refundProposals.get(id);
  if (refund === undefined || !isUnsent(refund)) return;
  throw new HesabuError('HESABU_CASE_CHANGED', {
    where: id,
    expected: 'a refund that may be sent',
    found: refund.state,
  });
}

/** Throws HESABU_APPROVAL_DECIDED: what the gateway was asked for is taken back no more. */
export async function demandNotAsked(parts: MarkReader, proposal: ProposalView['proposal']): Promise<void> {
  const { tables } = parts;
  const id = shownProposalId(proposal);
  const [reference, { merchant }] = [proposal.body.about, proposal];
  const refund = tables.refundProposals.get(id);
  const key = refund?.key ?? keyOfRefund(id, reference, merchant);
  const isKnown =
    refund !== undefined && (isAsked(refund) || tables.refunds.of(reference).some((one) => one.key === key));
  const isBegun = isKnown || (await isAskedUnknown(parts, { id, key, reference, merchant }));
  if (!isBegun) return;
  const remedy = 'GET /v1/cases/ID shows what became of it. The evidence of it will come.';
  const found = isKnown ? refund.state : 'one that the ledger knows more of than service.db';
  const detail = { where: id, expected: 'a refund that was not asked for', found, remedy };
  throw new HesabuError('HESABU_APPROVAL_DECIDED', detail);
}

/** What became of a refund, with the returns of its key; null where this service knows nothing of it. */
export function refundOf({ tables }: Tables, id: string, returns: CaseRefunds['returns']): object | null {
  const refund = tables.refundProposals.get(id);
  if (refund === undefined) return null;
  const outcome = refundSigns(tables).outcomeOf(refund, returns);
  return { state: refund.state, code: refund.code, at: formatInstant(refund.at), outcome };
}
