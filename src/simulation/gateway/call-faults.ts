// Faults of calls, applied before the gateway handles them: rate limits, errors, delays and cut connections.

import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TokenBucket } from '../../outbound/client/token-bucket.ts';
import type { Clock } from '../../runtime/clock.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Faults } from './faults.ts';
import type { CallLimit, Personality } from './personality.ts';

export interface CallFaultsOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: Faults;
  /** In real time; longer than any client waits. */
  readonly slowMillis: number;
  readonly limit: CallLimit;
  readonly refuse: Personality['refuse'];
}

export class CallFaults {
  /** The number of calls by result. */
  readonly counts = { fine: 0, limited: 0, errors: 0, slow: 0, cut: 0 };
  /** Calls that came faster than the limit, also where the fault is off and they are answered. */
  beyondLimit = 0;
  private readonly options: CallFaultsOptions;
  private readonly bucket: TokenBucket;
  private calls = 0;

  constructor(options: CallFaultsOptions) {
    this.options = options;
    this.bucket = new TokenBucket(options.clock, () => ({
      per_minute: options.limit.perMinute,
      burst: options.limit.burst,
    }));
  }

  /** True if the call was answered here. */
  async intercept(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { seed, faults, clock, slowMillis } = this.options;
    const random = randomFor(seed, 'call', this.calls++);
    const roll = random.below(100);
    const until = this.bucket.take();
    if (until !== null) this.beyondLimit++;
    if (until !== null && faults.has('limited')) {
      const seconds = Math.max(1, Math.ceil((until - clock.now()) / 1000));
      return this.limit(reply, seconds, random.below(100));
    }
    if (faults.has('limited') && roll < 3) return this.limit(reply, 60, random.below(100));
    if (faults.has('errors') && roll >= 10 && roll < 14) {
      this.counts.errors++;
      await this.options.refuse(reply, 'unavailable', 0, roll);
      return true;
    }
    if (faults.has('slow') && roll >= 20 && roll < 22) {
      this.counts.slow++;
      await delay(slowMillis);
      return false;
    }
    if (faults.has('cut') && roll >= 30 && roll < 33) {
      this.counts.cut++;
      reply.hijack();
      const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n';
      reply.raw.socket?.write(`${head}{"data":"`, () => request.raw.socket.destroy());
      return true;
    }
    this.counts.fine++;
    return false;
  }

  private async limit(reply: FastifyReply, seconds: number, roll: number): Promise<true> {
    this.counts.limited++;
    await this.options.refuse(reply, 'limited', seconds, roll);
    return true;
  }
}
