// The rules that a ledger was made under are found by their hash, in any log.
import { describe, expect, test } from 'vitest';
import { MemoryLog } from '../../src/log/memory.ts';
import { canonicalRules, parseRules, rulesHash } from '../../src/matching/rules.ts';
import { RulesLog } from '../../src/task/rules-log.ts';
import { RulesStore } from '../../src/task/rules-store.ts';

const [UTC, SHANGHAI] = [parseRules({ zone: 'UTC' }), parseRules({ zone: 'Asia/Shanghai' })];
const UNKNOWN = /^HESABU_LEDGER_TAMPERED: rules.v1: .* expected rules with the hash 00ff/;

describe('a store of rules', () => {
  test('knows all that it took by their hash, and the last of them in force', () => {
    const store = new RulesStore();
    expect(store.hashInForce).toBe(undefined);
    for (const rules of [UTC, SHANGHAI, UTC]) {
      store.take(canonicalRules(rules));
      expect(store.hashInForce).toBe(rulesHash(rules));
    }
    for (const rules of [UTC, SHANGHAI]) {
      const hash = rulesHash(rules);
      expect([store.has(hash), store.get(hash), store.compiledWith(hash).hash]).toEqual([true, rules, hash]);
      expect(store.compiledWith(hash)).toBe(store.compiledWith(hash));
    }
  });

  test('refuses a hash that it does not know', () => {
    const store = new RulesStore();
    expect(store.has('00ff')).toBe(false);
    expect(() => store.get('00ff')).toThrow(UNKNOWN);
    expect(() => store.compiledWith('00ff')).toThrow(UNKNOWN);
  });
});

describe('the rules of a log', () => {
  const valuesIn = (log: MemoryLog) => Number(log.end('rules.v1', 0));

  test('are written once, and found by every reader of the same log', async () => {
    const log = new MemoryLog(2);
    const [writer, reader] = [new RulesLog(log), new RulesLog(log)];
    const hash = await writer.keep(UTC, log);
    expect([hash, await writer.keep(UTC, log), valuesIn(log)]).toEqual([rulesHash(UTC), hash, 1]);
    expect(reader.get(hash)).toEqual(UTC);
    expect(new RulesLog(log).compiledWith(hash).hash).toBe(hash);
    expect(() => reader.get('00ff')).toThrow(UNKNOWN);
  });

  test('are written again where others were put in force since', async () => {
    const log = new MemoryLog(1);
    const [one, other] = [new RulesLog(log), new RulesLog(log)];
    await one.putLast(UTC, log);
    await one.putLast(UTC, log);
    expect(valuesIn(log)).toBe(1);
    await other.putLast(SHANGHAI, log);
    await one.putLast(UTC, log);
    expect(valuesIn(log)).toBe(3);
    await one.keep(SHANGHAI, log);
    expect(valuesIn(log)).toBe(3);
  });
});
