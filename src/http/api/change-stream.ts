// The stream of changes to one reader, as server-sent events. It reads on as fast as its reader takes what it gives,
// and holds no more than one page for him; one who is too slow is told so and let go, and goes on from his cursor.

import type { PlacedChange } from '../../domain/change.ts';
import type { ChangePort } from '../change-port.ts';

export interface ChangeReader {
  readonly changes: ChangePort;
  readonly from: string;
  readonly isSeen: (change: PlacedChange) => boolean;
  /** Aborts when the reader is gone or the service ends. */
  readonly ends: AbortSignal;
  /** Whether the service ends. */
  readonly isDraining: () => boolean;
  /** Whether who reads may still read. */
  readonly isLive: () => boolean;
  /** A steady clock in milliseconds. */
  readonly now?: () => number;
  readonly heartbeatMillis?: number;
}

/** Why a stream ended: the service restarts, the reader was too slow, or may read no longer. */
type Ending = 'restart' | 'slow' | 'signed_out';

const PAGE = 200;
/** Often enough that no proxy closes a quiet stream; in real time. */
const HEARTBEAT_MILLIS = 15_000;
/** So long a page may wait until its reader takes it. */
const SLOW_MILLIS = 5_000;
/** When a browser connects again. */
const RETRY_MILLIS = 2_000;

export async function* changeEvents(reader: ChangeReader): AsyncGenerator<string> {
  const { changes, from, isSeen, ends, isDraining, isLive } = reader;
  const { now = () => performance.now(), heartbeatMillis = HEARTBEAT_MILLIS } = reader;
  let cursor = from;
  // An id without data is remembered, and is no event: a cut before the first change loses nothing.
  let text = `retry: ${RETRY_MILLIS}\nid: ${cursor}\n\n`;
  for (;;) {
    if (text !== '') {
      const given = now();
      yield text;
      if (now() - given > SLOW_MILLIS) return yield ending('slow');
    }
    if (isDraining()) return yield ending('restart');
    if (ends.aborted) return;
    if (!isLive()) return yield ending('signed_out');
    // Asked for before the page is read, so that what comes between the two is not missed.
    const waiting = new AbortController();
    const news = changes.next(AbortSignal.any([ends, waiting.signal]));
    const page = await changes.after(cursor, PAGE);
    const isMoved = page.cursor !== cursor;
    cursor = page.cursor;
    const seen = page.changes.filter(isSeen);
    // The cursor behind a page, also where its last changes are others'.
    text = seen.map(eventText).join('') + (isMoved && seen.at(-1)?.cursor !== cursor ? `id: ${cursor}\n\n` : '');
    if (isMoved || !page.isEnd) waiting.abort();
    else text = await heartbeat(news, waiting, heartbeatMillis, cursor);
  }
}

async function heartbeat(
  news: Promise<void>,
  waiting: AbortController,
  millis: number,
  cursor: string,
): Promise<string> {
  const timer = setTimeout(() => waiting.abort(), millis);
  await news;
  clearTimeout(timer);
  return waiting.signal.aborted ? `: still here\nid: ${cursor}\n\n` : '';
}

/** What a change is for others: which thing, and what became of it. */
export function changeView({ kind, id, what, case: about }: PlacedChange): object {
  return { kind, id, what, case: about };
}

function eventText(change: PlacedChange): string {
  return `id: ${change.cursor}\nevent: ${change.kind}\ndata: ${JSON.stringify(changeView(change))}\n\n`;
}

function ending(why: Ending): string {
  return `event: end\ndata: ${JSON.stringify({ why })}\n\n`;
}
