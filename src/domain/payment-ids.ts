// The ids that payments and returns go by, and the order in which they speak for one. Whatever needs such ids takes
// them from here: matching, resolution, search, the identity of a payment without a reference.

import type { FactBody, PaymentIds, PaymentObserved, SettlementLineReported } from './fact.ts';
import { identityKey, idName } from './key.ts';

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

/**
 * The names of the ids of a payment or return itself: what has one name is one thing, and one number of two series has
 * two. They are for comparing; people see ids.
 */
export function ownNames(of: PaymentIds): string[] {
  return of.series === undefined ? ownIds(of) : numberedNames(of, of.series);
}

/** As `ownNames`; and of a return, last, the name of the payment that it returns. */
export function allNames(of: PaymentIds): string[] {
  if (of.series === undefined) return allIds(of);
  const [names, original] = [numberedNames(of, of.series), originalName(of)];
  return original === null || names.includes(original) ? names : [...names, original];
}

/** The name of the payment that a return returns, or that a fee was taken for. */
export function originalName({ original_transaction_id: id, series }: PaymentIds): string | null {
  return id === null || series === undefined ? id : idName(id, series.original_transaction_id);
}

const OWN_FIELDS = ['provider_transaction_id', 'request_id', 'operator_transaction_id'] as const;

function numberedNames(of: PaymentIds, series: NonNullable<PaymentIds['series']>): string[] {
  const names = new Set<string>();
  for (const field of OWN_FIELDS) if (of[field] !== null) names.add(idName(of[field], series[field]));
  for (const [name, id] of Object.entries(of.aliases ?? {})) names.add(idName(id, series[name]));
  return [...names];
}

/** Whether a claim is about one payment or return, by its ids. */
export function isAboutPayment(body: FactBody): body is PaymentObserved | SettlementLineReported {
  return body.type === 'PaymentObserved' || body.type === 'SettlementLineReported';
}

/** All ids of payments that a claim names; an order names none, since a provider knows it by its reference. */
export function idsIn(body: FactBody): string[] {
  return isAboutPayment(body) ? allIds(body) : [];
}

/** The names of all ids in a claim. */
export function namesIn(body: FactBody): string[] {
  return isAboutPayment(body) ? allNames(body) : [];
}

/**
 * Where a claim that came without a reference lies: under the first of its own ids, without the series; a return also
 * by the payment that it returns. Undefined where there is no id.
 */
export function identityOf(provider: string, of: PaymentIds, kind: 'payment' | 'return'): string | undefined {
  const [id] = kind === 'return' ? allIds(of) : ownIds(of);
  return id === undefined ? undefined : identityKey(provider, id);
}

/**
 * Whether this is a gateway's response to our own request for a payment, so that an attempt to pay starts. The status
 * alone does not decide: a gateway may also answer `initiated` to a poll, which starts nothing; otherwise each such
 * answer would give the payment a new budget of polls. The response to our own request carries the payer's number, the
 * answer to a poll does not.
 */
export function isInitiation({ via, kind, status, msisdn }: PaymentObserved): boolean {
  return via === 'poll' && kind === 'payment' && status === 'initiated' && msisdn !== null;
}
