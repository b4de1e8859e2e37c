// The canonical Avro bytes of a block: its header, then its entries, each after its length. The schema is
// schemas/block.avsc. A block has exactly one form: any other encoding of the same content is refused.

import { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { Instant } from '../domain/time.ts';
import { type Digest, digestBytes, readDigest, sha256 } from './digest.ts';

const LENGTH_BYTES = 4;

/** The part of one topic that a block read: the offsets `from` (inclusive) to `to` (exclusive). */
export interface BlockInput {
  readonly topic: string;
  readonly from: bigint;
  readonly to: bigint;
  /** SHA-256 of the values read, each after its length in four bytes. */
  readonly sha256: Digest;
}

export interface BlockHeader {
  readonly partition: number;
  /** From 0. */
  readonly height: number;
  /** The hash of the previous block; zeros at height 0. */
  readonly previous: Digest;
  /** In the order read; each topic once at most. */
  readonly inputs: readonly BlockInput[];
  readonly as_of: Instant;
  /** Deadlines up to this time have passed: not later than `as_of`, and earlier while something is still to be read. */
  readonly deadlines_to: Instant;
  readonly rules_hash: Digest;
  readonly entry_count: number;
  /** The number of leaves of the partition's tree after this block, and its root. */
  readonly tree_size: number;
  readonly tree_root: Digest;
}

export interface Block {
  readonly header: BlockHeader;
  /** The SHA-256 of the header's bytes; the next block refers to it. */
  readonly hash: Digest;
  /** The entries, each after its length in four bytes, most significant first. */
  readonly entries: Buffer;
}

export function encodeHeader(header: BlockHeader): Buffer {
  const writer = new ByteWriter(512);
  writer.long(header.partition);
  writer.long(header.height);
  writer.raw(digestBytes(header.previous));
  if (header.inputs.length > 0) {
    writer.long(header.inputs.length);
    for (const input of header.inputs) {
      writer.string(input.topic);
      writer.long(Number(input.from));
      writer.long(Number(input.to));
      writer.raw(digestBytes(input.sha256));
    }
  }
  writer.long(0);
  writer.long(header.as_of);
  writer.long(header.deadlines_to);
  writer.raw(digestBytes(header.rules_hash));
  writer.long(header.entry_count);
  writer.long(header.tree_size);
  writer.raw(digestBytes(header.tree_root));
  return writer.take();
}

/** The hash of a block, over its header's canonical bytes. */
export function blockHash(header: Uint8Array): Digest {
  return sha256(header);
}

/** In the buffer the block lies after its length, for `framedBlock`. */
export function encodeBlock(header: Uint8Array, entries: Uint8Array): Buffer {
  const writer = new ByteWriter(LENGTH_BYTES + header.length + entries.length + 10);
  writer.uint32(0);
  writer.raw(header);
  writer.bytes(entries);
  const framed = writer.view();
  framed.writeUInt32BE(framed.length - LENGTH_BYTES);
  return framed.subarray(LENGTH_BYTES);
}

/** What `encodeBlock` gave, after its length in four bytes: the payload of a batch that holds it alone. */
export function framedBlock({ buffer, byteOffset, length }: Buffer): Buffer {
  return Buffer.from(buffer, byteOffset - LENGTH_BYTES, length + LENGTH_BYTES);
}

/** Reads a block; its entries are a view of the bytes. Throws a RangeError if the bytes are not canonical. */
export function decodeBlock(bytes: Buffer): Block {
  const reader = new ByteReader(bytes);
  const { header, hash } = readHashed(reader, bytes);
  const headerSize = reader.at;
  const entries = reader.bytes();
  if (reader.at !== bytes.length) throw new RangeError('there are extra bytes after the block');
  const length = new ByteWriter(10);
  length.long(entries.length);
  if (length.view().compare(bytes, headerSize, bytes.length - entries.length) !== 0) {
    throw new RangeError("the block's header is not in its canonical form");
  }
  return { header, hash, entries };
}

/** The hash of a block of which only the beginning is there. Throws a RangeError if its header is not canonical. */
export function hashOfBeginning(bytes: Buffer): Digest {
  return readHashed(new ByteReader(bytes), bytes).hash;
}

/** The time of a block of which only the beginning is there. Throws a RangeError as `hashOfBeginning` does. */
export function timeOfBeginning(bytes: Buffer): Instant {
  return readHashed(new ByteReader(bytes), bytes).header.as_of;
}

/** The hash of the rules of a block of which only the beginning is there. Throws as `hashOfBeginning` does. */
export function rulesHashOfBeginning(bytes: Buffer): Digest {
  return readHashed(new ByteReader(bytes), bytes).header.rules_hash;
}

function readHashed(reader: ByteReader, bytes: Buffer): Omit<Block, 'entries'> {
  const header = readHeader(reader);
  const headerBytes = bytes.subarray(0, reader.at);
  if (!encodeHeader(header).equals(headerBytes))
    throw new RangeError("the block's header is not in its canonical form");
  return { header, hash: blockHash(headerBytes) };
}

function readHeader(reader: ByteReader): BlockHeader {
  const partition = reader.long();
  const height = reader.long();
  const previous = readDigest(reader);
  const inputs: BlockInput[] = [];
  for (let left = reader.long(); left !== 0; left = left > 1 ? left - 1 : reader.long()) {
    if (left < 0) throw new RangeError('an array has a negative count');
    inputs.push({
      topic: reader.string(),
      from: BigInt(reader.long()),
      to: BigInt(reader.long()),
      sha256: readDigest(reader),
    });
  }
  const as_of = reader.long();
  const deadlines_to = reader.long();
  const rules_hash = readDigest(reader);
  const entry_count = reader.long();
  const tree_size = reader.long();
  const tree_root = readDigest(reader);
  const about = { partition, height, previous, inputs, as_of, deadlines_to };
  return { ...about, rules_hash, entry_count, tree_size, tree_root };
}

/** Calls `visit` with the start and end of each entry. Throws a RangeError where a length goes past the end. */
export function forEachEntry(entries: Buffer, visit: (from: number, to: number, index: number) => void): void {
  let at = 0;
  for (let index = 0; at < entries.length; index++) {
    if (at + 4 > entries.length) throw new RangeError('the entries end within a length');
    const from = at + 4;
    const to = from + entries.readUInt32BE(at);
    if (to > entries.length) throw new RangeError('the entries end too early');
    visit(from, to, index);
    at = to;
  }
}
