// The list of what customers paid in the last two days (Pull Transactions), for confirmations that never came. A number
// is registered once before it is asked for. Sources: developer.safaricom.co.ke, Pull Transaction: pages have 100 rows,
// and what is older than 48 hours is gone; the meaning of the offset and of the Z of its times are settings, since its
// pages contradict each other, or others.

import type { Instant } from '../../domain/time.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { BodyPage, TimeSpan } from '../../producers/gateway.ts';
import { isTaken } from '../calls/network-calls.ts';
import { pulledRows } from './customer-payments.ts';
import { answerMeans, errorIn, objectIn } from './errors.ts';
import type { PullSettings } from './settings.ts';
import { localTime } from './values.ts';

const PULL = '/pulltransactions/v1/query';
const REGISTER = '/pulltransactions/v1/register';

const PAGE_LENGTH = 100;
/** A question of many pages takes time, and its beginning must stay within the network's 48 hours. */
const MARGIN_MILLIS = 5 * 60_000;
const PULLED_MILLIS = 48 * 3_600_000 - MARGIN_MILLIS;
/** Done, and done before. */
const REGISTERED: ReadonlySet<unknown> = new Set(['1000', '1001']);
/** Payments, and none in this time. */
const LISTED: ReadonlySet<unknown> = new Set(['1000', '1001', '0']);

export interface PullParts {
  readonly settings: () => PullSettings;
  readonly shortCode: () => string;
  /** Where the network may send what it lists. */
  readonly url: () => string;
  readonly now: () => Instant;
  readonly post: (path: string, body: object) => Promise<OutgoingAnswer>;
  readonly refused: (path: string, answer: OutgoingAnswer) => Error;
}

export class PulledList {
  private readonly parts: PullParts;
  private isRegistered = false;

  constructor(parts: PullParts) {
    this.parts = parts;
  }

  /**
   * `since` of the page is later than that of the span where the network does not tell of the time before any more. A
   * cursor is the beginning of the question and the offset in it: rows would move with another beginning.
   */
  async page({ since, until }: TimeSpan, cursor: string | null): Promise<BodyPage> {
    const first = Math.max(since, this.parts.now() - PULLED_MILLIS);
    if (first > until) return { exchange: '', bodies: [], next: null, since: until };
    const { from, offset } = positionOf(cursor, since, first);
    await this.register();
    const answer = await this.ask(from, until, offset);
    const rows = rowsIn(answer);
    if (rows === null) throw this.parts.refused(PULL, answer);
    const step = this.parts.settings().offset === 'pages' ? 1 : rows;
    return {
      exchange: answer.exchange,
      bodies: [{ kind: 'poll', text: answer.body.toString('utf8'), about: { endpoint: PULL } }],
      next: rows >= PAGE_LENGTH ? `${from}/${offset + step}` : null,
      ...(from > since ? { since: from } : {}),
    };
  }

  /** Asks for the last minute, which changes nothing. */
  async check(): Promise<string> {
    const now = this.parts.now();
    const answer = await this.ask(now - 60_000, now, 0);
    if (rowsIn(answer) === null) throw this.parts.refused(PULL, answer);
    const isRegisteredHere = this.parts.settings().nominated_number !== undefined;
    const step = isRegisteredHere ? '' : ' (register the number once, or give pull.nominated_number)';
    return `POST ${PULL}: ${answer.status}${step}`;
  }

  private ask(from: Instant, until: Instant, offset: number): Promise<OutgoingAnswer> {
    return this.parts.post(PULL, {
      ShortCode: this.parts.shortCode(),
      StartDate: localTime(from),
      EndDate: localTime(until),
      OffSetValue: `${offset}`,
    });
  }

  /** Once since the start: a number that is registered already is told so. */
  private async register(): Promise<void> {
    const { nominated_number: number } = this.parts.settings();
    if (this.isRegistered || number === undefined) return;
    const body = { RequestType: 'Pull', NominatedNumber: number, CallBackURL: this.parts.url() };
    const answer = await this.parts.post(REGISTER, { ShortCode: this.parts.shortCode(), ...body });
    const root = objectIn(answer);
    const isDone = isTaken(answer) && root !== null && REGISTERED.has(root.ResponseStatus ?? root.ResponseCode);
    if (!isDone) throw this.parts.refused(REGISTER, answer);
    this.isRegistered = true;
  }
}

/** Another beginning than the network still tells of makes an offset useless. */
function positionOf(cursor: string | null, since: Instant, first: Instant): { from: Instant; offset: number } {
  const [, from, offset] = /^(\d{1,15})\/(\d{1,9})$/.exec(cursor ?? '') ?? [];
  if (from === undefined || Number(from) < Math.max(since, first - MARGIN_MILLIS)) return { from: first, offset: 0 };
  return { from: Number(from), offset: Number(offset) };
}

/** How many rows an answer has; null for one that is no list. */
function rowsIn(answer: OutgoingAnswer): number | null {
  if (answerMeans(answer) === 'none') return 0;
  const root = objectIn(answer);
  if (!isTaken(answer) || root === null || errorIn(answer) !== null) return null;
  const code = root.ResponseCode ?? root.ResponseStatus;
  if (code !== undefined && !LISTED.has(code)) return null;
  const rows = pulledRows(root);
  return rows === null ? (code === undefined ? null : 0) : rows.length;
}
