// Reads started and answered payments from the log. Its cursors are stored in one transaction with the resulting rows,
// so that a crash loses nothing and a lost service.db is built again. Most callbacks say the end of a payment and make
// no row: they are passed over as bytes, and the cursors behind them are stored with the next row, or a little later.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Fact, OPEN_STATUSES, type OrderPlaced, type PaymentObserved, sourceName } from '../../domain/fact.ts';
import { isIdentityKey } from '../../domain/key.ts';
import { isInitiation } from '../../domain/payment-ids.ts';
import type { EventLog } from '../../log/event-log.ts';
import { claimStart, readClaimStatus, readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { type KnownIds, NO_IDS } from '../gateway.ts';
import type { PollTable } from './poll-table.ts';

/** Orders first: the account depends on their merchant. */
const TOPICS = ['orders.v1', 'callbacks.v1', 'polls.v1'] as const;
type PolledTopic = (typeof TOPICS)[number];
/** About this many facts are taken in one transaction, and so many looked at, so that others do not wait for long. */
const SLICE_FACTS = 500;
const SLICE_VALUES = 1_000;
/**
 * After a full slice, answers get this many times as long in real time: slice after slice, the facts of half a minute
 * at peak would delay all of them. It is at most so long, also where the machine is busy.
 */
const [REST_SHARE, REST_MILLIS_MAX] = [4, 100];
/** After a crash at most about so many facts are looked at again. */
const UNSTORED_MAX = 20_000;

/** What a slice found. */
interface Slice {
  readonly facts: Fact[];
  /** How far it came, by partition. */
  readonly ends: { readonly topic: PolledTopic; readonly partition: number; readonly next: bigint }[];
  values: number;
}

function isFull({ facts, values }: Slice): boolean {
  return facts.length >= SLICE_FACTS || values >= SLICE_VALUES;
}

export class PollReader {
  private readonly log: Pick<EventLog, 'partitions' | 'read' | 'end'>;
  private readonly table: PollTable;
  private readonly accountOf: (provider: string, merchant: string) => string | undefined;
  private readonly byPayment: ReadonlySet<string>;
  private readonly cursors = new Map<string, bigint>();
  /** Cursors that are further than the stored ones, and by how many values all together. */
  private readonly unstored = new Map<string, Slice['ends'][number]>();
  private unstoredValues = 0;
  /** Whether the last slice ended because it was full: then more waits. */
  private isFull = false;

  /**
   * `accountOf` says which account is asked about the orders of a merchant; '' where the merchant is unknown.
   * `byPayment` are the accounts that are asked by a payment's ids.
   */
  constructor(
    log: Pick<EventLog, 'partitions' | 'read' | 'end'>,
    table: PollTable,
    accountOf: (provider: string, merchant: string) => string | undefined,
    byPayment: ReadonlySet<string> = new Set(),
  ) {
    this.byPayment = byPayment;
    this.log = log;
    this.table = table;
    this.accountOf = accountOf;
  }

  /** Reads all there is, slice by slice, unless it is to stop. */
  async readAll(isStopping: () => boolean): Promise<void> {
    for (;;) {
      const began = performance.now();
      if (isStopping() || !this.readSlice()) return;
      const rest = REST_SHARE * (performance.now() - began);
      await (this.isFull ? SYSTEM_CLOCK.sleep(Math.min(rest, REST_MILLIS_MAX)) : nextTurn());
    }
  }

  /** Reads more facts; returns false if there are none. */
  readSlice(): boolean {
    const slice: Slice = { facts: [], ends: [], values: 0 };
    for (const topic of TOPICS) {
      for (let partition = 0; partition < this.log.partitions; partition++) {
        if (isFull(slice)) break;
        this.readFrom(topic, partition, slice);
      }
    }
    this.isFull = isFull(slice);
    if (slice.values === 0) return false;
    this.keep(slice);
    return true;
  }

  private readFrom(topic: PolledTopic, partition: number, slice: Slice): void {
    const cursor = this.cursorOf(topic, partition);
    if (this.log.end(topic, partition) <= cursor) return;
    let next = cursor;
    for (const { payload, from, to } of this.log.read(topic, partition, cursor)) {
      forEachFact(payload, Number(next - from), (start, end) => {
        if (this.isMeant(payload, start, topic)) slice.facts.push(readFact(payload, start, end));
      });
      slice.values += Number(to - next);
      next = to;
      if (isFull(slice)) break;
    }
    slice.ends.push({ topic, partition, next });
  }

  private cursorOf(topic: PolledTopic, partition: number): bigint {
    const name = `${topic}/${partition}`;
    let cursor = this.cursors.get(name);
    if (cursor === undefined) {
      cursor = this.table.cursors.get(topic, partition);
      this.cursors.set(name, cursor);
    }
    return cursor;
  }

  /** Decided without decoding the fact: a signed callback that says the end of a payment makes no row. */
  private isMeant(payload: Buffer, start: number, topic: PolledTopic): boolean {
    if (topic !== 'callbacks.v1' || this.byPayment.size > 0) return true;
    const status = readClaimStatus(payload, claimStart(payload, start), 'usual');
    return status === null || OPEN_STATUSES.has(status);
  }

  /** Takes what was found, and only then goes on from there. */
  private keep({ facts, ends, values }: Slice): void {
    const unstored = new Map([...this.unstored, ...ends.map((end) => [`${end.topic}/${end.partition}`, end] as const)]);
    const isStored = facts.length > 0 || this.unstoredValues + values >= UNSTORED_MAX;
    if (isStored) {
      this.table.transaction(() => {
        for (const fact of facts) this.take(fact);
        for (const { topic, partition, next } of unstored.values()) this.table.cursors.set(topic, partition, next);
      });
    }
    this.unstored.clear();
    if (!isStored) for (const [name, end] of unstored) this.unstored.set(name, end);
    this.unstoredValues = isStored ? 0 : this.unstoredValues + values;
    for (const { topic, partition, next } of ends) this.cursors.set(`${topic}/${partition}`, next);
  }

  private take(fact: Fact): void {
    const { body } = fact;
    if (body.type === 'OrderPlaced') {
      if (body.status !== 'cancelled') this.beginOrder(fact as Fact<OrderPlaced>);
    } else if (body.type === 'PaymentObserved') {
      const observed = fact as Fact<PaymentObserved>;
      if (body.hint === true) this.hint(observed);
      else if (body.kind === 'payment') this.observe(observed);
    }
  }

  /** Of a merchant's part, the whole is asked about, which may have no order of its own. */
  private beginOrder(fact: Fact<OrderPlaced>): void {
    const { parent, placed_at } = fact.body;
    if (parent === undefined) this.begin(fact, placed_at);
    else if (this.table.get(parent) === undefined) this.begin({ ...fact, transaction_reference: parent }, placed_at);
  }

  /** Nobody signed it, so its account is asked at once, whatever it says. */
  private hint(fact: Fact<PaymentObserved>): void {
    const { id, transaction_reference: reference, received_at: at, body } = fact;
    if (fact.account === null || !this.isAskable(fact)) return;
    this.table.hinted(reference, sourceName(fact), at, id);
    // What went back is not known by its own id where its payment is asked about.
    const { original_transaction_id: original } = body;
    const ids = body.kind === 'payment' ? body : { ...NO_IDS, provider_transaction_id: original };
    this.addIds(fact, ids);
  }

  private observe(fact: Fact<PaymentObserved>): void {
    const { transaction_reference: reference, received_at: at, body } = fact;
    const isOpen = OPEN_STATUSES.has(body.status);
    if (body.via === 'callback') {
      // If no other source reported the payment, it starts here.
      const isNews = isOpen && this.isAskable(fact) && this.table.get(reference) === undefined;
      if (isNews) this.begin(fact, fact.occurred_at ?? at);
    } else if (isInitiation(body)) this.begin(fact, fact.occurred_at ?? at);
    // Any status but the response to our own initiation is a response to a poll.
    else this.table.answered(reference, fact.account === null ? null : sourceName(fact), at);
    if (isOpen) this.addIds(fact, body);
    else if (body.status !== 'unclassified' && this.asksByPayment(fact)) {
      this.table.payments.remove({ reference, account: sourceName(fact) }, body);
    }
  }

  private addIds(fact: Fact, ids: KnownIds): void {
    const { transaction_reference: reference } = fact;
    if (!this.asksByPayment(fact)) return;
    const account = sourceName(fact);
    if (this.table.get(reference, account) !== undefined) this.table.payments.add({ reference, account }, ids);
  }

  /** An identity is our own key: a network knows it by the payment's ids only. */
  private isAskable(fact: Fact): boolean {
    return !isIdentityKey(fact.transaction_reference) || this.asksByPayment(fact);
  }

  private asksByPayment(fact: Fact): boolean {
    return fact.account !== null && this.byPayment.has(sourceName(fact));
  }

  /** Asked is the account that spoke, otherwise that of the order's merchant, otherwise the one asked before. */
  private begin(fact: Fact, start: number): void {
    const { provider, merchant, transaction_reference: reference } = fact;
    const known = this.table.get(reference)?.account;
    const ofMerchant = merchant === '' ? known : undefined;
    const account = fact.account === null ? (ofMerchant ?? this.accountOf(provider, merchant)) : sourceName(fact);
    if (account !== undefined) this.table.begin(reference, account, start);
  }
}
