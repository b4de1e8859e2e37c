// A trace as text for a terminal. Facts are numbered, and everything else refers to them by number. Times are local to
// the rules' zone, with UTC beside them.

import { basename } from 'node:path';
import { type Finding, type Standing, stagesOf } from '../../domain/assessment.ts';
import { isDecisionBody } from '../../domain/decision.ts';
import { sourceName } from '../../domain/fact.ts';
import { hintsAt } from '../../domain/hints.ts';
import type { Surroundings } from '../../domain/reason-doubts.ts';
import { type Language, sentenceFor, titleOf, wordFor } from '../../domain/reason-words.ts';
import { STAGES, type Stage } from '../../domain/reasons.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { isUnsigned } from '../../matching/evidence.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import { riskSentence, riskTitle } from '../../projections/risk/words.ts';
import { isOpen } from '../../task/assessment-codec.ts';
import { localAndUtc } from '../reports/local-time.ts';
import { grouped, paint, printable, type TextTarget, tableText } from '../reports/table.ts';
import { WORDS } from '../reports/words.ts';
import { bodyText } from './body-text.ts';
import { identityTexts } from './identity-text.ts';
import type { KeyTrace, Trace, TracedDeadline, TracedDecision, TracedEntry, TracedFact, TraceMatch } from './trace.ts';
import { TRACE_WORDS } from './trace-words.ts';

export interface TraceTextOptions {
  readonly lang: Language;
  readonly target: TextTarget;
  /** Whether everything is printed, however much one reference has. */
  readonly all: boolean;
}

/** Without `all`, each section has so many: more than any usual payment has, and few enough to read. */
const SHOWN_MAX = 100;
/** And each list within a line has so many. */
const NAMED_MAX = 20;

/** The trace, ending with a line end. Where a section has only a part, its last line tells how many more there are. */
export function traceText(trace: Trace, { lang, target, all }: TraceTextOptions): string {
  const { story: traced } = trace;
  const writer = new TraceWriter(trace.zone, lang, target, all);
  const asOf = `${WORDS[lang].phrases.asOf} ${localAndUtc(trace.as_of, trace.zone)}`;
  const named = identityTexts(trace, lang);
  if (traced !== null) return `${[writer.head(traced, asOf), ...writer.sections(traced, named)].join('\n\n')}\n`;
  const title = TRACE_WORDS[lang].several(trace.matches.length, printable(trace.asked));
  return `${[`${title}\n${writer.matches(trace.matches)}`, ...writer.identities(named)].join('\n\n')}\n`;
}

class TraceWriter {
  private readonly zone: string;
  private readonly lang: Language;
  private readonly target: TextTarget;
  private readonly all: boolean;

  constructor(zone: string, lang: Language, target: TextTarget, all: boolean) {
    this.zone = zone;
    this.lang = lang;
    this.target = target;
    this.all = all;
  }

  private get words() {
    return TRACE_WORDS[this.lang];
  }

  matches(matches: readonly TraceMatch[]): string {
    const { columns, standings } = WORDS[this.lang];
    const head = [columns.transaction_reference, columns.merchant, columns.provider, columns.standing];
    return tableText(
      head.map((title) => ({ title })),
      matches.map(({ key, merchant, provider, standing }) => [
        printable(key),
        printable(merchant),
        printable(provider),
        standings[standing],
      ]),
    );
  }

  head(traced: KeyTrace, asOf: string): string {
    const { key, merchant, provider, standing } = traced;
    const { standings, stages, phrases } = WORDS[this.lang];
    const own = Object.entries(stagesOf(traced)) as [Stage, Standing][];
    const parts = own.map(([stage, where]) => `${stages[stage]}${phrases.colon}${standings[where]}`);
    const who = [merchant, provider].filter((name) => name !== '').map(printable);
    return [
      `${paint('bold', printable(key), this.target)}  ${who.join(', ')}`,
      `${this.words.standing}${phrases.colon}${standings[standing]} (${parts.join(phrases.comma)})`,
      asOf,
    ].join('\n');
  }

  sections(traced: KeyTrace, named: readonly string[]): string[] {
    const { facts, decisions, deadlines, findings, hints, entries, risk } = traced;
    const { words } = this;
    const decided = this.part(decisions, ({ subject, name, decisions: list }) => {
      const title = subject === 'order' ? words.order : `${words.payment} ${printable(name)}`;
      return `${title}\n${this.decisions(list)}`;
    });
    // Where not all are shown: what is wrong, and what was written last.
    const breaksFirst = [...findings.filter(isOpen), ...findings.filter((finding) => !isOpen(finding))];
    const found = findings.length > SHOWN_MAX && !this.all ? breaksFirst : findings;
    const reasons = new Set(findings.map(({ reason }) => reason));
    const shown = (finding: Finding) => this.finding(finding, { reasons, hints: hintsAt(hints, finding.reason) });
    return [
      ...this.identities(named),
      this.section(words.facts, this.part(facts, (fact) => this.fact(fact)).join('\n')),
      ...(decided.length === 0 ? [] : [this.section(words.decisions, decided.join('\n\n'))]),
      this.section(
        words.deadlines,
        deadlines.length === 0
          ? words.noDeadlines
          : this.part(deadlines, (deadline) => this.deadline(deadline)).join('\n'),
      ),
      this.section(words.findings, findings.length === 0 ? words.noFindings : this.part(found, shown).join('\n')),
      ...(risk.length === 0 ? [] : [this.section(WORDS[this.lang].phrases.risk, risk.map(this.risk).join('\n'))]),
      this.section(words.entries, this.lastPart(entries, (entry) => this.entry(entry)).join('\n')),
    ];
  }

  identities(texts: readonly string[]): string[] {
    return texts.length === 0 ? [] : [this.section(this.words.identities, this.part(texts, String).join('\n'))];
  }

  /** The first of a list as text, and how many more there are. */
  private part<Kind>(list: readonly Kind[], show: (one: Kind) => string): string[] {
    if (this.all || list.length <= SHOWN_MAX) return list.map(show);
    return [...list.slice(0, SHOWN_MAX).map(show), this.words.more(grouped(String(list.length - SHOWN_MAX)))];
  }

  /** How many there are before the last of a list, and those as text. */
  private lastPart<Kind>(list: readonly Kind[], show: (one: Kind) => string): string[] {
    if (this.all || list.length <= SHOWN_MAX) return list.map(show);
    return [this.words.moreBefore(grouped(String(list.length - SHOWN_MAX))), ...list.slice(-SHOWN_MAX).map(show)];
  }

  /** The first of some names in one line, and how many more there are. */
  private named(names: readonly (string | number)[], between = ' '): string {
    if (this.all || names.length <= NAMED_MAX) return names.join(between);
    return `${names.slice(0, NAMED_MAX).join(between)} (+${grouped(String(names.length - NAMED_MAX))})`;
  }

  private readonly risk = (signal: RiskSignal): string => {
    const title = `${signal.signal} (${riskTitle(signal.signal, this.lang)})`;
    return `${title}\n    ${printable(riskSentence(signal, this.lang))}`;
  };

  private section(title: string, text: string): string {
    return `${paint('bold', title, this.target)}\n${text}`;
  }

  private fact(fact: TracedFact): string {
    const { words } = this;
    const { comma } = WORDS[this.lang].phrases;
    const notes = [
      ...(fact.repeats === null ? [] : [words.repeats(fact.repeats)]),
      ...(isUnsigned(fact) ? [words.unsigned] : []),
      ...(fact.forwarded ? [words.forwarded] : []),
      ...(fact.withdrawn === null ? [] : [`${words.kinds.withdrawn} (${printable(fact.withdrawn)})`]),
      ...(fact.reconciled ? [] : [words.unread]),
    ];
    const source = fact.account === null ? [] : [words.account(printable(sourceName(fact)))];
    const isOwnWord = fact.stated_at !== null && fact.stated_at !== fact.received_at;
    const stated = isOwnWord ? `${comma}${words.stated} ${this.at(fact.stated_at)}` : '';
    const at = 'untimed' in fact.body ? null : fact.occurred_at;
    const happened = at === null ? words.noTime : `${words.happened} ${this.at(at)}${stated}`;
    const said = bodyText(fact.body, this.lang, (at) => this.at(at));
    const head = `${String(fact.number).padStart(2)}  ${[said, ...notes].join(comma)}`;
    // What a person decided, or another key told, is of no file, and a withdrawal of no row: its import and reason are
    // all of it.
    if (isDecisionBody(fact.body)) return `${head}\n    ${happened}`;
    if (fact.body.type === 'PayoutPart') return head;
    if (fact.body.type === 'ClaimWithdrawn') return `${head}\n    ${words.received} ${this.at(fact.received_at)}`;
    const lines = [
      head,
      // A line of a settlement or a bank mostly has no time but its date, which `body` shows.
      ...(isLine(fact.body) && fact.occurred_at === null ? [] : [`    ${happened}`]),
      `    ${[...source, this.place(fact)].join(comma)}${comma}${words.received} ${this.at(fact.received_at)}`,
      `    > ${fact.raw === null ? words.notKept : fact.raw.split('\n').map(printable).join('\n    > ')}`,
    ];
    return lines.join('\n');
  }

  private place({ origin, exchange }: TracedFact): string {
    const { words } = this;
    if (exchange !== null) return words.exchange(printable(`${exchange.method} ${exchange.path}`).trim(), exchange.id);
    return origin === null ? words.unknownFile : words.line(printable(basename(origin.file)), origin.line);
  }

  private word(word: string): string {
    return printable(wordFor(word, this.lang));
  }

  private decisions(decisions: readonly TracedDecision[]): string {
    const { words } = this;
    return tableText(
      words.columns.map((title) => ({ title })),
      decisions.map((decision) => [
        words.fields[decision.field],
        this.value(decision),
        words.grounds[decision.ground],
        this.named(decision.by),
      ]),
    );
  }

  private value({ field, value, unit, currency }: TracedDecision): string {
    const { words } = this;
    if (value === null) return words.none;
    if (unit === 'time') return this.at(parseInstant(value)!);
    if (unit === 'money') return `${grouped(value)} ${currency ?? ''}`.trim();
    if (field === 'order_status') return words.orderStatuses[value as keyof typeof words.orderStatuses];
    return this.word(value);
  }

  private deadline({ at, passed, before, after, opens }: TracedDeadline): string {
    const { words } = this;
    const { stages, standings, phrases } = WORDS[this.lang];
    const moves = STAGES.flatMap((stage) => {
      const [from, to] = [before[stage], after[stage]];
      if (from === undefined || to === undefined || from === to) return [];
      return [`${stages[stage]}${phrases.colon}${standings[from]} -> ${standings[to]}`];
    });
    const found = this.named(
      opens.map((finding) => this.titleOf(finding)),
      phrases.comma,
    );
    const what = [...moves, ...(found === '' ? [] : [found])].join(phrases.comma) || words.nothingChanges;
    return `${this.at(at)}  ${passed ? words.passed : words.next}  ${what}`;
  }

  private titleOf(finding: Finding): string {
    const { kinds } = WORDS[this.lang];
    if (finding.reason === null) return kinds[finding.kind];
    return `${finding.reason} (${titleOf(finding.reason, this.lang)})`;
  }

  private finding(finding: Finding, besides: Surroundings): string {
    const { stages, phrases } = WORDS[this.lang];
    const since = finding.opened_at === null ? '' : `\n    ${this.words.since} ${this.at(finding.opened_at)}`;
    const title = `${stages[finding.stage]}${phrases.colon}${this.titleOf(finding)}`;
    return `${title}\n    ${sentenceFor(finding, this.lang, besides)}${since}`;
  }

  private entry({ id, finding, as_of, cause, caused_by, supersedes, superseded_by }: TracedEntry): string {
    const { words } = this;
    const { stages, kinds, phrases } = WORDS[this.lang];
    const about = [
      `${words.asOf} ${this.at(as_of)}`,
      cause === null ? words.causes[caused_by] : words.byFact(cause),
      ...(supersedes.length === 0 ? [] : [words.supersedes(this.named(supersedes))]),
      superseded_by === null ? words.stands : words.supersededBy(superseded_by),
    ];
    const reason = finding.reason === null ? '' : ` ${finding.reason}`;
    const { observed, currency } = finding;
    const told =
      observed !== null && currency !== null && /^-?\d+(\.\d+)?$/.test(observed) ? grouped(observed) : observed;
    const amount = told === null ? '' : `  ${printable(told)} ${currency ?? ''}`.trimEnd();
    return `${id}  ${stages[finding.stage]} ${kinds[finding.kind]}${reason}${amount}\n    ${about.join(phrases.comma)}`;
  }

  private at(at: Instant): string {
    return localAndUtc(at, this.zone);
  }
}

function isLine({ type }: TracedFact['body']): boolean {
  return type === 'SettlementLineReported' || type === 'BankLineReported';
}
