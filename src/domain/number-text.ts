// Numbers, amounts and days as readers of a language write them. French has a comma before the decimals, and spaces at
// which no line breaks.

import type { ReaderLanguage } from './language.ts';

interface Form {
  readonly thousands: string;
  readonly decimal: string;
  /** Between a number and its currency. */
  readonly unit: string;
  readonly day: (year: string, month: string, day: string) => string;
}

const INTERNATIONAL: Form = {
  thousands: ',',
  decimal: '.',
  unit: ' ',
  day: (year, month, day) => `${year}-${month}-${day}`,
};

const FORMS: Readonly<Record<ReaderLanguage, Form>> = {
  en: INTERNATIONAL,
  'zh-CN': INTERNATIONAL,
  fr: { thousands: '\u202f', decimal: ',', unit: '\u00a0', day: (year, month, day) => `${day}/${month}/${year}` },
};

/** A decimal text or a count with its thousands apart: "1234567.50" is "1,234,567.50" in English. */
export function numberText(value: string | number, language: ReaderLanguage): string {
  const { thousands, decimal } = FORMS[language];
  const [whole, ...decimals] = String(value).split('.');
  return [whole!.replace(/\B(?=(\d{3})+$)/g, thousands), ...decimals].join(decimal);
}

/** "1,450.00 KES". */
export function amountText(amount: string, currency: string, language: ReaderLanguage): string {
  return numberText(amount, language) + FORMS[language].unit + currency;
}

/** A text that begins with a day, such as "2026-06-05" or "2026-06-05 09:00:00Z", with that day as it is written. */
export function dayText(text: string, language: ReaderLanguage): string {
  return text.replace(/^(\d{4})-(\d\d)-(\d\d)/, (_, year, month, day) => FORMS[language].day(year, month, day));
}
