// Progress of long work on stderr: a bar on a terminal, otherwise a line now and then, or nothing.

import { SingleBar } from 'cli-progress';
import { grouped } from '../../app/reports/table.ts';
import type { Progress } from '../../runtime/progress.ts';

const LINE_EVERY_MS = 5_000;

interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  /** Milliseconds of a monotonic clock; used only to space the lines. */
  readonly now?: () => number;
}

/** A bar on a terminal, otherwise a line at most every five seconds; short work prints no line. */
export function makeProgress({ stream, now = () => performance.now() }: ProgressOptions): Progress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream, now);
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  let bar: SingleBar | null = null;
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    start(task, total, unit) {
      stop();
      const format = total === null ? '{task}  {shown} {unit}' : '{task}  {bar} {percentage}%  {shown} {unit}';
      bar = new SingleBar({
        format,
        stream,
        fps: 10,
        hideCursor: true,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 30,
      });
      bar.start(total ?? 0, 0, { task, unit, shown: '0' });
    },
    update: (done) => bar?.update(done, { shown: grouped(done) }),
    stop,
  };
}

function lineProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  let piece = { task: '', total: null as number | null, unit: '' };
  let printed_at = now();
  return {
    start(task, total, unit) {
      piece = { task, total, unit };
      printed_at = now();
    },
    update(done) {
      const at = now();
      if (at - printed_at < LINE_EVERY_MS) return;
      printed_at = at;
      const of = piece.total === null ? '' : ` / ${grouped(piece.total)}`;
      stream.write(`${piece.task}  ${grouped(done)}${of} ${piece.unit}\n`);
    },
    stop() {},
  };
}
