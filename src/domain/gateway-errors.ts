// What a gateway's answer or our own limits may be instead of a result: errors that callers tell apart.

import { type ErrorDetail, HesabuError } from './errors.ts';
import type { Instant } from './time.ts';

/** Not now: the gateway, our own limit or the circuit breaker says so. */
export class GatewayLimited extends HesabuError {
  readonly retryAt: Instant;
  /** Of the gateway's answer; null where the call was not made. */
  readonly status: number | null;

  constructor(detail: ErrorDetail, retryAt: Instant, status: number | null = null) {
    super('HESABU_GATEWAY_LIMITED', detail);
    this.retryAt = retryAt;
    this.status = status;
  }
}

/** The gateway said no; with what status matters where money moves, since not every no means that nothing was begun. */
export class GatewayRefused extends HesabuError {
  readonly status: number;

  constructor(detail: ErrorDetail, status: number) {
    super('HESABU_GATEWAY_REFUSED', detail);
    this.status = status;
  }
}
