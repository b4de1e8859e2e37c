// Asks networks and shops what happened, for webhooks that never came: at each start since the last time, and at
// intervals. A page is read and then the position is stored, so a crash reads a page again and never leaves one out;
// facts that are known already are counted once.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import { sourceName } from '../../domain/fact.ts';
import { GatewayLimited, GatewayRefused } from '../../domain/gateway-errors.ts';
import type { Instant } from '../../domain/time.ts';
import { resolvesWithin } from '../../runtime/bounded-wait.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { GatewayWith } from '../gateway.ts';
import type { PageReader } from '../pages/page-reader.ts';
import { type GapRow, GapTable } from './gap-table.ts';

export interface GapAccount {
  readonly gateway: GatewayWith<'gaps'>;
  /** How often it is asked, and how far back at most, in milliseconds. */
  readonly gaps: { readonly every: number; readonly back: number };
}

export interface GapFillerOptions {
  readonly accounts: readonly GapAccount[];
  readonly database: DatabaseSync;
  readonly pages: Pick<PageReader, 'take'>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** Spans overlap by this much: lists are complete a little later, and their clocks are not ours. */
const OVERLAP_MILLIS = 5 * 60_000;
const RETRY_MILLIS = 5 * 60_000;
const WAIT_MILLIS_MIN = 1_000;
/** A list that never ends is a fault of the other side. */
const PAGES_MAX = 10_000;
const STOP_MILLIS = 5_000;
/** How long a time that is lost is told. */
const TOLD_MILLIS = 7 * 86_400_000;

export class GapFiller {
  private readonly options: GapFillerOptions;
  private readonly table: GapTable;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | null = null;

  constructor(options: GapFillerOptions) {
    this.options = options;
    this.table = new GapTable(options.database);
  }

  start(): void {
    this.running ??= Promise.all(this.options.accounts.map((account) => this.run(account)));
  }

  /** Asks nothing more, and waits for a call in flight. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await resolvesWithin(Promise.resolve(this.running), STOP_MILLIS);
  }

  /** By account: how much time was found in the last week that nobody can be asked about any more, in milliseconds. */
  lost(): ReadonlyMap<string, number> {
    return this.table.lostMillis(this.options.clock.now() - TOLD_MILLIS);
  }

  private async run(account: GapAccount): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const wakeAt = await this.fill(account).catch((error: unknown) => this.failed(account, error));
      if (!signal.aborted) await clock.sleep(Math.max(WAIT_MILLIS_MIN, wakeAt - clock.now()), signal);
    }
  }

  /** Asks about the time since the last question, page by page; returns when to ask again. */
  private async fill({ gateway, gaps }: GapAccount): Promise<Instant> {
    const { clock, meter, logger, pages } = this.options;
    let row = this.open(sourceName(gateway), gaps.back);
    let from = row.since;
    const seen = new Set<string>();
    for (let nth = 0; nth < PAGES_MAX && !this.stopping.signal.aborted; nth++) {
      const { cursor } = row;
      const page = await gateway.gaps({ since: row.since, until: row.until }, cursor);
      from = Math.max(from, page.since ?? from);
      const { facts, rejected, sha256 } = await pages.take(gateway, page);
      meter.add('hesabu_gap_pages_total', { account: gateway.account, outcome: 'read' });
      logger.info({ account: row.account, facts, rejected }, 'a page about missed webhooks was read');
      const isRepeated = page.bodies.length > 0 && seen.has(sha256);
      seen.add(sha256);
      const isEndless = isRepeated || (page.next === cursor && cursor !== null);
      if (isEndless) logger.warn({ account: row.account }, 'a list does not go on');
      if (page.next === null || isEndless) {
        this.lose(row, from);
        this.table.put({ account: row.account, asked_until: row.until, since: null, until: null, cursor: null });
        return clock.now() + gaps.every;
      }
      row = { ...row, cursor: page.next };
      this.table.put(row);
    }
    return clock.now() + gaps.every;
  }

  /** The question under way, otherwise the next one. */
  private open(account: string, back: number): GapRow & { readonly since: Instant; readonly until: Instant } {
    const row = this.table.get(account);
    const { since, until } = row;
    if (since !== null && until !== null) return { ...row, since, until };
    const now = this.options.clock.now();
    // After a clock that was ahead, nobody knows until when it was really asked.
    const isKnown = row.asked_until !== null && row.asked_until <= now;
    const from = isKnown ? row.asked_until! - OVERLAP_MILLIS : now - back;
    return { ...row, since: Math.max(from, now - back), until: now };
  }

  /** What is before `from` was not asked, and cannot be: it must not look as if it had been. */
  private lose({ account, asked_until }: GapRow, from: Instant): void {
    if (asked_until === null || asked_until >= from) return;
    const { clock, logger } = this.options;
    this.table.lose(account, { since: asked_until, until: from }, clock.now());
    const [since, until] = [asked_until, from].map((at) => new Date(at).toISOString());
    logger.error({ account, since, until }, 'nobody can be asked any more what happened in this time');
  }

  private failed({ gateway }: GapAccount, error: unknown): Instant {
    const { clock, meter, logger } = this.options;
    const account = sourceName(gateway);
    if (error instanceof GatewayLimited) return error.retryAt;
    meter.add('hesabu_gap_pages_total', { account: gateway.account, outcome: 'failed' });
    const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
    logger.error({ code, err: error, account }, 'it is not known what happened while webhooks were away');
    try {
      const row = this.table.get(account);
      // A position may be valid for some time only: the question begins again.
      if (error instanceof GatewayRefused && row.cursor !== null) this.table.put({ ...row, cursor: null });
    } catch (fault) {
      logger.error({ err: fault, account }, 'the position could not be stored');
    }
    return clock.now() + RETRY_MILLIS;
  }
}
