// The rules that all workers of a ledger use: the last record of rules.v1.

import {
  type CompiledRules,
  canonicalRules,
  DEFAULT_RULES,
  keepServiceRules,
  type Rules,
  rulesHash,
} from '../../matching/rules.ts';
import { RulesStore } from '../../task/rules-store.ts';
import { checkIdentity } from '../records/ledger-identity.ts';
import { appendRules, type RulesCluster, readRulesTopic } from '../records/rules-topic.ts';

export class RulesConsumer {
  private readonly cluster: RulesCluster;
  private readonly store = new RulesStore();
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
    const { hashInForce } = shared.store;
    const kept =
      hashInForce === undefined || rules === undefined ? rules : keepServiceRules(rules, shared.store.get(hashInForce));
    const wanted = kept ?? (hashInForce === undefined ? DEFAULT_RULES : undefined);
    if (wanted !== undefined && rulesHash(wanted) !== hashInForce) {
      await appendRules(cluster, canonicalRules(wanted));
      await shared.refresh();
    }
    return shared;
  }

  get inForce(): CompiledRules {
    return this.store.compiledWith(this.store.hashInForce!);
  }

  /** Throws HESABU_LEDGER_TAMPERED if the ledger refers to unknown rules. */
  byHash(hash: string): CompiledRules {
    return this.store.compiledWith(hash);
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
      this.store.take(text);
    }
    this.end = end;
  }
}
