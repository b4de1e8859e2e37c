// Bytes of every kind for every reader of bytes from outside: each answers with facts or with faults of its own, and
// none with an error of the language.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { checkedFact } from '../../src/kafka/records/fact-check.ts';
import { openNote, verifierFromText } from '../../src/ledger/note.ts';
import { makeChainVerifier } from '../../src/ledger/verify.ts';
import { duplicateName } from '../../src/producers/files/duplicate-names.ts';
import { OneRow } from '../../src/producers/files/one-row.ts';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../src/producers/formats/formats.ts';
import { Random } from '../../src/simulation/random/prng.ts';
import { ORDER_HEADER, orderRow, read } from './import-helpers.ts';

/** `HESABU_TEST_BYTES` sets another number of inputs for each reader. */
const INPUTS = Number(process.env.HESABU_TEST_BYTES ?? 40);
const SEED = Number(process.env.HESABU_SEED ?? Date.now() % 1_000_000);

const CALLBACK =
  '{"id":"ev-1","event":"payment.success","created_at":"2026-06-01T11:05:00Z","data":{"transaction_reference":"A-1",' +
  '"transaction_id":"P-1","amount":"1000.00","currency":"KES","completed_at":"2026-06-01T11:05:00Z"}}';
const REPORT =
  '{"report_id":"R","settlement_date":"2026-02-01","lines":[{"transaction_reference":"A","type":"payment",' +
  '"amount_received":"10","currency":"KES"}]}';
const SAMPLES = [CALLBACK, REPORT, `${ORDER_HEADER}\n${orderRow('R1')}\n${orderRow('R2')}\n`, '', '[]', '"', '{"a":'];
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

/** A sample with some of its bytes changed, cut, doubled or replaced, or only noise. */
function mutated(random: Random): Buffer {
  const noise = createHash('shake256', { outputLength: 1 + random.below(300) }).update(`${random.below(2 ** 31)}`);
  if (random.percent(15)) return noise.digest();
  const bytes = Buffer.from(random.pick(SAMPLES));
  for (let change = random.between(1, 6); change > 0 && bytes.length > 0; change--) {
    bytes[random.below(bytes.length)] = random.percent(50)
      ? random.below(256)
      : random.pick([...'"\\{}[],:\n\0']).charCodeAt(0);
  }
  const [from, to] = [random.below(bytes.length + 1), random.below(bytes.length + 1)];
  const part = bytes.subarray(Math.min(from, to), Math.max(from, to));
  return random.percent(30) ? part : random.percent(20) ? Buffer.concat([bytes, part, noise.digest()]) : bytes;
}

const file = (kind: FileKind) => async (bytes: Buffer) => void (await read(kind, bytes));
const row = (kind: FileKind) => {
  const reader = new OneRow(CANONICAL_FORMATS[kind], {
    provider: 'mfs-africa',
    account: null,
    pseudonym: (text) => `#${text.length}`,
  });
  return (bytes: Buffer) => void reader.read(bytes.toString('utf8'), 'x', 0);
};
const READERS: readonly [string, (bytes: Buffer) => void | Promise<void>][] = [
  ['a file of orders', file('orders')],
  ['a file of callbacks', file('callbacks')],
  ['a file of polls', file('polls')],
  ['a file of settlements', file('settlements')],
  ['a webhook', row('callbacks')],
  ['an order of the API', row('orders')],
  ['names of JSON', (bytes) => void duplicateName(JSON.stringify({ [bytes.toString('latin1')]: bytes.toString() }))],
  ['a record of Kafka', (bytes) => void checkedFact('callbacks.v1', bytes, 0, bytes.length)],
  ['a block', (bytes) => void makeChainVerifier(3).next(bytes)],
  ['a signed note', (bytes) => void openNote(bytes.toString('utf8'), verifierFromText(KEY))],
];

test.each(READERS)(
  `%s: ${INPUTS} random inputs end in an answer or a fault with a code (B18)`,
  {
    timeout: 60_000 + INPUTS * 1_000,
  },
  async (name, reader) => {
    const random = new Random(SEED);
    for (let input = 0; input < INPUTS; input++) {
      const bytes = mutated(random);
      try {
        await reader(bytes);
      } catch (error) {
        const isOwn = error instanceof HesabuError && error.code !== 'HESABU_INTERNAL';
        const shown = [SEED, input, name, isOwn ? 'a fault with a code' : String(error), bytes.toString('base64')];
        expect(shown.slice(0, 4)).toEqual([SEED, input, name, 'a fault with a code']);
      }
    }
  },
);
