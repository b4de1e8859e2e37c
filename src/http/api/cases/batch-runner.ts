// Does the work of batches, one after another, in rounds that leave callbacks their turn. A round's facts are on the
// disk before its rows are marked; after a crash between the two, what is in the ledger already is only marked.

import type { Logger } from 'pino';
import { readCaseId } from '../../../domain/case-id.ts';
import type { DecisionBody } from '../../../domain/decision.ts';
import type { Fact } from '../../../domain/fact.ts';
import { type DecisionDraft, decisionFact, decisionId } from '../../../producers/decisions/decision-facts.ts';
import type { DecisionKey } from '../../../producers/decisions/decision-key.ts';
import type { NamedCase } from '../../../projections/cases/named-cases.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { LedgerPort } from '../../ledger-port.ts';
import type { Act, Batch, BatchRow, BatchStore, BatchWork, Outcome } from '../batch.ts';
import { demandHeard, type OwnPart } from '../decision-call.ts';
import { needsProposals, plannedOf, rolesFor, verdictOf } from './verdict.ts';

/** So many facts are signed in some five milliseconds. */
const ROUND_ROWS = 250;
/** How long the work waits after a fault before it is tried again, in real time. */
const RETRY_MILLIS = 1_000;

export interface BatchRunnerParts {
  readonly ledger: Pick<LedgerPort, 'cases' | 'loop' | 'writer'>;
  readonly store: BatchStore;
  readonly decisionKey: DecisionKey;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly roundRows?: number;
}

type Settled = Outcome & Pick<BatchRow, 'number'>;

export class BatchRunner implements BatchWork {
  private readonly parts: BatchRunnerParts;
  private readonly ended = new AbortController();
  private running: Promise<void> | null = null;
  /** Whether there may be a batch that was not looked for yet. */
  private isWoken = false;

  constructor(parts: BatchRunnerParts) {
    this.parts = parts;
  }

  /** Also at the start: what a crash interrupted is finished. */
  wake(): void {
    this.isWoken = true;
    if (this.running !== null || this.ended.signal.aborted) return;
    this.running = this.run().finally(() => {
      this.running = null;
      if (this.isWoken) this.wake();
    });
  }

  /** Ends after the round that is under way; the rest is done after the next start. */
  async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { store, logger } = this.parts;
    while (!this.ended.signal.aborted) {
      let batch: Batch | undefined;
      try {
        this.isWoken = false;
        batch = store.unfinished();
        if (batch === undefined) return;
        await this.work(batch);
      } catch (error) {
        logger.error({ err: error, batch: batch?.id }, 'a batch could not be worked; it is tried again');
        await this.pause(RETRY_MILLIS);
      }
    }
  }

  private async work(batch: Batch): Promise<void> {
    const { store, ledger, clock, roundRows: limit = ROUND_ROWS } = this.parts;
    const { id } = batch;
    demandHeard(this.parts);
    // What was decided before the batch counts for it, and so does what an interrupted round decided.
    await ledger.loop.catchUp();
    for (let after = 0; ; ) {
      const rows = store.rows({ batch: id, merchants: null, status: 'waiting', after, limit });
      if (rows.length === 0) break;
      if (this.ended.signal.aborted) return;
      await store.settle(id, await this.round(batch, rows));
      after = rows.at(-1)!.number;
    }
    // Who is told that it is finished sees it in every list.
    await ledger.loop.catchUp();
    store.finish(id, clock.now());
  }

  private async round(batch: Batch, rows: readonly BatchRow[]): Promise<Settled[]> {
    const { ledger, decisionKey } = this.parts;
    const acts = rows.map(({ given }) => given.act ?? batch.act!);
    const asked = rows.map(({ given: { case: id, merchant } }, at) => {
      return { id, planned: plannedOf(acts[at]!, merchant, batch, batch.at) };
    });
    const found = await ledger.cases.named(asked, acts.some(needsProposals));
    const facts: Fact<DecisionBody>[] = [];
    const settled = rows.map((row, at): Settled => {
      const { number, given } = row;
      const decision = rowDecision(batch, number);
      const one = found.get(given.case);
      if (one !== undefined && hasDecided(one, decision)) return { number, ...settledAs('done'), decision };
      const verdict = verdictOf(acts[at]!, given, one, batch);
      if (verdict.status === 'refused')
        return { number, ...settledAs('refused'), code: verdict.code, why: verdict.why };
      if (verdict.status === 'unchanged') return { number, ...settledAs('unchanged') };
      facts.push(factOf(batch, { ...row, act: acts[at]! }, verdict.own, decisionKey));
      return { number, ...settledAs('done'), decision };
    });
    await ledger.writer.append(facts);
    return settled;
  }

  private pause(millis: number): Promise<void> {
    const { signal } = this.ended;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function settledAs(status: Outcome['status']): Outcome {
  return { status, code: null, why: null, decision: null };
}

function hasDecided({ talk, decided }: NamedCase, decision: string): boolean {
  const isIt = ({ id }: { readonly id: string }) => id === decision;
  return talk.assignments.some(isIt) || talk.notes.some(isIt) || decided.includes(decision);
}

/** Makes a row's decision the same whenever it is made. */
function keyOf({ id }: Pick<Batch, 'id'>, number: number): string {
  return `${id}:${number}`;
}

/** The decision that a row of a batch becomes. */
export function rowDecision(batch: Pick<Batch, 'id' | 'person'>, number: number): string {
  return decisionId(batch.person, keyOf(batch, number));
}

/** It has the batch's time and roles, so that it has the same bytes after a crash. */
function factOf(
  batch: Batch,
  { number, given, act }: Pick<BatchRow, 'number' | 'given'> & { readonly act: Act },
  own: OwnPart,
  key: DecisionKey,
): Fact<DecisionBody> {
  const { key: about, ...named } = readCaseId(given.case)!;
  const { merchant } = given;
  const by = { person: batch.person, roles: rolesFor(act, merchant, batch), via: batch.via };
  const draft = { ...own, about, case: named, by, batch: batch.id } as DecisionDraft;
  return decisionFact(draft, { merchant, at: batch.at, key: keyOf(batch, number) }, key);
}
