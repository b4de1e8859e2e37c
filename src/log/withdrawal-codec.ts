// A withdrawal as bytes: the branch of a claim's body that is none of a source's own words.

import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { ClaimWithdrawn } from '../domain/fact.ts';

export function writeWithdrawal(writer: ByteWriter, body: ClaimWithdrawn): void {
  writer.string(body.claim);
  writer.string(body.content);
  writer.long(body.import_id);
  writer.string(body.why);
}

export function readWithdrawal(reader: ByteReader): ClaimWithdrawn {
  return {
    type: 'ClaimWithdrawn',
    claim: reader.string(),
    content: reader.string(),
    import_id: reader.long(),
    why: reader.string(),
  };
}
