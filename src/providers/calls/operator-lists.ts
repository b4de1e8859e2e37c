// The operators of each country as the gateway listed them last. A payment does not wait for the refresh of an old
// list: the list is refreshed in the background, once for all callers.

import type { Instant } from '../../domain/time.ts';
import type { Operator } from '../../producers/gateway.ts';
import type { Clock } from '../../runtime/clock.ts';

export type AskOperators = (country: string) => Promise<readonly Operator[]>;

interface KnownList {
  readonly at: Instant;
  /** An empty list is an answer too. */
  readonly operators: readonly Operator[];
  /** The time of the last attempt to refresh it. */
  readonly triedAt: Instant;
}

const FRESH_MILLIS = 3_600_000;
/** A caller waits for the refresh of a list that is older than this. */
const STALE_MILLIS = 24 * 3_600_000;
/** How often the refresh is tried while the gateway fails. */
const RETRY_MILLIS = 60_000;

export class OperatorLists {
  private readonly clock: Clock;
  private readonly askOperators: AskOperators;
  private readonly known = new Map<string, KnownList>();
  private readonly underWay = new Map<string, Promise<readonly Operator[]>>();

  constructor(clock: Clock, askOperators: AskOperators) {
    this.clock = clock;
    this.askOperators = askOperators;
  }

  /** Throws what the gateway's call throws, if no list of the last day is known. */
  async of(country: string): Promise<readonly Operator[]> {
    const now = this.clock.now();
    const known = this.known.get(country);
    if (known === undefined || now - known.at >= STALE_MILLIS) return this.ask(country);
    if (now - known.at >= FRESH_MILLIS && now - known.triedAt >= RETRY_MILLIS) {
      this.known.set(country, { ...known, triedAt: now });
      // The archive has the answer, and the known list is still good for a while.
      this.ask(country).catch(() => {});
    }
    return known.operators;
  }

  private ask(country: string): Promise<readonly Operator[]> {
    const before = this.underWay.get(country);
    if (before !== undefined) return before;
    const asked = this.askAndKeep(country).finally(() => this.underWay.delete(country));
    this.underWay.set(country, asked);
    return asked;
  }

  private async askAndKeep(country: string): Promise<readonly Operator[]> {
    const operators = await this.askOperators(country);
    const now = this.clock.now();
    this.known.set(country, { at: now, operators, triedAt: now });
    return operators;
  }
}
