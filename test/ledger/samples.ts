// Entries and ledgers for the tests of this folder: arbitrary ones, and small fixed ones.

import fc from 'fast-check';
import type { EntryDraft } from '../../src/domain/entry.ts';
import { ENTRY_KINDS, REASON_CODES, STAGES } from '../../src/domain/reasons.ts';
import type { BuiltBlock } from '../../src/ledger/block.ts';
import type { BlockInput } from '../../src/ledger/block-codec.ts';
import { type Digest, sha256 } from '../../src/ledger/digest.ts';
import { emptyHead } from '../../src/ledger/head.ts';
import { buildBlock } from './blocks.ts';

export const RULES_HASH: Digest = sha256(Buffer.from('rules'));
export const AS_OF = Date.UTC(2026, 0, 31, 9);

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 12 }));
const optionalText = fc.option(text);
const count = fc.nat();
const instant = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });

const finding = fc.record({
  stage: fc.constantFrom(...STAGES),
  kind: fc.constantFrom(...ENTRY_KINDS),
  reason: fc.option(fc.constantFrom(...REASON_CODES)),
  subject: text,
  expected: optionalText,
  observed: optionalText,
  difference: optionalText,
  currency: optionalText,
  opened_at: fc.option(instant),
});

const cause = fc.record({ topic: text, partition: count, offset: fc.bigInt(0n, 2n ** 51n) });

const draftShape = {
  key: text,
  version: count,
  merchant: text,
  provider: text,
  finding,
  cause: fc.option(cause),
  supersedes: fc.array(text, { maxLength: 4 }),
};

export const anyDraft: fc.Arbitrary<EntryDraft> = fc.record(draftShape);
export const anyEntry = fc.record({ partition: count, height: count, index: count, ...draftShape, as_of: instant });

export function draftOf(number: number): EntryDraft {
  const amount = { expected: '1000.00', observed: '900.00', difference: '-100.00', currency: 'KES' };
  return {
    key: `ORDER-${number}`,
    version: 1,
    merchant: 'duka',
    provider: 'mfs-africa',
    finding: {
      stage: 'payment',
      kind: 'unmatched',
      reason: 'AMOUNT_UNDER',
      subject: `TXN-${number}`,
      opened_at: AS_OF,
      ...amount,
    },
    cause: { topic: 'callbacks.v1', partition: 3, offset: BigInt(number) },
    supersedes: [],
  };
}

export function inputOf(from: number, to: number): BlockInput {
  return { topic: 'callbacks.v1', from: BigInt(from), to: BigInt(to), sha256: sha256(Buffer.from(`${from}-${to}`)) };
}

/**
 * A chain of partition 3 with one block per count of entries, each one second after the previous block. Two entries
 * after one another have one key, also where a block ends between them. Every second of a block has no reason.
 */
export function chainOf(counts: readonly number[]): BuiltBlock[] {
  let head = emptyHead(3);
  let first = 0;
  return counts.map((size, height) => {
    const drafts = Array.from({ length: size }, (_, at) => {
      const draft = { ...draftOf(first + at), key: `ORDER-${Math.floor((first + at) / 2)}` };
      return at % 2 === 0 ? draft : { ...draft, finding: { ...draft.finding, reason: null } };
    });
    const inputs = [inputOf(first, first + size)];
    const block = buildBlock(head, { inputs, ...timeOf(height), rules_hash: RULES_HASH }, drafts);
    head = block.head;
    first += size;
    return block;
  });
}

function timeOf(height: number) {
  const at = AS_OF + height * 1000;
  return { as_of: at, deadlines_to: at };
}
