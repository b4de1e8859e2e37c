// The form of an archived exchange: one line of JSON, redacted, so that `zstdcat` shows a day to anyone who may see
// it.

import { ByteWriter } from '../../domain/bytes.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { readFact, writeFact } from '../../log/fact-codec.ts';
import type { Redactor, StoredBody } from '../privacy/redactor.ts';
import type { Exchange, Message } from './exchange.ts';

export interface ArchivedMessage extends Message {
  /** Size and SHA-256 (hex) of the whole body, if only a part of it is stored; null if all of it is (redacted). */
  readonly original: { readonly bytes: number; readonly sha256: string } | null;
}

/** An exchange as read from the archive: without secrets, personal data replaced by `#` and a pseudonym. */
export interface ArchivedExchange extends Omit<Exchange, 'facts'> {
  readonly request: ArchivedMessage;
  readonly response: ArchivedMessage | null;
}

/** The JSON of a line; bodies are texts. */
interface StoredExchange extends Omit<Exchange, 'request' | 'response' | 'facts'> {
  readonly request: StoredMessage;
  readonly response: StoredMessage | null;
  /** Each is the bytes of a fact, as characters. */
  readonly facts?: readonly string[];
}

interface StoredMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly original?: StoredBody['original'];
}

/**
 * A line without its line end. It is built by hand because JSON.stringify of the whole was measured a quarter slower,
 * and this runs for everything that comes in.
 */
export function encodeExchange(exchange: Exchange, redactor: Redactor): string {
  const { id, direction, at, elapsed_ms, account, method, url, request, status, response, fault, names } = exchange;
  const { facts = [] } = exchange;
  const head = `{"id":${quoted(id)},"direction":"${direction}","at":${at},"elapsed_ms":${elapsed_ms}`;
  const description = `"account":${quoted(account)},"method":${quoted(method)},"url":${quoted(redactor.url(url))}`;
  const answer = response === null ? 'null' : encodeMessage(response, redactor);
  const fell = fault === null ? 'null' : quoted(redactor.text(fault));
  const asked = `"request":${encodeMessage(request, redactor)},"status":${status},"response":${answer}`;
  const more = facts.length === 0 ? '' : `${FACTS}${facts.map(encodeFact).join(',')}]`;
  return `${head},${description},${asked},"fault":${fell},"names":[${names.map(quoted).join(',')}]${more}}`;
}

const FACTS = ',"facts":[';
const factBytes = new ByteWriter(1024);

/** Most bytes are those of texts that the line has already, so they are written as characters, not as Base64. */
function encodeFact(fact: Fact): string {
  factBytes.length = 0;
  writeFact(factBytes, fact);
  return JSON.stringify(factBytes.buffer.toString('latin1', 0, factBytes.length));
}

/** The facts that came with the exchange of a line, as they were written into the log. */
export function factsIn(line: string): Fact[] {
  if (!line.includes(FACTS)) return [];
  const { facts = [] } = JSON.parse(line) as StoredExchange;
  return facts.map((text) => {
    const bytes = Buffer.from(text, 'latin1');
    return readFact(bytes, 0, bytes.length);
  });
}

function encodeMessage({ headers, body }: Message, redactor: Redactor): string {
  let kept = '';
  for (const name in headers) {
    const value = redactor.header(name, headers[name] ?? '');
    if (value !== undefined) kept += `${kept === '' ? '' : ','}${quoted(name)}:${quoted(value)}`;
  }
  const { text, original } = redactor.body(body, headers['content-type'] ?? '');
  const more = original === undefined ? '' : `,"original":${JSON.stringify(original)}`;
  return `{"headers":{${kept}},"body":${JSON.stringify(text)}${more}}`;
}

/** Characters that JSON must or may escape. */
const ESCAPED = /[^ !#-[\]-~]/;

function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

export function decodeExchange(line: string): ArchivedExchange {
  const { request, response, facts: _, ...rest }: StoredExchange = JSON.parse(line);
  return { ...rest, request: archived(request), response: response === null ? null : archived(response) };
}

function archived({ headers, body, original }: StoredMessage): ArchivedMessage {
  return { headers, body: Buffer.from(body), original: original ?? null };
}

/** Whether an exchange has this id or name; the same for each copy of it. */
export function isNamed(exchange: Exchange, name: string): boolean {
  return exchange.id === name || exchange.names.includes(name);
}

/** Whether a line may belong to an exchange with this name; cheaper than parsing the line. */
export function mayContainName(line: string, name: string): boolean {
  return line.includes(JSON.stringify(name));
}

export const DAY_MILLIS = 86_400_000;

/** The UTC day of an instant, `YYYY-MM-DD`. */
export function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
