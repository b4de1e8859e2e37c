// The dead letters of a ledger on Kafka, through the API; any other has none.
import { expect, test } from 'vitest';
import { Pseudonymiser } from '../../../src/archive/privacy/pseudonyms.ts';
import type { DeadLetterPort, SetAside } from '../../../src/http/dead-letter-port.ts';
import { setAside } from '../../../src/service/dead-letter-list.ts';
import { NOON } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const letter = (offset: number): SetAside => ({
  ...{ topic: 'orders.v1', partition: 3, offset: `${offset}`, at: NOON + offset, reason: 'HESABU_RECORD_KEY' },
  ...{ detail: 'A-1 belongs to partition 5', bytes: 120, provider: 'paystack', transaction_reference: 'A-1' },
  ...{ import: 2, line: 7 },
});

const on = (given: Given, port: DeadLetterPort | null) => Object.assign(given.parts, { deadLetters: port });

test('are listed by pages, the latest first; without Kafka there are none', () =>
  givenApi(async (given) => {
    const key = given.key('auditor', '*');
    const none = await given.ask({ url: '/v1/dead-letters', key });
    expect(none.json).toEqual({ is_on_kafka: false, total: 0, is_cut: false, dead_letters: [], next: null });
    on(given, { list: async () => ({ letters: [3, 2, 1].map(letter), isCut: true }) });
    const first = await given.ask({ url: '/v1/dead-letters?limit=2', key });
    expect(first.json).toMatchObject({ is_on_kafka: true, total: 3, is_cut: true });
    const { at: _, ...shown } = letter(3);
    expect(first.json.dead_letters[0]).toMatchObject(shown);
    const rest = await given.ask({ url: first.json.next, key });
    expect([rest.json.dead_letters.map(({ offset }: SetAside) => offset), rest.json.next]).toEqual([['1'], null]);
  }));

test('show what was found without personal data, and nothing of a value that is no fact', () => {
  const schemas = { isFact: () => false } as never;
  const value = Buffer.from('{"msisdn": "254712345678"}');
  const dead = {
    ...{ topic: 'orders.v1', partition: 0, offset: 5n, timestamp: NOON, reason: 'HESABU_RECORD_KEY' as const },
    ...{ detail: 'the key of A-1 is 254712345678', key: value, value, valueSize: value.length },
  };
  const shown = setAside(dead, { schemas }, new Pseudonymiser(() => 'hidden'));
  expect(shown).toEqual({
    ...{ topic: 'orders.v1', partition: 0, offset: '5', at: NOON, reason: 'HESABU_RECORD_KEY' },
    ...{ detail: 'the key of A-1 is #hidden', bytes: 26, provider: null, transaction_reference: null },
    ...{ import: null, line: null },
  });
});
