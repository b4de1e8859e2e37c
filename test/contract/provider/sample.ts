// What a provider sends, as far as the contract of providers needs it: each row of the registry has one.

import type { Instant } from '../../../src/domain/time.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import type { GatewayCall, KnownIds } from '../../../src/producers/gateway.ts';
import type { RegisteredProvider } from '../../../src/providers/registry.ts';

/** A fact as far as a sample says it. */
export interface FactSample {
  /** Left out where it is a hash of the content. */
  readonly id?: string;
  readonly transaction_reference: string;
  readonly occurred_at?: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface WebhookSample {
  readonly body: string;
  readonly fact: FactSample;
  /** The same with an event that nobody knows, which must become an `unclassified` fact. */
  readonly unknownEvent?: string;
  /** The headers that the provider sends with a body. */
  headers(body: Uint8Array, secret: string, at: Instant): Readonly<Record<string, string>>;
  /** The environment variable of the secret; absent where nobody signs. */
  readonly secret?: string;
  /** How far from now a webhook may be, in milliseconds; null if its time is not checked. */
  readonly tolerance: number | null;
}

export interface CallSample {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GatewaySample {
  /** The answers of a gateway that accepts everything; each is about the reference. */
  readonly answers: Readonly<Partial<Record<GatewayCall, CallSample>>>;
  readonly initiated?: FactSample;
  readonly refunded?: FactSample;
  readonly status?: FactSample;
  /** The ids by which the status is asked for; absent where the reference is enough. */
  readonly ids?: KnownIds;
  /** `A-1` where absent. */
  readonly reference?: string;
  /** Members of what we send that are a secret by the network's own design; the archive hides them by their names. */
  readonly secretMembers?: readonly string[];
  /** What is answered to a question that comes before a call that moves money: whether it was made already. */
  readonly before?: (url: string) => CallSample | undefined;
  /** Where a network gives a token first: its address, and the answer. */
  readonly token?: CallSample & { readonly path: RegExp };
}

export interface ProviderSample {
  /** Parts of the account whose keys the schema leaves to others, such as `mapping`. */
  readonly open?: readonly string[];
  readonly provider: RegisteredProvider;
  /** An account as hesabu.yaml has it, with each of its keys. Its secrets are `{ env: NAME }`. */
  readonly account: Readonly<Record<string, unknown>>;
  /** Long enough to be found in what must not have them. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly files: readonly { readonly kind: FileKind; readonly text: string; readonly facts: readonly FactSample[] }[];
  readonly webhook?: WebhookSample;
  readonly gateway?: GatewaySample;
}
