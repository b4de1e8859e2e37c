// How many requests a key, an account or an address may send, as token buckets. Only a request that proves nothing
// counts against its address: a forged webhook takes nothing from the account that it names, nor from genuine ones that
// come from the same address.

import { type ErrorDetail, HesabuError } from '../../domain/errors.ts';

/** The number of requests at once after a quiet time, and how many a second from then on. */
export interface RequestRate {
  readonly per_second: number;
  readonly burst: number;
}

export type Limited = 'key' | 'account' | 'address';

/** Names that are remembered of each kind. Strangers have many addresses. */
const NAMES_MAX = 20_000;
const SECOND_MILLIS = 1_000;

/** HESABU_RATE_LIMITED, with the headers that tell how long to wait, and the limit. */
export class RateLimited extends HesabuError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(detail: ErrorDetail, waitMillis: number, limit: (seconds: string) => Readonly<Record<string, string>>) {
    super('HESABU_RATE_LIMITED', detail);
    const seconds = `${Math.max(1, Math.ceil(waitMillis / SECOND_MILLIS))}`;
    this.headers = { 'retry-after': seconds, ...limit(seconds) };
  }
}

const WORDS: Readonly<Record<Limited, string>> = {
  key: 'this API key',
  account: 'webhooks of this account',
  address: 'requests of this address without a valid key or signature',
};

function limited(kind: Limited, rate: RequestRate, waitMillis: number): RateLimited {
  const expected = `at most ${rate.per_second} a second, or ${rate.burst} at once`;
  return new RateLimited({ where: WORDS[kind], expected }, waitMillis, (seconds) => headersOf(kind, rate, 0, seconds));
}

/** As draft-ietf-httpapi-ratelimit-headers-10 has them: the quota and its window, what is left, and until when. */
function headersOf(kind: Limited, { per_second: perSecond, burst }: RequestRate, left: number, seconds: string) {
  const window = Math.max(1, Math.round(burst / perSecond));
  return { 'ratelimit-policy': `"${kind}";q=${burst};w=${window}`, ratelimit: `"${kind}";r=${left};t=${seconds}` };
}

export class RateLimits {
  private readonly rates: () => Readonly<Record<Limited, RequestRate>>;
  private readonly now: () => number;
  /** By kind and name: when the bucket will be full again, in milliseconds. Full buckets need not be remembered. */
  private readonly fullAt: Readonly<Record<Limited, Map<string, number>>> = {
    key: new Map(),
    account: new Map(),
    address: new Map(),
  };

  /** The rates are read at each use. `now` is a steady clock in milliseconds. */
  constructor(rates: () => Readonly<Record<Limited, RequestRate>>, now: () => number = () => performance.now()) {
    this.rates = rates;
    this.now = now;
  }

  /** Takes a request from the bucket. Throws RateLimited. */
  take(kind: Limited, name: string): void {
    const rate = this.rates()[kind];
    const buckets = this.fullAt[kind];
    const now = this.now();
    const each = SECOND_MILLIS / rate.per_second;
    const fullAt = Math.max(buckets.get(name) ?? 0, now) + each;
    const wait = fullAt - now - rate.burst * each;
    // Half a microsecond: sums of floats are not exact.
    if (wait > 0.0005) throw limited(kind, rate, wait);
    if (buckets.size >= NAMES_MAX && !buckets.has(name)) this.forget(buckets, now);
    buckets.set(name, fullAt);
  }

  /** The headers that tell a client what is left. */
  headers(kind: Limited, name: string): Readonly<Record<string, string>> {
    const rate = this.rates()[kind];
    const now = this.now();
    const missing = Math.max(0, (this.fullAt[kind].get(name) ?? 0) - now);
    const left = Math.floor(rate.burst - (missing * rate.per_second) / SECOND_MILLIS + 0.001);
    return headersOf(kind, rate, Math.max(0, left), `${Math.ceil(missing / SECOND_MILLIS)}`);
  }

  /** Forgets full buckets, or else the oldest: who has that many addresses gains a burst by it. */
  private forget(buckets: Map<string, number>, now: number): void {
    for (const [name, fullAt] of buckets) if (fullAt <= now) buckets.delete(name);
    // Many at once: a search for each new name would be work that strangers make.
    for (const name of buckets.keys()) {
      if (buckets.size <= NAMES_MAX / 2) return;
      buckets.delete(name);
    }
  }
}
