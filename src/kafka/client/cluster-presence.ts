// Whether the cluster answers now: a small question goes out each second while anybody needs to know. The client alone
// does not tell: in a network that swallows packets its requests wait for their time-outs, and its next tries for the
// time-outs of those. A question that has no answer after a second is asked again on a new connection. If that one is
// answered, the first was lost; if an answer to the first comes late, the cluster is busy. Only after ten seconds
// without any is it away. A connection that is refused says so at once.

import { unreachable } from './cluster-errors.ts';

/** What the presence asks with, on connections of its own. */
export interface Probe {
  /** Resolves if the cluster answered anything. */
  ask(): Promise<void>;
  /** The next question makes a new connection; one that waits on the last may still be answered. */
  drop(): void;
  /** Closes all connections. */
  close(): void;
}

/** What is done with the connections of all others. */
export interface Connections {
  /** As `onBack` of listeners, and before them. */
  cutSilent(since: number): void;
  /** A question was answered. */
  cutStuck(): void;
}

export interface PresenceListener {
  onAway?(error: Error): void;
  /**
   * The cluster answers, after it was away or a question was lost. `since` is when the first question without an answer
   * was asked, as of `performance.now()`.
   */
  onBack?(since: number): void;
}

const EVERY_MILLIS = 1_000;
/** After an error that came at once. */
const AGAIN_MILLIS = 500;
const TICK_MILLIS = 250;
/** Without an answer for so long, the cluster is away. */
const AWAY_TICKS = 40;

export class ClusterPresence {
  private readonly probe: Probe;
  private readonly ticksMax: number;
  private readonly connections: Connections | undefined;
  private readonly listeners = new Set<PresenceListener>();
  private isRunning = false;
  private fault: Error | undefined;
  /** When the first question without an answer was asked, and how many there were. */
  private since = 0;
  private misses = 0;
  private asked = 0;
  /** The number of a question that was answered since this was looked at last. */
  private answered: number | undefined;

  /** A question is asked again if no answer came within `millisMax`. */
  constructor(probe: Probe, millisMax: number, connections?: Connections) {
    this.probe = probe;
    this.connections = connections;
    this.ticksMax = Math.ceil(millisMax / TICK_MILLIS);
  }

  /** Why the cluster is away; undefined if it answers, or as long as nobody knows. */
  get away(): Error | undefined {
    return this.fault;
  }

  /** Begins to look, if nobody did before. Returns the function that ends it. */
  listen(listener: PresenceListener): () => void {
    this.listeners.add(listener);
    if (!this.isRunning) void this.run();
    return () => this.listeners.delete(listener);
  }

  /** The result of work on the cluster. Rejects with HESABU_KAFKA_UNREACHABLE as soon as the cluster is away. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.fault !== undefined) throw unreachable(this.fault);
    const away = Promise.withResolvers<never>();
    const end = this.listen({ onAway: (error) => away.reject(unreachable(error)) });
    try {
      return await Promise.race([work(), away.promise]);
    } finally {
      end();
    }
  }

  /** Resolves when the cluster answers, or when the signal aborts. */
  async back(signal?: AbortSignal): Promise<void> {
    if (this.fault === undefined || signal?.aborted === true) return;
    const back = Promise.withResolvers<void>();
    const end = this.listen({ onBack: () => back.resolve() });
    const abort = () => back.resolve();
    signal?.addEventListener('abort', abort, { once: true });
    await back.promise;
    signal?.removeEventListener('abort', abort);
    end();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.listeners.size > 0) {
      const began = performance.now();
      const fault = await this.look();
      if (fault === undefined) this.found();
      else this.missed(fault, began);
      const pause = fault === undefined ? EVERY_MILLIS : isTimeout(fault) ? 0 : AGAIN_MILLIS;
      for (let left = pause; left > 0 && this.listeners.size > 0; left -= TICK_MILLIS) await tick();
    }
    this.isRunning = false;
    this.misses = 0;
    this.fault = undefined;
    this.probe.close();
  }

  private found(): void {
    this.connections?.cutStuck();
    const isLost = this.fault !== undefined || (this.misses > 0 && this.answered === this.asked);
    this.misses = 0;
    this.fault = undefined;
    if (!isLost) return;
    this.connections?.cutSilent(this.since);
    for (const listener of [...this.listeners]) listener.onBack?.(this.since);
  }

  private missed(fault: Error, began: number): void {
    if (this.misses++ === 0) this.since = began;
    if (isTimeout(fault) && this.misses * this.ticksMax < AWAY_TICKS) return;
    const isNew = this.fault === undefined;
    this.fault = fault;
    if (!isNew) return;
    for (const listener of [...this.listeners]) listener.onAway?.(fault);
  }

  /** A connection that was reset says nothing yet: what counts is whether the next one works. */
  private async look(): Promise<Error | undefined> {
    const first = await this.askOnce();
    if (first === undefined || this.misses > 0 || isTimeout(first)) return first;
    return this.askOnce();
  }

  /**
   * Turns of the event loop count, not time: a busy process reads an answer that is there before it gives up. An answer
   * to an earlier question counts too.
   */
  private async askOnce(): Promise<Error | undefined> {
    const number = ++this.asked;
    let fault: Error | undefined;
    this.probe.ask().then(
      () => {
        this.answered = number;
      },
      (error: Error) => {
        fault = error;
      },
    );
    this.answered = undefined;
    for (let ticks = 0; ticks < this.ticksMax && this.answered === undefined && fault === undefined; ticks++)
      await tick(ticks === 0 ? 20 : TICK_MILLIS);
    if (this.answered !== undefined) return undefined;
    this.probe.drop();
    return fault ?? new Error('timeout: no answer');
  }
}

function tick(millis = TICK_MILLIS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

function isTimeout(fault: Error): boolean {
  for (let cause: unknown = fault; cause instanceof Error; cause = cause.cause) {
    if (/timeout|timed out/i.test(cause.message)) return true;
  }
  return false;
}
