// How Paga writes what became of a payment request, and what came into a persistent account. Sources:
// developer-docs.paga.com, Collect API; Paga's own clients; clients that check notifications.

import { hash } from 'node:crypto';
import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import { changeAt, type Payment } from '../../gateway/payment.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import { feeOf } from '../../gateway/settlement.ts';
import type { SecretNamed, WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const DAY = 86_400_000;
/** How a payment says that a payer made it into an account of the merchant, without a request. */
export const INTO_ACCOUNT = 'account';

/** Ten figures, as any account of a Nigerian bank. */
export const accountNumberOf = (name: string): string =>
  String(3_000_000_000 + (Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16) % 999_999_999));

const transactionOf = (payment: Payment): string => numberOf(payment).toString(36).toUpperCase();

/** UTC, without saying so. */
const timeOf = (at: Instant): string => new Date(at).toISOString().slice(0, 19);

const CODES: Readonly<Record<string, string>> = { succeeded: '0', failed: '-3', expired: '-2' };
const TEXTS: Readonly<Record<string, string>> = {
  0: 'success',
  1: 'Payment request is in process',
  '-2': 'Payment request has expired',
  '-3': 'Payment failed',
};

/** The code is a text in some answers and a number in others, and so are amounts. */
export function requestStatus(payment: Payment, now: Instant, kind = changeAt(payment, now).status): object {
  const { reference, minor, currency, createdAt, refunds } = payment;
  const code = CODES[kind] ?? '1';
  const amount = formatMinor(minor, currency);
  const isNumber = numberOf({ id: payment.operatorId }) % 2 === 0;
  const returned = refunds.filter(({ at }) => at <= now);
  return {
    ...{ referenceNumber: reference, statusCode: isNumber ? Number(code) : code, statusMessage: TEXTS[code] },
    ...{ requestAmount: Number(amount), currency },
    totalPaymentAmount: code === '0' ? (isNumber ? Number(amount) : amount) : null,
    expiryDateTimeUTC: timeOf(createdAt + DAY),
    refundStatus: returned.length === 0 ? null : 'COMPLETED',
  };
}

export function requestAnswer(payment: Payment): object {
  const { reference, minor, currency, createdAt } = payment;
  const properties = { AccountNumber: accountNumberOf(reference), BankName: 'Paga', AccountName: 'Shop' };
  return {
    ...{ referenceNumber: reference, statusCode: '0', statusMessage: 'success', currency },
    ...{ requestAmount: Number(formatMinor(minor, currency)), expiryDateTimeUTC: timeOf(createdAt + DAY) },
    paymentMethods: [{ name: 'BANK_TRANSFER', properties }],
  };
}

/** It names the account and no order of the merchant: only the payer's text may. */
function accountNotification(payment: Payment): object {
  const { minor, currency, reference, phone } = payment;
  const number = numberOf(payment);
  return {
    ...{ statusCode: '0', statusMessage: 'SUCCESS', transactionReference: transactionOf(payment) },
    ...{ fundingTransactionReference: `F${number}`, fundingPaymentReference: `1000042606${number}` },
    ...{ accountNumber: phone, accountName: 'Shop', financialIdentificationNumber: '22200000000' },
    amount: formatMinor(minor, currency),
    clearingFeeAmount: formatMinor(feeOf(minor, currency), currency),
    payerDetails: {
      ...{ paymentReferenceNumber: `P${number}`, narration: reference, payerBankName: 'A Bank' },
      ...{ payerName: 'A B', paymentMethod: 'BANK_TRANSFER', payerBankAccountNumber: '0123456789' },
    },
    ...{ instantSettlementStatus: 'PENDING', narration: reference },
  };
}

/** Only money that came is told. */
export function notificationOf({ kind, payment, at }: PaymentEvent): readonly WebhookMessage[] {
  if (kind !== 'succeeded') return [];
  const isIntoAccount = payment.operator === INTO_ACCOUNT;
  const body = JSON.stringify(isIntoAccount ? accountNotification(payment) : requestStatus(payment, at, kind));
  return [{ method: 'POST', url: payment.webhookUrl ?? null, headers: JSON_HEADERS, body }];
}

/** What is paid into an account has a hash in the body, over four values and the key. */
export function sealed(body: string, secret: SecretNamed): string {
  const { statusCode, accountNumber, amount, clearingFeeAmount } = JSON.parse(body) as Record<string, string>;
  if (clearingFeeAmount === undefined) return body;
  const values = `${statusCode}${accountNumber}${amount}${clearingFeeAmount}`;
  return `${body.slice(0, -1)},"hash":"${hash('sha512', `${values}${secret('hash_key')}`, 'hex')}"}`;
}
