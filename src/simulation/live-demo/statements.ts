// The accountant of the live demo: some networks give their statement to people only, so somebody downloads it from
// the portal at noon and in the evening, and uploads it to the service. A statement may be late or incomplete, so each
// is downloaded again for some days.

import { DateTime } from 'luxon';
import { request } from 'undici';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { SecretNamed } from '../gateway/webhook-message.ts';
import type { ApiClient } from './api-client.ts';

export interface Portal {
  readonly url: string;
  readonly secret: SecretNamed;
}

/** The statement of a day; null if it is not there yet. Throws if the portal did not answer. */
export type Statement = (portal: Portal, date: string) => Promise<Buffer | null>;

/** A new login ends the one before, which may be that of the service. */
export async function mpesaStatement({ url, secret }: Portal, date: string): Promise<Buffer | null> {
  const pair = `${secret('consumer_key')}:${secret('consumer_secret')}`;
  const login = await get(`${url}/oauth/v1/generate?grant_type=client_credentials`, `Basic ${base64(pair)}`);
  const { access_token: token } = JSON.parse(String(login)) as { access_token: string };
  return get(`${url}/portal/statement?date=${date}`, `Bearer ${token}`);
}

async function get(url: string, authorization: string): Promise<Buffer | null> {
  const answer = await request(url, { headers: { authorization }, signal: AbortSignal.timeout(PORTAL_MILLIS) });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode === 404) return null;
  if (answer.statusCode !== 200) throw new Error(`GET ${URL.parse(url)?.pathname} gives ${answer.statusCode}`);
  return bytes;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export interface AccountantOptions {
  readonly clock: Clock;
  readonly api: ApiClient;
  readonly provider: string;
  readonly portal: Portal;
  readonly statement: Statement;
  readonly from: Instant;
  readonly until: Instant;
}

const DAY_MILLIS = 24 * 3_600_000;
const ZONE = 'Africa/Nairobi';
const AT = [12, 20.5];
/** How many days are downloaded each time. */
const DAYS = 3;
/** A portal that fails is tried again. */
const TRIES_MAX = 8;
/** In real time. */
const PORTAL_MILLIS = 2_000;
const WAIT_MILLIS = 10 * 60_000;

export class Accountant {
  /** Imports that the service took, and those that it had before. */
  readonly counts = { imports: 0, repeats: 0 };
  private readonly options: AccountantOptions;

  constructor(options: AccountantOptions) {
    this.options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    for (const at of this.times()) {
      await clock.sleep(at - clock.now(), signal);
      if (signal.aborted) return;
      await this.importDays(at, signal);
    }
  }

  private times(): Instant[] {
    const { from, until } = this.options;
    const days = Math.ceil((until - from) / DAY_MILLIS) + 1;
    const start = DateTime.fromMillis(from, { zone: ZONE }).startOf('day');
    const all = Array.from({ length: days }, (_, nth) => start.plus({ days: nth }));
    const times = all.flatMap((day) => AT.map((hour) => day.plus({ hours: hour }).toMillis()));
    return times.filter((at) => at > from && at < until);
  }

  private async importDays(at: Instant, signal: AbortSignal): Promise<void> {
    const { api, provider } = this.options;
    for (let back = DAYS; back >= 1; back--) {
      const date = DateTime.fromMillis(at, { zone: ZONE }).minus({ days: back }).toISODate()!;
      const bytes = await this.download(date, signal);
      if (bytes === null || signal.aborted) continue;
      const name = `${provider}-${date}.csv`;
      const query = new URLSearchParams({ kind: 'settlements', name, provider, account: 'main' });
      const { status, body } = await api.upload(`/v1/imports?${query}`, bytes);
      if (status !== 201 && status !== 200) throw new Error(`an import gives ${status}: ${JSON.stringify(body)}`);
      this.counts[status === 201 ? 'imports' : 'repeats']++;
    }
  }

  private async download(date: string, signal: AbortSignal): Promise<Buffer | null> {
    const { clock, portal, statement } = this.options;
    for (let tries = 1; tries <= TRIES_MAX && !signal.aborted; tries++) {
      try {
        return await statement(portal, date);
      } catch {
        await clock.sleep(WAIT_MILLIS, signal);
      }
    }
    return null;
  }
}
