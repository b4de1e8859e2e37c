// What a network says of a payment, of a return, or in a line of a settlement, as facts.

import {
  type LineType,
  type PaymentIds,
  type PaymentKind,
  type PaymentStatus,
  sourceName,
  type Via,
} from '../../domain/fact.ts';
import { idName } from '../../domain/key.ts';
import { identityOf } from '../../domain/payment-ids.ts';
import type { Instant } from '../../domain/time.ts';
import { contentHash } from '../formats/claim-id.ts';
import { accountLineKey, isOfAccount, lineSignFault } from '../formats/settlement-lines.ts';
import type { BodyFacts } from './body-facts.ts';
import type { JsonFields } from './json-fields.ts';

/** The ids of a payment by their places; each null or absent where the network has none. */
export interface IdsSaid {
  readonly provider?: string | null;
  readonly operator?: string | null;
  readonly request?: string | null;
  readonly original?: string | null;
  /** Further ids by the names that the network gives them. Only ids that no other payment has. */
  readonly aliases?: Readonly<Record<string, string | null>>;
  /** The series of ids whose numbers may stand for other things too, by their place here or their name in `aliases`. */
  readonly series?: Readonly<Record<string, string>>;
}

export interface PaymentSaid extends IdsSaid {
  readonly via: Via;
  readonly kind: PaymentKind;
  readonly status: PaymentStatus;
  /** The network's own word; kept where the status is `unclassified`. */
  readonly word: string | null;
  /** The network's own id of this event; null where it has none. */
  readonly event: string | null;
  readonly reference: string | null;
  readonly amount: string | null;
  /** Null for the account's. */
  readonly currency: string | null;
  readonly fee?: string | null;
  readonly operatorName?: string | null;
  readonly phone?: string | null;
  /** Where the phone is dialled, if that is known. */
  readonly country?: string | null;
  /** The network's own time; null where it gives none: then the time of reading counts. */
  readonly at: Instant | null;
}

export interface LineSaid extends IdsSaid {
  readonly type: LineType;
  readonly word: string | null;
  /** The network's own id of the line; null where it has none. */
  readonly line: string | null;
  readonly report?: string | null;
  readonly payout: string | null;
  readonly reference: string | null;
  /** Negative for money going back or taken, also of a fee line: in its payout a line counts by its sign. */
  readonly gross: string | null;
  readonly currency: string | null;
  readonly fee: string | null;
  readonly date: string | null;
  readonly at?: Instant | null;
  readonly settlementCurrency?: string | null;
  readonly settlementAmount?: string | null;
  readonly fxRate?: string | null;
}

/** What a payment, an authorisation, a refund and so on came to. */
export function addPayment(facts: BodyFacts, fields: JsonFields, said: PaymentSaid): void {
  const { provider, settings, isUnsigned } = facts.context;
  const { kind, status, at } = said;
  const ids = idsOf(said);
  const isReturn = kind === 'refund' || kind === 'reversal' || kind === 'chargeback';
  const key = said.reference ?? identityOf(provider, ids, isReturn ? 'return' : 'payment');
  if (key === undefined) fields.refuse('', 'HESABU_FIELD_MISSING', 'a reference, or an id of the payment', 'neither');
  if (facts.isRefused(fields)) return;
  const word = status === 'unclassified' ? said.word : null;
  const body = {
    type: 'PaymentObserved' as const,
    via: said.via,
    kind,
    status,
    word,
    ...ids,
    ...seriesOf(said, ids),
    amount: said.amount,
    currency: said.currency ?? settings.currency,
    fee: said.fee ?? null,
    operator: said.operatorName ?? null,
    msisdn: said.phone == null ? null : facts.phone(said.phone, said.country ?? null),
    ...(isUnsigned && said.via === 'callback' ? { hint: true as const } : {}),
    ...(at === null ? { untimed: true as const } : {}),
  };
  const claim = said.via === 'callback' ? 'callback' : status === 'initiated' ? 'initiated' : 'poll';
  const told = [claim, kind, status, said.word, key!, ...Object.values(ids).map(idText), at];
  // Of two polls with two amounts each is a claim; of a callback told twice with two amounts one must be wrong. A list
  // may leave out the payer, whom an answer about one payment names.
  const payer = [body.operator, body.msisdn].filter((text) => text !== null);
  const content = said.via === 'callback' ? told : [...told, body.amount, body.currency, body.fee, ...payer];
  facts.add(`${claim}:${said.event ?? `#${contentHash(content)}`}`, key!, at ?? facts.body.readAt, body);
}

/** A line of a settlement, a ledger or a statement. A sum of zero of one's own account is a line too. */
export function addLine(facts: BodyFacts, fields: JsonFields, said: LineSaid): void {
  const { provider, settings } = facts.context;
  const ids = idsOf(said);
  const currency = said.currency ?? settings.currency;
  if (said.gross === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'an amount', 'none');
  if (currency === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'a currency', 'none');
  if (said.date === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'a date', 'none');
  const sign = lineSignFault(said.type, said.gross ?? '');
  if (sign !== undefined) fields.refuse('', 'HESABU_AMOUNT_SIGN', sign, said.gross ?? '');
  const payout = said.payout ?? (said.type === 'payout' ? (ids.provider_transaction_id ?? said.reference) : null);
  const { type, reference } = said;
  const key = isOfAccount({ type, reference, original: ids.original_transaction_id })
    ? accountLineKey(sourceName(facts.context), { type, payout, date: said.date ?? '' })
    : (reference ?? identityOf(provider, ids, type === 'payment' ? 'payment' : 'return'));
  if (key === undefined) fields.refuse('', 'HESABU_FIELD_MISSING', 'a reference, or an id of the payment', 'neither');
  if (facts.isRefused(fields)) return;
  const body = {
    type: 'SettlementLineReported' as const,
    line_type: said.type,
    word: said.type === 'unclassified' ? said.word : null,
    ...ids,
    ...seriesOf(said, ids),
    gross: said.gross!,
    currency: currency!,
    fee: said.fee,
    settlement_date: said.date!,
    settlement_currency: said.settlementCurrency ?? null,
    settlement_amount: said.settlementAmount ?? null,
    fx_rate: said.fxRate ?? null,
  };
  const { aliases, series: _, ...plain } = body;
  const content = [key!, ...Object.values(plain), ...Object.values(aliases ?? {}), payout];
  const id = said.line ?? facts.repeated(contentHash(content));
  facts.add(`line:${id}`, key!, said.at ?? null, body, { report: said.report ?? null, line: said.line, payout });
}

function idsOf({ provider, operator, request, original, aliases = {}, series = {} }: IdsSaid): PaymentIds {
  const nameOf = (place: string, id: string | null | undefined) => (id == null ? null : idName(id, series[place]));
  const known = [nameOf('provider', provider), nameOf('operator', operator), nameOf('request', request)];
  const further = Object.entries(aliases).filter(([name, id]) => id !== null && !known.includes(nameOf(name, id)));
  return {
    provider_transaction_id: provider ?? null,
    operator_transaction_id: operator ?? null,
    request_id: request ?? null,
    original_transaction_id: original ?? null,
    ...(further.length === 0 ? {} : { aliases: Object.fromEntries(further) as Record<string, string> }),
  };
}

const FIELDS: readonly (readonly [place: keyof IdsSaid, field: keyof PaymentIds])[] = [
  ['provider', 'provider_transaction_id'],
  ['operator', 'operator_transaction_id'],
  ['request', 'request_id'],
  ['original', 'original_transaction_id'],
];

/** The series of the ids that are there, by their fields. */
function seriesOf({ series = {} }: IdsSaid, ids: PaymentIds): Pick<PaymentIds, 'series'> {
  const found: Record<string, string> = {};
  for (const [place, field] of FIELDS)
    if (ids[field] !== null && series[place] !== undefined) found[field] = series[place];
  for (const name of Object.keys(ids.aliases ?? {})) if (series[name] !== undefined) found[name] = series[name];
  return Object.keys(found).length === 0 ? {} : { series: found };
}

function idText(id: string | Readonly<Record<string, string>> | null): string | null {
  return id === null || typeof id === 'string' ? id : Object.values(id).sort().join(' ');
}
