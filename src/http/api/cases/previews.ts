// What people looked at before they decide on many cases at once: kept for a while, so that exactly the cases that were
// counted are worked, and none that came to match since.

import { randomBytes } from 'node:crypto';
import { HesabuError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/time.ts';
import type { GivenRow, Outcome } from '../batch.ts';

export type PreviewedRow = GivenRow & Partial<Outcome>;

export interface Preview<Act> {
  readonly person: string;
  readonly at: Instant;
  readonly act: Act;
  readonly rows: readonly PreviewedRow[];
}

const KEPT_MILLIS = 15 * 60_000;
/** All previews together; a row takes some 300 bytes. */
const ROWS_MAX = 200_000;
/** Of one person: what is previewed beyond them ends his oldest. */
const OWN_MAX = 8;

export class Previews<Act> {
  /** The oldest first. */
  private readonly byToken = new Map<string, Preview<Act>>();
  private rows = 0;

  /** The token that names it from now on. */
  keep(preview: Preview<Act>): string {
    const token = randomBytes(24).toString('base64url');
    this.byToken.set(token, preview);
    this.rows += preview.rows.length;
    const own = [...this.byToken].filter(([, { person }]) => person === preview.person);
    for (const [oldest] of own.slice(0, -OWN_MAX)) this.forget(oldest);
    for (const [oldest, { at }] of this.byToken) {
      const isOver = this.rows > ROWS_MAX && this.byToken.size > 1;
      if (!isOver && preview.at - at < KEPT_MILLIS) break;
      this.forget(oldest);
    }
    return token;
  }

  /** Throws HESABU_PREVIEW_GONE, also for one of another person. */
  get(token: string, person: string, now: Instant): Preview<Act> {
    const found = this.byToken.get(token);
    if (found !== undefined && found.person === person && now - found.at < KEPT_MILLIS) return found;
    throw new HesabuError('HESABU_PREVIEW_GONE', { where: 'token', found: token.slice(0, 12) });
  }

  private forget(token: string): void {
    this.rows -= this.byToken.get(token)?.rows.length ?? 0;
    this.byToken.delete(token);
  }
}
