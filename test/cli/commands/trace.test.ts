// The trace of a payment: found by every kind of name, complete to the last entry.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { reconcile } from '../../../src/app/reconcile.ts';
import { type KeyTrace, type Trace, traceName } from '../../../src/app/trace/trace.ts';
import { traceJson } from '../../../src/app/trace/trace-json.ts';
import { traceText } from '../../../src/app/trace/trace-text.ts';
import { freshDirectory } from './given-ledger.ts';
import { callback, type GivenPayments, givenPayments, hashOfDirectory } from './given-payments.ts';

let given: GivenPayments;

beforeAll(async () => {
  given = await givenPayments();
});

const trace = (name: string) => traceName(given.data, name);
const traceKey = async (name: string): Promise<KeyTrace> => (await trace(name)).story!;

/** The text without the one time that depends on when the test runs. */
function textOf(from: Trace, lang: 'en' | 'zh-CN'): string[] {
  const text = traceText(from, { lang, target: new PassThrough(), all: false });
  return text.replaceAll(/(received|收到于) \S+ \S+ \(UTC\+8\) \/ \S+ \S+Z/g, '$1 THEN').split('\n');
}

/** The lines of a section, without its title. */
function section(lines: readonly string[], title: string): string[] {
  const from = lines.indexOf(title) + 1;
  const next = lines.findIndex((line, at) => at > from && line === '' && /^\S/.test(lines[at + 1] ?? '\n'));
  return lines.slice(from, next < 0 ? -1 : next);
}

describe('finding a payment', () => {
  it.each([
    ['the reference', 'ORDER-1'],
    ['the order number', '#1'],
    ["the provider's id", 'TXN-1'],
    ["the operator's id", 'QK1'],
    ["the request's id", 'R1'],
  ])('by %s', async (_, name) => {
    expect((await traceKey(name)).key).toBe('ORDER-1');
  });

  it('lists the keys if several have the name', async () => {
    const found = await trace('QK4');
    expect(found.story).toBeNull();
    expect(found.matches.map(({ key, standing }) => [key, standing])).toEqual([
      ['ORDER-4', 'unmatched'],
      ['ORDER-5', 'unmatched'],
    ]);
    expect(textOf(found, 'en')).toEqual([
      '2 references have QK4 in their facts. Trace one of them:',
      'Reference  Merchant  Provider    Standing',
      'ORDER-4    soko      mfs-africa  unmatched',
      'ORDER-5    soko      mfs-africa  unmatched',
      '',
    ]);
  });

  it('says so if no key has the name', async () => {
    await expect(trace('order-1')).rejects.toThrow(/^HESABU_NOT_FOUND: order-1: /);
  });

  it('writes nothing', async () => {
    const before = hashOfDirectory(given.data);
    await trace('ORDER-1');
    expect(hashOfDirectory(given.data)).toBe(before);
  });
});

describe('the facts', () => {
  it('have their file, line and original, also when they repeat', async () => {
    const { facts } = await traceKey('ORDER-2');
    const shown = facts.map(({ number, repeats, reconciled, origin, topic }) => {
      return { number, repeats, reconciled, topic, file: origin!.file.split('/').at(-1), line: origin!.line };
    });
    expect(shown).toEqual([
      { number: 1, repeats: null, reconciled: true, topic: 'orders.v1', file: 'orders.csv', line: 3 },
      { number: 2, repeats: null, reconciled: true, topic: 'callbacks.v1', file: 'hooks.jsonl', line: 2 },
      { number: 3, repeats: 2, reconciled: true, topic: 'callbacks.v1', file: 'hooks-again.jsonl', line: 1 },
      { number: 4, repeats: null, reconciled: true, topic: 'polls.v1', file: 'polls.jsonl', line: 1 },
      { number: 5, repeats: null, reconciled: true, topic: 'settlements.v1', file: 'report.json', line: 2 },
    ]);
    expect(facts[0]!.raw).toBe('duka,ORDER-2,#2,1000.00,KES,2026-06-01T08:00:00Z,');
    expect(JSON.parse(facts[3]!.raw!).updated_at).toBe('2026-06-01T08:06:00Z');
    expect(JSON.parse(facts[4]!.raw!).transaction_id).toBe('TXN-2');
  });

  it('a record over two lines is shown whole', async () => {
    const { facts } = await traceKey('ORDER-6');
    expect(facts[0]!.origin!.line).toBe(7);
    expect(facts[0]!.raw).toBe('"soko, ltd",ORDER-6,#6,1000.00,KES,2026-06-01T08:00:00Z,"a ""quoted""\nnote"');
  });
});

describe('the text', () => {
  it('shows what was corrected, in English', async () => {
    const lines = textOf(await trace('ORDER-2'), 'en');
    expect(lines.slice(0, 3)).toEqual([
      'ORDER-2  duka, mfs-africa',
      'Standing: matched (payment: matched, settlement: matched)',
      'As of 2026-06-03 04:00:00 (UTC+8) / 2026-06-02 20:00:00Z',
    ]);
    expect(section(lines, 'Facts').filter((line) => !line.startsWith('    >'))).toEqual([
      ' 1  order: 1,000.00 KES, awaiting payment',
      '    happened 2026-06-01 16:00:00 (UTC+8) / 2026-06-01 08:00:00Z',
      '    orders.csv, line 3, received THEN',
      ' 2  callback: payment succeeded, 900.00 KES [TXN-2]',
      '    happened 2026-06-01 16:05:00 (UTC+8) / 2026-06-01 08:05:00Z',
      '    hooks.jsonl, line 2, received THEN',
      ' 3  callback: payment succeeded, 900.00 KES [TXN-2], repeats fact 2',
      '    happened 2026-06-01 16:05:00 (UTC+8) / 2026-06-01 08:05:00Z',
      '    hooks-again.jsonl, line 1, received THEN',
      ' 4  poll: payment succeeded, 1,000.00 KES [TXN-2]',
      '    happened 2026-06-01 16:06:00 (UTC+8) / 2026-06-01 08:06:00Z',
      '    polls.jsonl, line 1, received THEN',
      ' 5  settlement line: payment, 1,000.00 KES, fee 15.00, dated 2026-06-02 [TXN-2]',
      '    report.json, line 2, received THEN',
    ]);
    expect(section(lines, 'Payment TXN-2').map((line) => line.split(/ {2,}/))).toEqual([
      ['Field', 'Value', 'Why', 'By fact'],
      ['status', 'succeeded', 'a poll takes precedence over a callback', '4'],
      ['gross', '1,000.00 KES', 'a poll takes precedence over a callback', '4'],
      ['currency', 'KES', 'a poll takes precedence over a callback', '4'],
      [
        'success',
        '2026-06-01 16:05:00 (UTC+8) / 2026-06-01 08:05:00Z',
        'the earliest success that a callback or poll reported',
        '2',
      ],
      [
        'settlement due',
        '2026-06-03 00:00:00 (UTC+8) / 2026-06-02 16:00:00Z',
        'the business days for settlement, from the day of success',
      ],
      ['settled', '1,000.00 KES', 'as the settlement reports it', '5'],
      ['fee taken', '15.00 KES', 'as the settlement reports it', '5'],
      ['fee expected', '15.00 KES', 'by the fee schedule'],
      ['returned', '0.00 KES', 'no source reported it'],
    ]);
    const [under, matched, settled] = (await traceKey('ORDER-2')).entries;
    const then = (day: number) => `as of 2026-06-0${day + 1} 04:00:00 (UTC+8) / 2026-06-0${day} 20:00:00Z`;
    expect(section(lines, 'Ledger entries')).toEqual([
      `${under!.id}  payment unmatched AMOUNT_UNDER  900.00 KES`,
      `    ${then(1)}, caused by fact 2, superseded by ${matched!.id}`,
      `${matched!.id}  payment matched  1,000.00 KES`,
      `    ${then(2)}, caused by fact 5, supersedes ${under!.id}, current`,
      `${settled!.id}  settlement matched  1,000.00 KES`,
      `    ${then(2)}, caused by fact 5, current`,
    ]);
  });

  it('shows what time has changed, in English and Chinese', async () => {
    const found = await trace('ORDER-3');
    expect(section(textOf(found, 'en'), 'Deadlines')).toEqual([
      '2026-06-02 16:00:00 (UTC+8) / 2026-06-02 08:00:00Z  passed  payment: pending -> closed, ' +
        'ORDER_EXPIRED (Order expired without money)',
    ]);
    const lines = textOf(found, 'zh-CN');
    expect(lines.slice(0, 2)).toEqual(['ORDER-3  duka, mfs-africa', '状态：已关闭 (支付：已关闭，结算：已关闭)']);
    expect(section(lines, '事实').slice(0, 3)).toEqual([
      ' 1  订单：250.00 KES，待支付',
      '    发生于 2026-06-01 16:00:00 (UTC+8) / 2026-06-01 08:00:00Z',
      '    orders.csv 第 4 行，收到于 THEN',
    ]);
    expect(section(lines, '期限')[0]).toMatch(/^2026-06-02 16:00:00 .+ {2}已过 {2}支付：待定 -> 已关闭，ORDER_EXPIRED/);
    expect(section(lines, '分录')[1]).toMatch(/，由时间或新规则引起，现行有效$/);
  });

  it('shows what time will change', async () => {
    expect((await traceKey('ORDER-1')).deadlines).toEqual([]);
    expect(section(textOf(await trace('ORDER-4'), 'en'), 'Deadlines')).toEqual([
      '2026-06-03 00:00:00 (UTC+8) / 2026-06-02 16:00:00Z  passed  settlement: pending -> unmatched, ' +
        'SETTLEMENT_MISSING (Paid, not settled)',
    ]);
    expect(section(textOf(await trace('ORDER-7'), 'en'), 'Deadlines')).toEqual([
      '2026-06-03 06:00:00 (UTC+8) / 2026-06-02 22:00:00Z  to come  payment: pending -> closed, ' +
        'ORDER_EXPIRED (Order expired without money)',
    ]);
  });
});

describe('a payment whose reference came late', () => {
  it('is found under its reference, and its former key shows where it went', async () => {
    const dir = freshDirectory();
    const options = { provider: 'mfs-africa', data: join(dir, 'data'), lang: 'en' } as const;
    const lines = join(dir, 'lines.csv');
    writeFileSync(
      lines,
      `transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date
,TXN-8,payment,70.00,KES,,2026-06-01
`,
    );
    await reconcile({ ...options, settlements: [lines], asOf: '2026-06-02T20:00:00Z' });
    const before = await traceName(options.data, 'TXN-8');
    expect(before.story).toMatchObject({ key: '?mfs-africa:TXN-8', standing: 'unmatched' });
    expect(before.story!.facts.map(({ forwarded }) => forwarded)).toEqual([false]);
    const hooks = join(dir, 'hooks.jsonl');
    writeFileSync(hooks, `${callback({ number: 8, amount: '70.00', currency: 'KES' })}\n`);
    await reconcile({ ...options, callbacks: [hooks], asOf: '2026-06-03T20:00:00Z' });
    const after = await traceName(options.data, 'TXN-8');
    expect(after.matches.map(({ key }) => key)).toEqual(['ORDER-8']);
    expect(after.story!.facts.map(({ raw, forwarded }) => [raw!.slice(0, 6), forwarded])).toEqual([
      ['{"id":', false],
      [',TXN-8', true],
    ]);
    // The line is given by the identity: its number stands for the handoff.
    const settled = after.story!.entries.filter(({ finding }) => finding.stage === 'settlement');
    expect(settled.map(({ cause, caused_by }) => [cause, caused_by])).toContainEqual([2, 'fact']);
    const left = await traceName(options.data, '?mfs-africa:TXN-8');
    expect(left.story!.facts.map(({ body }) => body.type)).toEqual(['SettlementLineReported']);
    expect(left.story!.standing).toBe('closed');
    expect(left.story!.findings).toEqual([]);
    expect(left.story!.entries.filter(({ superseded_by }) => superseded_by === null).length).toBeGreaterThan(0);
  });
});

describe('the data', () => {
  it('have the same content, with times in UTC and with sentences', async () => {
    const json = JSON.parse(JSON.stringify(traceJson(await trace('ORDER-2'), 'en')));
    expect([json.asked, json.as_of, json.zone]).toEqual(['ORDER-2', '2026-06-02T20:00:00Z', 'Asia/Shanghai']);
    expect(json.story.facts[0].body.placed_at).toBe('2026-06-01T08:00:00Z');
    expect(json.story.entries[0].finding).toMatchObject({
      reason: 'AMOUNT_UNDER',
      difference: '-100.00',
      opened_at: '2026-06-01T08:05:00Z',
    });
    expect(json.story.entries[0].finding.message).toMatch(/100\.00 KES less than expected/);
  });
});

describe('a reference with very many facts', () => {
  /** ORDER-2 as if it had so many of each. */
  async function many(count: number): Promise<Trace> {
    const found = await trace('ORDER-2');
    const story = found.story!;
    const numbers = Array.from({ length: count }, (_, at) => at + 1);
    const [, payment] = story.decisions;
    const decided = { ...payment!, decisions: payment!.decisions.map((decision) => ({ ...decision, by: numbers })) };
    return {
      ...found,
      story: {
        ...story,
        facts: numbers.map((number) => ({ ...story.facts[0]!, number })),
        decisions: numbers.map(() => decided),
        findings: numbers.map((n) => {
          return n < count ? story.findings[0]! : { ...story.findings[0]!, kind: 'unmatched', reason: 'ORDER_MISSING' };
        }),
        entries: numbers.map((n) => ({ ...story.entries[0]!, id: `0-0-${n}` })),
      },
    };
  }

  it.each([
    ['en', '1,900 more are not shown here; --all prints them.', '1,900 earlier ones are not shown here; --all prints'],
    ['zh-CN', '另有 1,900 条未在此显示；使用 --all 全部显示。', '另有 1,900 条较早的记录未在此显示；使用 --all'],
  ] as const)('shows a part of each, and how many more there are, in %s (L08 partly)', async (lang, more, before) => {
    const lines = textOf(await many(2_000), lang);
    expect(lines.filter((line) => line.trim() === more)).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith(before))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('100  '))).toHaveLength(1);
    expect(lines.some((line) => line.startsWith('101  '))).toBe(false);
    // What is wrong is shown first, and what was written last.
    expect(lines.some((line) => line.includes('ORDER_MISSING'))).toBe(true);
    expect(lines.some((line) => line.startsWith('0-0-2000'))).toBe(true);
    expect(lines.some((line) => line.includes(' 19 20 (+1,980)'))).toBe(true);
  });

  it('shows all with --all, and all in JSON', async () => {
    const found = await many(300);
    const text = traceText(found, { lang: 'en', target: new PassThrough(), all: true });
    expect(text).not.toContain('--all');
    expect(text.split('\n').filter((line) => /^0-0-\d+ /.test(line))).toHaveLength(300);
    expect(text).toContain(' 299 300\n');
    expect((traceJson(found, 'en') as { story: KeyTrace }).story.facts).toHaveLength(300);
  });

  it('shows all of a hundred', async () => {
    const text = textOf(await many(100), 'en').join('\n');
    expect(text).not.toContain('--all');
  });
});
