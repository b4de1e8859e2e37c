// The messages between a log and the thread that commits for it. Messages lose the classes of errors and copy what
// they hold: the payloads of a group go over as one buffer, which moves.

import type { Append } from './event-log.ts';

export interface CommitterOptions {
  readonly dir: string;
  readonly partitions: number;
  readonly pagesMax: number | undefined;
  readonly checkpointBytes: number;
}

/** A batch without its payload, which is the next `bytes` of the group's. */
export interface SentRow extends Omit<Append, 'payload' | 'expectedEnd'> {
  readonly first: number;
  readonly bytes: number;
}

export interface SentGroup {
  readonly rows: readonly SentRow[];
  readonly payloads: Uint8Array;
}

export type ToCommitter = SentGroup | 'close';

/** A group is committed or is not, or a checkpoint after it failed. */
export type FromCommitter = 'committed' | { readonly failed: 'commit' | 'checkpoint'; readonly fault: StorageFault };

/** What storage-errors.ts looks at in an error. */
export interface StorageFault {
  readonly message: string;
  readonly code: unknown;
  readonly errcode: unknown;
}

export function faultOf(error: unknown): StorageFault {
  const { message, code, errcode } = error as Error & Partial<StorageFault>;
  return { message, code, errcode };
}

export function errorOf({ message, ...codes }: StorageFault): Error {
  return Object.assign(new Error(message), codes);
}
