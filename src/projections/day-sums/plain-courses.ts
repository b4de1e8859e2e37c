// The courses of packed keys, as nearly all are, from the bytes of their claims: an order, its payment on the same day,
// and the line that settles it then or later. They are those of key-course.ts, which works out all others.

import type { Span } from '../../domain/byte-scan.ts';
import { isThere } from '../../domain/byte-texts.ts';
import type { Day } from '../../domain/calendar.ts';
import { addDecimal, type Decimal, decimalOf, negated } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/time.ts';
import { type ClaimPlaces, newClaimPlaces, placeClaim } from '../../log/claim-places.ts';
import { type CourseStep, FIRST_DAY, type KeyCourse, type Moved } from '../../matching/key-course.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { CLAIM_HEAD_SIZE, readRecord } from '../../task/key-record.ts';
import { PACKED_CLAIMS_MAX } from '../../task/packed-key.ts';
import { areOnePayment } from '../../task/plain/claim-ids.ts';
import { PlainCase } from '../../task/plain/plain-case.ts';
import { PlainDays } from '../../task/plain/plain-days.ts';
import type { RecordPlace } from '../../task/record-place.ts';
import type { KeyOwner } from '../statement-keys.ts';

/** The course of a key, and whose it is. */
export interface OwnedCourse extends KeyCourse {
  readonly owner: KeyOwner;
}

/** All before the line is of one day. */
const DAYS = 2;

export class PlainCourses {
  private readonly claims = Array.from({ length: PACKED_CLAIMS_MAX }, newClaimPlaces);
  private readonly rules: CompiledRules;
  private readonly courseMax: number;
  private readonly plain: PlainCase;
  private readonly days: PlainDays;

  /** A key of more claims times days than `courseMax` has no course. */
  constructor(rules: CompiledRules, courseMax: number) {
    this.rules = rules;
    this.courseMax = courseMax;
    this.plain = new PlainCase(rules, this.claims[0]!);
    this.days = new PlainDays(rules);
  }

  /** Of the record of a packed key; undefined where its course is not told here. */
  courseOf(record: RecordPlace, now: Instant): OwnedCourse | undefined {
    const { rules, plain, claims } = this;
    const count = this.readClaims(record);
    if (count === 0 || !plain.isPlain(claims, count, now)) return undefined;
    const { stage, order, shown, line } = plain.facts;
    // A line in another currency than the payment is moved twice.
    if (stage !== 'settled' || order === null || line === null || isThere(line.rate)) return undefined;
    const day = this.dayBefore(line, count);
    const settled = this.days.dateOf(line)?.day;
    if (day === undefined || settled === undefined || settled < day) return undefined;
    // A status that comes on another day may make the order count another way until then.
    if (order.statusAt > rules.calendar.startOf(day + 1) - 1) return undefined;
    const owner = { merchant: textAt(order, order.merchant), provider: textAt(shown, shown.provider) };
    // Nothing is awaited of what nobody reports.
    if (rules.unreported.has(owner.provider)) return undefined;
    return this.course(owner, day, settled, now);
  }

  /** How many there are; 0 for those of no plain key. */
  private readClaims({ bytes, from, to }: RecordPlace): number {
    let count = 0;
    for (let at = readRecord(bytes, from, to).claimsFrom; at < to; count++) {
      const claimFrom = at + CLAIM_HEAD_SIZE;
      at = claimFrom + bytes.readUInt32BE(at);
      if (count === this.claims.length || !placeClaim(bytes, claimFrom, at, this.claims[count]!)) return 0;
    }
    return count * DAYS > this.courseMax ? 0 : count;
  }

  /** The one day of all but the line, which they are one payment without; undefined where they are not. */
  private dayBefore(line: ClaimPlaces, count: number): Day | undefined {
    const { claims } = this;
    const { calendar } = this.rules;
    const at = claims.indexOf(line);
    [claims[at], claims[count - 1]] = [claims[count - 1]!, line];
    if (!areOnePayment(claims, count - 1)) return undefined;
    const day = dayOf(claims[0]!);
    for (let other = 1; other < count - 1; other++) if (dayOf(claims[other]!) !== day) return undefined;
    return day < FIRST_DAY ? undefined : day;

    function dayOf({ body, placedAt, occurredAt }: ClaimPlaces): Day {
      return calendar.dayOf(body === 'OrderPlaced' ? placedAt : occurredAt);
    }
  }

  private course(owner: KeyOwner, day: Day, settled: Day, now: Instant): OwnedCourse | undefined {
    const { calendar } = this.rules;
    const { minor, exponent, money, line } = this.plain.facts;
    if (minor === 0) return undefined;
    const currency = textAt(money, money.currency);
    const amount: Decimal = { digits: BigInt(minor), scale: exponent };
    const moved: Moved[] = [
      { what: 'ordered', currency, amount },
      { what: 'received', currency, amount },
    ];
    const fee = isThere(line!.fee) ? decimalOf(textAt(line!, line!.fee)) : NOTHING;
    const net = addDecimal(decimalOf(textAt(line!, line!.amount)), negated(fee));
    const lines: Moved[] = [];
    if (fee.digits !== 0n) lines.push({ what: 'fee', currency, amount: fee });
    if (net.digits !== 0n) lines.push({ what: 'settled', currency, amount: net });
    if (settled === day) return { owner, steps: [{ day, moved: [...moved, ...lines], left: [] }], until: NEVER };
    const left = [{ side: 'gateway', currency, explanation: 'pending', since: null, amount }] as const;
    const steps: CourseStep[] = [
      { day, moved, left },
      { day: settled, moved: lines, left: [] },
    ];
    // Of a line of a day to come: the payment may be overdue before.
    const overdue = calendar.startOf(this.days.dueOf(day) + 1);
    return { owner, steps, until: settled > calendar.dayOf(now) && overdue > now ? overdue : NEVER };
  }
}

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING: Decimal = { digits: 0n, scale: 0 };

function textAt({ bytes }: ClaimPlaces, { from, to }: Span): string {
  return (bytes as Buffer).toString('utf8', from, to);
}
