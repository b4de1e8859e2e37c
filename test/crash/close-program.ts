// A process that closes a day as a service does, and is killed where its second argument says: once the statement's
// file is there (`file`), the proposal is written (`proposal`), or the approval is (`approval`).

import { STATEMENTS_FOLDER, TextStore } from '../../src/archive/texts/text-store.ts';
import { parseRules } from '../../src/matching/rules.ts';
import { approved, closing, SERVICE } from '../matching/given-decisions.ts';
import { NOON, openLiveLedger, order, paid, StillClock } from '../service/ledger/given-live-ledger.ts';

const [dir, step] = process.argv.slice(2) as [string, string];
const killed = (at: string) => {
  if (at === step) process.kill(process.pid, 'SIGKILL');
};
const ledger = await openLiveLedger(dir, new StillClock());
ledger.loop.rules = parseRules({ decision_keys: [SERVICE.signer] });
await ledger.writer.append([order('A-1'), paid('A-1')]);
const head = { day: '2026-06-01', merchant: '*', provider: 'mfs-africa', currency: 'KES' };
const text = `${JSON.stringify({ format: 'hesabu/statement@1', ...head })}\n`;
const sha256 = await new TextStore(dir, STATEMENTS_FOLDER).keep(text);
killed('file');
const statements = [{ provider: head.provider, currency: head.currency, sha256, opening: '0.00', closing: '1000.00' }];
const proposal = closing({ day: head.day, statements, at: NOON });
await ledger.writer.append([proposal]);
killed('proposal');
await ledger.writer.append([approved(proposal, { at: NOON + 1 })]);
killed('approval');
