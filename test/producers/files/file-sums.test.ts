// The sums of a file: exact, by currency, of the amounts that its facts have.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMinor } from '../../../src/domain/money.ts';
import { FileSummer } from '../../../src/producers/files/file-sums.ts';
import { read, SETTLEMENT_HEADER } from '../import-helpers.ts';

describe('the sums of a file', () => {
  test('are of the gross and the fees by currency, and not of rejected rows', async () => {
    const rows = [
      'A,T1,payment,1000.10,KES,15.5,2026-02-01',
      'B,T2,refund,-0.20,KES,,2026-02-01',
      'C,T3,payment,3000,UGX,0.155,2026-02-01',
      'D,T4,payment,x,KES,1,2026-02-01',
    ];
    const { result } = await read('settlements', `${SETTLEMENT_HEADER}\n${rows.join('\n')}\n`);
    expect([result.sums, result.fees]).toEqual([
      { KES: '999.90', UGX: '3000' },
      { KES: '15.50', UGX: '0.155' },
    ]);
  });

  test('are exact for any amounts', () => {
    const minor = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
      fc.bigInt({ min: -99n, max: 99n }),
    );
    fc.assert(
      fc.property(fc.constantFrom('KES', 'UGX', 'TND'), fc.array(minor, { minLength: 1 }), (currency, minors) => {
        const summer = new FileSummer();
        for (const one of minors) {
          const body = { type: 'BankLineReported', amount: formatMinor(one, currency), currency };
          summer.add({ body } as never);
        }
        const total = formatMinor(
          minors.reduce((sum, one) => sum + one),
          currency,
        );
        expect(summer.result).toEqual({ sums: { [currency]: total }, fees: {} });
      }),
    );
  });
});
