// Everything about one payment: its facts with their originals, how each field was decided and by which fact, past and
// future deadlines, where it stands, and every entry about it.

import { type Finding, type Standing, standingOf } from '../../domain/assessment.ts';
import type { Cause } from '../../domain/entry.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Claim, TaskTopic } from '../../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../../domain/handoff.ts';
import type { HintsByReason } from '../../domain/hints.ts';
import { isPayoutKey } from '../../domain/key.ts';
import type { Stage } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import { rulesInForce, timeOf } from '../../engine/executors/executors.ts';
import { hintsOfFindings } from '../../engine/hints.ts';
import { type ReadOnlyLedger, withReadOnlyLedger } from '../../engine/read-only-ledger.ts';
import type { LedgerHead } from '../../ledger/head.ts';
import { assessKey, readKeyGroup } from '../../matching/assess-key.ts';
import { contentHash, type PaymentState } from '../../matching/evolve.ts';
import { type Decision, deadlinesOf, type Explained, explain } from '../../matching/explain.ts';
import { type CompiledRules, compileRules, type Rules, rulesHash } from '../../matching/rules.ts';

import { statementName } from '../../matching/standing-claims.ts';
import {
  claimName,
  entriesAbout,
  factsGivenTo,
  factsUnder,
  givenByOffset,
  type LoggedFact,
  type ShownBody,
} from '../../projections/history.ts';

import type { KeyClaims } from '../../projections/lookup.ts';
import { riskAround } from '../../projections/risk/risk.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import { RulesLog } from '../../task/rules-log.ts';
import { findNamed, identitiesOf, type TracedIdentity } from './identities.ts';
import { type Original, originalsOf } from './originals.ts';

export interface TracedFact extends Original {
  /** From 1; the rest of the trace refers to the fact by it. */
  readonly number: number;
  readonly topic: TaskTopic;
  readonly partition: number;
  readonly offset: number;
  readonly id: string;
  readonly provider: string;
  /** The provider's account that it came from; null where nobody named it. */
  readonly account: string | null;
  readonly merchant: string;
  readonly occurred_at: Instant | null;
  readonly received_at: Instant;
  /** Whether another key gave it to this one. */
  readonly forwarded: boolean;
  /** The number of the earlier fact with the same content. */
  readonly repeats: number | null;
  /** Of an order, when its source said so. */
  readonly stated_at: Instant | null;
  /** Why it counts as never said; null if it counts. */
  readonly withdrawn: string | null;
  /** False if the ledger has not read it yet. */
  readonly reconciled: boolean;
  readonly body: ShownBody;
  readonly report: string | null;
  readonly payout: string | null;
}

export interface TracedDecision extends Omit<Decision, 'by'> {
  /** Numbers of facts. */
  readonly by: readonly number[];
}

export interface TracedSubject extends Omit<Explained, 'decisions'> {
  readonly decisions: readonly TracedDecision[];
}

export interface TracedDeadline {
  readonly at: Instant;
  readonly passed: boolean;
  readonly before: Readonly<Partial<Record<Stage, Standing>>>;
  readonly after: Readonly<Partial<Record<Stage, Standing>>>;
  readonly opens: readonly Finding[];
}

export interface TracedEntry {
  readonly id: string;
  readonly version: number;
  readonly finding: Finding;
  readonly as_of: Instant;
  /** The number of the fact that caused it; null if none did. */
  readonly cause: number | null;
  /** `handoff`: what another key told it, without a fact; `time`: time or new rules. */
  readonly caused_by: 'fact' | 'handoff' | 'time';
  readonly supersedes: readonly string[];
  readonly superseded_by: string | null;
}

export interface KeyTrace {
  readonly key: string;
  readonly partition: number;
  readonly merchant: string;
  readonly provider: string;
  readonly standing: Standing;
  readonly payment: Standing;
  readonly settlement: Standing;
  /** Of a payout; null for a payment. */
  readonly payout: Standing | null;
  readonly facts: readonly TracedFact[];
  readonly decisions: readonly TracedSubject[];
  readonly deadlines: readonly TracedDeadline[];
  readonly findings: readonly Finding[];
  /** What the breaks that ask may be about. */
  readonly hints: HintsByReason;
  readonly entries: readonly TracedEntry[];
  /** Risk signals of its order; they decide nothing. */
  readonly risk: readonly RiskSignal[];
}

/** A key with the name that was asked for. */
export interface TraceMatch {
  readonly key: string;
  readonly merchant: string;
  readonly provider: string;
  readonly standing: Standing;
}

export interface Trace {
  readonly asked: string;
  readonly as_of: Instant;
  readonly zone: string;
  readonly rules: string;
  readonly matches: readonly TraceMatch[];
  readonly identities: readonly TracedIdentity[];
  /** The trace of the key, if exactly one key has the name. */
  readonly story: KeyTrace | null;
}

/** Finds a key by any of its names. Throws HESABU_NOT_FOUND. Writes nothing. */
export async function traceName(dir: string, name: string): Promise<Trace> {
  return withReadOnlyLedger(dir, async (ledger) => {
    const { ask } = ledger.executors;
    const heads = await ask({ query: 'heads' });
    const found = await findNamed(ask, name);
    if (found.length === 0) {
      const remedy = 'Check the spelling, which is case-sensitive. Imported rows show only after a reconcile.';
      throw new HesabuError('HESABU_NOT_FOUND', { where: name, remedy });
    }
    const rules = rulesInForce(heads, new RulesLog(ledger.log));
    const tracer = new Tracer(ledger, heads, rules);
    found.sort((left, right) => (left.key < right.key ? -1 : 1));
    return {
      asked: name,
      as_of: timeOf(heads),
      zone: rules.zone,
      rules: rulesHash(rules),
      matches: found.map((key) => tracer.match(key)),
      identities: await identitiesOf(ask, found, name),
      story: found.length === 1 ? await tracer.trace(found[0]!) : null,
    };
  });
}

class Tracer {
  private readonly ledger: ReadOnlyLedger;
  private readonly heads: readonly LedgerHead[];
  private readonly rules: Rules;
  private readonly compiledRules: CompiledRules;
  private readonly asOf: Instant;

  constructor(ledger: ReadOnlyLedger, heads: readonly LedgerHead[], rules: Rules) {
    this.ledger = ledger;
    this.heads = heads;
    this.rules = rules;
    this.compiledRules = compileRules(rules);
    this.asOf = timeOf(heads);
  }

  match({ key, claims, decisions }: KeyClaims): TraceMatch {
    const assessment = assessKey(key, { claims, decisions }, this.compiledRules, this.asOf);
    const { merchant, provider } = assessment;
    return { key, merchant, provider, standing: standingOf(assessment) };
  }

  private risk({ key, claims }: KeyClaims): RiskSignal[] {
    const order = claims.map(({ body }) => body).find((body) => body.type === 'OrderPlaced');
    return order === undefined ? [] : riskAround(this.ledger.log, this.rules, key, order.placed_at);
  }

  private decisionsOf(key: string, state: PaymentState): Explained[] {
    return isPayoutKey(key) ? [] : explain(readKeyGroup(key, state, this.compiledRules, this.asOf));
  }

  async trace(found: KeyClaims): Promise<KeyTrace> {
    const { key, partition, claims, decisions } = found;
    const state = { claims, decisions };
    const { log } = this.ledger;
    const logged = [...factsUnder(log, partition, key), ...factsGivenTo(log, claims)];
    const numbers = new FactNumbers(logged, givenByOffset(log, partition, key));
    const { payment, settlement, payout, findings } = assessKey(key, state, this.compiledRules, this.asOf);
    const originals = await originalsOf(
      this.ledger,
      logged.map(({ fact }) => fact.raw),
    );
    return {
      ...this.match(found),
      partition,
      payment,
      settlement,
      payout,
      facts: logged.map((one, at) => tracedFact(one, at + 1, numbers, this.heads, originals)),
      decisions: this.decisionsOf(key, state).map((subject) => ({
        ...subject,
        decisions: subject.decisions.map((decision) => ({ ...decision, by: decision.by.map(numbers.of) })),
      })),
      deadlines: deadlinesOf(key, state, this.compiledRules).map((deadline) => ({
        ...deadline,
        passed: deadline.at <= this.asOf,
      })),
      findings,
      hints: await hintsOfFindings(this.ledger.executors.ask, key, findings),
      entries: entriesAbout(this.ledger.log, partition, key).map(({ id, entry, supersededBy }) => {
        const { version, finding, as_of, supersedes } = entry;
        const caused = numbers.causing(entry.cause);
        return { id, version, finding, as_of, ...caused, supersedes, superseded_by: supersededBy };
      }),
      risk: this.risk(found),
    };
  }
}

/** Facts by number. A claim has the number of the first fact that made it. */
class FactNumbers {
  private readonly byClaim = new Map<string, number>();
  private readonly byPlace = new Map<string, number>();
  private readonly given: ReadonlyMap<bigint, Claim>;
  private readonly withdrawn = new Map<string, string>();

  constructor(logged: readonly LoggedFact[], given: ReadonlyMap<bigint, Claim>) {
    this.given = given;
    for (const [at, { topic, partition, offset, fact }] of logged.entries()) {
      const name = claimName(fact);
      if (!this.byClaim.has(name)) this.byClaim.set(name, at + 1);
      this.byPlace.set(`${topic}/${partition}/${offset}`, at + 1);
      const { body } = fact;
      if (body.type !== 'ClaimWithdrawn') continue;
      this.withdrawn.set(statementName(body.claim, body.content, body.import_id), body.why);
    }
  }

  /** Why what an import said is withdrawn; null if it is not. */
  whyWithdrawn(claim: Claim): string | null {
    return this.withdrawn.get(statementName(claim.id, contentHash(claim), claim.import_id)) ?? null;
  }

  readonly of = (claim: Claim): number => {
    const number = this.byClaim.get(claimName(claim));
    if (number === undefined) throw new RangeError(`the log holds no fact with the claim ${claim.id}`);
    return number;
  };

  causing(cause: Cause | null): Pick<TracedEntry, 'cause' | 'caused_by'> {
    if (cause === null) return { cause: null, caused_by: 'time' };
    const { topic, partition, offset } = cause;
    const gift = topic === HANDOFFS_TOPIC ? this.given.get(offset) : undefined;
    const number = this.byPlace.get(`${topic}/${partition}/${offset}`) ?? (gift && this.byClaim.get(claimName(gift)));
    return number === undefined ? { cause: null, caused_by: 'handoff' } : { cause: number, caused_by: 'fact' };
  }
}

function tracedFact(
  { topic, partition, offset, fact }: LoggedFact,
  number: number,
  numbers: FactNumbers,
  heads: readonly LedgerHead[],
  originals: (raw: string) => Original,
): TracedFact {
  const { id, provider, account, merchant, occurred_at, received_at, forwarded, body, report, payout } = fact;
  const first = numbers.of(fact);
  return {
    number,
    topic,
    partition,
    offset: Number(offset),
    id,
    provider,
    account,
    merchant,
    occurred_at,
    received_at,
    forwarded,
    repeats: first === number ? null : first,
    stated_at: fact.stated_at,
    withdrawn: numbers.whyWithdrawn(fact),
    reconciled: offset < (heads[partition]!.positions.get(topic) ?? 0n),
    body,
    report,
    payout,
    ...originals(fact.raw),
  };
}
