// The facts of one reading of a file: encoded into batches, counted and added up, whichever reader made them.

import { ByteWriter } from '../../domain/bytes.ts';
import type { Fact, FactTopic } from '../../domain/fact.ts';
import type { Topic } from '../../log/event-log.ts';
import type { PlainSink } from '../formats/format.ts';
import { cellText, hasBytes, type PlainRow } from '../formats/plain-row.ts';
import { FactBatches } from './fact-batches.ts';
import { FileSummer, type FileSums } from './file-sums.ts';

export class PassFacts implements PlainSink {
  readonly batches: FactBatches;
  /** Whether its facts are for nobody. */
  isTrial = false;
  count = 0;
  private readonly summer = new FileSummer();
  private readonly reports = new Set<string>();
  /** The report that the last fact named. */
  private lastReport = Buffer.alloc(0);
  /** What a trial writes, to nobody. */
  private readonly unused = new ByteWriter();

  constructor(source: number, partitions: number) {
    this.batches = new FactBatches(source, partitions);
  }

  add(topic: Topic, fact: Fact): void {
    this.count++;
    this.summer.add(fact);
    if (fact.report !== null) this.reports.add(fact.report);
    if (!this.isTrial) this.batches.add(topic, fact);
  }

  begin(topic: FactTopic, keyHash: number, size: number): ByteWriter {
    if (!this.isTrial) return this.batches.begin(topic, keyHash, size);
    this.unused.length = 0;
    this.unused.reserve(size);
    return this.unused;
  }

  end(): void {
    this.count++;
    if (!this.isTrial) this.batches.end();
  }

  addAmount(currency: string, units: number, decimals: number): void {
    this.summer.addAmount(currency, units, decimals);
  }

  addFee(currency: string, units: number, decimals: number): void {
    this.summer.addFee(currency, units, decimals);
  }

  addReport(row: PlainRow, index: number): void {
    if (hasBytes(row, index, this.lastReport)) return;
    const report = cellText(row, index);
    this.lastReport = Buffer.from(report);
    this.reports.add(report);
  }

  get figures(): FileSums & { readonly reports: readonly string[] } {
    return { ...this.summer.result, reports: [...this.reports] };
  }
}
