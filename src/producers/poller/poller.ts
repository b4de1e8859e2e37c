// Asks the gateways what became of payments that stay silent. What is asked, and when, comes from facts and
// deadlines; a slot is marked as taken before its call is made, so that no crash asks twice.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import { GatewayLimited } from '../../domain/gateway-errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { EventLog } from '../../log/event-log.ts';
import { resolvesWithin } from '../../runtime/bounded-wait.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import { stableFraction } from '../../runtime/stable-fraction.ts';
import type { FactSink } from '../fact-sink.ts';
import type { Gateway } from '../gateway.ts';
import { PollReader } from './poll-reader.ts';
import { type PollRow, PollTable } from './poll-table.ts';
import { type Polling, Schedule } from './schedule.ts';

export interface PolledAccount {
  readonly gateway: Pick<Gateway, 'provider' | 'account' | 'status'>;
  /** Whose orders are asked about here; `*` for all that no other account of the provider names. */
  readonly merchants: readonly string[];
  readonly polling: Polling;
}

export interface PollerOptions {
  readonly accounts: readonly PolledAccount[];
  readonly log: Pick<EventLog, 'partitions' | 'read' | 'end'>;
  readonly database: DatabaseSync;
  readonly sink: FactSink;
  /** Whether the payment of this reference still waits for its final word; it was asked about at `askedAt` last. */
  readonly isAwaited: (reference: string, askedAt: Instant | null) => Promise<Awaited>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Calls under way at once for each account; 4 where absent. */
  readonly concurrency?: number;
}

interface Awaited {
  readonly isAwaited: boolean;
  /** From when on one more look must be had; null where nothing ends. */
  readonly lastLook: Instant | null;
}

export interface LaneStatus {
  readonly provider: string;
  readonly account: string;
  /** Payments whose slot has come, counted up to 1,000. */
  readonly due: number;
  readonly underWay: number;
  /** When the next slot comes; null where no payment is awaited. */
  readonly nextDue: Instant | null;
  /** Until when the gateway is left in peace because it, or our own limit, said so; null where it is not. */
  readonly pausedUntil: Instant | null;
  /** Since the service started: calls that were answered, and calls that failed. */
  readonly answered: number;
  readonly failed: number;
}

/** A slot that was taken for a call, with its row as it was before. */
interface Slot {
  readonly row: PollRow;
  readonly takenAt: Instant;
  readonly lastLook: Instant | null;
}

/** One account, with what is under way there. */
interface Lane {
  readonly key: string;
  readonly gateway: PolledAccount['gateway'];
  readonly underWay: Set<Promise<void>>;
  pausedUntil: Instant;
  answered: number;
  failed: number;
}

const PAGE_ROWS = 32;
const DUE_COUNTED_MAX = 1_000;
/** How long to wait where our own side could not do its part. */
const RETRY_MILLIS = 60_000;
/** New facts are looked for as often at least, and no more often than the second. */
const [READ_MILLIS_MAX, READ_MILLIS_MIN] = [30_000, 1_000];
/** Calls under way get this much real time to end when the service stops. */
const STOP_MILLIS = 5_000;
/** A payment put off comes back within this part of the wait, so that not all come back at once. */
const SPREAD = 0.25;

export class Poller {
  private readonly options: PollerOptions;
  private readonly table: PollTable;
  private readonly reader: PollReader;
  private readonly lanes: readonly Lane[];
  private readonly concurrency: number;
  private readonly readEveryMillis: number;
  private sleeping = new AbortController();
  private running: Promise<void> | null = null;
  private stopping = false;

  constructor(options: PollerOptions) {
    const { accounts, log, database } = options;
    const schedules = new Map(accounts.map(({ gateway, polling }) => [keyOf(gateway), new Schedule(polling)]));
    this.options = options;
    this.table = new PollTable(database, schedules);
    this.reader = new PollReader(log, this.table, (provider, merchant) => accountOf(accounts, provider, merchant));
    this.lanes = accounts.map(({ gateway }) => {
      return { key: keyOf(gateway), gateway, underWay: new Set(), pausedUntil: 0, answered: 0, failed: 0 };
    });
    this.concurrency = options.concurrency ?? 4;
    // A fact must be seen before the first slot that it can lead to.
    const firstSlots = [...schedules.values()].map((schedule) => schedule.firstSlotMillis / 4);
    this.readEveryMillis = Math.max(READ_MILLIS_MIN, Math.min(READ_MILLIS_MAX, ...firstSlots));
  }

  start(): void {
    if (this.lanes.length > 0) this.running ??= this.run();
  }

  /** Makes no further call, and waits a while for those under way: an answer cut off is lost with its slot. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.sleeping.abort();
    const underWay = Promise.all([this.running, ...this.lanes.flatMap((lane) => [...lane.underWay])]);
    await resolvesWithin(underWay, STOP_MILLIS);
  }

  status(): readonly LaneStatus[] {
    const now = this.options.clock.now();
    return this.lanes.map(({ key, gateway, underWay, pausedUntil, answered, failed }) => ({
      provider: gateway.provider,
      account: gateway.account,
      due: this.table.countDue(key, now, DUE_COUNTED_MAX),
      underWay: underWay.size,
      nextDue: this.table.nextDue(key),
      pausedUntil: pausedUntil > now ? pausedUntil : null,
      answered,
      failed,
    }));
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.sleeping = new AbortController();
      const { signal } = this.sleeping;
      const wakeAt = await this.round().catch((error: unknown) => {
        this.logFault(error, {}, 'the polls could not be gone on with');
        return this.options.clock.now() + RETRY_MILLIS;
      });
      if (this.stopping) return;
      const { clock } = this.options;
      await clock.sleep(Math.max(0, wakeAt - clock.now()), signal);
    }
  }

  /** Reads what is new, makes the calls that are due, and says when there is more to do at the latest. */
  private async round(): Promise<Instant> {
    while (!this.stopping && this.reader.readSlice()) await nextTurn();
    const wakes = await Promise.all(
      this.lanes.map((lane) =>
        this.serve(lane).catch((error: unknown) => {
          this.logFault(error, { account: lane.key }, 'the polls of an account could not be gone on with');
          return this.options.clock.now() + RETRY_MILLIS;
        }),
      ),
    );
    return Math.min(this.options.clock.now() + this.readEveryMillis, ...wakes);
  }

  /** Makes calls until no payment is due, or the account takes no more; says when the next is due. */
  private async serve(lane: Lane): Promise<Instant> {
    while (!this.stopping) {
      const now = this.options.clock.now();
      if (now < lane.pausedUntil) return lane.pausedUntil;
      // The end of a call wakes the loop.
      if (lane.underWay.size >= this.concurrency) return Number.POSITIVE_INFINITY;
      const rows = this.table.due(lane.key, now, PAGE_ROWS);
      if (rows.length === 0) return this.table.nextDue(lane.key) ?? Number.POSITIVE_INFINITY;
      const asked = await Promise.all(rows.map(async (row) => ({ row, isAwaited: await this.isAwaited(row) })));
      if (this.stopping) break;
      for (const slot of this.takeSlots(lane, asked, this.options.clock.now())) this.call(lane, slot);
      // Many may have their word by now: others get their turn between two pages.
      await nextTurn();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Null where nobody can say just now. */
  private async isAwaited({ reference, passed }: PollRow): Promise<Awaited | null> {
    try {
      return await this.options.isAwaited(reference, passed);
    } catch (error) {
      this.logFault(error, { reference }, 'nobody could say whether a payment is awaited');
      return null;
    }
  }

  /** Marks slots as taken: of all payments that have their word, and of as many others as may be called for. */
  private takeSlots(
    lane: Lane,
    asked: readonly { readonly row: PollRow; readonly isAwaited: Awaited | null }[],
    now: Instant,
  ): readonly Slot[] {
    let free = now < lane.pausedUntil ? 0 : this.concurrency - lane.underWay.size;
    return this.table.transaction(() =>
      asked.flatMap(({ row, isAwaited }) => {
        if (isAwaited === null) this.table.putOff(row, now + RETRY_MILLIS);
        if (isAwaited === null || (isAwaited.isAwaited && free <= 0)) return [];
        const { isAwaited: isCalled, lastLook } = isAwaited;
        this.table.pass(row, now, { isCalled, lastLook });
        if (!isCalled) return [];
        free--;
        return [{ row, takenAt: now, lastLook }];
      }),
    );
  }

  private call(lane: Lane, slot: Slot): void {
    const call = this.ask(lane, slot).finally(() => {
      lane.underWay.delete(call);
      this.sleeping.abort();
    });
    lane.underWay.add(call);
  }

  /** Never rejects: what goes wrong is told, and the next slot comes. */
  private async ask(lane: Lane, slot: Slot): Promise<void> {
    const { sink, meter } = this.options;
    const { row } = slot;
    let outcome = 'failed';
    try {
      const { facts, fault, exchange } = await lane.gateway.status(row.reference);
      await sink.append(facts);
      lane.answered++;
      outcome = facts.length > 0 ? 'answered' : fault === null ? 'unknown' : 'misunderstood';
      if (fault !== null) this.log(lane, row).warn({ ...fault, exchange }, 'an answer to a poll was not understood');
    } catch (error) {
      if (error instanceof GatewayLimited) outcome = this.limited(lane, slot, error);
      else {
        lane.failed++;
        this.logFault(error, { account: lane.key, reference: row.reference }, 'a poll failed');
      }
    }
    meter.add('hesabu_polls_total', { account: lane.gateway.account, outcome });
  }

  /**
   * The whole account waits, since its limit is one for all. A slot whose call was not made comes back a little later
   * than that; a call that the gateway turned away was one, or a storm would spend many on one slot.
   */
  private limited(lane: Lane, { row, takenAt, lastLook }: Slot, { retryAt, status }: GatewayLimited): string {
    const wait = Math.max(0, retryAt - this.options.clock.now());
    lane.pausedUntil = Math.max(lane.pausedUntil, retryAt);
    if (status !== null) return 'limited';
    const until = retryAt + Math.floor(stableFraction(row.reference, retryAt) * SPREAD * wait);
    try {
      this.table.giveBack(row, takenAt, lastLook, until);
    } catch (error) {
      // The slot stays taken: the payment has one chance less.
      this.logFault(error, { account: lane.key, reference: row.reference }, 'a poll could not be put off');
    }
    return 'limited';
  }

  private log(lane: Lane, row: PollRow): Logger {
    return this.options.logger.child({ account: lane.key, reference: row.reference });
  }

  private logFault(error: unknown, about: object, message: string): void {
    const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
    this.options.logger.error({ code, err: error, ...about }, message);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function keyOf({ provider, account }: PolledAccount['gateway']): string {
  return `${provider}/${account}`;
}

/** The account that names the merchant, else the one for all. */
function accountOf(accounts: readonly PolledAccount[], provider: string, merchant: string): string | undefined {
  const own = accounts.filter(({ gateway }) => gateway.provider === provider);
  const found =
    own.find(({ merchants }) => merchants.includes(merchant)) ?? own.find(({ merchants }) => merchants.includes('*'));
  return found === undefined ? undefined : keyOf(found.gateway);
}
