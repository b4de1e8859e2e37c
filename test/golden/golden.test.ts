// Golden ledgers replay for ever: the facts of each version reproduce its blocks byte for byte, from nothing.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_KINDS, type EntryKind, REASON_CODES, REASONS, type ReasonCode } from '../../src/domain/reasons.ts';
import { outcomePart, outcomeRoot } from '../../src/task/outcome.ts';
import {
  entriesIn,
  GOLDEN_FORMAT,
  type Golden,
  goldenDirectory,
  logOf,
  makeGolden,
  parseGolden,
  replayed,
} from './golden.ts';

/** What each golden ledger has. In the first nobody decided anything, and that is what the second is for. */
const HAS: Readonly<Record<number, { readonly kinds: readonly EntryKind[]; readonly reasons: readonly ReasonCode[] }>> =
  {
    1: {
      kinds: ENTRY_KINDS.filter((kind) => kind !== 'decision'),
      reasons: REASON_CODES.filter((code) => REASONS[code].stage !== 'payout' && REASONS[code].kind !== 'decision'),
    },
    2: {
      kinds: ['matched', 'unmatched', 'decision'],
      reasons: [
        ...(['AMOUNT_UNDER', 'ORDER_MISSING', 'PAYMENT_MISSING', 'SETTLEMENT_MISSING'] as const),
        ...(['PERIOD_CLOSED_TWICE', 'WRITTEN_OFF', 'EXPLAINED', 'LINKED', 'LINKED_IN', 'PERIOD_CLOSED'] as const),
      ],
    },
  };

describe.each([1, 2])('golden-%i', (version) => {
  const directory = goldenDirectory(version);
  let golden: Golden;

  beforeAll(() => {
    golden = parseGolden(join(directory, 'ledger.jsonl'));
  });

  it('has the first format, and every kind of entry and every reason that it is there for', () => {
    expect(golden.format).toBe('hesabu ledger 1');
    expect(GOLDEN_FORMAT).toBe(golden.format);
    const entries = entriesIn(golden);
    expect(entries.length).toBe(golden.entries);
    expect(ENTRY_KINDS.filter((kind) => entries.some(({ finding }) => finding.kind === kind))).toEqual(
      HAS[version]!.kinds,
    );
    const reasons = REASON_CODES.filter((code) => entries.some(({ finding }) => finding.reason === code));
    expect(reasons).toEqual(HAS[version]!.reasons);
    expect(entries.some(({ supersedes }) => supersedes.length > 0)).toBe(true);
  });

  it('replays from nothing to the same bytes and the same outcome root (F32 partly)', async () => {
    const parts = replayed(await logOf(golden));
    const sum = (name: 'blocks' | 'entries') => parts.reduce((total, part) => total + part.replayed[name], 0);
    expect([sum('blocks'), sum('entries')]).toEqual([golden.blocks, golden.entries]);
    const tables = parts.map(({ task }) => task.table);
    expect(outcomeRoot([outcomePart(tables, golden.partitions)])).toBe(golden.outcome_root);
  });

  it.each(['orders.v1', 'settlements.v1', ...(version === 1 ? [] : ['decisions.v1'])])(
    'a changed digit in %s is found, with partition and block',
    async (topic) => {
      const at = golden.batches.findIndex((batch) => batch.topic === topic && batch.partition === 1);
      const payload = Buffer.from(golden.batches[at]!.payload, 'base64');
      // The last digit of the first amount in the batch.
      payload[payload.indexOf('.00') + 2]! ^= 1;
      const batches = golden.batches.with(at, { ...golden.batches[at]!, payload: payload.toString('base64') });
      const log = await logOf({ ...golden, batches });
      expect(() => replayed(log)).toThrow(/^HESABU_REPLAY_DIFFERS: partition 1, block \d+: /);
    },
  );

  it('its inputs, read today, have the same outcome', async () => {
    expect((await makeGolden(version)).outcome_root).toBe(golden.outcome_root);
  });
});
