// The rules: their form, their defaults, their hash, and the compiled form that `assess` uses.

import { hash } from 'node:crypto';
import { z } from 'zod';
import { type Calendar, type Day, isZone, makeCalendar } from '../domain/calendar.ts';
import { currencyExponent } from '../domain/currency.ts';
import { type Decimal, parseDecimal } from '../domain/decimal.ts';
import { HesabuError } from '../domain/errors.ts';
import { MERCHANT_NAME } from '../domain/fact.ts';
import { normaliseReference } from '../domain/key.ts';
import { schemaFault } from '../domain/schema-fault.ts';
import { parseDuration } from '../domain/time.ts';
import { type CompiledCommission, compileCommission } from './commissions.ts';
import { type CompiledFee, compileFee } from './fees.ts';
import { type CompiledReview, compileReview } from './review.ts';
import { commission, currency, date, days, decimal, duration, fee, readDays, review, reviews } from './rule-forms.ts';
import { NEWEST_SEMANTICS, semanticsOf } from './semantics.ts';
import { compileSpeakers, type Speakers } from './speakers.ts';

const orders = z.int().min(2);

/** Who bears the provider's fee: the merchants by their shares, or the marketplace. */
const COMMISSION_FEES = ['shared', 'marketplace'] as const;

/** Signals of risk: reports show them, but they never change a match. */
const risk = z.strictObject({
  window: duration.default('PT24H'),
  keep: duration.default('PT72H'),
  same_device: orders.default(5),
  same_ip: orders.default(20),
  same_phone: orders.default(5),
  near_threshold: decimal.default('5'),
  burst: z.strictObject({ orders: orders.default(100), window: duration.default('PT1M') }).prefault({}),
  operators: z.record(z.string(), z.string().regex(/^[A-Z]{2}$/, 'expected a country code, such as KE')).default({}),
});

/** Which account may speak for which merchants; an account that is not listed speaks for nobody once any is. */
const accounts = z.record(
  z.string().regex(/^[^\s/]+\/[a-z0-9][a-z0-9-]{0,39}$/, 'expected a provider and its account, as PROVIDER/ACCOUNT'),
  z.array(z.string().regex(MERCHANT_NAME, 'expected a name without blanks around it')),
);

/** The marketplaces whose whole orders merchants may add their parts to by themselves; `*` for all merchants. */
const marketplaces = z.record(z.string().min(1), z.array(z.string().min(1)));

/** The merchants that reserve the references with a prefix. */
const merchants = z
  .record(z.string().min(1), z.strictObject({ prefix: z.string().min(1).max(64) }))
  .superRefine((given, context) => {
    for (const [merchant, { prefix }] of Object.entries(given)) {
      const fault = prefixFault(merchant, prefix, given);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [merchant, 'prefix'], message: fault });
    }
  });

function prefixFault(merchant: string, prefix: string, given: MerchantRules): string | undefined {
  if (normaliseReference(prefix) !== prefix) return 'expected the beginning of a reference, such as A-';
  const other = Object.entries(given).find(([name, rule]) => name !== merchant && prefix.startsWith(rule.prefix));
  return other && `expected a prefix that does not begin with ${other[1].prefix}, which is that of ${other[0]}`;
}

const schema = z.strictObject({
  zone: z.string().refine(isZone, 'expected an IANA time zone, such as Asia/Shanghai').default('Asia/Shanghai'),
  grace: z
    .strictObject({
      order: duration.default('PT15M'),
      payment: duration.default('PT24H'),
      inconclusive: duration.default('PT72H'),
      resolution: duration.default('PT1H'),
      // No default for these, so that rules from before they existed keep their hash.
      return: duration.optional(),
      hint: duration.optional(),
    })
    .prefault({}),
  settlement: z
    .strictObject({
      days: z.int().min(0).max(60).default(1),
      weekend: z.array(z.int().min(1).max(7)).max(6).default([6, 7]),
      holidays: z.array(date).default([]),
      // Networks that report no settlements, and those that report none of returns. No default, so that rules from
      // before keep their hash.
      unreported: z.array(z.string().min(1)).optional(),
      unreported_returns: z.array(z.string().min(1)).optional(),
    })
    .prefault({}),
  tolerance: z.record(z.union([z.literal('fx'), currency]), decimal).default({}),
  fees: z.array(fee).default([]),
  review,
  /** Absent, a payout that is not there yet is pending, and so is one that the bank has not. */
  payouts: z.strictObject({ due: days.optional(), bank: days.optional() }).optional(),
  // No default for these: rules from before they existed keep their hash.
  risk: risk.optional(),
  accounts: accounts.optional(),
  merchants: merchants.optional(),
  marketplaces: marketplaces.optional(),
  /** What a marketplace keeps of what its merchants sell. */
  commissions: z.array(commission).optional(),
  commission: z.strictObject({ fee: z.enum(COMMISSION_FEES) }).optional(),
  /** The public keys (Ed25519, base64) of the services whose word on people's decisions counts. */
  decision_keys: z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'expected 32 bytes in base64')).optional(),
  /** The ledger's own, whatever a file says: see semantics.ts. */
  semantics: z.int().min(1).max(NEWEST_SEMANTICS).optional(),
});

/** With several periods of review. */
const schemaOfPeriods = schema.extend({ review: reviews });

export type Rules = z.output<typeof schema> | z.output<typeof schemaOfPeriods>;
type MerchantRules = Readonly<Record<string, { readonly prefix: string }>>;
export type RiskRules = z.output<typeof risk>;

/**
 * Reads rules from parsed YAML or JSON. Absent parts take their defaults; an unknown part is a fault. `place` is where
 * the rules are written. Throws HESABU_RULES_INVALID.
 */
export function parseRules(input: unknown, place = 'rules'): Rules {
  const form = hasPeriods(input) ? schemaOfPeriods : schema;
  const result = form.safeParse(input ?? {});
  if (result.success) return result.data;
  const { field, ...fault } = schemaFault(result.error.issues[0]!, input);
  throw new HesabuError('HESABU_RULES_INVALID', { where: field === '' ? place : `${place}: ${field}`, ...fault });
}

function hasPeriods(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'review' in input && Array.isArray(input.review);
}

const DEFAULT_RETURN = 'P3D';
/** How long an order that money may be for is not told as expired. */
const DEFAULT_HINT = 'P3D';
export const DEFAULT_RULES: Rules = parseRules({});
const DEFAULT_RISK: RiskRules = risk.parse({});

export function riskRulesOf(rules: Rules): RiskRules {
  return rules.risk ?? DEFAULT_RISK;
}

/** The text that is hashed and stored: JSON with sorted keys, so that equal rules have one hash. */
export function canonicalRules(rules: Rules): string {
  return JSON.stringify(sorted(rules));
}

/** SHA-256 of the canonical rules, in hex: the name under which a block refers to them. */
export function rulesHash(rules: Rules): string {
  return hash('sha256', canonicalRules(rules), 'hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}

/**
 * Rules from a file with what the service writes into them, where the file does not name it: the accounts in force,
 * without which every account would speak for everybody, and the keys by which decisions are known. `accounts: {}` in a
 * file takes the accounts away; a key stays, so that what people decided holds.
 */
export function keepServiceRules(rules: Rules, inForce: Rules): Rules {
  const keys = [...new Set([...(inForce.decision_keys ?? []), ...(rules.decision_keys ?? [])])];
  return {
    ...rules,
    ...(rules.accounts === undefined && inForce.accounts !== undefined ? { accounts: inForce.accounts } : {}),
    ...(keys.length > 0 ? { decision_keys: keys } : {}),
  };
}

/** Whether some accounts may speak for some merchants only. */
export function bindsAccounts({ accounts }: Rules): boolean {
  return Object.keys(accounts ?? {}).length > 0;
}

/** The names of the accounts of a provider that may speak. */
export function accountsOf(rules: Rules, provider: string): string[] {
  const names = Object.keys(rules.accounts ?? {}).filter((name) => name.startsWith(`${provider}/`));
  return names.map((name) => name.slice(provider.length + 1));
}

/** Rules with all values that do not depend on a payment computed in advance. */
export interface CompiledRules {
  readonly hash: string;
  /** What they mean, as a number. */
  readonly semantics: number;
  readonly calendar: Calendar;
  readonly grace: {
    readonly order: number;
    readonly payment: number;
    readonly inconclusive: number;
    readonly return: number;
    readonly hint: number;
    readonly resolution: number;
  };
  readonly settlementDays: number;
  /** Providers whose payments nobody reports as settled: no line of theirs is missing. */
  readonly unreported: ReadonlySet<string>;
  /** Likewise of their returns. */
  readonly unreportedReturns: ReadonlySet<string>;
  /** In minor units; none means exact. */
  readonly tolerance: ReadonlyMap<string, bigint>;
  readonly fxPercent: Decimal;
  readonly fees: readonly CompiledFee[];
  /** Null where every account may speak for everybody. */
  readonly speakers: Speakers | null;
  readonly payouts: PayoutRules | null;
  readonly commissions: readonly CompiledCommission[];
  readonly commissionFee: (typeof COMMISSION_FEES)[number];
  readonly review: CompiledReview;
  readonly decisionKeys: ReadonlySet<string>;
}

/** Within how many business days a payout follows its lines, and its bank line follows it; null if nobody asks. */
export interface PayoutRules {
  readonly due: number | null;
  readonly bank: number | null;
}

function compilePayouts(rules: Rules['payouts']): PayoutRules | null {
  if (rules === undefined) return null;
  const { due, bank } = rules;
  return { due: due === undefined ? null : readDays(due), bank: bank === undefined ? null : readDays(bank) };
}

/** The last day on which what happened on `day` is settled in time. */
export function dueDay(rules: Pick<CompiledRules, 'calendar' | 'settlementDays'>, day: Day): Day {
  return rules.calendar.businessDayAfter(day, rules.settlementDays);
}

export function compileRules(rules: Rules): CompiledRules {
  const { fx = '0', ...byCurrency } = rules.tolerance;
  return {
    hash: rulesHash(rules),
    semantics: semanticsOf(rules),
    calendar: makeCalendar({ zone: rules.zone, ...rules.settlement }),
    grace: {
      order: parseDuration(rules.grace.order)!,
      payment: parseDuration(rules.grace.payment)!,
      inconclusive: parseDuration(rules.grace.inconclusive)!,
      return: parseDuration(rules.grace.return ?? DEFAULT_RETURN)!,
      hint: parseDuration(rules.grace.hint ?? DEFAULT_HINT)!,
      resolution: parseDuration(rules.grace.resolution)!,
    },
    settlementDays: rules.settlement.days,
    unreported: new Set(rules.settlement.unreported),
    unreportedReturns: new Set(rules.settlement.unreported_returns),
    tolerance: new Map(Object.entries(byCurrency).map(([code, text]) => [code, toleranceMinor(text, code)])),
    fxPercent: parseDecimal(fx)!,
    fees: rules.fees.map(compileFee),
    speakers: compileSpeakers(rules.accounts),
    payouts: compilePayouts(rules.payouts),
    commissions: (rules.commissions ?? []).map(compileCommission),
    commissionFee: rules.commission?.fee ?? 'shared',
    review: compileReview(rules),
    decisionKeys: new Set(rules.decision_keys),
  };
}

function toleranceMinor(text: string, code: string): bigint {
  const { digits, scale } = parseDecimal(text)!;
  // Rounded down: even a part of a minor unit too much is an excess.
  return (digits * 10n ** BigInt(currencyExponent(code)!)) / 10n ** BigInt(scale);
}
