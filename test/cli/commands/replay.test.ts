// Replays reproduce the ledger from its facts, from nothing and from snapshots; other rules leave no trace.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../../bench/generate.ts';
import { reconcile } from '../../../src/app/reconcile.ts';
import { compareRules, replayLedger } from '../../../src/app/replay.ts';
import type { Summary } from '../../../src/app/reports/summary.ts';
import { rulesComparisonText } from '../../../src/cli/commands/replay.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { type BlockHeader, decodeBlock, encodeBlock, encodeHeader } from '../../../src/ledger/block-codec.ts';
import { EmbeddedLog } from '../../../src/log/embedded.ts';
import { copyOf, forgeBatch, freshDirectory, payloadAt, replaced } from './given-ledger.ts';
import { type GivenPayments, givenPayments, hashOfDirectory } from './given-payments.ts';

let given: GivenPayments;

beforeAll(async () => {
  given = await givenPayments();
});

describe('replay', () => {
  it.each([0, 2])('reproduces the ledger on %i threads, and writes nothing', async (threads) => {
    const before = hashOfDirectory(given.data);
    const found = await replayLedger({ data: given.data, threads });
    const last = given.summaries[1]!;
    // All rows of both runs, including those delivered twice.
    expect(found).toMatchObject({ entries: last.ledger_entries, facts: 17, outcome_root: last.outcome_root });
    expect(hashOfDirectory(given.data)).toBe(before);
  });

  it.each([0, 2])(
    'up to the time of any checkpoint gives what was reported then, on %i threads (R02)',
    async (threads) => {
      const until = (at: string) => replayLedger({ data: given.data, threads, until: Date.parse(at) });
      const [first, second] = given.summaries as [Summary, Summary];
      const of = ({ outcome_root, ledger_entries: entries }: Summary) => ({ outcome_root, entries });
      expect(await until('2026-06-01T20:00:00Z')).toMatchObject(of(first));
      expect(await until('2026-06-02T19:59:59Z')).toMatchObject(of(first));
      expect(await until('2026-06-02T20:00:00Z')).toMatchObject({ ...of(second), facts: 17 });
      expect(await until('2026-06-01T19:59:59Z')).toMatchObject({ blocks: 0, entries: 0, facts: 0 });
      expect(first.outcome_root).not.toBe(second.outcome_root);
    },
  );

  it('up to each run of a week gives the root that the run reported (R02)', async () => {
    const dir = freshDirectory();
    const data = join(dir, 'data');
    const rows = (day: number) =>
      Array.from({ length: 20 }, (_, at) => `m,D${day}-${at},1.00,KES,2026-06-0${day}T00:00:00Z`);
    const told: { readonly at: string; readonly root: string; readonly entries: number }[] = [];
    for (const day of [1, 2, 3, 4, 5]) {
      const orders = join(dir, `${day}.csv`);
      writeFileSync(orders, `merchant,transaction_reference,amount,currency,placed_at\n${rows(day).join('\n')}\n`);
      const at = `2026-06-0${day}T20:00:00Z`;
      const { summary } = await reconcile({ provider: 'mfs-africa', data, orders: [orders], asOf: at, lang: 'en' });
      told.push({ at, root: summary.outcome_root, entries: summary.ledger_entries });
    }
    for (const { at, root, entries } of told) {
      expect(await replayLedger({ data, until: Date.parse(at) })).toMatchObject({ outcome_root: root, entries });
    }
    expect(new Set(told.map(({ root }) => root)).size).toBe(5);
    expect(told.at(-1)!.entries).toBeGreaterThan(told[0]!.entries);
  });

  it('has the same result from nothing as from a snapshot and the blocks after it', async () => {
    const dir = freshDirectory();
    const data = join(dir, 'data');
    const { orders, callbacks, settlements, rules, asOf } = generate(7_000, dir);
    await new EmbeddedLog(data, { partitions: 1 }).close();
    const options = { rules, data, provider: 'mfs-africa', lang: 'en' } as const;
    const early = { orders: [orders], callbacks: [callbacks], settlements: [settlements] };
    await reconcile({ ...options, ...early, asOf });
    expect(readdirSync(join(data, 'snapshots')).length).toBe(1);
    const [more] = [join(dir, 'more.csv')];
    writeFileSync(
      more,
      'merchant,transaction_reference,amount,currency,placed_at\nm,LATE,1,UGX,2026-06-09T00:00:00Z\n',
    );
    const { summary } = await reconcile({ ...options, orders: [more], asOf: '2026-07-01T00:00:00Z' });
    expect(readdirSync(join(data, 'snapshots'))[0]).toMatch(/^0-2-/);
    const found = await replayLedger({ data });
    expect(found).toMatchObject({ entries: summary.ledger_entries, outcome_root: summary.outcome_root });
    expect(found.blocks).toBeGreaterThan(3);
  });

  it('names partition and block if a fact differs from the one that the ledger read', async () => {
    const data = copyOf(given.data);
    const place = placeOf(data, 'orders.v1', 'ORDER-5');
    forgeBatch(data, place, replaced(payloadAt(data, place), '5000', '4999'));
    const where = `partition ${place.partition}, block \\d+`;
    for (const threads of [0, 2]) {
      await expect(replayLedger({ data, threads })).rejects.toThrow(new RegExp(`^HESABU_REPLAY_DIFFERS: ${where}: `));
    }
  });

  it.each<[string, (header: BlockHeader) => BlockHeader]>([
    ['says another height', (header) => ({ ...header, height: 7 })],
    ['read from elsewhere', (header) => ({ ...header, inputs: header.inputs.map((one) => ({ ...one, from: 1n })) })],
    ['is of an earlier time', (header) => ({ ...header, as_of: 0 })],
  ])('names the block that %s', async (_, change) => {
    const data = copyOf(given.data);
    const { partition } = placeOf(data, 'orders.v1', 'ORDER-2');
    const place = { topic: 'ledger.v1', partition, first: 1 };
    const { header, entries } = decodeBlock(payloadAt(data, place).subarray(4));
    const bytes = encodeBlock(encodeHeader(change(header)), entries);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    forgeBatch(data, place, Buffer.concat([size, bytes]));
    await expect(replayLedger({ data })).rejects.toThrow(`HESABU_REPLAY_DIFFERS: partition ${partition}, block 1: `);
  });
});

/** The first batch of a topic that contains a text. */
function placeOf(data: string, topic: string, text: string) {
  for (let partition = 0; partition < 8; partition++) {
    const place = { topic, partition, first: 0 };
    try {
      if (payloadAt(data, place).includes(text)) return place;
    } catch {
      // That partition has no such batch.
    }
  }
  throw new Error(`${text} is not in ${topic}`);
}

describe('replay under other rules', () => {
  const tried = (text: string, threads = 0) => {
    const rules = join(freshDirectory(), 'rules.yaml');
    writeFileSync(rules, text);
    return compareRules({ data: given.data, rules, threads });
  };
  const FEES = 'fees: [{ provider: mfs-africa, currency: KES, percent: "1.5", tolerance: "10" }]';

  it('the same rules change nothing', async () => {
    const { reasons, standing, keys_changed } = await tried(FEES.replace(', tolerance: "10"', ''));
    expect(keys_changed).toBe(0);
    expect(reasons.filter(({ count }) => count.difference !== 0)).toEqual([]);
    expect(Object.values(standing).filter(({ difference }) => difference !== 0)).toEqual([]);
  });

  it('are taken by new entries: those that were written stay, byte for byte (R04)', async () => {
    const data = copyOf(given.data);
    const ledgerOf = async () => {
      const log = new EmbeddedLog(data);
      const parts = Array.from({ length: log.partitions }, (_, partition) =>
        Buffer.concat([...log.read('ledger.v1', partition, 0n)].map(({ payload }) => Buffer.from(payload))),
      );
      await log.close();
      return parts;
    };
    const before = await ledgerOf();
    const dir = freshDirectory();
    const [rules, orders] = [join(dir, 'rules.yaml'), join(dir, 'orders.csv')];
    const header = 'merchant,transaction_reference,amount,currency,placed_at';
    writeFileSync(orders, `${header}\nm,LATE,1,UGX,2026-06-09T00:00:00Z\n`);
    writeFileSync(rules, `tolerance: { KES: "5.00" }\n${FEES}\n`);
    const compared = await compareRules({ data, rules });
    const run = { data, rules, orders: [orders], provider: 'mfs-africa', lang: 'en' } as const;
    const { summary } = await reconcile({ ...run, asOf: '2026-07-01T00:00:00Z' });
    const after = await ledgerOf();
    expect(after.map((bytes, at) => bytes.subarray(0, before[at]!.length))).toEqual(before);
    expect(summary.ledger_entries).toBeGreaterThan(given.summaries[1]!.ledger_entries);
    expect(compared.keys_changed).toBe(1);
    expect((await verifyDirectory({ data })).faults).toEqual([]);
    expect((await replayLedger({ data })).outcome_root).toBe(summary.outcome_root);
  });

  it.each([0, 2])('a tolerance removes the breaks within it, on %i threads (R04 partly)', async (threads) => {
    const before = hashOfDirectory(given.data);
    const found = await tried(`tolerance: { KES: "5.00" }\n${FEES}\n`, threads);
    expect(hashOfDirectory(given.data)).toBe(before);
    expect(found.facts).toBe(17);
    expect(found.reasons).toEqual([
      {
        reason: 'AMOUNT_UNDER',
        count: { before: 2, after: 1, difference: -1 },
        value: {
          before: { KES: '5.00', UGX: '10' },
          after: { UGX: '10' },
          difference: { KES: '-5.00', UGX: '0' },
        },
      },
      {
        reason: 'SETTLEMENT_MISSING',
        count: { before: 2, after: 2, difference: 0 },
        value: { before: { UGX: '9990' }, after: { UGX: '9990' }, difference: { UGX: '0' } },
      },
      {
        reason: 'FEE_VARIANCE',
        count: { before: 1, after: 0, difference: -1 },
        value: { before: { KES: '5.07' }, after: {}, difference: { KES: '-5.07' } },
      },
    ]);
    expect(found.standing).toEqual({
      unmatched: { before: 3, after: 2, difference: -1 },
      pending: { before: 1, after: 1, difference: 0 },
      matched: { before: 2, after: 3, difference: 1 },
      closed: { before: 1, after: 1, difference: 0 },
    });
    expect(found.keys_changed).toBe(1);
    expect(found.largest).toEqual([
      {
        key: 'ORDER-6',
        merchant: 'soko, ltd',
        provider: 'mfs-africa',
        reasons: { before: ['AMOUNT_UNDER', 'FEE_VARIANCE'], after: [] },
        value: { before: { KES: '10.07' }, after: {}, difference: { KES: '-10.07' } },
      },
    ]);
  });

  it('the text has the same content, and says that nothing was written', async () => {
    const lines = rulesComparisonText(await tried(`tolerance: { KES: "5.00" }\n${FEES}\n`), 'en').split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'What these rules would have changed, over 17 facts',
      'As of 2026-06-03 04:00:00 (UTC+8) / 2026-06-02 20:00:00Z',
    ]);
    expect(lines.find((line) => line.startsWith('AMOUNT_UNDER'))!.split(/ {2,}/)).toEqual([
      ...['AMOUNT_UNDER', 'Paid too little', '2', '1', '-1', '5.00', '-5.00', 'KES'],
    ]);
    expect(lines.find((line) => line.startsWith('ORDER-6'))!.split(/ {2,}/)).toEqual([
      ...['ORDER-6', 'AMOUNT_UNDER, FEE_VARIANCE', '-', '-10.07 KES'],
    ]);
    expect(lines.slice(-2)).toEqual(['Nothing was written to the ledger.', '']);
  });

  it('a deadline of the new rules that has passed is applied', async () => {
    // ORDER-7 has expired after an hour, although no block of its partition is as late as that.
    const { standing } = await tried(`grace: { payment: PT1H }\n${FEES}\n`);
    expect([standing.pending.after, standing.closed.after]).toEqual([0, 2]);
  });
});
