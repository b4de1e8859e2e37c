// The words of the reader's language, and those of the domain that the page shows as they are.

import { createContext, use } from 'react';
import type { Language } from '../../src/domain/language.ts';
import { titleOf, wordFor } from '../../src/domain/reason-words.ts';
import { ENGLISH } from '../../src/domain/reason-words-en.ts';
import { CHINESE } from '../../src/domain/reason-words-zh.ts';
import { type EvidenceReason, REASON_CODES, type ReasonCode } from '../../src/domain/reasons.ts';
import { isAmount, isZero, shownAmount, sizeOf } from '../state/amount.ts';
import { EN } from './en.ts';
import { type Words, ZH } from './zh.ts';

const WORDS: Readonly<Record<Language, Words>> = { 'zh-CN': ZH, en: EN };

export const LanguageContext = createContext<Language>('zh-CN');

export function useLanguage(): Language {
  return use(LanguageContext);
}

export function useWords(): Words {
  return WORDS[use(LanguageContext)];
}

/** The title of a reason; of what is none, the text. */
export function reasonTitle(reason: string, language: Language): string {
  return REASON_CODES.includes(reason as ReasonCode) ? titleOf(reason as ReasonCode, language) : reason;
}

/** What was found, in a few words: for a row. */
export function foundOnly(
  { reason, observed }: { readonly reason: ReasonCode; readonly observed: string | null },
  language: Language,
): string {
  const table = language === 'en' ? ENGLISH : CHINESE;
  if (!Object.hasOwn(table, reason)) return '';
  const [known, unknown] = table[reason as EvidenceReason].found;
  if (observed === null || (isAmount(observed) && isZero(observed))) return unknown;
  const value = isAmount(observed) ? shownAmount(sizeOf(observed)) : wordFor(observed, language);
  return known.replace('#', () => value);
}

export { wordFor };
