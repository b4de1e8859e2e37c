// The payout stage: lines against payout against bank, in every currency by itself.
import { describe, expect, test } from 'vitest';
import { readPayout } from '../../src/matching/payouts.ts';
import { bankLine, fold, givenPayout, line, payoutPart, t } from './given.ts';

const RULES = { payouts: { due: 'P2D', bank: 'P3D' } };
const LATER = t('20 00:00');

/** A payout line of PAY-9 on 3 March that pays out 985.00. */
function paid(given: Parameters<typeof line>[0] = {}) {
  return line({ id: 'paid', payout: 'PAY-9', line_type: 'payout', gross: '-985.00', payment: 'PAY-9', ...given });
}

/** A line of the account itself in PAY-9. */
function own(line_type: NonNullable<Parameters<typeof line>[0]>['line_type'], gross: string, id: string = line_type!) {
  return line({ id, payout: 'PAY-9', line_type: line_type!, gross, payment: null });
}

describe('a payout', () => {
  test('whose lines, payout and bank line agree is matched', () => {
    const { assessment, shows } = givenPayout(payoutPart(), paid(), bankLine()).at(LATER, RULES);
    shows({ payout: 'matched', found: [], next: null });
    expect(assessment).toMatchObject({ merchant: '', provider: 'mfs-africa', money: [] });
    expect(assessment.findings).toEqual([
      expect.objectContaining({ kind: 'matched', expected: '985.00', observed: '985.00', opened_at: t('3 16:00') }),
    ]);
  });

  test('that does not add up is a break at once, with what is missing', () => {
    const short = { reason: 'PAYOUT_AMOUNT', expected: '985.00', observed: '435.00', difference: '-550.00' } as const;
    const claims = [payoutPart(), paid({ gross: '-435.00' })];
    givenPayout(...claims)
      .at(t('3 09:00'), {})
      .shows({ payout: 'unmatched', found: [short] });
    givenPayout(...claims, bankLine({ amount: '435.00' }))
      .at(LATER, RULES)
      .shows({ payout: 'unmatched', found: [short] });
  });

  test('counts every line of the account as its sign is written: fees, taxes, reserve and release, adjustments', () => {
    const claims = [
      payoutPart({ gross: '10000.00', fees: '150.00', lines: 2 }),
      own('fee', '-500.00'),
      own('fee', '-50.00', 'late fee'),
      own('tax', '-1.00'),
      own('fee', '2.00', 'fee given back'),
      own('reserve', '-1000.00'),
      own('release', '400.00'),
      own('adjustment', '-17.27'),
      own('transfer', '5.00'),
    ];
    givenPayout(...claims, paid({ gross: '-8688.73' }))
      .at(t('3 09:00'), {})
      .shows({ payout: 'pending', found: [] });
    const [sums] = readPayout(fold(claims)).sums;
    expect(sums!.part).toMatchObject({
      gross: '10000.00',
      fees: '699.00',
      returns: '0.00',
      other: '-612.27',
      lines: 10,
    });
  });

  test('is compared in the decimals of its currency, rounded once, however fine its fees are', () => {
    const fine = payoutPart({ currency: 'RWF', gross: '1000', fees: '0.58', lines: 1 });
    const finer = payoutPart({ currency: 'RWF', settlement_date: '2026-03-04', gross: '1000', fees: '0.58' });
    const payout = paid({ currency: 'RWF', gross: '-1999' });
    givenPayout(fine, finer, payout, bankLine({ currency: 'RWF', amount: '1999' }))
      .at(LATER, RULES)
      .shows({ payout: 'matched', found: [] });
  });

  test('in two currencies is two payouts, each of which must add up', () => {
    const dollars = payoutPart({ currency: 'USD', gross: '7.58', fees: '0.00' });
    const claims = [payoutPart(), dollars, paid(), bankLine()];
    givenPayout(...claims)
      .at(LATER, RULES)
      .shows({ payout: 'unmatched', found: [{ reason: 'PAYOUT_MISSING', currency: 'USD', expected: '7.58' }] });
    const both = [
      paid({ id: 'usd', currency: 'USD', gross: '-7.58' }),
      bankLine({ currency: 'USD', amount: '7.58', bank_reference: 'B2' }),
    ];
    givenPayout(...claims, ...both)
      .at(LATER, RULES)
      .shows({ payout: 'matched', found: [] });
  });

  test('whose claw-backs are larger than its sales collects, or has nothing to pay', () => {
    const clawed = payoutPart({ gross: '100.00', fees: '1.00', returns: '-500.00' });
    givenPayout(clawed, paid({ gross: '401.00' }), bankLine({ amount: '-401.00' }))
      .at(LATER, RULES)
      .shows({ payout: 'matched', found: [] });
    givenPayout(clawed)
      .at(LATER, RULES)
      .shows({ payout: 'unmatched', found: [{ reason: 'PAYOUT_MISSING', expected: '-401.00', observed: '0.00' }] });
    const even = payoutPart({ gross: '100.00', fees: '0.00', returns: '-100.00' });
    givenPayout(even).at(LATER, RULES).shows({ payout: 'matched', found: [] });
  });

  test('that comes in several payout lines, or whose provider pays in both ways, is their sum', () => {
    const halves = [paid({ id: 'a', gross: '-1000.00' }), paid({ id: 'b', gross: '15.00' })];
    givenPayout(payoutPart(), ...halves, bankLine())
      .at(LATER, RULES)
      .shows({ payout: 'matched', found: [] });
  });

  test('takes off what the transfer itself cost', () => {
    const cost = paid({ gross: '-960.00', fee: '25.00' });
    givenPayout(payoutPart(), cost, bankLine({ amount: '960.00' }))
      .at(LATER, RULES)
      .shows({ payout: 'matched', found: [] });
  });

  test('with one line in two contents says so, and uses one of them', () => {
    const { assessment } = givenPayout(payoutPart(), paid(), paid({ gross: '-900.00' }), bankLine()).at(LATER, RULES);
    expect(assessment.payout).toBe('unmatched');
    expect(assessment.findings.filter(({ reason }) => reason === 'CONFLICTING_EVIDENCE')).toEqual([
      expect.objectContaining({ stage: 'payout', subject: 'mfs-africa:line:paid' }),
    ]);
  });
});

describe('without rules for payouts', () => {
  test('what is not there yet is pending, for ever', () => {
    for (const claims of [
      [payoutPart()],
      [paid()],
      [payoutPart(), paid()],
      [bankLine()],
      [bankLine({ payout: null })],
    ]) {
      givenPayout(...claims)
        .at(LATER, {})
        .shows({ payout: 'pending', found: [], next: null });
    }
  });

  test('what is there must agree', () => {
    givenPayout(payoutPart(), paid(), bankLine({ amount: '980.00' }))
      .at(t('4 00:00'), {})
      .shows({ payout: 'unmatched', found: [{ reason: 'BANK_AMOUNT', expected: '985.00', observed: '980.00' }] });
  });
});

describe('by its due day', () => {
  // Lines of Tuesday 3 March are due by the end of Thursday in Shanghai, and so is what the bank has by Friday.
  test('lines need a payout', () => {
    givenPayout(payoutPart())
      .at(t('5 15:59'), RULES)
      .shows({ payout: 'pending', found: [], next: t('5 16:00') });
    givenPayout(payoutPart(), payoutPart({ settlement_date: '2026-03-02' }))
      .at(t('5 16:00'), RULES)
      .shows({
        payout: 'unmatched',
        found: [{ reason: 'PAYOUT_MISSING', expected: '1970.00', opened_at: t('5 16:00') }],
      });
  });

  test('a payout needs lines', () => {
    const claims = [paid(), bankLine()];
    givenPayout(...claims)
      .at(t('5 15:59'), RULES)
      .shows({ payout: 'pending', found: [] });
    givenPayout(...claims)
      .at(t('5 16:00'), RULES)
      .shows({ payout: 'unmatched', found: [{ reason: 'PAYOUT_UNEXPLAINED', expected: '0.00', observed: '985.00' }] });
  });

  test('the bank has it, over a weekend and a holiday', () => {
    const rules = { ...RULES, settlement: { holidays: ['2026-03-05'] } };
    const claims = [payoutPart(), paid()];
    givenPayout(...claims)
      .at(t('9 15:59'), rules)
      .shows({ payout: 'pending', found: [], next: t('9 16:00') });
    givenPayout(...claims)
      .at(t('9 16:00'), rules)
      .shows({ payout: 'unmatched', found: [{ reason: 'BANK_MISSING', expected: '985.00', observed: '0.00' }] });
  });

  test('only what the rules ask for: without `bank` nobody waits for the bank', () => {
    const rules = { payouts: { due: 'P2D' } };
    givenPayout(payoutPart(), paid()).at(t('4 00:00'), rules).shows({ payout: 'matched', found: [] });
    givenPayout(payoutPart())
      .at(LATER, rules)
      .shows({ payout: 'unmatched', found: ['PAYOUT_MISSING'] });
  });
});

describe('the bank', () => {
  test('counts as paid where no line says what was paid', () => {
    givenPayout(payoutPart(), bankLine()).at(LATER, RULES).shows({ payout: 'matched', found: [] });
    givenPayout(payoutPart(), bankLine({ amount: '980.00' }))
      .at(LATER, RULES)
      .shows({ payout: 'unmatched', found: [{ reason: 'PAYOUT_AMOUNT', expected: '985.00', observed: '980.00' }] });
    givenPayout(bankLine())
      .at(LATER, RULES)
      .shows({ payout: 'unmatched', found: ['PAYOUT_UNEXPLAINED'] });
  });

  test('may receive a payout in two transfers', () => {
    const halves = [bankLine({ amount: '900.00' }), bankLine({ amount: '85.00', bank_reference: 'B2' })];
    givenPayout(payoutPart(), paid(), ...halves)
      .at(LATER, RULES)
      .shows({ payout: 'matched', found: [] });
  });

  test('that received money without a payout is asked after the same time, and is no payout', () => {
    const unnamed = bankLine({ payout: null });
    // From its own value date, 4 March: by the end of Monday 9 March.
    givenPayout(unnamed)
      .at(t('9 15:59'), RULES)
      .shows({ payout: 'pending', found: [], next: t('9 16:00') });
    givenPayout(unnamed)
      .at(t('9 16:00'), RULES)
      .shows({ payout: 'unmatched', found: [{ reason: 'BANK_UNEXPLAINED', expected: '0.00', observed: '985.00' }] });
    expect(readPayout(fold([unnamed])).isPayout).toBe(false);
  });

  test("that paid something else is nobody's payout", () => {
    givenPayout(bankLine({ payout: null, amount: '-20.00' }))
      .at(LATER, RULES)
      .shows({ payout: 'closed', found: [], next: null });
  });

  test("whose reference is the payout's own id has named it", () => {
    const byReference = bankLine({ payout: null, bank_reference: 'PAY-9' });
    givenPayout(payoutPart(), paid(), byReference).at(LATER, RULES).shows({ payout: 'matched', found: [] });
  });
});

test('what an account pays on a day without a payout is no payout, and nothing waits for it', () => {
  const claims = [line({ id: 'fee', line_type: 'fee', gross: '-50.00', payment: null })];
  givenPayout(...claims)
    .at(LATER, RULES)
    .shows({ payout: 'closed', found: [], next: null });
  expect(readPayout(fold(claims)).isPayout).toBe(false);
});
