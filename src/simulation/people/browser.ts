// A person of the demo at the page: takes an invite as anybody does, and then asks as a browser would.

import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { HesabuError } from '../../domain/errors.ts';
import type { Clock } from '../../runtime/clock.ts';

const PERIOD_MILLIS = 30_000;

/** With what a person signs in. */
export interface SignIn {
  readonly password: string;
  /** The code of now, where one is needed; each counts once. */
  readonly code: (() => string) | null;
}

export class Browser {
  private readonly url: string;
  private readonly cookie: string;

  private constructor(url: string, cookie: string) {
    this.url = url;
    this.cookie = cookie;
  }

  /** Takes an invite of a service: the person has a password then, and is signed in. */
  static async take(url: string, invite: string, clock: Clock): Promise<{ browser: Browser; signIn: SignIn }> {
    const nobody = new Browser(url, '');
    const password = randomBytes(9).toString('base64url');
    const { totp } = await nobody.post<{ totp: { secret: string } | null }>('/v1/session/invite', { invite });
    const code = totp === null ? null : codesOf(totp.secret, clock);
    const request = { invite, password, ...(code === null ? {} : { code: code() }) };
    const answer = await nobody.send('/v1/session/invite', request, null);
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    return { browser: new Browser(url, cookie), signIn: { password, code } };
  }

  async get<Answer>(path: string): Promise<Answer> {
    return (await this.send(path, null, null)).json() as Promise<Answer>;
  }

  /** With an Idempotency-Key where the route wants one. */
  async post<Answer>(path: string, body: object, key: string | null = null): Promise<Answer> {
    return (await this.send(path, body, key)).json() as Promise<Answer>;
  }

  private async send(path: string, body: object | null, key: string | null): Promise<Response> {
    const answer = await fetch(`${this.url}${path}`, {
      headers: {
        ...{ origin: this.url, 'x-hesabu-request': '1', cookie: this.cookie },
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { 'idempotency-key': key }),
      },
      ...(body === null ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    throw new HesabuError('HESABU_INTERNAL', { where: path, found: `${answer.status} ${await answer.text()}` });
  }
}

/** A code that was not given before: that of now, or the next one, which already counts. */
function codesOf(secret: string, clock: Clock): () => string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(clock.now() / PERIOD_MILLIS));
    return totp.generate({ timestamp: last * PERIOD_MILLIS });
  };
}
