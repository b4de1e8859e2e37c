// Whether a value can be used as a fact. Files and webhooks are checked on arrival; anybody can write to a topic, and
// values that matching cannot compute with must not reach it.

import { parseDecimal } from '../../domain/decimal.ts';
import { DECISIONS_TOPIC, type DecisionBody } from '../../domain/decision.ts';
import { type Fact, type FactBody, isDecision, isFromSource, sourceName } from '../../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../../domain/handoff.ts';
import { readAmount } from '../../domain/money.ts';
import { isDate } from '../../domain/time.ts';
import { readFact } from '../../log/fact-codec.ts';
import { isSigned } from '../../matching/decision-rights.ts';

/** The maximum length of a reference in characters; its length column has two bytes. */
export const REFERENCE_MAX = 256;

/** The fact in the bytes, which may stand on this topic; or the fault, in words. */
export function checkedFact(topic: string, bytes: Buffer, from: number, to: number): Fact | string {
  let fact: Fact;
  try {
    fact = readFact(bytes, from, to);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  const { transaction_reference: reference, body, id } = fact;
  if (reference.length > REFERENCE_MAX) return `a reference of ${reference.length} characters`;
  if (id === '') return 'no id';
  if (!isAtHome(fact, topic)) return `${body.type} on ${topic}`;
  if (fact.account !== null && !id.startsWith(`${sourceName(fact)}:`))
    return `an id of another source than ${sourceName(fact)}`;
  if (body.type === 'OrderPlaced' && body.parent === reference) return `a part whose whole is itself, ${reference}`;
  return (isDecision(fact) ? decisionFault(fact) : bodyFault(body)) ?? fact;
}

/** Decisions and handoffs have a topic of their own; what sources claim may stand on any of theirs. */
function isAtHome(fact: Fact, topic: string): boolean {
  if (isDecision(fact)) return topic === DECISIONS_TOPIC;
  return topic !== DECISIONS_TOPIC && isFromSource(fact) === (topic !== HANDOFFS_TOPIC);
}

/** What a person decided must be signed by the key that it names: that is decided by the record alone. */
function decisionFault(decision: Fact<DecisionBody>): string | undefined {
  const { transaction_reference: reference, body } = decision;
  if (body.about !== reference) return `a decision about ${body.about}`;
  if (!isSigned(decision)) return 'a decision whose signature does not fit';
  if (body.type !== 'ResolutionProposed' || body.amount === null) return undefined;
  const { amount, currency, to = [] } = body;
  if (currency === null) return 'an amount without a currency';
  const amounts = [amount, ...to.map((target) => target.amount)];
  return amounts.map((one) => amountFault(one, currency)).find((fault) => fault !== undefined);
}

function bodyFault(body: FactBody): string | undefined {
  switch (body.type) {
    case 'OrderPlaced':
      return amountFault(body.amount, body.currency);
    case 'RefundRequested':
      if ((parseDecimal(body.amount)?.digits ?? 1n) <= 0n) return `a refund of ${body.amount}`;
      return amountFault(body.amount, body.currency);
    case 'PaymentObserved':
      if (body.amount === null) return feeFault(body.fee);
      if (body.currency === null) return 'an amount without a currency';
      return amountFault(body.amount, body.currency) ?? feeFault(body.fee);
    case 'SettlementLineReported':
      if (!isDate(body.settlement_date)) return `settlement_date ${body.settlement_date}`;
      return amountFault(body.gross, body.currency) ?? feeFault(body.fee) ?? payoutFault(body);
    case 'BankLineReported':
      if (!isDate(body.value_date)) return `value_date ${body.value_date}`;
      return amountFault(body.amount, body.currency);
    case 'PayoutPart':
      if (!isDate(body.settlement_date)) return `settlement_date ${body.settlement_date}`;
      return [body.gross, body.fees, body.returns, body.other].map(feeFault).find((fault) => fault !== undefined);
    case 'ClaimWithdrawn':
      return body.import_id > 0 ? undefined : `a withdrawal of what import ${body.import_id} said`;
    case 'Handoff':
      return isJson(body.content) ? undefined : 'content that is not JSON';
    default:
      return undefined;
  }
}

function isJson(content: string | null): boolean {
  if (content === null || content === '') return true;
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

type Line = Extract<FactBody, { readonly type: 'SettlementLineReported' }>;

function payoutFault({ settlement_amount: amount, settlement_currency: currency, fx_rate: rate }: Line) {
  if (rate !== null && (parseDecimal(rate)?.digits ?? 0n) <= 0n) return `fx_rate ${rate}`;
  if (amount === null) return undefined;
  return currency === null ? 'a settlement_amount without a currency' : amountFault(amount, currency);
}

/** Amounts must be in their currency's own form: one amount has one text. */
function amountFault(amount: string, currency: string): string | undefined {
  return readAmount(amount, currency) === amount ? undefined : `amount ${amount} ${currency}`;
}

function feeFault(fee: string | null): string | undefined {
  return fee === null || parseDecimal(fee) !== undefined ? undefined : `fee ${fee}`;
}
