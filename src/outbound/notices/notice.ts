// A notice: that something happened which a person should know of. It is stored as a message of the outbox, one for
// each target, and becomes words only when it is sent, in the language of its target.

import type { ReaderLanguage } from '../../domain/language.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import type { OutgoingMessage } from '../../runtime/outgoing-message.ts';

const NOTICE_EVENTS = [
  'case.assigned',
  'case.due',
  'case.overdue',
  'case.escalated',
  'case.reopened',
  'proposal.awaiting',
  'proposal.decided',
  'proposal.settled',
  'refund.failed',
  'day.ready',
  'day.closed',
  'alert.raised',
  'alert.cleared',
  'rules.changed',
  'people.changed',
  'settings.changed',
  'report.ready',
  'digest',
  'test',
] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

export const DETAILS = ['none', 'reference', 'amount'] as const;
/** How much of a case leaves the service: that there is one, its reference and reason, or its amount too. */
export type Detail = (typeof DETAILS)[number];

export interface NoticeAmount {
  readonly currency: string;
  /** A decimal. */
  readonly amount: string;
}

/** What a notice is about. */
export interface NoticeData {
  readonly isCritical: boolean;
  readonly reference: string | null;
  readonly reason: ReasonCode | null;
  readonly value: readonly NoticeAmount[];
  /** How many things it stands for: most stand for one. */
  readonly count: number;
  /** In a digest: which things they are. */
  readonly part?: 'open' | 'overdue' | 'awaiting' | 'settled' | 'alerts';
  /** Sentences that exist in some languages, such as an alert's. */
  readonly text: Readonly<Partial<Record<ReaderLanguage, string>>> | null;
  /** What changed: the old amount with its currency, and the new one. */
  readonly change: readonly [from: string, to: string] | null;
  /** The day whose report it is about: mails bring it along. */
  readonly report?: string;
  /** The page of the desk. */
  readonly path: string;
}

export interface Notice extends NoticeData {
  /** The same event has the same id, however often it is seen. */
  readonly id: string;
  readonly event: NoticeEvent;
  readonly merchant: string;
  readonly at: Instant;
}

/** As the outbox stores it. */
export function messageOf({ id, event, merchant, at, ...data }: Notice): OutgoingMessage {
  const names = data.reference === null ? [] : [data.reference];
  return { id, type: event, timestamp: at, merchant, names, data: { ...data } };
}

/** As the outbox gave it back. */
export function noticeIn(message: string, type: string, body: string): Notice {
  const { timestamp, data } = JSON.parse(body) as { timestamp: string; data: NoticeData };
  return { ...data, id: message, event: type as NoticeEvent, merchant: '', at: Date.parse(timestamp) };
}
