// French, beside English: the same places for values, no text that was left in English, and the spaces that French
// has before its signs. That none is missing is what the types say.

import { describe, expect, test } from 'vitest';
import { WORDS } from '../../src/app/reports/words.ts';
import { hintSentence, signWord } from '../../src/domain/hint-words.ts';
import { SIGNS } from '../../src/domain/hints.ts';
import type { ReaderLanguage } from '../../src/domain/language.ts';
import { CHINESE_GRAMMAR, ENGLISH_GRAMMAR } from '../../src/domain/reason-grammar.ts';
import { FRENCH_GRAMMAR } from '../../src/domain/reason-grammar-fr.ts';
import { sentenceFor, titleOf } from '../../src/domain/reason-words.ts';
import { partText } from '../../src/domain/reason-words-parts.ts';
import { ENTRY_KINDS, REASON_CODES, REASONS, STAGES } from '../../src/domain/reasons.ts';
import { NOTICE_WORDS } from '../../src/outbound/notices/notice-words.ts';
import { ALERT_NAMES } from '../../src/projections/alerts/kinds.ts';
import { alertInFrench, alertTexts } from '../../src/projections/alerts/words.ts';
import { RISK_SIGNALS } from '../../src/projections/risk/signal.ts';
import { riskSentence, riskTitle } from '../../src/projections/risk/words.ts';

/** Words that are the same in both languages. */
const EQUAL = ['Code', 'Commission', 'Date', 'Hesabu, 1', 'Net', 'Signal'];

/** Every text of a tree of words, by its path; functions are given values. */
function textsIn(words: unknown, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof words === 'string') found.set(path, words);
  else if (typeof words === 'function') found.set(path, String(words('1', 'x', 'y', 'z', 'w')));
  else {
    for (const [name, part] of Object.entries(words as object)) {
      for (const [at, text] of textsIn(part, `${path}.${name}`)) found.set(at, text);
    }
  }
  return found;
}

/** All words of reports and notices in a language. */
function allTexts(language: ReaderLanguage): Map<string, string> {
  const grammar = { en: ENGLISH_GRAMMAR, 'zh-CN': CHINESE_GRAMMAR, fr: FRENCH_GRAMMAR }[language];
  const { words: _words, fields: _fields, ...sentences } = grammar;
  const signals = RISK_SIGNALS.map((signal) => {
    const values = {
      signal,
      count: 9,
      observed: '1234.50 KES',
      threshold: '5000 KES',
      window: 'PT1H',
      since: 0,
      others: 8,
    };
    return [riskTitle(signal, language), riskSentence(values, language)];
  });
  const hints = SIGNS.flatMap((sign) => {
    const reasons = ['ORDER_MISSING', 'PAYMENT_MISSING', 'AMOUNT_OVER', 'BANK_UNEXPLAINED'] as const;
    const named = [{ name: 'A-1', signs: [sign] }];
    return [
      signWord(sign, language),
      ...reasons.map((of) => hintSentence(of, { named, others: 2 } as never, language)),
    ];
  });
  const parts = ['parts: 1', 'whole: W'].map((observed) =>
    partText({ reason: 'CONFLICTING_EVIDENCE', observed }, language),
  );
  const nothing = { subject: '', expected: null, observed: null, difference: null, currency: null };
  const plain = STAGES.flatMap((stage) =>
    ENTRY_KINDS.map((kind) => sentenceFor({ ...nothing, stage, kind, reason: null }, language)),
  );
  const titles = REASON_CODES.map((reason) => titleOf(reason, language));
  const ended = STAGES.map((stage) =>
    sentenceFor({ ...nothing, observed: '1.00', stage, kind: 'closed', reason: null }, language),
  );
  const resolved = REASON_CODES.filter((reason) => REASONS[reason].severity === 'resolution').map((reason) =>
    sentenceFor({ ...nothing, stage: 'payment', kind: 'closed', reason, subject: 'AMOUNT_UNDER/' }, language),
  );
  const alerts = ALERT_NAMES.map((name) => {
    const values = { about: 'x', value: '1', threshold: '2' };
    return language === 'fr' ? alertInFrench(name, values) : alertTexts(name, values).message[language];
  });
  const apart = { alerts, signals, hints, parts, plain, titles, ended, resolved };
  return textsIn({ sentences, report: WORDS[language], notices: NOTICE_WORDS[language], ...apart });
}

const [english, french] = [allTexts('en'), allTexts('fr')];

describe('French', () => {
  test('has a text for each of English, and none that is the English one', () => {
    expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
    const letters = /\p{L}{2}/u;
    const same = [...french].filter(([path, text]) => letters.test(text) && text === english.get(path));
    expect([...new Set(same.map(([, text]) => text))].sort()).toEqual(EQUAL);
  });

  test('has the same places for values in each part of a reason, as Chinese has', () => {
    const places = ({ reasons }: { readonly reasons: object }) =>
      [...textsIn(reasons)].map(([path, text]) => [path, text.split('#').length - 1]);
    expect(places(FRENCH_GRAMMAR)).toEqual(places(ENGLISH_GRAMMAR));
    expect(places(CHINESE_GRAMMAR)).toEqual(places(ENGLISH_GRAMMAR));
  });

  test('calls each status and field by a word of its own', () => {
    expect(Object.keys(FRENCH_GRAMMAR.words)).toEqual(Object.keys(CHINESE_GRAMMAR.words));
    for (const words of [FRENCH_GRAMMAR.words, FRENCH_GRAMMAR.fields]) {
      expect(new Set(Object.values(words)).size).toBe(Object.keys(words).length);
    }
  });

  test('has spaces that break no line before its signs and within its quotes, and round apostrophes', () => {
    const all = [...french.values(), ...Object.values(FRENCH_GRAMMAR.words), ...Object.values(FRENCH_GRAMMAR.fields)];
    for (const text of all) {
      expect(text).not.toMatch(/[^\u00a0]:(?!\/)|[^\u202f][;?!]|«[^\u00a0]|[^\u00a0]»|['"“”]| {2}/);
      expect(text).not.toMatch(/\b(?:Ecart|Etape|Ecrit|Etat|A la|Reglement)/);
      expect(text).not.toMatch(/(?<![-\p{L}])(?:de|le|la|que|ne|se) [aeiouéèêà]/iu);
    }
  });
});
