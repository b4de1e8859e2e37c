// One transaction for the API: its standing and deadline, its findings in words, how each value was decided, and by
// whose claims. Everything is text: amounts are decimals, times are ISO 8601 UTC.

import { type Finding, type Standing, standingOf } from '../domain/assessment.ts';
import { type Claim, type FactTopic, isFromSource, type SourceBody, topicOf } from '../domain/fact.ts';
import { type Hints, NO_HINTS } from '../domain/hints.ts';
import type { Surroundings } from '../domain/reason-doubts.ts';
import { LANGUAGES, type Language, sentenceFor } from '../domain/reason-words.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import { assessKey, readKeyGroup } from '../matching/assess-key.ts';
import { isUnsigned } from '../matching/evidence.ts';
import { type Explained, explain } from '../matching/explain.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { type KeyClaims, sourceClaims } from './lookup.ts';
import { type Transaction, transactionOf } from './transactions.ts';

export interface FindingView extends Omit<Finding, 'opened_at'> {
  readonly opened_at: string | null;
  /** The same finding as a sentence, in each language. */
  readonly message: Readonly<Record<Language, string>>;
  /** What a break that asks may be about; absent where nothing is known. */
  readonly hints?: Hints;
}

/** Of a claim's body; the further ids of a payment have names of their own. */
type Member = string | null | boolean | Readonly<Record<string, string>>;

/** One source's claim. Personal data are keyed hashes, as everywhere inside. */
export interface ClaimView {
  readonly id: string;
  readonly topic: FactTopic;
  readonly provider: string;
  /** The provider's account that it came from; null for orders, and where nobody named it. */
  readonly account: string | null;
  readonly occurred_at: string | null;
  /** Whether another key gave it to this one. */
  readonly forwarded: boolean;
  /** Whether nobody signed it, so that it counts for nothing by itself. */
  readonly unsigned: boolean;
  /** The import of the file that said it; null for what came in by itself. */
  readonly import: number | null;
  /** Its row there, as `hesabu trace` names it; null where nobody looked into the log for it. */
  readonly row: number | null;
  readonly body: Readonly<Record<string, Member>>;
}

export interface DecidedView extends Omit<Explained, 'decisions'> {
  readonly decisions: readonly (Omit<Explained['decisions'][number], 'by'> & { readonly by: readonly string[] })[];
}

/** A view lists so many of each: of its claims, findings and payments, and of the claims that a value comes from. */
const LISTED_MAX = 1_000;

/** Whether claims are listed that count for nothing. */
export type Shown = 'all claims' | 'claims that count';

export interface TransactionView {
  readonly transaction_reference: string;
  readonly merchant: string;
  readonly provider: string;
  readonly partition: number;
  readonly as_of: string;
  readonly standing: Standing;
  readonly stages: Readonly<Record<'payment' | 'settlement', Standing>>;
  readonly amounts: Pick<Transaction, 'order_amount' | 'paid' | 'returned' | 'settled' | 'fee' | 'currency'>;
  readonly paid_at: string | null;
  readonly settled_on: string | null;
  /** Each with its entry; null if the ledger has not written it yet. */
  readonly findings: readonly (FindingView & { readonly entry: string | null })[];
  readonly decided: readonly DecidedView[];
  readonly claims: readonly ClaimView[];
  /** How many there are, also where the lists have only the first of them. */
  readonly counts: { readonly claims: number; readonly findings: number; readonly payments: number };
  /** When time alone may change something; null if never. */
  readonly next_deadline: string | null;
}

/** Pure: the key's claims as the rules read them at a time. */
export function transactionView(
  found: KeyClaims,
  rules: CompiledRules,
  asOf: Instant,
  shown: Shown = 'all claims',
): TransactionView {
  const state = { claims: found.claims, decisions: found.decisions };
  const assessment = assessKey(found.key, state, rules, asOf);
  const about = readKeyGroup(found.key, state, rules, asOf);
  const { merchant, provider, payment, settlement, findings, next_deadline } = assessment;
  const sums = transactionOf(found.key, merchant, provider, about);
  const { order_amount, paid, returned, settled, fee, currency } = sums;
  const reasons = new Set(findings.map(({ reason }) => reason));
  const claims = shown === 'all claims' ? sourceClaims(found.claims) : about.heard.claims.filter(isFromSource);
  return {
    transaction_reference: found.key,
    merchant,
    provider,
    partition: found.partition,
    as_of: formatInstant(asOf),
    standing: standingOf(assessment),
    stages: { payment, settlement },
    amounts: { order_amount, paid, returned, settled, fee, currency },
    paid_at: timeText(sums.paid_at),
    settled_on: sums.settled_on,
    findings: listedOf(findings).map((at) => {
      return { ...findingView(findings[at]!, { reasons }), entry: found.entryIds[at] ?? null };
    }),
    decided: explain(about, LISTED_MAX).map((subject) => ({
      ...subject,
      decisions: subject.decisions.map((decision) => ({
        ...decision,
        by: decision.by.slice(0, LISTED_MAX).map(({ id }) => id),
      })),
    })),
    claims: claims.slice(0, LISTED_MAX).map(claimView),
    counts: { claims: claims.length, findings: findings.length, payments: about.payments.length },
    next_deadline: timeText(next_deadline),
  };
}

/** The places of the findings that are listed: where not all are, the breaks first. */
function listedOf(findings: readonly Finding[]): number[] {
  const places = [...findings.keys()];
  if (places.length <= LISTED_MAX) return places;
  const isBreak = (at: number) => findings[at]!.reason !== null;
  return [...places.filter(isBreak), ...places.filter((at) => !isBreak(at))].slice(0, LISTED_MAX);
}

/** Beside what else is known of its key. */
export function findingView(finding: Finding, besides: Surroundings = {}): FindingView {
  return withSurroundings({ ...finding, opened_at: timeText(finding.opened_at) }, besides);
}

/** The same view in the words that are right beside what else is known. */
export function withSurroundings<View extends Omit<FindingView, 'message'>>(
  view: View,
  besides: Surroundings,
): View & FindingView {
  const message = Object.fromEntries(LANGUAGES.map((language) => [language, sentenceFor(view, language, besides)]));
  const { hints = NO_HINTS } = besides;
  const named = hints.named.length === 0 ? {} : { hints };
  return { ...view, message: message as Record<Language, string>, ...named };
}

function claimView(claim: Claim<SourceBody>): ClaimView {
  const { id, provider, account, occurred_at, forwarded, import_id, body } = claim;
  // Only instants are numbers in a body: amounts are texts.
  const members = Object.entries(body).map(([name, value]: [string, Member | number]): [string, Member] => [
    name,
    typeof value === 'number' ? formatInstant(value) : value,
  ]);
  return {
    id,
    topic: topicOf(body),
    provider,
    account,
    occurred_at: timeText(occurred_at),
    forwarded,
    unsigned: isUnsigned(claim),
    import: import_id === 0 ? null : import_id,
    row: null,
    body: Object.fromEntries(members),
  };
}

function timeText(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
