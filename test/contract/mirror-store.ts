// What every mirror store must do, with any storage: run unchanged on each adapter.

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type MirrorEvent, type MirrorStore, RevisionConflict } from '../../src/projections/mirror/mirror-store.ts';

const eventOf = (version: number, id = randomUUID()): MirrorEvent => ({ id, type: 'test.v1', data: { version } });

/** `open` gives a store; each test has streams of its own. The suite closes it. */
export function mirrorStoreContract(name: string, open: () => MirrorStore | Promise<MirrorStore>): void {
  const given = (then: (store: MirrorStore, stream: string) => Promise<void>) => async () => {
    const store = await open();
    try {
      await then(store, `recon-test-${randomUUID()}`);
    } finally {
      await store.close();
    }
  };

  describe(`${name}: a stream`, () => {
    it(
      'has no last event if it does not exist',
      given(async (store, stream) => {
        expect(await store.last(stream)).toBeUndefined();
      }),
    );

    it(
      'appends events after the given revision, and returns its last one',
      given(async (store, stream) => {
        const [one, two, three] = [eventOf(1), eventOf(2), eventOf(3)];
        await store.append(stream, -1n, [one!, two!]);
        expect(await store.last(stream)).toEqual({ id: two!.id, version: 2, revision: 1n });
        await store.append(stream, 1n, [three!]);
        expect(await store.last(stream)).toEqual({ id: three!.id, version: 3, revision: 2n });
      }),
    );

    it(
      'accepts the same events again without storing them twice',
      given(async (store, stream) => {
        const [one, two] = [eventOf(1), eventOf(2)];
        await store.append(stream, -1n, [one!, two!]);
        await store.append(stream, -1n, [one!, two!]);
        expect(await store.last(stream)).toEqual({ id: two!.id, version: 2, revision: 1n });
      }),
    );

    it.each([
      ['before its end', -1n],
      ['beyond its end', 5n],
    ])(
      'refuses all other events %s',
      async (_, revision) =>
        await given(async (store, stream) => {
          const first = eventOf(1);
          await store.append(stream, -1n, [first]);
          const refused = store.append(stream, revision as bigint, [eventOf(2), eventOf(3)]);
          await expect(refused).rejects.toBeInstanceOf(RevisionConflict);
          expect(await store.last(stream)).toEqual({ id: first.id, version: 1, revision: 0n });
        })(),
    );
  });

  describe(`${name}: the position of a mirror`, () => {
    it(
      'is the one saved last, separately for each name',
      given(async (store) => {
        const [one, other] = [randomUUID(), randomUUID()];
        expect(await store.loadPosition(one)).toBeUndefined();
        for (const place of ['first', 'second', 'third']) await store.savePosition(one, place);
        await store.savePosition(other, 'else');
        expect(await store.loadPosition(one)).toBe('third');
        expect(await store.loadPosition(other)).toBe('else');
      }),
    );
  });
}
