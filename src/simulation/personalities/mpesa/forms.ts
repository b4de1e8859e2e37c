// Ids, codes and times of M-Pesa. Times are those of East Africa, without a zone.

import { DateTime } from 'luxon';
import type { Instant } from '../../../domain/time.ts';
import { changeAt, type Payment, type Refund } from '../../gateway/payment.ts';
import { numberOf } from '../../gateway/wire-forms.ts';

/** The short code of the merchant in the sandbox. */
export const SHORT_CODE = '174379';
/** How a payment began: on a request to the payer's telephone, or by the payer alone. */
export const STK_PUSH = 'stk';
export const PAY_BILL = 'pay-bill';

const ZONE = 'Africa/Nairobi';

/** `yyyyMMddHHmmss`. */
export function compactTime(at: Instant): string {
  return timeIn(at, 'yyyyMMddHHmmss');
}

export function timeIn(at: Instant, form: string): string {
  return DateTime.fromMillis(at, { zone: ZONE }).toFormat(form);
}

/** Ten capital letters and digits. */
export function receiptOf(one: Pick<Payment | Refund, 'id'>): string {
  return `T${numberOf(one).toString(36).toUpperCase().padStart(9, '0')}`.slice(0, 10);
}

export const merchantRequestOf = ({ requestId }: Payment): string => `29115-${requestId.slice(2)}-1`;

export function checkoutOf({ requestId, createdAt }: Payment): string {
  return `ws_CO_${timeIn(createdAt, 'ddMMyyyyHHmmss')}${requestId.slice(2)}`;
}

export const DESCRIPTIONS: Readonly<Record<number, string>> = {
  0: 'The service request is processed successfully.',
  1: 'The balance is insufficient for the transaction.',
  1032: 'Request cancelled by user',
  1037: 'DS timeout user cannot be reached',
};

/** Null while it is being processed. */
export function resultCodeOf(payment: Payment, now: Instant): number | null {
  const { status } = changeAt(payment, now);
  if (status === 'succeeded') return 0;
  if (status === 'failed') return numberOf(payment) % 2 === 0 ? 1032 : 1;
  return status === 'expired' ? 1037 : null;
}
