// Looks at the vitals again and again. Learning them costs something, so it gets a small part of the time at most.

import type { Logger } from 'pino';
import { type Clock, SYSTEM_CLOCK } from '../../runtime/clock.ts';
import type { Alerts } from './alerts.ts';
import type { Vitals } from './vitals.ts';

export interface WatchOptions {
  readonly alerts: Pick<Alerts, 'evaluate'>;
  readonly vitals: () => Promise<Vitals>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const EVERY_MILLIS = 30_000;
/** The machine rests so many times as long as a look took, whatever the clock says. */
const REST_SHARE = 20;
const REST_MILLIS_MAX = 60_000;

export class Watch {
  private readonly options: WatchOptions;
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: WatchOptions) {
    this.options = options;
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { alerts, vitals, clock, logger } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        alerts.evaluate(await vitals());
      } catch (error) {
        logger.error({ err: error }, 'what is watched could not be looked at');
      }
      const rest = Math.min(REST_SHARE * (performance.now() - began), REST_MILLIS_MAX);
      await Promise.all([clock.sleep(EVERY_MILLIS, signal), SYSTEM_CLOCK.sleep(rest, signal)]);
    }
  }
}
