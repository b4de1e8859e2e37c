// The texts of alerts, in each language, with their values.
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../src/domain/reason-words.ts';
import { ALERT_NAMES } from '../../../src/projections/alerts/kinds.ts';
import { alertInFrench, alertTexts } from '../../../src/projections/alerts/words.ts';
import { makeLogger } from '../../../src/service/logger.ts';

const FILLED = { about: 'mfs-africa/main', value: '44.1', threshold: '30' };
/** These are about the service as a whole. */
const OF_SERVICE = [
  'unmatched_rate',
  'disk_nearly_full',
  'ledger_behind',
  'ledger_ahead',
  'clock_jumped',
  'facts_restored',
];
/** These exist or not, without a value. */
const WITHOUT_FIGURE = [
  ...['settlement_missing', 'certificate_unreadable', 'target_gone', 'ledger_damaged', 'statement_residual'],
];

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(ALERT_NAMES)('%s states the subject, the value and what to do', (name) => {
    const { message, next } = alertTexts(name, FILLED);
    const [title, todo] = [message[language], next[language]];
    for (const text of [title, todo]) expect(text).toMatch(language === 'en' ? /^[^{}]{20,}\.$/ : /^[^{}]{8,}。$/);
    expect(/undefined|null| {2}/.test(title + todo)).toBe(false);
    expect(/\p{Script=Han}/u.test(title) && /\p{Script=Han}/u.test(todo)).toBe(language === 'zh-CN');
    expect(title.includes(FILLED.about)).toBe(!OF_SERVICE.includes(name));
    expect(title.includes(FILLED.value)).toBe(!WITHOUT_FIGURE.includes(name));
  });

  test('no two alerts have the same text', () => {
    const said = ALERT_NAMES.flatMap((name) => {
      const { message, next } = alertTexts(name, FILLED);
      return [message[language], next[language]];
    });
    expect(new Set(said).size).toBe(said.length);
  });
});

test.each(ALERT_NAMES)('%s states the subject and the value in French, with its numbers', (name) => {
  const text = alertInFrench(name, { ...FILLED, value: '1234.5' });
  expect(text).toMatch(/^[^{}]{20,}\.$/);
  expect(text.includes(FILLED.about)).toBe(!OF_SERVICE.includes(name));
  expect(text.includes('1\u202f234,5')).toBe(!WITHOUT_FIGURE.includes(name));
});

describe('an inserted value', () => {
  test('has its thousands apart, so that no log hides it as a telephone number', () => {
    const values = { about: '', value: '1788000000', threshold: '1' };
    const { message } = alertTexts('clock_jumped', values);
    for (const text of Object.values(message)) {
      expect(text).toContain('1,788,000,000');
      const lines: string[] = [];
      makeLogger('info', { write: (line) => void lines.push(line) }).error({ alert: 'clock_jumped', ...values }, text);
      expect(JSON.parse(lines[0]!).msg).toBe(text);
    }
    expect(
      alertTexts('unmatched_value', { about: 'KES', value: '1234567.8901', threshold: '999' }).message.en,
    ).toContain('KES 1,234,567.8901 are open; KES 999 or more');
  });

  test('is inserted unchanged, also if it looks like a placeholder', () => {
    const { message } = alertTexts('target_gone', { about: '{value} $& $1', value: '7', threshold: '1' });
    expect(message.en).toBe('{value} $& $1 answered that it is gone (410) and gets no more messages.');
  });

  test.each([
    ['unmatched_rate', '', '44.1 % of the transactions are unmatched; 30 % or more is far above the last two weeks.'],
    ['unmatched_value', 'KES', 'Breaks of KES 44.1 are open; KES 30 or more is far above the last two weeks.'],
    [
      'callback_silence',
      'mfs-africa/main',
      'No callback came from mfs-africa/main for 44.1 minutes; this hour is not usually quiet.',
    ],
  ] as const)('makes a sentence of %s that is true for any baseline', (name, about, said) => {
    expect(alertTexts(name, { ...FILLED, about }).message.en).toBe(said);
  });
});
