// What is said before a sentence that tells people to move money: that another reading of the evidence is open.
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/domain/assessment.ts';
import { sentenceFor } from '../../src/domain/reason-words.ts';
import { REASON_CODES, REASONS, type ReasonCode } from '../../src/domain/reasons.ts';

const finding = (reason: ReasonCode): Finding => ({
  ...{ reason, stage: REASONS[reason].stage, kind: REASONS[reason].kind },
  ...{ expected: null, observed: null, difference: null, currency: null, opened_at: null, subject: '' },
});
const plain = (reason: ReasonCode) => sentenceFor(finding(reason), 'en');

describe('a sentence', () => {
  test.each(['DUPLICATE_PAYMENT', 'PAID_AFTER_CANCEL', 'SETTLED_NOT_PAID', 'ORDER_MISSING', 'AMOUNT_OVER'] as const)(
    'about %s says first what contradicts it, and that a file was not read',
    (reason) => {
      const reasons = new Set<ReasonCode>([reason, 'STATUS_CONFLICT', 'CONFLICTING_EVIDENCE', 'SETTLEMENT_MISSING']);
      expect(sentenceFor(finding(reason), 'en', { reasons })).toBe(
        'Settle first what contradicts it (CONFLICTING_EVIDENCE STATUS_CONFLICT), and move no money before that. ' +
          plain(reason),
      );
      expect(sentenceFor(finding(reason), 'en', { unread: ['a.csv', 'b.csv'] })).toBe(
        `Not all files were read (a.csv; b.csv): what is not known here may be there. ${plain(reason)}`,
      );
      const rejected = [
        { file: 'a.csv', line: 2 },
        { file: 'b.csv', line: 7 },
      ];
      expect(sentenceFor(finding(reason), 'en', { rejected })).toBe(
        `Rows that were rejected name this reference (a.csv:2; b.csv:7): correct them first. ${plain(reason)}`,
      );
      expect(sentenceFor(finding(reason), 'fr', { rejected })).toMatch(
        /^Des lignes rejetées .*\(a\.csv:2\s?; b\.csv:7\)/,
      );
      expect(sentenceFor(finding(reason), 'en', { rejected, unread: ['a.csv'] })).toMatch(
        /there\. Rows [^(]+\(b\.csv:7\):/,
      );
      const both = sentenceFor(finding(reason), 'zh-CN', { reasons, unread: ['a.csv'] });
      expect(both).toMatch(
        /^有文件未读取（a\.csv）.+。请先处理与之矛盾的问题（CONFLICTING_EVIDENCE STATUS_CONFLICT）.+。/,
      );
    },
  );

  test('says nothing first where nothing else is open, or where it moves nothing', () => {
    const reasons = new Set<ReasonCode>(['DUPLICATE_PAYMENT', 'SETTLEMENT_MISSING']);
    expect(sentenceFor(finding('DUPLICATE_PAYMENT'), 'en', { reasons })).toBe(plain('DUPLICATE_PAYMENT'));
    const conflicts = new Set<ReasonCode>(['CONFLICTING_EVIDENCE']);
    const conflict = finding('CONFLICTING_EVIDENCE');
    expect(sentenceFor(conflict, 'en', { reasons: conflicts })).toBe(plain('CONFLICTING_EVIDENCE'));
  });

  test('never begins its advice with moving money', () => {
    const advice = REASON_CODES.map((reason) => plain(reason).split('; ').slice(2).join('; '));
    expect(advice.filter((text) => /^(refund|claim|expect a claw-back)\b/.test(text))).toEqual([]);
  });
});
