// Evaluates the alerts again and again. Reading the vitals is expensive, so it gets only a small part of the time.

import type { Logger } from 'pino';
import { type Clock, SYSTEM_CLOCK } from '../../runtime/clock.ts';
import type { Alerts } from './alerts.ts';
import type { Vitals } from './vitals.ts';

export interface AlertMonitorOptions {
  readonly alerts: Pick<Alerts, 'evaluate'>;
  readonly vitals: () => Promise<Vitals>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const EVERY_MILLIS = 30_000;
/** The pause lasts this many times as long as the last round took, in real time. */
const REST_SHARE = 20;
const REST_MILLIS_MAX = 60_000;

export class AlertMonitor {
  private readonly options: AlertMonitorOptions;
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: AlertMonitorOptions) {
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
        logger.error({ err: error }, 'the alerts could not be evaluated');
      }
      const rest = Math.min(REST_SHARE * (performance.now() - began), REST_MILLIS_MAX);
      await Promise.all([clock.sleep(EVERY_MILLIS, signal), SYSTEM_CLOCK.sleep(rest, signal)]);
    }
  }
}
