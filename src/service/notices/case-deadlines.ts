// The notices of time: a case is due within a day, is overdue, and is passed on once. A list that is sorted by due
// times is read on from where it was read last, so no case is looked at twice and none is passed over.

import { formatMinor } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { CasePort } from '../../http/ledger-port.ts';
import type { Notice } from '../../outbound/notices/notice.ts';
import { escalationOf, type Routing } from '../../projections/cases/case-owners.ts';
import type { CaseValue, ListedCase } from '../../projections/cases/case-question.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import { type Addressed, caseNotice, overdueNotice } from './case-notices.ts';
import type { NoticePeople } from './notice-people.ts';

export interface DeadlineParts {
  readonly cases: Pick<CasePort, 'page'>;
  readonly routing: () => Routing;
  readonly people: NoticePeople;
}

const DAY_MILLIS = 24 * 3_600_000;
const PAGE = 500;
/** After every id. */
const LAST_ID = '\uffff';

/** The cases that become due in this time; `from` is not in it. */
async function dueBetween({ cases }: DeadlineParts, from: Instant, until: Instant): Promise<ListedCase[]> {
  const found: ListedCase[] = [];
  let after = { text: '', number: from, id: LAST_ID };
  for (;;) {
    const { rows } = await cases.page({ filter: {}, merchants: null, sort: 'due', after, limit: PAGE, now: until });
    const due = rows.slice(0, PAGE).filter(({ due_at }) => due_at !== null && due_at <= until);
    found.push(...due);
    if (due.length < PAGE) return found;
    after = due.at(-1)!.place;
  }
}

export async function dueNotices(parts: DeadlineParts, from: Instant, now: Instant): Promise<Addressed[]> {
  const rows = await dueBetween(parts, Math.max(from + DAY_MILLIS, now), now + DAY_MILLIS);
  return rows.map((row) => ({
    notice: caseNotice('case.due', row, `${row.due_at}`),
    people: parts.people.named(row.owner),
  }));
}

export async function overdueNotices(parts: DeadlineParts, from: Instant, now: Instant): Promise<Addressed[]> {
  const routing = parts.routing();
  return (await dueBetween(parts, from, now)).flatMap((row) => {
    const late = { notice: overdueNotice(row), people: parts.people.named(row.owner) };
    const to = escalationOf(row, routing);
    if (to === null) return [late];
    return [late, { notice: caseNotice('case.escalated', row, `${row.due_at}`), people: parts.people.named(to) }];
  });
}

/** The parts of a person's digest, or of a channel's; none where there is nothing to say. */
export async function digestOf(
  { cases }: { readonly cases: Pick<CasePort, 'page' | 'settled'> },
  about: {
    readonly id: string;
    readonly owner: string | undefined;
    readonly merchants: readonly string[] | null;
    readonly mayApprove: boolean;
    readonly alerts: number;
    readonly now: Instant;
  },
): Promise<Notice[]> {
  const { id, owner, merchants, mayApprove, alerts, now } = about;
  const question = { merchants, sort: 'oldest', limit: 1, now } as const;
  const open = await cases.page({ ...question, filter: owner === undefined ? {} : { owner: [owner] } });
  const overdue = open.facets.get('due')?.get('overdue') ?? 0;
  const awaiting = mayApprove
    ? await cases.page({ ...question, filter: { status: ['awaiting_approval'] } })
    : undefined;
  const since = now - DAY_MILLIS;
  const settled = mayApprove
    ? await cases.settled({ keys: null, merchants, since, limit: 1, withRefunds: false })
    : undefined;
  const part = (name: Notice['part'] & string, count: number, value: ReadonlyMap<string, CaseValue>): Notice[] => {
    if (count === 0) return [];
    const sums = [...value].map(([currency, { over, under, other }]) => {
      return { currency, amount: formatMinor(over + under + other, currency) };
    });
    return [
      {
        ...{ id: messageId('digest', id, name), event: 'digest', merchant: '', at: now, isCritical: false, part: name },
        ...{ reference: null, reason: null, value: sums, count, text: null, change: null, path: '/desk/' },
      },
    ];
  };
  return [
    ...part('open', open.total, open.value),
    ...part('overdue', overdue, new Map()),
    ...part('awaiting', awaiting?.total ?? 0, awaiting?.value ?? new Map()),
    ...part('settled', settled?.total ?? 0, new Map()),
    ...part('alerts', alerts, new Map()),
  ];
}
