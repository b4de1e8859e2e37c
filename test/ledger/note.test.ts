// Signed notes: known ones, and every one-character change of them.
// Sources: the keys and notes of PeterNeumann and EnochRoot are from golang.org/x/mod/sumdb/note, note_test.go; the
// key and note of example.com/foo are from C2SP signed-note.md, "Example".

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { openNote, signerFromPem, signNote, verifierFromText, verifierKeyText } from '../../src/ledger/note.ts';

const PETER_SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const PETER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const ENOCH_KEY = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH_LINE =
  '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

/** A PKCS8 PEM around the seed of an Ed25519 key (RFC 8410). */
function pemOfSeed(seed: Buffer): string {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return key.export({ format: 'pem', type: 'pkcs8' }) as string;
}

const peter = signerFromPem(pemOfSeed(Buffer.from(PETER_SEED, 'base64').subarray(1)), 'PeterNeumann');

function refusalOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    if (error instanceof HesabuError) return error.code;
    throw error;
  }
  return 'taken';
}

describe('known keys and notes', () => {
  test('a signer has the known verifier key and produces the known note', () => {
    expect(verifierKeyText(peter.verifier)).toBe(PETER_KEY);
    expect(signNote(TEXT, peter)).toBe(`${TEXT}\n${PETER_LINE}`);
  });

  test('a verifier opens a known note, also with a second signature by another key', () => {
    const note = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;
    for (const key of [PETER_KEY, ENOCH_KEY]) {
      expect(verifierKeyText(verifierFromText(key))).toBe(key);
      expect(openNote(note, verifierFromText(key))).toBe(TEXT);
    }
    expect(refusalOf(() => openNote(`${TEXT}\n${PETER_LINE}`, verifierFromText(ENOCH_KEY)))).toBe(
      'HESABU_PROOF_INVALID',
    );
  });

  test('a key that is not Ed25519 is refused, and one with a wrong id', () => {
    const unknownKind = 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const longer = 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==';
    for (const key of [unknownKind, longer, PETER_KEY.replace('c7', 'c8'), '', 'PeterNeumann', 'a+b']) {
      expect(refusalOf(() => verifierFromText(key))).toBe('HESABU_PROOF_INVALID');
    }
  });

  test('no part of a key is a valid key', () => {
    for (let from = 0; from < PETER_KEY.length; from++) {
      expect(refusalOf(() => verifierFromText(PETER_KEY.slice(from + 1)))).toBe('HESABU_PROOF_INVALID');
      expect(refusalOf(() => verifierFromText(PETER_KEY.slice(0, from)))).toBe('HESABU_PROOF_INVALID');
    }
  });
});

describe('given a signed note', () => {
  const note = `${TEXT}\n${PETER_LINE}`;
  const verifier = verifierFromText(PETER_KEY);

  test('when any character is changed or removed, then it is refused', () => {
    for (let at = 0; at < note.length; at++) {
      const other = note[at] === 'A' ? 'B' : 'A';
      const refused = [note.slice(0, at) + other + note.slice(at + 1), note.slice(0, at) + note.slice(at + 1)];
      for (const text of refused) expect(refusalOf(() => openNote(text, verifier))).toBe('HESABU_PROOF_INVALID');
    }
  });

  test.each([
    ['a signed control character', signNote('one\ttwo\n', peter)],
    ['no signature', `${TEXT}\n`],
    ['a line after the signatures', `${note}More.\n`],
    ['a control character', `\t${note}`],
    ['a carriage return', note.replace('problem,\n', 'problem,\r\n')],
    ['a valid signature and an invalid one by the same key', `${note}${PETER_LINE.replace('ZJku', 'ZJkv')}`],
    ['too many signatures', `${TEXT}\n${PETER_LINE.repeat(101)}`],
  ])('when it has %s, then it is refused (R11)', (_, text) => {
    expect(refusalOf(() => openNote(text, verifier))).toBe('HESABU_PROOF_INVALID');
  });

  test('when it has 16 signatures by other keys, then it is opened (R11)', () => {
    expect(openNote(`${TEXT}\n${ENOCH_LINE.repeat(16)}${PETER_LINE}`, verifier)).toBe(TEXT);
  });
});

test('any signed text is opened, including blank lines', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\x00-\x1f]/.test(text));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
      const text = `${lines.join('\n')}\n`;
      expect(openNote(signNote(text, peter), peter.verifier)).toBe(text);
    }),
  );
});

test('an invalid PEM or key name makes no signer', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = peter.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const other = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  expect(refusalOf(() => signerFromPem(pem, 'duka.example'))).toBe('taken');
  for (const name of ['', 'a b', 'a+b', 'a\n', 'a\u00a0b']) {
    expect(refusalOf(() => signerFromPem(pem, name))).toBe('HESABU_PROOF_INVALID');
  }
  for (const key of [other, '', 'no PEM']) {
    expect(refusalOf(() => signerFromPem(key, 'duka.example'))).toBe('HESABU_PROOF_INVALID');
  }
});

test('the example of the specification verifies', () => {
  const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const signature = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
  const text = 'This is an example message.\n';
  expect(openNote(`${text}\n\u2014 example.com/foo ${signature}\n`, verifierFromText(key))).toBe(text);
});
