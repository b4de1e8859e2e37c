// Which days are closed, for whom, and what holds of several closes: a merchant's own close of a day holds before one
// of all merchants, which has the same statement of his if it came later.

import { dateOfDay, dayOfDate } from '../domain/calendar.ts';
import type { ClosedStatement } from '../domain/decision.ts';
import { entryId } from '../domain/entry.ts';
import { EVERY_MERCHANT, isPeriodKey, readPeriodKey } from '../domain/key.ts';
import type { EventLog } from '../log/event-log.ts';
import { readKey } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';
import { type CloseView, closesOf } from '../matching/periods.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { readRecord } from '../task/key-record.ts';
import type { ReconciliationTask } from '../task/task.ts';

/** A day of a merchant, or of all, with all proposals to close it. */
export interface Period {
  readonly key: string;
  readonly day: string;
  readonly merchant: string;
  readonly closes: readonly CloseView[];
  /** The ids of the entries of what is closed, in the order of its statements. */
  readonly entries: readonly string[];
}

export interface ProvedStatement extends ClosedStatement {
  /** The id of its entry, which can be proved; null where the ledger has none yet. */
  readonly entry: string | null;
}

export interface ClosedDay {
  readonly day: string;
  /** `*` for all merchants. */
  readonly merchant: string;
  readonly close: CloseView;
  readonly statements: readonly ProvedStatement[];
}

const TOPIC = 'decisions.v1';

/** The keys of days in the log of decisions, which is read on from where it was read to. */
export class PeriodKeys {
  private readonly log: Pick<EventLog, 'read' | 'end'>;
  private readonly parts = new Map<number, { position: bigint; readonly keys: Set<string> }>();

  constructor(log: Pick<EventLog, 'read' | 'end'>) {
    this.log = log;
  }

  in(partition: number): ReadonlySet<string> {
    const part = this.parts.get(partition) ?? { position: 0n, keys: new Set<string>() };
    this.parts.set(partition, part);
    if (this.log.end(TOPIC, partition) === part.position) return part.keys;
    for (const { payload, from, to } of this.log.read(TOPIC, partition, part.position)) {
      const first = part.position > from ? Number(part.position - from) : 0;
      forEachFact(payload, first, (start) => {
        const key = readKey(payload, start);
        if (isPeriodKey(key)) part.keys.add(key);
      });
      part.position = to;
    }
    return part.keys;
  }
}

/** The days of which anything was decided, in their order. */
export function periodsOf(
  tasks: readonly Pick<ReconciliationTask, 'table' | 'head' | 'stateAt'>[],
  keys: PeriodKeys,
  rules: CompiledRules,
): Period[] {
  return tasks.flatMap((task) =>
    [...keys.in(task.head.partition)].flatMap((key): Period[] => {
      const slot = task.table.keys.find(key);
      const named = readPeriodKey(key);
      if (slot === undefined || named === undefined) return [];
      const { bytes, from, to } = task.table.recordOf(slot);
      const { places } = readRecord(bytes, from, to).entered;
      const entries = places.map(({ height, index }) => entryId(task.head.partition, height, index));
      return [{ key, ...named, closes: closesOf(key, task.stateAt(slot).decisions, rules), entries }];
    }),
  );
}

export function inOrderOfDays(periods: readonly Period[]): Period[] {
  return periods.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

export function closedDays(periods: readonly Period[]): ClosedDay[] {
  return periods.flatMap(({ day, merchant, closes, entries }) => {
    const close = closes.find(({ state }) => state === 'effective');
    if (close === undefined) return [];
    const statements = close.proposal.body.statements.map((one, at) => ({ ...one, entry: entries[at] ?? null }));
    return [{ day, merchant, close, statements }];
  });
}

/** The close of a merchant's day; undefined while it is open. */
export function closeOfDay(closed: readonly ClosedDay[], merchant: string, day: string): ClosedDay | undefined {
  const ofDay = closed.filter((one) => one.day === day);
  return ofDay.find((one) => one.merchant === merchant) ?? ofDay.find((one) => one.merchant === EVERY_MERCHANT);
}

/** The last day that is closed for a merchant: all before it are closed as well, or were before the first close. */
export function lastClosed(closed: readonly ClosedDay[], merchant: string): string | undefined {
  const days = closed.filter((one) => one.merchant === merchant || one.merchant === EVERY_MERCHANT);
  return days
    .map(({ day }) => day)
    .sort()
    .at(-1);
}

/** Why a day of a merchant, or of all, cannot be closed next: the day that can; undefined where it can. */
export function dayInTurn(closed: readonly ClosedDay[], merchant: string, day: string): string | undefined {
  const chains =
    merchant === EVERY_MERCHANT ? [...new Set([EVERY_MERCHANT, ...closed.map((one) => one.merchant)])] : [merchant];
  for (const chain of chains) {
    const last = lastClosed(closed, chain);
    if (last === undefined) continue;
    const next = dateAfter(last);
    // His own close of the day is taken as it is; before his first one there is none.
    const isAhead = chain !== merchant && closed.some((one) => one.merchant === chain && one.day === day);
    if (next !== day && !isAhead) return next;
  }
  return undefined;
}

export function dateAfter(day: string): string {
  return dateOfDay(dayOfDate(day) + 1);
}
