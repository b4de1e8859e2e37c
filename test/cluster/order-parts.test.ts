// Orders of several merchants on Kafka: what a whole and its parts tell each other goes over the topic of handoffs,
// between partitions of several workers, and ends at the outcome of one process.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { factsIn, type GivenFacts, shuffled } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

const WHOLES = 40;
const RULES = 'commissions: [{ percent: "10" }]\n';

let given: GivenFacts;
let ledger: GivenLedger;

beforeAll(async () => {
  given = await marketplace();
});
afterEach(() => ledger.remove());
afterAll(() => given.remove());

/** Wholes of two parts each: paid, never paid, a part cancelled after the payment, a refund of a part that failed. */
async function marketplace(): Promise<GivenFacts> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-parts-'));
  const orders = ['merchant,transaction_reference,amount,currency,placed_at,status,status_at,parent'];
  const lines = ['transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date'];
  const callbacks: string[] = [];
  for (let at = 0; at < WHOLES; at++) {
    const [whole, kind] = [`W-${at}`, at % 4];
    const cancelled = kind === 2 ? 'cancelled,2026-06-01T10:00:00Z' : ',';
    orders.push(`beads,${whole}-a,60.00,KES,2026-06-01T08:00:00Z,,,${whole}`);
    orders.push(`baskets,${whole}-b,40.00,KES,2026-06-01T08:00:00Z,${cancelled},${whole}`);
    if (kind === 1) continue;
    const tell = (event: string, day: string, data: object) => {
      const id = `${event}-${at}`;
      callbacks.push(JSON.stringify({ id, event, created_at: `2026-06-0${day}T08:05:00Z`, data }));
    };
    const paid = { transaction_reference: whole, transaction_id: `T${at}`, amount: '100.00', currency: 'KES' };
    tell('payment.success', '1', paid);
    lines.push(`${whole},T${at},payment,100.00,KES,1.55,2026-06-02`);
    if (kind !== 3) continue;
    const back = { ...paid, transaction_id: `R${at}`, original_transaction_id: `T${at}`, amount: '40.00' };
    tell('refund.success', '3', back);
    tell('refund.failed', '4', back);
  }
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  return factsIn(dir, {
    orders: write('orders.csv', `${orders.join('\n')}\n`),
    callbacks: write('callbacks.jsonl', `${callbacks.join('\n')}\n`),
    settlements: write('lines.csv', `${lines.join('\n')}\n`),
    rules: write('rules.yaml', RULES),
    asOf: '2026-06-08T00:00:00Z',
  });
}

describe('orders of several merchants, in any order', () => {
  test.each([1, 2])('with %d workers end at the outcome of one process', async (count) => {
    ledger = await GivenLedger.make();
    const args = ['--rules', given.rules, '--as-of', given.asOf, '--session', '6'];
    for (let worker = 0; worker < count; worker++) ledger.worker(args);
    await ledger.produce(shuffled(given.facts, count));
    const { root, entries } = await ledger.drained();
    expect(root).toBe(given.root);
    expect(entries.length).toBeGreaterThan(3 * WHOLES);
    expectOnce(await ledger.recon(), entries);
  });
});
