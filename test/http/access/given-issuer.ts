// For tests: the API with an issuer of sign-ins, and browsers that go there and come back.

import pino from 'pino';
import { expect } from 'vitest';
import { IssuerSignIn } from '../../../src/http/access/issuer-sign-in.ts';
import type { PersonRole } from '../../../src/http/access/person.ts';
import { OutgoingClient } from '../../../src/outbound/client/client.ts';
import { Issuer, type IssuerSettings } from '../../../src/outbound/oidc/issuer.ts';
import { SYSTEM_CLOCK } from '../../../src/runtime/clock.ts';
import { CLIENT, FakeIssuer } from '../../outbound/oidc/fake-issuer.ts';
import { type Answered, type Given, givenApi, OWN_PAGE } from '../api/given-api.ts';
import { grants } from './given-people.ts';

export const CALLBACK = '/v1/session/oidc';
const PLACE = 'http://localhost:8070';

export interface GivenIssuer {
  readonly given: Given;
  readonly issuer: FakeIssuer;
  /** As the service is configured; they count at once. */
  readonly settings: { -readonly [Part in keyof IssuerSettings]: IssuerSettings[Part] };
  /** All that the routes logged. */
  readonly lines: string[];
  /** A new browser. */
  browser(address?: string): Browser;
  /** The text of the invite of a new person. */
  invited(name: string, role?: PersonRole): string;
  /** Somebody who took an invite at the issuer, and the browser. */
  bound(name: string, subject: string, role?: PersonRole): Promise<Browser>;
}

/** Keeps cookies as a browser does. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly given: Given;
  private readonly address: string;

  constructor(given: Given, address: string) {
    this.given = given;
    this.address = address;
  }

  get header(): { readonly cookie?: string } {
    const texts = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return texts.length === 0 ? {} : { cookie: texts.join('; ') };
  }

  async begin(json: object = {}): Promise<Answered> {
    const headers = { ...OWN_PAGE, ...this.header };
    return this.take(
      await this.given.ask({ method: 'POST', url: CALLBACK, json, headers, remoteAddress: this.address }),
    );
  }

  async comeBack(answer: URLSearchParams): Promise<Answered> {
    const url = `${CALLBACK}?${answer}`;
    // Another site leads it here: what is `Strict` stays away.
    const texts = [...this.cookies]
      .filter(([name]) => name.includes('-oidc-'))
      .map(([name, value]) => `${name}=${value}`);
    const headers = texts.length === 0 ? {} : { cookie: texts.join('; ') };
    return this.take(await this.given.ask({ url, headers, remoteAddress: this.address }));
  }

  async isIn(): Promise<boolean> {
    return (await this.given.ask({ url: '/v1/me', headers: this.header })).status === 200;
  }

  private take(answered: Answered): Answered {
    for (const line of [answered.headers['set-cookie'] ?? []].flat() as string[]) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answered;
  }
}

/** Where a page goes on by itself. */
export function nextOf({ text }: Answered): string | undefined {
  return /content="0; url=([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
}

/** What a refusal of the issuer's way says: its status, and the code in the address of the page. */
export function refusalOf(answered: Answered): [number, string | undefined] {
  return [answered.status, /[?&]refused=(\w+)$/.exec(nextOf(answered) ?? '')?.[1]];
}

export async function withIssuer(
  work: (desk: GivenIssuer) => Promise<void>,
  more: Partial<IssuerSettings> = {},
  outgoing: { readonly allow?: readonly string[]; readonly timeoutMillis?: number; readonly host?: string } = {},
): Promise<void> {
  const issuer = new FakeIssuer();
  await issuer.start(outgoing.host);
  const { allow = [new URL(issuer.url).host], timeoutMillis = 5_000 } = outgoing;
  const client = new OutgoingClient({ clock: SYSTEM_CLOCK, exchanges: { add: async () => {} }, allow, timeoutMillis });
  const settings: GivenIssuer['settings'] = {
    ...{ issuer: issuer.url, label: 'Acme', clientId: CLIENT.id, clientSecret: () => CLIENT.secret },
    ...{ redirectUri: `${PLACE}${CALLBACK}`, scopes: [], maxAgeSeconds: null, isSecondFactor: false, ...more },
  };
  try {
    await givenApi(async (given) => {
      const { people } = given.parts;
      const lines: string[] = [];
      const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
      const source = new Issuer({ client, clock: given.clock, settings: () => settings });
      const issuerSignIn = new IssuerSignIn(people, given.clock, source);
      Object.assign(given.parts, { issuerSignIn, logger });
      const browser = (address = '192.0.2.1') => new Browser(given, address);
      const invited = (name: string, role: PersonRole = 'operator') => {
        const request = { name, mail: null, language: 'en', zone: 'UTC', grants: grants(role) } as const;
        return people.create(request, given.clock.now()).invite!;
      };
      const bound = async (name: string, subject: string, role?: PersonRole) => {
        const own = browser();
        issuer.subject = subject;
        const { url } = (await own.begin({ invite: invited(name, role) })).json;
        expect((await own.comeBack(issuer.signIn(url))).status).toBe(200);
        return own;
      };
      await work({ given, issuer, settings, lines, browser, invited, bound });
    });
  } finally {
    await client.close();
    await issuer.close();
  }
}

/** Nothing that only the issuer and we may know is in an answer, a line of the log, the archive or the trail. */
export async function expectNoSecrets(
  { given, issuer, lines }: GivenIssuer,
  answers: readonly Answered[],
): Promise<void> {
  const { calls } = (await given.ask({ url: '/v1/audit', key: given.key('auditor', '*') })).json;
  const tables = given.database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const rows = tables.map(({ name }) => given.database.prepare(`SELECT * FROM "${name}"`).all());
  const text = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const told = JSON.stringify([calls, given.exchanges, lines, answers.map(({ text: body }) => body), rows], text);
  expect(issuer.secrets.length).toBeGreaterThan(1);
  expect(issuer.secrets.filter((secret) => told.includes(secret))).toEqual([]);
}
