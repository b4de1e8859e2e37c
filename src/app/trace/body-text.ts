// What a claim says, in a line of text.

import type { PaymentObserved, SettlementLineReported } from '../../domain/fact.ts';
import { ownIds } from '../../domain/payment-ids.ts';
import { type Language, wordFor } from '../../domain/reason-words.ts';
import type { Instant } from '../../domain/time.ts';
import type { ShownBody } from '../../projections/history.ts';
import { grouped, printable } from '../reports/table.ts';
import { WORDS } from '../reports/words.ts';
import { decisionText } from './decision-text.ts';
import { TRACE_WORDS } from './trace-words.ts';

/** `at` writes an instant in the zone of the reader. */
export function bodyText(body: ShownBody, lang: Language, at: (instant: Instant) => string): string {
  const words = TRACE_WORDS[lang];
  const { colon, comma } = WORDS[lang].phrases;
  switch (body.type) {
    case 'ClaimWithdrawn': {
      const said = words.withdrawn(body.import_id, printable(body.claim));
      return `${words.kinds.withdrawn}${colon}${said}${comma}${printable(body.why)}`;
    }
    case 'OrderPlaced': {
      const expires = body.expires_at === null ? [] : [`${words.expires} ${at(body.expires_at)}`];
      const parts = [`${grouped(body.amount)} ${body.currency}`, words.orderStatuses[body.status], ...expires];
      return `${words.kinds.order}${colon}${parts.join(comma)}`;
    }
    case 'OrderStatusChanged':
      return `${words.kinds.order}${colon}${words.orderStatuses[body.status]}${comma}${at(body.at)}`;
    case 'RefundRequested': {
      const named = body.refund_id === null ? '' : ` [${printable(body.refund_id)}]`;
      return `${words.kinds.refundRequest}${colon}${grouped(body.amount)} ${body.currency}${named}`;
    }
    case 'BankLineReported': {
      const parts = [`${grouped(body.amount)} ${body.currency}`, `${words.dated} ${body.value_date}`];
      return `${words.kinds.bank}${colon}${parts.join(comma)} [${printable(body.bank_reference)}]`;
    }
    case 'PayoutPart': {
      const sums = [body.gross, body.fees, body.returns, body.other].map(grouped);
      const parts = [`${words.partSums(sums)} ${body.currency}`, `${words.dated} ${body.settlement_date}`];
      return `${words.kinds.part}${colon}${words.partLines(body.lines)}${comma}${parts.join(comma)}`;
    }
    case 'PaymentObserved':
    case 'SettlementLineReported':
      return paymentText(body, lang);
    default:
      return decisionText(body, lang, at);
  }
}

function paymentText(body: PaymentObserved | SettlementLineReported, lang: Language): string {
  const words = TRACE_WORDS[lang];
  const { colon, comma } = WORDS[lang].phrases;
  const word = (text: string) => printable(wordFor(text, lang));
  const isLine = body.type === 'SettlementLineReported';
  const amount = isLine ? body.gross : body.amount;
  const parts = [
    isLine ? word(body.word ?? body.line_type) : `${word(body.kind)} ${word(body.word ?? body.status)}`,
    ...(amount === null ? [] : [`${grouped(amount)} ${body.currency ?? ''}`.trim()]),
    ...(body.fee === null ? [] : [`${words.fee} ${grouped(body.fee)}`]),
    ...(isLine ? [`${words.dated} ${body.settlement_date}`] : []),
  ];
  const named = ownIds(body).map(printable);
  if (body.original_transaction_id !== null) named.push(`-> ${printable(body.original_transaction_id)}`);
  const kind = isLine ? words.kinds.settlement : words.kinds[body.via];
  return `${kind}${colon}${parts.join(comma)}${named.length === 0 ? '' : ` [${named.join(' ')}]`}`;
}
