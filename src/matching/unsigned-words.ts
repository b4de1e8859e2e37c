// How a callback that nobody signed is read. Anybody may have sent it, so it counts for nothing until a poll or a
// settlement line says the same: it tells only that somebody should ask, and which ids belong together.

import type { Claim, PaymentKind, PaymentObserved, PaymentStatus } from '../domain/fact.ts';
import { isFinal, isUnsigned, meansMoney } from './evidence.ts';

/** What was said, by what is read of it. */
const SAID = new WeakMap<Claim, Claim>();

/** Only its ids and its own word are left. */
const NOTHING_MORE = { amount: null, currency: null, fee: null, operator: null, msisdn: null } as const;

/** A signed claim is read as it is. */
export function asRead(claim: Claim<PaymentObserved>): Claim<PaymentObserved> {
  const { body } = claim;
  if (!isUnsigned(claim)) return claim;
  const read = { ...claim, body: { ...body, ...NOTHING_MORE, kind: kindOf(body.kind), status: statusOf(body.status) } };
  SAID.set(read, claim);
  return read;
}

/** What was said where this was read. */
export function asSaid(claim: Claim): Claim {
  return SAID.get(claim) ?? claim;
}

/** A chargeback that nobody signed is one that somebody may ask for. */
function kindOf(kind: PaymentKind): PaymentKind {
  return kind === 'chargeback' ? 'refund' : kind;
}

/** Success may be true, so no order ends over it; a failure leaves open what there was. */
function statusOf(status: PaymentStatus): PaymentStatus {
  if (meansMoney(status)) return 'inconclusive';
  return isFinal(status) ? 'pending' : status;
}
