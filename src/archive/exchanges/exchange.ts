// One exchange with the outside, in either direction, as the raw archive keeps it: what was asked and what was
// answered.

import type { Instant } from '../../domain/time.ts';

export interface Message {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as they came or went; empty where there were none. */
  readonly body: Uint8Array;
}

export interface Exchange {
  /** See `newExchangeId`: unique, and in the order of time. A fact's `raw` names it. */
  readonly id: string;
  /** `in`: they called us; `out`: we called them. */
  readonly direction: 'in' | 'out';
  readonly at: Instant;
  readonly elapsed_ms: number;
  /** `provider/account`; '' where the exchange is with nobody in particular. */
  readonly account: string;
  readonly method: string;
  readonly url: string;
  readonly request: Message;
  /** Null where no answer came, or none that could be read to its end. */
  readonly status: number | null;
  readonly response: Message | null;
  /** A HESABU_* code and a few words, where something went wrong; else null. */
  readonly fault: string | null;
  /** The references and ids that it is about: it is found by each of them. */
  readonly names: readonly string[];
}

/** Where exchanges go. */
export interface ExchangeSink {
  /** Resolves when the exchange is on the disk, redacted. Calls made together share one write. */
  add(exchange: Exchange): Promise<void>;
}
