// A ticket is opened as it was sealed, by the process that sealed it, and by nobody else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TicketSeal } from '../../../src/http/access/ticket.ts';

const ticket = fc.record({
  ...{ state: fc.string(), nonce: fc.string(), verifier: fc.string(), at: fc.nat(), to: fc.string() },
  ...{ invite: fc.option(fc.string()), session: fc.option(fc.string()) },
});

test('a ticket is opened as it was sealed, and not at all once a byte of it is another or missing', () => {
  const [seal, other] = [new TicketSeal(), new TicketSeal()];
  fc.assert(
    fc.property(ticket, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, place, change) => {
      const sealed = seal.close(made);
      expect(seal.open(sealed)).toEqual(made);
      expect(other.open(sealed)).toBeUndefined();
      const bytes = Buffer.from(sealed, 'base64url');
      const at = place % bytes.length;
      expect(seal.open(bytes.subarray(0, at).toString('base64url'))).toBeUndefined();
      bytes[at]! ^= change;
      expect(seal.open(bytes.toString('base64url'))).toBeUndefined();
    }),
  );
  expect(['', '=', 'a', '\u0000'].map((text) => seal.open(text))).toEqual(Array(4).fill(undefined));
});

test('what is sealed is not read, and is never the same twice', () => {
  const seal = new TicketSeal();
  const flow = { state: 's', nonce: 'n', verifier: 'the-verifier' };
  const made = { ...flow, at: 1, to: '/desk/', invite: 'hsi_1', session: 'token-1' };
  const [one, another] = [seal.close(made), seal.close(made)];
  expect(one).not.toBe(another);
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toMatch(/the-verifier|hsi_1|token-1/);
});
