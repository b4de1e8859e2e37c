// The handoff that nearly every payment causes is written at once: its bytes are those of the same fact.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newSpan } from '../../src/domain/byte-scan.ts';
import { ByteWriter } from '../../src/domain/bytes.ts';
import { handoffId } from '../../src/domain/handoff.ts';
import { identityKey } from '../../src/domain/key.ts';
import { locateFact, writeFact } from '../../src/log/fact-codec.ts';
import { findPlainClaimant, writePlainClaim } from '../../src/log/handoff-codec.ts';

const NOBODY = { provider: '', account: null, merchant: '', occurred_at: null, forwarded: false, payout: null };
const NOTHING = { received_at: 0, raw: '', report: null, line: null, stated_at: null, import_id: 0 };

function bytesOf(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(16);
  write(writer);
  return writer.take();
}

test('a reference that names an id is written as the same fact, and recognised', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (id, from) => {
      const to = identityKey('p', id);
      const bytes = bytesOf((writer) => writePlainClaim(writer, to, from));
      const body = { type: 'Handoff', word: 'claims', from, content: '' } as const;
      const fact = { ...NOBODY, ...NOTHING, transaction_reference: to, id: handoffId('claims', from, ''), body };
      expect(bytes.equals(bytesOf((writer) => writeFact(writer, fact)))).toBe(true);
      const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
      locateFact(bytes, 0, place);
      const reference = newSpan();
      expect(findPlainClaimant(bytes, place.claimFrom, bytes.length, reference)).toBe(true);
      expect(bytes.toString('utf8', reference.from, reference.to)).toBe(Buffer.from(from).toString());
    }),
  );
});

test('any other word is not', () => {
  for (const content of ['{}', null]) {
    const body = { type: 'Handoff', word: 'claims', from: 'A-1', content } as const;
    const fact = { ...NOBODY, ...NOTHING, transaction_reference: '?p:1', id: '~claims:A-1', body };
    const bytes = bytesOf((writer) => writeFact(writer, fact));
    const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
    locateFact(bytes, 0, place);
    expect(findPlainClaimant(bytes, place.claimFrom, bytes.length, newSpan())).toBe(false);
  }
});
