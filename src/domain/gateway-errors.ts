// The errors that a call of a gateway may end with: its own failures and our limits. Callers tell them apart.

import { type ErrorDetail, HesabuError } from './errors.ts';
import type { Instant } from './time.ts';

/** Not now: the gateway, our own rate limit or the circuit breaker refuses the call. */
export class GatewayLimited extends HesabuError {
  readonly retryAt: Instant;
  /** The HTTP status of the gateway's answer; null where the call was not made. */
  readonly status: number | null;

  constructor(detail: ErrorDetail, retryAt: Instant, status: number | null = null) {
    super('HESABU_GATEWAY_LIMITED', detail);
    this.retryAt = retryAt;
    this.status = status;
  }
}

/** The gateway refused. The status matters where money moves: not every refusal means that no payment was started. */
export class GatewayRefused extends HesabuError {
  readonly status: number;
  /** Whether the network's words say that nothing was started, whatever the status. */
  readonly isNothingStarted: boolean;

  constructor(detail: ErrorDetail, status: number, isNothingStarted = false) {
    super('HESABU_GATEWAY_REFUSED', detail);
    this.status = status;
    this.isNothingStarted = isNothingStarted;
  }
}
