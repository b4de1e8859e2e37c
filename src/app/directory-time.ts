// The time of a command that goes on with a ledger: the machine's clock, unless it jumped since the ledger's directory
// last knew the time. A command that ends at once has no time to wait for others, so it asks the person.

import { HesabuError } from '../domain/errors.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import { knownTime, writeAnchor } from '../runtime/clock-anchor.ts';
import { MACHINE_TIME, type MachineTime } from '../runtime/machine-time.ts';

/** As the default of a service's `limits.clock_jump`. */
const JUMP_MILLIS = 60_000;

export interface DirectoryTimeOptions {
  /** Whether the person says that the machine's clock is right. */
  readonly clockConfirmed?: boolean;
  readonly machine?: MachineTime;
}

export class DirectoryTime {
  private readonly dir: string;
  private readonly machine: MachineTime;
  private readonly known: Instant | null;

  constructor(dir: string, { clockConfirmed = false, machine = MACHINE_TIME }: DirectoryTimeOptions = {}) {
    this.dir = dir;
    this.machine = machine;
    this.known = clockConfirmed ? null : knownTime(dir, machine, JUMP_MILLIS);
  }

  /** The machine's time. Throws HESABU_CLOCK_JUMPED. */
  now(): Instant {
    if (this.known === null) return this.machine.wall();
    throw new HesabuError('HESABU_CLOCK_JUMPED', {
      where: "the machine's clock",
      expected: `about ${formatInstant(this.known)}`,
      found: formatInstant(this.machine.wall()),
    });
  }

  /**
   * Stores the time for the next command, if it is known. `said` is a time that a person gave to go back to: a later
   * one that the directory knew is wrong, and a service must not begin with it.
   */
  store(said?: Instant): void {
    if (this.known === null) writeAnchor(this.dir, this.machine, this.machine.wall());
    else if (said !== undefined && said < this.known) writeAnchor(this.dir, this.machine, said);
  }
}
