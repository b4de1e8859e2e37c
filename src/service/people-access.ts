// The people of a service, and how they sign in: by a password, or at an outside issuer.

import { IssuerSignIn } from '../http/access/issuer-sign-in.ts';
import { PeopleStore } from '../http/access/people-store.ts';
import { Sessions, type SessionTable } from '../http/access/sessions.ts';
import { SignIn } from '../http/access/sign-in.ts';
import type { ApiContext } from '../http/api/api-context.ts';
import { OutgoingClient } from '../outbound/client/client.ts';
import { Issuer } from '../outbound/oidc/issuer.ts';
import { type Clock, SYSTEM_CLOCK } from '../runtime/clock.ts';
import type { Config } from './config/config.ts';
import type { LoadedConfig } from './config/config-file.ts';
import { issuerSettings } from './config/issuer-rule.ts';

type PeopleParts = Pick<ApiContext, 'people' | 'sessions' | 'signIn' | 'issuerSignIn' | 'publicUrl'>;

/**
 * `loaded` gives the configuration in effect, and `ends` takes what is to be done at the end. Throws
 * HESABU_CONFIG_INVALID if the file of people is not valid.
 */
export function openPeople(
  table: SessionTable,
  clock: Clock,
  loaded: () => Pick<LoadedConfig, 'config' | 'secret'>,
  ends: (() => unknown)[],
): PeopleParts {
  const { config } = loaded();
  const people = new PeopleStore(config.data);
  const sessions = new Sessions(table, people, clock, () => loaded().config.sessions.idle);
  const client = issuerClient(config);
  ends.push(() => client.close());
  const settings = () => issuerSettings(loaded().config, loaded().secret);
  const issuerSignIn = new IssuerSignIn(people, clock, new Issuer({ client, clock, settings }));
  const signIn = new SignIn(people, table, clock);
  return { people, sessions, signIn, issuerSignIn, publicUrl: config.public_url };
}

/** Calls to the issuer are not archived: codes and tokens are all that they are about. */
export function issuerClient({ outgoing }: Pick<Config, 'outgoing'>): OutgoingClient {
  const { allow, timeout: timeoutMillis } = outgoing;
  return new OutgoingClient({ clock: SYSTEM_CLOCK, exchanges: { add: async () => {} }, allow, timeoutMillis });
}
