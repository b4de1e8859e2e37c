// What stands side by side of a case: the fields of the order, of each payment and of its settlement, each with how it
// compares, why it has its value, and the facts that it rests on.

import type { DecidedValue, Transaction } from '../api/types.ts';
import { difference, isAmount, isSame } from '../state/amount.ts';

export type SideField =
  | 'amount'
  | 'currency'
  | 'status'
  | 'time'
  | 'id'
  | 'operatorId'
  | 'fee'
  | 'net'
  | 'returned'
  | 'day'
  | 'msisdn';

export interface SideValue {
  readonly text: string | null;
  readonly unit: 'money' | 'word' | 'time' | 'date' | 'id';
}

export interface SideRow {
  readonly field: SideField;
  readonly order: SideValue;
  /** One for each payment. */
  readonly payments: readonly SideValue[];
  readonly settlement: SideValue;
  /** `same`, or by how much which two differ; null where there is nothing to compare. */
  readonly compared: 'same' | { readonly by: string; readonly of: 'order' | 'settlement' } | null;
  readonly ground: string | null;
  /** The numbers of its facts, from 1 on, as the list of facts has them. */
  readonly facts: readonly number[];
}

const NONE: SideValue = { text: null, unit: 'word' };

export interface Sides {
  readonly payments: readonly string[];
  readonly rows: readonly SideRow[];
}

export function sidesOf(transaction: Transaction): Sides {
  const { decided, claims, amounts, settled_on } = transaction;
  const order = decided.find(({ subject }) => subject === 'order');
  const payments = decided.filter(({ subject }) => subject === 'payment');
  const numbers = new Map(claims.map(({ id }, at) => [id, at + 1]));
  const ofOrder = (field: string) => order?.decisions.find((one) => one.field === field);
  const ofPayments = (field: string) => payments.map(({ decisions }) => decisions.find((one) => one.field === field));
  const value = (found: DecidedValue | undefined): SideValue =>
    found === undefined || isUntold(found) ? NONE : { text: found.value, unit: found.unit };
  const row = (field: SideField, parts: RowParts): SideRow => rowOf(field, parts, numbers);
  const money = (text: string | null): SideValue => ({ text, unit: 'money' });
  const word = (text: string | null): SideValue => ({ text, unit: 'word' });
  const [grosses, fees] = [ofPayments('gross'), ofPayments('fee')];
  const expectedFee = sumOf(ofPayments('fee_expected'));
  const bodies = (name: string) => payments.map((payment) => idIn(transaction, payment.name, name));
  const settled = amounts.settled;
  const net = settled !== null && amounts.fee !== null ? difference(settled, amounts.fee) : null;
  const due = ofPayments('settlement_due')[0];
  const rows = [
    row('amount', {
      ...{ order: value(ofOrder('order_amount')), payments: grosses.map(value), settlement: money(settled) },
      ...{ why: [ofOrder('order_amount'), ...grosses, ...ofPayments('settled')] },
      compared: comparedAll(amounts.order_amount, amounts.paid, settled),
    }),
    row('currency', { payments: ofPayments('currency').map(value), why: ofPayments('currency') }),
    row('status', {
      ...{ order: value(ofOrder('order_status')), payments: ofPayments('status').map(value) },
      why: [...ofPayments('status'), ofOrder('order_status')],
    }),
    row('time', { payments: ofPayments('succeeded_at').map(value), why: ofPayments('succeeded_at') }),
    row('id', { payments: payments.map(({ name }) => ({ text: name === '' ? null : name, unit: 'id' })) }),
    row('operatorId', { payments: bodies('operator_transaction_id') }),
    row('fee', {
      ...{ payments: fees.map(() => NONE), settlement: money(amounts.fee), why: fees },
      compared: comparedMoney(expectedFee, amounts.fee, 'settlement'),
    }),
    row('net', { settlement: money(net) }),
    row('returned', { payments: ofPayments('returned').map(value), why: ofPayments('returned') }),
    row('day', {
      payments: [due === undefined ? NONE : value(due)],
      ...{ settlement: { text: settled_on, unit: 'date' }, why: due === undefined ? [] : [due] },
    }),
    row('msisdn', { order: word(null), payments: bodies('msisdn') }),
  ];
  return { payments: payments.map(({ name }) => name), rows: rows.filter(hasValue) };
}

interface RowParts {
  readonly order?: SideValue;
  readonly payments?: readonly SideValue[];
  readonly settlement?: SideValue;
  readonly why?: readonly (DecidedValue | undefined)[];
  readonly compared?: SideRow['compared'];
}

function rowOf(field: SideField, parts: RowParts, numbers: ReadonlyMap<string, number>): SideRow {
  const why = (parts.why ?? []).filter((one) => one !== undefined && !isUntold(one)) as DecidedValue[];
  const facts = [...new Set(why.flatMap(({ by }) => by.map((id) => numbers.get(id) ?? 0)))].filter((at) => at > 0);
  // The order's own value needs no explanation where a payment's has one.
  const ground = why.find(({ ground: one }) => one !== 'shop') ?? why[0];
  return {
    ...{ field, order: parts.order ?? NONE, payments: parts.payments ?? [], settlement: parts.settlement ?? NONE },
    ...{ compared: parts.compared ?? null, ground: ground?.ground ?? null },
    facts: facts.sort((left, right) => left - right),
  };
}

function hasValue({ order, payments, settlement }: SideRow): boolean {
  return [order, settlement, ...payments].some(({ text }) => text !== null);
}

/** Nobody said anything of it. */
function isUntold({ ground, value }: DecidedValue): boolean {
  return ground === 'untold' || value === null;
}

/** The order with its payments first; where these agree, the payments with their settlement. */
function comparedAll(order: string | null, paid: string | null, settled: string | null): SideRow['compared'] {
  const first = comparedMoney(order, paid, 'order');
  const second = comparedMoney(paid, settled, 'settlement');
  return first === null || (first === 'same' && second !== null) ? second : first;
}

function comparedMoney(left: string | null, right: string | null, of: 'order' | 'settlement'): SideRow['compared'] {
  if (!isAmount(left) || !isAmount(right)) return null;
  return isSame(left, right) ? 'same' : { by: difference(right, left), of };
}

function sumOf(values: readonly (DecidedValue | undefined)[]): string | null {
  const known = values.flatMap((one) => (one?.value != null && isAmount(one.value) ? [one.value] : []));
  return known.length === 0 ? null : known.reduce((sum, one) => difference(sum, difference('0', one)), '0');
}

/** What a fact about a payment says under a name, the first that does. */
function idIn({ claims }: Transaction, payment: string, name: string): SideValue {
  const own = claims.filter(({ body }) => body.provider_transaction_id === payment || body.transaction_id === payment);
  const told = own.map(({ body }) => body[name]).find((text) => typeof text === 'string');
  return { text: typeof told === 'string' ? told : null, unit: 'id' };
}
