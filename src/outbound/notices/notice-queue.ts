// The notices of one target, until it took them: as rows of the outbox, which the service can lose with its disk only.
// What waits is joined into one message, within the limit of the other side; what is critical does not wait for more. A
// message is marked as delivered after its answer came, so a crash between the two sends it again.

import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import { GatewayLimited } from '../../domain/gateway-errors.ts';
import type { Instant } from '../../domain/time.ts';
import { resolvesWithin } from '../../runtime/bounded-wait.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { Channel, ChannelText, Verdict } from '../channels/channel.ts';
import { type BucketMemory, TokenBucket } from '../client/token-bucket.ts';
import type { Delivery, MessageTable } from '../outbox/message-table.ts';
import type { Queue, QueueStatus } from '../outbox/queue.ts';
import { retryAfter } from '../outbox/retry-schedule.ts';
import { type Notice, noticeIn } from './notice.ts';

/** A target as the present configuration has it. */
export interface NoticeTarget {
  readonly channel: Channel;
  compose(notices: readonly Notice[]): ChannelText;
}

export interface NoticeQueueOptions {
  readonly name: string;
  /** Null while the configuration does not have it: its notices wait. */
  readonly target: () => NoticeTarget | null;
  readonly table: MessageTable;
  readonly memory?: BucketMemory;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** How long a notice waits for others that come with it. */
const GATHER_MILLIS = 5_000;
/** Of the messages that may be sent, this many are left to what is critical. */
const SPARE = 1;
/** How many are read at once; as many are one message. */
const JOINED_MAX = 1_000;
const PAUSE_MILLIS = 60_000;
const STOP_MILLIS = 5_000;
/** Before a target is configured nothing is sent, so any rate will do. */
const NO_RATE = { per_minute: 1, burst: 1 };

export class NoticeQueue implements Queue {
  private readonly options: NoticeQueueOptions;
  private readonly bucket: TokenBucket;
  private sleeping = new AbortController();
  private running: Promise<void> | null = null;
  private stopping = false;
  private isSending = false;
  private pausedUntil: Instant = 0;

  constructor(options: NoticeQueueOptions) {
    this.options = options;
    const { clock, memory, target } = options;
    this.bucket = new TokenBucket(clock, () => target()?.channel.rate ?? NO_RATE, memory);
  }

  start(): void {
    this.running ??= this.run();
  }

  wake(): void {
    this.sleeping.abort();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await resolvesWithin(Promise.all([this.running]), STOP_MILLIS);
  }

  status(): QueueStatus {
    const { pausedUntil, isSending, options } = this;
    const isPaused = pausedUntil > options.clock.now();
    return {
      name: options.name,
      inFlight: Number(isSending),
      isGone: false,
      pausedUntil: isPaused ? pausedUntil : null,
    };
  }

  get isTaking(): boolean {
    return this.options.target() !== null;
  }

  /** Sends one beside those that wait. Throws GatewayLimited where the limit of the other side leaves none. */
  async test(notice: Notice): Promise<Verdict> {
    const { name, target: targetNow, clock } = this.options;
    const target = targetNow();
    if (target === null) throw new HesabuError('HESABU_NOT_FOUND', { where: name });
    const full = this.bucket.take();
    if (full !== null) {
      const expected = 'no more messages than the other side takes';
      throw new GatewayLimited({ where: name, expected, found: 'all of them sent' }, full);
    }
    const verdict = await target.channel.send(target.compose([notice]));
    if (verdict.kind === 'refused' && verdict.waitMillis !== undefined)
      this.bucket.block(clock.now() + verdict.waitMillis);
    return verdict;
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping) {
      this.sleeping = new AbortController();
      const { signal } = this.sleeping;
      await clock.sleep(Math.max(0, (await this.serve()) - clock.now()), signal);
    }
  }

  /** Sends what may be sent now, and returns when to look again at the latest. */
  private async serve(): Promise<Instant> {
    const { table, clock, name, target: targetNow } = this.options;
    const now = clock.now();
    if (now < this.pausedUntil) return this.pausedUntil;
    const target = targetNow();
    if (target === null) return now + PAUSE_MILLIS;
    try {
      const waiting = table.waitingNotices(name, JOINED_MAX);
      const due = waiting.filter((one) => one.due <= now);
      if (due.length === 0) return waiting[0]?.due ?? Number.POSITIVE_INFINITY;
      const notices = due.map(({ message, type, body }) => noticeIn(message, type, body));
      const isUrgent = notices.some(({ isCritical, event }) => isCritical || event === 'digest');
      const gathered = due[0]!.due + GATHER_MILLIS;
      if (!isUrgent && due.length < JOINED_MAX && now < gathered) return gathered;
      const full = this.bucket.take(isUrgent ? 0 : SPARE);
      if (full !== null) return full;
      await this.send(target, due, notices);
      return now;
    } catch (error) {
      const known = errorOf(error);
      this.pausedUntil = clock.now() + PAUSE_MILLIS;
      this.options.logger.error({ target: name, code: known.code, err: known }, 'notices could not be sent');
      return this.pausedUntil;
    }
  }

  private async send(target: NoticeTarget, due: readonly Delivery[], notices: readonly Notice[]): Promise<void> {
    const { table, clock, meter, logger, name } = this.options;
    this.isSending = true;
    const verdict = await said(target.channel, target.compose(notices)).finally(() => {
      this.isSending = false;
    });
    const now = clock.now();
    if (verdict.kind === 'taken') {
      table.inOne(() => {
        for (const { message, attempts } of due) table.delivered(message, name, attempts + 1, now);
      });
    } else {
      const blocked = verdict.waitMillis === undefined ? undefined : now + verdict.waitMillis;
      if (blocked !== undefined) this.bucket.block(blocked);
      const [over, others] = verdict.isFinal === true ? [due, []] : partedByEnd(due, now, blocked);
      const next = others.length === 0 ? null : Math.min(...others.map((one) => one.next));
      table.inOne(() => {
        for (const { message, attempts } of over) table.failed(message, name, attempts + 1, verdict.words, now, null);
        for (const { message, attempts } of others) table.failed(message, name, attempts + 1, verdict.words, now, next);
      });
      const about = { target: name, fault: verdict.words };
      if (over.length > 0)
        logger.error({ ...about, notices: over.length }, 'notices were not accepted and are given up');
      if (others.length > 0)
        logger.warn({ ...about, notices: others.length, next }, 'notices were not accepted and will be sent again');
    }
    const outcome = verdict.kind === 'taken' ? 'delivered' : 'failed';
    meter.add('hesabu_outbox_messages_total', { type: 'notice', outcome }, due.length);
    meter.set('hesabu_outbox_waiting', {}, table.waitingCount);
  }
}

/** Those of one message that are tried no more, and the others: each has three days of its own. */
function partedByEnd(due: readonly Delivery[], now: Instant, blocked: Instant | undefined) {
  const over: Delivery[] = [];
  const others: (Delivery & { readonly next: Instant })[] = [];
  for (const one of due) {
    const next = retryAfter(one.message, one.putAt, one.attempts + 1, now, blocked);
    if (next === null) over.push(one);
    else others.push({ ...one, next });
  }
  return [over, others] as const;
}

/** No answer is a refusal too, and may pass. */
async function said(channel: Channel, text: ChannelText): Promise<Verdict> {
  try {
    return await channel.send(text);
  } catch (error) {
    const { code, detail } = errorOf(error);
    return { kind: 'refused', words: detail.found === undefined ? code : `${code}: ${detail.found}` };
  }
}

function errorOf(error: unknown): HesabuError {
  return error instanceof HesabuError ? error : new HesabuError('HESABU_INTERNAL', {}, error);
}
