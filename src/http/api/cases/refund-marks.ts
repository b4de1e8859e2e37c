// Marks in the ledger that a gateway is asked for a proposed refund: each is written before the call, beside what
// service.db says. A service.db that is older than the ledger, as after a restore, lacks what the marks have, and then
// nobody knows what the gateway did. A mark is a note on a case that nobody works, so that it shows nowhere else.

import { newExchangeId } from '../../../archive/exchanges/exchange-id.ts';
import { type CaseKey, caseId, shownProposalId } from '../../../domain/case-id.ts';
import type { Decider } from '../../../domain/decision.ts';
import { decisionFact, decisionId } from '../../../producers/decisions/decision-facts.ts';
import type { ApiContext } from '../api-context.ts';
import { SERVICE_ROLE } from '../call-trail.ts';
import { demandHeard } from '../decision-call.ts';
import { gatewayKey } from '../gateway-calls.ts';
import type { RefundProposal } from '../refund-proposals.ts';

export type RefundMarkParts = Pick<
  ApiContext,
  'ledger' | 'clock' | 'tables' | 'decisionKey' | 'texts' | 'exchanges' | 'logger'
>;
/** Through what the marks are read. */
export type MarkReader = Pick<ApiContext, 'ledger' | 'tables'>;
type Marked = Pick<RefundProposal, 'id' | 'key' | 'reference' | 'merchant'>;

const BY: Decider = { person: SERVICE_ROLE, roles: ['operator'], via: 'api' };
const TEXT = 'The gateway is asked for a refund that was proposed.';
const NOTHING = { headers: {}, body: new Uint8Array(0) };

function placeOf({ key, reference }: Marked): CaseKey {
  return { key: reference, stage: 'payment', reason: 'REFUND_FAILED', subject: `asked ${key}` };
}

function nameOf({ key }: Marked, nth: number): string {
  return JSON.stringify(['refund', key, nth]);
}

/** Whether the ledger has a call that service.db has not: it is older. */
export async function isAskedUnknown({ ledger, tables }: MarkReader, proposal: Marked): Promise<boolean> {
  await ledger.loop.catchUp();
  const id = caseId(placeOf(proposal));
  const marks = (await ledger.cases.named([{ id, planned: null }], false)).get(id)?.talk.notes ?? [];
  const { sendings = 0 } = tables.refundProposals.get(proposal.id) ?? {};
  const known = new Set(Array.from({ length: sendings }, (_, at) => decisionId(BY.person, nameOf(proposal, at + 1))));
  return marks.some((mark) => !known.has(mark.id));
}

/** Whether that is so of another proposal of the order, also of one that service.db knows nothing of at all. */
export async function isOtherAskedUnknown(parts: MarkReader, reference: string, own: string): Promise<boolean> {
  const { ledger, tables } = parts;
  await ledger.loop.catchUp();
  const { decisions = [] } = (await ledger.reader.findKey(reference)) ?? {};
  for (const { id: decision, merchant, body } of decisions) {
    if (body.type !== 'ResolutionProposed' || body.kind !== 'refund') continue;
    const id = shownProposalId({ id: decision, body });
    const key = tables.refundProposals.get(id)?.key ?? keyOfRefund(id, reference, merchant);
    if (key !== own && (await isAskedUnknown(parts, { id, key, reference, merchant }))) return true;
  }
  return false;
}

/** Under which a gateway is called for a proposal. */
export function keyOfRefund(id: string, reference: string, merchant: string): string {
  return gatewayKey('refund', { params: { ref: reference }, intent: { merchant, key: id } });
}

/**
 * Resolves when the ledger has on the disk that the gateway is about to be asked, and the archive too: a log that lost
 * it takes it in from there. Throws HESABU_DECISION_KEY_UNKNOWN where nobody would hear it.
 */
export async function markSending(parts: RefundMarkParts, proposal: Marked): Promise<void> {
  demandHeard(parts);
  const { tables, clock, texts, ledger, exchanges, decisionKey } = parts;
  const { id, reference, merchant, key } = proposal;
  const nth = tables.refundProposals.get(id)!.sendings + 1;
  const { key: about, ...place } = placeOf(proposal);
  const text = await texts.keep(TEXT);
  const note = { type: 'NoteAdded', about, case: place, by: BY, batch: null, text, attachments: [] } as const;
  const at = clock.now();
  const exchange = newExchangeId(at);
  // By its exchange the archive is held against the log.
  const fact = { ...decisionFact(note, { merchant, at, key: nameOf(proposal, nth) }, decisionKey), raw: exchange };
  // First here: what is known of and was not marked is asked for all the same.
  tables.refundProposals.set(id, { sendings: nth });
  await exchanges.add({
    ...{ id: exchange, direction: 'out', at, elapsed_ms: 0, account: '', method: 'SEND', url: 'refund' },
    ...{ request: NOTHING, status: null, response: null, fault: null, names: [reference, key], facts: [fact] },
  });
  await ledger.writer.append([fact]);
}
