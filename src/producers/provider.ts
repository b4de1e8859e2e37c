// The port that a payment provider fills: its formats, its webhooks, its gateway, its settings, and what it can do. One
// value a provider, listed in src/providers/registry.ts. Generic code asks this port and names no provider.

import type { z } from 'zod';
import type { Instant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/meter.ts';
import type { AccountSettings, SecretPlace } from './account-settings.ts';
import type { BodyContext, BodyReaders, BodyReading } from './bodies/body.ts';
import type { Capabilities, Documents } from './capabilities.ts';
import type { Mapping } from './files/mapping.ts';
import type { NamedExport } from './files/named-export.ts';
import type { FileKind, Format } from './formats/format.ts';
import type { Gateway } from './gateway.ts';

export interface WebhookFault {
  readonly code: 'HESABU_SIGNATURE_INVALID' | 'HESABU_SIGNATURE_STALE';
  readonly expected: string;
  readonly found: string;
}

/**
 * Null if the request is authentic. `values` gives all values of a header by its lower-case name, in their order;
 * `body` is the raw bytes.
 */
export type VerifyWebhook = (
  values: (header: string) => readonly string[],
  body: Uint8Array,
  now: Instant,
) => WebhookFault | null;

/** A webhook that was read, for the answer that its network expects. */
export interface TakenWebhook {
  readonly method: string;
  /** The part of the URL after the account's own; '' where there is none. */
  readonly endpoint: string;
  readonly text: string;
  readonly reading: BodyReading;
}

export interface WebhookReply {
  /** 200 where absent; 202 for a webhook that is kept unread. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string;
}

export interface WebhookPort<Settings extends AccountSettings = AccountSettings> {
  /** Lower-case names of the headers that `verify` reads; they are archived with a forged request. */
  readonly headers: readonly string[];
  /** Those of them whose value is the secret itself: the archive never holds it. */
  readonly secretHeaders?: readonly string[];
  /** The same two of an account, where its settings decide them. */
  headersOf?(settings: Settings): { readonly headers: readonly string[]; readonly secretHeaders: readonly string[] };
  /** The methods by which it calls; POST where absent. The body of a GET is its query, as it was sent. */
  readonly methods?: readonly ('GET' | 'POST' | 'PUT')[];
  /** Further URLs below the account's own, such as `result`: a reader knows them as `about.endpoint`. */
  readonly endpoints?: readonly string[];
  /** The answer that the network expects, sent once the facts are on disk; our own where absent or undefined. */
  reply?(taken: TakenWebhook): WebhookReply | undefined;
  /** Whether it is the first call of a shop that tries the URL, without a signature and without meaning. */
  isPing?(text: string, values: (header: string) => readonly string[]): boolean;
  /** The check under an account's settings, made again after each reload. Undefined if the account has no webhooks. */
  verifier(settings: Settings, secret: (place: SecretPlace) => string): VerifyWebhook | undefined;
  /**
   * The check by a secret's exact bytes alone, as an account without further settings has it, or with this scheme.
   * `webhook` is that part of its settings, where they are known.
   */
  check?(secret: Uint8Array, scheme: string | null, webhook?: object): VerifyWebhook | undefined;
}

/** Whether nobody signs the webhooks of an account, and its settings do not say that its network is trusted instead. */
export function isUnsigned({ capabilities }: Pick<Provider, 'capabilities'>, webhook: unknown): boolean {
  const { scheme, trust } = (webhook ?? {}) as { readonly scheme?: unknown; readonly trust?: unknown };
  if (trust === 'network') return false;
  return scheme === undefined ? capabilities.webhooks === 'unsigned' : scheme === 'none';
}

/** What a gateway gets from the service. `Outbound` is the client of outgoing calls, which producers do not know. */
export interface GatewayContext<Settings extends AccountSettings, Outbound> {
  readonly account: string;
  /** The settings now, which a reload changes; undefined once the account is gone from the configuration. */
  readonly settings: () => Settings | undefined;
  /** The settings at the start. */
  readonly initial: Settings;
  /** Reads a secret at the moment of use. Throws HESABU_SECRET_MISSING. */
  readonly secret: (place: SecretPlace) => string;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly meter: Meter;
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: (text: string) => string;
}

/** `gateway` and `webhook` have methods, so that a provider with settings of its own fits a table of all. */
export interface Provider<Settings extends AccountSettings = AccountSettings, Outbound = never> {
  /** Lower-case letters, digits and dashes: as in `provider` of a fact, `--provider` and hesabu.yaml. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  readonly capabilities: Capabilities;
  readonly documents: Documents;
  /** The provider's own export formats. A kind without one is read in the canonical format. */
  readonly formats: Partial<Readonly<Record<FileKind, Format>>>;
  /** The files that it gives to people, each with its mapping to a canonical format. */
  readonly exports: readonly NamedExport[];
  /**
   * Where returns have numbers of their own, by `refund` or `chargeback` their series as `bodies` says it: of a file's
   * row that names the payment beside its own id, where no mapping says more.
   */
  readonly returnSeries?: Readonly<Record<string, string>>;
  /** How the files of an account are read, where its own settings say it. */
  fileMapping?(settings: Partial<Settings>, kind: FileKind): Mapping | undefined;
  /** The provider's part of an account in hesabu.yaml. */
  readonly account: z.ZodType<Settings>;
  readonly webhook?: WebhookPort<Settings>;
  /** Reads what the provider sends and answers; made once an account. */
  bodies(context: BodyContext): BodyReaders;
  gateway?(context: GatewayContext<Settings, Outbound>): Gateway;
}
