// The link of a break's money that is being made: its orders, an amount of each, and what is left of the money, to the
// last digit.

import { LINK_TARGETS_MAX } from '../../src/domain/link.ts';
import { difference, isAtLeast, isSame, isZero, sizeOf, total } from './amount.ts';

/** An order as it was found, by its reference. */
export interface FoundOrder {
  readonly reference: string;
  readonly merchant: string;
  readonly currency: string;
  readonly amount: string;
  /** What was paid of it and not returned, linked money among it. */
  readonly paid: string;
}

export interface LinkOrder extends FoundOrder {
  /** As it was typed. */
  readonly typed: string;
}

/** The money to link: all of a break's difference. */
export interface LinkMoney {
  readonly key: string;
  readonly amount: string;
  readonly currency: string;
}

/** Why an order cannot be added. */
export type OrderFault =
  | { readonly kind: 'own' | 'twice' | 'many' }
  | { readonly kind: 'currency' | 'merchant'; readonly found: string };

/** Null where it may be. Of the order's merchant one must have a role. */
export function orderFault(
  order: FoundOrder,
  orders: readonly FoundOrder[],
  money: LinkMoney,
  hasRole: (merchant: string) => boolean,
): OrderFault | null {
  if (order.reference === money.key) return { kind: 'own' };
  if (orders.some(({ reference }) => reference === order.reference)) return { kind: 'twice' };
  if (orders.length >= LINK_TARGETS_MAX) return { kind: 'many' };
  if (order.currency !== money.currency) return { kind: 'currency', found: order.currency };
  return hasRole(order.merchant) ? null : { kind: 'merchant', found: order.merchant };
}

/** How many decimals the money has. */
export function placesOf(amount: string): number {
  return (amount.split('.')[1] ?? '').length;
}

/**
 * An amount as it was typed, as a plain decimal: with groups of three or without, and in the wide digits of an input
 * method too. Null of what is none, is not above zero, or is finer than the money.
 */
export function readTyped(typed: string, places: number): string | null {
  const text = typed.normalize('NFKC').trim();
  if (!/^(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d+)?$/.test(text)) return null;
  const [whole = '', part = ''] = text.replaceAll(',', '').split('.');
  if (/[1-9]/.test(part.slice(places))) return null;
  const cut = part.slice(0, places).padEnd(places, '0');
  const plain = `${whole.replace(/^0+(?=\d)/, '')}${places === 0 ? '' : `.${cut}`}`;
  return isZero(plain) ? null : plain;
}

/** What is left of the money; below zero where the orders have more. Amounts that cannot be read count as nothing. */
export function leftOf(money: LinkMoney, orders: readonly LinkOrder[]): string {
  const places = placesOf(money.amount);
  const read = orders.flatMap(({ typed }) => readTyped(typed, places) ?? []);
  return difference(money.amount, total(read));
}

/** What an order that is added gets at first: what it still needs, as far as there is money. */
export function firstAmount({ amount, paid }: FoundOrder, left: string): string {
  if (isZero(left) || left.startsWith('-')) return '';
  const needed = difference(amount, paid);
  if (isZero(needed) || needed.startsWith('-')) return left;
  return isAtLeast(left, needed) ? needed : left;
}

/** What an order comes to with the amount: paid exactly, or by how much too little or too much. */
export interface Outcome {
  readonly kind: 'full' | 'short' | 'over';
  readonly by: string;
}

export function outcomeOf({ amount, paid, typed }: LinkOrder, places: number): Outcome | null {
  const read = readTyped(typed, places);
  if (read === null) return null;
  const by = difference(total([paid, read]), amount);
  if (isSame(by, '0')) return { kind: 'full', by };
  return { kind: by.startsWith('-') ? 'short' : 'over', by: sizeOf(by) };
}

/** Why it cannot be sent yet; with the order whose amount it is. Null where it can. */
export type LinkFault = { readonly kind: 'none' | 'left' } | { readonly kind: 'amount'; readonly reference: string };

export function linkFault(money: LinkMoney, orders: readonly LinkOrder[]): LinkFault | null {
  if (orders.length === 0) return { kind: 'none' };
  const places = placesOf(money.amount);
  const wrong = orders.find(({ typed }) => readTyped(typed, places) === null);
  if (wrong !== undefined) return { kind: 'amount', reference: wrong.reference };
  return isZero(leftOf(money, orders)) ? null : { kind: 'left' };
}

/** What the API is told. */
export function linkTargets(
  money: LinkMoney,
  orders: readonly LinkOrder[],
): readonly { readonly reference: string; readonly amount: string }[] {
  const places = placesOf(money.amount);
  return orders.map(({ reference, typed }) => ({ reference, amount: readTyped(typed, places) ?? typed }));
}
