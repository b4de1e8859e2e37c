// For tests: an invited person, and what a browser sends and gets.
import { TOTP } from 'otpauth';
import { expect } from 'vitest';
import type { Grant, PersonRole } from '../../../src/http/access/person.ts';
import { type Answered, type Asked, type Given, OWN_PAGE } from '../api/given-api.ts';

export const PASSWORD = 'four plain short words';

export const grants = (role: PersonRole, merchant = '*'): readonly Grant[] => [{ role, merchant }];

/** The code of an authenticator app. */
export function codeOf({ clock }: Given, secret: string): string {
  return new TOTP({ secret }).generate({ timestamp: clock.now() });
}

export function send(given: Given, method: 'POST' | 'DELETE' | 'GET', url: string, json?: object, more: Asked = {}) {
  return given.ask({ method, url, ...more, json, headers: { ...OWN_PAGE, ...more.headers } });
}

export function signIn(given: Given, json: object, more: Asked = {}): Promise<Answered> {
  return send(given, 'POST', '/v1/session', json, more);
}

/** What the browser sends from then on. */
export function cookieOf({ headers }: Answered): { readonly cookie: string } {
  return { cookie: String(headers['set-cookie']).split(';')[0]! };
}

/** Somebody who took the invite, with the secret of the second factor, if there is one. */
export async function givenPerson(given: Given, name: string, role: PersonRole, merchant = '*') {
  const request = { name, mail: `${name.toLowerCase()}@example.com`, language: 'en', zone: 'UTC' } as const;
  const made = given.parts.people.create({ ...request, grants: grants(role, merchant) }, given.clock.now());
  const { invite } = made;
  const opened = await send(given, 'POST', '/v1/session/invite', { invite });
  const secret: string | undefined = opened.json.totp?.secret;
  const code = secret === undefined ? {} : { code: codeOf(given, secret) };
  const accepted = await send(given, 'POST', '/v1/session/invite', { invite, password: PASSWORD, ...code });
  expect(accepted.status).toBe(201);
  return { id: made.person.id, invite, secret, headers: { ...OWN_PAGE, ...cookieOf(accepted) } };
}
