// Polls as plain rows: what polls.ts reads of most rows, from bytes to bytes.

import { PAYMENT_KINDS, PAYMENT_STATUSES, sourceName, VIAS } from '../../domain/fact.ts';
import { PAYMENT_OBSERVED } from '../../log/body-codec.ts';
import { ContentHash } from './claim-id.ts';
import type { FileContext, PlainReader, PlainSink } from './format.ts';
import { PlainFact, sourceParts } from './plain-fact.ts';
import { PlainKeys } from './plain-ids.ts';
import { PlainMoney } from './plain-money.ts';
import { instantOf, OTHER_TIME } from './plain-values.ts';
import { PlainWords } from './plain-words.ts';
import {
  AMOUNT,
  CURRENCY,
  FEE,
  IDS,
  MONEY,
  OPERATOR_ID,
  pollStatusOf,
  REQUEST_ID,
  STATUS,
  TRANSACTION_ID,
  UPDATED_AT,
} from './polls.ts';

const UNCLASSIFIED = PAYMENT_STATUSES.indexOf('unclassified');
const PAYMENT = PAYMENT_KINDS.indexOf('payment');
const POLL = VIAS.indexOf('poll');
const NEEDS_AMOUNT = PAYMENT_STATUSES.map((status) => MONEY.has(status));

export function plainPolls(context: FileContext, sink: PlainSink): PlainReader | undefined {
  const { provider, series } = context;
  // The series of ids are written by the readers of texts.
  if (series !== undefined) return undefined;
  const fact = new PlainFact('polls.v1', context, sink);
  const idPrefix = Buffer.from(`${sourceName(context)}:poll:#`);
  const source = sourceParts(context);
  const keys = new PlainKeys(provider, IDS);
  const statuses = new PlainWords((word) => PAYMENT_STATUSES.indexOf(pollStatusOf(word)));
  const money = new PlainMoney(sink, { amount: AMOUNT, currency: CURRENCY, fee: FEE });
  const content = new ContentHash();
  return (row, line) => {
    const status = row.has(STATUS) ? statuses.find(row, STATUS) : UNCLASSIFIED;
    if (status === UNCLASSIFIED || !keys.find(row, false) || !money.read(row, NEEDS_AMOUNT[status]!)) return false;
    const updatedAt = instantOf(row, UPDATED_AT);
    if (updatedAt === OTHER_TIME) return false;
    content.addCell(row, row.key);
    content.addCell(row, TRANSACTION_ID);
    content.add(statuses.word);
    for (const cell of [AMOUNT, CURRENCY, FEE]) content.addCell(row, cell);
    content.addText(updatedAt < 0 ? '' : `${updatedAt}`);
    content.addCell(row, OPERATOR_ID);
    content.addCell(row, REQUEST_ID);
    const hash = content.take();
    fact.begin(row, line, hash.length);
    fact.nulls(2);
    fact.prefixed(idPrefix, hash);
    fact.put(source.provider);
    fact.optionalTime(updatedAt);
    fact.nulls(1);
    fact.long(PAYMENT_OBSERVED);
    fact.long(POLL);
    fact.long(PAYMENT);
    fact.long(status);
    fact.nulls(1);
    fact.optionalCell(row, TRANSACTION_ID);
    fact.optionalCell(row, OPERATOR_ID);
    fact.optionalCell(row, REQUEST_ID);
    fact.nulls(1);
    fact.optionalCell(row, AMOUNT);
    fact.optionalCell(row, CURRENCY);
    fact.optionalCell(row, FEE);
    fact.nulls(2);
    fact.put(source.account);
    fact.nulls(1);
    fact.put(source.end);
    fact.end();
    money.addAmount();
    return true;
  };
}
