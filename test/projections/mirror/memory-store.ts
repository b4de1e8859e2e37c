// A MirrorStore in memory that behaves like KurrentDB.

import {
  type LastEvent,
  type MirrorEvent,
  type MirrorStore,
  RevisionConflict,
} from '../../../src/projections/mirror/mirror-store.ts';

export class MemoryMirrorStore implements MirrorStore {
  readonly streams = new Map<string, MirrorEvent[]>();
  private readonly places = new Map<string, string>();

  async append(stream: string, revision: bigint, events: readonly MirrorEvent[]): Promise<void> {
    const there = this.streams.get(stream) ?? [];
    const from = Number(revision) + 1;
    const same = events.every(({ id }, at) => there[from + at]?.id === id);
    if (same && there.length >= from) return;
    if (there.length !== from) throw new RevisionConflict(`${stream} has ${there.length} events, not ${from}`);
    this.streams.set(stream, [...there, ...events.map((event) => structuredClone(event))]);
  }

  async last(stream: string): Promise<LastEvent | undefined> {
    const there = this.streams.get(stream) ?? [];
    const event = there.at(-1);
    return event && { id: event.id, version: event.data.version, revision: BigInt(there.length - 1) };
  }

  async loadPosition(name: string): Promise<string | undefined> {
    return this.places.get(name);
  }

  async savePosition(name: string, place: string): Promise<void> {
    this.places.set(name, place);
  }

  async close(): Promise<void> {}
}
