// The rules of a ledger, told from the heads of its partitions.
import { expect, test } from 'vitest';
import { rulesInForce } from '../../../src/engine/executors/executors.ts';
import { digestFromHex } from '../../../src/ledger/digest.ts';
import { emptyHead } from '../../../src/ledger/head.ts';
import { DEFAULT_RULES } from '../../../src/matching/rules.ts';
import type { RulesLog } from '../../../src/task/rules-log.ts';

const OWN = { ...DEFAULT_RULES, zone: 'Africa/Nairobi' };
const HASH = 'ab'.repeat(32);
const rulesLog = { get: (hash: string) => (hash === HASH ? OWN : undefined) } as unknown as RulesLog;

test('a ledger that ended before it had a time has the rules of its first blocks', () => {
  const begun = { ...emptyHead(1), height: 0, rules_hash: digestFromHex(HASH)! };
  expect(rulesInForce([emptyHead(0), begun], rulesLog)).toBe(OWN);
  expect(rulesInForce([emptyHead(0), emptyHead(1)], rulesLog)).toBe(DEFAULT_RULES);
});
