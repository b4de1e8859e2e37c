// What is decided of a refund that somebody proposes: in the turn of its order, so that nothing is sent between what is
// looked at and what is written.

import type { Finding } from '../../../domain/assessment.ts';
import { shownProposalId } from '../../../domain/case-id.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant } from '../../../domain/time.ts';
import { readKeyGroup } from '../../../matching/assess-key.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import { returnOutcomes } from '../../../matching/return-outcomes.ts';
import { compileRules } from '../../../matching/rules.ts';
import type { CaseRefunds } from '../../../projections/cases/case-refunds.ts';
import type { ApiContext } from '../api-context.ts';
import { demandCall, gatewayOf } from '../gateway-calls.ts';
import { knownOrder, type OrderReader } from '../known-order.ts';
import type { OpenedCase } from '../opened-case.ts';
import { isUnsent, type RefundProposal } from '../refund-proposals.ts';
import { demandOwn } from '../refundable-amount.ts';
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
  const gateway = demandCall(gatewayOf(parts, merchant), 'refund');
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
  demandOwn(gateway, paymentFor(known, finding, amount, refundsUnderWay(parts.tables, reference)));
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
  const begun = await begunRefund(parts, proposal);
  if (begun === null) return;
  const remedy = 'GET /v1/cases/ID shows what became of it. The evidence of it will come.';
  const detail = {
    where: shownProposalId(proposal),
    expected: 'a refund that was not asked for',
    found: begun,
    remedy,
  };
  throw new HesabuError('HESABU_APPROVAL_DECIDED', detail);
}

/** The state of a refund that the gateway was asked for, or may have been; null where it never was. */
async function begunRefund(parts: MarkReader, proposal: ProposalView['proposal']): Promise<string | null> {
  const { tables } = parts;
  const id = shownProposalId(proposal);
  const [reference, { merchant }] = [proposal.body.about, proposal];
  const refund = tables.refundProposals.get(id);
  const key = refund?.key ?? keyOfRefund(id, reference, merchant);
  if (refund !== undefined && (isAsked(refund) || tables.refunds.of(reference).some((one) => one.key === key))) {
    return refund.state;
  }
  const isUnknown = await isAskedUnknown(parts, { id, key, reference, merchant });
  return isUnknown ? 'one that the ledger knows more of than service.db' : null;
}

/**
 * Throws HESABU_CASE_CHANGED where a link would count money for other orders that a refund of the same finding sent
 * back, or may have: evidence of a part that was returned leaves an excess as it is. It is asked in the turn of the
 * order, so that nothing is sent meanwhile.
 */
export async function demandNotSent(parts: MarkReader, opened: OpenedCase, finding: string): Promise<void> {
  const { name, found, proposals } = opened;
  for (const { proposal } of proposals) {
    if (proposal.body.kind !== 'refund' || proposal.body.finding !== finding) continue;
    const begun = await begunRefund(parts, proposal);
    if (begun === null || isReturnFailed(parts, name.key, found, proposal)) continue;
    const at = { where: name.key, expected: 'money that no refund sent back' };
    throw new HesabuError('HESABU_CASE_CHANGED', { ...at, found: `${shownProposalId(proposal)}, ${begun}` });
  }
}

/** Whether evidence says that the money is there again. */
function isReturnFailed(
  { ledger: { loop, reader }, tables }: MarkReader,
  key: string,
  found: OpenedCase['found'],
  proposal: ProposalView['proposal'],
): boolean {
  const refund = tables.refundProposals.get(shownProposalId(proposal));
  if (refund === undefined) return false;
  const { claims } = readKeyGroup(key, found, compileRules(loop.rules), reader.asOf);
  return refundSigns(tables).outcomeOf(refund, returnOutcomes(claims)) === 'failed';
}

/** What became of a refund, with the returns of its key; null where this service knows nothing of it. */
export function refundOf({ tables }: Tables, id: string, returns: CaseRefunds['returns']): object | null {
  const refund = tables.refundProposals.get(id);
  if (refund === undefined) return null;
  const outcome = refundSigns(tables).outcomeOf(refund, returns);
  return { state: refund.state, code: refund.code, at: formatInstant(refund.at), outcome };
}
