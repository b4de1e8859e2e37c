// The port of a network's side: its calls, the form of its webhooks, its limits, and the account that a service needs
// for it. What happens to payments is decided by the gateway behind it, in the same way for every network.

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Language } from '../../domain/reason-words.ts';
import type { Instant } from '../../domain/time.ts';
import type { PaymentDesk } from './payment-desk.ts';
import type { ToldOtherwise, Unknown } from './payment-outcome.ts';
import type { ScheduledEvent } from './payment-timeline.ts';
import type { SecretNamed, WebhookMessage } from './webhook-message.ts';

/** Why a call is not handled. */
export type Trouble = 'limited' | 'unavailable';

export interface CallLimit {
  /** Calls a minute, and at once. */
  readonly perMinute: number;
  readonly burst: number;
}

export interface AccountPlace {
  /** The gateway's base URL. */
  readonly url: string;
  /** The account's own URL at the service. */
  readonly webhookUrl: string;
  /** The place of a secret of the account by its name, as hesabu.yaml writes it. */
  readonly secret: (name: string) => { readonly file: string };
  /** The age limit of a webhook's signature, as an ISO 8601 duration. */
  readonly tolerance: string;
}

type Headers = Readonly<Record<string, string>>;

export interface Personality {
  /** The provider's name in hesabu.yaml. */
  readonly name: string;
  readonly title: string;
  /** Its calls, each with a sentence. */
  readonly calls: Readonly<Record<string, Readonly<Record<Language, string>>>>;
  /** The currencies in which it takes money. */
  readonly currencies: readonly string[];
  readonly without: readonly Unknown[];
  readonly toldOtherwise?: ToldOtherwise;
  /** Of what its reports have no line: of anything, as it has none, or of returns. */
  readonly unreported?: 'payments' | 'returns';
  /** Which calls of a minute it answers, where it says so. */
  readonly limit: CallLimit | null;
  /** The secrets of an account by their names, each with a value that the network could have made. */
  readonly secrets: Readonly<Record<string, (random: (bytes: number) => Buffer) => string>>;
  /** Its part of an account in hesabu.yaml. */
  account(place: AccountPlace): object;
  serve(scope: FastifyInstance, desk: PaymentDesk): void;
  /** Calls of the sandbox alone, without a key and without faults: what people do who are no merchants. */
  control?(scope: FastifyInstance, desk: PaymentDesk): void;
  /** The requests that tell of an event; none where the network tells nothing. */
  webhooks(event: ScheduledEvent, desk: PaymentDesk): readonly WebhookMessage[];
  /** The body with the proof that stands inside it, where there is one; made anew for each attempt. */
  seal?(body: string, secret: SecretNamed): string;
  /** The headers that prove a body, beside those that it has; made anew for each attempt. `now` is its time. */
  proof(body: string, secret: SecretNamed, now: Instant, headers: Headers): Headers;
  /** What a new address gets first. */
  readonly greeting?: WebhookMessage;
  /** The waits after each failed attempt, in milliseconds. */
  readonly retries: readonly number[];
  /** The failed attempts in a row after which it tells nothing any more; it never gives up where there is no number. */
  readonly failuresMax?: number;
  /** Whether a webhook is taken by the receiver. */
  isTaken(status: number): boolean;
  /** Answers a call that is not handled; `seconds` after which the caller may come again. */
  refuse(reply: FastifyReply, trouble: Trouble, seconds: number, roll: number): FastifyReply;
}
