// A task as the bytes of a snapshot, and back.

import { ByteReader, ByteWriter } from '../domain/bytes.ts';
import { readHead, writeHead } from '../ledger/head.ts';
import type { ClaimSource } from './claims-ahead.ts';
import { IdentityTable } from './identity-table.ts';
import { alignedParts, PartReader } from './part-reader.ts';
import { restoredTable } from './state-table.ts';
import { ReconciliationTask } from './task.ts';

/** The format of a snapshot's bytes; one of another format is ignored. */
const SNAPSHOT_FORMAT = 8;

export function snapshotParts({ head, table, identities }: ReconciliationTask): Uint8Array[] {
  const writer = new ByteWriter();
  writer.long(SNAPSHOT_FORMAT);
  writeHead(writer, head);
  return [...alignedParts([writer.take(), ...table.parts(), ...identities.parts()])];
}

/**
 * The task of a snapshot whose bytes begin at `from`; undefined if they have another format. The bytes are the task's
 * own from now on. Throws a RangeError where they need a source of claims.
 */
export function taskFromSnapshot(content: Buffer, from = 0, source?: ClaimSource): ReconciliationTask | undefined {
  const reader = new ByteReader(content, from);
  if (reader.long() !== SNAPSHOT_FORMAT) return undefined;
  const head = readHead(reader);
  const parts = new PartReader(content, from);
  parts.bytes(reader.at - from);
  return new ReconciliationTask(head, restoredTable(parts, source), IdentityTable.fromParts(parts));
}
