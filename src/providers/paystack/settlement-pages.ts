// A day's settlements, page by page: their heads, the transactions of each, and the refunds that were taken from them.
// The transactions say nothing of their settlement, and a refund nothing of its date: both come from the heads.
// Sources: paystack.com/docs/api/settlement and paystack.com/docs/api/refund.

import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { BodyPage } from '../../producers/gateway.ts';
import { type ListPage, type PaystackCalls, pageIn, type Query } from './calls.ts';

const DAY_MILLIS = 86_400_000;
/** Of a refund that was taken from a settlement, how long before it was asked for at most. */
const REFUND_DAYS = 30;
/** How far back a day without settlements is compared with the transactions before it. */
const DUE_DAYS = 14;
/** Paystack pays out on the next working day in Nigeria, and a working day later elsewhere. */
const WORKING_DAYS = 2;

/** Heads that the network paid out, and heads that it will never pay out. */
const ENDED: ReadonlySet<string> = new Set(['success', 'failed']);

const STATE = z.strictObject({
  /** The next page of heads; null after the last. */
  heads: z.int().nullable(),
  /** The next page of the transactions of the first settlement in `left`, or of refunds. */
  page: z.int(),
  /** Settlements whose transactions are not read yet, as id and date. */
  left: z.array(z.tuple([z.string(), z.string()])),
  read: z.array(z.tuple([z.string(), z.string()])),
  /** Whether one of the day is not paid out yet. */
  isOpen: z.boolean(),
  isDone: z.boolean(),
  /** Of a day without settlements: since when money may have come in that none paid out; 0 until that is known. */
  unpaid: z.int().nullable(),
});
type State = z.output<typeof STATE>;

const BEGIN: State = { heads: 1, page: 1, left: [], read: [], isOpen: false, isDone: false, unpaid: null };

export class SettlementPages {
  private readonly calls: PaystackCalls;

  constructor(calls: PaystackCalls) {
    this.calls = calls;
  }

  /**
   * Null for a day that is not complete: one of its settlements is not paid out yet, or one is due. Then all is read
   * again later, which adds nothing twice. A day without settlements is complete where none is due.
   */
  async page(date: string, cursor: string | null): Promise<BodyPage | null> {
    const state = stateOf(cursor);
    if (state.unpaid !== null) return this.due(date, state.unpaid);
    if (state.left.length > 0) return this.transactions(date, state);
    if (state.heads !== null) return this.heads(date, state, state.heads);
    return state.isDone ? null : this.refunds(date, state);
  }

  private async heads(date: string, state: State, nth: number): Promise<BodyPage | null> {
    const start = startOf(date);
    const { answer, list } = await this.list('/settlement', nth, spanOf(start, start + DAY_MILLIS - 1), date);
    if (nth === 1 && list.rows.length === 0) {
      const next = isWorkingDay(start) ? JSON.stringify({ ...state, unpaid: 0 }) : null;
      return { exchange: answer.exchange, bodies: [], next };
    }
    const left = list.rows.flatMap((head) => {
      const id = head.id('id');
      if (head.text('status') !== 'success' || id === null) return [];
      return [[id, head.text('settlement_date')?.slice(0, 10) ?? date] as [string, string]];
    });
    const isOpen = state.isOpen || list.rows.some((head) => !ENDED.has(head.text('status') ?? ''));
    return bodyPage(answer, {}, { ...state, heads: list.hasMore ? nth + 1 : null, page: 1, left, isOpen });
  }

  private async transactions(date: string, state: State): Promise<BodyPage> {
    const { left, page, read } = state;
    const [[id, day], ...others] = left as [[string, string], ...[string, string][]];
    const path = `/settlement/${encodeURIComponent(id)}/transactions`;
    const { answer, list } = await this.list(path, page, {}, date);
    const about = { settlement_id: id, settlement_date: day };
    return bodyPage(
      answer,
      about,
      list.hasMore
        ? { ...state, page: page + 1 }
        : { ...state, page: 1, left: others, read: [...read, [id, day] as [string, string]] },
    );
  }

  private async refunds(date: string, state: State): Promise<BodyPage> {
    const end = startOf(date) + DAY_MILLIS - 1;
    const query = spanOf(end - REFUND_DAYS * DAY_MILLIS, end);
    const { answer, list } = await this.list('/refund', state.page, query, date);
    const about = { settlements: state.read.map((one) => one.join('@')).join(' ') };
    return bodyPage(
      answer,
      about,
      list.hasMore ? { ...state, page: state.page + 1 } : { ...state, page: 1, isDone: true },
    );
  }

  /**
   * A working day without settlements should have one if money came in so long before it that no settlement since can
   * have paid it out. First it is asked for those, then for the money: each call is a step, as limits may come between.
   */
  private async due(date: string, unpaid: Instant): Promise<BodyPage | null> {
    const start = startOf(date);
    const until = workingDayBefore(start, WORKING_DAYS) + DAY_MILLIS - 1;
    if (unpaid > 0) {
      const query = { ...spanOf(unpaid, until), status: 'success' };
      const { answer, list } = await this.list('/transaction', 1, query, date);
      return list.rows.length > 0 ? null : { exchange: answer.exchange, bodies: [], next: null };
    }
    const since = start - DUE_DAYS * DAY_MILLIS;
    const { answer, list } = await this.list('/settlement', 1, spanOf(since, start - 1), date);
    const dates = list.rows.map((head) => startOf(head.text('settlement_date')?.slice(0, 10) ?? ''));
    const from = dates.reduce((last, one) => (one > last ? one : last), since);
    const next = from > until ? null : JSON.stringify({ ...BEGIN, unpaid: from });
    return { exchange: answer.exchange, bodies: [], next };
  }

  private async list(
    path: string,
    nth: number,
    query: Query,
    date: string,
  ): Promise<{ readonly answer: OutgoingAnswer; readonly list: ListPage }> {
    const answer = await this.calls.page(path, nth, query, [`report ${date}`]);
    return { answer, list: demandList(`GET ${path}`, answer, nth) };
  }
}

/** Throws HESABU_GATEWAY_FAILED where an answer is no list: what was not read is asked for again. */
export function demandList(what: string, answer: OutgoingAnswer, nth: number): ListPage {
  const list = pageIn(answer, nth);
  if ('rows' in list) return list;
  const { expected, found } = list;
  throw new HesabuError('HESABU_GATEWAY_FAILED', { where: `paystack: ${what}: ${answer.exchange}`, expected, found });
}

export function spanOf(since: Instant, until: Instant): Query {
  return { from: new Date(since).toISOString(), to: new Date(until).toISOString() };
}

function bodyPage({ exchange, body }: OutgoingAnswer, about: Readonly<Record<string, string>>, next: State): BodyPage {
  const { left, heads, read, isDone, isOpen } = next;
  // Without a settlement that is paid out, nothing was taken from one.
  const isLast = left.length === 0 && heads === null && (isDone || read.length === 0);
  const text = JSON.stringify(isLast ? { ...next, isDone: true } : next);
  return {
    exchange,
    bodies: [{ kind: 'settlement', text: body.toString('utf8'), about }],
    next: isLast && !isOpen ? null : text,
  };
}

function stateOf(cursor: string | null): State {
  if (cursor === null) return BEGIN;
  try {
    return STATE.safeParse(JSON.parse(cursor)).data ?? BEGIN;
  } catch {
    return BEGIN;
  }
}

function startOf(date: string): Instant {
  return parseInstant(`${date}T00:00:00Z`) ?? 0;
}

function isWorkingDay(start: Instant): boolean {
  const day = new Date(start).getUTCDay();
  return day !== 0 && day !== 6;
}

/** The start of the working day that is so many before. */
function workingDayBefore(start: Instant, days: number): Instant {
  let at = start;
  for (let left = days; left > 0; ) {
    at -= DAY_MILLIS;
    if (isWorkingDay(at)) left--;
  }
  return at;
}
