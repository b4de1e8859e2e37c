// The words of a trace: every reason why a value holds is told in every language, and no two reasons alike.
import { expect, test } from 'vitest';
import { TRACE_WORDS } from '../../../src/app/trace/trace-words.ts';
import type { Language } from '../../../src/domain/reason-words.ts';
import { readMatchGroup } from '../../../src/matching/assess.ts';
import { explain } from '../../../src/matching/explain.ts';
import { compileRules, DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { callback, fold, poll } from '../../matching/given.ts';

test.each<[Language, string]>([
  ['en', 'any other status takes precedence over initiated'],
  ['zh-CN', '任何其他状态优先于“已发起”'],
])('a pending callback beside our own initiation is explained by what it says, in %s', (lang, words) => {
  const claims = [callback({ status: 'pending' }), poll({ status: 'initiated', amount: null, currency: null })];
  const [payment] = explain(readMatchGroup(fold(claims), compileRules(DEFAULT_RULES)));
  const status = payment!.decisions.find(({ field }) => field === 'status')!;
  expect([status.value, TRACE_WORDS[lang].grounds[status.ground]]).toEqual(['pending', words]);
});

test.each(['en', 'zh-CN'] as const)('no two reasons are told alike in %s', (lang) => {
  const told = Object.values(TRACE_WORDS[lang].grounds);
  expect(told).toEqual([...new Set(told)]);
});
