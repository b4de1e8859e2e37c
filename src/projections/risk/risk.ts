// The read model of risk: reads the orders of the log, and the payments started for them, and finds what is worth a
// review. The ledger never depends on it.

import type { Fact } from '../../domain/fact.ts';
import { knownPseudonym } from '../../domain/forgotten.ts';
import { isInitiation } from '../../domain/payment-ids.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { claimStart, readClaimStatus, readClaimTime, readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { canonicalRules, type Rules } from '../../matching/rules.ts';
import { type RiskCriteria, riskCriteria } from './criteria.ts';
import { OrderBook } from './order-book.ts';
import type { OrderSignals, RiskSignal } from './signal.ts';

type ReadLog = Pick<EventLog, 'read' | 'end' | 'partitions'>;

const TOPICS = ['orders.v1', 'polls.v1'] as const;
/** Old orders are removed this many times within the retention period. */
const SWEEPS = 8;

class RiskProjection {
  private readonly criteria: RiskCriteria;
  private readonly book: OrderBook;
  /** The position read, by topic and partition. */
  private readonly positions = new Map<string, bigint>();
  /** Earlier and later orders are ignored. */
  private from: Instant;
  private readonly to: Instant;

  constructor(criteria: RiskCriteria, from: Instant, to = Number.POSITIVE_INFINITY) {
    this.criteria = criteria;
    this.book = new OrderBook(criteria);
    this.from = from;
    this.to = to;
  }

  /** Continues from its position. */
  read(log: ReadLog): void {
    for (const topic of TOPICS) {
      for (let partition = 0; partition < log.partitions; partition++) {
        const place = `${topic}/${partition}`;
        const from = this.positions.get(place) ?? 0n;
        if (log.end(topic, partition) === from) continue;
        for (const batch of log.read(topic, partition, from)) {
          const { payload } = batch;
          const first = from > batch.from ? Number(from - batch.from) : 0;
          forEachFact(payload, first, (start, end) => {
            if (this.isMeant(payload, start, topic === 'polls.v1')) this.add(readFact(payload, start, end));
          });
          this.positions.set(place, batch.to);
        }
      }
    }
  }

  /** Forgets orders older than the rules keep; `now` is business time. */
  forget(now: Instant): void {
    const from = now - this.criteria.keepMillis;
    if (from - this.from < this.criteria.keepMillis / SWEEPS) return;
    this.from = from;
    this.book.forget(from);
  }

  signalsOf(reference: string): RiskSignal[] {
    return this.book.signalsOf(reference);
  }

  all(from: Instant, to: Instant): OrderSignals[] {
    return this.book.all(from, to);
  }

  /** Decided without decoding the fact: most are old, and most polls do not start a payment. */
  private isMeant(payload: Buffer, start: number, isPoll: boolean): boolean {
    const claim = claimStart(payload, start);
    const at = readClaimTime(payload, claim);
    if (at !== null && (at < this.from || at > this.to)) return false;
    return !isPoll || readClaimStatus(payload, claim) === 'initiated';
  }

  private add({ transaction_reference: reference, merchant, occurred_at, received_at, body }: Fact): void {
    if (body.type === 'OrderPlaced') {
      const { amount, currency, placed_at, country, operator } = body;
      const payer = {
        msisdn: knownPseudonym(body.msisdn),
        ip: knownPseudonym(body.ip),
        device: knownPseudonym(body.device),
      };
      const about = { amount, currency, placed_at, country, operator, ...payer };
      this.book.addOrder({ reference, merchant, ...about });
    } else if (body.type === 'PaymentObserved' && isInitiation(body)) {
      const { operator } = body;
      const msisdn = knownPseudonym(body.msisdn);
      this.book.addInitiation({ reference, at: occurred_at ?? received_at, msisdn, operator });
    }
  }
}

/**
 * The orders with signals that were placed within the rules' retention before `asOf`: by shop, then by time. Earlier
 * orders count if a window reaches back to them.
 */
export function riskBefore(log: ReadLog, rules: Rules, asOf: Instant): OrderSignals[] {
  const criteria = riskCriteria(rules);
  const from = asOf - criteria.keepMillis;
  const projection = new RiskProjection(criteria, from - criteria.windowMillisMax);
  projection.read(log);
  return projection.all(from, Number.POSITIVE_INFINITY);
}

/** The signals of one order of any age: reads everything placed within a window around it. */
export function riskAround(log: ReadLog, rules: Rules, reference: string, placedAt: Instant): RiskSignal[] {
  const criteria = riskCriteria(rules);
  const { windowMillisMax: reach } = criteria;
  const projection = new RiskProjection(criteria, placedAt - 2 * reach, placedAt + 2 * reach);
  projection.read(log);
  return projection.signalsOf(reference);
}

/** The read model of a running service, which reads new orders itself, and starts again under other rules. */
export class LiveRisk {
  private readonly log: ReadLog;
  private readonly rules: () => Rules;
  private readonly now: () => Instant;
  private known: { readonly rules: Rules; readonly text: string; readonly projection: RiskProjection } | null = null;

  /** `now` is business time. */
  constructor(log: ReadLog, rules: () => Rules, now: () => Instant) {
    this.log = log;
    this.rules = rules;
    this.now = now;
  }

  /** Reads what is new: at the start everything retained, so that the first request does not wait. */
  readOn(): void {
    const projection = this.current();
    projection.forget(this.now());
    projection.read(this.log);
  }

  /** Empty without signals, and for orders older than the rules keep. */
  signalsOf(reference: string): RiskSignal[] {
    this.readOn();
    return this.current().signalsOf(reference);
  }

  private current(): RiskProjection {
    const rules = this.rules();
    if (this.known?.rules === rules) return this.known.projection;
    const text = canonicalRules(rules);
    const isSame = this.known?.text === text;
    const criteria = riskCriteria(rules);
    const projection = isSame ? this.known!.projection : new RiskProjection(criteria, this.now() - criteria.keepMillis);
    this.known = { rules, text, projection };
    return projection;
  }
}
