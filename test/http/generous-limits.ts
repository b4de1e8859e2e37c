// Limits that no test reaches by chance, and that a test may lower.
import { type Limited, RateLimits, type RequestRate } from '../../src/http/access/rate-limits.ts';

export interface GivenLimits {
  readonly limits: RateLimits;
  readonly rates: Record<Limited, RequestRate>;
}

export function generousLimits(): GivenLimits {
  const rate = { per_second: 10_000, burst: 100_000 };
  const rates = { key: rate, account: rate, address: rate };
  return { rates, limits: new RateLimits(() => rates) };
}
