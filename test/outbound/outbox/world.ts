// An outbox with targets that answer as the test sets, and a clock that the test moves.

import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import type { Post } from '../../../src/outbound/outbox/delivery.ts';
import { Outbox, type OutboxOptions } from '../../../src/outbound/outbox/outbox.ts';
import type { Target } from '../../../src/outbound/outbox/target.ts';
import { type Meter, NO_METER } from '../../../src/runtime/meter.ts';
import type { OutgoingMessage } from '../../../src/runtime/outgoing-message.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

export const NOON = Date.parse('2026-06-01T12:00:00Z');
export const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export type Answer = Awaited<ReturnType<Post>>;
export const answer = (status: number, headers: Record<string, string> = {}): Answer => ({ status, headers });

export interface Sent {
  readonly target: string;
  readonly id: string;
  readonly at: number;
  readonly body: string;
}

export function target(name: string, more: Partial<Target> = {}): Target {
  return { name, url: `https://${name}/`, secrets: () => [SECRET], types: ['*'], merchants: ['*'], ...more };
}

export function message(id: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { id, type: 'order.expired', timestamp: NOON, merchant: 'duka', names: ['A-1'], data: { id }, ...more };
}

export class World {
  readonly clock = new ManualClock(NOON);
  readonly database = new DatabaseSync(':memory:');
  readonly sent: Sent[] = [];
  readonly counts = new Map<string, number>();
  readonly logged: { msg: string }[] = [];
  waiting = -1;
  respond: (sent: Sent) => Answer | Promise<Answer> = () => answer(200);
  readonly post: Post = async (call) => {
    const { host } = new URL(call.url);
    const sent = { target: host, id: call.headers['webhook-id']!, at: this.clock.now(), body: call.body! };
    this.sent.push(sent);
    return this.respond(sent);
  };
  private readonly meter: Meter = {
    ...NO_METER,
    add: (_, labels) => this.counts.set(labels!.outcome!, (this.counts.get(labels!.outcome!) ?? 0) + 1),
    set: (_, __, value) => {
      this.waiting = value;
    },
  };

  outbox(more: Partial<OutboxOptions> = {}): Outbox {
    const outbox = new Outbox({
      database: this.database,
      targets: [target('shop')],
      post: (call) => this.post(call),
      clock: this.clock,
      meter: this.meter,
      logger: pino({ level: 'error' }, { write: (line: string) => this.logged.push(JSON.parse(line)) }),
      ...more,
    });
    outbox.start();
    return outbox;
  }

  idsTo(name: string): string[] {
    return this.sent.filter((one) => one.target === name).map(({ id }) => id);
  }
}
