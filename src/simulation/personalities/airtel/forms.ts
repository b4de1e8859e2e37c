// How Airtel Money writes a transaction in its callbacks and answers. A callback has no amount but in its text for
// people, and `response_code` is the same beside every status. Sources: copies of the developer portal,
// Collection-APIs; answers that clients recorded.

import { formatMinor } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import { changeAt, type Payment } from '../../gateway/payment.ts';
import type { PaymentEvent } from '../../gateway/payment-timeline.ts';
import { feeOf } from '../../gateway/settlement.ts';
import type { WebhookMessage } from '../../gateway/webhook-message.ts';
import { JSON_HEADERS, numberOf } from '../../gateway/wire-forms.ts';

const MINUTE = 60_000;
/** An enquiry that comes sooner finds nothing. The portal asks for three minutes. */
const KNOWN_AFTER = MINUTE;

const SUCCESS_STATUS = { code: '200', message: 'SUCCESS', result_code: 'ESB000010' };

/** In one of two shapes; a second payment of the reference has another. */
export function moneyIdOf(payment: Payment): string {
  const number = String(numberOf(payment)).padStart(10, '0');
  if (numberOf(payment) % 3 === 0) return number;
  const at = new Date(payment.createdAt).toISOString();
  return `MP${at.slice(2, 10).replaceAll('-', '')}.${at.slice(11, 16).replace(':', '')}.L${number}`;
}

/** Decides what differs from one payment to another. The digits of `id` do not do: its last one is no chance. */
const chanceOf = ({ operatorId }: Payment): number => numberOf({ id: operatorId });

const WORDS: Readonly<Record<string, string>> = { succeeded: 'TS', failed: 'TF', expired: 'TE', MR102: 'TA' };
const TEXTS: Readonly<Record<string, string>> = {
  TF: 'Transaction failed. The balance of your wallet is not sufficient',
  TE: 'Transaction expired',
  TA: 'Transaction is ambiguous',
  TIP: 'Transaction in progress',
};

const wordOf = (status: string): string => WORDS[status] ?? 'TIP';

/** A failed one has an id of the network too, but not always. */
function idIn(payment: Payment, word: string): object {
  const hasId = word === 'TS' || (word === 'TF' && chanceOf(payment) % 2 === 0);
  return hasId ? { airtel_money_id: moneyIdOf(payment) } : {};
}

function textOf(payment: Payment, word: string): string {
  const { minor, currency } = payment;
  if (word !== 'TS') return TEXTS[word]!;
  const [paid, fee] = [formatMinor(minor, currency), formatMinor(feeOf(minor, currency), currency)];
  return `Paid ${currency} ${paid} to SHOP Charge ${currency} ${fee}, Trans ID ${moneyIdOf(payment)}.`;
}

export function isKnown({ createdAt }: Payment, now: Instant): boolean {
  return now - createdAt >= KNOWN_AFTER;
}

/** `amount` stands in the answer to an enquiry only; `success` may be false beside TS. */
export function enquiryAnswer(payment: Payment, now: Instant): object {
  const { reference: id, minor, currency } = payment;
  const word = wordOf(changeAt(payment, now).status);
  const response_code = word === 'TF' ? 'DP008001013' : 'DP00800001006';
  return {
    data: {
      transaction: {
        ...{ id, message: textOf(payment, word), status: word, ...idIn(payment, word) },
        ...(word === 'TS' ? { amount: Number(formatMinor(minor, currency)), currency } : {}),
      },
    },
    status: { ...SUCCESS_STATUS, response_code, success: chanceOf(payment) % 5 !== 0 },
  };
}

/** Says only that the payer is asked, also where it says TS already. */
export function startAnswer(payment: Payment): object {
  const status = chanceOf(payment) % 4 === 0 ? 'TS' : 'SUCCESS.';
  return {
    data: { transaction: { id: payment.reference, status } },
    status: { ...SUCCESS_STATUS, response_code: 'DP00800001006', success: true },
  };
}

export function refundAnswer(payment: Payment): object {
  return {
    data: { transaction: { airtel_money_id: moneyIdOf(payment), status: 'SUCCESS' } },
    status: { ...SUCCESS_STATUS, success: false },
  };
}

/** Nothing is told of money that goes back. */
export function callbackOf({ kind, payment }: PaymentEvent): readonly WebhookMessage[] {
  if (kind === 'refunded' || kind === 'reversed') return [];
  const word = wordOf(kind);
  const { reference: id } = payment;
  const transaction = { id, message: textOf(payment, word), status_code: word, ...idIn(payment, word) };
  return [{ method: 'POST', url: null, headers: JSON_HEADERS, body: JSON.stringify({ transaction }) }];
}
