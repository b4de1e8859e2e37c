// Asks gateways for the refunds that people proposed, once they hold: one after the other, each in the turn of its
// order. What is due lies in a table, so a crash or a restart goes on with it.

import type { Logger } from 'pino';
import type { RefundProposal, RefundWork } from '../refund-proposals.ts';
import { LOOK_MILLIS, RefundStep, type RefundStepParts } from './refund-step.ts';

/** How often what is due is looked for, in real time. */
const PACE_MILLIS = 1_000;

export interface RefundRunnerParts extends RefundStepParts {
  readonly logger: Logger;
}

export class RefundRunner implements RefundWork {
  private readonly parts: RefundRunnerParts;
  private readonly step: RefundStep;
  private readonly ended = new AbortController();
  private running: Promise<void> | null = null;
  private isWoken = false;
  private endPause: () => void = () => {};

  constructor(parts: RefundRunnerParts) {
    this.parts = parts;
    this.step = new RefundStep(parts);
  }

  /** Also at the start: what a crash interrupted goes on. */
  wake(id?: string): void {
    if (id !== undefined) this.parts.tables.refundProposals.set(id, { next_at: 0 });
    this.isWoken = true;
    this.endPause();
    if (this.running !== null || this.ended.signal.aborted) return;
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.isWoken) this.wake();
    });
  }

  /** Ends after the call that is under way; the rest is done after the next start. */
  async stop(): Promise<void> {
    this.ended.abort();
    this.endPause();
    await this.running;
  }

  /** Until nothing is left of which something may still come. */
  private async run(): Promise<void> {
    const { refundProposals } = this.parts.tables;
    while (!this.ended.signal.aborted) {
      this.isWoken = false;
      try {
        for (const proposal of refundProposals.due(this.parts.clock.now())) {
          if (this.ended.signal.aborted) return;
          await this.work(proposal);
        }
        if (!this.isWoken && !refundProposals.hasOpen) return;
      } catch (error) {
        this.parts.logger.error({ err: error }, 'proposed refunds could not be worked; they are tried again');
      }
      if (!this.isWoken) await this.pause();
    }
  }

  /** What stands in the way of one keeps the others waiting no longer. */
  private async work({ id, reference, state }: RefundProposal): Promise<void> {
    const { orderTurns, tables, clock, logger } = this.parts;
    try {
      await orderTurns.take(reference, () => this.step.work(id));
      const { state: now, code } = tables.refundProposals.get(id)!;
      if (now !== state) logger.info({ proposal: id, state: now, code }, 'a proposed refund');
    } catch (error) {
      logger.error({ err: error, proposal: id }, 'a proposed refund could not be worked; it is tried again');
      tables.refundProposals.set(id, { next_at: clock.now() + LOOK_MILLIS });
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.endPause(), PACE_MILLIS);
      this.endPause = () => {
        clearTimeout(timer);
        this.endPause = () => {};
        resolve();
      };
    });
  }
}
