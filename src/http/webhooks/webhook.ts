// A webhook as it comes, from which account, and what it is answered.

import type { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { SignatureKey, SignatureScheme } from '../../providers/mfs-africa/signature.ts';

/** An account that sends webhooks. What can change while the service runs is asked for at each. */
export interface WebhookAccount {
  readonly provider: string;
  readonly account: string;
  readonly scheme: SignatureScheme;
  /** Milliseconds. */
  readonly tolerance: number;
  readonly keys: readonly SignatureKey[];
}

export interface WebhookRequest {
  readonly id: string;
  readonly at: Instant;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The values of all X-Signature headers, as they came. */
  readonly signatures: readonly string[];
  readonly body: Buffer;
}

export type WebhookAnswer =
  | { readonly status: 200 | 202 }
  /** Refused: the fault is to be thrown after what was received is on the disk. */
  | { readonly status: 401; readonly fault: HesabuError };
