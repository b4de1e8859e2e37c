// How a case is to end, as a request asks for it: what the proposal says, or why it could never hold. The proposal
// itself and its trial say the same.

import type { z } from 'zod';
import type { Finding } from '../../../domain/assessment.ts';
import type { ResolutionKind, ResolutionProposed } from '../../../domain/decision.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { REFUNDABLE_REASONS } from '../../../domain/refundable.ts';
import { misfitOf } from '../../../matching/decisions.ts';
import { linkParts } from '../link-call.ts';
import type { OpenedCase } from '../opened-case.ts';
import type { Call } from '../route.ts';
import type { ProposalRequest } from '../schemas/decisions.ts';
import { demandRead } from './finding-read.ts';
import { demandNotSent } from './refund-decisions.ts';

interface ProposedEnd {
  /** What the proposal says, but for its text. */
  readonly own: Pick<ResolutionProposed, 'type' | 'finding' | 'kind' | 'cause' | 'amount' | 'currency' | 'to'>;
  /** The merchants of the orders that it is about. */
  readonly also: readonly string[];
}

/** Throws HESABU_CASE_CHANGED, HESABU_FIELD_INVALID, and what a link is refused with. */
export async function proposedEnd(
  call: Call<unknown, unknown, z.output<typeof ProposalRequest>>,
  opened: OpenedCase,
): Promise<ProposedEnd> {
  const { kind, cause, finding: seen } = call.body;
  const finding = demandRead(call, opened, seen);
  const own = { type: 'ResolutionProposed', finding: seen, kind, cause } as const;
  if (kind === 'link') {
    const parts = await linkParts(call, opened, finding, call.body);
    await demandNotSent(call.parts, opened, seen);
    return { own: { ...own, ...parts }, also: parts.to!.map(({ merchant }) => merchant) };
  }
  if (call.body.to !== undefined) {
    const expected = 'none, where the kind is no link';
    throw new HesabuError('HESABU_FIELD_INVALID', { where: 'to', expected, found: kind });
  }
  const isMoney = kind !== 'explain';
  const amount = call.body.amount ?? (isMoney ? (finding.difference?.replace('-', '') ?? null) : null);
  const currency = call.body.currency ?? (isMoney ? finding.currency : null);
  const misfit = misfitOf({ kind, amount, currency }, finding);
  if (misfit !== null) throw misfitting(misfit, kind, finding, call.body[misfit] ?? null);
  return { own: { ...own, amount, currency }, also: [] };
}

/** Nothing that could never hold is written down for others to wonder at. */
function misfitting(
  field: 'kind' | 'amount' | 'currency',
  kind: ResolutionKind,
  { difference, currency }: Finding,
  found: string | null,
): HesabuError {
  const most = `${difference?.replace('-', '')}`;
  const isRefund = kind === 'refund';
  const expected = {
    kind: isRefund ? `refund, for ${REFUNDABLE_REASONS.join(', ')}` : 'explain, where no amount differs',
    amount: kind === 'explain' ? 'none' : isRefund ? `above zero, at most ${most}` : `the difference, ${most}`,
    currency: `${currency}`,
  }[field];
  return new HesabuError('HESABU_FIELD_INVALID', { where: field, expected, found: found ?? 'none' });
}
