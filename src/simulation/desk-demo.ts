// The service on the ledger of a simulated week, with people who can sign in at its page. Its clock stands at the end
// of the week, so that what is open, awaited or stale there is what the week left so.

import type { Logger } from 'pino';
import type { HesabuError } from '../domain/errors.ts';
import type { Language } from '../domain/language.ts';
import type { Instant } from '../domain/time.ts';
import { type Clock, fastClock } from '../runtime/clock.ts';
import type { DemoPlaces } from './marketplace/demo-directory.ts';
import { Browser, type SignIn } from './people/browser.ts';
import { DEMO_ROLES, type DemoRole, invitePeople } from './people/people.ts';
import { startWeekService } from './people/week-service.ts';

export interface DeskSignIn extends SignIn {
  readonly role: DemoRole;
  readonly name: string;
}

export interface DeskDemo {
  readonly url: string;
  readonly signIns: readonly DeskSignIn[];
  readonly clock: Clock;
  close(): Promise<void>;
}

export interface DeskDemoOptions {
  readonly places: DemoPlaces;
  /** The time of the ledger. */
  readonly at: Instant;
  readonly lang: Language;
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

export async function startDeskDemo({ at, lang, ...options }: DeskDemoOptions): Promise<DeskDemo> {
  const clock = fastClock(at, 1);
  const people = DEMO_ROLES.map((role) => invitePeople(options.places.ledger, role, lang, clock.now())[0]!);
  const routing = ROUTING.map((row) => ({ owner: people[0]!.id, ...row }));
  const service = await startWeekService({ ...options, clock, port: PORT, routing });
  try {
    const signIns: DeskSignIn[] = [];
    for (const { role, name, invite } of people) {
      const { signIn } = await Browser.take(service.url, invite, clock);
      signIns.push({ role, name, ...signIn });
    }
    // The page is built at its first request, where it is not yet.
    await fetch(`${service.url}/desk/`);
    return { url: `${service.url}/desk/`, signIns, clock, close: () => service.drain() };
  } catch (error) {
    await service.drain();
    throw error;
  }
}
