// The statements of a running ledger: worked out in its thread from kept sums, and kept for those who ask next.

import type { Day } from '../../domain/calendar.ts';
import type { Ask, Query, QueryName, Whole } from '../../engine/executors/queries.ts';
import type { AskedStatementLine, DayStatements, StatementPort } from '../../http/ledger-port.ts';
import { rulesHash } from '../../matching/rules.ts';
import type { Period } from '../../projections/closed-days.ts';
import type { AskedFact, FoundRow } from '../../projections/file-rows.ts';
import type { Close, LatePage } from '../../projections/late-facts.ts';
import type { AskedLateFact, LateMove } from '../../projections/late-moves.ts';
import type { StatementRows } from '../../projections/statement-rows.ts';
import type { FileRowFinder } from './file-row-finder.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { LedgerLoop } from './ledger-loop.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { StatementPreparation } from './statement-preparation.ts';
import { inTime } from './timely-ask.ts';

/** So many facts are read in some ten milliseconds, for which the ledger's thread waits. */
const FACTS_AT_ONCE = 10_000;
/** So many keys are worked out in about as long. */
const KEYS_AT_ONCE = 200;

export class LiveStatements implements StatementPort {
  /** Also goes on in the background once it is started. */
  readonly preparation: StatementPreparation;
  private readonly ask: Ask;
  private readonly kept: KeptAnswers;
  private readonly reader: Pick<LedgerReader, 'asOf' | 'end'>;
  private readonly loop: Pick<LedgerLoop, 'rules'>;
  private readonly answerMillisMax: number;
  private readonly finder: Pick<FileRowFinder, 'rowsOf'>;

  constructor(
    ask: Ask,
    reader: Pick<LedgerReader, 'asOf' | 'end'>,
    loop: Pick<LedgerLoop, 'rules' | 'lagMillis'>,
    answerMillisMax: number,
    finder: Pick<FileRowFinder, 'rowsOf'>,
  ) {
    this.ask = ask;
    this.kept = new KeptAnswers(ask);
    this.preparation = new StatementPreparation(
      ask,
      () => this.ofNow,
      () => loop.lagMillis,
    );
    this.reader = reader;
    this.loop = loop;
    this.answerMillisMax = answerMillisMax;
    this.finder = finder;
  }

  ofDay(day: Day, since = ''): Promise<DayStatements> {
    return this.answer('statement', `${day} ${since}`, () => {
      return { query: 'statement', day, merchants: null, ...this.ofNow };
    });
  }

  async periods(): Promise<readonly Period[]> {
    const question = { query: 'periods', rulesHash: rulesHash(this.loop.rules) } as const;
    return inTime(this.ask(question), question.query, this.answerMillisMax);
  }

  late(closes: readonly Close[]): Promise<LatePage> {
    const question = {
      query: 'lateFacts',
      closes,
      rulesHash: rulesHash(this.loop.rules),
      most: FACTS_AT_ONCE,
    } as const;
    return inTime(this.ask(question), question.query, this.answerMillisMax);
  }

  /** In pieces, between which the ledger's thread does other work. */
  async lateMoves(facts: readonly AskedLateFact[]): Promise<readonly LateMove[]> {
    const moves: LateMove[] = [];
    for (let at = 0; at < facts.length; at += KEYS_AT_ONCE) {
      const question = { query: 'lateMoves', facts: facts.slice(at, at + KEYS_AT_ONCE), ...this.ofNow } as const;
      moves.push(...(await inTime(this.ask(question), question.query, this.answerMillisMax)));
    }
    return moves;
  }

  rows(asked: AskedStatementLine): Promise<StatementRows> {
    return this.answer('statementRows', JSON.stringify(asked), () => {
      return { query: 'statementRows', ...asked, ...this.ofNow };
    });
  }

  fileRows(facts: readonly AskedFact[]): Promise<readonly FoundRow[]> {
    return this.finder.rowsOf(facts);
  }

  private get ofNow() {
    return { now: this.reader.asOf, rulesHash: rulesHash(this.loop.rules) };
  }

  private answer<Name extends QueryName>(
    query: Name,
    about: string,
    question: () => Query<Name>,
  ): Promise<Whole<Name>> {
    const name = `${query} ${about} ${rulesHash(this.loop.rules)}`;
    const { preparation, kept, reader } = this;
    const answer = preparation.ready().then(() => kept.for(name, reader.end, question));
    return inTime(answer, query, this.answerMillisMax, () => preparation.progress);
  }
}
