// Three days of a simulated shop's files, small enough to be processed some hundred times.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { canonicalRules, parseRules } from '../../src/matching/rules.ts';
import { simulate } from '../../src/simulation/marketplace/simulation.ts';

/** On the third day the settlement file of the second day is sent again. */
const DAY_COUNT = 3;
const LINES_MAX = 60;

const SHARED_ORDERS = `merchant,transaction_reference,amount,currency,placed_at
duka,SHARED-1,5000,UGX,2026-06-01T08:00:00Z
duka,SHARED-2,5000,UGX,2026-06-01T08:00:00Z
`;

/** Callbacks of one payment under two orders, so that one of them is told the holder, and gives it what it knows. */
function sharedCallbacks(): string {
  const lines = ['SHARED-1', 'SHARED-2'].map((reference) => {
    const ids = {
      transaction_reference: reference,
      transaction_id: `TXN-${reference}`,
      operator_transaction_id: 'QK-1',
    };
    const data = { ...ids, amount: '5000', currency: 'UGX', status: 'success' };
    const event = { id: `evt-${reference}`, event: 'payment.success', created_at: '2026-06-01T08:05:00Z', data };
    return `${JSON.stringify(event)}\n`;
  });
  return lines.join('');
}

/** Writes the first lines of each file of the first days of a simulated week, and its rules. */
export function writeWeek(dir: string): void {
  const { days, rules } = simulate(1);
  for (const { name, files } of days.slice(0, DAY_COUNT)) {
    mkdirSync(join(dir, name), { recursive: true });
    for (const { name: file, text } of files) {
      const lines = text.split('\n').slice(0, LINES_MAX);
      writeFileSync(join(dir, name, file), `${lines.join('\n')}\n`);
    }
  }
  const [first] = days;
  writeFileSync(join(dir, first!.name, 'orders.shared.csv'), SHARED_ORDERS);
  writeFileSync(join(dir, first!.name, 'callbacks.shared.jsonl'), sharedCallbacks());
  writeFileSync(join(dir, 'rules.json'), canonicalRules(parseRules(parse(rules))));
}
