// Work that a service does one piece at a time, because each takes a core or much memory: others wait for their turn,
// and are refused where too many do.

import { HesabuError } from '../domain/errors.ts';

export class InTurn {
  private readonly where: string;
  private readonly waitingMax: number;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** `where` says of what there was too much: more than `waitingMax`, the one that has its turn included. */
  constructor(where: string, waitingMax: number) {
    this.where = where;
    this.waitingMax = waitingMax;
  }

  /** Throws HESABU_OVERLOADED, and what the work throws. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.waiting >= this.waitingMax) throw new HesabuError('HESABU_OVERLOADED', { where: this.where });
    this.waiting++;
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.waiting--;
    }
  }
}
