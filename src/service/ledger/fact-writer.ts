// Writes facts that come one at a time to the log. Facts that come during a commit share the next commit, and the log
// stores them as batches, not as one row each.

import { type Fact, isDecision, isFromSource, topicOf } from '../../domain/fact.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { FactSink } from '../../producers/fact-sink.ts';
import { FactBatches } from '../../producers/files/fact-batches.ts';

/** The source of batches that come from no file: above the number of any import. */
const LIVE_SOURCE = 2 ** 31 - 1;

interface Waiting {
  readonly facts: readonly Fact[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class FactWriter implements FactSink {
  private readonly log: EventLog;
  private readonly written: () => void;
  private readonly failed: (error: unknown) => void;
  private readonly batches: FactBatches;
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;

  /** Calls `written` after each commit, and `failed` with the error of a write that failed. */
  constructor(log: EventLog, written: () => void, failed: (error: unknown) => void = () => {}) {
    this.log = log;
    this.written = written;
    this.failed = failed;
    this.batches = new FactBatches(LIVE_SOURCE, log.partitions);
  }

  append(facts: readonly Fact[]): Promise<void> {
    if (facts.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ facts, resolve, reject });
      this.writing ??= this.writeWaiting();
    });
  }

  private async writeWaiting(): Promise<void> {
    // The rest of this turn of the event loop may bring more facts: all of them share one commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.write(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.failed(error);
        for (const { reject } of group) reject(error);
      }
    }
    this.writing = null;
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    for (const { facts } of group) {
      for (const fact of facts) {
        if (isFromSource(fact) || isDecision(fact)) this.batches.add(topicOf(fact.body), fact);
      }
    }
    // The rest includes full batches, so one call takes them all.
    await this.log.append(this.batches.takeRest());
    this.written();
  }
}
