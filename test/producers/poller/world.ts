// A poller with a log in memory, a gateway with given responses, and a manual clock.

import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import type { Fact, PaymentObserved } from '../../../src/domain/fact.ts';
import { MemoryLog } from '../../../src/log/memory.ts';
import type { GatewayAnswer, KnownIds, StatusQuery } from '../../../src/producers/gateway.ts';
import type { PolledAccount } from '../../../src/producers/poller/polled-account.ts';
import { Poller, type PollerOptions } from '../../../src/producers/poller/poller.ts';
import type { Polling } from '../../../src/producers/poller/schedule.ts';
import { type Meter, NO_METER } from '../../../src/runtime/meter.ts';
import { FactWriter } from '../../../src/service/ledger/fact-writer.ts';
import { orderFact } from '../../log/facts.ts';
import { ManualClock } from './manual-clock.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NOON = Date.parse('2026-06-01T12:00:00Z');
export const POLLING: Polling = { schedule: [2, 5, 15, 60].map((minutes) => minutes * MINUTE), jitter: 0.1, budget: 6 };

export interface Asked {
  readonly account: string;
  /** '' where only ids are known. */
  readonly reference: string;
  readonly ids: KnownIds;
  readonly at: number;
}

type Answer = (asked: Asked) => GatewayAnswer | null | Promise<GatewayAnswer>;

export const NOTHING: GatewayAnswer = { exchange: 'x1', facts: [], fault: null };

export class World {
  readonly clock = new ManualClock(NOON);
  readonly log = new MemoryLog(4);
  readonly database = new DatabaseSync(':memory:');
  readonly sink = new FactWriter(this.log, () => {});
  readonly asked: Asked[] = [];
  readonly outcomes = new Map<string, number>();
  /** References with a final status. */
  readonly settled = new Set<string>();
  readonly faults: string[] = [];
  answer: Answer = () => NOTHING;
  isAwaited = async (reference: string, _askedAt: number | null) => !this.settled.has(reference);
  /** When the orders expire and one final poll is due. */
  lastLook: number | null = null;
  private readonly meter: Meter = {
    ...NO_METER,
    add: (_, labels) => {
      const name = `${labels?.account} ${labels?.outcome}`;
      this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    },
  };

  account(account: string, more: Partial<PolledAccount> = {}): PolledAccount {
    const status = async ({ reference, ids }: StatusQuery) => {
      const asked = { account, reference: reference ?? '', ids, at: this.clock.now() };
      this.asked.push(asked);
      return this.answer(asked);
    };
    const gateway = { provider: 'mfs-africa', account, status };
    return { gateway, merchants: ['*'], polling: POLLING, ...more };
  }

  poller(more: Partial<PollerOptions> = {}): Poller {
    const poller = new Poller({
      accounts: [this.account('main')],
      log: this.log,
      database: this.database,
      sink: this.sink,
      isAwaited: async (reference, askedAt) => {
        const isAwaited = await this.isAwaited(reference, askedAt);
        return { isAwaited, lastLook: this.lastLook };
      },
      clock: this.clock,
      meter: this.meter,
      logger: pino({ level: 'error' }, { write: (line: string) => this.faults.push(JSON.parse(line).code) }),
      ...more,
    });
    poller.start();
    return poller;
  }

  /** The minutes after an instant, rounded down, at which a reference was polled. */
  minutesOf(reference: string, since = NOON): number[] {
    const own = this.asked.filter((asked) => asked.reference === reference);
    return own.map(({ at }) => Math.floor((at - since) / MINUTE));
  }
}

export function order(reference: string, placedAt: number, more: { merchant?: string; provider?: string } = {}): Fact {
  const fact = orderFact(reference);
  return { ...fact, ...more, body: { ...fact.body, placed_at: placedAt } };
}

export function observed(reference: string, at: number, more: Partial<PaymentObserved> = {}, id?: string): Fact {
  const { body: _, ...envelope } = orderFact(reference);
  return {
    ...envelope,
    id: id ?? `mfs-africa:poll:#${reference}-${at}`,
    merchant: '',
    occurred_at: at,
    received_at: at,
    body: {
      type: 'PaymentObserved',
      via: 'poll',
      kind: 'payment',
      status: 'pending',
      word: null,
      provider_transaction_id: `P-${reference}`,
      operator_transaction_id: null,
      request_id: null,
      original_transaction_id: null,
      amount: null,
      currency: null,
      fee: null,
      operator: null,
      msisdn: null,
      ...more,
    },
  };
}

/** The answer to our own request for a payment. */
export const initiated = (reference: string, at: number): Fact =>
  observed(reference, at, { status: 'initiated', msisdn: 'KE:hash' }, `answer ${reference} ${at}`);
