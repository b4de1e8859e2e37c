// Reads one file by executors: as a whole by one of them, or, where it is large and can be cut, in parts by all.

import type { FilePart } from '../producers/files/file-parts.ts';
import type { PassResult } from '../producers/files/file-pass.ts';
import type { ImportResult } from '../producers/files/import-file.ts';
import { joinParts } from '../producers/files/part-reader.ts';
import type { Executor, FileJob, Sink } from './executors/executor.ts';
import type { PartQueue } from './part-queue.ts';

export interface FileReading {
  /** Resolves when the file was cut or could not be, and its executor is free for the parts that wait. */
  readonly cut: Promise<void>;
  /** Resolves when all of the file was read, or rejects when nothing of it is read any more. */
  readonly result: Promise<ImportResult>;
}

/** Reads a file that may be cut. Its facts and rejects come in the order of its lines. */
export function readInParts(executor: Executor, job: FileJob, sink: Sink, parts: PartQueue<Executor>): FileReading {
  const cut = Promise.withResolvers<void>();
  const reading = new PartsReading(job, sink, parts);
  parts.begin();
  const whole = executor.readFile(
    { ...job, mayCut: true },
    {
      ...sink,
      part: (part) => {
        if (part !== null) return reading.add(part);
        cut.resolve();
        return Promise.resolve();
      },
    },
  );
  // Others may wait for those parts too: if no executor read them, none would ever be free.
  whole.catch(() => cut.resolve());
  return { cut: cut.promise, result: reading.join(whole).finally(() => parts.end()) };
}

/** The parts of one file. */
class PartsReading {
  private readonly job: FileJob;
  private readonly sink: Sink;
  private readonly parts: PartQueue<Executor>;
  private readonly results: Promise<PassResult>[] = [];
  private readonly bytes: number[] = [];
  /** Resolves when all parts so far were read, or were not and never will be. */
  private ended: Promise<unknown> = Promise.resolve();
  private hasFailed = false;

  constructor(job: FileJob, sink: Sink, parts: PartQueue<Executor>) {
    this.job = job;
    this.sink = sink;
    this.parts = parts;
  }

  /** Resolves when the part was read. */
  async add(part: FilePart): Promise<void> {
    const index = this.results.length;
    const before = this.ended;
    const { promise, resolve, reject } = Promise.withResolvers<PassResult>();
    this.ended = Promise.allSettled([before, promise]);
    this.results.push(promise);
    this.parts.add(async (reader) => {
      // After a fault nothing of the file counts.
      if (this.hasFailed) return reject(new Error('another part of the file was not read'));
      await reader.readFile({ ...this.job, part }, this.sinkOf(index, before)).then(resolve, (error) => {
        this.hasFailed = true;
        reject(error);
      });
    });
    await promise;
  }

  /** The result of the file, once no part of it is read any more. */
  async join(whole: Promise<ImportResult>): Promise<ImportResult> {
    try {
      const result = await whole;
      return this.results.length === 0 ? result : joinParts(result, await Promise.all(this.results));
    } catch (error) {
      this.hasFailed = true;
      await this.ended;
      throw error;
    }
  }

  /**
   * A part waits for those before it, which were begun before it: the log is the same as after one thread. What it
   * reads meanwhile is no more than the writes that an executor may have on their way.
   */
  private sinkOf(index: number, before: Promise<unknown>): Sink {
    const { sink, bytes } = this;
    return {
      append: async (batch) => {
        await before;
        await sink.append(batch);
      },
      rejects: async (rejects) => {
        await before;
        await sink.rejects(rejects);
      },
      progress: (read) => {
        bytes[index] = read;
        sink.progress(bytes.reduce((sum, one) => sum + one, 0));
      },
    };
  }
}
