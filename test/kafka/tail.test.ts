// `hesabu tail` shows each entry of the recon topics once: what is there, what comes, and one payment's alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

let given: GivenFacts;
let ledger: GivenLedger;
let entries: readonly string[];

beforeAll(async () => {
  given = await givenFacts(60);
  ledger = await GivenLedger.make(2);
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  await ledger.produce(given.facts);
  ({ entries } = await ledger.drained());
}, 90_000);
afterAll(async () => {
  await ledger.remove();
  given.remove();
});

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

test('all that is there, as JSON', async () => {
  const lines = linesOf(await ledger.hesabu(['tail', '--no-follow', '--format', 'json']));
  const shown = lines.map((line) => JSON.parse(line));
  expect(shown.map(({ id }) => id).sort()).toEqual([...entries].sort());
  expect(new Set(shown.map(({ transaction_reference: key }) => key)).size).toBe(60);
});

test('one payment, for people', async () => {
  const { key } = given.facts[0]!;
  const lines = linesOf(await ledger.hesabu(['tail', '--no-follow', '--reference', key]));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toContain(key);
});
