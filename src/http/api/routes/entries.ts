// The ledger for subscribers: entries by page and as a live stream, the signed heads, and proofs.

import { Readable } from 'node:stream';
import { z } from 'zod';
import { ByteReader } from '../../../domain/bytes.ts';
import type { Entry as LedgerEntry } from '../../../domain/entry.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { readEntry } from '../../../ledger/entry-codec.ts';
import { cursorsIn } from '../../../projections/entry-feed.ts';
import { entryView } from '../../../projections/entry-view.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import type { EntryPort } from '../../ledger-port.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count } from '../schemas/basic.ts';
import { Entries } from '../schemas/ledger.ts';
import { Checkpoints, Proof } from '../schemas/service.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;
const EVENT_STREAM = 'text/event-stream';
const PLAIN = 'text/plain; charset=utf-8';

/** One part for each partition: the block, and how many of its entries were read. The ledger itself refuses others. */
const CURSOR = '^\\d{1,9}\\.\\d{1,9}(-\\d{1,9}\\.\\d{1,9})*$';

const EntriesQuery = z.strictObject({
  after: z.string().min(1).max(4_096).meta({ pattern: CURSOR }).optional(),
  limit: count(1, 1_000, 100),
});
const EntryParams = z.strictObject({
  entry: z
    .string()
    .regex(/^\d{1,9}-\d{1,9}-\d{1,9}$/, 'expected an id such as 3-0-17')
    .meta({ examples: ['3-0-17'] }),
});

export const ENTRY_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/entries',
    summary: 'The entries of the ledger after a cursor, or as a live stream',
    description:
      'With Accept: text/event-stream each entry is an event. Its id is the cursor after the entry, its type is the ' +
      'kind of the entry, and its data is the entry. A client resumes with Last-Event-ID. Entries of one ' +
      'transaction come in order.',
    roles: READERS,
    scope: 'merchant',
    query: EntriesQuery,
    answers: {
      200: {
        description: 'A page of entries, or the stream',
        content: { 'application/json': Entries, [EVENT_STREAM]: z.string() },
        links: {
          next: { to: 'GET /v1/entries', by: { after: '$response.body#/next' } },
          proof: { to: 'GET /v1/proofs/:entry', by: { entry: '$response.body#/entries/0/id' } },
        },
      },
    },
    handle: listEntries,
  }),
  route({
    method: 'GET',
    url: '/v1/checkpoint',
    summary: 'The signed heads of the ledger',
    description: 'One C2SP signed note for each partition that has entries. As text, one note follows another.',
    roles: READERS,
    scope: 'all',
    answers: {
      200: { description: 'The heads', content: { 'application/json': Checkpoints, 'text/plain': z.string() } },
    },
    handle: async ({ parts, accepts }) => {
      const checkpoints = await parts.ledger.reader.checkpoints();
      if (accepts.includes('text/plain')) return { status: 200, type: PLAIN, body: checkpoints.join('\n') };
      return { status: 200, body: { checkpoints } };
    },
  }),
  route({
    method: 'GET',
    url: '/v1/proofs/:entry',
    summary: 'The proof that an entry is in the ledger',
    description: 'The same files as hesabu proof writes: the proof, the bytes of the entry, and the public key.',
    roles: READERS,
    scope: 'merchant',
    params: EntryParams,
    answers: { 200: json('The files of the proof', Proof) },
    handle: sendProof,
  }),
];

type EntriesCall = Call<unknown, z.output<typeof EntriesQuery>>;

async function listEntries(call: EntriesCall): Promise<Answer> {
  const { parts, query, caller, accepts } = call;
  if (accepts.includes(EVENT_STREAM)) return await streamEntries(call);
  const { reader } = parts.ledger;
  let cursor = query.after ?? null;
  let entries: LedgerEntry[] = [];
  let end = false;
  // A key for some merchants may see few of many entries, so the number of pages searched is limited.
  for (let pages = 0; pages < PAGES_MAX && entries.length === 0 && !end; pages++) {
    const page = await reader.entriesAfter(cursor, query.limit);
    entries = page.entries.filter(({ merchant }) => mayTouch(caller, merchant));
    end = page.entries.length < query.limit;
    cursor = page.cursor;
  }
  return { status: 200, body: { entries: entries.map(entryView), next: cursor, end } };
}

const PAGES_MAX = 20;

async function streamEntries({ parts, query, caller, lastEventId, gone }: EntriesCall): Promise<Answer> {
  const { ledger, draining, keys, clock } = parts;
  const { reader } = ledger;
  const ends = AbortSignal.any([gone, draining]);
  const cursor = lastEventId ?? query.after ?? null;
  // An invalid cursor is a fault of the request and is answered before the stream begins.
  await reader.entriesAfter(cursor, 1);
  const isSeen = ({ merchant }: LedgerEntry) => hasAllMerchants(caller) || mayTouch(caller, merchant);
  const isLive = () => caller.signedIn?.isLive() ?? keys.isLive(caller.id, clock.now());
  const mayGoOn = () => !ends.aborted && isLive();
  const texts = events({ reader, from: cursor, isSeen, ends, mayGoOn });
  const body = Readable.from(texts, { objectMode: false, highWaterMark: STREAM_BYTES });
  return { status: 200, type: EVENT_STREAM, headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' }, body };
}

/** Each page is a question to another thread, which answers when it has ended what it does. */
const STREAM_PAGE = 500;
const STREAM_BYTES = 64 * 1024;
/** Often enough that no proxy closes a quiet stream; in real time. */
const HEARTBEAT_MILLIS = 15_000;

interface Subscription {
  readonly reader: Pick<EntryPort, 'entriesAfter' | 'nextBlock'>;
  readonly from: string | null;
  readonly isSeen: (entry: LedgerEntry) => boolean;
  readonly ends: AbortSignal;
  /** Also false if the key has been revoked since. */
  readonly mayGoOn: () => boolean;
}

/** Reads only as fast as the client receives: a slow client gets entries later, and delays no other client. */
async function* events({ reader, from, isSeen, ends, mayGoOn }: Subscription): AsyncGenerator<string> {
  let cursor = from;
  yield ': the entries of the ledger\n\n';
  while (mayGoOn()) {
    // Requested before the page is read, so that a block between the two is not missed.
    const waiting = new AbortController();
    const news = reader.nextBlock(AbortSignal.any([ends, waiting.signal]));
    const page = await reader.entriesAfter(cursor, STREAM_PAGE);
    const cursors = cursorsIn(page, cursor);
    const text = page.entries.map((entry, at) => (isSeen(entry) ? eventText(entry, cursors[at]!) : '')).join('');
    cursor = page.cursor;
    if (page.entries.length === 0) {
      const timer = setTimeout(() => waiting.abort(), HEARTBEAT_MILLIS);
      await news;
      clearTimeout(timer);
      if (waiting.signal.aborted) yield ': still here\n\n';
    } else waiting.abort();
    if (text !== '') yield text;
  }
}

function eventText(entry: LedgerEntry, cursor: string): string {
  return `id: ${cursor}\nevent: ${entry.finding.kind}\ndata: ${JSON.stringify(entryView(entry))}\n\n`;
}

async function sendProof({ parts, params, caller }: Call<z.output<typeof EntryParams>>): Promise<Answer> {
  const id = params.entry;
  const files = await parts.ledger.reader.prove(id);
  const entry = files[`entry-${id}.bin`];
  const merchant = entry instanceof Uint8Array ? readEntry(new ByteReader(entry, 0, entry.length)).merchant : '';
  if (!mayTouch(caller, merchant)) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  return {
    status: 200,
    body: {
      entry: id,
      files: Object.entries(files).map(([name, content]) =>
        typeof content === 'string'
          ? { name, encoding: 'utf8', content }
          : { name, encoding: 'base64', content: content.toString('base64') },
      ),
    },
  };
}
