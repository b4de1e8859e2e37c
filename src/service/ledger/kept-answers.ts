// Answers that are kept: a question about very many keys holds up the ledger's thread, so one is asked at a time, and
// its answer serves everybody until the ledger has grown and ten times as long has passed as it took. Who does not wait
// for it finds it later.

import type { Ask, Query, QueryName, Whole } from '../../engine/executors/queries.ts';

/** The longest part of its time that the ledger's thread spends on such questions: one in so many. */
const SHARE = 10;
/** How many answers are kept. */
const ANSWERS_MAX = 16;

interface Kept {
  readonly end: string;
  readonly promise: Promise<Whole<QueryName>>;
  /** Until when it serves however much the ledger grew; for ever while it is worked out. */
  until: number;
}

export class KeptAnswers {
  private readonly ask: Ask;
  private readonly clock: () => number;
  private readonly kept = new Map<string, Kept>();
  private turn: Promise<unknown> = Promise.resolve();

  /** `clock` is for durations, in milliseconds. */
  constructor(ask: Ask, clock: () => number = () => performance.now()) {
    this.ask = ask;
    this.clock = clock;
  }

  /**
   * `name` tells questions apart; `end` is the cursor after the ledger's last entry. The question is made when its turn
   * has come, with the ledger's time then.
   */
  async for<Name extends QueryName>(name: string, end: string, question: () => Query<Name>): Promise<Whole<Name>> {
    const known = this.kept.get(name);
    if (known !== undefined && (known.end === end || this.clock() < known.until)) {
      return known.promise as Promise<Whole<Name>>;
    }
    const promise = this.turn.then(() => this.begin(name, question));
    this.turn = promise.catch(() => {});
    const kept: Kept = { end, promise: promise as Kept['promise'], until: Number.POSITIVE_INFINITY };
    this.kept.delete(name);
    this.kept.set(name, kept);
    const [oldest] = this.kept.keys();
    if (this.kept.size > ANSWERS_MAX && oldest !== undefined) this.kept.delete(oldest);
    promise.catch(() => this.kept.get(name) === kept && this.kept.delete(name));
    return promise;
  }

  private async begin<Name extends QueryName>(name: string, question: () => Query<Name>): Promise<Whole<Name>> {
    const begun = this.clock();
    const answer = await this.ask(question());
    const kept = this.kept.get(name);
    const now = this.clock();
    if (kept !== undefined) kept.until = now + (now - begun) * SHARE;
    return answer;
  }
}
