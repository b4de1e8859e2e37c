// The statements of a running ledger: worked out in its thread, and kept for those who ask next.

import type { Day } from '../../domain/calendar.ts';
import type { Ask, Query, QueryName } from '../../engine/executors/queries.ts';
import type { AskedStatementLine, DayStatements, LoopPort, StatementPort } from '../../http/ledger-port.ts';
import { rulesHash } from '../../matching/rules.ts';
import type { Period } from '../../projections/closed-days.ts';
import type { StatementRows } from '../../projections/statement-rows.ts';
import { type KeptAnswer, KeptAnswers } from './kept-answers.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { inTime } from './timely-ask.ts';

export class LiveStatements implements StatementPort {
  private readonly ask: Ask;
  private readonly kept: KeptAnswers;
  private readonly reader: Pick<LedgerReader, 'asOf' | 'end'>;
  private readonly loop: Pick<LoopPort, 'rules'>;
  private readonly answerMillisMax: number;

  constructor(
    ask: Ask,
    reader: Pick<LedgerReader, 'asOf' | 'end'>,
    loop: Pick<LoopPort, 'rules'>,
    answerMillisMax: number,
  ) {
    this.ask = ask;
    this.kept = new KeptAnswers(ask);
    this.reader = reader;
    this.loop = loop;
    this.answerMillisMax = answerMillisMax;
  }

  async ofDay(day: Day, since = ''): Promise<DayStatements> {
    const question = { query: 'statement', day, merchants: null, ...this.ofNow } as const;
    const { question: asked, answer } = await this.answer(`statement ${day} ${since}`, question);
    return { asOf: asked.now, ...answer };
  }

  async periods(): Promise<readonly Period[]> {
    const question = { query: 'periods', rulesHash: rulesHash(this.loop.rules) } as const;
    return inTime(this.ask(question), question.query, this.answerMillisMax);
  }

  async rows(asked: AskedStatementLine): Promise<StatementRows> {
    const question = { query: 'statementRows', ...asked, ...this.ofNow } as const;
    return (await this.answer(`rows ${JSON.stringify(asked)}`, question)).answer;
  }

  private get ofNow() {
    return { now: this.reader.asOf, rulesHash: rulesHash(this.loop.rules) };
  }

  private answer<Name extends QueryName>(name: string, question: Query<Name>): Promise<KeptAnswer<Name>> {
    return inTime(
      this.kept.for(`${name} ${rulesHash(this.loop.rules)}`, this.reader.end, question),
      question.query,
      this.answerMillisMax,
    );
  }
}
