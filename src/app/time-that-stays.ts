// The time of a run in which a file was not read: what is missing may be in that file, so no deadline passes. The
// ledger's time stays; a new ledger has none, and takes the latest time that its facts tell.

import { dayOfDate, makeCalendar } from '../domain/calendar.ts';
import { type Claim, FACT_TOPICS } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { claimStart, readClaim, readClaimTime } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';

interface TimedLedger {
  readonly ledger: { readonly asOf: Instant };
  readonly log: Pick<EventLog, 'read' | 'partitions'>;
}

/** Never after `asOf`, the time that was asked for; that itself where no fact tells a time. Days are of `zone`. */
export function timeThatStays({ ledger, log }: TimedLedger, asOf: Instant, zone: string): Instant {
  if (ledger.asOf > 0) return ledger.asOf;
  let occurred = Number.NEGATIVE_INFINITY;
  let day = '';
  for (const [payload, start, end] of factsIn(log)) {
    const claim = claimStart(payload, start);
    const at = readClaimTime(payload, claim);
    if (at !== null) occurred = Math.max(occurred, at);
    else {
      const told = dayOf(readClaim(payload, claim, end));
      if (told > day) day = told;
    }
  }
  if (occurred > 0) return Math.min(asOf, occurred);
  // A line has no time of its own, only a day.
  const { startOf } = makeCalendar({ zone, weekend: [], holidays: [] });
  return day === '' ? asOf : Math.min(asOf, startOf(dayOfDate(day)));
}

/** The day of a line of a report or of a bank's statement; '' for other claims. */
function dayOf({ body }: Claim): string {
  if (body.type === 'SettlementLineReported') return body.settlement_date;
  return body.type === 'BankLineReported' ? body.value_date : '';
}

function* factsIn(log: TimedLedger['log']): Iterable<readonly [Buffer, number, number]> {
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(topic, partition, 0n)) {
        const places: [number, number][] = [];
        forEachFact(payload, 0, (start, end) => places.push([start, end]));
        for (const [start, end] of places) yield [payload, start, end];
      }
    }
  }
}
