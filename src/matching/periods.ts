// Which days are closed: what people decided under the key of a day. A close holds once another person approved exactly
// what was proposed. It is never undone: of two, the one that was approved first holds, and a rejection counts up to
// the approval. Pure: the same decisions and rules give the same, in any order.

import type { Assessment, Finding } from '../domain/assessment.ts';
import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, decimalOf, negated, normalDecimal, parseDecimal } from '../domain/decimal.ts';
import type { ClosedStatement, PeriodClosed, ResolutionApproved, ResolutionRejected } from '../domain/decision.ts';
import { EVERY_MERCHANT, periodKey, readPeriodKey } from '../domain/key.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import { isDate } from '../domain/time.ts';
import { contentOf } from './decision-names.ts';
import { type Decision, hasRole, isOf, isSaid, mayApprove, mayReject, names } from './decision-rights.ts';
import type { ProposalState } from './decisions.ts';
import type { CompiledRules } from './rules.ts';

/** The case under which a day is closed: one for each key of a day. */
export const CLOSE_CASE = { stage: 'payout', reason: 'PERIOD_CLOSED', subject: '' } as const;

/** A proposal to close a day; it is `stale` where the day is closed by another one. */
export interface CloseView {
  readonly proposal: Decision<PeriodClosed>;
  readonly content: string;
  readonly state: ProposalState;
  /** The approval by which it holds, and the rejection by which it does not; the first of several. */
  readonly approval: Decision<ResolutionApproved> | null;
  readonly rejection: Decision<ResolutionRejected> | null;
}

/** Every proposal under the key of a day, in the order of their time and id, and whether it holds. */
export function closesOf(key: string, decisions: readonly Decision[] | undefined, rules: CompiledRules): CloseView[] {
  const said = (decisions ?? []).filter((decision) => isSaid(key, decision, rules));
  const approvals = said.filter((decision) => isOf(decision, 'ResolutionApproved'));
  const rejections = said.filter((decision) => isOf(decision, 'ResolutionRejected'));
  const views = said
    .filter((decision) => isOf(decision, 'PeriodClosed'))
    .map((proposal): CloseView => {
      const content = contentOf(proposal);
      const named = { id: proposal.id, content };
      // They are in the order of their time.
      const approval = approvals.find((one) => names(one.body.proposal, named) && mayApprove(one, proposal)) ?? null;
      const until = approval?.occurred_at ?? Number.POSITIVE_INFINITY;
      const rejection =
        rejections.find((one) => {
          return one.body.proposal.id === proposal.id && mayReject(one, proposal) && (one.occurred_at ?? 0) <= until;
        }) ?? null;
      const base = { proposal, content, approval, rejection };
      if (rejection !== null) return { ...base, state: 'rejected' };
      if (!fits(key, proposal)) return { ...base, state: 'invalid' };
      return { ...base, state: approval === null ? 'awaiting_approval' : 'effective' };
    });
  const first = firstApproved(views);
  if (first === undefined) return views;
  const isOpen = ({ state }: CloseView) => state === 'effective' || state === 'awaiting_approval';
  return views.map((view) => (view !== first && isOpen(view) ? { ...view, state: 'stale' } : view));
}

function firstApproved(views: readonly CloseView[]): CloseView | undefined {
  let first: CloseView | undefined;
  for (const view of views) {
    if (view.state === 'effective' && (first === undefined || isEarlier(view.approval!, first.approval!))) first = view;
  }
  return first;
}

/** Of one time the smaller id comes first. */
function isEarlier(left: Decision, right: Decision): boolean {
  const [leftAt, rightAt] = [left.occurred_at ?? 0, right.occurred_at ?? 0];
  return leftAt === rightAt ? left.id < right.id : leftAt < rightAt;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Whether it is about the key's day and merchant, and made by a person who may close it like that. */
function fits(key: string, { merchant, body }: Decision<PeriodClosed>): boolean {
  const { roles, via } = body.by;
  if (via === 'api' || !(hasRole(roles, 'operator') || hasRole(roles, 'approver'))) return false;
  if (body.overruled.length > 0 && !(hasRole(roles, 'approver') && body.text !== null)) return false;
  if (key !== periodKey(body.day, body.merchant) || !isDate(body.day) || merchant !== roleMerchant(body.merchant)) {
    return false;
  }
  return body.statements.length > 0 && body.statements.every(isStatement);
}

function isStatement({ sha256, opening, closing }: ClosedStatement): boolean {
  return SHA256.test(sha256) && [opening, closing].every((amount) => parseDecimal(amount) !== undefined);
}

/** Whose roles count: what belongs to all merchants is of none. */
export function roleMerchant(merchant: string): string {
  return merchant === EVERY_MERCHANT ? '' : merchant;
}

/** Of the key of a day: an entry for each statement that is closed, and one for each close that came too late. */
export function assessPeriod(
  key: string,
  decisions: readonly Decision[] | undefined,
  rules: CompiledRules,
): Assessment {
  const views = closesOf(key, decisions, rules);
  const closed = views.find(({ state }) => state === 'effective');
  const late = views.filter(({ state, approval }) => state === 'stale' && approval !== null);
  const findings =
    closed === undefined
      ? []
      : [
          ...closed.proposal.body.statements.map((statement) => closedFinding(statement, closed)),
          ...late.map((view) => twiceFinding(view, closed)),
        ];
  return {
    merchant: roleMerchant(readPeriodKey(key)?.merchant ?? EVERY_MERCHANT),
    provider: '',
    ...{ payment: 'closed', settlement: 'closed', payout: closed === undefined ? 'pending' : 'matched' },
    ...{ findings, money: [], next_deadline: null },
    waiting: { payment: false, settlement: false, payout: false },
  };
}

/** Its subject names the statement and the hash of its file, which is what a proof of the entry proves. */
function closedFinding({ provider, currency, sha256, opening, closing }: ClosedStatement, view: CloseView): Finding {
  const change = addDecimal(decimalOf(closing), negated(decimalOf(opening)));
  return finding(view, 'PERIOD_CLOSED', `${provider}/${sha256}`, {
    ...{
      expected: opening,
      observed: closing,
      difference: normalDecimal(change, currencyExponent(currency) ?? 0),
      currency,
    },
  });
}

function twiceFinding(view: CloseView, closed: CloseView): Finding {
  const [expected, observed] = [closed.content, view.content];
  return finding(view, 'PERIOD_CLOSED_TWICE', view.proposal.id, {
    ...{ expected, observed, difference: null, currency: null },
  });
}

type Compared = Pick<Finding, 'expected' | 'observed' | 'difference' | 'currency'>;

function finding({ approval }: CloseView, reason: ReasonCode, subject: string, compared: Compared): Finding {
  const kind = reason === 'PERIOD_CLOSED' ? 'decision' : 'matched';
  return { stage: 'payout', kind, reason, subject, ...compared, opened_at: approval!.occurred_at };
}
