// The MirrorStore port: streams of events that are appended to where they are as long as whoever appends believes.

import { HesabuError } from '../../domain/errors.ts';

export interface MirrorEvent {
  /** A UUID: the same event has the same, whenever it is made. */
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
   * Appends all events or none behind the event at `revision`, -1n for a stream that is not there yet, and resolves
   * when they are durable. Where just these events stand behind it already, nothing is appended. Throws a
   * RevisionConflict where anything else does, and HESABU_MIRROR_UNREACHABLE.
   */
  append(stream: string, revision: bigint, events: readonly MirrorEvent[]): Promise<void>;
  /** The last event of a stream; undefined where there is none. Throws HESABU_MIRROR_UNREACHABLE. */
  last(stream: string): Promise<LastEvent | undefined>;
  /** Where the mirror of a ledger stands, as `savePlace` was given it last; undefined at first. */
  loadPlace(name: string): Promise<string | undefined>;
  savePlace(name: string, place: string): Promise<void>;
  close(): Promise<void>;
}

/** The stream ends elsewhere. */
export class RevisionConflict extends Error {}

export function unreachable(error: Error): HesabuError {
  return new HesabuError('HESABU_MIRROR_UNREACHABLE', { where: '--kurrentdb', found: error.message }, error);
}
