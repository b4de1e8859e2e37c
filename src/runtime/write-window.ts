// Lets some writes be under way while the work that makes the next ones goes on, and no more than some.

export class WriteWindow {
  private readonly most: number;
  private readonly underWay: Promise<void>[] = [];

  constructor(most: number) {
    this.most = most;
  }

  /** Takes a write; resolves when there is room for the next. Rejects when a write failed, and so does `drain`. */
  async add(write: Promise<void>): Promise<void> {
    this.hold(write);
    while (this.underWay.length > this.most) await this.underWay.shift();
  }

  /** Takes a write of somebody who cannot wait now, and will `drain`. */
  hold(write: Promise<void>): void {
    // Until somebody awaits it, its failure is nobody's.
    write.catch(() => {});
    this.underWay.push(write);
  }

  /** Resolves when every write is done. */
  async drain(): Promise<void> {
    while (this.underWay.length > 0) await this.underWay.shift();
  }
}
