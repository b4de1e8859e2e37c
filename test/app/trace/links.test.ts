// The trace of what people decided of money: a link is told by both keys, a refund by its own, in the reader's words.

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { traceName } from '../../../src/app/trace/trace.ts';
import { traceJson } from '../../../src/app/trace/trace-json.ts';
import { traceText } from '../../../src/app/trace/trace-text.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';
import { linked, proposed, SERVICE } from '../../matching/given-decisions.ts';
import { openLiveLedger, order, paid, StillClock } from '../../service/ledger/given-live-ledger.ts';

const RULES = parseRules({ review: { threshold: { KES: '5000.00' } }, decision_keys: [SERVICE.signer] });

async function linesOf(dir: string, name: string, lang: 'en' | 'zh-CN' = 'en'): Promise<string> {
  return traceText(await traceName(dir, name), { lang, target: new PassThrough(), all: false });
}

test('a payment under a mistyped reference and its order say that they were linked, after a restart too', async () => {
  const [dir, clock] = [freshDirectory(), new StillClock()];
  const open = () => openLiveLedger(dir, clock, { rules: RULES });
  const ledger = await open();
  await ledger.writer.append([order('A-1', { amount: '300.00' }), paid('a-1', { data: { amount: '300.00' } })]);
  clock.at += 2 * 3_600_000;
  await ledger.loop.catchUp();
  const asked = { filter: {}, merchants: null, sort: 'reference', limit: 10, now: clock.at } as const;
  const { rows } = await ledger.cases.page(asked);
  const { finding } = rows.find(({ key }) => key === 'a-1')!;
  await ledger.writer.append([linked(finding, 'A-1', { about: 'a-1', merchant: '', at: clock.at })]);
  await ledger.loop.catchUp();
  await ledger.close();
  const again = await open();
  const [found] = await again.cases.ofKey('a-1');
  expect([found?.row.resolution, found?.row.status]).toEqual(['LINKED', 'resolved']);
  expect(await again.cases.ofKey('A-1')).toEqual([]);
  await again.close();
  expect(await linesOf(dir, 'A-1')).toContain('Paid by money that people linked: a-1 (300.00 KES).');
  expect(await linesOf(dir, 'A-1', 'zh-CN')).toContain('由人工挂接的款项支付：a-1（300.00 KES）。');
  const typed = await linesOf(dir, 'a-1');
  expect(typed).toContain('link, 300.00 KES, → A-1 300.00, customer_error');
  expect(typed).toContain('Linked to other orders by people: Money without an order (300.00 KES).');
  expect(traceJson(await traceName(dir, 'a-1'), 'en')).toMatchObject({ matches: [{ standing: 'pending' }] });
});

test('a refund that people proposed is told as that, and resolves nothing', async () => {
  const [dir, clock] = [freshDirectory(), new StillClock()];
  const ledger = await openLiveLedger(dir, clock, { rules: RULES });
  await ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '1300.00' } })]);
  await ledger.loop.catchUp();
  const [found] = await ledger.cases.ofKey('A-1');
  const wanted = { about: 'A-1', at: clock.at, kind: 'refund', cause: 'customer_error', amount: '250.00' } as const;
  await ledger.writer.append([proposed(found!.row.finding, wanted)]);
  await ledger.loop.catchUp();
  expect((await ledger.cases.ofKey('A-1'))[0]?.row).toMatchObject({ resolution: null, status: 'proposed' });
  await ledger.close();
  expect(await linesOf(dir, 'A-1')).toContain('refund, 250.00 KES, customer_error');
  expect(await linesOf(dir, 'A-1', 'zh-CN')).toContain('退款');
});
