// What is said while a cluster or a registry is away, and how long a start waits for it.

import { setTimeout as sleep } from 'node:timers/promises';
import { isAway } from './cluster-errors.ts';
import type { WatchedKafka } from './watched-kafka.ts';

/** For a log, or for people at a terminal. */
export type Tell = (text: string) => void;

const AGAIN_MILLIS = 30_000;
/** Shorter than what is waited for: a timer may come before the other clock has reached it. */
const NOTICE_MILLIS = 1_000;
const TRY_MILLIS = 500;

/** Says once that something is away, then each half minute, and when it is back. */
class OutageNotice {
  private readonly tell: Tell;
  private began: number | undefined;
  private told = 0;

  constructor(tell: Tell) {
    this.tell = tell;
  }

  /** Called as often as it is noticed. */
  away(what: string): void {
    const now = performance.now();
    if (this.began === undefined) {
      this.began = now;
      this.tell(`waiting: ${what}`);
    } else {
      if (now - this.told < AGAIN_MILLIS) return;
      this.tell(`still waiting after ${secondsSince(this.began)} s: ${what}`);
    }
    this.told = now;
  }

  back(): void {
    if (this.began === undefined) return;
    this.tell(`it answers again, after ${secondsSince(this.began)} s`);
    this.began = undefined;
  }
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}

/** Tells when the cluster is away. Returns the function that ends it. */
export function tellOutages({ presence }: Pick<WatchedKafka, 'presence'>, tell: Tell): () => void {
  const notice = new OutageNotice(tell);
  let timer: NodeJS.Timeout | undefined;
  const say = () => notice.away(`the Kafka cluster does not answer: ${presence.away?.message ?? ''}`);
  const end = presence.listen({
    onAway: () => {
      say();
      timer = setInterval(say, NOTICE_MILLIS).unref();
    },
    onBack: () => {
      clearInterval(timer);
      notice.back();
    },
  });
  return () => {
    clearInterval(timer);
    end();
  };
}

export interface Patience {
  /** How long a start waits, in all. */
  readonly waitMillis: number;
  readonly tell: Tell;
}

/** Tries again while the cluster or the registry is away, as long as the patience lasts; then throws what it threw. */
export async function withPatience<Result>(
  { waitMillis, tell }: Patience,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const began = performance.now();
  const notice = new OutageNotice(tell);
  for (;;) {
    try {
      const result = await work();
      notice.back();
      return result;
    } catch (error) {
      const left = waitMillis - (performance.now() - began);
      if (!isAway(error) || left <= 0 || signal?.aborted === true) throw error;
      notice.away(error.message);
      await sleep(Math.min(TRY_MILLIS, left), undefined, { signal }).catch(() => {});
    }
  }
}
