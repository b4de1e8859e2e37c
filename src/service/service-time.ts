// The time of a service: the machine's clock with a guard, or another clock for trials; and what others say the time
// is.

import type { Logger } from 'pino';
import type { Fact } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import { isUnsigned } from '../matching/evidence.ts';
import type { OutgoingClient } from '../outbound/client/client.ts';
import type { FactSink } from '../producers/fact-sink.ts';
import { type Clock, fastClock } from '../runtime/clock.ts';
import { MACHINE_TIME, type MachineTime } from '../runtime/machine-time.ts';
import type { Meter } from '../runtime/meter.ts';
import type { Config } from './config/config.ts';
import { GuardedClock } from './guarded-clock.ts';

export interface ServiceTimeOptions {
  /** If absent, the configured clock, or the machine's with a guard. */
  readonly clock?: Clock;
  /** The machine whose clock is guarded. */
  readonly machine?: MachineTime;
  /** Whether a person says that the machine's clock is right. */
  readonly clockConfirmed?: boolean;
  readonly logger: Logger;
}

const ASK_MILLIS_MAX = 5_000;
const ASK_BYTES_MAX = 64 * 1024;
/** From this on a ledger's time is ahead of the clock, and not just of a small correction. */
const LEDGER_AHEAD_MILLIS = 60_000;

export class ServiceTime {
  readonly clock: Clock;
  /** Undefined if the clock is not the machine's. */
  private readonly guard: GuardedClock | undefined;
  private readonly config: () => Config;

  constructor(config: () => Config, options: ServiceTimeOptions, meter: Meter) {
    const { machine = MACHINE_TIME, clockConfirmed: isConfirmed = false, logger } = options;
    const other = options.clock ?? fastClockOf(config());
    const jumpMillis = () => config().limits.clock_jump;
    const guarding = { dir: config().data, machine, jumpMillis, isConfirmed, meter, logger };
    this.config = config;
    this.guard = other === undefined ? new GuardedClock(guarding) : undefined;
    this.clock = other ?? this.guard!;
  }

  /** Begins to watch the clock. `ledgerTime` is 0 for a new ledger. */
  start(ledgerTime: Instant, client: OutgoingClient): void {
    this.guard?.start(ledgerTime, () => this.ask(client));
  }

  stop(): void {
    this.guard?.stop();
  }

  /** For answers of others, which carry the time. */
  readonly onDate = (source: string, time: Instant): void => this.guard?.hear(source, time);

  /** The machine's own clock, whether it is believed or not. */
  readonly machineTime = (): Instant => (this.guard === undefined ? this.clock.now() : this.guard.wall());

  /** See ClockGuard. */
  readonly deadlineTime = (): Instant => this.guard?.deadlineTime() ?? this.clock.now();

  /** The same sink: the times within its facts say what time it was when they were made. */
  heard(sink: FactSink): FactSink {
    return {
      append: (facts) => {
        for (const fact of facts) {
          const { provider, occurred_at } = fact;
          if (occurred_at !== null && isOfItsSource(fact)) this.guard?.hearEarlier(provider, occurred_at);
        }
        return sink.append(facts);
      },
    };
  }

  /** See GuardedClock. */
  takeJump(): number {
    return this.guard?.takeJump() ?? 0;
  }

  /** What /readyz notes: requests are taken, and deadlines are not as they should be. */
  notes(ledgerTime: Instant): string[] {
    const notes: string[] = [];
    if (this.guard?.state.isHeld === true) notes.push("the machine's clock jumped: deadlines are held back");
    if (ledgerTime - this.clock.now() > LEDGER_AHEAD_MILLIS) notes.push("the ledger's time is ahead of the clock");
    return notes;
  }

  /** Any answer carries the time: of a provider, or of a host that gets messages. */
  private async ask(client: OutgoingClient): Promise<void> {
    const { accounts, notify } = this.config();
    const asked = [
      ...accounts.map(({ provider, account, base_url: url }) => ({ account: `${provider}/${account}`, url })),
      ...notify.map(({ url }) => ({ account: '', url })),
    ].flatMap(({ account, url }) => (url === undefined ? [] : [{ account, url: new URL('/', url).href }]));
    const limits = { bytesMax: ASK_BYTES_MAX, timeoutMillis: ASK_MILLIS_MAX };
    await Promise.allSettled(
      asked.map((one) => client.call({ ...one, ...limits, method: 'GET', headers: {}, names: [] })),
    );
  }
}

function fastClockOf({ clock }: Config): Clock | undefined {
  if (clock === undefined) return undefined;
  // The clock runs fast from that instant on: after a restart it continues, and the sandbox shows the same time.
  return fastClock(Date.parse(clock.from), clock.speed, Date.parse(clock.from));
}

/** Not where our own clock told when it was read, and not where anybody may have said it. */
function isOfItsSource(fact: Fact): boolean {
  return fact.occurred_at !== fact.received_at && !isUnsigned(fact);
}
