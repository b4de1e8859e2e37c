// A network's short-lived access token: fetched once for all calls, kept until shortly before it expires, and renewed
// once when a call is refused for it. It lives in memory only; the archive redacts it.

import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import type { OutgoingAnswer } from './client.ts';

export interface GrantedToken {
  readonly token: string;
  /** How long it is valid from now; null if the network does not say: then until a call is refused. */
  readonly lifetimeMillis: number | null;
}

export interface AccessTokenOptions {
  readonly clock: Clock;
  /** Asks the network for a token. What it throws reaches every call that waits for the token. */
  readonly ask: () => Promise<GrantedToken>;
  /** Whether an answer refuses the token; absent: a 401. */
  readonly isRefused?: (answer: OutgoingAnswer) => boolean;
}

interface HeldToken {
  readonly token: string;
  readonly until: Instant;
}

/** A token is not used in the last part of its life: a call that is under way then would still be refused. */
const MARGIN_MILLIS_MAX = 60_000;
const MARGIN_RATIO = 0.1;

export class AccessToken {
  private readonly options: AccessTokenOptions;
  private held: HeldToken | null = null;
  private asking: Promise<HeldToken> | null = null;

  constructor(options: AccessTokenOptions) {
    this.options = options;
  }

  /** Makes a call with the token. If the token is refused, the call is made once more with a new one. */
  async use(call: (token: string) => Promise<OutgoingAnswer>): Promise<OutgoingAnswer> {
    const { isRefused = ({ status }: OutgoingAnswer) => status === 401 } = this.options;
    const used = await this.current();
    const answer = await call(used.token);
    if (!isRefused(answer)) return answer;
    // Another call may have renewed it meanwhile.
    if (this.held === used) this.held = null;
    return call((await this.current()).token);
  }

  private current(): Promise<HeldToken> {
    const { clock } = this.options;
    if (this.held !== null && clock.now() < this.held.until) return Promise.resolve(this.held);
    this.asking ??= this.renew().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async renew(): Promise<HeldToken> {
    const { clock, ask } = this.options;
    const askedAt = clock.now();
    const { token, lifetimeMillis } = await ask();
    knownSecrets.addPassing(token);
    const life = lifetimeMillis ?? Number.POSITIVE_INFINITY;
    this.held = { token, until: askedAt + life - Math.min(MARGIN_MILLIS_MAX, life * MARGIN_RATIO) };
    return this.held;
  }
}

const GRANT = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z
    .union([z.number(), z.string().regex(/^\d{1,9}$/)])
    .transform(Number)
    .nullish(),
});

/**
 * The token of an OAuth 2 answer (RFC 6749, section 5.1; `expires_in` also as a text). Throws HESABU_GATEWAY_FAILED for
 * another answer, without its body: it may hold the token.
 */
export function grantedToken({ status, body }: OutgoingAnswer, where: string): GrantedToken {
  const read = GRANT.safeParse(json(body));
  if (status < 200 || status >= 300 || !read.success) {
    const detail = { where, expected: 'an access token', found: read.success ? `${status}` : `${status}, no token` };
    throw new HesabuError('HESABU_GATEWAY_FAILED', detail);
  }
  const { access_token: token, expires_in: seconds } = read.data;
  return { token, lifetimeMillis: seconds == null ? null : seconds * 1000 };
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
