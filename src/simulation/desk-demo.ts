// The service on the ledger of a simulated week, with people who can sign in at its page. Its clock stands at the end
// of the week, so that what is open there is what the week left open.

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Logger } from 'pino';
import { stringify } from 'yaml';
import { HesabuError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { PeopleStore } from '../http/access/people-store.ts';
import type { PersonRole } from '../http/access/person.ts';
import { type Clock, fastClock } from '../runtime/clock.ts';
import { loadConfig, type Service, startService } from '../service/service.ts';
import type { DemoPlaces } from './demo.ts';

const DESK_ROLES = ['operator', 'approver', 'auditor'] as const satisfies readonly PersonRole[];
type DeskRole = (typeof DESK_ROLES)[number];

export interface DeskSignIn {
  readonly role: DeskRole;
  readonly name: string;
  readonly password: string;
  /** The code of now, where one is needed; each counts once. */
  readonly code: (() => string) | null;
}

export interface DeskDemo {
  readonly url: string;
  readonly signIns: readonly DeskSignIn[];
  readonly clock: Clock;
  close(): Promise<void>;
}

export interface DeskDemoOptions {
  readonly dir: string;
  readonly places: DemoPlaces;
  /** The time of the ledger. */
  readonly at: Instant;
  readonly names: Readonly<Record<DeskRole, string>>;
  readonly logger: Logger;
  readonly onFailure: (error: HesabuError) => void;
}

/** Some of the work is the operator's, some a team's, and the rest is to be taken. */
const ROUTING = [
  { currency: 'KES', due: 'P1D' },
  { currency: 'NGN', owner: 'team-nigeria', due: 'P2D' },
  { reason: 'PAYMENT_MISSING', due: 'P2D' },
];
const PORT = 8070;
const PERIOD_MILLIS = 30_000;

export async function startDeskDemo(options: DeskDemoOptions): Promise<DeskDemo> {
  const clock = fastClock(options.at, 1);
  const people = DESK_ROLES.map((role) => invited(options, clock, role));
  const service = await startAt(options, people[0]!.id, clock, PORT);
  try {
    const signIns: DeskSignIn[] = [];
    for (const person of people) signIns.push(await signInOf(person, service, clock));
    // The page is built at its first request, where it is not yet.
    await fetch(`${service.url}/desk/`);
    return { url: `${service.url}/desk/`, signIns, clock, close: () => service.drain() };
  } catch (error) {
    await service.drain();
    throw error;
  }
}

/** On the usual port, or on any that is free. */
async function startAt(options: DeskDemoOptions, operator: string, clock: Clock, port: number): Promise<Service> {
  const { dir, places, logger, onFailure } = options;
  const config = join(dir, 'hesabu.yaml');
  writeFileSync(
    config,
    stringify({
      data: places.ledger,
      rules: join(places.shop, 'rules.yaml'),
      listen: { host: '127.0.0.1', port },
      sessions: { idle: 'PT12H' },
      desk: { routing: ROUTING.map((row) => ({ owner: operator, ...row })) },
      log: { level: 'warn' },
    }),
  );
  try {
    return await startService(loadConfig(config), { clock, logger, onFailure });
  } catch (error) {
    if (port === 0 || !(error instanceof HesabuError) || error.code !== 'HESABU_LISTEN_FAILED') throw error;
    return startAt(options, operator, clock, 0);
  }
}

interface Invited {
  readonly id: string;
  readonly role: DeskRole;
  readonly name: string;
  readonly invite: string;
}

/** A person, made as an admin would. */
function invited({ places, names }: DeskDemoOptions, clock: Clock, role: DeskRole): Invited {
  const grants = [{ role, merchant: '*' }];
  const request = { name: names[role], mail: null, language: 'zh-CN', zone: 'Africa/Nairobi', grants } as const;
  const { person, invite } = new PeopleStore(places.ledger).create(request, clock.now());
  return { id: person.id, role, name: names[role], invite: invite! };
}

/** Takes the invite, as anybody does. */
async function signInOf({ role, name, invite }: Invited, { url }: Service, clock: Clock): Promise<DeskSignIn> {
  const password = randomBytes(9).toString('base64url');
  const { totp } = (await takeInvite(url, { invite })) as { totp: { secret: string } | null };
  const codes = totp === null ? null : codesOf(totp.secret, clock);
  await takeInvite(url, { invite, password, ...(codes === null ? {} : { code: codes() }) });
  return { role, name, password, code: codes };
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

async function takeInvite(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', origin: url, 'x-hesabu-request': '1' };
  const answer = await fetch(`${url}/v1/session/invite`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new HesabuError('HESABU_INTERNAL', { where: 'the invite', found: `${answer.status}` });
  return answer.json();
}
