// The MirrorStore port: streams of events, appended to with an expected revision.

import { HesabuError } from '../../domain/errors.ts';

export interface MirrorEvent {
  /** A UUID: the same event always has the same one. */
  readonly id: string;
  readonly type: string;
  /** As JSON; `version` counts the events about a payment. */
  readonly data: object & { readonly version: number };
}

export interface LastEvent {
  readonly id: string;
  readonly version: number;
  /** Counts the events of the stream from 0. */
  readonly revision: bigint;
}

export interface MirrorStore {
  /**
   * Appends all events or none after the event at `revision`, -1n for a new stream, and resolves when they are
   * durable. If exactly these events are already there, nothing is appended. Throws a RevisionConflict if other events
   * are there, and HESABU_MIRROR_UNREACHABLE.
   */
  append(stream: string, revision: bigint, events: readonly MirrorEvent[]): Promise<void>;
  /** The last event of a stream; undefined if there is none. Throws HESABU_MIRROR_UNREACHABLE. */
  last(stream: string): Promise<LastEvent | undefined>;
  /** The position of a mirror as last saved; undefined at first. */
  loadPosition(name: string): Promise<string | undefined>;
  savePosition(name: string, place: string): Promise<void>;
  close(): Promise<void>;
}

/** The stream ends at another revision. */
export class RevisionConflict extends Error {}

export function unreachable(error: Error): HesabuError {
  return new HesabuError('HESABU_MIRROR_UNREACHABLE', { where: '--kurrentdb', found: error.message }, error);
}
