// Settlement lines as plain rows: what settlements.ts reads of most rows, from bytes to bytes.

import { LINE_TYPES, sourceName } from '../../domain/fact.ts';
import { SETTLEMENT_LINE_REPORTED } from '../../log/body-codec.ts';
import { ContentHash, type RepeatCounter } from './claim-id.ts';
import type { FileContext, PlainReader, PlainSink } from './format.ts';
import { PlainFact, sourceParts } from './plain-fact.ts';
import { PlainKeys } from './plain-ids.ts';
import { cellText, type PlainRow } from './plain-row.ts';
import { currencyOf, instantOf, isId, OTHER_TIME, PlainDates, PlainNumber } from './plain-values.ts';
import { PlainWords } from './plain-words.ts';
import { lineSignFault } from './settlement-lines.ts';
import {
  AMOUNT,
  COMPLETED_AT,
  CURRENCY,
  DATE,
  FEE,
  FX_RATE,
  IDS,
  LINE_ID,
  lineTypeOf,
  OPERATOR_ID,
  ORIGINAL_ID,
  PAYOUT_ID,
  REFERENCE,
  REPORT_ID,
  REQUEST_ID,
  SETTLEMENT_AMOUNT,
  SETTLEMENT_CURRENCY,
  TRANSACTION_ID,
  TYPE,
} from './settlements.ts';

const PAYMENT = LINE_TYPES.indexOf('payment');
/** Lines of these types may be about no payment: they are left to the readers of texts without a reference. */
const ALWAYS_OTHER = new Set([LINE_TYPES.indexOf('payout'), LINE_TYPES.indexOf('unclassified'), -1]);

export function plainSettlements(
  context: FileContext,
  sink: PlainSink,
  repeats: RepeatCounter,
): PlainReader | undefined {
  const { provider, series, returnSeries } = context;
  // The series of ids are written by the readers of texts.
  if (series !== undefined) return undefined;
  const fact = new PlainFact('settlements.v1', context, sink);
  const idPrefix = Buffer.from(`${sourceName(context)}:line:`);
  const source = sourceParts(context);
  const keys = new PlainKeys(provider, IDS);
  const types = new PlainWords((word) => LINE_TYPES.indexOf(lineTypeOf(word)));
  const money = new LineMoney(sink);
  const dates = new PlainDates();
  const content = new ContentHash();
  return (row, line) => {
    const type = row.has(TYPE) ? types.find(row, TYPE) : -1;
    if (ALWAYS_OTHER.has(type) || (type !== PAYMENT && !row.has(REFERENCE))) return false;
    if (returnSeries !== undefined && row.has(ORIGINAL_ID)) return false;
    if (!keys.find(row, type !== PAYMENT) || !money.read(row, type) || !dates.isDate(row, DATE)) return false;
    if (!isId(row, LINE_ID) || !isId(row, PAYOUT_ID) || !isId(row, REPORT_ID, true)) return false;
    const completedAt = instantOf(row, COMPLETED_AT);
    if (completedAt === OTHER_TIME) return false;
    const id = row.has(LINE_ID) ? null : repeatedId(row, LINE_TYPES[type]!, content, repeats);
    fact.begin(row, line, id?.length);
    fact.optionalCell(row, REPORT_ID);
    fact.optionalCell(row, LINE_ID);
    if (id === null) fact.joined(row, LINE_ID, idPrefix);
    else fact.prefixed(idPrefix, id);
    fact.put(source.provider);
    fact.optionalTime(completedAt);
    fact.nulls(1);
    fact.long(SETTLEMENT_LINE_REPORTED);
    fact.long(type);
    fact.nulls(1);
    fact.optionalCell(row, TRANSACTION_ID);
    fact.optionalCell(row, OPERATOR_ID);
    fact.optionalCell(row, REQUEST_ID);
    fact.optionalCell(row, ORIGINAL_ID);
    fact.cell(row, AMOUNT);
    fact.cell(row, CURRENCY);
    fact.optionalCell(row, FEE);
    fact.cell(row, DATE);
    fact.optionalCell(row, SETTLEMENT_CURRENCY);
    fact.optionalCell(row, SETTLEMENT_AMOUNT);
    fact.optionalCell(row, FX_RATE);
    fact.put(source.account);
    fact.optionalCell(row, PAYOUT_ID);
    fact.put(source.end);
    fact.end();
    money.add();
    if (row.has(REPORT_ID)) sink.addReport(row, REPORT_ID);
    return true;
  };
}

/** The amounts of a line, and what they add to the sums of its file. */
class LineMoney {
  private readonly sink: PlainSink;
  private readonly gross = new PlainNumber();
  private readonly fee = new PlainNumber();
  private readonly other = new PlainNumber();
  private currency = '';
  private hasFee = false;

  constructor(sink: PlainSink) {
    this.sink = sink;
  }

  read(row: PlainRow, type: number): boolean {
    const currency = currencyOf(row, CURRENCY);
    if (currency === null || !this.gross.isAmount(row, AMOUNT, currency, type === PAYMENT ? 'zero' : 'any'))
      return false;
    if (type !== PAYMENT && lineSignFault(LINE_TYPES[type]!, cellText(row, AMOUNT)) !== undefined) return false;
    this.currency = currency.code;
    this.hasFee = row.has(FEE);
    if (this.hasFee && !this.fee.isFee(row, FEE, currency)) return false;
    return this.isSettlementRead(row) && (!row.has(FX_RATE) || this.other.isRate(row, FX_RATE));
  }

  /** Adds the line that was read last. */
  add(): void {
    this.sink.addAmount(this.currency, this.gross.units, this.gross.decimals);
    if (this.hasFee) this.sink.addFee(this.currency, this.fee.units, this.fee.decimals);
  }

  private isSettlementRead(row: PlainRow): boolean {
    const hasAmount = row.has(SETTLEMENT_AMOUNT);
    if (!hasAmount && !row.has(SETTLEMENT_CURRENCY)) return true;
    const currency = currencyOf(row, SETTLEMENT_CURRENCY);
    return currency !== null && (!hasAmount || this.other.isAmount(row, SETTLEMENT_AMOUNT, currency, 'any'));
  }
}

/** The members of the body after its words, in their order: as `repeatedId` of settlements.ts hashes them. */
const MEMBERS = [
  ...[TRANSACTION_ID, AMOUNT, CURRENCY, FEE, DATE, SETTLEMENT_CURRENCY, SETTLEMENT_AMOUNT, FX_RATE],
  ...[ORIGINAL_ID, OPERATOR_ID, REQUEST_ID],
];

function repeatedId(row: PlainRow, type: string, content: ContentHash, repeats: RepeatCounter): string {
  content.addCell(row, row.key);
  content.addText('SettlementLineReported');
  content.addText(type);
  content.addText('');
  for (const cell of MEMBERS) content.addCell(row, cell);
  if (row.has(PAYOUT_ID)) content.addCell(row, PAYOUT_ID);
  const hash = content.take();
  return `#${hash}/${repeats.ordinal(hash)}`;
}
