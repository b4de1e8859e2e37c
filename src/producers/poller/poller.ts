// Polls the gateways for payments that stay silent. Facts and deadlines decide what is polled and when. A slot is
// marked as used before its call is made, so that no crash causes a second call.

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
import type { GatewayAnswer } from '../gateway.ts';
import { PollReader } from './poll-reader.ts';
import type { PollRow } from './poll-row.ts';
import { PollTable } from './poll-table.ts';
import { accountOf, keyOf, type PolledAccount } from './polled-account.ts';
import { Schedule } from './schedule.ts';
import { askStatus, outcomeOf } from './status-question.ts';

export interface PollerOptions {
  readonly accounts: readonly PolledAccount[];
  readonly log: Pick<EventLog, 'partitions' | 'read' | 'end'>;
  readonly database: DatabaseSync;
  readonly sink: FactSink;
  /** Whether the payment of this reference still needs a final status; `askedAt` is the time of its last poll. */
  readonly isAwaited: (reference: string, askedAt: Instant | null) => Promise<Awaited>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Parallel calls for each account; 4 by default. */
  readonly concurrency?: number;
}

interface Awaited {
  readonly isAwaited: boolean;
  /** When one final poll is needed; null if no deadline ends. */
  readonly lastLook: Instant | null;
}

export interface AccountStatus {
  readonly provider: string;
  readonly account: string;
  /** Payments whose slot has come, counted up to 1,000. */
  readonly due: number;
  readonly inFlight: number;
  /** When the next slot comes; null if no payment is awaited. */
  readonly nextDue: Instant | null;
  /** Until when no calls are made because of a limit of the gateway or of ours; null if there is none. */
  readonly pausedUntil: Instant | null;
  /** Since the service started: calls with a response, and failed calls. */
  readonly answered: number;
  readonly failed: number;
}

/** A slot that was used for a call, with its row as before. */
interface Slot {
  readonly row: PollRow;
  readonly takenAt: Instant;
  readonly lastLook: Instant | null;
}

/** One account, with its calls in flight. */
interface PolledLane {
  readonly key: string;
  readonly gateway: PolledAccount['gateway'];
  readonly inFlight: Set<Promise<void>>;
  pausedUntil: Instant;
  answered: number;
  failed: number;
}

const PAGE_ROWS = 32;
const DUE_COUNTED_MAX = 1_000;
/** The wait after a fault on our own side. */
const RETRY_MILLIS = 60_000;
/** New facts are read at least this often, and at most this often. */
const [READ_MILLIS_MAX, READ_MILLIS_MIN] = [30_000, 1_000];
/** When the service stops, calls in flight get this much real time to end. */
const STOP_MILLIS = 5_000;
/** A postponed payment returns within this fraction of the wait, so that not all return at once. */
const SPREAD = 0.25;

export class Poller {
  private readonly options: PollerOptions;
  private readonly table: PollTable;
  private readonly reader: PollReader;
  private readonly lanes: readonly PolledLane[];
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
    const byPayment = accounts
      .filter(({ gateway }) => gateway.asksBy === 'payment')
      .map(({ gateway }) => keyOf(gateway));
    const named = (provider: string, merchant: string) => accountOf(accounts, provider, merchant);
    this.reader = new PollReader(log, this.table, named, new Set(byPayment));
    this.lanes = accounts.map(({ gateway }) => {
      return { key: keyOf(gateway), gateway, inFlight: new Set(), pausedUntil: 0, answered: 0, failed: 0 };
    });
    this.concurrency = options.concurrency ?? 4;
    // A fact must be read before the first slot that it can cause.
    const firstSlots = [...schedules.values()].map((schedule) => schedule.firstSlotMillis / 4);
    this.readEveryMillis = Math.max(READ_MILLIS_MIN, Math.min(READ_MILLIS_MAX, ...firstSlots));
  }

  start(): void {
    if (this.lanes.length > 0) this.running ??= this.run();
  }

  /** Makes no new calls and waits for those in flight: a call that is cut off loses its response and its slot. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.sleeping.abort();
    const inFlight = Promise.all([this.running, ...this.lanes.flatMap((lane) => [...lane.inFlight])]);
    await resolvesWithin(inFlight, STOP_MILLIS);
  }

  /** There may be something to ask about now. */
  wake(): void {
    this.sleeping.abort();
  }

  status(): readonly AccountStatus[] {
    const now = this.options.clock.now();
    return this.lanes.map(({ key, gateway, inFlight, pausedUntil, answered, failed }) => ({
      provider: gateway.provider,
      account: gateway.account,
      due: this.table.due.count(key, now, DUE_COUNTED_MAX),
      inFlight: inFlight.size,
      nextDue: this.table.due.next(key),
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
        this.logFault(error, {}, 'the polls could not continue');
        return this.options.clock.now() + RETRY_MILLIS;
      });
      if (this.stopping) return;
      const { clock } = this.options;
      await clock.sleep(Math.max(0, wakeAt - clock.now()), signal);
    }
  }

  /** Reads new facts, makes the calls that are due, and returns when the next round is needed at the latest. */
  private async round(): Promise<Instant> {
    await this.reader.readAll(() => this.stopping);
    const wakes = await Promise.all(
      this.lanes.map((lane) =>
        this.pollDue(lane).catch((error: unknown) => {
          this.logFault(error, { account: lane.key }, 'the polls of an account could not continue');
          return this.options.clock.now() + RETRY_MILLIS;
        }),
      ),
    );
    return Math.min(this.options.clock.now() + this.readEveryMillis, ...wakes);
  }

  /** Makes calls until no payment is due or the account is limited; returns when the next is due. */
  private async pollDue(lane: PolledLane): Promise<Instant> {
    while (!this.stopping) {
      const now = this.options.clock.now();
      if (now < lane.pausedUntil) return lane.pausedUntil;
      // The end of a call wakes the loop.
      if (lane.inFlight.size >= this.concurrency) return Number.POSITIVE_INFINITY;
      const rows = this.table.due.of(lane.key, now, PAGE_ROWS);
      if (rows.length === 0) return this.table.due.next(lane.key) ?? Number.POSITIVE_INFINITY;
      const asked = await Promise.all(rows.map(async (row) => ({ row, isAwaited: await this.isAwaited(row) })));
      if (this.stopping) break;
      for (const slot of this.takeSlots(lane, asked, this.options.clock.now())) this.startCall(lane, slot);
      // Many payments can have a final status by now: other work gets its turn between two pages.
      await nextTurn();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Null if it is not known at the moment. */
  private async isAwaited({ reference, passed }: PollRow): Promise<Awaited | null> {
    try {
      return await this.options.isAwaited(reference, passed);
    } catch (error) {
      this.logFault(error, { reference }, 'it is not known whether a payment is awaited');
      return null;
    }
  }

  /** Marks slots as used: those of all payments with a final status, and of as many others as calls are allowed. */
  private takeSlots(
    lane: PolledLane,
    asked: readonly { readonly row: PollRow; readonly isAwaited: Awaited | null }[],
    now: Instant,
  ): readonly Slot[] {
    let free = now < lane.pausedUntil ? 0 : this.concurrency - lane.inFlight.size;
    return this.table.transaction(() =>
      asked.flatMap(({ row, isAwaited }) => {
        if (isAwaited === null) this.table.postpone(row, now + RETRY_MILLIS);
        if (isAwaited === null || (isAwaited.isAwaited && free <= 0)) return [];
        const { isAwaited: isCalled, lastLook } = isAwaited;
        this.table.pass(row, now, { isCalled, lastLook });
        if (!isCalled) return [];
        free--;
        return [{ row, takenAt: now, lastLook }];
      }),
    );
  }

  private startCall(lane: PolledLane, slot: Slot): void {
    const startCall = this.poll(lane, slot).finally(() => {
      lane.inFlight.delete(startCall);
      this.sleeping.abort();
    });
    lane.inFlight.add(startCall);
  }

  /** Never rejects: a failure is logged, and the next slot comes. */
  private async poll(lane: PolledLane, slot: Slot): Promise<void> {
    const { meter } = this.options;
    const { row } = slot;
    let outcome = 'impossible';
    try {
      const answers = askStatus(lane.gateway, row.reference, this.table.payments.of(row));
      for await (const answer of answers) outcome = await this.take(lane, row, answer);
      this.table.heard(row, slot.takenAt);
    } catch (error) {
      if (error instanceof GatewayLimited) outcome = this.limited(lane, slot, error);
      else {
        outcome = 'failed';
        lane.failed++;
        this.logFault(error, { account: lane.key, reference: row.reference }, 'a poll failed');
      }
    }
    meter.add('hesabu_polls_total', { account: lane.gateway.account, outcome });
    if (row.hint !== null) meter.add('hesabu_hints_total', { account: lane.gateway.account, outcome });
  }

  private async take(lane: PolledLane, row: PollRow, answer: GatewayAnswer): Promise<string> {
    const { facts, fault, exchange } = answer;
    if (facts.length > 0) await this.options.sink.append(facts);
    lane.answered++;
    if (fault !== null) this.log(lane, row).warn({ ...fault, exchange }, 'the response to a poll was not understood');
    return outcomeOf(answer);
  }

  /**
   * The whole account waits, because the limit is for all its calls. A slot whose call was not made returns a little
   * later. A call that the gateway refused counts as made, or a burst of refusals would spend many calls on one slot.
   */
  private limited(lane: PolledLane, { row, takenAt, lastLook }: Slot, { retryAt, status }: GatewayLimited): string {
    const wait = Math.max(0, retryAt - this.options.clock.now());
    lane.pausedUntil = Math.max(lane.pausedUntil, retryAt);
    if (status !== null) return 'limited';
    const until = retryAt + Math.floor(stableFraction(row.reference, retryAt) * SPREAD * wait);
    try {
      this.table.restoreSlot(row, takenAt, lastLook, until);
    } catch (error) {
      // The slot stays used: the payment has one chance less.
      this.logFault(error, { account: lane.key, reference: row.reference }, 'a poll could not be postponed');
    }
    return 'limited';
  }

  private log(lane: PolledLane, row: PollRow): Logger {
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
