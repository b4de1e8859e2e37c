// The words in which examples of decisions are told. Zhang proposes, Wanjiru approves, both at shop-1.

import type { Finding } from '../../src/domain/assessment.ts';
import type {
  Decider,
  DecisionBody,
  PeriodClosed,
  ResolutionApproved,
  ResolutionProposed,
  ResolutionRejected,
} from '../../src/domain/decision.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { periodKey } from '../../src/domain/key.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import type { Instant } from '../../src/domain/time.ts';
import { contentOf, fingerprintOf } from '../../src/matching/decision-names.ts';
import { CLOSE_CASE, roleMerchant } from '../../src/matching/periods.ts';
import { type DecisionDraft, decisionFact } from '../../src/producers/decisions/decision-facts.ts';
import { DecisionKey } from '../../src/producers/decisions/decision-key.ts';
import { t } from './given.ts';

export const KEY = 'REF';
export const SERVICE = DecisionKey.of(Buffer.alloc(32, 7));
export const STRANGER = DecisionKey.of(Buffer.alloc(32, 9));

export const ZHANG: Decider = { person: 'p-zhang', roles: ['operator'], via: 'desk' };
export const WANJIRU: Decider = { person: 'p-wanjiru', roles: ['approver'], via: 'desk' };
export const OTIENO: Decider = { person: 'p-otieno', roles: ['operator'], via: 'desk' };

export interface Said {
  readonly by?: Decider;
  readonly at?: Instant;
  readonly about?: string;
  readonly signedBy?: DecisionKey;
  /** What tells decisions of one person apart. */
  readonly key?: string;
  readonly merchant?: string;
}

function fact(draft: DecisionDraft, { at = t('20 08:00'), signedBy = SERVICE, key = 'k1', merchant = 'shop-1' }: Said) {
  return decisionFact(draft, { merchant, at, key }, signedBy);
}

interface Proposing
  extends Said,
    Partial<Pick<ResolutionProposed, 'kind' | 'cause' | 'amount' | 'currency' | 'finding'>> {
  readonly targets?: ResolutionProposed['to'];
}
export type Proposed = Fact<ResolutionProposed>;

/** A proposal about a finding: to write it off, if nothing else is said. */
export function proposed(finding: Finding, { by = ZHANG, about = KEY, ...given }: Proposing = {}): Proposed {
  const { stage, reason, subject, difference, currency } = finding;
  const kind = given.kind ?? 'write_off';
  const isMoney = kind !== 'explain';
  const draft: DecisionDraft = {
    type: 'ResolutionProposed',
    about,
    case: { stage, reason: reason as ReasonCode, subject },
    by,
    batch: null,
    finding: given.finding ?? fingerprintOf(finding),
    kind,
    cause: given.cause ?? 'bank_charges',
    amount: given.amount ?? (isMoney ? (difference?.replace('-', '') ?? null) : null),
    currency: given.currency ?? (isMoney ? currency : null),
    text: null,
    ...(given.targets === undefined ? {} : { to: given.targets }),
  };
  return fact(draft, given) as Proposed;
}

/** A proposal to link what a finding is about to orders of shop-1: all of it to one where no amounts are named. */
export function linked(
  { difference, ...finding }: Finding,
  to: string | Readonly<Record<string, string>>,
  { of = 'shop-1', ...given }: Proposing & { readonly of?: string } = {},
): Proposed {
  const amounts = typeof to === 'string' ? { [to]: given.amount ?? difference ?? '' } : to;
  const targets = Object.entries(amounts).map(([reference, amount]) => ({ reference, merchant: of, amount }));
  const amount = given.amount ?? difference ?? '';
  const money = { amount, currency: given.currency ?? finding.currency ?? 'KES' };
  return proposed({ difference, ...finding }, { cause: 'customer_error', ...given, ...money, kind: 'link', targets });
}

export const CLOSED_DAY = '2026-03-02';

type Closing = Said & Partial<Pick<PeriodClosed, 'day' | 'statements' | 'overruled' | 'text'>> & { of?: string };

/** The proposal to close a day of all merchants, or of one. */
export function closing({ by = ZHANG, day = CLOSED_DAY, of = '*', ...given }: Closing = {}): Fact<PeriodClosed> {
  const statement = { provider: 'mfs-africa', currency: 'KES', sha256: 'ab'.repeat(32) };
  const draft: DecisionDraft = {
    type: 'PeriodClosed',
    about: given.about ?? periodKey(day, of),
    case: CLOSE_CASE,
    by,
    batch: null,
    ...{ day, merchant: of, heads: [{ partition: 0, size: 3, root: 'cd'.repeat(32) }] },
    statements: given.statements ?? [{ ...statement, opening: '10.00', closing: '12.50' }],
    overruled: given.overruled ?? [],
    text: given.text ?? null,
  };
  return fact(draft, { merchant: roleMerchant(of), ...given }) as Fact<PeriodClosed>;
}

type Answerable = Fact<ResolutionProposed | PeriodClosed>;

/** The approval of a proposal as it was read; `read` is another content than its own. */
export function approved(
  proposal: Answerable,
  given: Said & { readonly read?: string } = {},
): Fact<ResolutionApproved> {
  return answered('ResolutionApproved', proposal, { by: WANJIRU, at: t('20 09:00'), ...given });
}

export function rejected(
  proposal: Answerable,
  given: Said & { readonly read?: string } = {},
): Fact<ResolutionRejected> {
  return answered('ResolutionRejected', proposal, { by: WANJIRU, at: t('20 10:00'), ...given });
}

function answered<Type extends 'ResolutionApproved' | 'ResolutionRejected'>(
  type: Type,
  { id, body, ...claim }: Answerable,
  { by = WANJIRU, read, about = body.about, ...given }: Said & { readonly read?: string },
) {
  const proposal = { id, content: read ?? contentOf({ ...claim, id, body }) };
  const draft: DecisionDraft = { type, about, case: body.case, by, batch: null, proposal, text: null };
  return fact(draft, { key: `${type} ${id}`, merchant: claim.merchant, ...given }) as Fact<
    Extract<DecisionBody, { readonly type: Type }>
  >;
}
