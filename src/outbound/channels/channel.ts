// What a channel for notices is: it sends one text, and says what the other side answered. Each has its own form, limit
// and way of saying no, in a file of its own.

import type { Instant } from '../../domain/time.ts';
import type { Rate } from '../client/token-bucket.ts';

/** Plain text: a channel makes it inert in its own form. */
export interface ChannelText {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link: { readonly url: string; readonly label: string } | null;
  readonly isCritical: boolean;
  /** The days whose reports a channel that can brings along. */
  readonly reports?: readonly string[];
}

/** What the other side said of it, in its own words. */
export type Verdict =
  | { readonly kind: 'taken'; readonly words: string }
  | {
      readonly kind: 'refused';
      readonly words: string;
      /** How long it wants to hear nothing. */
      readonly waitMillis?: number;
      /** Whether the same text would be refused for ever. */
      readonly isFinal?: boolean;
    };

export interface Channel {
  /** Below the limit of the other side. */
  readonly rate: Rate;
  /** Throws a HesabuError if no answer came. */
  send(text: ChannelText): Promise<Verdict>;
}

export interface ChannelAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a channel over HTTP needs of the service. */
export interface ChannelCalls {
  /** Sends a body as JSON. The answer with any status; throws a HesabuError if none came. */
  post(url: string, body: object): Promise<ChannelAnswer>;
  now(): Instant;
}

const WORDS_MAX = 300;

/** The other side's own words, so short that a log can have them. */
export function wordsOf({ status, body }: ChannelAnswer): string {
  const text = body.toString().replace(/\s+/g, ' ').trim();
  return `${status} ${text}`.trim().slice(0, WORDS_MAX);
}

/** The members of an answer in JSON; none of another one. */
export function membersOf({ body }: ChannelAnswer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
