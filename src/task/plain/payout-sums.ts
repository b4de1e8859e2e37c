// What the lines of plain cases come to in their payouts, in one block: whole minor units, added up as numbers while
// these are exact. See payout-words.ts and payout-parts.ts in the matching.

import type { Span } from '../../domain/byte-scan.ts';
import { isThere, writePart } from '../../domain/byte-texts.ts';
import { ByteWriter } from '../../domain/bytes.ts';
import { EXACT_MAX } from '../../domain/decimal.ts';
import type { PayoutPart, Source } from '../../domain/fact.ts';
import { formatMinor } from '../../domain/money.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';
import { emptyPart } from '../../matching/payout-parts.ts';
import { ByteNames } from './byte-names.ts';
import type { PlainFacts } from './plain-facts.ts';

/** How many sums one block has; lines beyond them are told one by one. */
const SUMS_MAX = 65_536;
/** Between the parts of a name: no part of another one begins or ends with it. */
const SEPARATOR = Buffer.of(0);

/** The lines of one currency and date in one payout. */
export interface PayoutSum {
  readonly source: Source;
  readonly payout: string;
  readonly about: Pick<PayoutPart, 'currency' | 'settlement_date'>;
  lines: number;
  gross: number;
  fees: number;
}

const scratch = new ByteWriter(256);

export class PayoutSums {
  private readonly names = new ByteNames(SUMS_MAX);
  private readonly sums: PayoutSum[] = [];

  /** Adds a line that names its payout, and gives its sum to `tell` where it is the first or the last that it takes. */
  add({ minor, fee }: PlainFacts, line: ClaimPlaces, tell: (sum: PayoutSum) => void): void {
    const number = this.numberOf(line);
    const known = number < 0 ? undefined : this.sums[number];
    const sum = known ?? emptySum(line);
    if (known === undefined && number >= 0) {
      this.sums[number] = sum;
      // That it is told in its place among the payouts of the block.
      tell(sum);
    }
    sum.lines++;
    sum.gross += minor;
    sum.fees += fee;
    if (number < 0 || sum.gross > EXACT_MAX || sum.fees > EXACT_MAX) take(sum, tell);
  }

  /** Gives each sum to `tell`. */
  take(tell: (sum: PayoutSum) => void): void {
    for (const sum of this.sums) take(sum, tell);
  }

  private numberOf(line: ClaimPlaces): number {
    scratch.length = 0;
    addName(line, line.payout);
    addName(line, line.provider);
    addName(line, line.account);
    addName(line, line.currency);
    addName(line, line.date);
    return this.names.numberOf(scratch.buffer, 0, scratch.length);
  }
}

export function partOfSum({ about, lines, gross, fees }: PayoutSum): PayoutPart {
  const { currency } = about;
  return {
    ...emptyPart(about),
    lines,
    gross: formatMinor(BigInt(gross), currency),
    fees: formatMinor(BigInt(fees), currency),
  };
}

function addName({ bytes }: ClaimPlaces, span: Span): void {
  // One that is absent has no bytes, and no separator either: it is another name than an empty one.
  if (!isThere(span)) return;
  writePart(scratch, bytes, span.from, span.to);
  writePart(scratch, SEPARATOR, 0, SEPARATOR.length);
}

function take(sum: PayoutSum, tell: (sum: PayoutSum) => void): void {
  tell(sum);
  sum.lines = 0;
  sum.gross = 0;
  sum.fees = 0;
}

function emptySum(line: ClaimPlaces): PayoutSum {
  const { bytes } = line;
  const textOf = ({ from, to }: Span) => Buffer.from(bytes.subarray(from, to)).toString('utf8');
  return {
    source: { provider: textOf(line.provider), account: isThere(line.account) ? textOf(line.account) : null },
    payout: textOf(line.payout),
    about: { currency: textOf(line.currency), settlement_date: textOf(line.date) },
    ...{ lines: 0, gross: 0, fees: 0 },
  };
}
