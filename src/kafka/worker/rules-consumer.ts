// The rules that all workers of a ledger use: the last record of rules.v1.

import { HesabuError } from '../../domain/errors.ts';
import {
  type CompiledRules,
  canonicalRules,
  compileRules,
  DEFAULT_RULES,
  parseRules,
  type Rules,
  rulesHash,
} from '../../matching/rules.ts';
import { checkIdentity } from '../records/ledger-identity.ts';
import { appendRules, type RulesCluster, readRulesTopic } from '../records/rules-topic.ts';

export class RulesConsumer {
  private readonly cluster: RulesCluster;
  private readonly known = new Map<string, CompiledRules>();
  private last: CompiledRules | undefined;
  private end = 0n;
  /** One after another: a reading that began earlier and ended later would restore older rules. */
  private reading: Promise<void> = Promise.resolve();

  private constructor(cluster: RulesCluster) {
    this.cluster = cluster;
  }

  /**
   * Puts `rules` in force, if given and different; the defaults, if there are none. Throws HESABU_PARTITIONS_CHANGED
   * and HESABU_SCHEMA_CHANGED if the cluster differs from the ledger's original one.
   */
  static async open(cluster: RulesCluster, rules: Rules | undefined): Promise<RulesConsumer> {
    const shared = new RulesConsumer(cluster);
    await shared.refresh();
    const wanted = rules ?? (shared.last === undefined ? DEFAULT_RULES : undefined);
    if (wanted !== undefined && rulesHash(wanted) !== shared.last?.hash) {
      await appendRules(cluster, canonicalRules(wanted));
      await shared.refresh();
    }
    return shared;
  }

  get inForce(): CompiledRules {
    return this.last!;
  }

  /** Throws HESABU_LEDGER_TAMPERED if the ledger refers to unknown rules. */
  byHash(hash: string): CompiledRules {
    const rules = this.known.get(hash);
    if (rules !== undefined) return rules;
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where: 'rules.v1', expected: `rules with the hash ${hash}` });
  }

  /** Reads new rules. */
  refresh(): Promise<void> {
    const done = this.reading.then(() => this.readOn());
    this.reading = done.catch(() => {});
    return done;
  }

  private async readOn(): Promise<void> {
    const { records, end } = await readRulesTopic(this.cluster, this.end);
    for (const { text, headers } of records) {
      checkIdentity(headers, this.cluster);
      const compiled = compileRules(parseRules(JSON.parse(text)));
      this.known.set(compiled.hash, compiled);
      this.last = compiled;
    }
    this.end = end;
  }
}
