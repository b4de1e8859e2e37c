// Sends a network's webhooks at their times. Signs each attempt anew; repeats until it is taken, or the last attempt.

import { request } from 'undici';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Personality } from './personality.ts';
import type { SecretNamed, WebhookMessage } from './webhook-message.ts';

export interface WebhookSenderOptions {
  readonly clock: Clock;
  readonly personality: Pick<Personality, 'seal' | 'proof' | 'retries' | 'failuresMax' | 'isTaken'>;
  /** The address of the account. */
  readonly url: string;
  readonly secret: SecretNamed;
  /** In real time. */
  readonly timeoutMillis: number;
  /** Told of each webhook that the receiver took, but for forged ones. */
  readonly onTaken?: ((message: WebhookMessage) => void) | undefined;
}

export interface Deliveries {
  sent: number;
  acknowledged: number;
  /** Refused or not answered: these are sent again, except forged ones. */
  refused: number;
  forged: number;
  /** Never sent, since the network had switched the webhook off by then. */
  dropped: number;
}

/** A forged one is signed with a secret that neither side knows. */
export interface ScheduledWebhook {
  readonly message: WebhookMessage;
  readonly at: Instant;
  readonly forged: boolean;
}

interface Delivery {
  readonly webhook: ScheduledWebhook;
  readonly at: Instant;
  readonly tries: number;
}

const IN_FLIGHT_MAX = 16;
const FORGED_SECRET = 'a secret that neither side knows';

export class WebhookSender {
  readonly deliveries: Deliveries = { sent: 0, acknowledged: 0, refused: 0, forged: 0, dropped: 0 };
  private readonly options: WebhookSenderOptions;
  /** Attempts in a row that nobody took. */
  private failures = 0;
  private pending: Delivery[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: WebhookSenderOptions) {
    this.options = options;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Webhooks that wait or are in flight. */
  get waiting(): number {
    return this.pending.length + this.inFlight.size;
  }

  add(webhooks: readonly ScheduledWebhook[]): void {
    for (const webhook of webhooks) this.pending.push({ webhook, at: webhook.at, tries: 0 });
    this.pause.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
    await Promise.all(this.inFlight);
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping.signal.aborted) {
      this.pause = new AbortController();
      const now = clock.now();
      const due = this.pending.filter(({ at }) => at <= now).sort((left, right) => left.at - right.at);
      this.pending = this.pending.filter(({ at }) => at > now);
      for (const delivery of due) {
        if (this.inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.inFlight);
        const attempt = this.deliver(delivery).finally(() => this.inFlight.delete(attempt));
        this.inFlight.add(attempt);
      }
      const next = this.pending.reduce((first, { at }) => Math.min(first, at), now + 60_000);
      await clock.sleep(Math.max(1, next - clock.now()), this.pause.signal);
    }
  }

  private async deliver({ webhook, tries }: Delivery): Promise<void> {
    const { clock, personality } = this.options;
    if (!webhook.forged && this.failures >= (personality.failuresMax ?? Number.POSITIVE_INFINITY)) {
      this.deliveries.dropped++;
      return;
    }
    this.deliveries.sent++;
    const isAccepted = await this.post(webhook);
    if (webhook.forged) this.deliveries.forged++;
    else if (isAccepted) {
      this.failures = 0;
      this.deliveries.acknowledged++;
      this.options.onTaken?.(webhook.message);
    } else {
      this.failures++;
      this.deliveries.refused++;
      const wait = personality.retries[tries];
      if (wait !== undefined) this.pending.push({ webhook, at: clock.now() + wait, tries: tries + 1 });
    }
  }

  private async post({ message, forged }: ScheduledWebhook): Promise<boolean> {
    const { clock, personality, url, secret, timeoutMillis } = this.options;
    const { method, headers } = message;
    const known = forged ? () => FORGED_SECRET : secret;
    const body = personality.seal?.(message.body, known) ?? message.body;
    const proof = personality.proof(body, known, clock.now(), headers);
    try {
      // Who forges it knows the account's address, and no secret part of it.
      const answer = await request(forged ? url : (message.url ?? url), {
        method,
        headers: { ...headers, ...proof },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMillis), this.stopping.signal]),
      });
      await answer.body.dump();
      return personality.isTaken(answer.statusCode);
    } catch {
      return false;
    }
  }
}
