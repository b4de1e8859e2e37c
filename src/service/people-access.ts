// The people of a service, and how they sign in.

import { PeopleStore } from '../http/access/people-store.ts';
import { Sessions, type SessionTable } from '../http/access/sessions.ts';
import { SignIn } from '../http/access/sign-in.ts';
import type { ApiContext } from '../http/api/api-context.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Config } from './config/config.ts';

/** `config` gives the configuration in effect. Throws HESABU_CONFIG_INVALID if the file of people is not valid. */
export function openPeople(
  table: SessionTable,
  clock: Clock,
  config: () => Pick<Config, 'data' | 'sessions' | 'public_url'>,
): Pick<ApiContext, 'people' | 'sessions' | 'signIn' | 'publicUrl'> {
  const people = new PeopleStore(config().data);
  const sessions = new Sessions(table, people, clock, () => config().sessions.idle);
  return { people, sessions, signIn: new SignIn(people, table, clock), publicUrl: config().public_url };
}
