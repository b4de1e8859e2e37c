// Which payment of an order a refund returns, and how much of it may still be asked for: never more than was paid.

import { HesabuError } from '../../domain/errors.ts';
import { sourceName } from '../../domain/fact.ts';
import { idOfName } from '../../domain/key.ts';
import { formatMinor, minorOf, readAmount } from '../../domain/money.ts';
import { ownIds } from '../../domain/payment-ids.ts';
import { phoneCountryOf } from '../../domain/phone.ts';
import { quoted } from '../../domain/quotation.ts';
import type { Payment } from '../../matching/payments.ts';
import type { Return } from '../../matching/return-state.ts';
import { returnsOf } from '../../matching/returns.ts';
import type { Gateway, Operator } from '../../producers/gateway.ts';
import type { AskedRefund } from './asked-money.ts';
import { gatewayKey, type OrderIntent } from './gateway-calls.ts';
import type { KnownOrder } from './known-order.ts';
import { operatorAmount } from './operator-amount.ts';
import type { Intent } from './route.ts';

/** Which payment, and how much of it, where that is said. */
export interface AskedPart {
  readonly payment?: string | undefined;
  readonly amount?: string | undefined;
}

interface RefundCall extends OrderIntent {
  readonly intent: Intent;
  readonly body: AskedPart;
}

/** What is asked of the gateway, and what of the payment is returned by then, in minor units. */
export interface DecidedRefund {
  readonly refund: Omit<AskedRefund, 'transaction_id'>;
  readonly returned: bigint;
}

/**
 * Decides what a new request returns. `asked` has everything of the order that is on its way back or waits for it.
 * Throws HESABU_ORDER_CLOSED, HESABU_AMOUNT_RANGE, HESABU_AMOUNT_PRECISION, HESABU_REQUEST_INVALID and
 * HESABU_PROVIDER_CANNOT.
 */
export async function decideRefund(
  call: RefundCall,
  known: KnownOrder,
  asked: readonly AskedRefund[],
  gateway: Gateway,
): Promise<DecidedRefund> {
  const { body, intent } = call;
  const payment = paymentOf(known, body.payment);
  demandOwn(gateway, payment);
  const currency = payment.currency!;
  const left = leftOf(known, payment, asked);
  const minor = body.amount === undefined ? left : readMinor(body.amount, currency);
  if (minor <= 0n || minor > left) throw beyond(left, currency, body.amount);
  if (gateway.refundsWholeOnly === true && minor !== payment.gross) {
    const whole = `${formatMinor(payment.gross!, currency)} ${currency}`;
    const expected = `${whole}: ${gateway.provider} gives back whole payments only`;
    throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found: formatMinor(minor, currency) });
  }
  const { reference } = known;
  const operator = await operatorOf(known, payment, gateway);
  const amount = operatorAmount(operator, formatMinor(minor, currency));
  const { fingerprint } = intent;
  const refund = { key: gatewayKey('refund', call), reference, account: sourceName(gateway), fingerprint };
  return {
    refund: { ...refund, payment: payment.id, amount, currency },
    returned: payment.gross! - left + minor,
  };
}

/**
 * Throws HESABU_PROVIDER_CANNOT where the gateway's provider never spoke of the payment, as after a shop took another
 * one: under that id it may know the payment of somebody else.
 */
export function demandOwn({ provider, account }: Gateway, { name, observations, lines }: Payment): void {
  const providers = new Set([...observations, ...lines].map((claim) => claim.provider));
  if (providers.has(provider)) return;
  const expected = `the gateway of ${[...providers].join(', ')} for ${quoted(name)}`;
  throw new HesabuError('HESABU_PROVIDER_CANNOT', { where: `${provider}/${account}`, expected });
}

/** Throws HESABU_AMOUNT_RANGE if a refund that waited is by now more than what is left; `asked` is without it. */
export function demandLeft(
  known: KnownOrder,
  { payment: name, amount, currency }: Pick<AskedRefund, 'payment' | 'amount' | 'currency'>,
  asked: readonly AskedRefund[],
): void {
  const payment = known.about.payments.find(({ ids }) => ids.includes(name));
  const left = payment === undefined || payment.gross === null ? 0n : leftOf(known, payment, asked);
  if (minorOf(amount, currency) > left) throw beyond(left, currency, amount);
}

function beyond(left: bigint, currency: string, amount: string | undefined): HesabuError {
  const expected = `an amount above zero, of at most ${formatMinor(left, currency)} ${currency}`;
  const found = amount === undefined ? 'nothing left to return' : quoted(amount);
  return new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found });
}

/** The payment's operator; undefined if no claim names it or no list contains it: then the gateway decides. */
async function operatorOf(
  { claim }: KnownOrder,
  { observations }: Payment,
  gateway: Gateway,
): Promise<Operator | undefined> {
  const countries = observations.map(({ body }) => (body.msisdn === null ? null : phoneCountryOf(body.msisdn)));
  const country = countries.find((one) => one !== null) ?? claim.body.country;
  const codes = new Set(observations.map(({ body }) => body.operator).filter((code) => code !== null));
  if (codes.size === 0 || country === null || gateway.operators === undefined) return undefined;
  try {
    return (await gateway.operators(country)).find(({ code }) => codes.has(code));
  } catch (error) {
    if (error instanceof HesabuError) return undefined;
    throw error;
  }
}

/** A refusal names so many of an order's payments. */
const NAMED_MAX = 20;

/** Throws HESABU_ORDER_CLOSED if nothing is paid, HESABU_REQUEST_INVALID if it is not clear which payment is meant. */
function paymentOf({ reference, about }: KnownOrder, name: string | undefined): Payment {
  const paid = about.payments.filter(
    ({ succeeded, gross, currency }) => succeeded && gross !== null && currency !== null,
  );
  if (paid.length === 0) {
    throw new HesabuError('HESABU_ORDER_CLOSED', { where: reference, expected: 'an order that is paid' });
  }
  const meant = name === undefined ? paid : paid.filter((one) => one.name === name || one.ids.includes(name));
  if (meant.length === 1) return meant[0]!;
  const more = paid.length > NAMED_MAX ? ` and ${paid.length - NAMED_MAX} more` : '';
  const named = paid.slice(0, NAMED_MAX).map((payment) => payment.name);
  const expected = `one of ${named.join(', ')}${more}`;
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'payment', expected, found: quoted(name ?? null) });
}

/** Statuses that end a return. After any other status, also an unclassified one, the money may still go back. */
const ENDED: ReadonlySet<string> = new Set([
  ...['failed', 'expired', 'voided'],
  ...['succeeded', 'reversed', 'refunded', 'charged_back'],
]);

/** The part of a payment that has neither gone back nor may be on its way back, in minor units. */
export function leftOf({ about }: KnownOrder, payment: Payment, asked: readonly AskedRefund[]): bigint {
  const { returned, returns } = returnsOf(about.returns, payment);
  const { returnObservations, returnLines } = about.claims;
  const namedIn = (id: string) => returnObservations.filter(({ body }) => ownIds(body).includes(id));
  const saidOf = ({ id, provider }: Return) => namedIn(id).filter((said) => said.provider === provider);
  const isWaiting = ({ transaction_id: id }: AskedRefund) => {
    if (id === null) return true;
    const isEnded = namedIn(id).some(({ body }) => ENDED.has(body.status));
    return !isEnded && !returnLines.some(({ body }) => ownIds(body).includes(id));
  };
  const own = asked.filter((refund) => payment.ids.some((name) => idOfName(name) === refund.payment));
  let held = own.filter(isWaiting).reduce((sum, { amount, currency }) => sum + minorOf(amount, currency), 0n);
  for (const entry of returns) {
    if (entry.state === 'open') held += entry.amount;
    if (
      !isUnderWay(
        entry,
        saidOf(entry).map(({ body }) => body.status),
      )
    )
      continue;
    const ids = new Set(saidOf(entry).flatMap(({ body }) => ownIds(body)));
    if (own.some(({ transaction_id: id }) => id !== null && ids.has(id))) continue;
    // Requested elsewhere; without an amount it may be the whole payment.
    held += entry.amount > 0n ? entry.amount : payment.gross!;
  }
  const left = payment.gross! - returned - held;
  return left > 0n ? left : 0n;
}

function isUnderWay({ state }: Return, statuses: readonly string[]): boolean {
  return state === 'none' && statuses.length > 0 && !statuses.some((status) => ENDED.has(status));
}

function readMinor(amount: string, currency: string): bigint {
  const read = readAmount(amount, currency);
  if (typeof read === 'string') return minorOf(read, currency);
  throw new HesabuError(read.fault, { where: 'amount', expected: `an amount of ${currency}`, found: quoted(amount) });
}
