// Faults of calls, applied before the gateway handles them: rate limits, errors, delays and cut connections.

import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TokenBucket } from '../../outbound/client/token-bucket.ts';
import type { Clock } from '../../runtime/clock.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Faults } from './faults.ts';

export interface CallFaultsOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: Faults;
  /** In real time; longer than any client waits. */
  readonly slowMillis: number;
  readonly callsPerMinute: number;
}

const BURST = 20;

export class CallFaults {
  /** The number of calls by result. */
  readonly counts = { fine: 0, limited: 0, errors: 0, slow: 0, cut: 0 };
  private readonly options: CallFaultsOptions;
  private readonly bucket: TokenBucket;
  private calls = 0;

  constructor(options: CallFaultsOptions) {
    this.options = options;
    this.bucket = new TokenBucket(options.clock, () => ({ per_minute: options.callsPerMinute, burst: BURST }));
  }

  /** True if the call was answered here. */
  async intercept(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { seed, faults, clock, slowMillis } = this.options;
    const random = randomFor(seed, 'call', this.calls++);
    const roll = random.below(100);
    const until = faults.has('limited') ? this.bucket.take() : null;
    if (until !== null) {
      const seconds = Math.max(1, Math.ceil((until - clock.now()) / 1000));
      return this.limit(reply, seconds, random.percent(30));
    }
    if (faults.has('limited') && roll < 3) return this.limit(reply, 60, random.percent(30));
    if (faults.has('errors') && roll >= 10 && roll < 14) {
      this.counts.errors++;
      const body = { error: { code: 'unavailable', message: 'please try again' } };
      await reply.code(roll === 10 ? 503 : 500).send(body);
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
      reply.raw.socket?.write(`${head}{"transaction_reference":"`, () => request.raw.socket.destroy());
      return true;
    }
    this.counts.fine++;
    return false;
  }

  /** Some gateways report the limit as a 500 with a code of their own. */
  private async limit(reply: FastifyReply, seconds: number, asFault: boolean): Promise<true> {
    this.counts.limited++;
    if (asFault) await reply.code(500).send({ error: { code: '500.003.02', message: 'System is busy' } });
    else {
      const body = { error: { code: 'too_many_requests', message: 'slow down' } };
      await reply.code(429).header('retry-after', String(seconds)).send(body);
    }
    return true;
  }
}
