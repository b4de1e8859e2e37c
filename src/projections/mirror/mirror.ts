// The ledger mirrored to streams of a MirrorStore, one per payment: `recon-<merchant>-<reference>`. It can stop and
// restart at any point, and repeat from the beginning, without appending an event twice.

import { createHash } from 'node:crypto';
import type { Entry } from '../../domain/entry.ts';
import { HesabuError } from '../../domain/errors.ts';
import { decodeBlock } from '../../ledger/block-codec.ts';
import { digestToHex } from '../../ledger/digest.ts';
import type { EventLog } from '../../log/event-log.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { entriesAfter } from '../entry-feed.ts';
import { entryView } from '../entry-view.ts';
import { type MirrorEvent, type MirrorStore, RevisionConflict } from './mirror-store.ts';

export interface MirrorOptions {
  readonly log: Pick<EventLog, 'partitions' | 'read' | 'end'>;
  readonly store: MirrorStore;
  /** Called after each page with its number of mirrored entries. */
  readonly onPage?: (entries: number) => void;
}

const PAGE_ENTRIES = 1_000;
/** A database holds the mirror of one ledger. */
const POSITION_NAME = 'hesabu-mirror';
/** Streams written concurrently: each append waits for the store's disk. */
const STREAMS_AT_ONCE = 32;
/** For the UUIDs of entries; every mirror of the same ledger makes the same ones. */
const NAMESPACE = Buffer.from('a6e8d2f05f0b4c0e9d0c8a1c3a5b7e91', 'hex');

/** The position of a mirror: a cursor, and per partition the hash of the last completely mirrored block. */
interface MirrorPosition {
  readonly cursor: string;
  readonly blocks: readonly (string | null)[];
}

export class Mirror {
  private readonly options: MirrorOptions;
  /** The mirrored position; undefined if only the store knows it. */
  private cursor: string | null | undefined;

  constructor(options: MirrorOptions) {
    this.options = options;
  }

  /**
   * Mirrors the entries that are not yet in the store; resolves with their number. Throws HESABU_MIRROR_CONFLICT if
   * the store holds another ledger or foreign events, and HESABU_MIRROR_UNREACHABLE; the next call then asks the store
   * for the position again.
   */
  async catchUp(): Promise<number> {
    const { log, store } = this.options;
    const from = this.cursor;
    this.cursor = undefined;
    const cursor = from === undefined ? await cursorFrom(log, store) : from;
    return this.pagesAfter(cursor);
  }

  private async pagesAfter(from: string | null): Promise<number> {
    const { log, store, onPage } = this.options;
    let [count, cursor] = [0, from];
    for (;;) {
      const page = entriesAfter(log, cursor, PAGE_ENTRIES);
      if (page.entries.length === 0) {
        this.cursor = cursor;
        return count;
      }
      await mirrorEntries(page.entries, store);
      cursor = page.cursor;
      await store.savePosition(POSITION_NAME, JSON.stringify(positionAt(log, cursor)));
      count += page.entries.length;
      onPage?.(page.entries.length);
    }
  }
}

/** `-` in a merchant's name becomes `%2D`, so that two payments never share a stream. */
export function streamOf({ merchant, key }: Pick<Entry, 'merchant' | 'key'>): string {
  return `recon-${encodeURIComponent(merchant).replaceAll('-', '%2D')}-${key}`;
}

/** A UUID of version 5, by RFC 9562, section 5.5. */
export function eventIdOf(id: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(id).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

async function mirrorEntries(entries: readonly Entry[], store: MirrorStore): Promise<void> {
  const streams = new Map<string, MirrorEvent[]>();
  for (const entry of entries) {
    const stream = streamOf(entry);
    const events = streams.get(stream);
    if (events === undefined) streams.set(stream, [eventOf(entry)]);
    else events.push(eventOf(entry));
  }
  const waiting = [...streams];
  const next = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await appendTo(one[0], one[1], store);
  };
  await Promise.all(Array.from({ length: STREAMS_AT_ONCE }, next));
}

/**
 * A payment's first event begins its stream. For a later one, the store is asked for the end of the stream: the
 * version is not enough, because before the order and its merchant were known, the entries had another stream.
 */
async function appendTo(stream: string, events: readonly MirrorEvent[], store: MirrorStore): Promise<void> {
  if (events[0]!.data.version === 1 && (await isAppended(stream, -1n, events, store))) return;
  const last = await store.last(stream);
  const same = events.find(({ data }) => data.version === last?.version);
  if (same !== undefined && same.id !== last?.id) throw conflict(stream, `event ${same.id}`, `event ${last?.id}`);
  const left = events.filter(({ data }) => data.version > (last?.version ?? 0));
  if (left.length === 0) return;
  if (await isAppended(stream, last?.revision ?? -1n, left, store)) return;
  throw conflict(stream, 'no other writer', 'events of another writer');
}

/** False if the stream ends at another revision. */
async function isAppended(stream: string, revision: bigint, events: readonly MirrorEvent[], store: MirrorStore) {
  try {
    await store.append(stream, revision, events);
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict) return false;
    throw error;
  }
}

function eventOf(entry: Entry): MirrorEvent {
  const data = entryView(entry);
  return { id: eventIdOf(data.id), type: `hesabu.recon.${data.kind}.v1`, data };
}

async function cursorFrom(log: MirrorOptions['log'], store: MirrorStore): Promise<string | null> {
  const saved = await store.loadPosition(POSITION_NAME);
  if (saved === undefined) return null;
  const { cursor, blocks } = JSON.parse(saved) as MirrorPosition;
  const { partitions } = log;
  if (blocks.length !== partitions) throw conflict(POSITION_NAME, `${partitions} partitions`, `${blocks.length}`);
  heightsIn(cursor).forEach((height, partition) => {
    const found = hashBefore(log, partition, height);
    const expected = blocks[partition] ?? null;
    if (found === expected) return;
    const where = `the mirror of partition ${partition}, block ${height - 1}`;
    throw conflict(where, `the block with hash ${found ?? 'none'}`, `one with hash ${expected}`);
  });
  return cursor;
}

function positionAt(log: MirrorOptions['log'], cursor: string): MirrorPosition {
  return { cursor, blocks: heightsIn(cursor).map((height, partition) => hashBefore(log, partition, height)) };
}

function heightsIn(cursor: string): number[] {
  return cursor.split('-').map((part) => Number(part.split('.')[0]));
}

/** The hash of the block below a height; null if there is none. */
function hashBefore(log: MirrorOptions['log'], partition: number, height: number): string | null {
  let hash: string | null = null;
  if (height === 0 || BigInt(height) > log.end('ledger.v1', partition)) return hash;
  for (const { payload, from } of log.read('ledger.v1', partition, BigInt(height - 1))) {
    forEachValue(payload, 0, (start, end, index) => {
      if (Number(from) + index === height - 1) hash = digestToHex(decodeBlock(payload.subarray(start, end)).hash);
    });
    break;
  }
  return hash;
}

function conflict(where: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_MIRROR_CONFLICT', { where, expected, found });
}
