// The summary as a file and as text, and its sums, which must add up.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { areKeysEven, isFileEven, isMoneyEven, writeSummaryJson } from '../../../src/app/reports/summary.ts';
import { summaryText } from '../../../src/app/reports/summary-text.ts';
import { grouped, paint, printable } from '../../../src/app/reports/table.ts';
import { aSummary } from './examples.ts';

/** A stream that looks like a terminal to the code for colours. */
function terminal(environment: { NO_COLOR?: string }) {
  const getColorDepth = () => (environment.NO_COLOR === undefined ? 8 : 1);
  return Object.assign(new PassThrough(), { isTTY: true, getColorDepth });
}

const english = { lang: 'en', zone: 'Asia/Shanghai', target: new PassThrough() } as const;

describe('the summary as text', () => {
  test('in English shows files, payments, breaks, notices and money with their sums', () => {
    expect(summaryText(aSummary, english)).toBe(`As of 2026-01-31 17:00:00 (UTC+8) / 2026-01-31 09:00:00Z

Files
File        Kind           Rows  Taken  Redelivered  Rejected  Left out
orders.csv  orders       10,000  9,990            5         5         0
old.csv     settlements                                                  taken before
rows = taken + redelivered + rejected + left out: 10,000 = 9,990 + 5 + 5 + 0, adds up

What the rows of the files come to
File        Currency       Amounts  Fees
orders.csv  KES       1,234,567.00

Payments
Standing   Payments
unmatched         2
pending           2
matched       1,005
closed            1
payments = matched + pending + unmatched + closed: 1,010 = 1,005 + 2 + 2 + 1, adds up

Breaks
Reason        Meaning          Count  Value
AMOUNT_UNDER  Paid too little  1,234  50.00 KES; 100 UGX

Notices
Reason           Meaning       Count  Value
SETTLEMENT_LATE  Settled late      3

Money
Currency      Received       Matched    Open  Returned
KES       1,234,567.00  1,234,000.00  567.00      0.00
UGX              5,000         4,000       0     1,000
received = matched + open + returned: adds up

Ledger entries: 20,000
Outcome root: ${'ab'.repeat(32)}
Elapsed: 1.2 s
`);
  });

  test('in Chinese keeps its columns under one another', () => {
    const text = summaryText(aSummary, { ...english, lang: 'zh-CN' });
    expect(text).toContain(`截至 2026-01-31 17:00:00 (UTC+8) / 2026-01-31 09:00:00Z

文件
文件        类别    行数   接收  重复送达  拒收  略过
orders.csv  订单  10,000  9,990         5     5     0
old.csv     结算                                       此前已接收
行数 = 接收 + 重复送达 + 拒收 + 略过：10,000 = 9,990 + 5 + 5 + 0，平
`);
    expect(text).toContain('原因代码      说明   数量  金额\nAMOUNT_UNDER  少付  1,234  50.00 KES; 100 UGX\n');
  });

  test('in French has its numbers and days as they are written there', () => {
    const text = summaryText(aSummary, { ...english, lang: 'fr' });
    expect(
      text.replaceAll('\u202f', '^').replaceAll('\u00a0', '~'),
    ).toBe(`Arrêté au 31/01/2026 17:00:00 (UTC+8) / 31/01/2026 09:00:00Z

Fichiers
Fichier     Nature      Lignes  Importées  Reçues de nouveau  Rejetées  Omises
orders.csv  commandes   10^000      9^990                  5         5       0
old.csv     règlements                                                          déjà importé
lignes = importées + reçues de nouveau + rejetées + omises~: 10^000 = 9^990 + 5 + 5 + 0, somme exacte

Somme des lignes des fichiers
Fichier     Devise      Montants  Frais
orders.csv  KES     1^234^567,00

Paiements
Situation      Paiements
non rapproché          2
en attente             2
rapproché          1^005
clos                   1
paiements = rapproché + en attente + non rapproché + clos~: 1^010 = 1^005 + 2 + 2 + 1, somme exacte

Écarts
Motif         Signification         Nombre  Valeur
AMOUNT_UNDER  Paiement insuffisant   1^234  50,00~KES^; 100~UGX

Avis
Motif            Signification        Nombre  Valeur
SETTLEMENT_LATE  Règlement en retard       3

Argent
Devise          Reçu     Rapproché  Ouvert  Rendu
KES     1^234^567,00  1^234^000,00  567,00   0,00
UGX            5^000         4^000       0  1^000
reçu = rapproché + ouvert + rendu~: somme exacte

Écritures du grand livre~: 20^000
Racine du résultat~: ${'ab'.repeat(32)}
Durée~: 1,2 s
`);
  });

  test('says whether a sum adds up, and that everything agrees', () => {
    const standing = { ...aSummary.standing, matched: 1 };
    const money = { KES: { received: '1.00', matched: '0.00', open: '0.99', returned: '0.00' } };
    const uneven = summaryText({ ...aSummary, standing, money }, english);
    expect(uneven).toContain('1,010 = 1 + 2 + 2 + 1, DOES NOT ADD UP\n');
    expect(uneven).toContain('received = matched + open + returned: DOES NOT ADD UP\n');
    expect(uneven).not.toContain('Everything agrees.');
    const settled = { ...aSummary.standing, pending: 0 };
    const whole = { ...aSummary, breaks: {}, standing: settled, facts: { ...aSummary.facts, rejected: 0 } };
    expect(summaryText(whole, english)).toContain('\n\nEverything agrees.\n\n');
  });

  test('names in its sums what people resolved, where there is any', () => {
    const standing = { ...aSummary.standing, matched: 1_000, resolved: 5 };
    const money = { KES: { received: '3.00', matched: '1.00', resolved: '1.50', open: '0.50', returned: '0.00' } };
    const decided = { ...aSummary, standing, money };
    const text = summaryText(decided, english);
    expect(text).toContain(
      'payments = matched + resolved + pending + unmatched + closed: 1,010 = 1,000 + 5 + 2 + 2 + 1, adds up\n',
    );
    expect(text).toContain('received = matched + resolved + open + returned: adds up\n');
    const chinese = summaryText(decided, { ...english, lang: 'zh-CN' });
    expect(chinese).toContain('笔数 = 已匹配 + 已处理 + 待定 + 未匹配 + 已关闭：');
    expect(chinese).toContain('收款 = 已匹配 + 已处理 + 未结 + 已退回：平\n');
  });

  test('does not say that everything agrees where a network reports no settlements', () => {
    const blind = { ...aSummary, breaks: {}, facts: { ...aSummary.facts, rejected: 0 }, unreported: ['airtel', 'x'] };
    expect(summaryText(blind, english)).toContain(
      '\n\nNo breaks, but these networks do not report all that they settle: airtel, x\n\n',
    );
    expect(summaryText(blind, { ...english, lang: 'zh-CN' })).not.toContain('全部一致');
  });

  test.each([
    ['en', 'No breaks so far, payments pending: 1,002'],
    ['zh-CN', '目前无差异，待定笔数：1,002'],
    ['fr', 'Aucun écart jusqu’ici, paiements en attente\u00a0: 1\u202f002'],
  ] as const)('does not say in %s that everything agrees while a payment is pending', (lang, said) => {
    const standing = { ...aSummary.standing, pending: 1_002 };
    const early = { ...aSummary, breaks: {}, standing, facts: { ...aSummary.facts, rejected: 0 } };
    expect(summaryText(early, { ...english, lang })).toContain(`\n\n${said}\n\n`);
  });

  test('does not say that everything agrees where a row was refused', () => {
    const partly = { ...aSummary, breaks: {}, facts: { ...aSummary.facts, rejected: 1_005 } };
    const text = summaryText(partly, english);
    expect(text).toContain('\n\nNo breaks, but what was rejected or not read is not in this: Rejected rows: 1,005\n\n');
    expect(text).not.toContain('agrees');
    expect(summaryText(partly, { ...english, lang: 'zh-CN' })).toContain(
      '\n\n无差异，但未计入被拒收的行和未读取的文件：拒收行数：1,005\n\n',
    );
  });

  test('says first what was not read, and not that everything agrees then', () => {
    const files = [aSummary.files[0]!, { ...aSummary.files[1]!, read: false, refused: false }];
    const unread = { ...aSummary, breaks: {}, facts: { ...aSummary.facts, rejected: 0 }, files };
    const stayed = summaryText({ ...unread, time_stayed: true }, english);
    expect(stayed).toMatch(/^Files not read: old\.csv\nNo deadline passed: [^\n]+\nAs of /);
    expect(stayed).toMatch(/^old\.csv +settlements( +0){5} +not read$/m);
    expect(stayed).toContain('\n\nNo breaks, but what was rejected or not read is not in this: Files not read: 1\n\n');
    expect(summaryText(unread, english)).toMatch(/^Files not read: old\.csv\nDeadlines passed all the same: /);
    const chinese = { ...english, lang: 'zh-CN' } as const;
    expect(summaryText({ ...unread, time_stayed: true }, chinese)).toMatch(/^未读取的文件：old\.csv\n期限均未届满：/);
  });

  test('removes terminal control characters from a file name', () => {
    const files = [{ ...aSummary.files[0]!, name: 'a\u001b[2J\u202e.csv' }];
    expect(summaryText({ ...aSummary, files }, english)).toContain('\na?[2J?.csv  orders');
  });

  test('has colours on a terminal only, and none with NO_COLOR', () => {
    const before = process.env.NO_COLOR;
    delete process.env.NO_COLOR;
    try {
      expect(paint('red', 'x', terminal({}))).toBe('\u001b[31mx\u001b[39m');
      expect(paint('red', 'x', new PassThrough())).toBe('x');
      process.env.NO_COLOR = '1';
      expect(paint('red', 'x', terminal({ NO_COLOR: '1' }))).toBe('x');
    } finally {
      if (before === undefined) delete process.env.NO_COLOR;
      else process.env.NO_COLOR = before;
    }
  });
});

test('summary.json is the summary', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'hesabu-summary-')), 'summary.json');
  await writeSummaryJson(path, aSummary);
  const text = readFileSync(path, 'utf8');
  expect(JSON.parse(text)).toEqual(aSummary);
  expect(text.endsWith('}\n')).toBe(true);
});

describe('the sums', () => {
  test('of a file: every row is a fact, redelivered or rejected', () => {
    const file = aSummary.files[0]!;
    expect(isFileEven(file)).toBe(true);
    expect(isFileEven({ ...file, rows: 10_001 })).toBe(false);
    expect(isFileEven(aSummary.files[1]!)).toBe(true);
  });

  test('of keys: every key has one standing', () => {
    expect(areKeysEven(aSummary)).toBe(true);
    expect(areKeysEven({ ...aSummary, keys: 1_009 })).toBe(false);
  });

  test('of money is exact beyond the precision of doubles', () => {
    const money = { received: '90071992547409930.03', matched: '90071992547409930.01', open: '0.02', returned: '0.00' };
    expect(isMoneyEven(money)).toBe(true);
    expect(isMoneyEven({ ...money, open: '0.03' })).toBe(false);
  });
});

test.each([
  ['0', '0'],
  ['999', '999'],
  ['1000', '1,000'],
  ['-1234567.5000', '-1,234,567.5000'],
  ['-123.4567', '-123.4567'],
])('%s is read as %s', (text, read) => {
  expect(grouped(text)).toBe(read);
});

test('printable keeps letters of every script', () => {
  expect(printable('订单 é\n')).toBe('订单 é?');
});
