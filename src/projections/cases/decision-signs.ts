// Signs of fraud in what people decide: write-offs of one day that reach the threshold together, several that stay just
// below it, and two people who approve for each other alone. They are told and decide nothing.

import { type Day, dateOfDay, makeCalendar } from '../../domain/calendar.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import { bearsOnStanding, DECISIONS_TOPIC, type DecisionBody, isDecisionBody } from '../../domain/decision.ts';
import type { Claim } from '../../domain/fact.ts';
import { minorOf } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { isSigned } from '../../matching/decision-rights.ts';
import { minorAtLeast, thresholdsOn } from '../../matching/review.ts';
import type { Rules } from '../../matching/rules.ts';

type ReadLog = Pick<EventLog, 'read' | 'end' | 'partitions'>;

export interface DecisionSignQuestion {
  readonly rules: Rules;
  readonly now: Instant;
}

/** By person and currency, in minor units; of today. */
export interface WrittenOff {
  readonly about: string;
  readonly currency: string;
  readonly sum: bigint;
  readonly threshold: bigint;
  /** How many are just below the threshold. */
  readonly below: number;
}

export interface DecisionSigns {
  readonly writtenOff: readonly WrittenOff[];
  /** The share of the approvals of thirty days that one maker and one checker have; where there are enough of them. */
  readonly pairs: readonly { readonly about: string; readonly share: number }[];
}

interface WriteOff {
  readonly person: string;
  readonly at: Instant;
  readonly currency: string;
  readonly minor: bigint;
}

const PAIR_MILLIS = 30 * 24 * 3_600_000;
/** Of fewer approvals one pair is most of them by chance. */
const APPROVALS_MIN = 10;
/** From this part of the threshold on, in tenths. */
const BELOW_TENTHS = 8n;

export class DecisionSignIndex {
  private readonly log: ReadLog;
  /** The services whose word counts. */
  private signers: ReadonlySet<string> = new Set();
  private readonly positions = new Map<number, bigint>();
  private readonly writeOffs = new Map<string, WriteOff>();
  private readonly rejected = new Set<string>();
  private readonly makers = new Map<string, { readonly person: string; readonly at: Instant }>();
  private readonly approvals = new Map<
    string,
    { readonly proposal: string; readonly by: string; readonly at: Instant }
  >();

  constructor(log: ReadLog) {
    this.log = log;
  }

  signs({ rules, now }: DecisionSignQuestion): DecisionSigns {
    this.hear(rules.decision_keys ?? []);
    for (let partition = 0; partition < this.log.partitions; partition++) this.readOn(partition);
    const calendar = makeCalendar({ zone: rules.zone, ...rules.settlement });
    return {
      writtenOff: this.writtenOff(rules, calendar.dayOf(now), (at) => calendar.dayOf(at)),
      pairs: this.pairs(now),
    };
  }

  /** What was passed over before a key was named counts from then on. */
  private hear(signers: readonly string[]): void {
    const { positions, writeOffs, rejected, makers, approvals } = this;
    if (signers.length === this.signers.size && signers.every((signer) => this.signers.has(signer))) return;
    this.signers = new Set(signers);
    for (const read of [positions, writeOffs, rejected, makers, approvals]) read.clear();
  }

  private writtenOff(rules: Rules, today: Day, dayOf: (at: Instant) => Day): WrittenOff[] {
    const thresholds = thresholdsOn(rules, dateOfDay(today));
    const sums = new Map<string, WrittenOff>();
    for (const [id, { person, at, currency, minor }] of this.writeOffs) {
      const text = thresholds[currency];
      if (text === undefined || dayOf(at) !== today || this.rejected.has(id)) continue;
      const threshold = minorAtLeast(parseDecimal(text)!, currency);
      const about = `${person} ${currency}`;
      const known = sums.get(about) ?? { about, currency, sum: 0n, threshold, below: 0 };
      const isBelow = minor < threshold && minor * 10n >= threshold * BELOW_TENTHS;
      sums.set(about, { ...known, sum: known.sum + minor, below: known.below + Number(isBelow) });
    }
    return [...sums.values()];
  }

  private pairs(now: Instant): DecisionSigns['pairs'] {
    const counts = new Map<string, number>();
    let all = 0;
    for (const { proposal, by, at } of this.approvals.values()) {
      const maker = this.makers.get(proposal);
      if (maker === undefined || at <= now - PAIR_MILLIS) continue;
      all++;
      const about = `${maker.person} + ${by}`;
      counts.set(about, (counts.get(about) ?? 0) + 1);
    }
    if (all < APPROVALS_MIN) return [];
    return [...counts].map(([about, count]) => ({ about, share: count / all }));
  }

  private readOn(partition: number): void {
    const { log, positions } = this;
    const position = positions.get(partition) ?? 0n;
    if (log.end(DECISIONS_TOPIC, partition) === position) return;
    for (const { payload, from, to } of log.read(DECISIONS_TOPIC, partition, position)) {
      const first = position > from ? Number(position - from) : 0;
      forEachFact(payload, first, (start, end) => {
        const { transaction_reference: key, ...claim } = readFact(payload, start, end);
        if (isDecisionBody(claim.body) && claim.body.about === key) this.take(claim as Claim<DecisionBody>);
      });
      positions.set(partition, to);
    }
  }

  /** A record that no such service signed would raise an alert about a person who decided nothing. */
  private take(decision: Claim<DecisionBody>): void {
    const { id, occurred_at, body } = decision;
    if (!bearsOnStanding(body) || !this.signers.has(body.signer) || !isSigned(decision)) return;
    const [at, { person }] = [occurred_at ?? 0, body.by];
    if (body.type === 'ResolutionProposed') {
      this.makers.set(id, { person, at });
      const { kind, amount, currency } = body;
      if (kind !== 'write_off' || amount === null || currency === null) return;
      this.writeOffs.set(id, { person, at, currency, minor: minorOf(amount, currency) });
    } else if (body.type === 'ResolutionApproved')
      this.approvals.set(id, { proposal: body.proposal.id, by: person, at });
    // What was rejected or withdrawn writes nothing off.
    else if (body.type === 'ResolutionRejected') this.rejected.add(body.proposal.id);
  }
}
