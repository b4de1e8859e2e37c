// The rules that all workers of a ledger go by: the last that were written to rules.v1.

import type { Kafka } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { appendRules, readRulesTopic } from '../../log/kafka/rules-topic.ts';
import {
  type CompiledRules,
  canonicalRules,
  compileRules,
  DEFAULT_RULES,
  parseRules,
  type Rules,
  rulesHash,
} from '../../matching/rules.ts';

export class SharedRules {
  private readonly kafka: Kafka;
  private readonly prefix: string;
  private readonly known = new Map<string, CompiledRules>();
  private last: CompiledRules | undefined;
  private end = 0n;

  private constructor(kafka: Kafka, prefix: string) {
    this.kafka = kafka;
    this.prefix = prefix;
  }

  /** Puts `rules` in force, where they are given and others are; the defaults, where there were none. */
  static async open(kafka: Kafka, prefix: string, rules: Rules | undefined): Promise<SharedRules> {
    const shared = new SharedRules(kafka, prefix);
    await shared.refresh();
    const wanted = rules ?? (shared.last === undefined ? DEFAULT_RULES : undefined);
    if (wanted !== undefined && rulesHash(wanted) !== shared.last?.hash) {
      await appendRules(kafka, prefix, canonicalRules(wanted));
      await shared.refresh();
    }
    return shared;
  }

  get inForce(): CompiledRules {
    return this.last!;
  }

  /** Throws HESABU_LEDGER_TAMPERED where the ledger names rules that nobody kept. */
  byHash(hash: string): CompiledRules {
    const rules = this.known.get(hash);
    if (rules !== undefined) return rules;
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where: 'rules.v1', expected: `rules with the hash ${hash}` });
  }

  /** Reads what was written since. */
  async refresh(): Promise<void> {
    const { texts, end } = await readRulesTopic(this.kafka, this.prefix, this.end);
    this.end = end;
    for (const text of texts) {
      const compiled = compileRules(parseRules(JSON.parse(text)));
      this.known.set(compiled.hash, compiled);
      this.last = compiled;
    }
  }
}
