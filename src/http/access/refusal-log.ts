// Log lines about requests that were refused because of who sent them: with the client's address, so that somebody who
// tries keys or forges webhooks is found, and few, so that he cannot fill the disk with them.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { sourceOf } from './source-address.ts';

const MINUTE_MILLIS = 60_000;
/** Lines of a minute, about one source and about all of them. */
const SOURCE_LINES_MAX = 10;
const LINES_MAX = 200;
const STATUSES: ReadonlySet<number> = new Set([401, 403, 429]);
const WEBHOOKS = '/webhooks/';

export class RefusalLog {
  private readonly clock: Pick<Clock, 'now'>;
  private readonly warn: (line: object, message: string) => void;
  private minute: Instant = 0;
  private lines = 0;
  private readonly bySource = new Map<string, number>();
  /** Refusals without a line since the last one that has one. */
  private leftOut = 0;

  constructor(clock: Pick<Clock, 'now'>, warn: (line: object, message: string) => void) {
    this.clock = clock;
    this.warn = warn;
  }

  /** Whether the answer is such a refusal; `line` is what is logged of any request. */
  takes(request: FastifyRequest, { statusCode }: FastifyReply, line: object): boolean {
    if (!STATUSES.has(statusCode)) return false;
    if (!this.hasPlace(sourceOf(request.ip))) {
      this.leftOut++;
      return true;
    }
    const account = accountOf(request);
    const more = {
      ...(account === undefined ? {} : { account }),
      ...(this.leftOut === 0 ? {} : { left_out: this.leftOut }),
    };
    this.leftOut = 0;
    this.warn({ ...line, address: request.ip, ...more }, 'a request was refused');
    return true;
  }

  private hasPlace(source: string): boolean {
    const minute = Math.floor(this.clock.now() / MINUTE_MILLIS);
    if (minute !== this.minute) {
      this.minute = minute;
      this.lines = 0;
      this.bySource.clear();
    }
    const lines = this.bySource.get(source) ?? 0;
    if (lines >= SOURCE_LINES_MAX || this.lines >= LINES_MAX) return false;
    this.lines++;
    this.bySource.set(source, lines + 1);
    return true;
  }
}

/** The account of a webhook. What follows it in the URL may be its secret path. */
function accountOf({ routeOptions, params }: FastifyRequest): string | undefined {
  if (routeOptions.url?.startsWith(WEBHOOKS) !== true) return undefined;
  const { provider, account } = params as { readonly provider: string; readonly account: string };
  return `${provider}/${account}`;
}
