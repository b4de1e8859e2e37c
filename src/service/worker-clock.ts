// The clock of a worker: guarded, and compared with that of the schema registry, before the first block and then every
// few seconds.

import type { Logger } from 'pino';
import type { KafkaSettings } from '../kafka/client/settings.ts';
import { registryTime } from '../kafka/topics/registry.ts';
import { makeDirectory } from '../runtime/directories.ts';
import { MACHINE_TIME } from '../runtime/machine-time.ts';
import type { Meter } from '../runtime/meter.ts';
import { GuardedClock } from './guarded-clock.ts';

export interface WorkerClockOptions {
  readonly dir: string;
  /** Whether a person says that the machine's clock is right. */
  readonly isConfirmed: boolean;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** As in a service by default. */
const JUMP_MILLIS = 60_000;
const ASK_MILLIS = 5_000;

/**
 * The registry's word is enough against the machine's clock, unless a person says that the clock is right. It is not
 * enough for a jump: a registry on the same machine jumps with it.
 */
export class WorkerClock extends GuardedClock {
  private readonly settings: Pick<KafkaSettings, 'registry'>;
  private readonly logger: Logger;
  private asking: NodeJS.Timeout | undefined;

  constructor(settings: Pick<KafkaSettings, 'registry'>, { dir, ...options }: WorkerClockOptions) {
    makeDirectory(dir);
    const contradictingMin = options.isConfirmed ? 2 : 1;
    super({ dir, machine: MACHINE_TIME, jumpMillis: () => JUMP_MILLIS, contradictingMin, ...options });
    this.settings = settings;
    this.logger = options.logger;
  }

  /** Throws HESABU_REGISTRY_UNREACHABLE. */
  async ask(): Promise<void> {
    const time = await registryTime(this.settings);
    if (time !== null) this.hear('registry', time);
  }

  watch(): void {
    this.start(0, async () => {});
    this.asking = setInterval(() => {
      this.ask().catch((error: unknown) =>
        this.logger.debug({ err: error }, 'the registry could not be asked the time'),
      );
    }, ASK_MILLIS);
  }

  override stop(): void {
    clearInterval(this.asking);
    super.stop();
  }
}
