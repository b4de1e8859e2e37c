// When the ledger's time advances, and when facts without a reference are resolved. A new fact of this kind may be the
// money of an order whose deadline is near, so these facts are resolved before time advances.

import type { Instant } from '../../domain/time.ts';
import type { EmbeddedLedger } from '../../engine/embedded-ledger.ts';
import type { Rules } from '../../matching/rules.ts';

/** Resolution searches all keys, so it takes at most one part in 20 of the time and starts at most once a second. */
const RESOLUTION_SHARE = 20;
const RESOLUTION_EVERY_MILLIS = 1_000;

type AdvancedLedger = Pick<EmbeddedLedger, 'log' | 'asOf' | 'advanceKeys' | 'advanceUnresolved'>;

export class ResolutionPace {
  private readonly ledger: AdvancedLedger;
  private resolvedAt = Number.NEGATIVE_INFINITY;
  private resolutionMillis = 0;
  /** Where the facts without a reference ended at the last resolution; empty after a start. */
  private resolvedTo: readonly bigint[] = [];

  constructor(ledger: AdvancedLedger) {
    this.ledger = ledger;
  }

  /** Reads the whole log, and advances to `asOf` unless that must wait for the next resolution. */
  async advance(asOf: Instant, rules: Rules, isLast: boolean): Promise<void> {
    const { ledger } = this;
    const ends = this.ends();
    const hasFresh = ends.some((end, partition) => end > (this.resolvedTo[partition] ?? 0n));
    // Before its first block a ledger has no time to stay at, and nobody has seen a result of it.
    const timeBefore = hasFresh && ledger.asOf > 0 ? ledger.asOf : asOf;
    const rulesHash = await ledger.advanceKeys(timeBefore, rules);
    if (ends.every((end) => end === 0n) || !(isLast || this.isDue())) return;
    this.resolutionMillis = await ledger.advanceUnresolved(asOf, rulesHash);
    this.resolvedTo = ends;
    this.resolvedAt = performance.now();
    // If workers make the blocks, their time may be later by now.
    if (timeBefore < asOf) await ledger.advanceKeys(Math.max(asOf, ledger.asOf), rules);
  }

  private isDue(): boolean {
    const since = performance.now() - this.resolvedAt;
    return since >= Math.max(RESOLUTION_EVERY_MILLIS, RESOLUTION_SHARE * this.resolutionMillis);
  }

  private ends(): readonly bigint[] {
    const { log } = this.ledger;
    return Array.from({ length: log.partitions }, (_, partition) => log.end('unresolved.v1', partition));
  }
}
