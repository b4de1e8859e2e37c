// Prepares the sums of days in the ledger's thread: in pieces, so that its rounds and other questions come in between,
// and with a rest after each while nobody waits for them.

import { setTimeout as pause } from 'node:timers/promises';
import type { Ask } from '../../engine/executors/queries.ts';
import type { Prepared, PrepareQuestion } from '../../projections/day-sums/statement-index.ts';

/** About how long a piece takes, in real milliseconds. */
const PIECE_MILLIS = 30;
/** How many keys a piece has, at least, at most and at first. */
const PIECE_MIN = 1_000;
const PIECE_MAX = 10_000;
const PIECE_FIRST = 1_000;
/** In the background, how many times as long as a piece took the thread is left alone. */
const REST = 2;
/** The same while the ledger is behind with reading facts, which is so once one waits for so long. */
const REST_BEHIND = 20;
const BEHIND_MILLIS = 250;
/** How long it is left alone when no key is left; some facts of one payment come within it. */
const REST_MILLIS = 1_000;

export class StatementPreparation {
  private readonly ask: Ask;
  private readonly ofNow: () => Omit<PrepareQuestion, 'most'>;
  private readonly lagMillis: () => number;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private turn: Promise<unknown> = Promise.resolve();
  private most = PIECE_FIRST;
  private last: Prepared | null = null;

  /** `lagMillis` is how long the oldest fact has waited that the ledger has not read. */
  constructor(ask: Ask, ofNow: () => Omit<PrepareQuestion, 'most'>, lagMillis: () => number) {
    this.ask = ask;
    this.ofNow = ofNow;
    this.lagMillis = lagMillis;
  }

  /** Goes on in the background until it is stopped. */
  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Resolves when so few keys are left that the next question takes them in itself. */
  async ready(): Promise<void> {
    while ((await this.piece()).left > this.most);
  }

  /** Some keys whose movements leave a residual, as far as keys were taken in. */
  get uneven(): readonly string[] {
    return this.last?.uneven ?? [];
  }

  /** How far it is, in words. */
  get progress(): string {
    const { left, keys } = this.last ?? { left: 1, keys: 1 };
    return `sums of days prepared from ${keys === 0 ? 100 : Math.floor((100 * (keys - left)) / keys)} % of the keys`;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const begun = performance.now();
      // What fails here fails for who asks, too; the ledger may be made anew meanwhile.
      const left = await this.piece().then(
        (prepared) => prepared.left,
        () => 0,
      );
      const times = this.lagMillis() > BEHIND_MILLIS ? REST_BEHIND : REST;
      const rest = left === 0 ? REST_MILLIS : (performance.now() - begun) * times;
      await pause(rest, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** One after another. */
  private piece(): Promise<Prepared> {
    const next = this.turn.then(() => this.takeIn());
    this.turn = next.catch(() => {});
    return next;
  }

  private async takeIn(): Promise<Prepared> {
    const begun = performance.now();
    const { most } = this;
    const prepared = await this.ask({ query: 'prepareStatements', ...this.ofNow(), most });
    const took = performance.now() - begun;
    // One that was not full says nothing of how long a full one takes.
    if (prepared.left > 0) this.most = between(PIECE_MIN, Math.round((most * PIECE_MILLIS) / took), PIECE_MAX);
    this.last = prepared;
    return prepared;
  }
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
