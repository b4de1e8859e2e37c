// The rules by their hash: all that were ever in force, and those in force now. A reader of rules.v1 fills the store,
// from any log.

import { HesabuError } from '../domain/errors.ts';
import { digestToHex } from '../ledger/digest.ts';
import type { LedgerHead } from '../ledger/head.ts';
import { type CompiledRules, compileRules, parseRules, type Rules, rulesHash } from '../matching/rules.ts';

/** Looks up rules by their hash in hex; throws if the ledger names rules that are not stored. */
export type RulesByHash = (hash: string) => CompiledRules;

/** The rules of the block before; those of the first block before it. */
export function rulesBefore(head: LedgerHead, byHash: RulesByHash, rules: CompiledRules): CompiledRules {
  return head.height < 0 ? rules : byHash(digestToHex(head.rules_hash));
}

export class RulesStore {
  private readonly rules = new Map<string, Rules>();
  private readonly compiled = new Map<string, CompiledRules>();
  private last: string | undefined;

  /** Takes the records of rules.v1 one after the other: the last one is in force. */
  take(text: string): void {
    const rules = parseRules(JSON.parse(text));
    this.last = rulesHash(rules);
    this.rules.set(this.last, rules);
  }

  has(hash: string): boolean {
    return this.rules.has(hash);
  }

  /** The hash in hex of the rules in force; undefined before the first. */
  get hashInForce(): string | undefined {
    return this.last;
  }

  /** The rules with this hash in hex. Throws HESABU_LEDGER_TAMPERED if the ledger names rules that are not stored. */
  get(hash: string): Rules {
    const rules = this.rules.get(hash);
    if (rules !== undefined) return rules;
    throw new HesabuError('HESABU_LEDGER_TAMPERED', { where: 'rules.v1', expected: `rules with the hash ${hash}` });
  }

  /** The same, compiled once. */
  compiledWith(hash: string): CompiledRules {
    let compiled = this.compiled.get(hash);
    if (compiled === undefined) {
      compiled = compileRules(this.get(hash));
      this.compiled.set(hash, compiled);
    }
    return compiled;
  }
}
