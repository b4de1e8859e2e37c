// Pages of open keys: one after the other they are what the overview has, in the byte order of keys.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STANDINGS } from '../../src/domain/assessment.ts';
import { mergeOpenKeys, type OpenKey, type OpenPageQuestion, openKeys } from '../../src/task/open-page.ts';
import { comings, type Running, rulesOf, run, worlds } from './world.ts';

/** All keys, page by page. */
function paged({ group }: Running, question: OpenPageQuestion): OpenKey[] {
  const all: OpenKey[] = [];
  for (let after: string | undefined; ; after = all.at(-1)!.key) {
    const answers = group.tasks.map(({ table, head }) => openKeys(table, head.partition, { ...question, after }));
    const found = mergeOpenKeys(answers, question.limit);
    all.push(...found.slice(0, question.limit));
    expect(found.length).toBeLessThanOrEqual(question.limit + 1);
    if (found.length <= question.limit) return all;
  }
}

const questions = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  merchants: fc.constantFrom(null, ['shop-1'], ['shop-1', 'shop-2'], []),
  merchant: fc.constantFrom(undefined, 'shop-1', 'shop-2'),
  standing: fc.constantFrom(undefined, ...STANDINGS),
  reason: fc.constantFrom(undefined, 'ORDER_MISSING', 'SETTLEMENT_MISSING', 'AMOUNT_UNDER'),
});

test(
  'pages of any size have each open finding that was asked for, once and in order',
  () =>
    fc.assert(
      fc.asyncProperty(worlds, comings, questions, async (world, coming, question) => {
        const running = await run(world, coming, rulesOf({}));
        const { limit: _, merchants, ...asked } = question;
        const wanted = running.overview.findings
          .filter(({ merchant, standing, finding }) => {
            const own = { merchant, standing, reason: finding.reason };
            const isAsked = (['merchant', 'standing', 'reason'] as const).every(
              (name) => (asked[name] ?? own[name]) === own[name],
            );
            return isAsked && (merchants === null || (merchants as readonly string[]).includes(merchant));
          })
          .sort((left, right) => Buffer.from(left.key).compare(Buffer.from(right.key)));
        const keys = paged(running, question as OpenPageQuestion);
        expect(keys.flatMap(({ findings }) => findings)).toEqual(wanted);
        expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
      }),
      { numRuns: Number(process.env.HESABU_TEST_WORLDS ?? 15) },
    ),
  600_000,
);
