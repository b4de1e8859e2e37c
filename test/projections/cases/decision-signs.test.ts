// Signs of fraud in decisions: over the facts as they lie in the log, whatever the ledger makes of them.
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/domain/assessment.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import {
  approved,
  OTIENO,
  proposed,
  rejected,
  SERVICE,
  STRANGER,
  WANJIRU,
  ZHANG,
} from '../../matching/given-decisions.ts';
import { NOON, withLiveLedger } from '../../service/ledger/given-live-ledger.ts';

const RULES = parseRules({ review: { threshold: { KES: '100.00' } }, decision_keys: [SERVICE.signer] });
const finding = (amount: string): Finding => ({
  ...{ stage: 'payment', kind: 'unmatched', reason: 'AMOUNT_UNDER', subject: 'P-1', expected: '1000.00' },
  ...{ observed: '900.00', difference: `-${amount}`, currency: 'KES', opened_at: NOON },
});
let made = 0;
const writeOff = (amount: string, by = ZHANG, at = NOON) => proposed(finding(amount), { by, at, key: `k-${made++}` });

const signsOf = (...facts: Fact[]) =>
  withLiveLedger(async ({ ledger }) => {
    await ledger.writer.append(facts);
    return ledger.ask({ query: 'decisionSigns', rules: RULES, now: NOON });
  });

describe('write-offs of a day', () => {
  test('come together by person and currency, without those of other days and those that were rejected', async () => {
    const taken = writeOff('50.00');
    const facts = [
      writeOff('60.00'),
      writeOff('40.00'),
      writeOff('70.00', OTIENO),
      writeOff('99.00', ZHANG, NOON - 86_400_000),
    ];
    const { writtenOff } = await signsOf(...facts, taken, rejected(taken, { by: ZHANG, at: NOON }));
    expect(writtenOff).toEqual([
      { about: 'p-zhang KES', currency: 'KES', sum: 100_00n, threshold: 100_00n, below: 0 },
      { about: 'p-otieno KES', currency: 'KES', sum: 70_00n, threshold: 100_00n, below: 0 },
    ]);
  });

  test('are no sign where no service that the rules name signed them', async () => {
    const other = proposed(finding('90.00'), { by: ZHANG, at: NOON, signedBy: STRANGER });
    const signed = writeOff('90.00');
    const forged = { ...signed, body: { ...signed.body, by: OTIENO } };
    const taken = writeOff('50.00', WANJIRU);
    const { writtenOff } = await signsOf(other, forged, taken, rejected(taken, { at: NOON, signedBy: STRANGER }));
    expect(writtenOff.map(({ about, sum }) => [about, sum])).toEqual([['p-wanjiru KES', 50_00n]]);
  });

  test('are read again once the rules name another service', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([proposed(finding('90.00'), { by: ZHANG, at: NOON, signedBy: STRANGER })]);
      const ask = (...keys: string[]) =>
        ledger.ask({ query: 'decisionSigns', rules: { ...RULES, decision_keys: keys }, now: NOON });
      expect((await ask(SERVICE.signer)).writtenOff).toEqual([]);
      expect((await ask(SERVICE.signer, STRANGER.signer)).writtenOff).toHaveLength(1);
    }));

  test('are just below the threshold from eight tenths of it on', async () => {
    const amounts = ['79.99', '80.00', '99.99', '100.00'];
    const { writtenOff } = await signsOf(...amounts.map((amount) => writeOff(amount)));
    expect(writtenOff.map(({ below }) => below)).toEqual([2]);
  });
});

test('pairs of maker and checker are told once there are ten approvals', async () => {
  const approvals = (count: number, by = ZHANG) =>
    Array.from({ length: count }, () => writeOff('300.00', by)).flatMap((one) => {
      return [one, approved(one, { by: WANJIRU, at: NOON, key: `k-${made++}` })];
    });
  expect((await signsOf(...approvals(9))).pairs).toEqual([]);
  expect((await signsOf(...approvals(9), ...approvals(1, OTIENO))).pairs).toEqual([
    { about: 'p-zhang + p-wanjiru', share: 0.9 },
    { about: 'p-otieno + p-wanjiru', share: 0.1 },
  ]);
});
