// Whether a webhook would be taken now. Webhooks and /readyz ask this one place, so readiness says what happens.

import { HesabuError } from '../domain/errors.ts';

interface Storage {
  /** Why nothing can be stored now. */
  readonly fault: HesabuError | null;
}

export class Admission {
  private readonly waitingMax: () => number;
  private readonly storage: Storage;
  private waiting = 0;

  /** `waitingMax` webhooks may wait for the disk at once. */
  constructor(waitingMax: () => number, storage: Storage) {
    this.waitingMax = waitingMax;
    this.storage = storage;
  }

  /** Why a webhook is refused now, from any sender: HESABU_OVERLOADED, or the fault of the storage. */
  refusal(where: string): HesabuError | null {
    const { fault } = this.storage;
    if (fault !== null) return fault;
    if (this.waiting < this.waitingMax()) return null;
    return new HesabuError('HESABU_OVERLOADED', { where });
  }

  /** Takes a place until `leave`. Throws the refusal. */
  enter(where: string): void {
    const refusal = this.refusal(where);
    if (refusal !== null) throw refusal;
    this.waiting++;
  }

  leave(): void {
    this.waiting--;
  }
}
