// The claims of many packed keys, read ahead in the order of the log, so that no part of it is unpacked for each key
// again.

import { ByteWriter } from '../domain/bytes.ts';
import type { LogPlace } from '../log/log-place.ts';
import type { RecordPlace } from './record-place.ts';

/** Finds claims by their places in the log of one partition. */
export type ClaimSource = (place: LogPlace) => RecordPlace;

/** The claims of so many keys are read at once: some ten megabytes. */
const KEYS = 16_384;
/** In a number, a place in the log is followed by its number among those that are read, in this many bits. */
const ORDER = 2 ** 17;

const isAnyWanted = (_slot: number): boolean => true;

export class ClaimsAhead {
  private readonly source: ClaimSource;
  private readonly addPlaces: (slot: number, into: LogPlace[]) => boolean;
  /** By slot, which of the claims is its first. */
  private readonly firsts = new Map<number, number>();
  private bytes = new ByteWriter(0);
  /** Where each claim begins and ends there. */
  private ends = new Uint32Array(0);

  /** `addPlaces` adds the places of a key's claims, and is false for one that is not packed. */
  constructor(source: ClaimSource, addPlaces: (slot: number, into: LogPlace[]) => boolean) {
    this.source = source;
    this.addPlaces = addPlaces;
  }

  /**
   * A reader of the records of many keys calls this before each: it reads the claims of the next ones. It leaves out
   * keys that are not wanted, for which the reader does not call it.
   */
  read(at: number, end: number, slotAt: (at: number) => number, isWanted = isAnyWanted): void {
    const first = slotAt(at);
    if (this.firsts.has(first) || !this.addPlaces(first, [])) return;
    this.forget();
    const places: LogPlace[] = [];
    for (let next = at; next < end && this.firsts.size < KEYS; next++) {
      const slot = slotAt(next);
      const number = places.length;
      if (isWanted(slot) && this.addPlaces(slot, places)) this.firsts.set(slot, number);
    }
    this.readClaims(places);
  }

  /** Lets go of what was read. */
  forget(): void {
    this.firsts.clear();
    this.bytes = new ByteWriter(0);
    this.ends = new Uint32Array(0);
  }

  /** The key has other claims now. */
  drop(slot: number): void {
    this.firsts.delete(slot);
  }

  /** The number of the key's first claim among those that were read. */
  firstOf(slot: number): number | undefined {
    return this.firsts.get(slot);
  }

  claimAt(number: number): RecordPlace {
    return { bytes: this.bytes.buffer, from: this.ends[2 * number]!, to: this.ends[2 * number + 1]! };
  }

  private readClaims(places: readonly LogPlace[]): void {
    const sorted = Float64Array.from(places, (place, order) => place * ORDER + order).sort();
    this.ends = new Uint32Array(2 * places.length);
    for (const each of sorted) {
      const order = each % ORDER;
      const { bytes, from, to } = this.source(places[order]!);
      this.ends[2 * order] = this.bytes.length;
      this.bytes.rawPart(bytes, from, to);
      this.ends[2 * order + 1] = this.bytes.length;
    }
  }
}
