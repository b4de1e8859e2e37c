// The rule of which account may speak for whom, from the configured accounts.
import { expect, test } from 'vitest';
import { DEFAULT_RULES, parseRules } from '../../../src/matching/rules.ts';
import { withAccountRules } from '../../../src/service/config/service-rules.ts';

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
