// Callbacks as plain rows: what callbacks.ts reads of most rows, from bytes to bytes.

import { phonePseudonym } from '../../archive/privacy/phone.ts';
import { PAYMENT_KINDS, PAYMENT_STATUSES, sourceName, VIAS } from '../../domain/fact.ts';
import { PAYMENT_OBSERVED } from '../../log/body-codec.ts';
import {
  AMOUNT,
  COMPLETED_AT,
  CREATED_AT,
  CURRENCY,
  EVENT,
  EVENTS,
  eventOf,
  FEE,
  ID,
  IDS,
  MSISDN,
  movesMoney,
  OPERATOR,
  OPERATOR_ID,
  ORIGINAL_ID,
  REQUEST_ID,
  TRANSACTION_ID,
} from './callbacks.ts';
import { ContentHash } from './claim-id.ts';
import type { FileContext, PlainReader, PlainSink } from './format.ts';
import { PlainFact, sourceParts } from './plain-fact.ts';
import { PlainKeys, personalText } from './plain-ids.ts';
import { PlainMoney } from './plain-money.ts';
import type { PlainRow } from './plain-row.ts';
import { instantOf, isId, isWord, OTHER_TIME } from './plain-values.ts';
import { PlainWords } from './plain-words.ts';
import { withoutApostrophe } from './spreadsheet-ids.ts';

/** What an event means, as the places of its kind and its status in the schema. */
interface PlainMeaning {
  readonly event: string;
  readonly kind: number;
  readonly status: number;
  readonly isReturn: boolean;
  readonly needsAmount: boolean;
}

const MEANINGS = [...EVENTS].map(([event, { kind, status }]): PlainMeaning => {
  const places = { kind: PAYMENT_KINDS.indexOf(kind), status: PAYMENT_STATUSES.indexOf(status) };
  return { event, ...places, isReturn: kind !== 'payment', needsAmount: movesMoney(kind, status) };
});
const EVENT_NAMES = MEANINGS.map(({ event }) => event);
const CALLBACK = VIAS.indexOf('callback');

export function plainCallbacks(context: FileContext, sink: PlainSink): PlainReader | undefined {
  const { provider, pseudonym, series, returnSeries } = context;
  // The series of ids are written by the readers of texts.
  if (series !== undefined) return undefined;
  const fact = new PlainFact('callbacks.v1', context, sink);
  const idPrefix = Buffer.from(`${sourceName(context)}:callback:`);
  const source = sourceParts(context);
  const keys = new PlainKeys(provider, IDS);
  const events = new PlainWords((word) => EVENT_NAMES.indexOf(eventOf(word)));
  const money = new PlainMoney(sink, { amount: AMOUNT, currency: CURRENCY, fee: FEE });
  const phone = phonePseudonym(pseudonym);
  const identity = new Identity();
  return (row, line) => {
    const event = row.has(EVENT) ? events.find(row, EVENT) : -1;
    if (event < 0) return false;
    const { kind, status, isReturn, needsAmount } = MEANINGS[event]!;
    if (returnSeries !== undefined && row.has(ORIGINAL_ID)) return false;
    if (!isId(row, ID) || !keys.find(row, isReturn) || !money.read(row, needsAmount)) return false;
    const createdAt = instantOf(row, CREATED_AT);
    const completedAt = instantOf(row, COMPLETED_AT);
    const number = personalText(row, MSISDN);
    if (createdAt === OTHER_TIME || completedAt === OTHER_TIME || number === undefined) return false;
    if (!isWord(row, OPERATOR)) return false;
    const msisdn = number === null ? null : phone(withoutApostrophe(number));
    const id = row.has(ID) ? null : `#${identity.hash(row, MEANINGS[event]!.event, createdAt, completedAt)}`;
    fact.begin(row, line, ((msisdn?.length ?? 0) + (id?.length ?? 0)) * 3);
    fact.nulls(2);
    if (id === null) fact.joined(row, ID, idPrefix);
    else fact.prefixed(idPrefix, id);
    fact.put(source.provider);
    fact.optionalTime(completedAt >= 0 ? completedAt : createdAt);
    fact.nulls(1);
    fact.long(PAYMENT_OBSERVED);
    fact.long(CALLBACK);
    fact.long(kind);
    fact.long(status);
    fact.nulls(1);
    fact.optionalCell(row, TRANSACTION_ID);
    fact.optionalCell(row, OPERATOR_ID);
    fact.optionalCell(row, REQUEST_ID);
    fact.optionalCell(row, ORIGINAL_ID);
    fact.optionalCell(row, AMOUNT);
    fact.optionalCell(row, CURRENCY);
    fact.optionalCell(row, FEE);
    fact.optionalCell(row, OPERATOR);
    fact.optionalText(msisdn);
    fact.put(source.account);
    fact.nulls(1);
    fact.put(source.end);
    fact.end();
    money.addAmount();
    return true;
  };
}

/** The hash of a callback without an id: see `identityHash`. */
class Identity {
  private readonly content = new ContentHash();

  hash(row: PlainRow, event: string, createdAt: number, completedAt: number): string {
    const { content } = this;
    content.addText(event);
    for (const cell of [row.key, TRANSACTION_ID, REQUEST_ID, OPERATOR_ID, ORIGINAL_ID]) content.addCell(row, cell);
    for (const time of [createdAt, completedAt]) content.addText(time < 0 ? '' : `${time}`);
    return content.take();
  }
}
