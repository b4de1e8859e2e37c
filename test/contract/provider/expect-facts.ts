// What holds of the facts and faults of every provider.

import { expect } from 'vitest';
import { currencyExponent } from '../../../src/domain/currency.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import type { ProviderSample } from './sample.ts';

/** Amounts are decimal texts with exactly the decimals of their currency. */
export function expectExact(facts: readonly Fact[]): void {
  for (const { body } of facts) {
    const amount = body.type === 'SettlementLineReported' ? body.gross : 'amount' in body ? body.amount : null;
    const currency = 'currency' in body ? body.currency : null;
    if (amount === null || currency === null) continue;
    const exponent = currencyExponent(currency)!;
    expect(amount).toMatch(new RegExp(`^-?\\d+${exponent === 0 ? '' : `\\.\\d{${exponent}}`}$`));
  }
}

export function expectNoSecret(text: string, secrets: ProviderSample['secrets']): void {
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
}

/** The bytes with each of their bits changed, one at a time. */
export function* withBitChanged(bytes: Uint8Array): Iterable<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    yield changed;
  }
}
