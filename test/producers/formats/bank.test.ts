// Lines of a bank's statement: whose payout they name, and what is kept of their text.
import { describe, expect, test } from 'vitest';
import { read } from '../import-helpers.ts';

const HEADER = 'account,bank_reference,value_date,amount,currency,narration,payout_id';
const lines = (...rows: string[]) => read('bank', `${HEADER}\n${rows.join('\n')}\n`);

describe('a line of a bank', () => {
  test('that names a payout is held against it, and its text is hidden', async () => {
    const { facts, topics } = await lines('KE-1,B1,2026-06-03,985,KES,PAYOUT PAY-9 OF JANE DOE,PAY-9');
    expect(topics).toEqual(['settlements.v1']);
    expect(facts[0]).toMatchObject({
      transaction_reference: '!mfs-africa:PAY-9',
      payout: 'PAY-9',
      occurred_at: null,
      body: {
        type: 'BankLineReported',
        bank_account: 'KE-1',
        amount: '985.00',
        currency: 'KES',
        value_date: '2026-06-03',
        bank_reference: 'B1',
      },
    });
    expect(facts[0]?.body).toMatchObject({ narration: 'hash(PAYOUT PAY-9 OF JANE DOE)' });
  });

  test('that names none goes by its own reference', async () => {
    const { facts } = await lines('KE-1,B1,2026-06-03,-20.00,KES,,');
    expect(facts[0]).toMatchObject({ transaction_reference: '!mfs-africa:B1', payout: null });
    expect(facts[0]?.body).toMatchObject({ amount: '-20.00', narration: null });
  });

  test('is one line in overlapping statements, whatever its text, and two where it stands twice', async () => {
    const first = await lines('KE-1,B1,2026-06-03,985.00,KES,one text,');
    const again = await lines('KE-1,B1,2026-06-03,985,KES,another text,', 'KE-1,B1,2026-06-03,985.00,KES,,');
    expect(again.facts[0]?.id).toBe(first.facts[0]?.id);
    expect(again.facts[1]?.id).not.toBe(first.facts[0]?.id);
  });

  test.each([
    [',B1,2026-06-03,1,KES,,', 'account HESABU_FIELD_MISSING'],
    ['KE-1,,2026-06-03,1,KES,,', 'bank_reference HESABU_FIELD_MISSING'],
    ['KE-1,B1,2026-06-31,1,KES,,', 'value_date HESABU_DATE_INVALID'],
    ['KE-1,B1,2026-06-03,,KES,,', 'amount HESABU_FIELD_MISSING'],
    ['KE-1,B1,2026-06-03,25.000,KES,,', 'amount HESABU_AMOUNT_AMBIGUOUS'],
    ['KE-1,B1,2026-06-03,1,kex,,', 'currency HESABU_CURRENCY_UNKNOWN'],
  ])('%s is refused: %s', async (row, fault) => {
    expect((await lines(row)).faults).toEqual([`2 ${fault}`]);
  });
});
