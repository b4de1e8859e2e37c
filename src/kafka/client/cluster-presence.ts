// Whether the cluster answers now: a small question goes out each second while anybody needs to know. The client alone
// does not tell: in a network that swallows packets its requests wait for their time-outs, and its next tries for the
// time-outs of those. A question without an answer may have been lost, or the cluster is busy: only after several is it
// away. A connection that is refused says so at once.

import { unreachable } from './cluster-errors.ts';

/** What the presence asks with, on a connection of its own. */
export interface Probe {
  /** Resolves if the cluster answered anything. */
  ask(): Promise<void>;
  /** Drops the connection; the next question makes a new one. */
  drop(): void;
}

export interface PresenceListener {
  onAway?(error: Error): void;
  /**
   * The cluster answers, after it was away or left a question unanswered. `since` is when the first question without an
   * answer was asked, as of `performance.now()`.
   */
  onBack?(since: number): void;
}

const EVERY_MILLIS = 1_000;
const AWAY_EVERY_MILLIS = 500;
const TICK_MILLIS = 250;
/** So many questions in a row without an answer. */
const AWAY_QUESTIONS = 3;

export class ClusterPresence {
  private readonly probe: Probe;
  private readonly ticksMax: number;
  private readonly onBack: (since: number) => void;
  private readonly listeners = new Set<PresenceListener>();
  private isRunning = false;
  private fault: Error | undefined;
  /** When the first question without an answer was asked, and how many there were. */
  private since = 0;
  private misses = 0;

  /** A question has no answer if none came within `millisMax`. `onBack` is called before all listeners. */
  constructor(probe: Probe, millisMax: number, onBack: (since: number) => void = () => {}) {
    this.probe = probe;
    this.onBack = onBack;
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
      const pause = this.misses === 0 ? EVERY_MILLIS : AWAY_EVERY_MILLIS;
      for (let left = pause; left > 0 && this.listeners.size > 0; left -= TICK_MILLIS) await tick();
    }
    this.isRunning = false;
    this.misses = 0;
    this.fault = undefined;
    this.probe.drop();
  }

  private found(): void {
    if (this.misses === 0) return;
    this.misses = 0;
    this.fault = undefined;
    this.onBack(this.since);
    for (const listener of [...this.listeners]) listener.onBack?.(this.since);
  }

  private missed(fault: Error, began: number): void {
    if (this.misses++ === 0) this.since = began;
    if (isTimeout(fault) && this.misses < AWAY_QUESTIONS) return;
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

  /** Turns of the event loop count, not time: a busy process reads an answer that is there before it gives up. */
  private async askOnce(): Promise<Error | undefined> {
    let answer: { readonly fault?: Error } | undefined;
    this.probe.ask().then(
      () => {
        answer = {};
      },
      (fault: Error) => {
        answer = { fault };
      },
    );
    for (let ticks = 0; ticks < this.ticksMax && answer === undefined; ticks++)
      await tick(ticks === 0 ? 20 : TICK_MILLIS);
    answer ??= { fault: new Error(`timeout: no answer within ${(this.ticksMax * TICK_MILLIS) / 1000} s`) };
    if (answer.fault !== undefined) this.probe.drop();
    return answer.fault;
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
