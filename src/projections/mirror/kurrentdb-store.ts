// A MirrorStore in KurrentDB (formerly EventStoreDB).
// Source: https://docs.kurrent.io/clients/node/latest/appending-events.html (expected revision, idempotence)

import {
  BACKWARDS,
  END,
  jsonEvent,
  KurrentDBClient,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { HesabuError } from '../../domain/errors.ts';
import { type LastEvent, type MirrorEvent, type MirrorStore, RevisionConflict, unreachable } from './mirror-store.ts';

/** KurrentDB itself recognises events already appended at this position, by their ids. */
export class KurrentMirrorStore implements MirrorStore {
  private readonly client: KurrentDBClient;

  /** `url` is KurrentDB's connection string, `kurrentdb://user:password@host:2113?tls=true`. */
  constructor(url: string) {
    this.client = clientOf(url);
  }

  async append(stream: string, revision: bigint, events: readonly MirrorEvent[]): Promise<void> {
    const streamState = revision < 0n ? NO_STREAM : revision;
    const all = events.map(({ id, type, data }) => jsonEvent({ id, type, data: { ...data } }));
    try {
      await this.client.appendToStream(stream, all, { streamState });
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) throw new RevisionConflict(error.message);
      throw unreachable(error as Error);
    }
  }

  async last(stream: string): Promise<LastEvent | undefined> {
    const event = await this.lastOf(stream);
    if (event === undefined) return undefined;
    const { version } = event.data as { version?: unknown };
    return { id: event.id, version: Number(version), revision: event.revision };
  }

  async loadPosition(name: string): Promise<string | undefined> {
    const event = await this.lastOf(positionStream(name));
    return event === undefined ? undefined : String((event.data as { place?: unknown }).place);
  }

  async savePosition(name: string, place: string): Promise<void> {
    const stream = positionStream(name);
    try {
      const event = jsonEvent({ type: 'hesabu.mirror.place.v1', data: { place } });
      const { nextExpectedRevision } = await this.client.appendToStream(stream, event);
      // Only the last position is needed.
      if (nextExpectedRevision === 0n) await this.client.setStreamMetadata(stream, { maxCount: 1 });
    } catch (error) {
      throw unreachable(error as Error);
    }
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }

  private async lastOf(stream: string): Promise<{ id: string; data: unknown; revision: bigint } | undefined> {
    try {
      const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
      for await (const { event } of this.client.readStream(stream, options)) {
        if (event !== undefined) return { id: event.id, data: event.data, revision: event.revision };
      }
      return undefined;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return undefined;
      throw unreachable(error as Error);
    }
  }
}

/** Throws HESABU_USAGE for an invalid connection string. It may hold a password, so it is not repeated. */
function clientOf(url: string): KurrentDBClient {
  try {
    return KurrentDBClient.connectionString(url);
  } catch {
    const expected = 'kurrentdb://HOST:2113?tls=true, with user:password@ before the host if there are users';
    throw new HesabuError('HESABU_USAGE', { where: '--kurrentdb', expected });
  }
}

function positionStream(name: string): string {
  return `hesabu_mirror-${name}`;
}
