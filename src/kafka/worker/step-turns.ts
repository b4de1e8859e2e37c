// Who of a worker's tasks may make a block now. While many facts are to come, a block and what is written for it take
// several times the bytes of its facts, from the step to the end of its commit: one may be computed while another is
// written, but all tasks at once would hold a large part of the topics.

/** The facts of blocks under way in a worker, in bytes. */
const UNDER_WAY_BYTES_MAX = 20 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  begin(): void;
}

export class StepTurns {
  private readonly bytesMax: number;
  private underWay = 0;
  private readonly waiting: Waiting[] = [];

  constructor(bytesMax = UNDER_WAY_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  /** Resolves when a block of about these bytes may be made, with the call that ends the turn. */
  async take(bytes: number): Promise<() => void> {
    if (this.waiting.length > 0 || !this.hasRoom(bytes)) {
      await new Promise<void>((begin) => this.waiting.push({ bytes, begin }));
    } else {
      this.underWay += bytes;
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.underWay -= bytes;
      this.beginNext();
    };
  }

  private beginNext(): void {
    for (let next = this.waiting[0]; next !== undefined && this.hasRoom(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.underWay += next.bytes;
      next.begin();
    }
  }

  /** A block that is too large for the rest goes alone. */
  private hasRoom(bytes: number): boolean {
    return this.underWay === 0 || this.underWay + bytes <= this.bytesMax;
  }
}
