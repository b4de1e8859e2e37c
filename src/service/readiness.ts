// Why the service is not ready, for /readyz.

import type { Admission } from '../http/admission.ts';
import type { LedgerLoop } from './ledger/ledger-loop.ts';

/** The ledger is behind if its oldest unread fact has waited for this long. */
const LAG_MILLIS_MAX = 30_000;

/** A few words for each reason; empty if the service is ready. */
export function reasonsNotReady(
  draining: AbortSignal,
  loop: Pick<LedgerLoop, 'fault' | 'lagMillis' | 'unwritten'>,
  admission: Pick<Admission, 'refusal'>,
): readonly string[] {
  const reasons: string[] = [];
  if (draining.aborted) reasons.push('the service is shutting down');
  const fault = loop.fault ?? loop.unwritten;
  if (fault !== null) reasons.push(`the ledger: ${fault.code}`);
  if (loop.lagMillis > LAG_MILLIS_MAX) reasons.push(`the ledger is ${Math.round(loop.lagMillis / 1000)} s behind`);
  const refusal = admission.refusal('webhooks');
  if (refusal !== null) reasons.push(`webhooks are refused: ${refusal.code}`);
  return reasons;
}
