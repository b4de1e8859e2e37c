// A mapping that was stored with an import reads files as it did.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { readStoredMapping, storedMapping } from '../../../src/producers/files/mapping-record.ts';
import { PROVIDERS } from '../../../src/providers/registry.ts';

/** Every form that a mapping may have a map in. */
const WRITTEN = `
settlements:
  footer: [Total]
  unit: { KES: minor, UGX: major }
  currency_signs: { Ksh: KES }
  prefix: A-
  rows: { where: { Status: [Done, Settled] }, not: { Kind: [Test] } }
  columns:
    transaction_reference: { from: [Ref, Reference], pattern: "^R-(.*)$" }
    amount_received: { plus: [In], minus: [Out] }
    type: { from: [Kind], when: [{ value: refund, where: { Sign: ["-"] } }] }
  constants: { currency: KES }
  words: { type: { Sale: payment, "*": unclassified } }
orders:
  prefix: { shop-1: A-, shop-2: B- }
  columns: { merchant: Shop, amount: { sum: [Net, Tax] } }
`;

describe('a stored mapping', () => {
  test('is the same mapping, in every form that it may have', () => {
    const { settlements, orders } = parseMappings(WRITTEN, 'a test');
    for (const mapping of [settlements!, orders!]) expect(readStoredMapping(storedMapping(mapping))).toEqual(mapping);
  });

  test('is the same for every export of every provider', () => {
    const written = PROVIDERS.flatMap(({ exports }) => exports.flatMap(({ mapping }) => mapping ?? []));
    expect(written.length).toBeGreaterThan(5);
    for (const text of written) {
      for (const mapping of Object.values(parseMappings(text, 'an export'))) {
        expect(readStoredMapping(storedMapping(mapping))).toEqual(mapping);
      }
    }
  });
});
