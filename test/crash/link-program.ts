// A process that links money as a service does, and is killed before or after its nth write to the log since the link
// was proposed. It prints what is on the disk. Arguments: the directory, `before` or `after`, and the number.

import { writeSync } from 'node:fs';
import { assessEvidence } from '../../src/matching/assess-key.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { approved, linked, SERVICE } from '../matching/given-decisions.ts';
import { NOON, openLiveLedger, order, paid, StillClock } from '../service/ledger/given-live-ledger.ts';

const [dir, when, nth] = process.argv.slice(2) as [string, 'before' | 'after', string];
const clock = new StillClock();
const ledger = await openLiveLedger(dir, clock);
ledger.loop.rules = parseRules({ grace: { order: 'PT0S' }, decision_keys: [SERVICE.signer] });
const data = { amount: '300.00' };
await ledger.writer.append([order('A-1', data), paid('a-1', { data })]);
await ledger.loop.catchUp();

const { log } = ledger.reconciler;
const append = log.append.bind(log);
let left = Number(nth);
log.append = async (batches) => {
  const isLast = --left === 0;
  if (isLast && when === 'before') process.kill(process.pid, 'SIGKILL');
  const result = await append(batches);
  if (isLast) process.kill(process.pid, 'SIGKILL');
  return result;
};

const { claims, decisions } = (await ledger.reader.findKey('a-1'))!;
const rules = compileRules(ledger.loop.rules);
const { findings } = assessEvidence('a-1', { claims, decisions }, rules, ledger.reader.asOf);
const missing = findings.find(({ reason }) => reason === 'ORDER_MISSING')!;
const proposal = linked(missing, 'A-1', { about: 'a-1', merchant: '', at: NOON });
await ledger.writer.append([proposal]);
writeSync(1, 'proposed\n');
await ledger.writer.append([approved(proposal, { at: NOON + 1 })]);
writeSync(1, 'approved\n');
await ledger.loop.catchUp('at once');
await ledger.close();
writeSync(1, 'done\n');
