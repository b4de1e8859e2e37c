// The cases of a running ledger: pages come from a list in this thread, which is told after each round what changed, so
// that nobody who asks for one waits for a round. What is asked of single cases is asked of the ledger's thread.

import type { Calendar } from '../../domain/calendar.ts';
import type { Ask } from '../../engine/executors/queries.ts';
import type { CasePort } from '../../http/ledger-port.ts';
import { compileRules, type Rules } from '../../matching/rules.ts';
import { Ageing } from '../../projections/cases/case-ages.ts';
import type { CaseOfKey, NamedCases } from '../../projections/cases/case-index.ts';
import { CaseList } from '../../projections/cases/case-list.ts';
import { type Caught, caughtBy, type Routing } from '../../projections/cases/case-owners.ts';
import type { AskedPage, CasePage } from '../../projections/cases/case-question.ts';
import type { SignOfRefunds } from '../../projections/cases/case-refunds.ts';
import type { Attached } from '../../projections/cases/case-talk.ts';
import type { AskedCase } from '../../projections/cases/named-cases.ts';
import type { SettledPage, SettledQuestion } from '../../projections/cases/settled-proposals.ts';
import type { KeyEntriesQuestion, KeyEntry } from '../../projections/key-entries.ts';
import { inTime, timelyAsk } from './timely-ask.ts';

/** How many blocks are read in one piece. */
const PIECE = 200;
/** Of so many keys the entries are kept. */
const ENTRIES_MAX = 500;

export interface LiveCaseParts {
  readonly ask: Ask;
  readonly routing: () => Routing;
  /** The rules in force. */
  readonly rules: () => Rules;
  /** How long who asks waits, in real milliseconds. */
  readonly answerMillisMax: number;
}

export class LiveCases implements CasePort {
  private readonly parts: LiveCaseParts;
  /** For callers who wait. */
  private readonly ask: Ask;
  private readonly list = new CaseList();
  /** By which the list has its owners; null until it has all cases. */
  private listed: Routing | null = null;
  private readonly entries = new Map<string, readonly KeyEntry[]>();
  private turn: Promise<void> = Promise.resolve();
  private compiled: { readonly rules: Rules; readonly calendar: Calendar } | null = null;

  constructor(parts: LiveCaseParts) {
    this.parts = parts;
    this.ask = timelyAsk(parts.ask, parts.answerMillisMax);
  }

  /** As of the last round that has ended. */
  async page({ q, ...question }: AskedPage, signOf?: SignOfRefunds): Promise<CasePage> {
    const { rules } = this.parts;
    await this.ensureList();
    const keys = q?.how === 'id' ? this.list.keysToAsk() : [];
    const named = keys.length > 0 ? await this.ask({ query: 'keysWithId', id: q!.text, keys }) : [];
    const ageing = new Ageing(this.calendarOf(rules()), question.now);
    return this.list.page({ ...question, q }, ageing, { named: new Set(named), ...(signOf && { signOf }) });
  }

  /** Counted as of the last round that has ended. */
  async routing(): Promise<Caught> {
    await this.ensureList();
    return caughtBy(this.parts.routing(), this.list.open());
  }

  named(cases: readonly AskedCase[], withProposals: boolean): Promise<NamedCases> {
    return this.ask({ query: 'namedCases', cases, withProposals, routing: this.parts.routing() });
  }

  attached(sha256: string): Promise<readonly Attached[]> {
    return this.ask({ query: 'attached', sha256, routing: this.parts.routing() });
  }

  ofKey(key: string): Promise<readonly CaseOfKey[]> {
    return this.ask({ query: 'casesOfKey', key, routing: this.parts.routing() });
  }

  /** While the same entries hold, those before them are the same. */
  async entriesOf({ key, partition, entryIds }: KeyEntriesQuestion): Promise<readonly KeyEntry[]> {
    const name = [key, ...entryIds].join('\n');
    const known = this.entries.get(name) ?? (await this.ask({ query: 'keyEntries', key, partition, entryIds }));
    if (this.entries.size >= ENTRIES_MAX) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(name, known);
    return known;
  }

  /** In pieces, between which the ledger's thread does other work. */
  async settled(question: SettledQuestion): Promise<SettledPage> {
    for (;;) {
      const routing = this.parts.routing();
      const page = await this.ask({ query: 'settledProposals', ...question, routing, most: PIECE });
      if (page.left === 0) return page;
    }
  }

  /** After a round. Where nobody has asked for a page yet, the first one brings the list up to date itself. */
  async afterRound(): Promise<void> {
    if (this.listed === null) return;
    // The next one who asks tries again, and hears why it failed.
    await this.bringUp().catch(() => {
      this.listed = null;
    });
  }

  private async ensureList(): Promise<void> {
    const { routing, answerMillisMax } = this.parts;
    if (this.listed !== routing()) await inTime(this.bringUp(), 'caseChanges', answerMillisMax);
  }

  private calendarOf(rules: Rules): Calendar {
    if (this.compiled?.rules !== rules) this.compiled = { rules, calendar: compileRules(rules).calendar };
    return this.compiled.calendar;
  }

  private bringUp(): Promise<void> {
    const next = this.turn.then(async () => {
      const routing = this.parts.routing();
      await this.list.bringUp((question) => this.parts.ask({ query: 'caseChanges', ...question }), routing);
      this.listed = routing;
    });
    this.turn = next.catch(() => {});
    return next;
  }
}
