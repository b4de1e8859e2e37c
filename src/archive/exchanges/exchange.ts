// One exchange with the outside, in either direction, as the raw archive stores it: the request and the answer.

import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';

export interface Message {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as received or sent; empty for no body. */
  readonly body: Uint8Array;
}

export interface Exchange {
  /** See `newExchangeId`: unique, and sorted by time. A fact's `raw` refers to it. */
  readonly id: string;
  /** `in`: they called us; `out`: we called them. */
  readonly direction: 'in' | 'out';
  readonly at: Instant;
  readonly elapsed_ms: number;
  /** `provider/account`; '' for no particular account. */
  readonly account: string;
  readonly method: string;
  readonly url: string;
  readonly request: Message;
  /** Null if no answer came, or it could not be read to its end. */
  readonly status: number | null;
  readonly response: Message | null;
  /** A HESABU_* code and a few words if something failed; otherwise null. */
  readonly fault: string | null;
  /** The references and ids that it is about: each of them finds it. */
  readonly names: readonly string[];
  /** The acknowledged facts that came with it: they are kept as they were written, should the log lose them. */
  readonly facts?: readonly Fact[];
}

/** The destination of exchanges. */
export interface ExchangeSink {
  /** Resolves when the exchange is durable, redacted. Concurrent calls share one write. */
  add(exchange: Exchange): Promise<void>;
}
