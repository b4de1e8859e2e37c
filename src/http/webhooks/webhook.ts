// A webhook as it arrives, its account, and its answer.

import type { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { ReadBody } from '../../producers/bodies/body.ts';
import type { VerifyWebhook, WebhookPort, WebhookReply } from '../../producers/provider.ts';
import type { WebhookGate } from '../../producers/webhooks/origin.ts';
import { REDACTED } from '../../runtime/known-secrets.ts';

export type WebhookMethod = NonNullable<WebhookPort['methods']>[number];

/** An account that sends webhooks. A reload changes it, so the receiver asks for it at each webhook. */
export interface WebhookAccount {
  readonly provider: string;
  readonly account: string;
  /** Those that it speaks for; `*` for all. */
  readonly merchants: readonly string[];
  readonly port: Omit<WebhookPort, 'verifier' | 'check'>;
  readonly gate: WebhookGate;
  readonly verify: VerifyWebhook;
  readonly read: ReadBody;
}

export interface WebhookRequest {
  readonly id: string;
  readonly at: Instant;
  readonly method: WebhookMethod;
  /** Without the secret part. */
  readonly url: string;
  /** The part of the URL after the account's own; '' where there is none. */
  readonly endpoint: string;
  /** The address that it came from; behind a proxy, the one that the proxy saw. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values alternate, as received: Node joins repeated headers, so only these show repeats. */
  readonly rawHeaders: readonly string[];
  /** Of a GET, its query. */
  readonly body: Buffer;
}

export type WebhookAnswer =
  | { readonly status: 200 | 202; readonly isIgnored?: true; readonly reply?: WebhookReply | undefined }
  /** Refused: the fault is thrown after the request is on disk. */
  | { readonly status: 401; readonly fault: HesabuError };

/** The headers without the values of those that are a secret. */
export function withoutSecretHeaders(
  headers: WebhookRequest['headers'],
  secretHeaders: readonly string[] = [],
): WebhookRequest['headers'] {
  const found = secretHeaders.filter((name) => headers[name] !== undefined);
  return found.length === 0 ? headers : { ...headers, ...Object.fromEntries(found.map((name) => [name, REDACTED])) };
}

/** All values of a header, given by its lower-case name. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at]!;
    if (header.length === name.length && header.toLowerCase() === name) found.push(rawHeaders[at + 1]!);
  }
  return found;
}
