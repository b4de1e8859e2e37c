// Reads the pages of a network's lists into facts, with the account's own readers. What cannot be read is listed for
// people beside webhooks that were not understood, with its whole exchange in the archive.

import { hash } from 'node:crypto';
import { type Source, sourceName } from '../../domain/fact.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type BodyReaders, type BodyReading, unread } from '../bodies/body.ts';
import { type KnownReferences, withoutTaken } from '../bodies/shop-bodies.ts';
import type { FactSink } from '../fact-sink.ts';
import type { Fault } from '../formats/row.ts';
import type { BodyPage, PageBody } from '../gateway.ts';
import type { UnreadWebhooks } from '../webhooks/unread-webhooks.ts';

export interface PageReaderOptions {
  readonly sink: FactSink;
  readonly unread: Pick<UnreadWebhooks, 'add'>;
  readonly clock: Clock;
  /** The readers of an account, as `provider/account`. */
  readonly readers: (account: string) => BodyReaders;
  /** The merchants that an account speaks for. */
  readonly merchants: (account: string) => readonly string[];
  readonly known: KnownReferences;
}

export interface PageCounts {
  readonly facts: number;
  /** Parts that could not be read. */
  readonly rejected: number;
  /** A hash of what it says: two pages with the same one are one page. */
  readonly sha256: string;
}

export class PageReader {
  private readonly options: PageReaderOptions;

  constructor(options: PageReaderOptions) {
    this.options = options;
  }

  /** Resolves when the facts are on disk and what could not be read is listed. */
  async take(source: Source, page: BodyPage): Promise<PageCounts> {
    const { sink, clock, known } = this.options;
    const account = sourceName(source);
    const [readers, merchants] = [this.options.readers(account), this.options.merchants(account)];
    const read: { body: PageBody; reading: BodyReading }[] = [];
    for (const body of page.bodies) {
      const reading = readBody(readers, body, page.exchange, clock.now());
      read.push({ body, reading: await withoutTaken(reading, known, merchants) });
    }
    const facts = read.flatMap(({ reading }) => reading.facts);
    if (facts.length > 0) await sink.append(facts);
    let rejected = 0;
    for (const { body, reading } of read) {
      const faults = faultsOf(reading);
      rejected += faults.length;
      if (faults.length > 0) this.list(source, page, body, faults as [string, ...string[]]);
    }
    const content = facts.length > 0 ? facts.map(({ id }) => id) : page.bodies.map(({ text }) => text);
    return { facts: facts.length, rejected, sha256: hash('sha256', JSON.stringify(content), 'base64') };
  }

  private list(
    { provider, account }: Source,
    { exchange }: BodyPage,
    { text }: PageBody,
    [first, ...more]: [string, ...string[]],
  ): void {
    const fault = more.length === 0 ? first : `${first}; ${more.length} more parts likewise`;
    const [sha256, received_at] = [hash('sha256', text, 'base64'), this.options.clock.now()];
    this.options.unread.add({ exchange, provider, account: account ?? '', received_at, fault, sha256 });
  }
}

function readBody(readers: BodyReaders, body: PageBody, raw: string, readAt: number): BodyReading {
  const { kind, text, about = {}, headers = {} } = body;
  const reader = readers[kind];
  if (reader === undefined) return unread('a body that its provider reads', kind);
  return reader({ text, header: (name) => headers[name] ?? null, about, readAt, raw });
}

function faultsOf({ unread: whole, rejects }: BodyReading): string[] {
  const text = (place: string, { code, field, expected, found }: Fault) =>
    `${code}: ${[place, field].filter((part) => part !== '').join(' ')}: expected ${expected}, found ${found}`;
  return [...(whole === null ? [] : [text('', whole)]), ...rejects.map((reject) => text(reject.place, reject))];
}
