// Notices to people: one loop reads on in the ledger, in the alerts and in time, and stores what somebody must know.
// The place up to which it read is stored with the notices, so a restart repeats none and forgets none.

import type { DatabaseSync } from 'node:sqlite';
import { DateTime } from 'luxon';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import { ALL_MERCHANTS } from '../../http/access/api-key.ts';
import type { PeopleStore } from '../../http/access/people-store.ts';
import type { Person } from '../../http/access/person.ts';
import type { NoticePort, NoticePreferences } from '../../http/notice-port.ts';
import type { Notice } from '../../outbound/notices/notice.ts';
import { wantsMessage } from '../../outbound/outbox/target.ts';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import type { LiveLedger } from '../ledger/live-ledger.ts';
import { AccessNotices } from './access-notices.ts';
import { AlertNotices, type AlertSource } from './alert-notices.ts';
import { digestOf, dueNotices, overdueNotices } from './case-deadlines.ts';
import { type Addressed, CaseNotices } from './case-notices.ts';
import { DayNotices } from './day-notices.ts';
import { NoticePeople } from './notice-people.ts';
import { NoticeTable } from './notice-table.ts';
import { channelTarget, mailTarget, type NoticeTargetParts, NoticeTargets } from './notice-targets.ts';
import { type FailedRefunds, RefundNotices } from './refund-notices.ts';

export interface NoticeParts extends Omit<NoticeTargetParts, 'table'> {
  readonly ledger: Pick<LiveLedger, 'ask' | 'reader' | 'cases' | 'statements'>;
  readonly people: PeopleStore;
  readonly alerts: AlertSource;
  /** The proposed refunds that failed. */
  readonly refunds: FailedRefunds;
  readonly database: DatabaseSync;
  /** Whether a day of a merchant, or of all, could be closed. */
  readonly isReady: (merchant: string, day: string) => Promise<boolean>;
}

type Read = ReturnType<AccessNotices['since']> & object;

const PAGE = 500;
/** How long a quiet ledger is waited for, by the clock: deadlines and mornings come without a block. */
const LOOK_MILLIS = 30_000;
/** Blocks come many times a second; what they did is read together. */
const PACE_MILLIS = 1_000;
/** The hour of the day at which a digest is made. */
const MORNING = 8;

export class Notices implements NoticePort {
  private readonly parts: NoticeParts;
  private readonly table: NoticeTable;
  private readonly targets: NoticeTargets;
  private readonly people: NoticePeople;
  private readonly cases: CaseNotices;
  private readonly access: AccessNotices;
  private readonly days: DayNotices;
  private readonly alerts: AlertNotices;
  private readonly refunds: RefundNotices;
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(parts: NoticeParts) {
    const { ledger, clock } = parts;
    this.parts = parts;
    this.table = new NoticeTable(parts.database);
    this.targets = new NoticeTargets({ ...parts, table: this.table });
    this.people = new NoticePeople(parts.people);
    this.access = new AccessNotices({ ...parts, notified: this.people });
    this.alerts = new AlertNotices(parts.alerts, this.people);
    const { cases, reader, statements } = ledger;
    this.refunds = new RefundNotices({ refunds: parts.refunds, reader, people: this.people });
    this.days = new DayNotices({ ...parts, people: this.people, periods: () => statements.periods() });
    this.cases = new CaseNotices({ cases, reader, statements, people: this.people, now: () => clock.now() });
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  async test(to: { readonly channel: string } | { readonly person: string }) {
    const name = 'channel' in to ? channelTarget(to.channel) : mailTarget(to.person);
    const at = this.parts.clock.now();
    const notice: Notice = {
      ...{ id: '', event: 'test', merchant: '', at, isCritical: false, reference: null, reason: null, value: [] },
      ...{ count: 1, text: null, change: null, path: '/desk/' },
    };
    const { kind, words } = await this.targets.test(name, notice);
    return { taken: kind === 'taken', words: knownSecrets.hide(words) };
  }

  /** The report of a day is there: told once, to those who may read all of it. */
  reported(day: string): void {
    const at = this.parts.clock.now();
    const notice: Notice = {
      ...{ id: messageId('report.ready', day, 'notice'), event: 'report.ready', merchant: '', at, isCritical: false },
      ...{ reference: day, reason: null, value: [], count: 1, text: null, change: null, report: day, path: '/desk/' },
    };
    const readers = this.people.live().filter(({ grants }) => {
      return grants.some(({ role, merchant }) => merchant === ALL_MERCHANTS && role !== 'admin');
    });
    this.targets.put(notice, readers);
  }

  configured() {
    const channels = this.targets.channels.map(({ name, kind, language, events, merchants }) => {
      return { name, kind, language, events, merchants };
    });
    return { channels, mail: this.targets.hasMail };
  }

  preferencesOf(person: string): NoticePreferences {
    return this.table.preferencesOf(person);
  }

  setPreferences(person: string, preferences: NoticePreferences): void {
    this.table.setPreferences(person, preferences);
  }

  /** Reads on everywhere; false if there is more to read in the ledger. */
  async look(): Promise<boolean> {
    const { reader } = this.parts.ledger;
    if (this.targets.isEmpty) {
      // Who is told from some day on is not told what was before. Until then nothing is written.
      if (this.isBegun) this.table.setState('changes', '');
      return true;
    }
    if (!this.isBegun) this.begin(reader.end);
    let isEnd = true;
    await this.tried('changes', async () => {
      isEnd = await this.readChanges();
    });
    await this.tried('alerts', async () => this.storeSince('alerts', this.alerts.since(this.table.state('alerts'))));
    await this.tried('refunds', async () => {
      this.storeSince('refunds', await this.refunds.since(this.table.state('refunds')));
    });
    await this.tried('access', async () => this.storeSince('access', this.access.since(this.table.state('access'))));
    await this.tried('days', async () => this.storeSince('days', await this.days.since(this.table.state('days'))));
    await this.tried('deadlines', () => this.readDeadlines());
    await this.tried('digests', () => this.makeDigests());
    return isEnd;
  }

  /** What one of them does not find keeps nobody from hearing of the others. */
  private async tried(of: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      const { logger, ledger } = this.parts;
      logger.error({ err: error, of }, 'notices could not be made');
      // A ledger that was put back, or made anew, does not know where we read to: we read on from where it is.
      const isLost = of === 'changes' && error instanceof HesabuError && error.code === 'HESABU_CURSOR_INVALID';
      if (isLost) this.table.setState('changes', ledger.reader.end);
    }
  }

  private async run(): Promise<void> {
    const { ledger, clock, logger } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const waiting = new AbortController();
      const ends = AbortSignal.any([signal, waiting.signal]);
      const news = ledger.reader.nextBlock(ends);
      let isEnd = true;
      try {
        isEnd = await this.look();
      } catch (error) {
        logger.error({ err: error }, 'notices could not be made');
      }
      if (isEnd) await Promise.race([news.then(() => clock.sleep(PACE_MILLIS, ends)), clock.sleep(LOOK_MILLIS, ends)]);
      waiting.abort();
    }
  }

  private get isBegun(): boolean {
    return (this.table.state('changes') ?? '') !== '';
  }

  private begin(cursor: string): void {
    this.table.setState('changes', cursor);
    this.table.setState('alerts', this.alerts.state);
    this.table.setState('refunds', this.refunds.state);
    this.table.setState('deadlines', `${this.parts.clock.now()}`);
    this.table.setState('access', this.access.state);
  }

  private async readChanges(): Promise<boolean> {
    const cursor = this.table.state('changes')!;
    const page = await this.parts.ledger.ask({ query: 'changesAfter', cursor, limit: PAGE });
    const made: Addressed[] = [];
    for (const change of page.changes) made.push(...(await this.cases.of(change)));
    made.push(...(await this.cases.ofSettled(page.changes)));
    if (page.cursor !== cursor) this.store(made, 'changes', page.cursor);
    return page.isEnd;
  }

  private storeSince(state: string, read: Read | null): void {
    if (read !== null) this.store(read.made, state, read.state);
  }

  private async readDeadlines(): Promise<void> {
    const { ledger, clock, loaded } = this.parts;
    const parts = { cases: ledger.cases, people: this.people, routing: () => loaded().config.desk.routing };
    const from = Number(this.table.state('deadlines'));
    const now = clock.now();
    // Each look passes over all cases.
    if (now < from + LOOK_MILLIS) return;
    const made = [...(await dueNotices(parts, from, now)), ...(await overdueNotices(parts, from, now))];
    this.store(made, 'deadlines', `${now}`);
  }

  /** At the first look after eight in the morning of each zone. */
  private async makeDigests(): Promise<void> {
    const alerts = this.parts
      .alerts()
      .list()
      .filter(({ until }) => until === null).length;
    for (const person of this.people.live()) {
      const merchants = merchantsOf(person);
      if (!this.targets.wantsDigest(person) || merchants?.length === 0) continue;
      const mayApprove = person.grants.some(({ role }) => role === 'approver');
      const seen = merchants === null ? alerts : 0;
      await this.digest(mailTarget(person.id), person.zone, { owner: person.id, merchants, mayApprove, alerts: seen });
    }
    for (const channel of this.targets.channels) {
      const { name, zone, merchants } = channel;
      if (!wantsMessage({ types: channel.events, merchants: ['*'] }, digestMessage)) continue;
      const all = merchants.includes(ALL_MERCHANTS);
      const about = { owner: undefined, merchants: all ? null : merchants, mayApprove: true, alerts: all ? alerts : 0 };
      await this.digest(channelTarget(name), zone, about);
    }
  }

  private async digest(
    name: string,
    zone: string,
    about: {
      readonly owner: string | undefined;
      readonly merchants: readonly string[] | null;
      readonly mayApprove: boolean;
      readonly alerts: number;
    },
  ): Promise<void> {
    const { clock, ledger, database } = this.parts;
    const now: Instant = clock.now();
    const local = DateTime.fromMillis(now, { zone });
    const day = local.toISODate()!;
    const state = `digest ${name}`;
    const isMorning = local.hour >= MORNING;
    const known = this.table.state(state);
    // Who is new at noon hears of it the next morning.
    if (known === undefined) return this.table.setState(state, isMorning ? day : '');
    if (!isMorning || known === day) return;
    const made = await digestOf(ledger, { id: `${name} ${day}`, ...about, now });
    inTransaction(database, () => {
      for (const notice of made) this.targets.putTo(notice, name);
      this.table.setState(state, day);
    });
  }

  private store(made: readonly Addressed[], state: string, value: string): void {
    inTransaction(this.parts.database, () => {
      for (const { notice, people, isForPeople } of made) this.targets.put(notice, people, isForPeople);
      this.table.setState(state, value);
    });
  }
}

const digestMessage = { id: '', type: 'digest', timestamp: 0, merchant: '', names: [], data: {} };

/** The merchants whose cases a person works; null for all. */
function merchantsOf({ grants }: Person): readonly string[] | null {
  const worked = grants.filter(({ role }) => role === 'operator' || role === 'approver');
  if (worked.some(({ merchant }) => merchant === ALL_MERCHANTS)) return null;
  return [...new Set(worked.map(({ merchant }) => merchant))];
}
