// The read model of risk: reads the orders of the log, and the payments begun for them, and tells what about them is
// worth a look. It is in nobody's way: the ledger never asks it.

import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { claimStart, readClaimId, readFact } from '../../log/fact-codec.ts';
import { forEachValue } from '../../log/framing.ts';
import { canonicalRules, type Rules } from '../../matching/rules.ts';
import { type RiskCriteria, riskCriteria } from './criteria.ts';
import { OrderBook } from './order-book.ts';
import type { OrderSignals, RiskSignal } from './signal.ts';

type ReadLog = Pick<EventLog, 'read' | 'end' | 'partitions'>;

const TOPICS = ['orders.v1', 'polls.v1'] as const;
/** Old orders are looked for once in so much of the time for which they are kept. */
const SWEEPS = 8;

export class RiskProjection {
  private readonly criteria: RiskCriteria;
  private readonly book: OrderBook;
  /** By topic and partition: what was read. */
  private readonly positions = new Map<string, bigint>();
  private horizon: Instant = Number.NEGATIVE_INFINITY;

  constructor(rules: Rules) {
    this.criteria = riskCriteria(rules);
    this.book = new OrderBook(this.criteria);
  }

  /** Reads on from where it was; orders from before the time that the rules keep are left out. `now` is business time. */
  read(log: ReadLog, now: Instant): void {
    const { keepMillis } = this.criteria;
    if (now - keepMillis - this.horizon > keepMillis / SWEEPS) {
      this.horizon = now - keepMillis;
      this.book.forget(this.horizon);
    }
    for (const topic of TOPICS) {
      for (let partition = 0; partition < log.partitions; partition++) {
        const place = `${topic}/${partition}`;
        const from = this.positions.get(place) ?? 0n;
        if (log.end(topic, partition) === from) continue;
        for (const batch of log.read(topic, partition, from)) {
          const first = from > batch.from ? Number(from - batch.from) : 0;
          forEachValue(batch.payload, first, (start, end) => {
            if (topic === 'orders.v1' || isInitiation(batch.payload, start))
              this.add(readFact(batch.payload, start, end));
          });
          this.positions.set(place, batch.to);
        }
      }
    }
  }

  /** Empty where nothing is to be said, and for orders that are no longer kept. */
  signalsOf(reference: string): RiskSignal[] {
    return this.book.signalsOf(reference);
  }

  /** The orders with signals that were placed from `from` to `to`, both included: by shop, then by time. */
  all(from: Instant, to: Instant): OrderSignals[] {
    return this.book.all(from, to);
  }

  private add({ transaction_reference: reference, merchant, occurred_at, received_at, body }: Fact): void {
    if (body.type === 'OrderPlaced' && body.placed_at >= this.horizon) {
      const { amount, currency, placed_at, country, operator, msisdn, ip, device } = body;
      const about = { amount, currency, placed_at, country, operator, msisdn, ip, device };
      this.book.addOrder({ reference, merchant, ...about });
    } else if (body.type === 'PaymentObserved' && (occurred_at ?? received_at) >= this.horizon) {
      const { msisdn, operator } = body;
      this.book.addInitiation({ reference, at: occurred_at ?? received_at, msisdn, operator });
    }
  }
}

/** Told by its id alone: most of what polls say is no beginning. */
function isInitiation(payload: Buffer, start: number): boolean {
  return readClaimId(payload, claimStart(payload, start)).includes(':initiated:');
}

/** The read model of a running service, which reads itself on, and anew under other rules. */
export class LiveRisk {
  private readonly log: ReadLog;
  private readonly now: () => Instant;
  private readonly rules: () => Rules;
  private known: { readonly rules: Rules; readonly text: string; readonly projection: RiskProjection } | null = null;

  constructor(log: ReadLog, rules: () => Rules, now: () => Instant) {
    this.log = log;
    this.rules = rules;
    this.now = now;
  }

  /** Reads what is new: at the start all that is kept, so that the first who asks is not kept waiting. */
  readOn(): void {
    this.current().read(this.log, this.now());
  }

  signalsOf(reference: string): RiskSignal[] {
    this.readOn();
    return this.current().signalsOf(reference);
  }

  private current(): RiskProjection {
    const rules = this.rules();
    if (this.known?.rules !== rules) {
      const text = canonicalRules(rules);
      const projection = this.known?.text === text ? this.known.projection : new RiskProjection(rules);
      this.known = { rules, text, projection };
    }
    return this.known.projection;
  }
}
