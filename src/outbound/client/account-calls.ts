// Calls to one account of a gateway: within its rate limit, paused while it fails, and obeying its "not now".

import { HesabuError } from '../../domain/errors.ts';
import { GatewayLimited } from '../../domain/gateway-errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { OutgoingAnswer, OutgoingCall, OutgoingClient } from './client.ts';
import { retryAt } from './retry-after.ts';
import { type BucketMemory, type Rate, TokenBucket } from './token-bucket.ts';

export interface AccountCallsOptions {
  readonly client: Pick<OutgoingClient, 'call'>;
  readonly clock: Clock;
  readonly meter: Meter;
  /** `provider/account`. */
  readonly account: string;
  /** The current rate: it may change while the service runs. */
  readonly rate: () => Rate;
  /** Stores its limits across restarts; nothing is stored if absent. */
  readonly memory?: BucketMemory;
  /** Whether an answer with this status and body reports too many calls. */
  readonly isLimit: (answer: OutgoingAnswer) => boolean;
  /** Whether one of 500 and above is an answer all the same, and no failure of the gateway. */
  readonly isAnswer?: ((answer: OutgoingAnswer) => boolean) | undefined;
}

/** The purpose of a call. */
export type Purpose = 'money' | 'list' | 'poll';

/**
 * The number of tokens that a call leaves to others. A customer at the till waits for money calls, and for the list of
 * operators only before that; nobody waits for polls.
 */
const SPARE: Readonly<Record<Purpose, number>> = { money: 0, list: 1, poll: 2 };

/** The wait if the answer does not give one. */
const LIMIT_MILLIS = 60_000;

export class AccountCalls {
  private readonly options: AccountCallsOptions;
  private readonly bucket: TokenBucket;
  private readonly breaker: CircuitBreaker;

  constructor(options: AccountCallsOptions) {
    const { clock, rate, memory } = options;
    this.options = options;
    this.bucket = new TokenBucket(clock, rate, memory);
    this.breaker = new CircuitBreaker(clock);
  }

  /** Throws GatewayLimited, HESABU_GATEWAY_FAILED (also for most answers from 500 on) or HESABU_ADDRESS_FORBIDDEN. */
  async call(call: Omit<OutgoingCall, 'account'>, purpose: Purpose): Promise<OutgoingAnswer> {
    const { client, account } = this.options;
    this.enter(call, purpose);
    try {
      const answer = await client.call({ ...call, account });
      if (this.options.isLimit(answer)) throw this.limited(call, answer);
      if (answer.status >= 500 && this.options.isAnswer?.(answer) !== true) {
        throw new HesabuError('HESABU_GATEWAY_FAILED', { where: this.whereOf(call), found: `${answer.status}` });
      }
      this.breaker.succeeded();
      return answer;
    } catch (error) {
      // A gateway that limits our calls is working.
      if (error instanceof GatewayLimited) this.breaker.succeeded();
      else this.breaker.failed();
      throw error;
    } finally {
      this.show();
    }
  }

  private enter(call: Pick<OutgoingCall, 'method' | 'url'>, purpose: Purpose): void {
    const until = this.breaker.enter();
    if (until !== null) throw this.limitedUntil(call, 'pause after failures', until);
    let isMade = false;
    try {
      const full = this.bucket.take(SPARE[purpose]);
      if (full !== null) throw this.limitedUntil(call, 'our own rate limit', full);
      isMade = true;
    } finally {
      if (!isMade) {
        this.breaker.left();
        this.show();
      }
    }
  }

  private limited(call: Pick<OutgoingCall, 'method' | 'url'>, { headers, status }: OutgoingAnswer): GatewayLimited {
    const { clock, meter, account } = this.options;
    const until = retryAt(headers['retry-after'], clock.now()) ?? clock.now() + LIMIT_MILLIS;
    this.bucket.block(until);
    meter.add('hesabu_rate_limited_total', { account });
    return this.limitedUntil(call, `${status}`, until, status);
  }

  private limitedUntil(
    call: Pick<OutgoingCall, 'method' | 'url'>,
    found: string,
    until: Instant,
    status: number | null = null,
  ): GatewayLimited {
    return new GatewayLimited({ where: this.whereOf(call), found }, until, status);
  }

  private whereOf({ method, url }: Pick<OutgoingCall, 'method' | 'url'>): string {
    return `${this.options.account}: ${method} ${URL.parse(url)?.pathname ?? ''}`;
  }

  private show(): void {
    const { meter, account } = this.options;
    meter.set('hesabu_rate_headroom_ratio', { account }, this.bucket.headroom(SPARE.poll));
    meter.set('hesabu_breaker_open', { account }, this.breaker.isOpen ? 1 : 0);
  }
}
