// How far long work has come: the port through which it is told. The command line shows it, others are silent.

export interface Progress {
  /** A new piece of work; `total` in `unit`, or null where it is not known. Ends the piece before it. */
  start(task: string, total: number | null, unit: string): void;
  /** How much of the piece is done by now, counted from its start. */
  update(done: number): void;
  /** Ends the last piece, so that what is printed next begins on a line of its own. */
  stop(): void;
}

export const SILENT: Progress = { start() {}, update() {}, stop() {} };
