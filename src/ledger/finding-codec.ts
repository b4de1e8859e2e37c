// A finding's canonical Avro bytes: part of an entry, and of a stored assessment.

import type { Finding } from '../domain/assessment.ts';
import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import { ENTRY_KINDS, type EntryKind, REASONS, type ReasonCode, STAGES } from '../domain/reasons.ts';

export function writeFinding(writer: ByteWriter, finding: Finding): void {
  writer.long(ENTRY_KINDS.indexOf(finding.kind));
  writer.long(STAGES.indexOf(finding.stage));
  writer.optionalString(finding.reason);
  writer.string(finding.subject);
  writer.optionalString(finding.expected);
  writer.optionalString(finding.observed);
  writer.optionalString(finding.difference);
  writer.optionalString(finding.currency);
  writer.optionalLong(finding.opened_at);
}

/** Throws a RangeError if the bytes end too early or hold a value that no finding can have. */
export function readFinding(reader: ByteReader): Finding {
  const kind = readKind(reader);
  const stage = wordAt(STAGES, reader.long());
  const reason = reader.optionalString();
  if (reason !== null && !isReason(reason)) throw new RangeError('a finding has an unknown reason');
  const subject = reader.string();
  const expected = reader.optionalString();
  const observed = reader.optionalString();
  const difference = reader.optionalString();
  const currency = reader.optionalString();
  const opened_at = reader.optionalLong();
  return { stage, kind, reason, subject, expected, observed, difference, currency, opened_at };
}

export function readKind(reader: ByteReader): EntryKind {
  return wordAt(ENTRY_KINDS, reader.long());
}

function isReason(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text);
}

function wordAt<T>(words: readonly T[], index: number): T {
  const word = words[index];
  if (word === undefined) throw new RangeError('a finding has an unknown kind or stage');
  return word;
}
