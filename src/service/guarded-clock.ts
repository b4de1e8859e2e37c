// The guarded clock of a process that runs on: known again after a restart, watched, and told of in the log and the
// metrics.

import type { Logger } from 'pino';
import type { Instant } from '../domain/time.ts';
import { hasAnchor, knownTime, STOOD_STILL_MILLIS_MAX, writeAnchor } from '../runtime/clock-anchor.ts';
import { type ClockChange, ClockGuard } from '../runtime/clock-guard.ts';
import type { MachineTime } from '../runtime/machine-time.ts';
import type { Meter } from '../runtime/meter.ts';

export interface GuardedClockOptions {
  readonly dir: string;
  readonly machine: MachineTime;
  readonly jumpMillis: () => number;
  /** Whether a person says that the machine's clock is right. */
  readonly isConfirmed: boolean;
  /** See ClockGuardOptions. */
  readonly contradictingMin?: number;
  readonly meter: Meter;
  readonly logger: Logger;
}

const LOOK_MILLIS = 1_000;
/** Every how many looks the time is stored, and others are asked. */
const LOOKS_EACH = 10;

const TEXTS: Readonly<Record<ClockChange, string>> = {
  held: "the machine's clock jumped: deadlines are held back until it is right again or others confirm it",
  returned: "the machine's clock is right again",
  confirmed: "others confirmed the machine's clock: time follows it again",
};

export class GuardedClock extends ClockGuard {
  private readonly guarded: GuardedClockOptions;
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;
  private heldLooks = 0;
  /** The last jump since `takeJump`; 0 if there was none. */
  private jumped = 0;

  constructor(options: GuardedClockOptions) {
    const { dir, machine, jumpMillis, isConfirmed, contradictingMin, logger, meter } = options;
    super({
      machine,
      jumpMillis,
      ...(contradictingMin === undefined ? {} : { contradictingMin }),
      known: isConfirmed ? null : knownTime(dir, machine, jumpMillis()),
      onChange: (change, { aheadMillis }) => {
        const about = { ahead_seconds: Math.round(aheadMillis / 1000) };
        if (change === 'held') {
          this.jumped = aheadMillis;
          meter.add('hesabu_clock_jumps_total');
          logger.error(about, TEXTS.held);
        } else logger.warn(about, TEXTS[change]);
      },
    });
    this.guarded = options;
  }

  /** Begins to watch; `askOthers` is called while the guard holds. `ledgerTime` is 0 for a new ledger. */
  start(ledgerTime: Instant, askOthers: () => Promise<void>): void {
    const { dir, isConfirmed } = this.guarded;
    const stoodStill = this.now() - ledgerTime;
    const isNew = ledgerTime === 0 || hasAnchor(dir) || isConfirmed;
    if (!isNew && stoodStill > STOOD_STILL_MILLIS_MAX) this.goOnFrom(ledgerTime);
    this.look(askOthers);
    this.timer = setInterval(() => this.look(askOthers), LOOK_MILLIS);
  }

  stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    writeAnchor(this.guarded.dir, this.guarded.machine, this.now());
  }

  /** By how much the clock jumped, if the guard holds or has held since the last call, however shortly; otherwise 0. */
  takeJump(): number {
    const { isHeld, aheadMillis } = this.state;
    const jump = isHeld ? aheadMillis : this.jumped;
    this.jumped = 0;
    return Math.abs(jump);
  }

  private look(askOthers: () => Promise<void>): void {
    const { dir, machine, meter, logger } = this.guarded;
    const { isHeld, aheadMillis } = this.state;
    meter.set('hesabu_clock_held', {}, isHeld ? 1 : 0);
    meter.set('hesabu_clock_ahead_seconds', {}, aheadMillis / 1000);
    if (this.looks++ % LOOKS_EACH === 0) writeAnchor(dir, machine, this.now());
    this.heldLooks = isHeld ? this.heldLooks + 1 : 0;
    if (this.heldLooks % LOOKS_EACH === 1)
      askOthers().catch((error: unknown) => logger.warn({ err: error }, 'others could not be asked the time'));
  }
}
