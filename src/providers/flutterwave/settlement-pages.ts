// The settlements of a day, page by page: first all pages of the list, then each settlement with its transactions. One
// that is not paid out yet holds the report open: what is paid is read, and the rest is asked for again.

import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import type { BodyPage } from '../../producers/gateway.ts';
import type { FlutterwaveCalls } from './calls.ts';
import { isPaidOut } from './settlements.ts';

const DAY_MILLIS = 86_400_000;

/** What is left to ask for. */
interface Left {
  /** The next page of the list; 0 after the last. */
  readonly page: number;
  /** Whether a settlement was met that is not paid out. */
  readonly isOpen: boolean;
  readonly ids: readonly string[];
}

/** Null where the day has no settlement, or has one that is not paid out. A cursor says what is left to ask for. */
export function settlementPage(calls: FlutterwaveCalls, date: string, cursor: string | null): Promise<BodyPage | null> {
  const left = leftOf(cursor ?? '1 0');
  return left.page > 0 ? listed(calls, date, left) : settled(calls, date, left);
}

async function listed(calls: FlutterwaveCalls, date: string, left: Left): Promise<BodyPage | null> {
  // Nobody says whether the last day is included: the next one is asked for as well, and left out.
  const to = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MILLIS).toISOString().slice(0, 10);
  const query = { from: date, to, page: `${left.page}` };
  const { answer, rows, isLast } = await calls.list('/settlements', query, [`report ${date}`]);
  const heads = rows.filter((row) => isOfDay(row, date));
  const paid = heads.filter((head) => isPaidOut(head)).flatMap((head) => head.id('id') ?? []);
  const isOpen = left.isOpen || heads.some((head) => !isPaidOut(head));
  const ids = [...left.ids, ...paid];
  if (isLast && ids.length === 0) return null;
  return { exchange: answer.exchange, bodies: [], next: cursorOf({ page: isLast ? 0 : left.page + 1, isOpen, ids }) };
}

async function settled(calls: FlutterwaveCalls, date: string, left: Left): Promise<BodyPage | null> {
  const [id, ...ids] = left.ids;
  if (id === undefined) return null;
  const path = `/settlements/${encodeURIComponent(id)}`;
  const { answer, data } = await calls.one(path, undefined, [`report ${date}`, id], 'poll');
  const found = data?.id('id') ?? null;
  if (data === null || found !== id) throw calls.notUnderstood(path, `the settlement ${id}`, found ?? 'none');
  const isOpen = left.isOpen || !isPaidOut(data);
  const text = answer.body.toString('utf8');
  const about = { settlement_id: id };
  const next = ids.length > 0 || isOpen ? cursorOf({ page: 0, isOpen, ids }) : null;
  return { exchange: answer.exchange, bodies: [{ kind: 'settlement', text, about }], next };
}

/** Of the transactions of this day or of one before it. */
function isOfDay(head: JsonFields, date: string): boolean {
  const day = head.text('transaction_date')?.slice(0, 10) ?? date;
  return day <= date;
}

function cursorOf({ page, isOpen, ids }: Left): string {
  return [page, isOpen ? 1 : 0, ...ids].join(' ');
}

function leftOf(cursor: string): Left {
  const [page = '0', isOpen, ...ids] = cursor.split(' ');
  return { page: Number(page), isOpen: isOpen === '1', ids };
}
