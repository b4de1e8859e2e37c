// Reads a file as plain rows where they are, and all of it as texts, for tests that hold the two against each other.
import type { Reject } from '../../src/domain/errors.ts';
import { readFile } from '../../src/producers/files/import-file.ts';
import type { Mapping } from '../../src/producers/files/mapping.ts';
import type { FileContext, FileKind, Format } from '../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../src/producers/formats/formats.ts';
import { IMPORT_ID, RECEIVED_AT, withFile } from './import-helpers.ts';

export interface PlainOptions
  extends Partial<Pick<FileContext, 'provider' | 'account' | 'reservations' | 'returnSeries'>> {
  readonly mapping?: Mapping | undefined;
  readonly chunkBytes?: number;
  readonly statedAt?: number | null;
}

/** All that a reading gives, in its order. */
interface Told {
  readonly values: readonly string[];
  readonly rejects: readonly Reject[];
  readonly leftOut: readonly string[];
  readonly result: unknown;
}

export interface BothReadings {
  readonly plain: Told;
  readonly texts: Told;
  /** How many rows were taken as plain. */
  readonly taken: number;
}

export function readBoth(kind: FileKind, content: string | Buffer, options: PlainOptions = {}): Promise<BothReadings> {
  return withFile(content, async (path) => {
    const { openPlain, ...format } = CANONICAL_FORMATS[kind];
    let taken = 0;
    const counting: Format = {
      ...format,
      openPlain: (...about) => {
        const read = openPlain?.(...about);
        if (read === undefined) return undefined;
        return (row, line) => {
          const isTaken = read(row, line);
          if (isTaken) taken++;
          return isTaken;
        };
      },
    };
    const plain = await tell(path, kind, counting, options);
    return { plain, texts: await tell(path, kind, format, options), taken };
  });
}

async function tell(path: string, kind: FileKind, format: Format, options: PlainOptions): Promise<Told> {
  const values: string[] = [];
  const rejects: Reject[] = [];
  const leftOut: string[] = [];
  const context = { provider: 'mfs-africa', account: null, importId: IMPORT_ID, receivedAt: RECEIVED_AT };
  const pseudonym = (text: string) => `hash(${text})`;
  const job = { ...context, path, kind, format, partitions: 4, statedAt: RECEIVED_AT, pseudonym, ...options };
  const result = await readFile(job, {
    append: ({ topic, partition, count, payload }) => {
      values.push(`${topic}/${partition} ${count} ${Buffer.from(payload).toString('latin1')}`);
    },
    reject: (reject) => rejects.push(reject),
    leftOut: (line, id) => leftOut.push(`${line} ${id}`),
  }).catch((error: Error) => error.message);
  return { values, rejects, leftOut, result };
}
