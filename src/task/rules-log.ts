// The rules in rules.v1 of a log: fills the store of rules from it, and appends new rules to it.

import type { EventLog } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import { type CompiledRules, canonicalRules, type Rules, rulesHash } from '../matching/rules.ts';
import { RulesStore } from './rules-store.ts';

export class RulesLog {
  private readonly log: Pick<EventLog, 'read'>;
  private readonly store = new RulesStore();
  /** The offset of the first value that was not read. */
  private next = 0n;

  constructor(log: Pick<EventLog, 'read'>) {
    this.log = log;
    this.readOn();
  }

  /** Whether the log has the rules with this hash in hex. */
  has(hash: string): boolean {
    return this.knowing(hash).has(hash);
  }

  /** The rules with this hash in hex. Throws HESABU_LEDGER_TAMPERED if the log does not have them. */
  get(hash: string): Rules {
    return this.knowing(hash).get(hash);
  }

  compiledWith(hash: string): CompiledRules {
    return this.knowing(hash).compiledWith(hash);
  }

  /** Stores rules, if they are not stored yet, and returns their hash. */
  async keep(rules: Rules, log: EventLog): Promise<string> {
    const hash = rulesHash(rules);
    if (!this.store.has(hash)) await this.append(rules, log);
    return hash;
  }

  /** Stores rules as the last ones, which workers use. Returns their hash. */
  async putLast(rules: Rules, log: EventLog): Promise<string> {
    this.readOn();
    const hash = rulesHash(rules);
    if (this.store.hashInForce !== hash) await this.append(rules, log);
    return hash;
  }

  private async append(rules: Rules, log: EventLog): Promise<void> {
    const text = canonicalRules(rules);
    const builder = new BatchBuilder(4096);
    builder.add(Buffer.from(text));
    await log.append([{ topic: 'rules.v1', partition: 0, source: 0, ...builder.take() }]);
    this.store.take(text);
  }

  /** Unknown rules may have been written since, by another thread or process. */
  private knowing(hash: string): RulesStore {
    if (!this.store.has(hash)) this.readOn();
    return this.store;
  }

  private readOn(): void {
    for (const { payload, to } of this.log.read('rules.v1', 0, this.next)) {
      forEachValue(payload, 0, (start, end) => this.store.take(payload.toString('utf8', start, end)));
      this.next = to;
    }
  }
}
