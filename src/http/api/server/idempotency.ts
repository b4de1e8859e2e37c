// Requests that a client may send again without their being done twice, as draft-ietf-httpapi-idempotency-key-header
// has it: the first answer is kept, durably, and given again; another request under the same key is refused. A key
// belongs to the merchant that the request is about, so it outlives the API key that carries it.

import { hash } from 'node:crypto';
import { HesabuError } from '../../../domain/errors.ts';
import type { Intent } from '../route.ts';
import type { AnswerStore, KeptAnswer } from '../tables.ts';

/** A key: printable ASCII without blanks, quotes and backslashes. */
export const IDEMPOTENCY_KEY_FORM = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;
/** The header is a structured-field string, which is quoted; most clients send it bare. */
const QUOTED = /^"(.*)"$/;

/** The client's key; throws HESABU_IDEMPOTENCY_MISSING, or HESABU_REQUEST_INVALID if it is not a valid key. */
export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined || header.trim() === '') {
    throw new HesabuError('HESABU_IDEMPOTENCY_MISSING', { where: 'Idempotency-Key' });
  }
  const [, key = header.trim()] = QUOTED.exec(header.trim()) ?? [];
  if (IDEMPOTENCY_KEY_FORM.test(key)) return key;
  const expected = '1 to 255 printable ASCII characters without blanks, quotes and backslashes';
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'Idempotency-Key', expected });
}

/** What the request asks for, as one text; its parts are normalised before. */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex');
}

/** The place of the answer: its text is bounded, and shows neither the merchant nor the client's key. */
function placeOf({ merchant, key }: Intent): string {
  return hash('sha256', JSON.stringify([merchant, key]), 'hex');
}

/** Where an answer is kept, and what it answers. */
interface Kept {
  readonly place: string;
  readonly fingerprint: string;
}

/** Requests under keys, over the answers that were kept. */
export class Idempotency {
  private readonly answers: AnswerStore;
  private readonly underWay = new Set<string>();

  constructor(answers: AnswerStore) {
    this.answers = answers;
  }

  /**
   * Does what is asked for, once; its answer is on the disk when this resolves. What fails is not kept, and may be
   * tried again. `former` is where an earlier version kept the answer: for the API key, with the URL as it was written.
   * Throws HESABU_IDEMPOTENCY_BUSY and HESABU_IDEMPOTENCY_REUSED.
   */
  async once(
    intent: Intent,
    former: Kept,
    act: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer & { readonly replayed: boolean }> {
    const place = placeOf(intent);
    const kept = this.find({ place, fingerprint: intent.fingerprint }) ?? this.find(former);
    if (kept !== undefined) return { status: kept.status, body: kept.body, replayed: true };
    if (this.underWay.has(place)) throw new HesabuError('HESABU_IDEMPOTENCY_BUSY');
    this.underWay.add(place);
    try {
      const answer = await act();
      await this.answers.keep(place, intent.fingerprint, answer);
      return { ...answer, replayed: false };
    } finally {
      this.underWay.delete(place);
    }
  }

  private find({ place, fingerprint }: Kept): KeptAnswer | undefined {
    const kept = this.answers.find(place);
    if (kept !== undefined && kept.fingerprint !== fingerprint) throw new HesabuError('HESABU_IDEMPOTENCY_REUSED');
    return kept;
  }
}
