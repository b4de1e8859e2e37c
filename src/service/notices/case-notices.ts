// The notices of what changed in the ledger: who is told of a case, of a proposal, of a day, and of new rules.

import { caseId, type FoundCase, readCaseId, splitDecisionId, standingCaseId } from '../../domain/case-id.ts';
import type { Change } from '../../domain/change.ts';
import type { DecisionBody, ResolutionProposed } from '../../domain/decision.ts';
import type { Claim } from '../../domain/fact.ts';
import { PERIOD_MARK } from '../../domain/key.ts';
import { formatMinor } from '../../domain/money.ts';
import { REASONS } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import type { Person } from '../../http/access/person.ts';
import type { CasePort, KeyPort, StatementPort } from '../../http/ledger-port.ts';
import type { Notice, NoticeEvent } from '../../outbound/notices/notice.ts';
import type { CaseRow } from '../../projections/cases/case-rows.ts';
import type { SettledProposal } from '../../projections/cases/settled-proposals.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import type { NoticePeople } from './notice-people.ts';

/** A notice with the people whom it concerns; channels get it by what they want. */
export interface Addressed {
  readonly notice: Notice;
  readonly people: readonly Person[];
  /** Whether no channel gets it: those that would have heard of it in another notice. */
  readonly isForPeople?: boolean;
}

export interface CaseNoticeParts {
  readonly cases: Pick<CasePort, 'ofKey' | 'settled'>;
  readonly reader: Pick<KeyPort, 'findKey'>;
  readonly statements: Pick<StatementPort, 'periods'>;
  readonly people: NoticePeople;
  readonly now: () => Instant;
}

type Proposal = Claim<ResolutionProposed>;

/** Of one page of changes. */
const SETTLED_MAX = 10_000;

export class CaseNotices {
  private readonly parts: CaseNoticeParts;

  constructor(parts: CaseNoticeParts) {
    this.parts = parts;
  }

  async of(change: Change): Promise<readonly Addressed[]> {
    const { kind, what } = change;
    if (kind === 'rules') return this.ofRules(change);
    if (kind === 'period') return this.ofPeriod(change);
    if (kind === 'proposal') return this.ofProposal(change);
    if (kind === 'case' && ['opened', 'reopened', 'assigned'].includes(what)) return this.ofCase(change);
    return [];
  }

  /** Of proposals whose cases these changes ended, before anybody answered them: asked for all at once. */
  async ofSettled(changes: readonly Change[]): Promise<readonly Addressed[]> {
    const ended = changes.filter(({ kind, what }) => kind === 'case' && what === 'ended');
    if (ended.length === 0) return [];
    const { cases, people } = this.parts;
    const keys = [...new Set(ended.flatMap(({ id }) => readCaseId(id)?.key ?? []))];
    const since = Math.min(...ended.map(({ at }) => at)) - 1;
    const { proposals } = await cases.settled({ keys, merchants: null, since, limit: SETTLED_MAX, withRefunds: false });
    return proposals.flatMap((settled): Addressed[] => {
      if (!ended.some(({ id, at }) => id === settled.case && at === settled.at)) return [];
      const { merchant, view } = settled;
      const maker = people.named(view.proposal.body.by.person);
      return [{ notice: settledNotice(settled), people: [...maker, ...people.with('approver', merchant)] }];
    });
  }

  private async ofCase(change: Change): Promise<Addressed[]> {
    const row = await this.rowOf(change.id);
    if (row === undefined || row.resolution !== null) return [];
    const { people } = this.parts;
    const owner = people.named(row.owner);
    const place = `${change.at}`;
    if (change.what === 'reopened') {
      const told = await this.toldOfReopening(row);
      return [{ notice: caseNotice('case.reopened', row, place, told.change), people: [...owner, ...told.people] }];
    }
    // A new case that no row of the routing gives to anybody tells nobody.
    if (row.owner === null || (change.what === 'opened' && row.assignment !== null)) return [];
    const others = owner.filter(({ id }) => id !== change.by);
    const given = { notice: caseNotice('case.assigned', row, place), people: others };
    // Who gets a case that is overdue already would hear nothing otherwise: its time does not pass any more.
    const isLate = row.due_at !== null && row.due_at <= this.parts.now();
    return isLate ? [given, { notice: overdueNotice(row), people: owner }] : [given];
  }

  private async toldOfReopening(row: CaseRow) {
    const { people } = this.parts;
    const decisions = await this.decisionsOf(row);
    const proposal = decisions.findLast((one): one is Proposal => one.body.type === 'ResolutionProposed');
    const makers = decisions.flatMap(({ body }) =>
      body.type === 'ResolutionProposed' || body.type === 'ResolutionApproved' ? [body.by.person] : [],
    );
    const { difference, currency } = row.finding;
    const now = difference === null || currency === null ? null : `${difference.replace('-', '')} ${currency}`;
    const before = proposal?.body.amount == null ? null : `${proposal.body.amount} ${proposal.body.currency}`;
    const change = before === null || now === null || before === now ? null : ([before, now] as const);
    return { people: makers.flatMap((person) => people.named(person)), change };
  }

  private async ofProposal({ id, case: about, what, by, at, merchant }: Change): Promise<Addressed[]> {
    const row = await this.rowOf(about!);
    if (row === undefined) return [];
    const { people } = this.parts;
    if (what === 'proposed') {
      if (row.status !== 'awaiting_approval') return [];
      const second = people.with('approver', merchant).filter((person) => person.id !== by);
      return [{ notice: caseNotice('proposal.awaiting', row, id), people: second }];
    }
    const { decision } = splitDecisionId(id);
    const proposal = (await this.decisionsOf(row)).find((one) => one.id === decision);
    const maker = people.named(proposal?.body.by.person ?? null).filter((person) => person.id !== by);
    return [{ notice: caseNotice('proposal.decided', row, `${id} ${what} ${at}`), people: maker }];
  }

  private async ofPeriod({ id, what, by, at: saidAt, merchant }: Change): Promise<Addressed[]> {
    if (what === 'rejected') return [];
    const at = what === 'approved' ? await this.closedAt(id, by) : saidAt;
    if (at === null) return [];
    const { people } = this.parts;
    const event = what === 'approved' ? 'day.closed' : 'proposal.awaiting';
    const told = people.with('approver', merchant).filter((person) => person.id !== by);
    const notice: Notice = {
      ...{ id: messageId(event, id, `${at}`), event, merchant, at, isCritical: false, reference: id, reason: null },
      ...{ value: [], count: 1, text: null, change: null, path: '/desk/calendar' },
    };
    return [{ notice, people: told }];
  }

  /** Null for an approval that closes nothing: it came after a rejection, or the day was closed before. */
  private async closedAt(id: string, by: string | null): Promise<Instant | null> {
    const period = (await this.parts.statements.periods()).find(({ key }) => key === `${PERIOD_MARK}${id}`);
    const close = period?.closes.find(({ state }) => state === 'effective');
    return close?.approval?.body.by.person === by ? close.approval.occurred_at : null;
  }

  private ofRules({ id, at, effect }: Change): Addressed[] {
    const { count, value, partition } = effect!;
    const notice: Notice = {
      ...{
        id: messageId('rules.changed', id, `${partition}`, `${at}`),
        event: 'rules.changed',
        merchant: '',
        at,
        isCritical: count > 0,
      },
      ...{ reference: null, reason: null, count, value, text: null, change: null, path: '/desk/audit' },
    };
    return [{ notice, people: this.parts.people.with('approver', '*') }];
  }

  /** Of the case that stands for it now. */
  private async rowOf(id: string): Promise<CaseRow | undefined> {
    const name = readCaseId(id);
    if (name === undefined) return undefined;
    const rows = await this.rowsOf(name.key);
    const standing = standingCaseId(name, rows.map(nameOf));
    return rows.find((row) => row.id === standing);
  }

  private async rowsOf(key: string): Promise<readonly CaseRow[]> {
    return (await this.parts.cases.ofKey(key)).map(({ row }) => row);
  }

  /** What was decided of a case, and of those for which it stands now. */
  private async decisionsOf({ id, key }: CaseRow): Promise<readonly Claim<DecisionBody>[]> {
    const found = await this.parts.reader.findKey(key);
    const now = (await this.rowsOf(key)).map(nameOf);
    return (found?.decisions ?? []).filter(({ body }) => standingCaseId({ key, ...body.case }, now) === id);
  }
}

function nameOf({ key, finding }: CaseRow): FoundCase {
  return { key, ...finding };
}

/** `place` tells two such events of one case apart. */
export function caseNotice(
  event: NoticeEvent,
  { id, key, merchant, finding, value }: CaseRow,
  place: string,
  change: Notice['change'] = null,
): Notice {
  return {
    ...{ id: messageId(event, id, place), event, merchant, at: finding.opened_at ?? 0, isCritical: false },
    ...{ reference: key, reason: finding.reason, count: 1, text: null, change, path: `/desk/breaks/${id}` },
    value: value.map(([currency, minor]) => ({ currency, amount: formatMinor(minor, currency) })),
  };
}

/** Its page is that of the case as it was proposed. */
function settledNotice({ view, key, merchant, finding, entry, at }: SettledProposal): Notice {
  const { id, body } = view.proposal;
  const { reason, difference, currency } = finding;
  const isMoney = REASONS[reason].unit === 'money' && difference !== null && currency !== null;
  return {
    ...{ id: messageId('proposal.settled', id, entry), event: 'proposal.settled', merchant, at, isCritical: false },
    ...{ reference: key, reason, count: 1, text: null, change: null },
    value: isMoney ? [{ currency, amount: difference.replace('-', '') }] : [],
    path: `/desk/breaks/${caseId({ key, ...body.case })}`,
  };
}

/** Once for each due time and owner: who gets the case later must hear of it too. */
export function overdueNotice(row: CaseRow): Notice {
  return caseNotice('case.overdue', row, `${row.due_at} ${row.owner ?? ''}`);
}
