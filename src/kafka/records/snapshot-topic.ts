// Snapshots on the compacted topic snapshots.v1: first the chunks, then a head that refers to them, which only the
// owner of a partition can write. Two slots are used in turn, so that an incomplete snapshot is never the only one.

import { crc32 } from 'node:zlib';
import type { Snapshot, SnapshotName } from '../../log/snapshots.ts';
import { packFrame, unpackFrameAside } from '../../log/zstd-frames.ts';
import { giveBack } from '../../runtime/give-back.ts';
import type { KafkaMessage, Message } from '../client/kafkajs.ts';
import { headerOf, PART_BYTES_MAX } from './block-records.ts';

/** Before compression; a chunk that does not shrink still fits a record. */
const CHUNK_BYTES = 512 * 1024;
/** So many chunks of a snapshot are packed or unpacked at a time. */
const THREADS = 4;
/** Approximate overhead of a chunk beside its value. */
const ENVELOPE_BYTES = 300;
const BLOCK = 'hesabu-block';
const SIZE = 'hesabu-size';

export type SnapshotSlot = 'a' | 'b';

interface Head extends SnapshotName {
  readonly place: SnapshotSlot;
  readonly chunks: number;
  readonly size: number;
  readonly crc: number;
}

export interface SnapshotMessages {
  /** Each time as many as one send takes. */
  readonly chunks: AsyncIterable<Message[]>;
  /** To be written after the chunks, with the next block. */
  readonly head: () => Message;
}

export function snapshotMessages(
  partition: number,
  name: SnapshotName,
  place: SnapshotSlot,
  parts: readonly Uint8Array[],
): SnapshotMessages {
  let [chunks, size, crc] = [0, 0, 0];
  async function* chunked(): AsyncIterable<Message[]> {
    let [send, bytes]: [Message[], number] = [[], 0];
    for (const pieces of inGroups(piecesOf(parts), THREADS)) {
      const packed = await Promise.all(pieces.map(packFrame));
      for (const [at, piece] of pieces.entries()) {
        const value = packed[at]!;
        if (send.length > 0 && bytes + value.length > PART_BYTES_MAX) {
          yield send;
          [send, bytes] = [[], 0];
        }
        crc = crc32(piece, crc);
        size += piece.length;
        const headers = { [BLOCK]: name.blockHash, [SIZE]: String(piece.length) };
        giveBack(piece);
        bytes += value.length + ENVELOPE_BYTES;
        send.push({ partition, key: `${place}-${chunks++}`, value, headers });
      }
    }
    yield send;
  }
  const head = (): Message => {
    const value: Head = { ...name, place, chunks, size, crc };
    return { partition, key: 'head', value: JSON.stringify(value) };
  };
  return { chunks: chunked(), head };
}

function* inGroups<Item>(items: Iterable<Item>, size: number): Iterable<Item[]> {
  let group: Item[] = [];
  for (const item of items) {
    if (group.push(item) < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Copies, each of memory of its own if it is large. */
function* piecesOf(parts: readonly Uint8Array[]): Iterable<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    for (let from = 0; from < part.length; ) {
      const piece = part.subarray(from, from + CHUNK_BYTES - bytes);
      waiting.push(piece);
      bytes += piece.length;
      from += piece.length;
      if (bytes < CHUNK_BYTES) continue;
      yield Buffer.concat(waiting);
      [waiting.length, bytes] = [0, 0];
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

interface PlacedChunk {
  readonly packed: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Unpacks a chunk into its place in the content; false if it is damaged. */
async function unpackInto(content: Buffer, { packed, from, to }: PlacedChunk): Promise<boolean> {
  const piece = await unpackFrameAside(packed, to - from);
  if (piece === undefined) return false;
  content.set(piece, from);
  giveBack(piece);
  giveBack(packed);
  return true;
}

/** Collects the records of one partition, the latest of each key. */
export class SnapshotAssembler {
  private readonly latest = new Map<string, KafkaMessage>();

  take(message: KafkaMessage): void {
    if (message.key === null) return;
    // A copy: the message is a view of everything fetched with it, most of which is superseded later.
    const value = message.value === null ? null : Buffer.from(message.value);
    const key = message.key.toString();
    const before = this.latest.get(key)?.value ?? undefined;
    if (before !== undefined) giveBack(before);
    this.latest.set(key, { ...message, value });
  }

  /** The snapshot of the head, once; undefined if there is none, or it is incomplete. */
  async snapshot(): Promise<Snapshot | undefined> {
    const { head } = this;
    const chunks = head === undefined ? undefined : this.chunksOf(head);
    if (head === undefined || chunks === undefined) return undefined;
    // Of its own: who reads the content keeps it.
    const content = Buffer.allocUnsafeSlow(head.size);
    const waiting = chunks.values();
    const unpackAll = async () => {
      for (const chunk of waiting) if (!(await unpackInto(content, chunk))) return false;
      return true;
    };
    const isWhole = await Promise.all(Array.from({ length: THREADS }, unpackAll));
    if (isWhole.includes(false) || crc32(content) !== head.crc) return undefined;
    return { height: head.height, blockHash: head.blockHash, content };
  }

  /** The chunks and where they go; undefined if one is missing, or they are not as large as the head says. */
  private chunksOf({ place, chunks, blockHash, size }: Head): PlacedChunk[] | undefined {
    const placed: PlacedChunk[] = [];
    let from = 0;
    for (let at = 0; at < chunks; at++) {
      const chunk = this.latest.get(`${place}-${at}`);
      if (chunk === undefined || chunk.value === null || headerOf(chunk.headers, BLOCK) !== blockHash) return undefined;
      const to = from + Number(headerOf(chunk.headers, SIZE));
      placed.push({ packed: chunk.value, from, to });
      from = to;
    }
    return from === size ? placed : undefined;
  }

  private get head(): Head | undefined {
    const value = this.latest.get('head')?.value;
    if (value === null || value === undefined) return undefined;
    try {
      return JSON.parse(value.toString()) as Head;
    } catch {
      return undefined;
    }
  }
}
