// What is made from bytes is what the general code makes: of random shops, wave by wave.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, type Fact, isFromSource, TASK_TOPICS, type TaskTopic, topicOf } from '../../src/domain/fact.ts';
import { HANDOFFS_TOPIC } from '../../src/domain/handoff.ts';
import type { Batch, Topic } from '../../src/log/event-log.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { type CompiledRules, compileRules, parseRules } from '../../src/matching/rules.ts';
import type { ClaimSource } from '../../src/task/claims-ahead.ts';
import { LogClaims } from '../../src/task/log-claims.ts';
import { outcomePart, outcomeRoot } from '../../src/task/outcome.ts';
import { addTable, emptyOverview } from '../../src/task/overview.ts';
import type { PlainStage } from '../../src/task/plain/plain-facts.ts';
import { ReconciliationTask, type TaskBlock } from '../../src/task/task.ts';
import { snapshotParts, taskFromSnapshot } from '../../src/task/task-snapshot.ts';
import { callback, line, order, poll, t } from '../matching/given.ts';
import { BEGIN } from './given-sales.ts';
import { type Arrival, drawArrivals, drawRules, wavesOf } from './given-shops.ts';

/** `HESABU_TEST_WORLDS` sets another number. */
const RUNS = Number(process.env.HESABU_TEST_WORLDS ?? 25);
const HOUR = 3_600_000;
const ATTEMPT = { payment: 'P0', status: 'failed', at: t('2 08:01') } as const;
const FAILED = callback(ATTEMPT);
const DOLLARS = { settlement_currency: 'USD', settlement_amount: '7.70', fx_rate: '0.0077' };
const IN_PAYOUT = { account: 'main', payout: 'PAY-1', fee: '0' };
const POLL = poll({ id: 'later', at: t('2 08:06') });
const OPEN = poll({ id: 'open', status: 'pending', at: t('2 08:01') });
/** Its id tells the account, as in facts from before accounts were named. */
const OLD = { ...callback(), id: 'mfs-africa/other:callback:1' };
const BIG = '99999999999999.99';
const LARGE = order({ amount: BIG });
const OF_MPESA = { fees: [{ percent: '1', operator: 'mpesa' }] };
const TOLERANT = { fees: [{ percent: '1', tolerance: '20' }] };
const OF_MAIN = { accounts: { 'mfs-africa/main': ['shop-1'] } };

/** The same steps by both ways, whose results must be the same. */
class BothWays {
  private readonly stored: Batch[] = [];
  private readonly source: ClaimSource | undefined;
  private fast: ReconciliationTask;
  private readonly general = ReconciliationTask.empty(0, { plain: false });
  private readonly ends = new Map<TaskTopic, bigint>();
  private handoffs: TaskBlock['handoffs'] = { count: 0, payload: Buffer.alloc(0) };
  readonly counts: Record<PlainStage, number> = { early: 0, placed: 0, paid: 0, settled: 0 };

  /** Keys that agree may be packed, and their claims are then found again in the log. */
  constructor(isPacked: boolean) {
    const read = (topic: Topic, _: number, from: bigint) => {
      return this.stored.filter((batch) => batch.topic === topic && batch.to > from);
    };
    this.source = isPacked ? new LogClaims({ read }).ofPartition(0) : undefined;
    this.fast = ReconciliationTask.empty(0, { plain: true, ...(this.source && { claims: this.source }) });
  }

  take(arrivals: readonly Arrival[], asOf: number, rules: CompiledRules, before = rules): void {
    this.step(this.batchesOf(arrivals), asOf, rules, before);
    while (this.handoffs.count > 0) this.step([this.batch(HANDOFFS_TOPIC, this.handoffs)], asOf, rules, rules);
  }

  private step(batches: readonly Batch[], asOf: number, rules: CompiledRules, before: CompiledRules): void {
    const { fast, general } = this;
    // That both keep them up to date.
    expect([fast.waiting.asking, fast.waiting.awaiting]).toEqual([general.waiting.asking, general.waiting.awaiting]);
    const [made, expected] = [fast, general].map((task) => task.step(batches, asOf, rules, { before })) as [
      TaskBlock,
      TaskBlock,
    ];
    expect(made.bytes.equals(expected.bytes)).toBe(true);
    expect(made.counts).toEqual(expected.counts);
    expect(made.handoffs.count).toBe(expected.handoffs.count);
    expect(made.handoffs.payload.equals(expected.handoffs.payload)).toBe(true);
    expect(fast.assessed).toBe(general.assessed);
    expect([fast.waiting.asking, fast.waiting.awaiting]).toEqual([general.waiting.asking, general.waiting.awaiting]);
    expect(stateOf(fast)).toEqual(stateOf(general));
    this.handoffs = made.handoffs;
  }

  /** Goes on from a snapshot. */
  restart(): void {
    this.note();
    const { assessed } = this.fast;
    this.fast = taskFromSnapshot(Buffer.concat(snapshotParts(this.fast)), 0, this.source)!;
    this.fast.assessed = assessed;
  }

  /** Adds up how many keys were plain. */
  note(): void {
    for (const stage of ['early', 'placed', 'paid', 'settled'] as const)
      this.counts[stage] += this.fast.plainKeys!.counts[stage];
  }

  get packed(): number {
    const { packed, count } = this.fast.table;
    return Array.from({ length: count }, (_, slot) => slot).filter((slot) => packed?.has(slot) === true).length;
  }

  private batchesOf(arrivals: readonly Arrival[]): Batch[] {
    return TASK_TOPICS.flatMap((topic) => {
      const builder = new BatchBuilder();
      for (const { key, claim } of arrivals) {
        if (!isFromSource(claim) || topicOf(claim.body) !== topic) continue;
        const envelope = { transaction_reference: key, received_at: BEGIN, raw: '1/1', report: null, line: null };
        builder.addFact({ ...envelope, ...claim } as Fact);
      }
      return builder.count === 0 ? [] : [this.batch(topic, builder.take())];
    });
  }

  private batch(topic: TaskTopic, { count, payload }: { count: number; payload: Buffer }): Batch {
    const from = this.ends.get(topic) ?? 0n;
    const to = from + BigInt(count);
    this.ends.set(topic, to);
    const batch = { topic, partition: 0, from, to, payload, source: topic === HANDOFFS_TOPIC ? 0 : 1 };
    this.stored.push(batch);
    return batch;
  }
}

function stateOf({ table, head }: ReconciliationTask) {
  const overview = emptyOverview();
  addTable(overview, table, 0);
  const { count } = table;
  const records = Array.from({ length: count }, (_, slot) => {
    const { bytes, from, to } = table.recordOf(slot);
    return bytes.toString('latin1', from, to);
  });
  return {
    head,
    records,
    overview,
    deadlines: [...table.deadlines.at.subarray(0, count)],
    root: outcomeRoot([outcomePart([table], 1)]),
  };
}

describe('a plain key', () => {
  test('is what the general code makes of it, in whatever waves its facts come', () => {
    const counts: Record<PlainStage, number> = { early: 0, placed: 0, paid: 0, settled: 0 };
    let packed = 0;
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const rules = compileRules(parseRules(drawRules(draw)));
        const later = draw(fc.nat, 5) === 0 ? compileRules(parseRules(drawRules(draw))) : rules;
        const both = new BothWays(draw(fc.boolean));
        let asOf = BEGIN + draw(fc.nat, 96) * HOUR;
        let before = rules;
        for (const [wave, arrivals] of wavesOf(drawArrivals(draw, rules)).entries()) {
          const now = wave < 2 ? rules : later;
          both.take(arrivals, asOf, now, before);
          before = now;
          asOf += draw(fc.nat, 24) * HOUR;
          if (draw(fc.boolean)) both.restart();
        }
        both.take([], asOf + 400 * HOUR, later);
        both.note();
        packed += both.packed;
        for (const stage of ['early', 'placed', 'paid', 'settled'] as const) counts[stage] += both.counts[stage];
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 3);
    expect(packed).toBeGreaterThan(RUNS / 3);
  }, 600_000);

  test.each<[string, Claim[], unknown?]>([
    ['in three claims', [order(), callback(), line()]],
    [
      'with a poll before it and after it',
      [order(), poll({ status: 'pending', at: t('2 08:01') }), callback(), POLL, line()],
    ],
    [
      'that the shop counts on, after its deadline',
      [order({ status: 'paid', expires_at: t('2 08:01') }), callback(), line()],
    ],
    ['with the fee of its operator', [order(), callback({ operator: 'mpesa' }), line({ fee: '10.00' })], OF_MPESA],
    ['with the fee of its order', [order({ operator: 'mpesa' }), callback(), line({ fee: '10.00' })], OF_MPESA],
    ['of an account that may speak', [order(), callback({ account: 'main' }), line({ account: 'main' })], OF_MAIN],
    [
      'in dollars, by the rate of its line',
      [order(), callback({ account: 'main' }), line({ ...DOLLARS, ...IN_PAYOUT })],
    ],
    ['after an attempt of its own that failed', [order(), FAILED, callback(), line()]],
    [
      'after two attempts that failed, under one id',
      [order(), FAILED, poll({ ...ATTEMPT, id: 'p' }), callback(), line()],
    ],
    ['that was said twice in the same words', [order(), callback(), callback(), line(), line(), order()]],
    ['in a payout', [order(), callback({ account: 'main' }), line({ account: 'main', payout: 'PAY-1', fee: '1' })]],
  ])('is a payment %s', (_, claims, rules) => {
    expect(plainOf(claims, rules)).toEqual({ early: 0, placed: 0, paid: 0, settled: 1 });
  });

  test.each<[string, Claim[], unknown?]>([
    ['a callback', [callback()]],
    ['a line', [line()]],
    ['a line with the fee of every day', [line({ fee: '10.00' })], { fees: [{ percent: '1' }] }],
    ['both', [callback(), line()]],
    [
      'a callback and a poll of an account',
      [callback({ account: 'main' }), poll({ account: 'main', id: 'p' })],
      OF_MAIN,
    ],
    ['a line of any account', [line({ account: 'other' })], OF_MAIN],
    ['a line in dollars', [line(DOLLARS)]],
  ])('before its order is money that came by %s', (_, claims, rules) => {
    expect(plainOf(claims, rules, t('2 08:10'))).toEqual({ early: 1, placed: 0, paid: 0, settled: 0 });
  });

  test.each<[string, Claim[], unknown?]>([
    ['has not the fee of every day', [line()], { fees: [{ percent: '1' }] }],
    ['is of two accounts', [callback({ account: 'main' }), line({ account: 'other' })], OF_MAIN],
    ['is of an account and of a file', [callback({ account: 'main' }), line()], OF_MAIN],
    ['was only asked for', [OPEN]],
    ['is of two amounts', [callback(), line({ gross: '999.99' })]],
  ])('before its order is none that %s', (_, claims, rules) => {
    expect(plainOf(claims, rules, t('2 08:10'))).toEqual({ early: 0, placed: 0, paid: 0, settled: 0 });
  });

  test.each<[string, Claim[], unknown?]>([
    ['was paid too late', [order({ expires_at: t('2 08:05') }), callback(), line()]],
    ['has no amount of its money', [order(), callback({ amount: null, currency: null }), line()]],
    ['has the amount of an open word alone', [order(), callback({ amount: null, currency: null }), OPEN, line()]],
    ['is of two operators', [order(), callback({ operator: 'a' }), poll({ id: 'p', operator: 'b' }), line()]],
    ['is of two payments', [order(), callback(), callback({ payment: 'P2' }), line()]],
    ['is settled late', [order(), callback(), line({ settlement_date: '2026-03-06' })]],
    ['is settled in part', [order(), callback(), line({ gross: '999.99' })]],
    ['has another fee', [order(), callback({ operator: 'mpesa' }), line({ fee: '10.01' })], OF_MPESA],
    ['has no fee', [order(), callback({ operator: 'mpesa' }), line()], OF_MPESA],
    ['has no fee, though one within the tolerance', [order(), callback(), line()], TOLERANT],
    ['has a fee that the payer bears', [order(), callback(), line({ fee: '0' })], { fees: [{ borne_by: 'payer' }] }],
    ['was reported by another account', [order(), callback({ account: 'other' }), line()], OF_MAIN],
    ['was reported by an old webhook', [order(), OLD, line()], OF_MAIN],
    ['was reported with its account and without', [order(), callback({ account: 'main' }), POLL, line()]],
    ['is of two merchants', [order(), order({ id: 'O2', merchant: 'shop-2' }), callback(), line()]],
    ['has a status to come', [order({ status: 'paid', status_at: t('30 08:00') }), callback(), line()]],
    ['was cancelled', [order({ status: 'cancelled' }), callback(), line()]],
    ['failed before', [order(), callback(), poll({ status: 'failed', at: t('2 08:01') }), line()]],
    ['has another rate', [order(), callback(), line({ ...DOLLARS, settlement_amount: '7.68' })]],
    ['is settled in dollars without a rate', [order(), callback(), line({ ...DOLLARS, fx_rate: null })]],
    ['has a rate without an amount', [order(), callback(), line({ ...DOLLARS, settlement_amount: null })]],
    ['failed under an id that its line has', [order(), callback(), FAILED, line({ request_id: 'P0' })]],
    ['was said again in other words', [order(), callback(), { ...callback(), occurred_at: t('2 08:09') }, line()]],
    ['was said by one whom nobody knows', [order(), callback({ hint: true }), POLL, line()]],
    ['is so large that a number would round it', [LARGE, callback({ amount: BIG }), line({ gross: BIG })]],
    ['is settled in two lines', [order(), callback(), line(), line({ id: 'second' })]],
    ['has no order after the time for one', [callback(), line()]],
  ])('is none that %s', (_, claims, rules) => {
    expect(plainOf(claims, rules)).toEqual({ early: 0, placed: 0, paid: 0, settled: 0 });
  });
});

/** How often one key with these claims was plain, where it came in one block. */
function plainOf(claims: readonly Claim[], rules: unknown = {}, asOf = t('10 08:00')) {
  const both = new BothWays(false);
  const arrivals = claims.map((claim) => ({ key: 'R-1', claim, wave: 0 }));
  both.take(arrivals, asOf, compileRules(parseRules(rules)));
  both.note();
  return both.counts;
}
