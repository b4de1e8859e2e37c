// When a cluster counts as away: a refused connection at once, questions without an answer only after ten seconds. And
// what is told to those who wait for it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ClusterPresence } from '../../../src/kafka/client/cluster-presence.ts';

type Answer = 'answers' | 'refuses' | 'is silent' | 'is slow';

/** An answer that is slow comes after this. */
const SLOW_MILLIS = 2_500;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A presence, what its cluster does from now on, and what listeners were told. */
function given() {
  let now: Answer = 'answers';
  const told: string[] = [];
  const ask = (): Promise<void> => {
    if (now === 'answers') return Promise.resolve();
    if (now === 'is slow') return new Promise((resolve) => setTimeout(resolve, SLOW_MILLIS));
    return now === 'refuses' ? Promise.reject(new Error('connect ECONNREFUSED')) : new Promise(() => {});
  };
  const presence = new ClusterPresence({ ask, drop: () => {}, close: () => {} }, 1_000, {
    cutSilent: () => told.push('cut'),
    cutStuck: () => {},
  });
  const end = presence.listen({ onAway: ({ message }) => told.push(message), onBack: () => told.push('back') });
  const becomes = async (next: Answer, millis: number) => {
    now = next;
    await vi.advanceTimersByTimeAsync(millis);
  };
  return { presence, told, end, becomes };
}

test('a connection that is refused tells at once, and that it is back', async () => {
  const { presence, told, becomes } = given();
  await becomes('answers', 2_000);
  await becomes('refuses', 1_500);
  expect(told).toEqual(['connect ECONNREFUSED']);
  await expect(presence.during(async () => 1)).rejects.toMatchObject({ code: 'HESABU_KAFKA_UNREACHABLE' });
  await becomes('answers', 1_000);
  expect(told).toEqual(['connect ECONNREFUSED', 'cut', 'back']);
  expect(presence.away).toBeUndefined();
});

test('one lost question is no outage, and what waits for its answer is told to try again', async () => {
  const { presence, told, becomes } = given();
  await becomes('answers', 1_000);
  await becomes('is silent', 4_000);
  expect(presence.away).toBeUndefined();
  await becomes('answers', 1_500);
  expect(told).toEqual(['cut', 'back']);
});

test('a cluster that answers slowly is neither away nor back', async () => {
  const { presence, told, becomes } = given();
  await becomes('answers', 1_000);
  await becomes('is slow', 60_000);
  await becomes('answers', 10_000);
  expect(presence.away).toBeUndefined();
  expect(told).toEqual([]);
});

test('the return of a cluster is seen within a second and a half', async () => {
  const { told, becomes } = given();
  await becomes('is silent', 600_000);
  await becomes('answers', 1_500);
  expect(told.at(-1)).toBe('back');
});

test('work under way is given up when the cluster goes away, and work that waits goes on when it is back', async () => {
  const { presence, told, becomes } = given();
  await becomes('answers', 1_000);
  const work = presence.during(() => new Promise<void>(() => {})).catch((error) => error.code);
  await becomes('is silent', 15_000);
  expect(await work).toBe('HESABU_KAFKA_UNREACHABLE');
  const back = presence.back().then(() => 'went on');
  await becomes('is silent', 600_000);
  await becomes('answers', 1_500);
  expect(await back).toBe('went on');
  expect(told).toEqual(['timeout: no answer', 'cut', 'back']);
});

test('nobody asks once nobody needs to know', async () => {
  const { end, becomes } = given();
  await becomes('refuses', 5_000);
  end();
  await becomes('refuses', 3_000);
  expect(vi.getTimerCount()).toBe(0);
});
