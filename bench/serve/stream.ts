// The time from a callback to its entry at a subscriber of the stream: places orders, sends their callbacks one by one
// and waits for the matched entry of each, under a steady load of other callbacks.

import { request } from 'undici';
import { callback, callbacks, type Load, percentiles, sendSteadily } from './load.ts';

export interface StreamLatency {
  readonly p50: number;
  readonly p99: number;
  readonly entries: number;
  readonly load: Load;
}

const ORDERS = 1_000;
const SPACING_MILLIS = 20;
const WAIT_MILLIS = 10_000;
const CONNECTIONS = 64;

export async function streamLatency(url: string, key: string, perSecond: number): Promise<StreamLatency> {
  const headers = { authorization: `Bearer ${key}` };
  await placeOrders(url, headers);
  const sent = new Map<string, number>();
  const latencies: number[] = [];
  const stopped = new AbortController();
  const reading = readStream(url, headers, stopped.signal, (reference) => {
    const at = sent.get(reference);
    if (at === undefined) return;
    latencies.push(performance.now() - at);
    sent.delete(reference);
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const count = Math.round((perSecond * ORDERS * SPACING_MILLIS) / 1000);
  const loading = sendSteadily(url, callbacks('beside', 0, count), CONNECTIONS, perSecond);
  for (let nth = 0; nth < ORDERS; nth++) {
    const wait = new Promise((resolve) => setTimeout(resolve, SPACING_MILLIS));
    sent.set(`stream-${nth}`, performance.now());
    const whole = callback(`stream-${nth}`, nth);
    await post(url, whole);
    await wait;
  }
  const load = await loading;
  for (const until = performance.now() + WAIT_MILLIS; sent.size > 0 && performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  stopped.abort();
  await reading;
  return { ...percentiles(latencies), entries: latencies.length, load };
}

async function placeOrders(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  for (let from = 0; from < ORDERS; from += 50) {
    const some = Array.from({ length: Math.min(50, ORDERS - from) }, (_, at) => from + at);
    await Promise.all(
      some.map(async (nth) => {
        const { statusCode, body } = await request(`${url}/v1/orders`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': `order-${nth}` },
          body: JSON.stringify({
            merchant: 'bench',
            transaction_reference: `stream-${nth}`,
            amount: '1000.00',
            currency: 'KES',
          }),
        });
        const text = await body.text();
        if (statusCode !== 201) throw new Error(`an order was answered ${statusCode}: ${text}`);
      }),
    );
  }
}

/** Sends the whole request in a buffer through a client with a persistent connection. */
async function post(url: string, whole: Buffer): Promise<void> {
  const end = whole.indexOf('\r\n\r\n');
  const lines = whole.subarray(0, end).toString().split('\r\n').slice(2);
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/) as [string, string]));
  const { statusCode, body } = await request(`${url}/webhooks/mfs-africa/main`, {
    method: 'POST',
    headers,
    body: whole.subarray(end + 4),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`a callback was answered ${statusCode}`);
}

async function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onMatched: (reference: string) => void,
): Promise<void> {
  try {
    const { body } = await request(`${url}/v1/entries`, {
      headers: { ...headers, accept: 'text/event-stream' },
      signal,
      bodyTimeout: 0,
    });
    let rest = '';
    for await (const bytes of body) {
      const events = `${rest}${bytes}`.split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        if (!event.includes('event: matched')) continue;
        const [, reference] = /"transaction_reference":"(stream-\d+)"/.exec(event) ?? [];
        if (reference !== undefined) onMatched(reference);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
