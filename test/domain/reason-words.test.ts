// The sentences for people: complete for every reason and language, whatever values are known.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/domain/assessment.ts';
import { READER_LANGUAGES } from '../../src/domain/language.ts';
import { sentenceFor, titleOf } from '../../src/domain/reason-words.ts';
import { ENTRY_KINDS, REASON_CODES, REASONS, type ReasonCode, STAGES } from '../../src/domain/reasons.ts';

function finding(reason: ReasonCode, parts: Partial<Finding> = {}): Finding {
  const { stage, kind } = REASONS[reason];
  const nothing = { subject: '', expected: null, observed: null, difference: null, currency: null, opened_at: null };
  return { ...nothing, stage, kind, reason, ...parts };
}

const UNDER = { expected: '1500.00', observed: '1450.00', difference: '-50.00', currency: 'KES' };

describe('a sentence for people', () => {
  test('states what was expected, what was found, the difference, the cause and the next step', () => {
    expect(sentenceFor(finding('AMOUNT_UNDER', UNDER), 'en')).toBe(
      'The order is for 1,500.00 KES, but only 1,450.00 KES was paid (50.00 KES less than expected); usually the ' +
        'payer typed the amount by hand, or a fee was deducted on the way; ask the payer for the rest, or accept the ' +
        'shortfall and record why.',
    );
    expect(sentenceFor(finding('AMOUNT_UNDER', UNDER), 'zh-CN')).toBe(
      '订单金额为 1,500.00 KES，但只支付了 1,450.00 KES（比应有金额少 50.00 KES）；常见原因是付款人手动输入金额有误，' +
        '或途中被扣了手续费；请向付款人补收差额，或接受短款并注明原因。',
    );
    expect(sentenceFor(finding('AMOUNT_UNDER', UNDER), 'fr')).toBe(
      'La commande est de 1\u202f500,00\u00a0KES, mais il n’a été payé que 1\u202f450,00\u00a0KES (50,00\u00a0KES de ' +
        'moins que prévu)\u202f; en général, le payeur a saisi le montant à la main, ou des frais ont été prélevés ' +
        'en route\u202f; demandez le reste au payeur, ou acceptez le manque et notez pourquoi.',
    );
  });

  test('calls no order ended without money whose payment agreed before, nor what was settled nothing', () => {
    const ended = { reason: null, kind: 'closed', subject: '', opened_at: null } as const;
    const agreed = { ...ended, expected: '300.00', observed: '300.00', difference: '0.00', currency: 'KES' };
    expect(sentenceFor({ ...agreed, stage: 'payment' }, 'en')).toBe(
      'What was said of the order and its payment no longer holds: 300.00 KES.',
    );
    expect(sentenceFor({ ...agreed, stage: 'settlement' }, 'zh-CN')).toBe(
      '此前关于支付与结算的结论不再成立：300.00 KES。',
    );
    const nothing = { ...ended, expected: null, observed: null, difference: null, currency: null };
    expect(sentenceFor({ ...nothing, stage: 'payment' }, 'en')).toBe('The order ended without money.');
  });

  test.each([
    ['en', 'The shop marks 700 UGX as paid, but no money arrived in the time allowed; usually '],
    ['zh-CN', '店铺已将 700 UGX 记为已付，但在期限内没有到账；常见原因是'],
  ] as const)('reads well in %s if nothing was found, or zero', (language, start) => {
    for (const observed of [null, '0', 'no line']) {
      const missing = finding('PAYMENT_MISSING', { expected: '700', observed, currency: 'UGX' });
      expect(sentenceFor(missing, language).slice(0, start.length)).toBe(start);
    }
  });

  test.each([
    ['2026-01-05', 'en', '(1 day late)'],
    ['2026-02-04', 'en', '(31 days late)'],
    ['2026-02-04', 'zh-CN', '（晚 31 天）'],
    ['2026-01-05', 'fr', 'dû le 04/01/2026, mais il est daté du 05/01/2026 (1 jour de retard)'],
    ['2026-02-04', 'fr', '(31 jours de retard)'],
  ] as const)('counts the days of a late settlement: due 2026-01-04, dated %s', (observed, language, words) => {
    const late = finding('SETTLEMENT_LATE', { expected: '2026-01-04', observed });
    expect(sentenceFor(late, language)).toContain(words);
  });

  test.each([
    ['-500.00', '-400.00', '100.00', '(100.00 KES less than expected)'],
    ['-400.00', '-500.00', '-100.00', '(100.00 KES more than expected)'],
    ['400.00', '500.00', '100.00', '(100.00 KES more than expected)'],
  ])(
    'expected %s and found %s: more and less depend on the amount moved, not on the sign',
    (expected, observed, difference, by) => {
      const parts = { expected, observed, difference, currency: 'KES' };
      expect(sentenceFor(finding('SETTLEMENT_AMOUNT', parts), 'en')).toContain(by);
    },
  );

  test('translates our own statuses and keeps the word of a source', () => {
    const conflict = finding('STATUS_CONFLICT', { expected: 'succeeded', observed: 'failed' });
    expect(sentenceFor(conflict, 'zh-CN')).toContain('各来源的支付结果应一致（“成功”），但另一来源显示“失败”；');
    const kept = { expected: 'status: succeeded; fee: none', observed: 'status: pending review; fee: 5.00 KES' };
    expect(sentenceFor(finding('CONFLICTING_EVIDENCE', kept), 'zh-CN')).toContain(
      '“状态：成功；手续费：无”），但又收到了“状态：pending review；手续费：5.00 KES”；',
    );
    expect(sentenceFor(finding('CONFLICTING_EVIDENCE', kept), 'en')).toContain(
      '(in use: “status: succeeded; fee: none”), but it also came with “status: pending review; fee: 5.00 KES”;',
    );
    expect(sentenceFor(finding('CONFLICTING_EVIDENCE', kept), 'fr')).toContain(
      '«\u00a0statut\u00a0: pending review\u202f; frais\u00a0: 5,00\u00a0KES\u00a0»\u202f;',
    );
    const unknown = finding('UNCLASSIFIED', { observed: 'MR199 $&' });
    expect(sentenceFor(unknown, 'en')).toContain('but the source says “MR199 $&”;');
    expect(sentenceFor(unknown, 'fr')).toContain('mais la source indique «\u00a0MR199 $&\u00a0»\u202f;');
    const inherited = finding('UNCLASSIFIED', { observed: 'constructor' });
    expect(sentenceFor(inherited, 'zh-CN')).toContain('“constructor”');
  });

  test('does not quote two contents that read the same', () => {
    const alike = finding('CONFLICTING_EVIDENCE', { expected: '5.00 KES', observed: '5.00 KES' });
    expect(sentenceFor(alike, 'en')).toContain(
      'The same id should have one content, but it came with different contents; ',
    );
  });

  test.each(READER_LANGUAGES)('names the amount once if the other side is zero, in %s', (language) => {
    const settled = { expected: '0.00', observed: '75.00', difference: '75.00', currency: 'KES' };
    for (const reason of ['SETTLED_NOT_PAID', 'ORDER_MISSING', 'CHARGEBACK_OPEN', 'PAID_AFTER_CANCEL'] as const) {
      expect(sentenceFor(finding(reason, settled), language).split(/75[.,]00\sKES/)).toHaveLength(2);
    }
  });

  test('shortens a hostile word of a source to one line', () => {
    const hostile = finding('UNCLASSIFIED', { observed: `\u001b[31m\r\n${'x'.repeat(100_000)}` });
    const sentence = sentenceFor(hostile, 'en');
    expect(sentence).toContain(`“ [31m ${'x'.repeat(54)}…”`);
    expect(sentence.length).toBeLessThan(400);
  });

  test('states the entry of a finding without a reason', () => {
    const matched = { ...finding('AMOUNT_UNDER'), reason: null, kind: 'matched', currency: 'KES' } as const;
    expect(sentenceFor(matched, 'en')).toBe('The order and its payment agree.');
    expect(sentenceFor({ ...matched, observed: '5.00' }, 'en')).toBe('The order and its payment agree: 5.00 KES.');
    expect(sentenceFor({ ...matched, observed: '5.00' }, 'zh-CN')).toBe('订单与支付一致：5.00 KES。');
  });

  test('every reason has its own title in every language', () => {
    for (const language of READER_LANGUAGES) {
      const titles = REASON_CODES.map((reason) => titleOf(reason, language));
      expect(new Set(titles).size).toBe(REASON_CODES.length);
    }
  });

  test('is never empty and has no unfilled part, whatever is known', () => {
    const amount = fc.option(fc.constantFrom('0.00', '12.50', '-12.50', '900719925474099.33'));
    const parts = fc.record({
      expected: amount,
      observed: amount,
      difference: amount,
      currency: fc.option(fc.constantFrom('KES', 'UGX')),
    });
    const reason = fc.option(fc.constantFrom(...REASON_CODES));
    const kind = fc.constantFrom(...ENTRY_KINDS);
    const stage = fc.constantFrom(...STAGES);
    const check = (code: ReasonCode | null, at: Finding['stage'], of: Finding['kind'], known: Partial<Finding>) => {
      const told =
        code === null ? { ...finding('AMOUNT_UNDER', known), reason: null, stage: at, kind: of } : finding(code, known);
      for (const language of READER_LANGUAGES) {
        const sentence = sentenceFor(told, language);
        expect(sentence).toMatch(language === 'zh-CN' ? /^.+[^。]。$/ : /^\p{Lu}.+[^.]\.$/u);
        expect(sentence).not.toMatch(/\b(?:undefined|null|NaN)\b|[{}#\n]/);
        expect(sentence).not.toMatch(/ {2}|“”/);
      }
    };
    fc.assert(fc.property(reason, stage, kind, parts, check), { numRuns: 500 });
    for (const code of REASON_CODES) check(code, 'payment', 'unmatched', {});
  });
});

describe('a conflict between a whole order and its parts', () => {
  const finding = { stage: 'payment', kind: 'unmatched', reason: 'CONFLICTING_EVIDENCE', subject: 'order:W' } as const;
  const none = { difference: null, currency: null };

  test('names both sums of a whole', () => {
    const differs = { ...finding, ...none, expected: 'amount: 1100.00 KES', observed: 'parts: 1000.00 KES' };
    expect(sentenceFor(differs, 'en')).toContain('come to the whole order (amount: 1,100.00 KES)');
    expect(sentenceFor(differs, 'en')).toContain('another sum (parts: 1,000.00 KES)');
    expect(sentenceFor(differs, 'zh-CN')).toContain('整单（金额：1,100.00 KES）');
  });

  test('names the part that is a whole', () => {
    const levels = { ...finding, ...none, expected: 'parent: W', observed: 'whole: V' };
    expect(sentenceFor(levels, 'en')).toContain('itself a part of another one (whole: V)');
  });
});
