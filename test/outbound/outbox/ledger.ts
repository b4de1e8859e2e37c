// A ledger written by hand, block by block, for readers of its entries.

import type { Finding } from '../../../src/domain/assessment.ts';
import type { EntryDraft } from '../../../src/domain/entry.ts';
import type { ReasonCode } from '../../../src/domain/reasons.ts';
import { sha256 } from '../../../src/ledger/digest.ts';
import { emptyHead, type LedgerHead } from '../../../src/ledger/head.ts';
import type { EventLog } from '../../../src/log/event-log.ts';
import { BatchBuilder } from '../../../src/log/value-frames.ts';
import { buildBlock } from '../../ledger/blocks.ts';

const RULES_HASH = sha256(Buffer.from('rules'));

export interface Drafted {
  readonly key: string;
  readonly reason: ReasonCode | null;
  readonly supersedes?: readonly string[];
  readonly merchant?: string;
}

export function draft({ key, reason, supersedes = [], merchant = 'duka' }: Drafted, at: number): EntryDraft {
  const kind = reason === null ? 'matched' : reason.startsWith('ORDER_') ? 'closed' : 'unmatched';
  const amounts = { expected: '1000.00', observed: '0.00', difference: '-1000.00', currency: 'KES' };
  const finding: Finding = { stage: 'payment', kind, reason, subject: '', opened_at: at - 1_000, ...amounts };
  return { key, version: 1, merchant, provider: 'mfs-africa', finding, cause: null, supersedes };
}

export class LedgerWriter {
  private readonly log: Pick<EventLog, 'append'>;
  private readonly heads = new Map<number, LedgerHead>();

  constructor(log: Pick<EventLog, 'append'>) {
    this.log = log;
  }

  async block(partition: number, at: number, drafts: readonly Drafted[]): Promise<void> {
    const head = this.heads.get(partition) ?? emptyHead(partition);
    const terms = { inputs: [], as_of: at, deadlines_to: at, rules_hash: RULES_HASH };
    const built = buildBlock(
      head,
      terms,
      drafts.map((one) => draft(one, at)),
    );
    const builder = new BatchBuilder();
    builder.add(built.bytes);
    const place = { topic: 'ledger.v1', partition, source: 0, expectedEnd: BigInt(head.height + 1) } as const;
    await this.log.append([{ ...place, ...builder.take() }]);
    this.heads.set(partition, built.head);
  }
}
