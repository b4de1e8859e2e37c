// The ids that payments and returns go by, and the order in which they speak for one. Whatever needs such ids takes
// them from here: matching, resolution, search, the identity of a payment without a reference.

import type { FactBody, PaymentIds, PaymentObserved, SettlementLineReported } from './fact.ts';
import { identityKey } from './key.ts';

/** The ids of a payment or return itself, each once: the provider's, the request's, the operator's, further ones. */
export function ownIds(of: PaymentIds): string[] {
  const ids: string[] = [];
  if (of.provider_transaction_id !== null) ids.push(of.provider_transaction_id);
  if (of.request_id !== null && !ids.includes(of.request_id)) ids.push(of.request_id);
  if (of.operator_transaction_id !== null && !ids.includes(of.operator_transaction_id)) {
    ids.push(of.operator_transaction_id);
  }
  if (of.aliases !== undefined) for (const id of Object.values(of.aliases)) if (!ids.includes(id)) ids.push(id);
  return ids;
}

/** As `ownIds`; and of a return, last, the id of the payment that it returns. */
export function allIds(of: PaymentIds): string[] {
  const ids = ownIds(of);
  if (of.original_transaction_id !== null && !ids.includes(of.original_transaction_id)) {
    ids.push(of.original_transaction_id);
  }
  return ids;
}

/** Whether a claim is about one payment or return, by its ids. */
export function isAboutPayment(body: FactBody): body is PaymentObserved | SettlementLineReported {
  return body.type === 'PaymentObserved' || body.type === 'SettlementLineReported';
}

/** All ids of payments that a claim names; an order names none, since a provider knows it by its reference. */
export function idsIn(body: FactBody): string[] {
  return isAboutPayment(body) ? allIds(body) : [];
}

/**
 * The identity of a payment that came without a reference, by the first of its own ids; a return may also go by the
 * payment that it returns. Undefined where there is no id.
 */
export function identityOf(provider: string, of: PaymentIds, kind: 'payment' | 'return'): string | undefined {
  const [id] = kind === 'return' ? allIds(of) : ownIds(of);
  return id === undefined ? undefined : identityKey(provider, id);
}
