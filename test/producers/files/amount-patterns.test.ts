// Amounts that a pattern takes out of a text: with all their figures and their minus, or not at all.
import { expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

const line = (part: string, amount: string) =>
  read('settlements', `${SETTLEMENT_HEADER}\nR1,T1,adjustment,"${amount}",KES,,2026-06-02\n`, {
    mapping: parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements,
  });

test.each([
  ['[0-9.]+', 'KES 1,234.00'],
  ['KES ([0-9]+)', 'KES 1234.50'],
  ['[0-9]{3}[.][0-9]{2}', '1,234.50'],
  ['[0-9.]+', 'KES -5.00'],
])('a pattern %s that cuts a number is refused: %s', async (pattern, amount) => {
  const part = `columns: { amount_received: { from: amount_received, pattern: "${pattern}" } }`;
  expect((await line(part, amount)).faults).toEqual(['2 amount_received HESABU_AMOUNT_INVALID']);
});

test.each([
  ['KES ([0-9.]+)', 'KES 1234.50, by phone', '1234.50'],
  ['-?[0-9.]+', 'KES -5.00', '-5.00'],
  ['[0-9]+[.][0-9]{2}', 'FEE-10.00.', '10.00'],
  ['([0-9]+) of', '5 of 7', '5.00'],
])('a pattern %s takes a whole number: %s', async (pattern, amount, gross) => {
  const part = `columns: { amount_received: { from: amount_received, pattern: "${pattern}" } }`;
  const { facts, faults } = await line(part, amount);
  expect(faults).toEqual([]);
  expect(settledOf(facts[0]).gross).toBe(gross);
});
