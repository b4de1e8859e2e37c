// Which rules were in force since when, what changed in them, and which open cases new ones ended. Only the beginning
// of each block is looked at, some at a time, and none twice.

import type { ChangeEffect } from '../domain/change.ts';
import { addDecimal, decimalOf, formatDecimal } from '../domain/decimal.ts';
import type { Instant } from '../domain/time.ts';
import { rulesHashOfBeginning } from '../ledger/block-codec.ts';
import { type Digest, digestToHex } from '../ledger/digest.ts';
import type { EventLog } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';
import { canonicalRules } from '../matching/rules.ts';
import { RulesLog } from '../task/rules-log.ts';
import { LedgerBlocks } from './ledger-blocks.ts';
import { changesIn } from './ledger-changes.ts';

/** A part of the rules, as JSON; null where it is not there. */
export interface RulesDifference {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface RulesChange {
  /** The hash of the new rules, and of those before; null for the first ones of the ledger. */
  readonly rules: string;
  readonly before: string | null;
  /** When the first partition went over to them. */
  readonly at: Instant;
  readonly differences: readonly RulesDifference[];
  /** The open cases that they ended and no fact did. */
  readonly count: number;
  readonly value: ChangeEffect['value'];
}

export interface RulesHistoryPage {
  /** The latest first. */
  readonly changes: readonly RulesChange[];
  /** Whether all blocks were looked at; otherwise the next question goes on. */
  readonly isWhole: boolean;
}

/** So many blocks are looked at for one question. */
const BLOCKS_MAX = 5_000;
const DIFFERENCES_MAX = 100;

interface Reading {
  height: number;
  last: Digest | null;
  /** How often the partition went over to which rules. */
  readonly times: Map<string, number>;
}

export class RulesHistory {
  private readonly log: Pick<EventLog, 'read' | 'end' | 'partitions'>;
  private readonly blocks: LedgerBlocks;
  private readonly rules: RulesLog;
  private readonly readings: readonly Reading[];
  private readonly changes = new Map<string, RulesChange>();

  constructor(log: Pick<EventLog, 'read' | 'end' | 'partitions'>) {
    this.log = log;
    this.blocks = new LedgerBlocks(log);
    this.rules = new RulesLog(log);
    this.readings = Array.from({ length: log.partitions }, () => ({ height: 0, last: null, times: new Map() }));
  }

  page(blocksMax = BLOCKS_MAX): RulesHistoryPage {
    let left = blocksMax;
    for (const [partition, reading] of this.readings.entries()) left -= this.readOn(partition, reading, left);
    const isWhole = this.readings.every(({ height }, partition) => {
      return BigInt(height) >= this.log.end('ledger.v1', partition);
    });
    const changes = [...this.changes.values()].sort((one, other) => other.at - one.at);
    return { changes, isWhole };
  }

  /** How many blocks were looked at. */
  private readOn(partition: number, reading: Reading, most: number): number {
    const first = reading.height;
    const changed: { readonly height: number; readonly before: Digest | null; readonly rules: Digest }[] = [];
    const end = this.log.end('ledger.v1', partition);
    if (most <= 0 || BigInt(first) >= end) return 0;
    for (const { payload, from } of this.log.read('ledger.v1', partition, BigInt(first))) {
      forEachValue(payload, reading.height - Number(from), (start, to) => {
        if (reading.height - first >= most) return;
        const rules = rulesHashOfBeginning(payload.subarray(start, to));
        if (rules !== reading.last) changed.push({ height: reading.height, before: reading.last, rules });
        reading.last = rules;
        reading.height++;
      });
      if (reading.height - first >= most) break;
    }
    for (const one of changed) this.add(partition, reading, one);
    return reading.height - first;
  }

  private add(
    partition: number,
    { times }: Reading,
    { height, before, rules }: { readonly height: number; readonly before: Digest | null; readonly rules: Digest },
  ): void {
    const id = digestToHex(rules);
    const nth = (times.get(id) ?? 0) + 1;
    times.set(id, nth);
    const name = `${id} ${nth}`;
    const known = this.changes.get(name);
    const { header } = this.blocks.at(partition, height);
    const { changes } = changesIn(this.log, this.blocks, { partition, height }, before);
    const effect = changes.find(({ kind }) => kind === 'rules')?.effect;
    const from = before === null ? null : digestToHex(before);
    this.changes.set(name, {
      rules: id,
      before: known?.before ?? from,
      at: Math.min(header.as_of, known?.at ?? Number.POSITIVE_INFINITY),
      differences: known?.differences ?? (from === null ? [] : this.differences(from, id)),
      count: (known?.count ?? 0) + (effect?.count ?? 0),
      value: added(known?.value ?? [], effect?.value ?? []),
    });
  }

  private differences(before: string, after: string): RulesDifference[] {
    const [was, is] = [before, after].map((hash) => leavesOf(JSON.parse(canonicalRules(this.rules.get(hash))), ''));
    return [...new Set([...was!.keys(), ...is!.keys()])]
      .filter((path) => was!.get(path) !== is!.get(path))
      .sort()
      .slice(0, DIFFERENCES_MAX)
      .map((path) => ({ path, before: was!.get(path) ?? null, after: is!.get(path) ?? null }));
  }
}

function added(left: ChangeEffect['value'], right: ChangeEffect['value']): ChangeEffect['value'] {
  return [...Map.groupBy([...left, ...right], ({ currency }) => currency)].map(([currency, sums]) => {
    return { currency, amount: formatDecimal(sums.map(({ amount }) => decimalOf(amount)).reduce(addDecimal)) };
  });
}

/** The values of a JSON document by their paths; of what has no members there are none. */
function leavesOf(value: unknown, path: string): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const inner = Object.entries(value).flatMap(([name, one]) => [
    ...leavesOf(one, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(inner);
}
