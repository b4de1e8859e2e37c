// Handoffs as bytes, see schemas/fact.avsc. The most common one, by which a reference names an id, is recognised
// without decoding it.

import { ByteScan, type Span } from '../domain/byte-scan.ts';
import { writePart, writeText } from '../domain/byte-texts.ts';
import { type ByteReader, ByteWriter } from '../domain/bytes.ts';
import { HANDOFF_WORDS, type Handoff, handoffId } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';

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

const scan = new ByteScan();

/** Finds the reference in a claim that only names an id; false for any other claim. */
export function findPlainClaimant(bytes: Uint8Array, claimFrom: number, end: number, reference: Span): boolean {
  scan.begin(bytes, claimFrom);
  scan.skipText();
  scan.skipText();
  scan.skipText();
  if (scan.isPresent()) scan.skipLong();
  scan.byte();
  if (scan.long() !== HANDOFF_BRANCH || scan.long() !== CLAIMS) return false;
  scan.text(reference);
  // Its content is there, and empty.
  return scan.isPresent() && scan.long() === 0 && scan.at <= end;
}

/** The branch of the union `body` in the schema. */
export const HANDOFF_BRANCH = 3;

/**
 * The value by which a reference names an identity and says nothing else, written at once: nearly every payment has
 * one. The bytes are those of the same handoff as a fact.
 */
export function writePlainClaim(writer: ByteWriter, identity: string, reference: string): void {
  writer.string(identity);
  writeNoEnvelope(writer);
  writer.string(handoffId('claims', reference, ''));
  writeNobody(writer);
  writer.string(reference);
  writeNothingElse(writer);
}

/** The same where all of it is bytes: the provider and the id lie in `bytes`, and the reference is the first `size`. */
export function writePlainClaimBytes(
  writer: ByteWriter,
  bytes: Uint8Array,
  provider: Span,
  id: Span,
  reference: Uint8Array,
  size: number,
): void {
  writer.long(provider.to - provider.from + id.to - id.from + IDENTITY_SIGNS);
  writePart(writer, MARK, 0, MARK.length);
  writePart(writer, bytes, provider.from, provider.to);
  writePart(writer, COLON, 0, COLON.length);
  writePart(writer, bytes, id.from, id.to);
  writeNoEnvelope(writer);
  writer.long(CLAIM_PREFIX.length + size);
  writePart(writer, CLAIM_PREFIX, 0, CLAIM_PREFIX.length);
  writePart(writer, reference, 0, size);
  writeNobody(writer);
  writeText(writer, reference, 0, size);
  writeNothingElse(writer);
}

/** An identity's key is the mark, the provider, a colon and the id: see `identityKey`. */
const [MARK, COLON] = [Buffer.from(identityKey('', '').slice(0, 1)), Buffer.from(identityKey('', '').slice(1))];
const IDENTITY_SIGNS = MARK.length + COLON.length;
const CLAIM_PREFIX = Buffer.from(handoffId('claims', '', ''));

/** Received at no time, from nowhere, without a report or a line. */
function writeNoEnvelope(writer: ByteWriter): void {
  writePart(writer, NO_ENVELOPE, 0, NO_ENVELOPE.length);
}

/** By neither a provider nor a merchant, at no time, given by nobody: then the body, up to the reference. */
function writeNobody(writer: ByteWriter): void {
  writePart(writer, NOBODY, 0, NOBODY.length);
}

/** No content; of no account and no payout, stated at no time by no import. */
function writeNothingElse(writer: ByteWriter): void {
  writePart(writer, NOTHING_ELSE, 0, NOTHING_ELSE.length);
}

const NO_ENVELOPE = written((writer) => {
  writer.long(0);
  writer.string('');
  writer.optionalString(null);
  writer.optionalString(null);
});
const NOBODY = written((writer) => {
  writer.string('');
  writer.string('');
  writer.optionalLong(null);
  writer.boolean(false);
  writer.long(HANDOFF_BRANCH);
  writer.long(CLAIMS);
});
const NOTHING_ELSE = written((writer) => {
  writer.optionalString('');
  writer.optionalString(null);
  writer.optionalString(null);
  writer.optionalLong(null);
  writer.long(0);
});

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(16);
  write(writer);
  return writer.take();
}
