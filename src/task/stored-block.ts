// Executes a stored block again: in a replay from the beginning, after a snapshot, and after another process made it.
// Each block must give the stored bytes; only under other rules may the result differ.

import { HesabuError } from '../domain/errors.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import { type BlockHeader, decodeBlock } from '../ledger/block-codec.ts';
import { type Digest, digestToHex } from '../ledger/digest.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { batchesOf, giveBackBatches } from './block-inputs.ts';
import { epochOf } from './epochs.ts';
import type { Handoffs } from './handoff-writer.ts';
import { type RulesByHash, rulesBefore } from './rules-store.ts';
import type { ReconciliationTask, TaskBlock } from './task.ts';

export interface StoredBlock {
  readonly header: BlockHeader;
  /** The header's hash, and so that of the whole block. */
  readonly hash: Digest;
  /** If they are known, not one byte may differ. */
  readonly bytes?: Buffer;
}

/** The log from which a block's inputs are read. */
type InputLog = Pick<EventLog, 'read'>;

/** Reads the block that follows a head. Throws HESABU_REPLAY_DIFFERS for bytes that are not a block. */
export function readStored(head: LedgerHead, bytes: Buffer): StoredBlock {
  return attempt(head, () => {
    const { header, hash } = decodeBlock(bytes);
    return { header, hash, bytes };
  });
}

/**
 * Executes the block that follows the task's head, under the rules that it names. Returns how many facts it read; the
 * task then stands after it. Throws HESABU_REPLAY_DIFFERS, with partition and block, if the result is another block.
 */
export function executeStored(
  task: ReconciliationTask,
  stored: StoredBlock,
  log: InputLog,
  rules: RulesByHash,
  onHandoffs: (handoffs: Handoffs) => void = () => {},
): number {
  const { head } = task;
  const now = rules(digestToHex(stored.header.rules_hash));
  const { made, facts } = execute(task, stored.header, log, now, rulesBefore(head, rules, now));
  const isSame = stored.bytes === undefined ? made.head.hash === stored.hash : made.bytes.equals(stored.bytes);
  if (isSame) {
    onHandoffs(made.handoffs);
    return facts;
  }
  const [expected, found] = [stored.hash, made.head.hash].map((hash) => `the block with hash ${digestToHex(hash)}`);
  throw differs(head, { expected: expected!, found: expected === found ? 'other entries under this hash' : found! });
}

/** Executes the same inputs at the same time under other rules. Returns how many facts the block read. */
export function executeUnder(
  task: ReconciliationTask,
  { header }: StoredBlock,
  log: InputLog,
  rules: CompiledRules,
): number {
  return execute(task, header, log, rules).facts;
}

function execute(
  task: ReconciliationTask,
  header: BlockHeader,
  log: InputLog,
  rules: CompiledRules,
  before = rules,
): { readonly made: TaskBlock; readonly facts: number } {
  return attempt(task.head, () => {
    const batches = batchesOf(log, header);
    const made = task.step(batches, header.as_of, rules, { before, deadlinesTo: header.deadlines_to });
    const isEpoch = epochOf(batches) !== undefined;
    giveBackBatches(batches);
    // What keys told each other are no facts.
    const facts = isEpoch ? [] : batches.filter(({ topic }) => topic !== HANDOFFS_TOPIC);
    return { made, facts: facts.reduce((sum, batch) => sum + Number(batch.to - batch.from), 0) };
  });
}

/** What a JavaScript engine says when the machine, not the bytes, has too little: it says nothing of the ledger. */
const EXHAUSTED: ReadonlySet<string> = new Set(['Array buffer allocation failed', 'Maximum call stack size exceeded']);

/** A block after this head that cannot be read or executed does not follow from the facts. */
function attempt<Result>(head: LedgerHead, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RangeError) || EXHAUSTED.has(error.message)) throw error;
    throw differs(head, { found: error.message }, error);
  }
}

function differs(
  { partition, height }: LedgerHead,
  details: { readonly expected?: string; readonly found: string },
  cause?: Error,
): HesabuError {
  const where = `partition ${partition}, block ${height + 1}`;
  return new HesabuError('HESABU_REPLAY_DIFFERS', { where, ...details }, cause);
}
