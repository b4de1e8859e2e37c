// The notice that a day is ready to be closed: it is over, it is in turn, and nothing that a close asks for is missing.
// It is told once of each day, and only where days are closed at all.

import type { Instant } from '../../domain/time.ts';
import { roleMerchant } from '../../matching/periods.ts';
import type { Notice } from '../../outbound/notices/notice.ts';
import { closedDays, dateAfter, dayInTurn, lastClosed, type Period } from '../../projections/closed-days.ts';
import type { Clock } from '../../runtime/clock.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import type { Addressed } from './case-notices.ts';
import type { NoticePeople } from './notice-people.ts';

interface DayParts {
  readonly periods: () => Promise<readonly Period[]>;
  /** Whether a day of a merchant, or of all, is over and lacks nothing. */
  readonly isReady: (merchant: string, day: string) => Promise<boolean>;
  readonly people: NoticePeople;
  readonly clock: Pick<Clock, 'now'>;
}

/** Each look asks for all days of which anything was decided. */
const LOOK_MILLIS = 30_000;

export class DayNotices {
  private readonly parts: DayParts;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: DayParts) {
    this.parts = parts;
  }

  /** What is told beyond what was, by merchant the last day; null where nothing is. */
  async since(
    known: string | undefined,
  ): Promise<{ readonly made: readonly Addressed[]; readonly state: string } | null> {
    const { periods: ask, isReady, clock } = this.parts;
    const now = clock.now();
    if (now < this.lookedAt + LOOK_MILLIS) return null;
    this.lookedAt = now;
    const periods = await ask();
    const closed = closedDays(periods);
    const told: Record<string, string> = known === undefined ? {} : JSON.parse(known);
    const made: Addressed[] = [];
    for (const merchant of new Set(closed.map((one) => one.merchant))) {
      const day = dateAfter(lastClosed(closed, merchant)!);
      if (told[merchant] === day || dayInTurn(closed, merchant, day) !== undefined) continue;
      if (isProposed(periods, merchant, day) || !(await isReady(merchant, day))) continue;
      told[merchant] = day;
      made.push(this.addressed(merchant, day, now));
    }
    return made.length === 0 ? null : { made, state: JSON.stringify(told) };
  }

  private addressed(of: string, day: string, at: Instant): Addressed {
    const { people } = this.parts;
    const merchant = roleMerchant(of);
    const notice: Notice = {
      ...{ id: messageId('day.ready', of, day), event: 'day.ready', merchant, at, isCritical: false },
      ...{
        reference: `${day}:${of}`,
        reason: null,
        value: [],
        count: 1,
        text: null,
        change: null,
        path: '/desk/calendar',
      },
    };
    return { notice, people: [...people.with('operator', of), ...people.with('approver', of)] };
  }
}

function isProposed(periods: readonly Period[], merchant: string, day: string): boolean {
  return periods.some((one) => {
    return (
      one.day === day && one.merchant === merchant && one.closes.some(({ state }) => state === 'awaiting_approval')
    );
  });
}
