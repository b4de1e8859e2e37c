// The operators of each country as the gateway listed them last. Who pays does not wait for a list that is only old: a
// new one is asked for behind their back, once however many ask.

import type { Instant } from '../../domain/time.ts';
import type { Operator } from '../../producers/gateway.ts';
import type { Clock } from '../../runtime/clock.ts';

export type AskOperators = (country: string) => Promise<readonly Operator[]>;

interface KnownList {
  readonly at: Instant;
  /** None is an answer too. */
  readonly operators: readonly Operator[];
  /** When a newer one was asked for last. */
  readonly triedAt: Instant;
}

const FRESH_MILLIS = 3_600_000;
/** A list that is older than this is waited for again. */
const STALE_MILLIS = 24 * 3_600_000;
/** While the gateway gives none, a newer list is asked for as often. */
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

  /** Throws what the gateway's call throws, where no list of the last day is known. */
  async of(country: string): Promise<readonly Operator[]> {
    const now = this.clock.now();
    const known = this.known.get(country);
    if (known === undefined || now - known.at >= STALE_MILLIS) return this.ask(country);
    if (now - known.at >= FRESH_MILLIS && now - known.triedAt >= RETRY_MILLIS) {
      this.known.set(country, { ...known, triedAt: now });
      // What it was answered stands in the archive, and the list that is known is good for a while.
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
