// Facts of a small market with every kind of break, and their outcome in one process on one disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../../bench/generate.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { FACT_TOPICS, type FactTopic } from '../../src/domain/fact.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { readKey } from '../../src/log/fact-codec.ts';
import { forEachValue } from '../../src/log/value-frames.ts';

export interface GivenFact {
  readonly topic: FactTopic;
  readonly key: string;
  /** Avro, without a prefix. */
  readonly value: Buffer;
}

export interface GivenFacts {
  readonly facts: readonly GivenFact[];
  /** The same as files. */
  readonly files: Readonly<Record<'orders' | 'callbacks' | 'settlements', string>>;
  /** The outcome root of the embedded mode. */
  readonly root: string;
  /** Of the rules, and the time to use. */
  readonly rules: string;
  readonly asOf: string;
  remove(): void;
}

export async function givenFacts(keys: number): Promise<GivenFacts> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-facts-'));
  return factsIn(dir, generate(keys, join(dir, 'files')));
}

type Files = Pick<ReturnType<typeof generate>, 'orders' | 'callbacks' | 'settlements' | 'rules' | 'asOf'>;

/** The facts of files in a directory that is theirs, and their outcome. */
export async function factsIn(
  dir: string,
  { orders, callbacks, settlements, rules, asOf }: Files,
): Promise<GivenFacts> {
  const data = join(dir, 'books');
  const files = { orders: [orders], callbacks: [callbacks], settlements: [settlements] };
  const { summary } = await reconcile({ ...files, provider: 'mfs-africa', rules, asOf, data, lang: 'en' });
  const log = new EmbeddedLog(data);
  const facts: GivenFact[] = [];
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload } of log.read(topic, partition, 0n)) {
        forEachValue(payload, 0, (start, end) => {
          facts.push({ topic, key: readKey(payload, start), value: Buffer.from(payload.subarray(start, end)) });
        });
      }
    }
  }
  await log.close();
  const remove = () => rmSync(dir, { recursive: true, force: true });
  return { facts, files: { orders, callbacks, settlements }, root: summary.outcome_root, rules, asOf, remove };
}

/** The same in another order; the same order for the same seed. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const result = [...items];
  let state = seed >>> 0 || 1;
  for (let at = result.length - 1; at > 0; at--) {
    // xorshift32: only the order depends on it.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (at + 1);
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}
