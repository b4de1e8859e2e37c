// The order in which the service ends. Parts that wait for other systems end all at once, because one after the other
// they could take too long. The rest ends in the reverse order of its start.

import type { Logger } from 'pino';
import { resolvesWithin } from '../runtime/bounded-wait.ts';

type End = () => Promise<unknown> | unknown;

/** How long other systems have to answer. After that, open calls are aborted, and parts that wait for them may end. */
const TALK_MILLIS_MAX = 4_000;
const UNWIND_MILLIS_MAX = 2_000;

export class Shutdown {
  /** Parts that end one after the other, in the order of their start. */
  readonly ends: End[] = [];
  /** Parts that wait for answers of other systems. */
  readonly talks: End[] = [];
  private abortCalls: End | undefined;

  /** `end` aborts all open calls: at its place in the order, or earlier if they hang. */
  calls(end: () => Promise<void>): void {
    let done: Promise<void> | undefined;
    this.abortCalls = () => {
      done ??= end();
      return done;
    };
    this.ends.push(this.abortCalls);
  }

  async run(logger: Logger): Promise<void> {
    const endPart = async (end: End) => {
      try {
        await end();
      } catch (error) {
        logger.error({ err: error }, 'a part of the service did not stop cleanly');
      }
    };
    let isOver = false;
    const over = Promise.all(this.talks.splice(0).map(endPart)).then(() => {
      isOver = true;
    });
    await resolvesWithin(over, TALK_MILLIS_MAX);
    // A client that waits for such a call still gets an answer: that it failed.
    if (!isOver && this.abortCalls !== undefined) await endPart(this.abortCalls);
    await resolvesWithin(over, UNWIND_MILLIS_MAX);
    for (let end = this.ends.pop(); end !== undefined; end = this.ends.pop()) await endPart(end);
  }
}
