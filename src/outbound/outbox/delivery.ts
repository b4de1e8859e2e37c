// Delivers the messages of one target: a few at a time, with retries. A message is marked as delivered after its
// answer came, so a crash between the two sends it again under the same id.

import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import { resolvesWithin } from '../../runtime/bounded-wait.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { OutgoingAnswer, OutgoingCall } from '../client/client.ts';
import { retryAt } from '../client/retry-after.ts';
import type { Delivery, MessageTable } from './message-table.ts';
import type { Queue, QueueStatus } from './queue.ts';
import { retryAfter } from './retry-schedule.ts';
import { signedHeaders, type Target } from './target.ts';
import { targetLabel } from './target-label.ts';

/** Sends a request and returns its answer with any status. Throws if no answer came. */
export type Post = (call: OutgoingCall) => Promise<Pick<OutgoingAnswer, 'status' | 'headers'>>;

export interface DeliveryOptions {
  readonly table: MessageTable;
  readonly post: Post;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Concurrent messages to each target. */
  readonly concurrency: number;
}

/** A longer answer is of no use. */
const ANSWER_BYTES_MAX = 256 * 1024;
/** The wait after an error on our own side, or while the configuration does not contain the target. */
const PAUSE_MILLIS = 60_000;
const STOP_MILLIS = 5_000;
const GONE = 410;
/** Statuses whose Retry-After applies to the target as a whole (RFC 9110, section 10.2.3; RFC 6585, section 4). */
const BUSY: readonly number[] = [429, 503];

export class TargetDelivery implements Queue {
  private readonly target: Target;
  private readonly options: DeliveryOptions;
  private readonly inFlight = new Map<string, Promise<void>>();
  private sleeping = new AbortController();
  private running: Promise<void> | null = null;
  private stopping = false;
  private pausedUntil: Instant = 0;
  private isGone = false;

  constructor(target: Target, options: DeliveryOptions) {
    this.target = target;
    this.options = options;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Looks for new messages to deliver. */
  wake(): void {
    this.sleeping.abort();
  }

  /** Starts no further attempt, and waits a short time for those in progress. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await resolvesWithin(Promise.all([this.running, ...this.inFlight.values()]), STOP_MILLIS);
  }

  status(): QueueStatus {
    const { pausedUntil, isGone } = this;
    const isPaused = pausedUntil > this.options.clock.now();
    return { name: this.target.name, inFlight: this.inFlight.size, isGone, pausedUntil: isPaused ? pausedUntil : null };
  }

  /** Whether it may be sent messages at all. */
  get isTaking(): boolean {
    return !this.isGone && this.target.isNamed?.() !== false;
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping) {
      this.sleeping = new AbortController();
      const { signal } = this.sleeping;
      await clock.sleep(Math.max(0, this.serve() - clock.now()), signal);
    }
  }

  /** Starts the due deliveries, up to the limit, and returns when to look again at the latest. */
  private serve(): Instant {
    const { table, clock, concurrency } = this.options;
    const { name } = this.target;
    const now = clock.now();
    if (this.isGone) return Number.POSITIVE_INFINITY;
    if (now < this.pausedUntil) return this.pausedUntil;
    if (!this.isTaking) return now + PAUSE_MILLIS;
    try {
      // Those in progress are among the first; with twice the limit, the next one is seen too.
      for (const { message, due } of table.waiting(name, 2 * concurrency)) {
        if (this.inFlight.has(message)) continue;
        if (due > now) return due;
        // The end of an attempt wakes the loop.
        if (this.inFlight.size >= concurrency) break;
        this.begin(table.delivery(message, name));
      }
      return Number.POSITIVE_INFINITY;
    } catch (error) {
      this.pause(error);
      return this.pausedUntil;
    }
  }

  private begin(delivery: Delivery): void {
    const attempt = this.attempt(delivery)
      .catch((error) => this.pause(error))
      .finally(() => {
        this.inFlight.delete(delivery.message);
        this.wake();
      });
    this.inFlight.set(delivery.message, attempt);
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const { table, clock, meter } = this.options;
    const { name } = this.target;
    const { message, type } = delivery;
    const { status, headers, fault } = await this.send(delivery);
    const now = clock.now();
    const attempts = delivery.attempts + 1;
    let outcome = 'delivered';
    if (status >= 200 && status < 300) table.delivered(message, name, attempts, now);
    else {
      const retryAtTarget = retryAt(headers['retry-after'], now);
      if (retryAtTarget !== undefined && BUSY.includes(status))
        this.pausedUntil = Math.max(this.pausedUntil, retryAtTarget);
      const next = retryAfter(message, delivery.putAt, attempts, now, retryAtTarget);
      table.failed(message, name, attempts, fault, now, next);
      outcome = next === null ? 'dead' : 'failed';
      this.logFailure(delivery, attempts, fault, next);
    }
    meter.add('hesabu_outbox_messages_total', { type, outcome });
    meter.set('hesabu_outbox_waiting', {}, table.waitingCount);
    if (status === GONE && !this.isGone) {
      this.isGone = true;
      this.options.logger.error(
        { target: targetLabel(name) },
        'a message target is gone (410) and gets no more messages',
      );
    }
  }

  /** Status 0 means that no answer came. */
  private async send({ message, names, body }: Delivery): Promise<Received> {
    const { post, clock } = this.options;
    const { url, secrets } = this.target;
    try {
      const headers = signedHeaders(secrets(), message, clock.now(), body);
      const call = { account: '', method: 'POST', url, headers, body, names: [message, ...names] } as const;
      const answer = await post({ ...call, bytesMax: ANSWER_BYTES_MAX });
      return { ...answer, fault: `answered ${answer.status}` };
    } catch (error) {
      const { code, detail } = errorOf(error);
      return { status: 0, headers: {}, fault: detail.found === undefined ? code : `${code}: ${detail.found}` };
    }
  }

  private logFailure({ message, type }: Delivery, attempts: number, fault: string, next: Instant | null): void {
    const about = { target: targetLabel(this.target.name), message, type, attempts, fault };
    if (next === null) this.options.logger.error(about, 'a message was not accepted and is given up');
    else this.options.logger.warn({ ...about, next }, 'a message was not accepted and will be sent again');
  }

  private pause(error: unknown): void {
    this.pausedUntil = this.options.clock.now() + PAUSE_MILLIS;
    const { code } = errorOf(error);
    const about = { code, err: error, target: targetLabel(this.target.name) };
    this.options.logger.error(about, 'deliveries could not continue');
  }
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fault: string;
}

function errorOf(error: unknown): HesabuError {
  return error instanceof HesabuError ? error : new HesabuError('HESABU_INTERNAL', {}, error);
}
