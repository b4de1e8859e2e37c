// `hesabu tail` shows each entry of the recon topics once: existing entries, new ones, and those of one payment.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { MAIN } from '../program.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

const FLAGS = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const FIRST_KEYS = 40;

let given: GivenFacts;
let first: ReadonlySet<string>;
let ledger: GivenLedger;
let entries: readonly string[];

beforeAll(async () => {
  given = await givenFacts(60);
  first = new Set([...new Set(given.facts.map(({ key }) => key))].slice(0, FIRST_KEYS));
  ledger = await GivenLedger.make(2);
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  await ledger.produce(given.facts.filter(({ key }) => first.has(key)));
  ({ entries } = await ledger.drained());
}, 90_000);
afterAll(async () => {
  await ledger.remove();
  given.remove();
});

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const idsOf = (text: string): string[] => linesOf(text).map((line) => JSON.parse(line).id);

function following(...args: readonly string[]) {
  const child = spawn(process.execPath, [...FLAGS, MAIN, 'tail', '--format', 'json', ...args], {
    env: { ...process.env, ...ledger.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  return {
    ids: () => idsOf(said.slice(0, said.lastIndexOf('\n') + 1)),
    end: async () => {
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  };
}

/** The number of readers outside the workers' group that have started. */
async function readers(): Promise<number> {
  return withAdmin(ledger.kafka, async (admin) => {
    const { groups } = await admin.listGroups();
    const own = groups
      .map(({ groupId }) => groupId)
      .filter((id) => id.startsWith(`${ledger.settings.prefix}hesabu-read-`));
    const { groups: described } = await admin.describeGroups(own);
    return described.filter(({ state }) => state === 'Stable').length;
  });
}

test('all existing entries, as JSON', async () => {
  const lines = linesOf(await ledger.hesabu(['tail', '--no-follow', '--format', 'json']));
  const shown = lines.map((line) => JSON.parse(line));
  expect(shown.map(({ id }) => id).sort()).toEqual([...entries].sort());
  expect(new Set(shown.map(({ transaction_reference: key }) => key)).size).toBe(FIRST_KEYS);
});

test('one payment, for people', async () => {
  const { key } = given.facts.find((fact) => first.has(fact.key))!;
  const lines = linesOf(await ledger.hesabu(['tail', '--no-follow', '--reference', key]));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toContain(key);
});

test('new entries, after the existing ones or alone, until a signal', { timeout: 90_000 }, async () => {
  const before = await readers();
  const [all, fresh] = [following('--from-beginning'), following()];
  await expect.poll(() => all.ids().length, { timeout: 30_000 }).toBe(entries.length);
  await expect.poll(readers, { timeout: 30_000 }).toBe(before + 2);
  expect(fresh.ids()).toEqual([]);
  await ledger.produce(given.facts.filter(({ key }) => !first.has(key)));
  const { entries: later } = await ledger.drained();
  await expect.poll(() => all.ids().length, { timeout: 30_000 }).toBe(later.length);
  await expect.poll(() => fresh.ids().length, { timeout: 30_000 }).toBe(later.length - entries.length);
  expect(all.ids().sort()).toEqual([...later].sort());
  expect(fresh.ids().sort()).toEqual(later.filter((id) => !entries.includes(id)).sort());
  await Promise.all([all.end(), fresh.end()]);
});
