// Rows without a reference where accounts speak for some merchants only: no account draws another's rows to a reference
// of its own by naming their ids, whatever comes first.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim, Fact } from '../../src/domain/fact.ts';
import { identityKey } from '../../src/domain/key.ts';
import { compileSpeakers, speakerOf } from '../../src/matching/speakers.ts';
import type { Place } from '../../src/task/resolution/places.ts';
import { resolve } from '../../src/task/resolution/resolution.ts';
import { callback, line, refund } from '../matching/given.ts';

const SPEAKERS = compileSpeakers({ 'mfs-africa/a': ['shop-a'], 'mfs-africa/b': ['shop-b'], 'mfs-africa/main': ['*'] });

/** Where a row without a reference goes, where claims under references name the id `P1`. */
function placeOf(claim: Claim, places: readonly (readonly [reference: string, account: string, merchant: string])[]) {
  const key = identityKey('mfs-africa', 'P1');
  const envelope = { transaction_reference: key, received_at: 0, raw: '1/1', report: null, line: null, payout: null };
  const fact: Fact = { ...envelope, ...claim };
  const named = places.map(([reference, account, merchant]): Place => {
    const source = speakerOf(callback({ account: account === '' ? null : account }));
    return { alias: 'mfs-africa\nP1', reference, source, merchants: merchant === '' ? [] : [merchant] };
  });
  const references = new Map([['mfs-africa\nP1', new Set(named)]]);
  const [forwarding] = resolve([fact], { references, forwarded: new Map(), speakers: SPEAKERS }, () => null, 0);
  return forwarding?.key === key ? 'identity' : forwarding?.key;
}

const [OF_A, OF_B] = [['A-1', 'a', 'shop-a'] as const, ['B-1', 'b', 'shop-b'] as const];

describe('a row of account b without a reference', () => {
  test('goes where its own account named its id, not to a smaller reference of another account', () => {
    for (const claim of [line({ account: 'b' }), callback({ account: 'b' }), refund({ account: 'b' })]) {
      expect(placeOf(claim, [OF_A, OF_B])).toBe('B-1');
      expect(placeOf(claim, [['A-1', 'a', ''], OF_B])).toBe('B-1');
    }
  });

  test('stays visible under its identity where only another account named the id', () => {
    expect(placeOf(line({ account: 'b' }), [OF_A])).toBe('identity');
    expect(placeOf(callback({ account: 'b' }), [['A-1', 'a', '']])).toBe('identity');
  });

  test('goes where an account that may speak there named it, or nobody named the account', () => {
    expect(placeOf(line({ account: 'b' }), [['B-1', 'main', 'shop-b']])).toBe('B-1');
    expect(placeOf(line({ account: 'b' }), [['B-1', '', '']])).toBe('B-1');
    expect(placeOf(line(), [OF_B])).toBe('B-1');
  });

  test("is not drawn by what counts for nothing under the other shop's order", () => {
    expect(placeOf(line({ account: 'b' }), [['B-1', 'a', 'shop-b']])).toBe('identity');
    expect(
      placeOf(line({ account: 'main' }), [
        ['B-1', 'a', 'shop-b'],
        ['C-1', 'main', 'shop-c'],
      ]),
    ).toBe('C-1');
  });
});

test("a return of account a that names only shop-b's payment goes there, to be told", () => {
  expect(placeOf(refund({ account: 'a' }), [OF_B])).toBe('B-1');
  expect(placeOf(refund({ account: 'a' }), [OF_A, OF_B])).toBe('A-1');
});

test('claims of account a change no place of a row of account b', () => {
  const own = fc.uniqueArray(fc.constantFrom('B-1', 'B-2', 'S-1'), { minLength: 1 });
  const others = fc.array(
    fc.tuple(fc.constantFrom('A-1', 'B-0', 'S-0', 'Z-1'), fc.constant('a'), fc.constantFrom('', 'shop-a', 'shop-b')),
  );
  fc.assert(
    fc.property(own, others, (references, said) => {
      const told = references.map((reference) => [reference, 'b', 'shop-b'] as const);
      for (const claim of [line({ account: 'b' }), refund({ account: 'b' })]) {
        expect(placeOf(claim, [...said, ...told])).toBe(placeOf(claim, told));
      }
    }),
  );
});
