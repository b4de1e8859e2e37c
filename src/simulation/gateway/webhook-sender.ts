// Sends the gateway's webhooks at their time, each signed anew at each try, until somebody says 2xx or it gives up.

import { request } from 'undici';
import type { Instant } from '../../domain/time.ts';
import { SignatureKey } from '../../providers/mfs-africa/signature.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Posting } from './payment-timeline.ts';

export interface WebhookSenderOptions {
  readonly clock: Clock;
  readonly url: string;
  readonly secret: string;
  /** In real time: nobody is waited for longer. */
  readonly timeoutMillis: number;
}

export interface Deliveries {
  sent: number;
  recentAcks: number;
  /** Refused or not answered: they are tried again, but for forged ones. */
  refused: number;
  forged: number;
}

interface Letter {
  readonly posting: Posting;
  readonly at: Instant;
  readonly tries: number;
}

/** In milliseconds, after each try that failed. */
const WAITS = [30, 120, 600, 3_600, 10_800, 21_600, 43_200].map((seconds) => seconds * 1_000);
const UNDER_WAY_MAX = 16;
const NOBODYS_SECRET = 'what a stranger guesses';

export class WebhookSender {
  readonly deliveries: Deliveries = { sent: 0, recentAcks: 0, refused: 0, forged: 0 };
  private readonly options: WebhookSenderOptions;
  private readonly key: SignatureKey;
  private readonly nobody = new SignatureKey(NOBODYS_SECRET);
  private letters: Letter[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: WebhookSenderOptions) {
    this.options = options;
    this.key = new SignatureKey(options.secret);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Letters that wait or are under way. */
  get waiting(): number {
    return this.letters.length + this.underWay.size;
  }

  add(postings: readonly Posting[]): void {
    for (const posting of postings) this.letters.push({ posting, at: posting.at, tries: 0 });
    this.pause.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping.signal.aborted) {
      this.pause = new AbortController();
      const now = clock.now();
      const due = this.letters.filter(({ at }) => at <= now).sort((left, right) => left.at - right.at);
      this.letters = this.letters.filter(({ at }) => at > now);
      for (const letter of due) {
        if (this.underWay.size >= UNDER_WAY_MAX) await Promise.race(this.underWay);
        const going = this.deliver(letter).finally(() => this.underWay.delete(going));
        this.underWay.add(going);
      }
      const next = this.letters.reduce((first, { at }) => Math.min(first, at), now + 60_000);
      await clock.sleep(Math.max(1, next - clock.now()), this.pause.signal);
    }
  }

  private async deliver({ posting, tries }: Letter): Promise<void> {
    const { clock } = this.options;
    this.deliveries.sent++;
    const isTaken = await this.post(posting);
    if (posting.forged) this.deliveries.forged++;
    else if (isTaken) this.deliveries.recentAcks++;
    else {
      this.deliveries.refused++;
      const wait = WAITS[tries];
      if (wait !== undefined) this.letters.push({ posting, at: clock.now() + wait, tries: tries + 1 });
    }
  }

  private async post({ body, forged }: Posting): Promise<boolean> {
    const { clock, url, timeoutMillis } = this.options;
    const time = String(Math.floor(clock.now() / 1000));
    const signature = (forged ? this.nobody : this.key).sign(time, Buffer.from(body));
    try {
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signature': `t=${time},v1=${signature}` },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMillis), this.stopping.signal]),
      });
      await answer.body.dump();
      return answer.statusCode >= 200 && answer.statusCode < 300;
    } catch {
      return false;
    }
  }
}
