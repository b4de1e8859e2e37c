// How the service ends: what waits for others all at once, for together they may take longer than there is time, and
// the rest in the opposite order of its beginning.

import type { Logger } from 'pino';
import { resolvesWithin } from '../runtime/bounded-wait.ts';

type End = () => Promise<unknown> | unknown;

/** Others have so long to answer; then the calls under way are ended, and what hung on them has this long. */
const TALK_MILLIS_MAX = 4_000;
const UNWIND_MILLIS_MAX = 2_000;

export class Shutdown {
  /** What ends one after the other, in the order in which it was begun. */
  readonly ends: End[] = [];
  /** What waits for others to answer. */
  readonly talks: End[] = [];
  private hangUp: End | undefined;

  /** `end` ends all calls under way; at its place in the order, or before where they hang. */
  calls(end: () => Promise<void>): void {
    let done: Promise<void> | undefined;
    this.hangUp = () => {
      done ??= end();
      return done;
    };
    this.ends.push(this.hangUp);
  }

  async run(logger: Logger): Promise<void> {
    const endPart = async (end: End) => {
      try {
        await end();
      } catch (error) {
        logger.error({ err: error }, 'a part did not end as it should');
      }
    };
    let isOver = false;
    const over = Promise.all(this.talks.splice(0).map(endPart)).then(() => {
      isOver = true;
    });
    await resolvesWithin(over, TALK_MILLIS_MAX);
    // Who waits for an answer that hangs on such a call is still given one: that it failed.
    if (!isOver && this.hangUp !== undefined) await endPart(this.hangUp);
    await resolvesWithin(over, UNWIND_MILLIS_MAX);
    for (let end = this.ends.pop(); end !== undefined; end = this.ends.pop()) await endPart(end);
  }
}
