// How the ledger goes on with time and with facts that name no order. Where such facts came since they were last looked
// at, one of them may be the money of an order whose deadline is near: they go under their keys before time goes on.

import type { Instant } from '../../domain/time.ts';
import type { EmbeddedLedger } from '../../engine/embedded-ledger.ts';
import type { Rules } from '../../matching/rules.ts';

/** Resolution looks through all keys, so it gets this part of the time at most, and never comes sooner than that. */
const RESOLUTION_SHARE = 20;
const RESOLUTION_EVERY_MILLIS = 1_000;

type AdvancedLedger = Pick<EmbeddedLedger, 'log' | 'asOf' | 'advanceKeys' | 'advanceUnresolved'>;

export class ResolutionPace {
  private readonly ledger: AdvancedLedger;
  private resolvedAt = Number.NEGATIVE_INFINITY;
  private resolutionMillis = 0;
  /** Where the facts without a reference ended when they were last looked at; nothing after a start. */
  private resolvedTo: readonly bigint[] = [];

  constructor(ledger: AdvancedLedger) {
    this.ledger = ledger;
  }

  /** Reads all that is in the log, and goes on to `asOf` unless that must wait for the next resolution. */
  async advance(asOf: Instant, rules: Rules, isLast: boolean): Promise<void> {
    const { ledger } = this;
    const ends = this.ends();
    const hasFresh = ends.some((end, partition) => end > (this.resolvedTo[partition] ?? 0n));
    // Before its first block a ledger has no time to stay at, and nobody was told anything of it.
    const held = hasFresh && ledger.asOf > 0 ? ledger.asOf : asOf;
    const rulesHash = await ledger.advanceKeys(held, rules);
    if (ends.every((end) => end === 0n) || !(isLast || this.isDue())) return;
    this.resolutionMillis = await ledger.advanceUnresolved(asOf, rulesHash);
    this.resolvedTo = ends;
    this.resolvedAt = performance.now();
    // Where others make the blocks, theirs may be later by now.
    if (held < asOf) await ledger.advanceKeys(Math.max(asOf, ledger.asOf), rules);
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
