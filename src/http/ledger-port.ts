// What the HTTP side asks of the ledger, one port a purpose. The composition root gives them.

import type { Reject } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import type { Rules } from '../matching/rules.ts';
import type { FactSink } from '../producers/fact-sink.ts';
import type { FileKind } from '../producers/formats/format.ts';
import type { EntryPage } from '../projections/entry-feed.ts';
import type { ImportRecord } from '../projections/imports.ts';
import type { KeyClaims } from '../projections/lookup.ts';
import type { Overview } from '../task/overview.ts';

export interface TakenFile {
  readonly record: ImportRecord;
  /** Why the file could not be read as a whole. */
  readonly fault: Error | null;
}

/** Told of each row that could not be taken, as it is read. */
export type OnReject = (reject: Reject, importId: number) => void;

/** Where keys stand. All is as of the ledger's last block. */
export interface KeyPort {
  /** The time of the ledger's last block. */
  readonly asOf: Instant;
  /** The keys with this name: a reference, or any id that one of its claims goes by. */
  find(name: string): Promise<readonly KeyClaims[]>;
  /** The key with this very reference: quick, also where there is none. */
  findKey(reference: string): Promise<KeyClaims | undefined>;
  overview(): Promise<Overview>;
}

/** The ledger's entries in their order. */
export interface EntryPort {
  /** At most `limit` entries after a cursor, null for the first. Throws HESABU_CURSOR_INVALID. */
  entriesAfter(cursor: string | null, limit: number): EntryPage;
  /** The cursor after the last entry there is. */
  readonly end: string;
  /** Resolves when blocks were committed after the call, or when the signal aborts. */
  nextBlock(signal?: AbortSignal): Promise<void>;
}

export interface ProofPort {
  /** The signed heads of the ledger as it stands, one note a partition that has a block. */
  checkpoints(): Promise<readonly string[]>;
  /** The files of a proof, by name, with the entry's bytes and the key. Throws HESABU_NOT_FOUND. */
  prove(entryId: string): Promise<Readonly<Record<string, string | Buffer>>>;
}

export interface WritePort extends FactSink {
  /** Takes a file into the log and reconciles it. `name` is what rejects and the list of imports call it. */
  importFile(path: string, kind: FileKind, provider: string, name: string, onReject: OnReject): Promise<TakenFile>;
}

export interface LoopPort {
  /** The rules in force. */
  readonly rules: Rules;
  /** Reconciles everything that was appended before the call, and resolves when its blocks are on the disk. */
  catchUp(): Promise<void>;
}

/** All of them. What needs few of them asks for these, so that a test need not give more. */
export interface LedgerPort {
  readonly reader: KeyPort & EntryPort & ProofPort;
  readonly writer: WritePort;
  readonly loop: LoopPort;
}
