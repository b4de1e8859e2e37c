// Those who look on while callbacks come: pages that hear of every change, and pages that ask again and again.

import { request } from 'undici';
import { callbacks, type Load, sendSteadily } from '../serve/load.ts';
import type { Client } from './client.ts';

const STREAMS = 50;
/** What one key may have at once. */
const STREAMS_A_KEY = 8;
const DESKS = 20;
/** How often a page without a stream asks. */
const DESK_MILLIS = 15_000;
const ASKED = ['/v1/cases?sort=oldest', '/v1/cases?sort=due&limit=1', '/v1/proposals?awaiting=anybody&limit=1'];
const LOAD = { perSecond: 1_000, seconds: 10, connections: 64 };
const TURNS = 3;

export const WATCHING_KEYS = Math.ceil(STREAMS / STREAMS_A_KEY);

export interface Watched {
  /** Of callbacks, each the median of all turns, in milliseconds. */
  readonly alone: number;
  readonly watched: number;
  /** What all streams had together, in bytes. */
  readonly heard: number;
}

/** By turns without and with those who look on. */
export async function besideWatchers(url: string, client: Client, keys: readonly string[]): Promise<Watched> {
  const [alone, watched]: [number[], number[]] = [[], []];
  let heard = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    alone.push((await load(url, `alone-${turn}`)).p99);
    heard += await whileWatched(url, client, keys, async () => {
      watched.push((await load(url, `watched-${turn}`)).p99);
    });
  }
  return { alone: median(alone), watched: median(watched), heard };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function load(url: string, name: string): Promise<Load> {
  const { perSecond, seconds, connections } = LOAD;
  return sendSteadily(url, callbacks(name, 0, perSecond * seconds), connections, perSecond);
}

async function whileWatched(
  url: string,
  client: Client,
  keys: readonly string[],
  work: () => Promise<void>,
): Promise<number> {
  const stop = new AbortController();
  const { next } = await client.json('/v1/changes');
  const streams = Array.from({ length: STREAMS }, (_, at) => {
    return listen(`${url}/v1/changes?after=${encodeURIComponent(next)}`, keys[at % keys.length]!, stop.signal);
  });
  const asking = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    for (const path of ASKED) {
      const answer = client.ask(path).finally(() => asking.delete(answer));
      asking.add(answer);
    }
  }, DESK_MILLIS / DESKS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await Promise.all(asking);
    stop.abort();
  }
  return (await Promise.all(streams)).reduce((sum, bytes) => sum + bytes, 0);
}

/** How many bytes it had until it was stopped. */
async function listen(url: string, key: string, signal: AbortSignal): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
  const { statusCode, body } = await request(url, { headers, signal, bodyTimeout: 0 });
  if (statusCode !== 200) throw new Error(`a stream was answered ${statusCode}: ${await body.text()}`);
  let bytes = 0;
  try {
    for await (const chunk of body) bytes += (chunk as Buffer).length;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return bytes;
}
