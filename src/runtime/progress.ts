// The port through which long work reports its progress. The command line shows it; other callers are silent.

export interface Progress {
  /** Starts a piece of work; `total` in `unit`, or null if it is not known. Ends the previous piece. */
  start(task: string, total: number | null, unit: string): void;
  /** The amount done so far, counted from the start of the piece. */
  update(done: number): void;
  /** Ends the last piece, so that the next output begins on a line of its own. */
  stop(): void;
}

export const SILENT: Progress = { start() {}, update() {}, stop() {} };
