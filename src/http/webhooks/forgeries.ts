// What is kept of webhooks that nobody of ours signed: enough to see who tried what, and so little that strangers fill
// no disk.

import type { Instant } from '../../domain/time.ts';
import type { WebhookRequest } from './webhook.ts';

const HOUR_MILLIS = 3_600_000;
/** So many are archived for each account in an hour; the others are counted only. */
const KEPT_MAX = 100;
/** So many may wait for the archive at once, for all accounts together. */
const WAITING_MAX = 16;
const BODY_BYTES_MAX = 2048;
const TEXT_LENGTH_MAX = 512;
const HEADERS = ['x-signature', 'content-type', 'content-length', 'host', 'user-agent'] as const;

export class Forgeries {
  private readonly kept = new Map<string, { readonly hour: number; count: number }>();
  private waiting = 0;

  /** Archives one of this account unless there were too many. */
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

/** The request as far as it is kept. */
export function cut(request: WebhookRequest): WebhookRequest {
  const headers: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value.slice(0, TEXT_LENGTH_MAX);
  }
  // A copy: a slice would hold the whole body.
  const body = Buffer.from(request.body.subarray(0, BODY_BYTES_MAX));
  return { ...request, url: request.url.slice(0, TEXT_LENGTH_MAX), headers, body };
}
