// The contents of a data directory, compared with what a killed process had acknowledged, and with an undisturbed run.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { replayLedger } from '../../src/app/replay.ts';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import { FACT_TOPICS } from '../../src/domain/fact.ts';
import { HANDOFFS_TOPIC, type HandoffWord } from '../../src/domain/handoff.ts';
import { readCheckpoint, storedSigner } from '../../src/engine/directory/checkpoints.ts';
import { withReadOnlyLog } from '../../src/engine/directory/read-only-directory.ts';
import { entriesOf } from '../../src/engine/executors/executors.ts';
import { withReadOnlyLedger } from '../../src/engine/read-only-ledger.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { openCheckpoint } from '../../src/ledger/checkpoint.ts';
import { digestToHex } from '../../src/ledger/digest.ts';
import { readFact } from '../../src/log/fact-codec.ts';
import type { LogReader } from '../../src/log/log-reader.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { Imports } from '../../src/projections/imports.ts';
import type { RecentAcks } from './run-week.ts';

/** The words that keys told each other. */
export async function wordsTold(data: string): Promise<Set<HandoffWord>> {
  return withReadOnlyLog(data, (log) => {
    const words = new Set<HandoffWord>();
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(HANDOFFS_TOPIC, partition, 0n)) {
        forEachValue(payload, 0, (from, to) => {
          const { body } = readFact(payload, from, to);
          if (body.type === 'Handoff') words.add(body.word);
        });
      }
    }
    return words;
  });
}

/** Everything that was acknowledged is there. */
export async function expectKept(data: string, recentAcks: readonly RecentAcks[]): Promise<void> {
  if (recentAcks.length === 0) return;
  await withReadOnlyLog(data, (log) => {
    const imports = new Imports(log);
    for (const one of recentAcks) {
      if (one.is === 'imported') {
        const { status, file, rows } = imports.get(one.id)!;
        expect([status, file, rows]).toEqual(['done', one.path, one.rows]);
        expect(readArchive(data, one.id)).toEqual(readFileSync(one.path));
      } else if (one.is === 'advanced') {
        for (const [partition, height, hash] of one.heads) expect(hashAt(log, partition, height)).toBe(hash);
      } else {
        for (const [partition, size] of one.sizes) expect(signedSize(data, partition)).toBeGreaterThanOrEqual(size);
      }
    }
  });
}

function hashAt(log: LogReader, partition: number, height: number): string | undefined {
  for (const { payload } of log.read('ledger.v1', partition, BigInt(height))) {
    return digestToHex(decodeBlock(payload.subarray(4)).hash);
  }
  return undefined;
}

function signedSize(data: string, partition: number): number {
  return openCheckpoint(readCheckpoint(data, partition)!, storedSigner(data)!.verifier).size;
}

/** The outcome of the facts. Amounts are texts; how often or when something was written is omitted. */
export async function outcomeOf(data: string): Promise<unknown> {
  return withReadOnlyLedger(data, async (kept) => {
    const { ask } = kept.executors;
    const { all, findings } = await ask({ query: 'overview' });
    const claims = await ask({ query: 'claimCounts' });
    return {
      root: await ask({ query: 'outcomeRoot' }),
      entries: entriesOf(await ask({ query: 'heads' })),
      keys: all.keys,
      standing: all.standing,
      breaks: all.breaks,
      money: [...all.money].sort().map(([currency, { received, matched, open, returned }]) => {
        return [currency, ...[received, matched, open, returned].map(String)];
      }),
      findings: findings.map(({ key, standing, finding }) => [key, standing, finding]),
      claims,
    };
  });
}

/** The chain verifies, a replay from nothing gives the same bytes, and every fact's original can be shown. */
export async function expectTrue(data: string, root: string): Promise<void> {
  const { sealed, faults } = await verifyDirectory({ data });
  expect({ sealed, faults }).toEqual({ sealed: true, faults: [] });
  expect((await replayLedger({ data, threads: 0 })).outcome_root).toBe(root);
  await withReadOnlyLog(data, (log) => expectRawKept(data, log));
}

/** The archive of a fact is kept up to its line, even if its import was interrupted. */
function expectRawKept(data: string, log: LogReader): void {
  const imports = new Imports(log);
  const linesMax = new Map<number, number>();
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(topic, partition, 0n)) {
        forEachValue(payload, 0, (from, to) => {
          const [id, line] = readFact(payload, from, to).raw.split('/').map(Number) as [number, number];
          linesMax.set(id, Math.max(line, linesMax.get(id) ?? 0));
        });
      }
    }
  }
  for (const [id, line] of linesMax) {
    const { file, status } = imports.get(id)!;
    const [raw, whole] = [readArchive(data, id)!, readFileSync(file)];
    expect(whole.subarray(0, raw.length).equals(raw)).toBe(true);
    expect(raw.toString('latin1').split('\n').length).toBeGreaterThanOrEqual(line);
    if (status === 'done') expect(existsSync(join(data, 'raw', `${id}.zst`))).toBe(true);
  }
}
