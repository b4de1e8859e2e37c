// A morning on which people work the breaks of the simulated week: they sign in at the service and ask its API, so that
// each decision is checked, signed and written as a real one. The clock is theirs: what they do at one time is the same
// in every run of a seed.

import pino from 'pino';
import type { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/language.ts';
import type { Instant } from '../../domain/time.ts';
import { type Clock, SYSTEM_CLOCK } from '../../runtime/clock.ts';
import type { DemoPlaces } from '../marketplace/demo-directory.ts';
import { HOUR_MS } from '../marketplace/model/week.ts';
import type { Act, WorkedCase } from '../marketplace/model/work.ts';
import { Browser } from './browser.ts';
import { type Invited, invitePeople } from './people.ts';
import { startWeekService } from './week-service.ts';

/** People come so long after midnight. */
const BEGIN_MILLIS = 9 * HOUR_MS;
const CASES_MAX = 1_000;

/** What was done how often. */
export type WorkCounts = Readonly<Record<Act['act'], number>>;

interface WorkingDay {
  readonly places: DemoPlaces;
  /** The midnight before. */
  readonly from: Instant;
  readonly work: readonly WorkedCase[];
  readonly lang: Language;
}

/** A clock that stands until somebody moves it; what waits, waits by the machine's. */
class MorningClock implements Clock {
  at: Instant;
  readonly sleep = SYSTEM_CLOCK.sleep;

  constructor(at: Instant) {
    this.at = at;
  }

  now(): Instant {
    return this.at;
  }
}

/** Resolves when all is done and the ledger has it. */
export async function workCases({ places, from, work, lang }: WorkingDay): Promise<WorkCounts> {
  const clock = new MorningClock(from + BEGIN_MILLIS);
  const failure = Promise.withResolvers<never>();
  const onFailure = (error: HesabuError) => failure.reject(error);
  const logger = pino({ level: 'silent' });
  const makers = invitePeople(places.ledger, 'operator', lang, clock.at);
  const checkers = invitePeople(places.ledger, 'approver', lang, clock.at);
  const service = await startWeekService({ places, clock, port: 0, routing: [], logger, onFailure });
  try {
    const signIn = (people: readonly Invited[]) =>
      Promise.all(people.map(async ({ id, invite }) => ({ id, ...(await Browser.take(service.url, invite, clock)) })));
    const team = { makers: await signIn(makers), checkers: await signIn(checkers) };
    return await Promise.race([workThrough(work, team, clock), failure.promise]);
  } finally {
    await service.drain();
  }
}

interface Worker {
  readonly id: string;
  readonly browser: Browser;
}

interface Team {
  readonly makers: readonly Worker[];
  readonly checkers: readonly Worker[];
}

/** What the API shows of a case and of a proposal, as far as it is needed. */
interface ShownCase {
  readonly id: string;
  readonly key: string;
  readonly reason: string;
  readonly finding: string;
}

interface ShownProposal {
  readonly id: string;
  readonly content: string;
}

/** An hour for the first act of each case, the next one for the second, and so on. */
async function workThrough(work: readonly WorkedCase[], team: Team, clock: MorningClock): Promise<WorkCounts> {
  const [reader] = team.makers;
  const { cases } = await reader!.browser.get<{ cases: ShownCase[] }>(`/v1/cases?limit=${CASES_MAX}`);
  const desks = work.map((one, at) => {
    const shown = cases.find(({ key, reason }) => key === one.key && reason === one.reason);
    const [maker, checker] = [team.makers, team.checkers].map((people) => people[at % people.length]!);
    return new CaseDesk(one, shown, maker!, checker!);
  });
  const counts = { assign: 0, note: 0, propose: 0, approve: 0, reject: 0, withdraw: 0, revoke: 0 };
  const rounds = Math.max(0, ...work.map(({ acts }) => acts.length));
  for (let round = 0; round < rounds; round++) {
    // One after another: so each is a block of its own, and the ledger's blocks are the same in every run.
    for (const desk of desks) await desk.act(round);
    for (const { acts } of work) {
      const act = acts[round];
      if (act !== undefined) counts[act.act]++;
    }
    clock.at += HOUR_MS;
  }
  return counts;
}

/** What a checker writes to a maker. */
const WHY = 'Please ask the network first.';

class CaseDesk {
  private readonly worked: WorkedCase;
  private readonly shown: ShownCase | undefined;
  private readonly maker: Worker;
  private readonly checker: Worker;
  private proposal: ShownProposal | undefined;

  constructor(worked: WorkedCase, shown: ShownCase | undefined, maker: Worker, checker: Worker) {
    this.worked = worked;
    this.shown = shown;
    this.maker = maker;
    this.checker = checker;
  }

  /** A case that is not there is told by the comparison with the truth. */
  async act(round: number): Promise<void> {
    const act = this.worked.acts[round];
    if (act === undefined || this.shown === undefined) return;
    const key = `${round}-${this.worked.key}`;
    const { maker, checker } = this;
    const { id, finding } = this.shown;
    const about = `/v1/cases/${id}`;
    if (act.act === 'assign') {
      const { waiting_on } = act;
      await maker.browser.post(`${about}/assignment`, { owner: maker.id, waiting_on }, key);
    } else if (act.act === 'note') {
      await maker.browser.post(`${about}/notes`, { text: act.text }, key);
    } else if (act.act === 'propose') {
      const { act: _, ...proposal } = act;
      this.proposal = await maker.browser.post(`${about}/proposals`, { finding, ...proposal }, key);
    } else {
      const { id: proposal, content } = this.proposal!;
      const by = act.act === 'withdraw' ? maker : checker;
      const answer = act.act === 'approve' ? 'approval' : 'rejection';
      const text = answer === 'rejection' && by === checker ? { text: WHY } : {};
      await by.browser.post(`/v1/proposals/${proposal}/${answer}`, { content, ...text }, key);
    }
  }
}
