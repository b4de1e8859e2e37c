// The read model of rules.v1: every set of rules that a block was made under, by its hash.

import { HesabuError } from '../domain/errors.ts';
import type { EventLog } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import {
  type CompiledRules,
  canonicalRules,
  compileRules,
  parseRules,
  type Rules,
  rulesHash,
} from '../matching/rules.ts';

/** Looks up rules by their hash in hex; throws where the ledger names rules that are not kept. */
export type RulesByHash = (hash: string) => CompiledRules;

export class RulesStore {
  private readonly log: Pick<EventLog, 'read'>;
  private readonly rules = new Map<string, Rules>();
  private readonly compiled = new Map<string, CompiledRules>();
  /** The last that were kept. */
  private last: string | undefined;

  constructor(log: Pick<EventLog, 'read'>) {
    this.log = log;
    this.readOn();
  }

  /** The rules with this hash in hex. Throws HESABU_LEDGER_TAMPERED where the ledger names rules that are not kept. */
  get(hash: string): Rules {
    if (!this.rules.has(hash)) this.readOn();
    const rules = this.rules.get(hash);
    if (rules !== undefined) return rules;
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where: 'rules.v1', expected: `rules with the hash ${hash}` });
  }

  compiledWith(hash: string): CompiledRules {
    let compiled = this.compiled.get(hash);
    if (compiled === undefined) {
      compiled = compileRules(this.get(hash));
      this.compiled.set(hash, compiled);
    }
    return compiled;
  }

  /** Keeps rules, if they are not kept yet, and returns their hash. */
  async keep(rules: Rules, log: EventLog): Promise<string> {
    const hash = rulesHash(rules);
    if (!this.rules.has(hash)) await this.append(rules, log);
    return hash;
  }

  /** Makes rules the last that are kept: those that workers go by. Returns their hash. */
  async putLast(rules: Rules, log: EventLog): Promise<string> {
    this.readOn();
    const hash = rulesHash(rules);
    if (this.last !== hash) await this.append(rules, log);
    return hash;
  }

  private async append(rules: Rules, log: EventLog): Promise<void> {
    const builder = new BatchBuilder(4096);
    builder.add(Buffer.from(canonicalRules(rules)));
    await log.append([{ topic: 'rules.v1', partition: 0, source: 0, ...builder.take() }]);
    this.add(rules);
  }

  private add(rules: Rules): void {
    this.last = rulesHash(rules);
    this.rules.set(this.last, rules);
  }

  private readOn(): void {
    for (const batch of this.log.read('rules.v1', 0, 0n)) {
      forEachValue(batch.payload, 0, (start, end) => {
        this.add(parseRules(JSON.parse(batch.payload.toString('utf8', start, end))));
      });
    }
  }
}
