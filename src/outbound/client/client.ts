// Outgoing calls: to allowed addresses, within a time and a size, each one archived.

import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import type { Exchange, ExchangeSink, Message } from '../../archive/exchanges/exchange.ts';
import { newExchangeId } from '../../archive/exchanges/exchange-id.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { forbidden, guardedLookup, isPublicAddress, type Lookup } from './address-guard.ts';

export interface OutgoingCall {
  /** `provider/account`, or '' for no particular account. */
  readonly account: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The references and ids that it is about. */
  readonly names: readonly string[];
  readonly bytesMax?: number;
  readonly timeoutMillis?: number;
}

export interface OutgoingAnswer {
  /** The id under which the exchange is archived. */
  readonly exchange: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface OutgoingOptions {
  readonly clock: Clock;
  readonly exchanges: ExchangeSink;
  /** `host:port` of places that may be called at any address. */
  readonly allow: readonly string[];
  readonly timeoutMillis: number;
  /** Called with the time that an answer carries, and whose: a provider's, or a host's. */
  readonly onDate?: (source: string, time: Instant) => void;
  /** Tests use it to resolve names to other addresses. */
  readonly lookup?: Lookup;
}

const BYTES_MAX = 4 * 1024 * 1024;
const CONNECT_MILLIS_MAX = 5_000;
/** An empty body. */
const NOTHING = new Uint8Array(0);

export class OutgoingClient {
  private readonly options: OutgoingOptions;
  private readonly guarded: Agent;
  private readonly open: Agent;

  constructor(options: OutgoingOptions) {
    this.options = options;
    const timeout = Math.min(options.timeoutMillis, CONNECT_MILLIS_MAX);
    this.guarded = new Agent({ connect: { lookup: guardedLookup(options.lookup), timeout } });
    this.open = new Agent({ connect: { timeout } });
  }

  /**
   * The answer with any status, once the exchange is archived. Redirects are not followed. Throws
   * HESABU_ADDRESS_FORBIDDEN, HESABU_GATEWAY_FAILED if no whole answer came in time, or an error of the archive: then
   * the call was made, and its effect is unknown.
   */
  async call(call: OutgoingCall): Promise<OutgoingAnswer> {
    const { clock, exchanges } = this.options;
    const at = clock.now();
    const id = newExchangeId(at);
    const started = performance.now();
    const { result, fault } = await this.attempt(call);
    const exchange: Exchange = {
      id,
      direction: 'out',
      at,
      elapsed_ms: Math.round(performance.now() - started),
      account: call.account,
      method: call.method,
      url: call.url,
      request: { headers: call.headers, body: call.body === undefined ? NOTHING : Buffer.from(call.body) },
      status: result?.status ?? null,
      response: result?.message ?? null,
      fault: fault?.message ?? null,
      names: call.names,
    };
    await exchanges.add(exchange);
    if (fault !== undefined) throw fault;
    const { status, message } = result!;
    this.tellDate(call, message!.headers);
    return { exchange: id, status, headers: message!.headers, body: message!.body as Buffer };
  }

  async close(): Promise<void> {
    await Promise.all([this.guarded.destroy(), this.open.destroy()]);
  }

  private tellDate({ account, url }: OutgoingCall, { date }: Message['headers']): void {
    const time = Date.parse(date ?? '');
    if (Number.isNaN(time)) return;
    // Several accounts of one provider are answered by one clock.
    const source = account === '' ? new URL(url).host : account.split('/')[0]!;
    this.options.onDate?.(source, time);
  }

  /** A status may have come without its body. */
  private async attempt(call: OutgoingCall): Promise<{ result?: Received; fault?: HesabuError }> {
    const result: { status: number | null; message: Message | null } = { status: null, message: null };
    const timeout = call.timeoutMillis ?? this.options.timeoutMillis;
    try {
      const dispatcher = this.dispatcherOf(call.url);
      const answer = await request(call.url, {
        dispatcher,
        method: call.method,
        headers: call.headers,
        signal: AbortSignal.timeout(timeout),
        ...(call.body === undefined ? {} : { body: call.body }),
      });
      result.status = answer.statusCode;
      const body = await readAll(answer.body, call.bytesMax ?? BYTES_MAX);
      result.message = { headers: single(answer.headers), body };
      return { result: result as Received };
    } catch (error) {
      const fault = faultOf(error, call, timeout);
      return result.status === null ? { fault } : { result: result as Received, fault };
    }
  }

  private dispatcherOf(text: string): Agent {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw forbidden(text.replace(/\/\/.*@/, '//'), 'not a plain http or https URL');
    }
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    if (this.options.allow.includes(`${url.hostname}:${port}`)) return this.open;
    // A host that is already an address is never looked up.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !isPublicAddress(host)) throw forbidden(url.origin, host);
    return this.guarded;
  }
}

interface Received {
  readonly status: number;
  readonly message: Message | null;
}

async function readAll(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytesMax) throw new TooLarge(`more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

class TooLarge extends Error {}

function single(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function faultOf(error: unknown, { account, method, url }: OutgoingCall, timeout: number): HesabuError {
  if (error instanceof HesabuError) return error;
  const { name, message, code } = error as Error & { code?: string };
  const isTimeout = name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_ABORTED';
  const found = isTimeout ? `no answer within ${timeout} ms` : error instanceof TooLarge ? message : (code ?? message);
  const path = URL.parse(url)?.pathname ?? '';
  const where = `${account === '' ? (URL.parse(url)?.host ?? 'invalid URL') : account}: ${method} ${path}`;
  return new HesabuError('HESABU_GATEWAY_FAILED', { where, found }, error);
}
