// The kinds of alerts: subject, severity, delay and thresholds. Their words are in words.ts; its type ties them to
// this table.

import { currencyExponent } from '../../domain/currency.ts';
import { addDecimal, type Decimal, multiplyDecimal, parseDecimal } from '../../domain/decimal.ts';
import { ceilDecimal, greaterOf, type Measure, percentOf, wholeOf } from './measure.ts';
import type { Vitals } from './vitals.ts';

export interface AlertSettings {
  /** How many times its own baseline a value must be to raise an alert; 1 or more. */
  readonly above_past: number;
  /** By currency: open breaks below this value are ordinary. Default 100 units. */
  readonly value_least: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly callback_silence: number;
  /** Days, for the warning and for the critical alert. */
  readonly certificate_days: readonly [number, number];
  /** Ratios, 0 to 1. */
  readonly disk_free: number;
  readonly rate_headroom: number;
  readonly poll_failures: number;
  readonly forged_per_hour: number;
}

/** The usual values of the last two weeks; null if there is too little data. */
export interface Baseline {
  readonly rate: Decimal | null;
  value(currency: string): Decimal | null;
}

export interface AlertKind {
  readonly severity: 'warning' | 'critical';
  /** How long the condition must last before the alert is raised or cleared. */
  readonly forMillis: number;
  /** One measure per possible subject of the alert; null if nothing is known about any. */
  readonly measures: (vitals: Vitals, settings: AlertSettings, baseline: Baseline) => readonly Measure[] | null;
}

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
/**
 * Below this count, unmatched transactions are never an extraordinary rate, whatever the baseline. Their value may be:
 * one payment can be as large as a day's.
 */
const UNMATCHED_MIN = 10;
const VALUE_FLOOR = '100';
/** If fewer callbacks than this are usual in an hour, none at all is ordinary too. */
const USUAL_MIN = 5;
/** A silence is extraordinary if it is this many times as long as the longest before. */
const LONGER = 2;
const POLLS_MIN = 10;
/** If none was answered, this few polls are enough. */
const POLLS_FAILED_MIN = 3;
/** So many write-offs of a day that are just below the threshold. */
const BELOW_MIN = 5;
const PAIR_PERCENT: Decimal = { digits: 901n, scale: 1 };
const LAG_SECONDS = { raise: 30, clear: 10 };
/** A clock that was set back by less than this is ordinary. */
const AHEAD_SECONDS = { raise: 60, clear: 30 };

export const ALERT_KINDS = {
  unmatched_rate: { severity: 'warning', forMillis: 10 * MINUTE_MILLIS, measures: unmatchedRate },
  unmatched_value: { severity: 'warning', forMillis: 10 * MINUTE_MILLIS, measures: unmatchedValues },
  callback_silence: { severity: 'critical', forMillis: 0, measures: silences },
  unsigned_callbacks: { severity: 'warning', forMillis: 0, measures: ({ ledger }) => ledger && anyOf(ledger.unsigned) },
  polls_failing: { severity: 'warning', forMillis: 5 * MINUTE_MILLIS, measures: pollFailures },
  settlement_missing: { severity: 'critical', forMillis: 0, measures: missingReports },
  events_lost: { severity: 'warning', forMillis: 0, measures: ({ lostMinutes }) => anyOf(lostMinutes) },
  ledger_damaged: { severity: 'critical', forMillis: 0, measures: ({ damaged }) => damaged.map(present) },
  statement_residual: { severity: 'critical', forMillis: 0, measures: ({ uneven }) => uneven.map(present) },
  facts_restored: { severity: 'critical', forMillis: 0, measures: restored },
  rate_limit_near: { severity: 'warning', forMillis: 5 * MINUTE_MILLIS, measures: headrooms },
  certificate_expiring: { severity: 'warning', forMillis: 0, measures: certificates(0) },
  certificate_expiring_soon: { severity: 'critical', forMillis: 0, measures: certificates(1) },
  certificate_unreadable: { severity: 'warning', forMillis: HOUR_MILLIS, measures: unreadableCertificates },
  webhooks_forged: { severity: 'critical', forMillis: 0, measures: forgeries },
  webhooks_unread: { severity: 'warning', forMillis: 0, measures: ({ traffic }) => anyOf(traffic.unread) },
  disk_nearly_full: { severity: 'critical', forMillis: MINUTE_MILLIS, measures: diskFree },
  messages_dead: { severity: 'warning', forMillis: 0, measures: ({ deadMessages }) => anyOf(deadMessages) },
  target_gone: { severity: 'warning', forMillis: 0, measures: goneTargets },
  ledger_behind: { severity: 'critical', forMillis: MINUTE_MILLIS, measures: ledgerLag },
  ledger_ahead: { severity: 'critical', forMillis: 0, measures: ledgerAhead },
  write_offs_together: { severity: 'critical', forMillis: 0, measures: writtenOffTogether },
  write_offs_below: { severity: 'critical', forMillis: 0, measures: writtenOffBelow },
  one_pair_approves: { severity: 'warning', forMillis: 0, measures: onePair },
  clock_jumped: { severity: 'critical', forMillis: 0, measures: clockJump },
} as const satisfies Record<string, AlertKind>;

export type AlertName = keyof typeof ALERT_KINDS;
export const ALERT_NAMES = Object.keys(ALERT_KINDS) as readonly AlertName[];

/** Unmatched transactions as a percentage with four decimals. */
export function rateOf(unmatched: number, keys: number): Decimal {
  return { digits: keys === 0 ? 0n : (BigInt(unmatched) * 1_000_000n) / BigInt(keys), scale: 4 };
}

/** An amount in units of its currency. */
export function unitsOf(minor: bigint, currency: string): Decimal {
  return { digits: minor, scale: currencyExponent(currency) ?? 0 };
}

function unmatchedRate({ ledger }: Vitals, settings: AlertSettings, baseline: Baseline): Measure[] | null {
  if (ledger === null) return null;
  const { keys, unmatched } = ledger;
  const floor = [rateOf(UNMATCHED_MIN, keys), rateOf(UNMATCHED_MIN / 2, keys)] as const;
  const measure = aboveBaseline('', rateOf(unmatched, keys), baseline.rate, floor, settings);
  return [unmatched >= UNMATCHED_MIN ? measure : { ...measure, raise: null }];
}

function unmatchedValues({ ledger }: Vitals, settings: AlertSettings, baseline: Baseline): Measure[] | null {
  if (ledger === null) return null;
  return [...ledger.values].map(([currency, minor]) => {
    const floor = parseDecimal(settings.value_least[currency] ?? VALUE_FLOOR)!;
    const value = unitsOf(minor, currency);
    const lines = [floor, multiplyDecimal(floor, HALF)] as const;
    const measure = aboveBaseline(currency, value, baseline.value(currency), lines, settings);
    return { ...measure, decimals: value.scale };
  });
}

const HALF: Decimal = { digits: 5n, scale: 1 };
const ONE: Decimal = { digits: 1n, scale: 0 };

/**
 * Raised at a multiple of the baseline, cleared half-way back to it. Both are rounded up to the decimals of the value,
 * which changes no verdict and shows them with the same decimals as the value.
 */
function aboveBaseline(
  about: string,
  value: Decimal,
  baseline: Decimal | null,
  [floorRaise, floorClear]: readonly [Decimal, Decimal],
  settings: AlertSettings,
): Measure {
  const times: Decimal = { digits: BigInt(Math.round(settings.above_past * 1000)), scale: 3 };
  const usual = baseline ?? { digits: 0n, scale: 0 };
  const halfWay = multiplyDecimal(addDecimal(times, ONE), HALF);
  const raise = ceilDecimal(greaterOf(multiplyDecimal(usual, times), floorRaise), value.scale);
  const clear = ceilDecimal(greaterOf(multiplyDecimal(usual, halfWay), floorClear), value.scale);
  return { about, value, raise: baseline === null ? null : raise, clear, bad: 'above' };
}

/**
 * Silence counts at once if callbacks are usual at this hour: a shop may sleep at night. Of an account with few of them
 * it counts once it is much longer than any before: some shops and networks switch a webhook off and say nothing.
 */
function silences({ traffic }: Vitals, { callback_silence }: AlertSettings): Measure[] {
  return [...traffic.callbacks].map(([about, { silentMillis, isEverSeen, usual, longestMillis, watchedMillis }]) => {
    const isUsual = usual === null ? isEverSeen : usual >= USUAL_MIN;
    const isHabitKnown = isEverSeen && longestMillis !== null && longestMillis > 0;
    const least = isUsual || !isHabitKnown ? callback_silence : Math.max(callback_silence, LONGER * longestMillis);
    const isSignificant = watchedMillis >= (isUsual ? callback_silence : least) && (isUsual || isHabitKnown);
    const raise = isSignificant ? wholeOf(Math.max(1, least / MINUTE_MILLIS)) : null;
    const clear = wholeOf(Math.max(1, least / MINUTE_MILLIS / 2));
    return { about, value: wholeOf(silentMillis / MINUTE_MILLIS), raise, clear, bad: 'above' };
  });
}

function pollFailures({ traffic }: Vitals, { poll_failures }: AlertSettings): Measure[] {
  return [...traffic.polls].map(([about, { answered, failed }]) => {
    const polls = answered + failed;
    const isSignificant = polls >= POLLS_MIN || (answered === 0 && failed >= POLLS_FAILED_MIN);
    const raise = isSignificant ? percentOf(poll_failures) : null;
    const value = percentOf(polls === 0 ? 0 : failed / polls);
    return { about, value, raise, clear: percentOf(poll_failures / 2), bad: 'above' };
  });
}

function missingReports({ missingReports: missing }: Vitals): Measure[] {
  return missing.map(({ account, date }) => present(`${account} ${date}`));
}

function restored({ restoredFacts }: Vitals): Measure[] {
  return restoredFacts === 0 ? [] : [{ ...present(''), value: wholeOf(restoredFacts) }];
}

function headrooms({ traffic }: Vitals, { rate_headroom }: AlertSettings): Measure[] {
  return [...traffic.headroom].map(([about, ratio]) => under(about, ratio, rate_headroom));
}

function certificates(which: 0 | 1) {
  return ({ certificates: read }: Vitals, { certificate_days }: AlertSettings): Measure[] | null => {
    if (read === null) return null;
    const days = certificate_days[which];
    return read.map(({ host: about, daysLeft }) => {
      const value = daysLeft === null ? null : wholeOf(daysLeft);
      return { about, value, raise: wholeOf(days - 1), clear: wholeOf(days), bad: 'below' };
    });
  };
}

function unreadableCertificates({ certificates: read }: Vitals): Measure[] | null {
  if (read === null) return null;
  return read.map(({ host, daysLeft }) => ({ ...present(host), value: wholeOf(daysLeft === null ? 1 : 0) }));
}

function forgeries({ traffic }: Vitals, { forged_per_hour }: AlertSettings): Measure[] {
  const clear = wholeOf(Math.max(1, forged_per_hour / 2));
  return [...traffic.forged].map(([about, count]) => {
    return { about, value: wholeOf(count), raise: wholeOf(forged_per_hour), clear, bad: 'above' };
  });
}

function diskFree({ diskFreeRatio }: Vitals, { disk_free }: AlertSettings): Measure[] | null {
  return diskFreeRatio === null ? null : [under('', diskFreeRatio, disk_free)];
}

function goneTargets({ goneTargets: gone }: Vitals): Measure[] {
  return gone.map(present);
}

function ledgerLag({ lagMillis }: Vitals): Measure[] {
  const { raise, clear } = LAG_SECONDS;
  const value = wholeOf(lagMillis / 1000);
  return [{ about: '', value, raise: wholeOf(raise), clear: wholeOf(clear), bad: 'above' }];
}

function ledgerAhead({ ledgerAheadMillis }: Vitals): Measure[] {
  const { raise, clear } = AHEAD_SECONDS;
  const value = wholeOf(ledgerAheadMillis / 1000);
  return [{ about: '', value, raise: wholeOf(raise), clear: wholeOf(clear), bad: 'above' }];
}

function clockJump({ clockJumpMillis }: Vitals): Measure[] {
  return clockJumpMillis === 0 ? [] : [{ ...present(''), value: wholeOf(clockJumpMillis / 1000) }];
}

/** Several write-offs of one person that need a second person together, and did not alone. */
function writtenOffTogether({ decisions }: Vitals): Measure[] {
  return decisions.writtenOff.map(({ about, currency, sum, threshold }) => {
    const [value, raise] = [unitsOf(sum, currency), unitsOf(threshold, currency)];
    return { about, value, raise, clear: raise, bad: 'above', decimals: value.scale };
  });
}

function writtenOffBelow({ decisions }: Vitals): Measure[] {
  const raise = wholeOf(BELOW_MIN);
  return decisions.writtenOff.map(({ about, below }) => ({
    about,
    value: wholeOf(below),
    raise,
    clear: raise,
    bad: 'above',
  }));
}

function onePair({ decisions }: Vitals): Measure[] {
  return decisions.pairs.map(({ about, share }) => {
    // More than nine of ten: ninety itself is not.
    return { about, value: percentOf(share), raise: PAIR_PERCENT, clear: PAIR_PERCENT, bad: 'above' };
  });
}

function anyOf(counts: ReadonlyMap<string, number>): Measure[] {
  return [...counts].map(([about, count]) => ({ ...present(about), value: wholeOf(count) }));
}

/** Raised as long as the subject exists. */
function present(about: string): Measure {
  return { about, value: ONE, raise: ONE, clear: ONE, bad: 'above' };
}

/** Raised at this part of the whole or less, cleared a tenth of the rest above it. */
function under(about: string, ratio: number, threshold: number): Measure {
  const clear = percentOf(threshold + (1 - threshold) / 10);
  return { about, value: percentOf(ratio), raise: percentOf(threshold), clear, bad: 'below' };
}
