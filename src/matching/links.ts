// What people decided of where a payment belongs: the reference that a link names holds the payment, whichever
// references claim it. A link holds as a resolution does: deny wins, and from the threshold on a second person must
// approve it.

import type { LinkMade, ResolutionApproved, ResolutionRejected } from '../domain/decision.ts';
import type { NamedAmount } from '../domain/handoff.ts';
import { normaliseReference } from '../domain/key.ts';
import { minorOf } from '../domain/money.ts';
import { contentOf } from './decision-names.ts';
import { type Decision, dayOf, hasRole, isOf, isSaid, mayApprove, mayReject, names } from './decisions.ts';
import { needsApproval, type Stakes } from './review.ts';
import type { CompiledRules } from './rules.ts';

/** Above every rank that evidence gives. */
export const LINK_RANK = 2 ** 40;

export const LINK_STATES = ['invalid', 'rejected', 'awaiting_approval', 'effective'] as const;

export interface LinkView {
  readonly link: Decision<LinkMade>;
  readonly content: string;
  readonly state: (typeof LINK_STATES)[number];
  readonly needsApproval: boolean;
  readonly approval: Decision<ResolutionApproved> | null;
  readonly rejection: Decision<ResolutionRejected> | null;
}

/** Every link of an identity, in the order of its time and id. `amounts` is what is known of the payment's. */
export function linksOf(
  key: string,
  decisions: readonly Decision[],
  rules: CompiledRules,
  amounts: readonly NamedAmount[],
): LinkView[] {
  const said = decisions.filter((decision) => isSaid(key, decision, rules));
  const approvals = said.filter((decision) => isOf(decision, 'ResolutionApproved'));
  const rejections = said.filter((decision) => isOf(decision, 'ResolutionRejected'));
  const stakes = stakesOf(amounts);
  return said
    .filter((decision) => isOf(decision, 'LinkMade'))
    .map((link) => {
      const content = contentOf(link);
      const name = { id: link.id, content };
      const rejection = rejections.find((one) => names(one.body.proposal, name) && mayReject(one, link)) ?? null;
      const approval = approvals.find((one) => names(one.body.proposal, name) && mayApprove(one, link)) ?? null;
      const isNeeded = needsApproval(rules.review, dayOf(link, rules), link.body.case.reason, stakes);
      const base = { link, content, needsApproval: isNeeded, approval, rejection };
      if (rejection !== null) return { ...base, state: 'rejected' };
      if (!isValid(link)) return { ...base, state: 'invalid' };
      return { ...base, state: isNeeded && approval === null ? 'awaiting_approval' : 'effective' };
    });
}

/** Where the payment belongs by the first link that holds; null where none does. */
export function linkedReference(
  key: string,
  decisions: readonly Decision[],
  rules: CompiledRules,
  amounts: readonly NamedAmount[],
): string | null {
  if (decisions.length === 0) return null;
  const holding = linksOf(key, decisions, rules, amounts).find(({ state }) => state === 'effective');
  return holding?.link.body.to ?? null;
}

function isValid({ body: { by, to } }: Decision<LinkMade>): boolean {
  const isMaker = hasRole(by.roles, 'operator') || hasRole(by.roles, 'approver');
  return isMaker && normaliseReference(to) === to;
}

/** The largest in each currency that anybody names; null where nobody does. */
function stakesOf(amounts: readonly NamedAmount[]): Stakes {
  if (amounts.length === 0) return null;
  const most = new Map<string, bigint>();
  for (const { amount, currency } of amounts) {
    const minor = minorOf(amount, currency);
    if (minor > (most.get(currency) ?? -1n)) most.set(currency, minor);
  }
  return most;
}
