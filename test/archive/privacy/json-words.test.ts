// Words of JSON are stored without being looked at closely: the result is what each value's own rule says.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactJson } from '../../../src/archive/privacy/json-redaction.ts';
import { kindOfName } from '../../../src/archive/privacy/personal-names.ts';
import { Pseudonymiser } from '../../../src/archive/privacy/pseudonyms.ts';
import { Redactor } from '../../../src/archive/privacy/redactor.ts';
import { storedValue } from '../../../src/archive/privacy/stored-value.ts';
import { KnownSecrets, knownSecrets, REDACTED } from '../../../src/runtime/known-secrets.ts';
import { pseudonym } from '../exchanges/given.ts';

const hider = new Pseudonymiser(pseudonym);
const redactor = new Redactor(pseudonym);

it('a word under a name that hides nothing is stored as the rule of its kind says', () => {
  const names = fc.constantFrom('currency', 'status', 'created_at', 'amount', 'operator', 'colour', 'reason', 'id');
  const characters = fc.constantFrom(...'aZé_.:-+ /@0123456789,');
  const digits = fc.constantFrom('254712345678', '0712345678', '712-345', '4111111111111111', '712.345.678');
  const words = fc.array(fc.oneof(characters, digits), { minLength: 5, maxLength: 14 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(names, words, (name, word) => {
      const expected = storedValue(hider, kindOfName(name), word);
      expect(JSON.parse(redactJson(JSON.stringify({ [name]: word }), hider))).toEqual({ [name]: expected });
    }),
  );
});

it('a secret is hidden in JSON within JSON, as a value and as a name, however it is escaped', () => {
  const secret = 'one"secret-of-a-test';
  knownSecrets.add(secret);
  const inner = JSON.stringify({ status: secret, [secret]: 'x' });
  const escaped = '{"status":"one\\u0022secret-of-a-test"}';
  for (const text of [inner, JSON.stringify({ text: inner }), JSON.stringify({ text: escaped })]) {
    const stored = redactor.body(Buffer.from(text), '').text;
    expect(stored).not.toContain('secret-of-a-test');
    expect(stored).toContain(REDACTED);
  }
});

it('a secret is found at every place of a text', () => {
  const known = new KnownSecrets();
  known.add('0123456789-secret');
  for (let before = 0; before < 12; before++) {
    const [start, end] = ['x'.repeat(before), 'y'.repeat(12 - before)];
    expect(known.hide(`${start}0123456789-secret${end}`)).toBe(`${start}${REDACTED}${end}`);
  }
});
