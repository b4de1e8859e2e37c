// Handoffs as bytes, see schemas/fact.avsc. The most common one, by which a reference names an id, is recognised
// without decoding it.

import { ByteReader, type ByteWriter } from '../domain/bytes.ts';
import { HANDOFF_WORDS, type Handoff, handoffId } from '../domain/handoff.ts';

const CLAIMS = HANDOFF_WORDS.indexOf('claims');

export function writeHandoff(writer: ByteWriter, { word, from, content }: Handoff): void {
  writer.long(HANDOFF_WORDS.indexOf(word));
  writer.string(from);
  writer.optionalString(content);
}

export function readHandoff(reader: ByteReader): Handoff {
  const index = reader.long();
  const word = HANDOFF_WORDS[index];
  if (word === undefined) throw new RangeError(`the schema has no word number ${index}`);
  return { type: 'Handoff', word, from: reader.string(), content: reader.optionalString() };
}

/** The bytes of the reference in a claim that only names an id; undefined for any other claim. */
export function plainClaimant(buffer: Buffer, claimFrom: number, end: number): Buffer | undefined {
  const reader = new ByteReader(buffer, claimFrom, end);
  reader.skipString();
  reader.skipString();
  reader.skipString();
  reader.optionalLong();
  reader.boolean();
  if (reader.long() !== HANDOFF_BRANCH || reader.long() !== CLAIMS) return undefined;
  const size = reader.long();
  const from = reader.at;
  reader.at = from + size;
  return reader.optionalString() === '' ? buffer.subarray(from, from + size) : undefined;
}

/** The branch of the union `body` in the schema. */
export const HANDOFF_BRANCH = 3;

/**
 * The value by which a reference names an identity and says nothing else, written at once: nearly every payment has
 * one. The bytes are those of the same handoff as a fact.
 */
export function writePlainClaim(writer: ByteWriter, identity: string, reference: string): void {
  writer.string(identity);
  // Received at no time, from nowhere, without a report or a line.
  writer.long(0);
  writer.string('');
  writer.optionalString(null);
  writer.optionalString(null);
  writer.string(handoffId('claims', reference, ''));
  // Neither a provider nor a merchant, at no time, given by nobody.
  writer.string('');
  writer.string('');
  writer.optionalLong(null);
  writer.boolean(false);
  writer.long(HANDOFF_BRANCH);
  writer.long(CLAIMS);
  writer.string(reference);
  writer.optionalString('');
  // Of no account and no payout, stated at no time by no import.
  writer.optionalString(null);
  writer.optionalString(null);
  writer.optionalLong(null);
  writer.long(0);
}
