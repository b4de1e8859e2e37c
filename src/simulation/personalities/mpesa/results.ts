// What M-Pesa answers later, to the address of a request: a list of keys, of which one may come twice and another
// without a value. Shapes: Daraja documentation 3.0, TransactionStatus and Reversal.

import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Payment, Refund } from '../../gateway/payment.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS } from '../../gateway/wire-forms.ts';
import { compactTime, merchantRequestOf, receiptOf, SHORT_CODE } from './forms.ts';

export const conversationOf = (at: Instant): string => `AG_${compactTime(at).slice(0, 8)}_${at.toString(16)}`;
export const originatorOf = (at: Instant): string => `7071-4170-a0e5-${at}`;

/** `payment` is undefined if there is none that was asked for, or none that is paid. */
export function statusResult(url: string, payment: Payment | undefined, now: Instant): WebhookMessage {
  if (payment === undefined)
    return result(url, now, { code: 2032, text: 'The transaction does not exist.' }, 'TAA0000000');
  const time = compactTime(payment.paidAt ?? now);
  return result(url, now, FINE, receiptOf({ id: `TX${now}` }), [
    { Key: 'DebitPartyName', Value: `${payment.phone.replace(/\D/g, '')} - A B` },
    { Key: 'CreditPartyName', Value: `${SHORT_CODE} - A shop` },
    { Key: 'OriginatorConversationID', Value: merchantRequestOf(payment) },
    { Key: 'InitiatedTime', Value: time },
    { Key: 'DebitAccountType', Value: 'MMF Account For Customer' },
    { Key: 'DebitPartyCharges' },
    { Key: 'TransactionReason' },
    { Key: 'ReasonType', Value: 'Pay Bill Online' },
    { Key: 'TransactionStatus', Value: 'Completed' },
    { Key: 'FinalisedTime', Value: time },
    { Key: 'Amount', Value: formatMinor(payment.minor, 'KES') },
    { Key: 'ConversationID', Value: conversationOf(payment.createdAt) },
    { Key: 'ReceiptNo', Value: receiptOf(payment) },
  ]);
}

/** The money goes back under a receipt of its own. */
export function reversalResult(url: string, payment: Payment, refund: Refund): WebhookMessage {
  return result(url, refund.at, FINE, receiptOf(refund), [
    { Key: 'DebitAccountBalance', Value: 'Utility Account|KES|7722179.62|7722179.62|0.00|0.00' },
    { Key: 'Amount', Value: Number(formatMinor(refund.minor, 'KES')) },
    { Key: 'TransCompletedTime', Value: Number(compactTime(refund.at)) },
    { Key: 'OriginalTransactionID', Value: receiptOf(payment) },
    { Key: 'Charge', Value: 0 },
    { Key: 'CreditPartyPublicName', Value: `${payment.phone.replace(/\D/g, '')} - A B` },
    { Key: 'DebitPartyPublicName', Value: `${SHORT_CODE} - A shop` },
  ]);
}

export function refusedReversal(url: string, now: Instant): WebhookMessage {
  return result(url, now, { code: 'R000002', text: 'The OriginalTransactionID is invalid.' }, 'TAA0000000');
}

const FINE = { code: 0, text: 'The service request is processed successfully.' };

function result(
  url: string,
  at: Instant,
  { code, text }: { readonly code: number | string; readonly text: string },
  transaction: string,
  parameters?: readonly object[],
): WebhookMessage {
  const Result = {
    ...{ ResultType: 0, ResultCode: code, ResultDesc: text, OriginatorConversationID: originatorOf(at) },
    ...{ ConversationID: conversationOf(at), TransactionID: transaction },
    ...(parameters === undefined ? {} : { ResultParameters: { ResultParameter: parameters } }),
    ReferenceData: { ReferenceItem: { Key: 'Occasion' } },
  };
  return { method: 'POST', url, headers: JSON_HEADERS, body: JSON.stringify({ Result }) };
}
