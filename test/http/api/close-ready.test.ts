// When a day is ready to be closed: by the same rules by which a proposal to close it is taken.
import { expect, test } from 'vitest';
import { isReadyToClose } from '../../../src/http/api/close-conditions.ts';
import type { LedgerPort } from '../../../src/http/ledger-port.ts';
import { MONDAY, withClosing } from './given-closes.ts';

test('a day that does not add up is not ready, and one without a statement is none', () =>
  withClosing(async ({ given }) => {
    const { ledger, parts } = given;
    const { statements, loop, reader, cases } = ledger;
    const residuals: { readonly key: string; readonly amount: { digits: bigint; scale: number } }[] = [];
    const ofDay: LedgerPort['statements']['ofDay'] = async (day, since) => {
      const found = await statements.ofDay(day, since);
      return { ...found, statements: found.statements.map((sums) => ({ ...sums, residuals })) };
    };
    const odd = { loop, reader, cases, statements: { ofDay, periods: () => statements.periods() } };
    const isReady = (merchant: string, day: string) =>
      isReadyToClose({ ...parts, ledger: odd as unknown as LedgerPort }, merchant, day);
    expect(await isReady('shop-1', MONDAY)).toBe(true);
    expect(await isReady('shop-9', MONDAY)).toBe(false);
    residuals.push({ key: 'A-1', amount: { digits: 1n, scale: 2 } });
    expect(await isReady('shop-1', MONDAY)).toBe(false);
    expect(await isReady('*', MONDAY)).toBe(false);
  }));
