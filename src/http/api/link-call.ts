// Links by the API: money that came in under one key is counted for other orders. Who proposes or approves one must
// have the role for the merchant of each order too, and the orders must be there as they were seen.

import type { Finding } from '../../domain/assessment.ts';
import type { DeciderRole, LinkTarget, ResolutionProposed } from '../../domain/decision.ts';
import { HesabuError } from '../../domain/errors.ts';
import { isLinkable } from '../../domain/link.ts';
import { readAmount } from '../../domain/money.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import { linkMisfit } from '../../matching/link-fit.ts';
import { mayTouch } from '../access/api-key.ts';
import { deciderOf } from '../access/decider.ts';
import type { LinkOrder } from './batch.ts';
import { knownOrder } from './known-order.ts';
import type { OpenedCase } from './opened-case.ts';
import type { Call } from './route.ts';

interface AskedTarget {
  readonly reference: string;
  readonly amount?: string | undefined;
}

interface AskedLink {
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly to?: readonly AskedTarget[] | undefined;
}

/**
 * What a link of the finding's money says. Throws HESABU_FIELD_INVALID for one that could never hold, HESABU_NOT_FOUND
 * for an order that the caller may not see, and HESABU_FORBIDDEN.
 */
export async function linkParts(
  call: Call,
  { name, evidence }: OpenedCase,
  finding: Finding,
  asked: AskedLink,
): Promise<Pick<ResolutionProposed, 'amount' | 'currency' | 'to'>> {
  const seen = fingerprintOf(finding);
  const own = evidence.links?.unlinked ?? evidence;
  if (!own.findings.some((one) => fingerprintOf(one) === seen)) {
    // What other links do to a key is no ground for another one.
    const [where, expected] = ['finding', 'one that no link changed: withdraw that link first'];
    throw new HesabuError('HESABU_FIELD_INVALID', { where, expected, found: seen });
  }
  const currency = asked.currency ?? finding.currency;
  const amount = written(asked.amount, currency) ?? finding.difference;
  const to: LinkTarget[] = [];
  if (isLinkable(finding)) {
    for (const { reference, amount: part } of asked.to ?? []) {
      const merchant = await demandOrder(call, reference, finding.currency!, 'operator');
      const share = written(part, currency) ?? (asked.to!.length === 1 ? amount : null);
      to.push({ reference, merchant, amount: share ?? '' });
    }
  }
  const misfit = linkMisfit(name.key, { amount, currency, to }, finding);
  if (misfit === null) return { amount, currency, to };
  const { field: where, expected } = misfit;
  const listed = to.map((one) => `${one.reference} ${one.amount}`).join(', ');
  const found = where === 'to' ? listed : where === 'kind' ? 'link' : (asked[where] ?? '');
  throw new HesabuError('HESABU_FIELD_INVALID', { where, expected, found: found === '' ? 'none' : found });
}

/** One amount has one text. */
function written(text: string | undefined, currency: string | null): string | undefined {
  if (text === undefined || currency === null) return text;
  const amount = readAmount(text, currency);
  return typeof amount === 'string' ? amount : text;
}

/** Throws HESABU_CASE_CHANGED where an order is not any more of the merchant whose it was, and HESABU_FORBIDDEN. */
export async function demandTargets(call: Call, { to = [], currency }: ResolutionProposed): Promise<void> {
  for (const { reference, merchant } of to) {
    demandMerchant(call, merchant, 'approver');
    const now = await demandOrder(call, reference, currency!, 'approver');
    if (now === merchant) continue;
    throw new HesabuError('HESABU_CASE_CHANGED', { where: reference, expected: `an order of ${merchant}`, found: now });
  }
}

/** The order that links of several keys are about; who proposes or approves them has the role for its merchant. */
export async function linkOrder(call: Call, reference: string, role: DeciderRole | null): Promise<LinkOrder> {
  const { currency } = (await knownOrder(call, reference)).order;
  return { reference, merchant: await demandOrder(call, reference, currency, role), currency };
}

/** The merchant of an order that money may be linked to. */
async function demandOrder(call: Call, reference: string, currency: string, role: DeciderRole | null): Promise<string> {
  const { order, about } = await knownOrder(call, reference);
  if (role !== null) demandMerchant(call, order.merchant, role);
  const isAlone = about.whole === null && about.sharing.partOf === null;
  if (isAlone && order.currency === currency) return order.merchant;
  const expected = `an order in ${currency} that is paid by itself`;
  const found = isAlone ? `${reference} in ${order.currency}` : `${reference}, of several merchants`;
  throw new HesabuError('HESABU_FIELD_INVALID', { where: 'to', expected, found });
}

/** An approver may do what an operator may. */
function demandMerchant({ parts, caller }: Call, merchant: string, role: DeciderRole): void {
  const { roles } = deciderOf(parts.people, caller, merchant);
  if (mayTouch(caller, merchant) && (roles.includes(role) || roles.includes('approver'))) return;
  throw new HesabuError('HESABU_FORBIDDEN', { expected: `the role ${role} for ${merchant}`, found: 'another one' });
}
