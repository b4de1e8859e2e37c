// The trace of what says more than usual: callbacks that nobody signed, events that were read twice, further ids, and
// what a shop says later of its order.

import { PassThrough } from 'node:stream';
import { beforeAll, expect, test } from 'vitest';
import { traceName } from '../../../src/app/trace/trace.ts';
import { traceJson } from '../../../src/app/trace/trace-json.ts';
import { traceText } from '../../../src/app/trace/trace-text.ts';
import type { Claim, Fact } from '../../../src/domain/fact.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';
import { callback, line, order, t } from '../../matching/given.ts';
import { refundRequest, statusChange } from '../../matching/given-shop.ts';
import { openLiveLedger, StillClock } from '../../service/ledger/given-live-ledger.ts';

let data: string;

function fact(claim: Claim): Fact {
  return { ...claim, transaction_reference: 'REF', received_at: t('2 12:00'), raw: '', report: null, line: null };
}

beforeAll(async () => {
  data = freshDirectory();
  const clock = new StillClock();
  clock.at = t('6 12:00');
  const ledger = await openLiveLedger(data, clock);
  const unsigned = callback({ id: 'e1', hint: true, untimed: true, aliases: { receipt: 'RCPT-9' } });
  await ledger.writer.append([
    fact(order()),
    fact(unsigned),
    fact({ ...unsigned, occurred_at: t('2 08:45') }),
    fact(line({ payment: null, aliases: { receipt: 'RCPT-9' }, at: t('3 04:05') })),
    fact(statusChange('fulfilled', t('2 10:00'))),
    fact(refundRequest({ id: 'SHOP-REFUND-1', amount: '300.00' })),
  ]);
  await ledger.loop.catchUp();
  await ledger.close();
});

async function textOf(name: string, lang: 'en' | 'zh-CN'): Promise<string> {
  return traceText(await traceName(data, name), { lang, target: new PassThrough(), all: false });
}

test('a callback that nobody signed is said not to be counted, and a second reading to repeat it', async () => {
  const [english, chinese] = [await textOf('REF', 'en'), await textOf('REF', 'zh-CN')];
  expect(english).toMatch(
    /callback: payment succeeded, 1,000\.00 KES \[P1 RCPT-9\], unsigned, not counted\n {4}no time given\n/,
  );
  expect(english).toMatch(/repeats fact 4, unsigned, not counted\n/);
  expect(chinese.match(/未签名，不计入/g)).toHaveLength(2);
});

test('a further id and the id of a refund that the shop made find the order', async () => {
  for (const name of ['RCPT-9', 'SHOP-REFUND-1']) {
    expect((await traceName(data, name)).matches.map(({ key }) => key)).toEqual(['REF']);
  }
});

test("a line shows its row's time where it has one, and the shop's later words are facts as others", async () => {
  const text = await textOf('REF', 'en');
  expect(text).toContain('happened 2026-03-03 12:05:00');
  expect(text).toMatch(/order: fulfilled/);
  expect(text).toContain('refund asked for by the shop: 300.00 KES [SHOP-REFUND-1]');
  const { story } = traceJson(await traceName(data, 'REF'), 'en') as {
    story: { payment: string; findings: { reason: string; expected: string; message: string }[] };
  };
  const [kept] = story.findings.filter(({ reason }) => reason === 'CANCELLED_BUT_PAID');
  expect(kept).toMatchObject({ expected: '700.00', observed: '1000.00' });
  expect(kept!.message).toContain(
    'No more than 700.00 KES should be kept of an order that the shop cancelled or refunded',
  );
});
