// What changed since a cursor, by page and as a live stream: for pages that show the present state, and read anew what
// is named.

import { Readable } from 'node:stream';
import { z } from 'zod';
import type { PlacedChange } from '../../../domain/change.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import type { Caller } from '../../access/caller.ts';
import { RateLimited } from '../../access/rate-limits.ts';
import { changeEvents, changeView } from '../change-stream.ts';
import { type Answer, type Call, type Route, route } from '../route.ts';
import { count } from '../schemas/basic.ts';
import { Changes } from '../schemas/change.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;
const EVENT_STREAM = 'text/event-stream';
/** Where to read on in each partition, and in the alerts. The ledger itself refuses others. */
const CURSOR = '^\\d{1,9}\\.\\d{1,9}(-\\d{1,9}\\.\\d{1,9})*~\\d{1,15}$';
const STREAM_BYTES = 64 * 1024;
/** A person's own stream that a browser left behind ends within a heartbeat. */
const RETRY_MILLIS = 15_000;
/** A caller for some merchants may see few of many changes, so the number of pages searched is limited. */
const PAGES_MAX = 20;

const ChangesQuery = z.strictObject({
  after: z.string().min(1).max(4_096).meta({ pattern: CURSOR }).optional(),
  limit: count(1, 1_000, 100),
});
type ChangesCall = Call<unknown, z.output<typeof ChangesQuery>>;

/** Each caller may have some streams at once: a browser opens one a tab, and a program needs one. */
export function changeRoute(): Route {
  const open = new Map<string, number>();
  return route({
    method: 'GET',
    url: '/v1/changes',
    summary: 'What changed after a cursor, or as a live stream: cases, proposals, periods, statements, alerts',
    description:
      'Without `after`, nothing but the cursor of now. With Accept: text/event-stream each change is an event: its ' +
      'id is the cursor after it, its type the kind, its data the change. A client resumes with Last-Event-ID, and ' +
      'gets each change once. The event `end` says why a stream ends: `restart`, `slow` or `signed_out`.',
    roles: READERS,
    scope: 'merchant',
    query: ChangesQuery,
    answers: {
      200: {
        description: 'A page of changes, or the stream',
        content: { 'application/json': Changes, [EVENT_STREAM]: z.string() },
        links: { next: { to: 'GET /v1/changes', by: { after: '$response.body#/next' } } },
      },
    },
    handle: (call) => (call.accepts.includes(EVENT_STREAM) ? stream(call, open) : page(call)),
  });
}

async function page({ parts, query, caller }: ChangesCall): Promise<Answer> {
  const { changes } = parts;
  let cursor = query.after ?? changes.end;
  let seen: PlacedChange[] = [];
  let end = query.after === undefined;
  for (let pages = 0; pages < PAGES_MAX && seen.length === 0 && !end; pages++) {
    const read = await changes.after(cursor, query.limit);
    seen = read.changes.filter(seenBy(caller));
    [cursor, end] = [read.cursor, read.isEnd];
  }
  return { status: 200, body: { changes: seen.map(changeView), next: cursor, end } };
}

async function stream({ parts, query, caller, lastEventId, gone }: ChangesCall, open: Map<string, number>) {
  const { changes, draining, keys, clock } = parts;
  const from = lastEventId ?? query.after ?? changes.end;
  // An invalid cursor is a fault of the request and is answered before the stream begins.
  await changes.after(from, 1);
  enter(caller.id, parts.streamsMax(), gone, open);
  const texts = changeEvents({
    ...{ changes, from, isSeen: seenBy(caller), ends: AbortSignal.any([gone, draining]) },
    isDraining: () => draining.aborted,
    isLive: () => caller.signedIn?.isLive() ?? keys.isLive(caller.id, clock.now()),
  });
  const body = Readable.from(texts, { objectMode: false, highWaterMark: STREAM_BYTES });
  const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  return { status: 200, type: EVENT_STREAM, headers, body };
}

/** Counts a stream of the caller until it is gone. Throws RateLimited. */
function enter(caller: string, most: number, gone: AbortSignal, open: Map<string, number>): void {
  const mine = open.get(caller) ?? 0;
  if (mine >= most) {
    const detail = { where: 'streams of this caller', expected: `at most ${most} at once, which is limits.streams` };
    throw new RateLimited(detail, RETRY_MILLIS, () => ({}));
  }
  if (gone.aborted) return;
  open.set(caller, mine + 1);
  gone.addEventListener('abort', () => {
    const left = open.get(caller)! - 1;
    if (left === 0) open.delete(caller);
    else open.set(caller, left);
  });
}

/** Alerts are about the service as a whole. */
function seenBy(caller: Caller): (change: PlacedChange) => boolean {
  const isForAll = hasAllMerchants(caller);
  return ({ kind, merchant }) => {
    if (kind === 'alert') return isForAll && caller.role !== 'shop';
    return isForAll || mayTouch(caller, merchant);
  };
}
