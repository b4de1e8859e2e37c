// Reads started and answered payments from the log. Its cursors are stored in one transaction with the resulting rows,
// so that a crash loses nothing and a lost service.db is built again.

import {
  type Fact,
  isInitiation,
  OPEN_STATUSES,
  type OrderPlaced,
  type PaymentObserved,
  sourceName,
} from '../../domain/fact.ts';
import { isIdentityKey } from '../../domain/key.ts';
import type { EventLog } from '../../log/event-log.ts';
import { readFact } from '../../log/fact-codec.ts';
import { forEachFact } from '../../log/value-frames.ts';
import { type KnownIds, NO_IDS } from '../gateway.ts';
import type { PollTable } from './poll-table.ts';

/** Orders first: the account depends on their merchant. */
const TOPICS = ['orders.v1', 'callbacks.v1', 'polls.v1'] as const;
/** About this many facts are read in one transaction, so that others do not wait for long. */
const SLICE_FACTS = 500;

export class PollReader {
  private readonly log: Pick<EventLog, 'partitions' | 'read' | 'end'>;
  private readonly table: PollTable;
  private readonly accountOf: (provider: string, merchant: string) => string | undefined;
  private readonly byPayment: ReadonlySet<string>;
  private readonly cursors = new Map<string, bigint>();

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

  /** Reads more facts; returns false if there are none. */
  readSlice(): boolean {
    for (const topic of TOPICS) {
      for (let partition = 0; partition < this.log.partitions; partition++) {
        const name = `${topic}/${partition}`;
        const cursor = this.cursors.get(name) ?? this.table.cursors.get(topic, partition);
        this.cursors.set(name, cursor);
        if (this.log.end(topic, partition) <= cursor) continue;
        this.cursors.set(name, this.readFrom(topic, partition, cursor));
        return true;
      }
    }
    return false;
  }

  private readFrom(topic: (typeof TOPICS)[number], partition: number, cursor: bigint): bigint {
    return this.table.transaction(() => {
      let next = cursor;
      for (const { payload, from, to } of this.log.read(topic, partition, cursor)) {
        forEachFact(payload, Number(next - from), (start, end) => this.take(readFact(payload, start, end)));
        next = to;
        if (next - cursor >= SLICE_FACTS) break;
      }
      this.table.cursors.set(topic, partition, next);
      return next;
    });
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
