// One reading of a file: takes its rows, adds them up, and says whether the file is whole.

import { compareDecimal, decimalOf } from '../../domain/decimal.ts';
import type { HesabuError, Reject } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Topic } from '../../log/event-log.ts';
import type { FileContext } from '../formats/format.ts';
import { hideInWords } from '../formats/free-words.ts';
import { type Expectation, lackOf } from './expectation.ts';
import type { FileSums } from './file-sums.ts';
import { type Lack, lastRowOf } from './last-row.ts';
import type { Layout } from './layouts.ts';
import { PassFacts } from './pass-facts.ts';
import type { ControlTotal, RowVisitor, TableStart } from './rows.ts';

/** What of its file a reading needs. */
export interface PassTerms {
  readonly importId: number;
  readonly partitions: number;
  readonly pseudonym: FileContext['pseudonym'];
  /** What somebody expects of the file. */
  readonly expected?: Expectation | undefined;
  /** Where nobody knows the text's encoding: the refusal of anything but ASCII. */
  readonly unknownEncoding?: HesabuError;
}

type RowsAbout = Pick<Layout, 'shape' | 'isKnownAtEnd' | 'endsLines' | 'each'>;

interface PassSink {
  reject(reject: Reject): void;
  /** Told of each row that the mapping leaves out, and of the id that it goes by. */
  leftOut?(line: number, id: string | null): void;
  table?(start: TableStart): void;
}

/** `rows` counts accepted and rejected rows, and those left out. */
export interface PassResult extends FileSums {
  readonly rows: number;
  readonly rejected: number;
  readonly leftOut: number;
  /** What the file lacks, so that nothing of it is taken; null for one that is whole. */
  readonly lack: Lack | null;
  /** The totals that the file states of itself. */
  readonly totals: readonly ControlTotal[];
  /** Whether its last row has no line end, or the row of totals that its mapping names is not there. */
  readonly isPerhapsCut: boolean;
  /** The reports that its lines name. */
  readonly reports: readonly string[];
  /** When a JSON report says that it was issued. */
  readonly issuedAt: Instant | null;
  /** Where the table begins; null for a file without one. */
  readonly header: Pick<TableStart, 'line' | 'separator'> | null;
  /** Where the list of rows is in a JSON document, where its mapping says it. */
  readonly each: string | undefined;
}

/** How many totals are kept for people; all of them are compared. */
const TOTALS_MAX = 20;

/** Takes the rows of one reading of a file, and adds them up. */
export class FilePass implements RowVisitor {
  readonly facts: PassFacts;
  /** Whether its facts and bytes are for nobody. */
  isTrial = false;
  /** Whether a later row may show that the file cannot be read at all. */
  private readonly isDoubtful: boolean;
  private readonly sink: PassSink;
  private rejected = 0;
  private left = 0;
  private lack: Lack | null = null;
  private readonly totals: ControlTotal[] = [];
  private issuedAt: Instant | null = null;
  private header: PassResult['header'] = null;
  private each: string | undefined;
  private isPerhapsCut = false;
  private readonly expected: Expectation | undefined;
  private readonly hideInWords: ReturnType<typeof hideInWords>;

  constructor({ importId, partitions, unknownEncoding, expected, pseudonym }: PassTerms, sink: PassSink) {
    this.hideInWords = hideInWords(pseudonym);
    this.facts = new PassFacts(importId, partitions);
    this.isDoubtful = unknownEncoding !== undefined;
    this.expected = expected;
    this.sink = sink;
  }

  /** `openRow` is what no line end follows; `mayTry` where another reading may follow that takes the rows. */
  begin({ shape, isKnownAtEnd, endsLines = false, each }: RowsAbout, openRow: Buffer, mayTry: boolean): void {
    const { hasLineEnd, lack } = lastRowOf(openRow, shape, endsLines);
    this.isPerhapsCut = !hasLineEnd;
    this.each = each;
    this.lack = lack;
    const isToBeSeen = isKnownAtEnd === true || this.isDoubtful || this.expected !== undefined;
    this.isTrial = lack !== null || (mayTry && isToBeSeen);
    this.facts.isTrial = this.isTrial;
  }

  fact(topic: Topic, fact: Fact): void {
    this.facts.add(topic, this.hideInWords(fact));
  }

  reject(reject: Reject): void {
    this.rejected++;
    this.sink.reject(reject);
  }

  leftOut(line: number, id: string | null): void {
    this.left++;
    this.sink.leftOut?.(line, id);
  }

  issued(at: Instant): void {
    this.issuedAt = at;
  }

  table(start: TableStart): void {
    this.header = { line: start.line, separator: start.separator };
    if (!this.isTrial) this.sink.table?.(start);
  }

  total(total: ControlTotal): void {
    const { line, name, stated, found } = total;
    if (this.totals.length < TOTALS_MAX) this.totals.push(total);
    if (compareDecimal(decimalOf(stated), decimalOf(found)) === 0) return;
    this.lack ??= { expected: `${name} ${stated} in all, as line ${line} says`, found };
  }

  endMissing(): void {
    this.isPerhapsCut = true;
  }

  broken(): void {
    this.lack ??= { expected: 'a whole file', found: 'a part of it', isRejected: true };
  }

  get result(): PassResult {
    const { facts, rejected, left: leftOut, issuedAt, isPerhapsCut, expected } = this;
    const { sums, fees, reports } = facts.figures;
    const figures = { sums, fees, rows: facts.count + rejected + leftOut };
    const lack = this.lack ?? (expected === undefined ? null : lackOf(expected, figures));
    const { totals, header, each } = this;
    const told = { totals, isPerhapsCut, reports, issuedAt, header, each };
    return { ...figures, rejected, leftOut, lack, ...told };
  }
}
