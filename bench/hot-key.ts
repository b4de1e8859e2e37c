// `npm run bench:hot`: what one reference costs that gets very many facts, live: one fact more, another reference
// beside it, a read, an end and a start. See README.md.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pino from 'pino';
import type { Fact } from '../src/domain/fact.ts';
import { NO_METER } from '../src/runtime/meter.ts';
import { LiveLedger } from '../src/service/ledger/live-ledger.ts';

const { values: options } = parseArgs({
  options: {
    facts: { type: 'string', default: '100000' },
    /** How many facts come at once; each such piece is at least one block. */
    together: { type: 'string', default: '200' },
  },
});
const facts = Number(options.facts);
const together = Number(options.together);
const BEGAN = Date.parse('2026-06-01T12:00:00Z');
const ROUNDS = 21;

/** A callback about a payment of its own under this reference. */
function paid(reference: string, n: number): Fact {
  const ids = { operator_transaction_id: null, request_id: null, original_transaction_id: null };
  const about = { word: null, amount: '100.00', currency: 'KES', fee: null, operator: 'MPESA_KE', msisdn: null };
  return {
    id: `mfs-africa/main:callback:${reference}-${n}`,
    ...{ provider: 'mfs-africa', account: 'main', merchant: '', occurred_at: BEGAN + n * 1000, forwarded: false },
    ...{ stated_at: null, import_id: 0 },
    ...{ transaction_reference: reference, received_at: BEGAN, raw: 'bench', report: null, line: null, payout: null },
    body: {
      ...{ type: 'PaymentObserved', via: 'callback', kind: 'payment', status: 'succeeded' },
      ...{ provider_transaction_id: `${reference}-${n}`, ...ids, ...about },
    },
  };
}

const dir = mkdtempSync(join(tmpdir(), 'hesabu-hot-'));
const clock = { now: () => BEGAN + facts * 1000, sleep: async () => {} };

async function opened(): Promise<LiveLedger> {
  const ledger = await LiveLedger.open(dir, {
    ...{ clock, meter: NO_METER, logger: pino({ level: 'silent' }), rules: undefined },
    reconcileEveryMillis: () => 50,
    onUnwritten: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  ledger.loop.start();
  return ledger;
}

async function millis(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

/** The median and the largest of some times, in milliseconds. */
async function times(act: (round: number) => Promise<unknown>): Promise<string> {
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round++) all.push(await millis(() => act(round)));
  all.sort((left, right) => left - right);
  return `median ${all[ROUNDS >> 1]!.toFixed(1)} ms, largest ${all.at(-1)!.toFixed(1)} ms`;
}

const print = (name: string, text: string): boolean => process.stdout.write(`${name.padEnd(44)}${text}\n`);
const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;

let next = 0;
async function measure(ledger: LiveLedger, name: string): Promise<void> {
  const readable = async (fact: Fact) => {
    await ledger.writer.append([fact]);
    await ledger.loop.catchUp();
  };
  print(`${name}: one fact more, until its block`, await times(() => readable(paid('TILL', next++))));
  print(`${name}: one of another reference`, await times((round) => readable(paid(`OTHER-${name}-${round}`, next++))));
  const both = (round: number) => {
    return Promise.all([ledger.writer.append([paid('TILL', next++)]), readable(paid(`BOTH-${name}-${round}`, next++))]);
  };
  print(`${name}: another reference, with one more`, await times(both));
  print(`${name}: GET /v1/transactions/TILL`, await times(() => ledger.reader.transactions('TILL', 'all claims')));
}

try {
  let ledger = await opened();
  await measure(ledger, 'few');
  const load = async () => {
    while (next < facts) {
      const until = Math.min(next + together, facts);
      await ledger.writer.append(Array.from({ length: until - next }, (_, at) => paid('TILL', next + at)));
      await ledger.loop.catchUp();
      next = until;
    }
  };
  print(`${facts} facts, ${together} at a time`, seconds(await millis(load)));
  await measure(ledger, 'many');
  print('end', seconds(await millis(() => ledger.close())));
  print(
    'start',
    seconds(
      await millis(async () => {
        ledger = await opened();
        await ledger.loop.catchUp();
      }),
    ),
  );
  await measure(ledger, 'again');
  await ledger.close();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
