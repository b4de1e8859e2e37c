// A small world for properties: facts about a few keys, put into a log in memory in any order and in any pieces, and
// reconciled by the same shards that run in the product.

import fc from 'fast-check';
import { expect } from 'vitest';
import type { DecisionBody } from '../../src/domain/decision.ts';
import { type Claim, type Fact, isFromSource, type SourceBody, topicOf } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import type { Instant } from '../../src/domain/time.ts';
import type { Append } from '../../src/log/event-log.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { MemorySnapshotStore, type SnapshotStore } from '../../src/log/snapshots.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { type CompiledRules, compileRules, parseRules } from '../../src/matching/rules.ts';
import { type AdvanceStep, advanceByStep, handoffsWait } from '../../src/task/advance.ts';
import { routed } from '../../src/task/handoff-routes.ts';
import { outcomeRoot } from '../../src/task/outcome.ts';
import { type KeyStanding, keyStandings, type Overview } from '../../src/task/overview.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { TaskGroup } from '../../src/task/task-group.ts';
import type { SourceCounts } from '../../src/task/touched-keys.ts';
import { claimSets } from '../matching/claim-pools.ts';
import { t } from '../matching/given.ts';
import { outcomeByDefinition } from './outcome-definition.ts';

export interface Keyed {
  readonly key: string;
  readonly claim: Claim<SourceBody | DecisionBody>;
}

const KEYS = ['A-1', 'A-2', 'b', 'Ü-中', 'zz'];

const parents = fc.array(fc.constantFrom(null, null, null, 'A-1', 'A-1', 'zz', 'b'), { minLength: 5, maxLength: 5 });

/** Up to nine claims about each of a few keys, some of which are parts of others: rightly and wrongly. */
export const worlds: fc.Arbitrary<Keyed[]> = fc
  .tuple(parents, ...KEYS.map(() => claimSets))
  .map(([wholes, ...sets]) =>
    sets.flatMap((claims, at) =>
      claims.filter(isFromSource).map((claim) => ({ key: KEYS[at]!, claim: inWhole(claim, wholes[at]!) })),
    ),
  );

/** Some contents of an order name a whole, and others do not. */
function inWhole(claim: Claim<SourceBody>, parent: string | null): Claim<SourceBody> {
  const { body } = claim;
  const isPart = parent !== null && body.type === 'OrderPlaced' && body.country === null;
  return isPart ? { ...claim, body: { ...body, parent } } : claim;
}

/** The same facts, each once more, in any order. */
export function shuffled(world: readonly Keyed[]): fc.Arbitrary<Keyed[]> {
  const length = world.length * 2;
  return fc.shuffledSubarray([...world, ...world], { minLength: length, maxLength: length });
}

/** How a world comes: pieces one after another, each as of a time, in batches of some size, over some partitions. */
export interface Coming {
  readonly partitions: number;
  readonly pieces: number;
  readonly batch: number;
}

export const comings: fc.Arbitrary<Coming> = fc.record({
  partitions: fc.integer({ min: 1, max: 5 }),
  pieces: fc.integer({ min: 1, max: 6 }),
  batch: fc.integer({ min: 1, max: 7 }),
});

export const END: Instant = t('25 00:00');

export function rulesOf(input: unknown): CompiledRules {
  return compileRules(parseRules(input));
}

/** A log, its rules by hash, and the task group of all its partitions. */
export class Running {
  readonly log: MemoryLog;
  readonly snapshots: SnapshotStore = new MemorySnapshotStore();
  readonly counts: SourceCounts = { added: 0, known: 0 };
  readonly rules = new Map<string, CompiledRules>();
  group: TaskGroup;
  private readonly blockBytesMax: number | undefined;

  constructor(partitions: number, blockBytesMax?: number) {
    this.log = new MemoryLog(partitions);
    this.blockBytesMax = blockBytesMax;
    this.group = this.open();
  }

  /** A task group as a new process would have it: from the snapshots and the log. */
  open(snapshots: SnapshotStore = this.snapshots, keptAt?: Parameters<TaskGroup['open']>[1]): TaskGroup {
    const group = new TaskGroup(this.log, snapshots, (hash) => this.rules.get(hash)!, 0, this.blockBytesMax);
    group.open(
      Array.from({ length: this.log.partitions }, (_, partition) => partition),
      keptAt,
    );
    this.group = group;
    return group;
  }

  async append(facts: readonly Keyed[], batch: number): Promise<void> {
    const builders = new Map<string, BatchBuilder>();
    for (const { key, claim } of facts) {
      const topic = topicOf(claim.body);
      const partition = partitionOf(key, this.log.partitions);
      const name = `${topic} ${partition}`;
      const builder = builders.get(name) ?? new BatchBuilder();
      builders.set(name, builder);
      builder.addFact(factOf(key, claim));
      if (builder.count < batch) continue;
      await this.log.append([{ topic, partition, source: 1, ...builder.take() }]);
    }
    for (const [name, builder] of builders) {
      if (builder.count === 0) continue;
      const [topic, partition] = name.split(' ') as ['orders.v1', string];
      await this.log.append([{ topic, partition: Number(partition), source: 1, ...builder.take() }]);
    }
  }

  async advance(asOf: Instant, rules: CompiledRules): Promise<void> {
    this.rules.set(rules.hash, rules);
    const take = (step: AdvanceStep) => this.take(step, asOf, rules);
    await advanceByStep(take, () => handoffsWait(this.log, this.group.heads));
  }

  private async take(step: AdvanceStep, asOf: Instant, rules: CompiledRules): Promise<void> {
    await this.group.advance(step, asOf, rules, async (blocks) => {
      const appends = blocks.map(({ header: { partition, height }, bytes }): Append => {
        const builder = new BatchBuilder();
        builder.add(bytes);
        const place = { topic: 'ledger.v1', partition, source: 0, expectedEnd: BigInt(height) } as const;
        return { ...place, ...builder.take() };
      });
      const handoffs = blocks.map((block) => block.handoffs);
      await this.log.append([...appends, ...routed(handoffs, this.log.partitions)]);
      for (const [source, { added, known }] of blocks.flatMap(({ counts }) => [...counts])) {
        // Handoffs come from no import.
        if (source === 0) continue;
        this.counts.added += added;
        this.counts.known += known;
      }
    });
  }

  /** Executes every block again; throws if any byte differs. */
  replay(): void {
    const rules = (hash: string) => this.rules.get(hash)!;
    for (let partition = 0; partition < this.log.partitions; partition++) {
      replayPartition(this.log, partition, rules, () => {});
    }
  }

  get root(): string {
    // What was kept from step to step must be what all keys give anew.
    const root = outcomeRoot([this.group.outcomePart()]);
    expect(root).toBe(outcomeByDefinition(this.group.tasks.map(({ table }) => table)));
    return root;
  }

  get standings(): KeyStanding[] {
    const all = this.group.tasks.flatMap(({ table }) => [...keyStandings(table)]);
    return all.sort((left, right) => (left.key < right.key ? -1 : 1));
  }

  get overview(): Overview {
    return this.group.overview();
  }

  /** Every block's bytes, partition by partition. */
  get blocks(): string[] {
    return Array.from({ length: this.log.partitions }, (_, partition) =>
      [...this.log.read('ledger.v1', partition, 0n)].map(({ payload }) => payload.toString('hex')).join('\n'),
    );
  }
}

export function factOf(key: string, claim: Claim): Fact {
  const envelope = { transaction_reference: key, received_at: 0, raw: '1/1', report: null, line: null, payout: null };
  return { ...envelope, ...claim };
}

/** Lets a world come in pieces, each as of a time no later than the end, and then brings it to the end. */
export async function run(
  facts: readonly Keyed[],
  { partitions, pieces, batch }: Coming,
  rules: CompiledRules,
  between: readonly CompiledRules[] = [],
): Promise<Running> {
  const running = new Running(partitions);
  const size = Math.max(1, Math.ceil(facts.length / pieces));
  for (let piece = 0; piece < pieces; piece++) {
    await running.append(facts.slice(piece * size, (piece + 1) * size), batch);
    const asOf = END - (pieces - piece) * 3 * 86_400_000;
    await running.advance(asOf, between[piece % Math.max(1, between.length)] ?? rules);
  }
  await running.advance(END, rules);
  return running;
}
