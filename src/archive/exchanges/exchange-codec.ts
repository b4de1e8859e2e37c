// How the archive writes an exchange: one line of JSON, redacted, so that `zstdcat` shows a day to anybody who may see
// it.

import type { Instant } from '../../domain/time.ts';
import type { KeptBody, Redactor } from '../privacy/redact.ts';
import type { Exchange, Message } from './exchange.ts';

export interface ArchivedMessage extends Message {
  /** Of the body as it was, where not all of it is kept; null where it is whole, though redacted. SHA-256 in hex. */
  readonly original: { readonly bytes: number; readonly sha256: string } | null;
}

/** An exchange as the archive gives it back: secrets taken out, personal data as `#` and a pseudonym. */
export interface ArchivedExchange extends Exchange {
  readonly request: ArchivedMessage;
  readonly response: ArchivedMessage | null;
}

/** A line's JSON; bodies are texts. */
interface KeptExchange extends Omit<Exchange, 'request' | 'response'> {
  readonly request: KeptMessage;
  readonly response: KeptMessage | null;
}

interface KeptMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly original?: KeptBody['original'];
}

/**
 * A line without its end. It is put together by hand: JSON.stringify of the whole was measured a quarter slower, and
 * this is done for everything that comes in.
 */
export function encodeExchange(exchange: Exchange, redactor: Redactor): string {
  const { id, direction, at, elapsed_ms, account, method, url, request, status, response, fault, names } = exchange;
  const head = `{"id":${quoted(id)},"direction":"${direction}","at":${at},"elapsed_ms":${elapsed_ms}`;
  const about = `"account":${quoted(account)},"method":${quoted(method)},"url":${quoted(redactor.url(url))}`;
  const answer = response === null ? 'null' : encodeMessage(response, redactor);
  const fell = fault === null ? 'null' : quoted(redactor.text(fault));
  const asked = `"request":${encodeMessage(request, redactor)},"status":${status},"response":${answer}`;
  return `${head},${about},${asked},"fault":${fell},"names":[${names.map(quoted).join(',')}]}`;
}

function encodeMessage({ headers, body }: Message, redactor: Redactor): string {
  let kept = '';
  for (const name in headers) {
    kept += `${kept === '' ? '' : ','}${quoted(name)}:${quoted(redactor.header(name, headers[name] ?? ''))}`;
  }
  const { text, original } = redactor.body(body, headers['content-type'] ?? '');
  const more = original === undefined ? '' : `,"original":${JSON.stringify(original)}`;
  return `{"headers":{${kept}},"body":${JSON.stringify(text)}${more}}`;
}

/** What JSON must or may escape. */
const ESCAPED = /[^ !#-[\]-~]/;

function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

export function decodeExchange(line: string): ArchivedExchange {
  const { request, response, ...rest }: KeptExchange = JSON.parse(line);
  return { ...rest, request: archived(request), response: response === null ? null : archived(response) };
}

function archived({ headers, body, original }: KeptMessage): ArchivedMessage {
  return { headers, body: Buffer.from(body), original: original ?? null };
}

/** What an exchange may be found by; the same for each copy of it. */
export function isNamed(exchange: Exchange, name: string): boolean {
  return exchange.id === name || exchange.names.includes(name);
}

/** Whether a line may be of an exchange with this name; cheaper than reading the line. */
export function mayName(line: string, name: string): boolean {
  return line.includes(JSON.stringify(name));
}

export const DAY_MILLIS = 86_400_000;

/** The UTC day that an instant lies in, `YYYY-MM-DD`. */
export function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
