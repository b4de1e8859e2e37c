// Epochs: where a ledger goes on from another time than its last block's, because that one ran ahead, or under rules of
// a new semantics. A record of epochs.v1 says why and as of when, and the block that reads it begins the epoch. Nothing
// before that block changes; every key is assessed anew from all its claims.

import { formatInstant, type Instant, parseInstant } from '../domain/time.ts';
import type { BlockInput } from './block-codec.ts';

export const EPOCHS_TOPIC = 'epochs.v1';

/** The longest reason, in characters. */
export const EPOCH_WHY_MAX = 500;

export interface Epoch {
  /** The reason that a person gave, 1 to 500 characters. */
  readonly why: string;
  /** The time of the epoch's first block; it may be earlier than that of the block before. */
  readonly as_of: Instant;
}

/** The bytes of a record of epochs.v1: JSON in one canonical form. */
export function encodeEpoch({ why, as_of }: Epoch): Buffer {
  return Buffer.from(JSON.stringify({ why, as_of: formatInstant(as_of) }));
}

/** Throws a RangeError for bytes that are not an epoch in its canonical form. */
export function decodeEpoch(bytes: Buffer): Epoch {
  const epoch = epochOf(bytes.toString());
  if (epoch !== undefined && encodeEpoch(epoch).equals(bytes)) return epoch;
  throw new RangeError('the record of epochs.v1 is not an epoch in its canonical form');
}

function epochOf(text: string): Epoch | undefined {
  try {
    const { why, as_of } = JSON.parse(text) as { why: unknown; as_of: unknown };
    const at = typeof as_of === 'string' ? parseInstant(as_of) : undefined;
    return typeof why === 'string' && why !== '' && why.length <= EPOCH_WHY_MAX && at !== undefined
      ? { why, as_of: at }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a block with these inputs begins an epoch. */
export function beginsEpoch(inputs: readonly BlockInput[]): boolean {
  return inputs.some(({ topic }) => topic === EPOCHS_TOPIC);
}
