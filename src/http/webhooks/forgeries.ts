// What the archive stores of webhooks without a valid signature: enough to see the attempt and its origin, and so
// little that strangers cannot fill the disk.

import type { Instant } from '../../domain/time.ts';
import type { WebhookRequest } from './webhook.ts';

const HOUR_MILLIS = 3_600_000;
/** The number archived for each account and hour; others are only counted. */
const KEPT_MAX = 100;
/** The number that may wait for the archive at once, for all accounts together. */
const WAITING_MAX = 16;
const BODY_BYTES_MAX = 2048;
const TEXT_LENGTH_MAX = 512;
const HEADERS = ['content-type', 'content-length', 'host', 'user-agent'] as const;

export class Forgeries {
  private readonly kept = new Map<string, { readonly hour: number; count: number }>();
  private waiting = 0;

  /** Archives a forgery for this account, unless there were too many. */
  async keep(account: string, at: Instant, archive: () => Promise<void>): Promise<void> {
    if (this.waiting >= WAITING_MAX || !this.mayKeep(account, Math.floor(at / HOUR_MILLIS))) return;
    this.waiting++;
    try {
      await archive();
    } finally {
      this.waiting--;
    }
  }

  private mayKeep(account: string, hour: number): boolean {
    const known = this.kept.get(account);
    if (known === undefined || known.hour !== hour) this.kept.set(account, { hour, count: 1 });
    else if (known.count >= KEPT_MAX) return false;
    else known.count++;
    return true;
  }
}

/** The part of the request that is stored; `proofs` are the headers by which the provider proves its origin. */
export function cut(request: WebhookRequest, proofs: readonly string[]): WebhookRequest {
  const headers: Record<string, string> = {};
  for (const name of [...proofs, ...HEADERS]) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value.slice(0, TEXT_LENGTH_MAX);
  }
  // A copy: a slice would keep the whole body in memory.
  const body = Buffer.from(request.body.subarray(0, BODY_BYTES_MAX));
  return { ...request, url: request.url.slice(0, TEXT_LENGTH_MAX), headers, body };
}
