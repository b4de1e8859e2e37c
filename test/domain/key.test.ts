// The keys of facts: what a written reference means, and that nobody takes it for an identity.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareKeys, identityKey, isIdentityKey, normaliseReference } from '../../src/domain/key.ts';

const written = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    ' ',
    '?',
    ' ?a:b',
    'A-1',
    ' A-1 ',
    'a b',
    'a\nb',
    'Å',
    'A\u030A',
    '.',
    'A\u200D',
    'x'.repeat(256),
    'x'.repeat(257),
  ),
);

describe('a written reference', () => {
  test.each([
    ['A-1', 'A-1'],
    [' A-1\t', 'A-1'],
    ['a b', 'a b'],
    ['A\u030A', 'Å'],
    ['x'.repeat(256), 'x'.repeat(256)],
    ['x'.repeat(257), undefined],
    ['?mfs-africa:T1', undefined],
    [' ?', undefined],
    ['', undefined],
    ['a\nb', undefined],
    ['\uD800', undefined],
    ['.', undefined],
    [' ..', undefined],
    ['...', '...'],
    ['A.1', 'A.1'],
    ['A\u200B-1', undefined],
    ['\u202EA-1', undefined],
    ['A\u00AD1', undefined],
    ['A\u034F1', undefined],
    ['A\u20281', undefined],
    ['注文-1', '注文-1'],
  ])('%j means %j', (text, key) => {
    expect(normaliseReference(text)).toBe(key);
  });

  test('means a key that means itself, and is no identity (B09)', () => {
    fc.assert(
      fc.property(written, (text) => {
        const key = normaliseReference(text);
        if (key === undefined) return;
        expect([normaliseReference(key), isIdentityKey(key)]).toEqual([key, false]);
        expect(key).toBe(text.trim().normalize('NFC'));
      }),
    );
  });
});

describe('an identity', () => {
  test('is told from a reference', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (provider, id) => {
        const key = identityKey(provider, id);
        expect([isIdentityKey(key), normaliseReference(key)]).toEqual([true, undefined]);
      }),
    );
  });

  test('is written `?provider:id`, as the logs have it', () => {
    expect(identityKey('mfs-africa', 'T1')).toBe('?mfs-africa:T1');
  });
});

test('keys are in the order of their bytes, whatever characters they have', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
      (one, other) => {
        expect(Math.sign(compareKeys(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
      },
    ),
    {
      examples: [
        ['\uffff', '\u{10000}'],
        ['a\u{10000}', 'a\ue000'],
        ['A', 'A-1'],
      ],
    },
  ));
