// The rule of which account may speak for whom, from the configured accounts.
import { expect, test } from 'vitest';
import { DEFAULT_RULES, parseRules } from '../../../src/matching/rules.ts';
import { withAccountRules, withServiceRules } from '../../../src/service/config/service-rules.ts';

const [KEY, OTHER_KEY] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
const MAIN = { provider: 'mfs-africa', account: 'main', merchants: ['*'] };
const KENYA = { provider: 'mfs-africa', account: 'kenya', merchants: ['shop-b', 'shop-a'] };

test('accounts that take all payments leave the rules as they are', () => {
  expect(withAccountRules(DEFAULT_RULES, DEFAULT_RULES, [MAIN])).toBe(DEFAULT_RULES);
  expect(withAccountRules(DEFAULT_RULES, DEFAULT_RULES, [])).toBe(DEFAULT_RULES);
});

test('each account speaks for its merchants', () => {
  expect(withAccountRules(DEFAULT_RULES, DEFAULT_RULES, [MAIN, KENYA]).accounts).toEqual({
    'mfs-africa/main': ['*'],
    'mfs-africa/kenya': ['shop-a', 'shop-b'],
  });
});

test('an account that was removed keeps what it may say, unless the rules file says otherwise', () => {
  const inForce = withAccountRules(DEFAULT_RULES, DEFAULT_RULES, [MAIN, KENYA]);
  expect(withAccountRules(DEFAULT_RULES, inForce, [MAIN]).accounts).toEqual(inForce.accounts);
  const file = parseRules({ accounts: { 'mfs-africa/kenya': [] } });
  expect(withAccountRules(file, inForce, [MAIN]).accounts).toEqual({
    'mfs-africa/main': ['*'],
    'mfs-africa/kenya': [],
  });
});

test('the key of decisions is added to those in force, and not where others make the blocks', () => {
  const inForce = parseRules({ decision_keys: [KEY] });
  expect(withServiceRules(DEFAULT_RULES, inForce, [MAIN], OTHER_KEY).decision_keys).toEqual([KEY, OTHER_KEY]);
  expect(withServiceRules(DEFAULT_RULES, inForce, [MAIN], KEY).decision_keys).toEqual([KEY]);
  expect(withServiceRules(DEFAULT_RULES, inForce, [MAIN], null).decision_keys).toEqual([KEY]);
  expect(withServiceRules(DEFAULT_RULES, DEFAULT_RULES, [MAIN], null)).toEqual(DEFAULT_RULES);
});
