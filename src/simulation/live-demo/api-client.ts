// A client of the service's API as a shop would write it: each request has its own idempotency key and is repeated with
// that key until a response gives its result.

import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import type { Clock } from '../../runtime/clock.ts';

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shop reads what it needs, and fails where it isn't there.
  readonly body: any;
}

interface Body {
  readonly type: string;
  readonly bytes: string | Buffer;
}

const TRIES_MAX = 100;
/** In milliseconds of the demo's clock. */
const WAIT_MILLIS = 60_000;
const WAIT_MILLIS_MAX = 30 * 60_000;

export class ApiClient {
  private readonly url: string;
  private readonly key: string;
  private readonly clock: Clock;
  /** Responses that required another attempt. */
  retries = 0;

  constructor(url: string, key: string, clock: Clock) {
    this.url = url;
    this.key = key;
    this.clock = clock;
  }

  get(path: string): Promise<ApiAnswer> {
    return this.send('GET', path, undefined);
  }

  post(path: string, body: object): Promise<ApiAnswer> {
    return this.send('POST', path, { type: 'application/json', bytes: JSON.stringify(body) });
  }

  upload(path: string, bytes: Buffer): Promise<ApiAnswer> {
    return this.send('POST', path, { type: 'application/octet-stream', bytes });
  }

  private async send(method: 'GET' | 'POST', path: string, body: Body | undefined): Promise<ApiAnswer> {
    const id = randomUUID();
    for (let tries = 1; ; tries++) {
      const { status, text, retryAfter } = await this.attempt(method, path, body, id);
      const isFinal = status !== null && status < 500 && status !== 429;
      if (isFinal) return { status, body: text === '' ? null : JSON.parse(text) };
      if (tries === TRIES_MAX) throw new Error(`${method} ${path} still gives ${status ?? 'no answer'}: ${text}`);
      this.retries++;
      await this.clock.sleep(retryAfter > 0 ? retryAfter : Math.min(WAIT_MILLIS * tries, WAIT_MILLIS_MAX));
    }
  }

  /** The status is null where the service is away: it may have taken the request. */
  private async attempt(method: 'GET' | 'POST', path: string, body: Body | undefined, id: string) {
    try {
      const {
        statusCode,
        headers,
        body: answered,
      } = await request(`${this.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { 'content-type': body.type, 'idempotency-key': id }),
        },
        body: body?.bytes ?? null,
      });
      const text = await answered.text();
      return { status: statusCode, text, retryAfter: Number(headers['retry-after']) * 1000 };
    } catch (error) {
      return { status: null, text: String(error), retryAfter: 0 };
    }
  }
}
