// Decisions in a live ledger: what a service signed holds, also after it was replayed; what somebody wrote into the log
// without its key leaves the break open, and verify says how many there are.
import { describe, expect, test } from 'vitest';
import { replayLedger } from '../../../src/app/replay.ts';
import type { Finding } from '../../../src/domain/assessment.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { approved, proposed, SERVICE, STRANGER } from '../../matching/given-decisions.ts';
import { NOON, order, paid, type Running, withLiveLedger } from './given-live-ledger.ts';

const RULES = parseRules({ review: { threshold: { KES: '100.00' } }, decision_keys: [SERVICE.signer] });

async function standing({ ledger }: Running) {
  await ledger.loop.catchUp();
  const [found] = await ledger.reader.transactions('A-1', 'all claims');
  return found!.view;
}

/** The finding of an order that was paid 300.00 too little. */
async function shortFinding(running: Running): Promise<Finding> {
  const { ledger } = running;
  ledger.loop.rules = RULES;
  await ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '700.00' } })]);
  const { findings } = await standing(running);
  const found = findings.find(({ reason }) => reason === 'AMOUNT_UNDER')!;
  return { ...found, opened_at: NOON };
}

const given = { about: 'A-1', at: NOON };

describe('a decision in the log', () => {
  test('that the service signed and a second person approved resolves, and replays to the same bytes', async () => {
    let dir = '';
    await withLiveLedger(async (running) => {
      dir = running.dir;
      const proposal = proposed(await shortFinding(running), given);
      await running.ledger.writer.append([proposal]);
      expect((await standing(running)).stages.payment).toBe('unmatched');
      await running.ledger.writer.append([approved(proposal, given)]);
      expect((await standing(running)).stages.payment).toBe('resolved');
      await running.ledger.close();
      const { faults, partitions } = await verifyDirectory({ data: dir });
      expect([faults, partitions.reduce((sum, { unheard }) => sum + unheard, 0)]).toEqual([[], 0]);
      expect((await replayLedger({ data: dir })).facts).toBe(4);
    });
  });

  test('that somebody wrote there himself leaves the break open, and verify counts it', async () => {
    await withLiveLedger(async (running) => {
      const { dir } = running;
      const finding = await shortFinding(running);
      const proposal = proposed(finding, given);
      const forged = [
        approved(proposal, { ...given, signedBy: STRANGER }),
        { ...approved(proposal, { ...given, key: 'k2' }), merchant: 'shop-2' },
        // Moved from another key.
        { ...approved(proposal, { ...given, about: 'A-2', key: 'k3' }), transaction_reference: 'A-1' },
      ];
      await running.ledger.writer.append([proposal, ...forged]);
      expect((await standing(running)).stages.payment).toBe('unmatched');
      await running.ledger.close();
      const { faults, partitions } = await verifyDirectory({ data: dir });
      expect([faults, partitions.reduce((sum, { unheard }) => sum + unheard, 0)]).toEqual([[], 3]);
    });
  });
});
