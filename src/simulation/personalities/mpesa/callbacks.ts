// The callbacks of M-Pesa. The payment that was asked for has an STK callback, which does not name the merchant's
// reference; one that the payer began has a confirmation with the reference as typed. Both name the receipt. Shapes:
// Daraja documentation 3.0, MpesaExpressSimulate, CustomerToBusiness and Reversal.

import { formatMinor } from '../../../domain/money.ts';
import type { Payment } from '../../gateway/payment.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';
import { checkoutOf, compactTime, DESCRIPTIONS, merchantRequestOf, PAY_BILL, receiptOf, SHORT_CODE } from './forms.ts';
import { reversalResult } from './results.ts';

/** Some failures are never told, and a payment that is pending is not told either. */
export function webhooksOf(event: PaymentEvent, confirmationUrl: string | null): readonly WebhookMessage[] {
  const { kind, payment, refund } = event;
  if (refund !== null) {
    return refund.webhookUrl === undefined ? [] : [reversalResult(refund.webhookUrl, payment, refund)];
  }
  if (kind === 'pending') return [];
  const isPaid = kind === 'succeeded';
  if (!isAsked(payment)) return isPaid ? [confirmation(event, confirmationUrl)] : [];
  if (!isPaid && numberOf(payment) % 4 === 0) return [];
  const told = [callback(event)];
  return isPaid && confirmationUrl !== null ? [...told, confirmation(event, confirmationUrl)] : told;
}

/** A payer who pays a second time does so without being asked. */
function isAsked({ operator, id }: Payment): boolean {
  return operator !== PAY_BILL && !id.endsWith('2');
}

function callback({ kind, payment, at }: PaymentEvent): WebhookMessage {
  const code = kind === 'succeeded' ? 0 : kind === 'expired' ? 1037 : numberOf(payment) % 2 === 0 ? 1032 : 1;
  const items = [
    { Name: 'Amount', Value: Number(formatMinor(payment.minor, 'KES')) },
    { Name: 'MpesaReceiptNumber', Value: receiptOf(payment) },
    { Name: 'Balance' },
    { Name: 'TransactionDate', Value: Number(compactTime(at)) },
    { Name: 'PhoneNumber', Value: Number(payment.phone.replace(/\D/g, '')) },
  ];
  const stkCallback = {
    ...{ MerchantRequestID: merchantRequestOf(payment), CheckoutRequestID: checkoutOf(payment) },
    ...{ ResultCode: code, ResultDesc: DESCRIPTIONS[code] },
    ...(code === 0 ? { CallbackMetadata: { Item: items } } : {}),
  };
  return message(payment.webhookUrl ?? null, { Body: { stkCallback } });
}

/** The payer's number is masked. */
function confirmation({ payment, at }: PaymentEvent, url: string | null): WebhookMessage {
  const phone = payment.phone.replace(/\D/g, '');
  return message(url, {
    ...{ TransactionType: 'Pay Bill', TransID: receiptOf(payment), TransTime: compactTime(at) },
    ...{ TransAmount: formatMinor(payment.minor, 'KES'), BusinessShortCode: SHORT_CODE },
    ...{ BillRefNumber: payment.reference, InvoiceNumber: '', OrgAccountBalance: '', ThirdPartyTransID: '' },
    ...{ MSISDN: `${phone.slice(0, 4)} ***** ${phone.slice(-3)}`, FirstName: 'A', MiddleName: '', LastName: '' },
  });
}

function message(url: string | null, body: object): WebhookMessage {
  return { method: 'POST', url, headers: JSON_HEADERS, body: JSON.stringify(body) };
}
